//! The pack's round trip, its patches, its damage, and what the embedded one holds.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use proptest::prelude::*;

use super::*;
use crate::botocore::{BuildError, PatchError, Source};
use crate::{Catalog, Location, Protocol};

/// botocore's data files in memory.
#[derive(Clone, Default)]
struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    fn with(mut self, path: &str, text: &str) -> Self {
        self.0.insert(path.to_owned(), text.as_bytes().to_vec());
        self
    }
}

impl Source for Files {
    fn paths(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        self.0.get(path).cloned().ok_or_else(|| "no such file".to_owned())
    }
}

const TINY: &str = r#"{
    "metadata": {
        "apiVersion": "2020-01-01", "endpointPrefix": "tiny", "protocol": "rest-json",
        "serviceFullName": "Tiny", "serviceId": "Tiny", "signatureVersion": "v4"
    },
    "operations": {
        "GetThing": {
            "name": "GetThing",
            "http": {"method": "GET", "requestUri": "/things/{Id}"},
            "input": {"shape": "GetThingRequest"},
            "errors": [{"shape": "Gone"}]
        }
    },
    "shapes": {
        "GetThingRequest": {
            "type": "structure",
            "required": ["Id", "Mode"],
            "members": {
                "Mode": {"shape": "Text", "location": "querystring", "locationName": "mode"},
                "Id": {"shape": "Text", "location": "uri"}
            }
        },
        "Gone": {"type": "structure", "members": {}, "exception": true, "error": {"httpStatusCode": 410}},
        "Text": {"type": "string", "min": 1}
    }
}"#;

fn tiny() -> Files {
    Files::default()
        .with("tiny/2019-01-01/service-2.json", "not even read")
        .with("tiny/2020-01-01/service-2.json", TINY)
        .with("endpoints.json", "{}")
}

fn built() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(|| build(&tiny(), &[], Effort::Quick).expect("tiny builds").bytes)
}

fn patched(patch: &str) -> Result<Catalog, BuildError> {
    let patches = vec![("tiny.json".to_owned(), patch.to_owned())];
    let pack = build(&tiny(), &patches, Effort::Quick)?;
    Ok(Catalog::from_pack(Vec::leak(pack.bytes))?)
}

#[test]
fn the_newest_version_survives_the_pack() {
    let catalog = Catalog::from_pack(built()).expect("just built");
    let entry = catalog.entry("tiny").expect("in the index");
    assert_eq!((entry.api_version, entry.shapes), ("2020-01-01", 3));
    let get = entry.operation("GetThing").expect("in the index");
    assert_eq!((get.method, get.uri), ("GET", "/things/{Id}"));
    assert_eq!(get.required_query, ["mode"]);
    let service = catalog.service("tiny").expect("in the pack");
    let input = service.operation("GetThing").and_then(|op| op.input).expect("an input");
    let members = &service.structure(input).expect("a structure").members;
    assert_eq!(members.iter().map(|member| member.name).collect::<Vec<_>>(), ["Mode", "Id"]);
    assert_eq!(members[1].location, Location::Uri);
    assert_eq!(service.error("Gone").expect("an error").status, 410);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let again = build(&tiny(), &[], Effort::Quick).expect("tiny builds").bytes;
    assert_eq!(again, built());
}

#[test]
fn patches_are_applied() {
    let catalog = patched(
        r#"[{"reason": "r", "evidence": "e", "changes": [
            {"op": "replace", "path": "/shapes/Gone/error/httpStatusCode", "value": 404}
        ]}]"#,
    );
    let service = catalog.expect("it applies").service("tiny").expect("in the pack");
    assert_eq!(service.error("Gone").expect("an error").status, 404);
}

