//! The scaffold over real models.

use std::path::{Path, PathBuf};

use standin_model::{Catalog, Service};

use crate::{File, check, generate};

fn service(name: &str) -> &'static Service {
    Catalog::embedded().service(name).expect("a service of the pack")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text(files: &[File], name: &str) -> String {
    files.iter().find(|file| file.path.ends_with(name)).expect("generated").text.clone()
}

#[test]
fn the_shapes_in_the_tree_are_fresh() {
    let folders = std::fs::read_dir(root().join(crate::SHAPES)).expect("the folder is in the tree");
    for folder in folders.flatten() {
        let name = folder.file_name().into_string().expect("a service's name");
        check(&root(), &generate(service(&name), None)).expect("fresh");
    }
}

#[test]
fn generated_code_stays_small() {
    for (name, limit) in [("s3", 8_000), ("ec2", 60_000)] {
        let lines: usize =
            generate(service(name), None).iter().map(|f| f.text.lines().count()).sum();
        assert!(lines < limit, "{name} has {lines} lines");
    }
}

#[test]
fn streams_travel_apart_from_structures() {
    let files = generate(service("s3"), None);
    let operations = text(&files, "operations.rs");
    assert!(operations.contains("\"PutObject\": Streamed<PutObjectRequest> => PutObjectOutput;"));
    assert!(operations.contains("\"GetObject\": GetObjectRequest => Streamed<GetObjectOutput>;"));
    let select = "\"SelectObjectContent\": SelectObjectContentRequest => Evented<SelectObjectContentOutput>;";
    assert!(operations.split_whitespace().collect::<Vec<_>>().join(" ").contains(select));
    let structures = text(&files, "structures.rs");
    let put = structures.split("structure! {").find(|s| s.starts_with(" PutObjectRequest"));
    let put = put.expect("generated");
    assert!(put.contains("key: String = \"Key\",") && !put.contains("= \"Body\""), "{put}");
}

#[test]
fn recursive_structures_are_boxed_and_unions_are_enums() {
    let structures = text(&generate(service("bedrock-runtime"), None), "structures.rs");
    assert!(
        structures.contains("union! { ToolResultContentBlock {\n    Json(Document) = \"json\",")
    );
    let filter = text(&generate(service("ce"), None), "structures.rs");
    assert!(filter.contains("not: Box<Expression> = \"Not\","));
}

#[test]
fn every_service_generates() {
    for entry in Catalog::embedded().services() {
        let files = generate(service(entry.name), None);
        assert!(text(&files, "operations.rs").contains(entry.name));
    }
}
