//! What is decided before pip runs, how its failures are read, and what the shipped pins are.
#![expect(clippy::print_stdout, reason = "a test that can't run here says so")]

use super::*;
use crate::{Cache, package};

#[test]
fn every_requirement_is_pinned_and_hashed() {
    let text = include_str!("../../data/moto.txt");
    let joined = text.replace("\\\n", " ");
    let lines: Vec<&str> = joined.lines().filter(|l| !l.trim().is_empty()).collect();
    assert!(lines.len() > 40);
    for line in &lines {
        assert!(line.contains("==") && line.contains("--hash=sha256:"), "{line}");
    }
    let moto = format!("moto=={} ", package("moto").unwrap().version);
    assert!(lines.iter().any(|line| line.starts_with(&moto)));
}

#[test]
fn versions_are_compared_as_numbers() {
    assert!(is_at_least("3.10", 10) && is_at_least("3.14", 10));
    assert!(!is_at_least("3.9", 10) && !is_at_least("2.7", 6) && !is_at_least("", 1));
}

#[test]
fn a_missing_python_is_named() {
    let environment = [("PATH", "/nonexistent")].into_iter().collect();
    let cache =
        Cache::at(std::env::temp_dir().join(format!("standin-nopy-{}", std::process::id())));
    let failed = package("moto").unwrap().install(&cache, &environment, &|_| {}).unwrap_err();
    assert!(matches!(failed, InstallError::PythonMissing { package: "moto", minor: 10 }));
    assert!(failed.to_string().contains("none in PATH"));
    let _ = fs::remove_dir_all(cache.root());
}

#[test]
#[cfg(unix)]
fn pip_failures_are_told_apart() {
    use std::os::unix::process::ExitStatusExt;
    let failed = |stderr: &str| {
        let status = std::process::ExitStatus::from_raw(256);
        pip_error(&Output { status, stdout: vec![], stderr: stderr.into() })
    };
    let hash = "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.";
    assert!(matches!(failed(hash), InstallError::Hash(_)));
    let gone = "WARNING: Retrying\nERROR: No matching distribution found for moto==5.2.5";
    assert!(matches!(failed(gone), InstallError::Registry(_)));
    assert!(matches!(failed("ERROR: disk full"), InstallError::Pip(_)));
}

/// Against the real registry path of pip, turned to a port where nothing listens.
#[test]
fn a_registry_out_of_reach_is_said() {
    let Ok(path) = std::env::var("PATH") else { return println!("ignored: no PATH") };
    let environment: Environment = [
        ("PATH", path.as_str()),
        ("PIP_CONFIG_FILE", "/dev/null"),
        ("PIP_INDEX_URL", "http://127.0.0.1:9/simple"),
        ("PIP_RETRIES", "0"),
    ]
    .into_iter()
    .collect();
    if find_python(&environment).is_none() {
        return println!("ignored: no python3 here");
    }
    let cache = Cache::at(std::env::temp_dir().join(format!("standin-off-{}", std::process::id())));
    let failed = package("moto").unwrap().install(&cache, &environment, &|_| {}).unwrap_err();
    assert!(matches!(failed, InstallError::Registry(_)), "{failed}");
    let _ = fs::remove_dir_all(cache.root());
}