#[test]
fn patches_must_apply_and_say_why() {
    let stale = patched(
        r#"[{"reason": "r", "evidence": "e", "changes": [{"op": "remove", "path": "/shapes/No"}]}]"#,
    );
    assert!(matches!(stale, Err(BuildError::Patch(PatchError::Apply { number: 1, .. }))));
    let silent = patched(r#"[{"reason": "", "evidence": "e", "changes": []}]"#);
    assert!(matches!(silent, Err(BuildError::Patch(PatchError::NoReason { number: 1, .. }))));
    let patches = vec![("nobody.json".to_owned(), "[]".to_owned())];
    let lost = build(&tiny(), &patches, Effort::Quick);
    assert!(
        matches!(lost, Err(BuildError::Patch(PatchError::NoService(name))) if name == "nobody")
    );
}

#[test]
fn a_model_that_makes_no_sense_is_refused() {
    for (from, to) in [
        (r#""type": "string""#, r#""type": "sting""#),
        (r#""location": "uri""#, r#""location": "cloud""#),
        (r#""rest-json""#, r#""rest-yaml""#),
        (r#"{"shape": "Text", "location": "uri"}"#, r#"{"shape": "Lost"}"#),
    ] {
        let files = tiny().with("tiny/2020-01-01/service-2.json", &TINY.replace(from, to));
        let error = build(&files, &[], Effort::Quick).expect_err(to);
        assert!(matches!(error, BuildError::Model { .. }), "{to}: {error}");
    }
    assert!(matches!(build(&Files::default(), &[], Effort::Quick), Err(BuildError::Empty)));
}

#[test]
fn newer_data_lies_over_what_is_built_in() {
    let catalog = Catalog::load(&tiny()).expect("tiny loads");
    assert_eq!(catalog.services().len(), Catalog::embedded().services().len() + 1);
    assert_eq!(catalog.entry("tiny").expect("loaded").operations.len(), 1);
    assert!(catalog.service("sqs").is_some());
    assert!(catalog.endpoint_rules("sqs").expect("sound").is_some());
    assert_eq!(catalog.endpoint_rules("tiny"), Ok(None));
    assert!(catalog.partitions().is_ok());
    let signing: Vec<_> = catalog.by_signing_name("tiny").map(|entry| entry.name).collect();
    assert_eq!(signing, ["tiny"]);
}

#[test]
fn newer_data_that_our_patches_do_not_fit_is_refused() {
    let files = Files::default().with("sqs/2020-01-01/service-2.json", TINY);
    let refused = Catalog::load(&files).expect_err("SQS's patches need SQS's shapes").to_string();
    assert!(refused.starts_with("sqs.json: patch 1 "), "{refused}");
}

#[test]
fn foreign_bytes_are_not_a_pack() {
    assert_eq!(Catalog::from_pack(b"").err(), Some(PackError::NotAPack));
    assert_eq!(Catalog::from_pack(&[0; 64]).err(), Some(PackError::NotAPack));
    let mut newer = built().to_vec();
    newer[8] = 99;
    assert_eq!(Catalog::from_pack(newer.leak()).err(), Some(PackError::Format(99)));
}

#[test]
fn the_embedded_pack_is_whole() {
    let catalog = Catalog::embedded();
    catalog.verify().expect("every frame decodes");
    let services = catalog.services();
    assert_eq!(services.len(), 439);
    assert_eq!(services.iter().map(|entry| entry.operations.len()).sum::<usize>(), 19_796);
}

#[test]
fn the_embedded_pack_is_the_one_that_its_source_names() {
    use sha2::{Digest, Sha256};
    let source = include_str!("../../../../specs/SOURCE.toml");
    let bytes = include_bytes!("../../../../specs/models.pack");
    let hash: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(source.contains(&format!("pack_sha256 = \"{hash}\"\n")), "{hash}");
    let version = Catalog::embedded().version();
    assert!(source.contains(&format!("botocore = \"{version}\"\n")), "{version}");
}

#[test]
fn the_embedded_index_says_what_the_models_say() {
    let catalog = Catalog::embedded();
    for entry in catalog.services() {
        let service = catalog.service(entry.name).expect("the pack is whole");
        let metadata = &service.metadata;
        assert_eq!(entry.signing_name, metadata.signing_name, "{}", entry.name);
        assert_eq!(entry.protocols, metadata.protocols, "{}", entry.name);
        let indexed = entry.operations.iter().map(|operation| (operation.name, operation.uri));
        let modelled =
            service.operations.iter().map(|operation| (operation.name, operation.http.uri));
        assert!(indexed.eq(modelled), "{}", entry.name);
    }
}

#[test]
fn services_are_found_by_their_other_names() {
    let catalog = Catalog::embedded();
    let names = |found: Vec<&crate::ServiceEntry>| -> Vec<&str> {
        found.iter().map(|entry| entry.name).collect()
    };
    assert_eq!(names(catalog.by_signing_name("sqs").collect()), ["sqs"]);
    assert_eq!(names(catalog.by_target_prefix("DynamoDB_20120810").collect()), ["dynamodb"]);
    assert!(names(catalog.by_endpoint_prefix("rds").collect()).contains(&"neptune"));
    assert_eq!(catalog.by_signing_name("nothing").count(), 0);
    assert!(catalog.entry("cloudwatch").expect("there").speaks(Protocol::Query));
}

proptest! {
    #[test]
    fn damaged_packs_never_panic(damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), cut in any::<prop::sample::Index>()) {
        let mut bytes = built().to_vec();
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        bytes.truncate(cut.index(bytes.len() * 4));
        if let Ok(catalog) = Catalog::from_pack(bytes.leak()) {
            let _sound = catalog.verify();
        }
    }

    #[test]
    fn damaged_content_never_panics(damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let catalog = Catalog::from_pack(built()).expect("just built");
        let service = catalog.service("tiny").expect("in the pack");
        let mut content = postcard::to_allocvec(service).expect("it was read from postcard");
        for (place, byte) in damage {
            let place = place.index(content.len());
            content[place] = byte;
        }
        let content: &'static [u8] = content.leak();
        if let Ok(service) = postcard::from_bytes::<Service>(content)
            && validate::service(&service).is_ok()
        {
            for operation in &service.operations {
                let _shape = operation.input.map(|id| service.shape(id).error_code());
            }
        }
    }
}
