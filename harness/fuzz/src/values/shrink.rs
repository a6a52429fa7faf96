//! Smaller values of a value.

use bytes::Bytes;
use standin_model::{Document, Fields, Number, Timestamp};

/// How large a value is: what shrinking makes less at each step, so that it ends.
pub(super) fn size(value: &Document) -> u64 {
    match value {
        Document::Null | Document::Boolean(false) => 1,
        Document::Boolean(true) => 2,
        Document::Number(Number::Integer(number)) => 2 + bits(number.unsigned_abs()),
        Document::Number(Number::Float(number)) => 3 + bits(number.to_bits()),
        Document::Number(Number::Text(text)) => 100 + weight(text),
        Document::String(text) => 2 + weight(text),
        Document::Blob(bytes) => {
            2 + 4 * bytes.len() as u64 + bytes.iter().map(|b| u64::from(*b != 0)).sum::<u64>()
        }
        Document::Timestamp(at) => {
            3 + u64::from(at.nanos() > 0) + bits(at.seconds().unsigned_abs())
        }
        Document::List(items) => 2 + items.iter().map(|item| 4 + size(item)).sum::<u64>(),
        Document::Object(fields) => {
            2 + fields.iter().map(|(key, value)| 4 + weight(key) + size(value)).sum::<u64>()
        }
    }
}

/// Smaller values, those that leave out most first.
pub(super) fn smaller(value: &Document) -> Vec<Document> {
    match value {
        Document::Object(fields) => object(fields),
        Document::List(items) => list(items),
        Document::String(text) => texts(text).into_iter().map(Document::String).collect(),
        Document::Blob(bytes) => blobs(bytes),
        Document::Boolean(true) => vec![Document::Boolean(false)],
        Document::Number(number) => numbers(number),
        Document::Timestamp(at) => timestamps(*at),
        Document::Null | Document::Boolean(false) => Vec::new(),
    }
}

fn weight(text: &str) -> u64 {
    text.chars().map(|c| if c == 'a' { 2 } else { 3 + u64::from(!c.is_ascii_alphanumeric()) }).sum()
}

fn bits(number: u64) -> u64 {
    u64::from(64 - number.leading_zeros())
}

fn object(fields: &Fields) -> Vec<Document> {
    let all: Vec<_> = fields.iter().collect();
    let of = |kept: &dyn Fn(usize) -> bool| {
        let kept = all.iter().enumerate().filter(|(place, _)| kept(*place));
        Document::Object(kept.map(|(_, (key, value))| ((*key).clone(), (*value).clone())).collect())
    };
    let half = all.len() / 2;
    let mut found = vec![of(&|_| false), of(&|place| place < half), of(&|place| place >= half)];
    found.extend((0..all.len()).map(|left| of(&|place| place != left)));
    for (place, (_, value)) in all.iter().enumerate() {
        for less in smaller(value) {
            let with = all.iter().enumerate().map(|(other, (key, old))| {
                ((*key).clone(), if other == place { less.clone() } else { (*old).clone() })
            });
            found.push(Document::Object(with.collect()));
        }
    }
    for (place, (key, _)) in all.iter().enumerate() {
        for less in texts(key) {
            let with = all.iter().enumerate().map(|(other, (old, value))| {
                (
                    if other == place { less.clone().into() } else { (*old).clone() },
                    (*value).clone(),
                )
            });
            let renamed: Fields = with.collect();
            if renamed.iter().filter(|(key, _)| **key == less).count() == 1 {
                found.push(Document::Object(renamed));
            }
        }
    }
    found
}

fn list(items: &[Document]) -> Vec<Document> {
    let half = items.len() / 2;
    let mut found = vec![
        Document::list(Vec::new()),
        Document::list(items[..half].to_vec()),
        Document::list(items[half..].to_vec()),
    ];
    for place in 0..items.len() {
        let mut rest = items.to_vec();
        rest.remove(place);
        found.push(Document::list(rest));
    }
    for (place, item) in items.iter().enumerate() {
        for less in smaller(item) {
            let mut with = items.to_vec();
            with[place] = less;
            found.push(Document::list(with));
        }
    }
    found
}

fn texts(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let half = chars.len() / 2;
    let mut found = vec![String::new(), "a".to_owned()];
    found.push(chars[..half].iter().collect());
    found.push(chars[half..].iter().collect());
    for place in 0..chars.len().min(32) {
        let without = chars.iter().enumerate().filter(|(other, _)| *other != place);
        found.push(without.map(|(_, c)| c).collect());
        let with = chars.iter().enumerate().map(|(other, c)| if other == place { 'a' } else { *c });
        found.push(with.collect());
    }
    found
}

fn blobs(bytes: &Bytes) -> Vec<Document> {
    let half = bytes.len() / 2;
    let zeros = Bytes::from(vec![0; bytes.len()]);
    [Bytes::new(), bytes.slice(..half), bytes.slice(half..), zeros].map(Document::blob).to_vec()
}

fn numbers(number: &Number) -> Vec<Document> {
    match number {
        Number::Integer(number) => [0, 1, number / 2, number / 10].map(Document::from).to_vec(),
        Number::Float(number) => {
            [0.0, 1.0, number.trunc(), number / 2.0].map(Document::from).to_vec()
        }
        Number::Text(_) => vec![Document::from(0)],
    }
}

fn timestamps(at: Timestamp) -> Vec<Document> {
    let points = [(0, 0), (at.seconds(), 0), (0, at.nanos()), (at.seconds() / 2, at.nanos())];
    let points = points.into_iter().filter_map(|(s, n)| Timestamp::from_unix(s, n).ok());
    points.map(Document::Timestamp).collect()
}
