//! Our patches against what AWS was seen to answer, and the wheel's reader against damage.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::{Catalog, Protocol, Shape, ShapeKind};

#[expect(clippy::print_stderr, reason = "a test that did nothing must say so")]
/// Data that lies beside the repository; tests that need it say so and pass where it is absent.
pub(crate) fn shared(below: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var_os("STANDIN_SHARED").map_or(root.join("../shared"), PathBuf::from);
    let path = shared.join(below);
    if path.exists() {
        return Some(path);
    }
    eprintln!("ignored: {below} is not there");
    None
}

fn service(name: &str) -> &'static Service {
    Catalog::embedded().service(name).expect("in the pack")
}

/// Calls `see` with each object that has an `Error` and the status beside it.
fn walk(value: &Value, see: &mut dyn FnMut(&Value, Option<u64>)) {
    match value {
        Value::Object(fields) => {
            if let Some(error) = fields.get("Error").filter(|error| error.get("Code").is_some()) {
                see(error, value["ResponseMetadata"]["HTTPStatusCode"].as_u64());
            }
            fields.values().for_each(|field| walk(field, see));
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, see)),
        _ => {}
    }
}

fn snapshots(file: &str) -> Option<Value> {
    let path = shared(&format!("corpus/localstack-snapshots/tests/aws/services/{file}"))?;
    let text = std::fs::read_to_string(path).expect("readable");
    Some(serde_json::from_str(&text).expect("JSON"))
}

#[test]
fn sqs_errors_have_the_codes_and_statuses_that_aws_answered() {
    let Some(recorded) = snapshots("sqs/test_sqs.snapshot.json") else { return };
    let sqs = service("sqs");
    let mut seen = 0;
    walk(&recorded, &mut |error, status| {
        let (code, shape) = (error["Code"].as_str(), error["QueryErrorCode"].as_str());
        let (Some(code), Some(status)) = (code, status) else { return };
        let found = sqs.error(shape.unwrap_or(code)).unwrap_or_else(|| panic!("no error {code}"));
        assert_eq!((found.code, u64::from(found.status)), (code, status), "{shape:?}");
        seen += 1;
    });
    assert!(seen >= 50, "{seen}");
}

#[test]
fn errors_of_all_services_have_the_statuses_that_aws_answered() {
    let Some(folder) = shared("corpus/localstack-snapshots/tests/aws/services") else { return };
    let catalog = Catalog::embedded();
    let (mut seen, mut s3_lacks) = (0, Vec::new());
    for service in
        std::fs::read_dir(folder).expect("a folder").map(|it| it.expect("an entry").path())
    {
        let name = service.file_name().expect("a name").to_string_lossy().into_owned();
        let Some(model) = catalog.service(name.trim_end_matches('_')) else { continue };
        for recorded in files_below(&service) {
            walk(&recorded, &mut |error, status| {
                let code = error["Code"].as_str().expect("a code");
                match model.error(code) {
                    Some(found) => {
                        assert!(
                            status.is_none_or(|it| it == u64::from(found.status)),
                            "{name} {code}"
                        );
                        seen += 1;
                    }
                    None if name == "s3" => s3_lacks.push(code.to_owned()),
                    None => {}
                }
            });
        }
    }
    assert!(seen >= 900, "{seen}");
    // A HEAD has no body, so its code is the bare status; the rest are other services' errors.
    s3_lacks.retain(|code| code.parse::<u16>().is_err() && !code.starts_with("KMS."));
    s3_lacks.dedup();
    assert_eq!(s3_lacks, ["BadRequest"]);
}

/// The snapshots in a folder and the folders in it.
fn files_below(folder: &Path) -> Vec<Value> {
    let mut found = Vec::new();
    for path in std::fs::read_dir(folder).expect("a folder").map(|it| it.expect("an entry").path())
    {
        if path.is_dir() {
            found.extend(files_below(&path));
        } else if path.to_string_lossy().ends_with(".snapshot.json") {
            let text = std::fs::read_to_string(&path).expect("readable");
            found.push(serde_json::from_str(&text).expect("JSON"));
        }
    }
    found
}

