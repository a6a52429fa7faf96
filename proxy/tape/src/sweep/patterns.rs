//! What looks like a secret, whoever's it is.

use memchr::memmem;

use super::SecretKind;

/// How long the secret is that starts somewhere, if one does.
type Length = fn(&[u8], usize) -> Option<usize>;

/// The first thing that looks like a secret and isn't allowed, and where it stands.
pub(super) fn find(content: &[u8], allowed: &[String]) -> Option<(SecretKind, usize)> {
    let searches: [(SecretKind, &[u8], Length); 8] = [
        (SecretKind::AccessKeyId, b"AKIA", access_key_id),
        (SecretKind::AccessKeyId, b"ASIA", access_key_id),
        (SecretKind::PrivateKey, b"-----BEGIN ", private_key),
        (SecretKind::WebToken, b"eyJ", web_token),
        (SecretKind::SecretKey, b"aws_secret_access_key", named_secret),
        (SecretKind::SecretKey, b"SecretAccessKey", named_secret),
        (SecretKind::SecretKey, b"secretAccessKey", named_secret),
        (SecretKind::SignedUrl, b"X-Amz-Signature=", signature),
    ];
    for (kind, start, length) in searches {
        for at in memmem::find_iter(content, start) {
            let Some(length) = length(content, at) else { continue };
            let value = &content[at..at + length];
            if !allowed.iter().any(|allowed| allowed.as_bytes() == value) {
                return Some((kind, at));
            }
        }
    }
    None
}

/// Twenty characters of an access key id's alphabet, alone, and not one of the documentation's.
fn access_key_id(content: &[u8], at: usize) -> Option<usize> {
    let is_token = |byte: &u8| byte.is_ascii_alphanumeric();
    let before = at.checked_sub(1).is_some_and(|index| is_token(&content[index]));
    let token = content[at..].iter().take_while(|byte| is_token(byte)).count();
    let value = &content[at..at + token];
    let in_alphabet = value.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    (!before && token == 20 && in_alphabet && !value.ends_with(b"EXAMPLE")).then_some(token)
}

fn private_key(content: &[u8], at: usize) -> Option<usize> {
    let head = &content[at..content.len().min(at + 64)];
    memmem::find(head, b"PRIVATE KEY-----").map(|end| end + 16)
}

/// Three runs of base64 with dots between, the second a JSON object too.
fn web_token(content: &[u8], at: usize) -> Option<usize> {
    let run = |from: usize| {
        let is_part = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        content[from..].iter().take_while(is_part).count()
    };
    let head = run(at);
    let body_at = at + head + 1;
    if head < 8 || content.get(at + head) != Some(&b'.') || !content[body_at..].starts_with(b"eyJ")
    {
        return None;
    }
    let body = run(body_at);
    (content.get(body_at + body) == Some(&b'.')).then_some(head + 1 + body + 1)
}

/// A name, a little punctuation, and forty characters of base64, not the documentation's.
fn named_secret(content: &[u8], at: usize) -> Option<usize> {
    let after = content[at..].iter().take_while(|b| b.is_ascii_alphabetic() || **b == b'_').count();
    let punctuation =
        |b: &&u8| matches!(b, b' ' | b'"' | b'\'' | b':' | b'=' | b'\\' | b'>' | b'\t');
    let start = at + after + content[at + after..].iter().take_while(punctuation).count();
    let is_base64 = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'+');
    let length = content[start..].iter().take_while(is_base64).count();
    let is_example = content[start..start + length].ends_with(b"EXAMPLEKEY");
    (length == 40 && !is_example).then_some(start + length - at)
}

fn signature(content: &[u8], at: usize) -> Option<usize> {
    let digits = content[at + 16..].iter().take_while(|b| b.is_ascii_hexdigit()).count();
    (digits == 64).then_some(16 + digits)
}
