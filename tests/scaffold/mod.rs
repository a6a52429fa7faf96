//! `standin scaffold`: what it writes, and what it says of what is stale.

use std::path::Path;
use std::process::Output;

use crate::support::standin;

fn scaffold(root: &Path, arguments: &[&str]) -> Output {
    standin().arg("scaffold").args(arguments).arg("--root").arg(root).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn shapes_are_fresh_until_they_are_changed() {
    let root = &Path::new(env!("CARGO_TARGET_TMPDIR")).join("scaffold");
    let _ = std::fs::remove_dir_all(root);
    assert!(scaffold(root, &["generate", "sqs", "sts", "--save"]).status.success());
    let checked = scaffold(root, &["generate", "sqs", "sts", "--check"]);
    assert!(checked.status.success(), "{}", said(&checked));

    let errors = root.join("emulator/shapes/sts/src/errors.rs");
    std::fs::write(&errors, "").unwrap();
    let checked = scaffold(root, &["generate", "sqs", "sts", "--check"]);
    assert_eq!(checked.status.code(), Some(1));
    assert!(
        said(&checked).contains("emulator/shapes/sts/src/errors.rs is stale"),
        "{}",
        said(&checked)
    );
}

#[test]
fn what_is_asked_for_must_be_there() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let unknown = scaffold(here, &["generate", "sqz"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(said(&unknown).contains("no service 'sqz'"), "{}", said(&unknown));
    let again = scaffold(here, &["provider", "sqs"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(said(&again).contains("emulator/providers/sqs is there already"), "{}", said(&again));
    let documented = scaffold(here, &["generate", "sqs", "--doc"]);
    assert!(said(&documented).contains("--specs"), "{}", said(&documented));
}
