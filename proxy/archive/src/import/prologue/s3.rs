//! Buckets, and the objects that are read before they are written.

use std::collections::{BTreeMap, HashSet};

use bytes::Bytes;
use md5::{Digest as _, Md5};
use standin_model::{Answer, Document};

use super::super::decode::Decoded;
use super::fields::{copied, items, object, text};
use super::{Siblings, Step};

const SERVICE: &str = "s3";

/// What an answer says of an object that `PutObject` takes as it is.
const KEPT: [&str; 6] = [
    "CacheControl",
    "ContentDisposition",
    "ContentEncoding",
    "ContentLanguage",
    "ContentType",
    "Metadata",
];

pub(super) fn learn(siblings: &mut Siblings, decoded: &Decoded) {
    if !decoded.is_of(SERVICE) {
        return;
    }
    let output = decoded.output_of(SERVICE).and_then(|output| output.get("Body"));
    for body in [decoded.input.get("Body"), output].into_iter().flatten() {
        if let Document::Blob(body) = body {
            siblings.bodies.entry(md5(body)).or_insert_with(|| Bytes::clone(body));
        }
    }
}

pub(super) fn infer(exchanges: &[Decoded], siblings: &Siblings, region: &str) -> Vec<Step> {
    let mut buckets: BTreeMap<&str, Bucket<'_>> = BTreeMap::new();
    let mut made: HashSet<&str> = HashSet::new();
    for exchange in exchanges.iter().filter(|exchange| exchange.is_of(SERVICE)) {
        let Some(name) = text(&exchange.input, "Bucket") else { continue };
        if exchange.call.operation.name == "CreateBucket" {
            made.insert(name);
        }
        if made.contains(name) || is_elsewhere(exchange) {
            continue;
        }
        let bucket = buckets.entry(name).or_insert_with(|| Bucket::new(name, exchange));
        bucket.look(exchange, siblings);
    }
    buckets.into_values().flat_map(|bucket| bucket.steps(region)).collect()
}

/// The answer says that there is no such bucket here.
fn is_elsewhere(exchange: &Decoded) -> bool {
    match &exchange.answer {
        Answer::Error(error) => {
            matches!(&*error.code, "NoSuchBucket" | "PermanentRedirect" | "301")
                || exchange.status == 301
        }
        Answer::Output(_) => false,
    }
}

/// A bucket that is used but not made.
struct Bucket<'e> {
    name: &'e str,
    first: &'e Decoded,
    /// Keys that a request has written or deleted, or that were read and were not there.
    known: HashSet<String>,
    puts: BTreeMap<String, Document>,
}

impl<'e> Bucket<'e> {
    fn new(name: &'e str, first: &'e Decoded) -> Self {
        Self { name, first, known: HashSet::new(), puts: BTreeMap::new() }
    }

    fn look(&mut self, exchange: &Decoded, siblings: &Siblings) {
        let operation = exchange.call.operation.name;
        if let Some(output) = exchange.output_of(SERVICE) {
            match operation {
                "GetObject" | "HeadObject" => self.look_at_object(exchange, output, siblings),
                "ListObjects" | "ListObjectsV2" => self.look_at_list(output, siblings),
                "CopyObject" => self.look_at_copy(exchange, output, siblings),
                _ => {}
            }
        }
        let only_read = matches!(operation, "GetObject" | "HeadObject")
            && matches!(exchange.answer, Answer::Output(_));
        if let Some(key) = text(&exchange.input, "Key").filter(|_| !only_read) {
            self.known.insert(key.to_owned());
        }
        for object in
            exchange.input.get("Delete").map_or(&[][..], |delete| items(delete, "Objects"))
        {
            self.known.extend(text(object, "Key").map(str::to_owned));
        }
    }

    fn look_at_object(&mut self, exchange: &Decoded, output: &Document, siblings: &Siblings) {
        let Some(key) = text(&exchange.input, "Key").filter(|key| !self.known.contains(*key))
        else {
            return;
        };
        let by_etag = || text(output, "ETag").and_then(|etag| body_of(etag, siblings));
        let body = match output.get("Body") {
            Some(Document::Blob(body)) if exchange.status == 200 => Some(Bytes::clone(body)),
            _ => by_etag(),
        };
        if let Some(body) = body {
            self.put(key, body, copied(output, &KEPT));
        }
    }

    fn look_at_list(&mut self, output: &Document, siblings: &Siblings) {
        for listed in items(output, "Contents") {
            let Some(key) = text(listed, "Key").filter(|key| !self.known.contains(*key)) else {
                continue;
            };
            if let Some(body) = text(listed, "ETag").and_then(|etag| body_of(etag, siblings)) {
                self.put(key, body, Vec::new());
            }
        }
    }

    fn look_at_copy(&mut self, exchange: &Decoded, output: &Document, siblings: &Siblings) {
        let source = text(&exchange.input, "CopySource").unwrap_or_default();
        let source = source.trim_start_matches('/').split_once('/');
        let Some((_, key)) = source.filter(|(bucket, _)| *bucket == self.name) else { return };
        let etag = output.get("CopyObjectResult").and_then(|result| text(result, "ETag"));
        if let Some(body) = etag.and_then(|etag| body_of(etag, siblings))
            && !self.known.contains(key)
        {
            self.put(key, body, Vec::new());
        }
    }

    /// The object as it was when the recording began; a later read may say more of it.
    fn put(&mut self, key: &str, body: Bytes, mut more: Vec<(&'static str, Document)>) {
        more.extend([
            ("Bucket", self.name.into()),
            ("Key", key.into()),
            ("Body", Document::blob(body)),
        ]);
        let fields = |put: &Document| put.as_object().map_or(0, standin_model::Fields::len);
        let put = object(more);
        if self.puts.get(key).is_none_or(|before| fields(before) < fields(&put)) {
            self.puts.insert(key.to_owned(), put);
        }
    }

    fn steps(self, region: &str) -> Vec<Step> {
        let mut input = vec![("Bucket", Document::from(self.name))];
        if region != "us-east-1" {
            let place = object([("LocationConstraint", region.into())]);
            input.push(("CreateBucketConfiguration", place));
        }
        let create = self.first.step("CreateBucket", object(input));
        let puts = self.puts.into_values().filter_map(|put| self.first.step("PutObject", put));
        create.into_iter().chain(puts).collect()
    }
}

fn body_of(etag: &str, siblings: &Siblings) -> Option<Bytes> {
    let digest = etag.trim_matches('"');
    if digest == md5(b"") {
        return Some(Bytes::new());
    }
    siblings.bodies.get(digest).cloned()
}

fn md5(content: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).expect("below 16");
    Md5::digest(content).iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
