//! What looks like a secret, whoever's it is.

mod network;
mod tokens;

use std::ops::Range;

use memchr::memmem;

use super::SecretKind;

/// How many bytes belong to what starts somewhere, if something does.
type Length = fn(&[u8], usize) -> Option<usize>;

/// What credentials begin with.
const CREDENTIALS: [(SecretKind, &[u8], Length); 17] = [
    (SecretKind::AccessKeyId, b"AKIA", tokens::access_key_id),
    (SecretKind::AccessKeyId, b"ASIA", tokens::access_key_id),
    (SecretKind::AccessKeyId, b"ABIA", tokens::access_key_id),
    (SecretKind::AccessKeyId, b"ACCA", tokens::access_key_id),
    (SecretKind::SessionToken, b"IQoJb3JpZ2lu", tokens::session_token),
    (SecretKind::SessionToken, b"FwoGZXIvYXdz", tokens::session_token),
    (SecretKind::SessionToken, b"FQoGZXIvYXdz", tokens::session_token),
    (SecretKind::PrivateKey, b"-----BEGIN ", tokens::private_key),
    (SecretKind::WebToken, b"eyJ", tokens::web_token),
    (SecretKind::SecretKey, b"aws_secret_access_key", tokens::named_secret),
    (SecretKind::SecretKey, b"AWS_SECRET_ACCESS_KEY", tokens::named_secret),
    (SecretKind::SecretKey, b"SecretAccessKey", tokens::named_secret),
    (SecretKind::SecretKey, b"secretAccessKey", tokens::named_secret),
    (SecretKind::SignedUrl, b"X-Amz-Signature=", tokens::signature),
    (SecretKind::SignedUrl, b"x-amz-signature=", tokens::signature),
    (SecretKind::SignedUrl, b"X-Amz-Security-Token=", tokens::query_token),
    (SecretKind::SignedUrl, b"x-amz-security-token=", tokens::query_token),
];

/// What looks like a credential.
pub(super) fn credentials(content: &[u8], found: &mut dyn FnMut(SecretKind, Range<usize>)) {
    for (kind, start, length) in CREDENTIALS {
        for at in memmem::find_iter(content, start) {
            if let Some(length) = length(content, at) {
                found(kind, at..at + length);
            }
        }
    }
}

/// What tells of persons and places, and what is too random for a name; only text is searched for it.
pub(super) fn traces(content: &[u8], found: &mut dyn FnMut(SecretKind, Range<usize>)) {
    if !is_text(content) {
        return;
    }
    for at in memchr::memchr_iter(b'@', content) {
        if let Some(range) = network::mail_address(content, at) {
            found(SecretKind::MailAddress, range);
        }
    }
    network::public_addresses(content, &mut |range| found(SecretKind::PublicAddress, range));
    tokens::random_tokens(content, &mut |range| found(SecretKind::RandomToken, range));
}

/// Whether bytes are text, but for what was cut off at their ends.
fn is_text(content: &[u8]) -> bool {
    let cut = content.iter().take(3).take_while(|byte| **byte & 0xc0 == 0x80).count();
    let is_utf8 = match std::str::from_utf8(&content[cut..]) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    is_utf8 && memchr::memchr(0, content).is_none()
}
