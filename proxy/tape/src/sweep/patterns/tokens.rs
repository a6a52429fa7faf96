//! Keys and tokens by their form.

use std::ops::Range;

use memchr::memmem;

/// Twenty characters of an access key id's alphabet, alone, and not one of the documentation's.
pub(super) fn access_key_id(content: &[u8], at: usize) -> Option<usize> {
    let is_token = |byte: &u8| byte.is_ascii_alphanumeric();
    let before = at.checked_sub(1).is_some_and(|index| is_token(&content[index]));
    let token = content[at..].iter().take_while(|byte| is_token(byte)).count();
    let value = &content[at..at + token];
    let in_alphabet = value.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    (!before && token == 20 && in_alphabet && !value.ends_with(b"EXAMPLE")).then_some(token)
}

/// A token of STS: the known beginning, and much base64.
pub(super) fn session_token(content: &[u8], at: usize) -> Option<usize> {
    let is_part = |b: &&u8| is_base64(**b) || matches!(b, b'=' | b'%');
    let length = content[at..].iter().take_while(is_part).count();
    (length >= 100).then_some(length)
}

pub(super) fn private_key(content: &[u8], at: usize) -> Option<usize> {
    let head = &content[at..content.len().min(at + 64)];
    let marks = memmem::find(head, b"PRIVATE KEY-----")? + 16;
    let end = memmem::find(&content[at + marks..], b"-----END ").unwrap_or(0);
    Some(marks + end)
}

/// Three runs of base64 with dots between, the second a JSON object too.
pub(super) fn web_token(content: &[u8], at: usize) -> Option<usize> {
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
    let end = body_at + body;
    (content.get(end) == Some(&b'.')).then(|| end + 1 + run(end + 1) - at)
}

/// A name, a little punctuation, and forty characters of base64, not the documentation's.
pub(super) fn named_secret(content: &[u8], at: usize) -> Option<usize> {
    let after = content[at..].iter().take_while(|b| b.is_ascii_alphabetic() || **b == b'_').count();
    let punctuation =
        |b: &&u8| matches!(b, b' ' | b'"' | b'\'' | b':' | b'=' | b'\\' | b'>' | b'\t');
    let start = at + after + content[at + after..].iter().take_while(punctuation).count();
    let length = content[start..].iter().take_while(|b| is_base64(**b)).count();
    let is_example = content[start..start + length].ends_with(b"EXAMPLEKEY");
    (length == 40 && !is_example).then_some(start + length - at)
}

pub(super) fn signature(content: &[u8], at: usize) -> Option<usize> {
    let digits = content[at + 16..].iter().take_while(|b| b.is_ascii_hexdigit()).count();
    (digits == 64).then_some(16 + digits)
}

pub(super) fn query_token(content: &[u8], at: usize) -> Option<usize> {
    const NAME: usize = "X-Amz-Security-Token=".len();
    let is_part = |b: &&u8| is_base64(**b) || matches!(b, b'%' | b'-' | b'_' | b'.');
    let length = content[at + NAME..].iter().take_while(is_part).count();
    (length >= 16).then_some(NAME + length)
}

/// Forty characters of base64 that no person chose: the form of a secret access key.
pub(super) fn random_tokens(content: &[u8], found: &mut dyn FnMut(Range<usize>)) {
    let is_part = |b: u8| is_base64(b) || matches!(b, b'=' | b'-' | b'_' | b'.' | b'%');
    let mut at = 0;
    while at < content.len() {
        let length = content[at..].iter().take_while(|b| is_part(**b)).count();
        let token = &content[at..at + length];
        if length == 40
            && token.iter().all(|b| is_base64(*b))
            && is_random(token)
            && !token.ends_with(b"EXAMPLEKEY")
            && !content[..at].ends_with(b"\"$b64\": \"")
        {
            found(at..at + length);
        }
        at += length + 1;
    }
}

/// Whether letters of both cases and digits are mixed as in no word.
fn is_random(token: &[u8]) -> bool {
    let count = |of: fn(&u8) -> bool| token.iter().filter(|b| of(b)).count();
    let mixed = count(u8::is_ascii_uppercase) >= 5
        && count(u8::is_ascii_lowercase) >= 5
        && count(u8::is_ascii_digit) >= 2;
    mixed && crate::entropy::bits_per_byte(token) >= 4.4
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+')
}