#[test]
fn every_sqs_operation_can_be_asked_in_query_form() {
    let sqs = service("sqs");
    assert_eq!(sqs.metadata.protocols, [Protocol::Json, Protocol::Query]);
    assert_eq!(sqs.operations.len(), 23);
    for operation in &sqs.operations {
        assert_eq!(
            operation.result_wrapper.is_some(),
            operation.output.is_some(),
            "{}",
            operation.name
        );
    }
    let structures = sqs.shapes.iter().filter_map(|shape| Some((shape.name, shape.structure()?)));
    for (name, member) in
        structures.flat_map(|(name, it)| it.members.iter().map(move |m| (name, m)))
    {
        let what = format!("{name}.{}", member.name);
        match &sqs.shape(member.shape).kind {
            ShapeKind::List(element) => {
                assert!(member.flattened, "{what}");
                assert_eq!(element.location_name, member.query_name, "{what}");
                assert!(member.query_name.is_some(), "{what}");
            }
            ShapeKind::Map(key, value) => {
                assert!(member.flattened && member.query_name.is_some(), "{what}");
                assert!(matches!(key.location_name, Some("Name" | "Key")), "{what}");
                assert_eq!(value.location_name, Some("Value"), "{what}");
            }
            _ => assert_eq!(member.query_name, None, "{what}"),
        }
        assert_eq!(member.location_name, None, "{what}: JSON keeps the member's name");
    }
}

#[test]
fn traits_arrive() {
    let s3 = service("s3");
    let put = s3.operation("PutObject").expect("modelled");
    assert_eq!(put.checksum_algorithm_member, Some("ChecksumAlgorithm"));
    let grantee = s3.shape_named("Grantee").and_then(Shape::structure).expect("a structure");
    assert!(grantee.member("Type").expect("a member").xml_attribute);
    let list = s3.operation("ListObjectsV2").and_then(|op| op.pagination.as_deref());
    let list = list.expect("paged");
    assert_eq!(
        (&*list.input_tokens, &*list.result_keys),
        (&["ContinuationToken"][..], &["Contents", "CommonPrefixes"][..])
    );
    let pricing = service("pricing").shape_named("PriceListJsonItems").expect("modelled");
    assert!(matches!(&pricing.kind, ShapeKind::List(element) if element.json_value));
    let kinesis = service("kinesis");
    let stream = kinesis.shape_named("SubscribeToShardEventStream").expect("modelled");
    assert!(stream.event_stream);
    assert_eq!(kinesis.metadata.h2, Some("eventstream"));
    let iam = service("iam").error("NoSuchEntity").expect("found by code");
    assert_eq!((iam.shape.name, iam.status), ("NoSuchEntityException", 404));
    let sdb = service("sdb").error("MissingParameter").expect("declared where it is mentioned");
    assert_eq!(sdb.status, 400);
}

proptest! {
    #[test]
    fn damaged_wheels_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), damage in any::<u8>(), place in any::<prop::sample::Index>()) {
        let _random = Wheel::open(bytes);
        let mut archive = tiny_wheel();
        let place = place.index(archive.len());
        archive[place] = damage;
        if let Ok(wheel) = Wheel::open(archive) {
            for path in wheel.paths() {
                let _content = wheel.read(&path);
            }
        }
    }
}

#[test]
fn a_wheel_is_read() {
    let wheel = Wheel::open(tiny_wheel()).expect("a zip archive");
    assert_eq!(wheel.version().as_deref(), Some("1.2.3"));
    assert_eq!(wheel.paths(), ["a.json"]);
    assert_eq!(wheel.read("a.json").as_deref(), Ok(&b"{}"[..]));
    assert!(wheel.read("b.json").is_err());
    assert_eq!(Wheel::open(b"PK".to_vec()).err(), Some(WheelError::NotAnArchive));
}

/// A zip archive of two stored files, written by hand.
fn tiny_wheel() -> Vec<u8> {
    let files: [(&str, &[u8]); 2] =
        [("botocore/data/a.json", b"{}"), ("botocore-1.2.3.dist-info/METADATA", b"")];
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let offset = u32::try_from(archive.len()).expect("small").to_le_bytes();
        let size = u32::try_from(content.len()).expect("small").to_le_bytes();
        let length = u16::try_from(name.len()).expect("small").to_le_bytes();
        archive.extend_from_slice(b"PK\x03\x04");
        archive.extend_from_slice(&[0; 14]);
        archive.extend_from_slice(&[size, size].concat());
        archive.extend_from_slice(&length);
        archive.extend_from_slice(&[0; 2]);
        archive.extend_from_slice(name.as_bytes());
        archive.extend_from_slice(content);
        directory.extend_from_slice(b"PK\x01\x02");
        directory.extend_from_slice(&[0; 16]);
        directory.extend_from_slice(&[size, size].concat());
        directory.extend_from_slice(&length);
        directory.extend_from_slice(&[0; 12]);
        directory.extend_from_slice(&offset);
        directory.extend_from_slice(name.as_bytes());
    }
    let start = u32::try_from(archive.len()).expect("small").to_le_bytes();
    let size = u32::try_from(directory.len()).expect("small").to_le_bytes();
    archive.extend_from_slice(&directory);
    archive.extend_from_slice(b"PK\x05\x06\0\0\0\0\x02\0\x02\0");
    archive.extend_from_slice(&[size, start].concat());
    archive.extend_from_slice(&[0; 2]);
    archive
}
