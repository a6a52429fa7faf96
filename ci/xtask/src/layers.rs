//! The direction of dependencies: a crate uses lower levels only, in dev-dependencies too.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use crate::Findings;

/// Crate (a trailing `*` matches any ending) and its level; the same table stands in ARCHITECTURE.md.
const LEVELS: &[(&str, u8)] = &[
    ("standin-model", 0),
    ("standin-sigv4", 0),
    ("standin-packages", 0),
    ("standin-authority", 0),
    ("standin-protocol", 1),
    ("standin-tape", 1),
    ("standin-core", 1),
    ("standin-shapes-*", 2),
    ("standin-store", 2),
    ("standin-compare", 2),
    ("standin-runtime-*", 2),
    ("standin-archive", 2),
    ("standin-codegen", 2),
    ("standin-intercept", 2),
    ("standin-provider-*", 3),
    ("standin-gateway", 3),
    ("standin-fallback", 3),
    ("standin-relay", 3),
    ("standin-server", 4),
    ("standin-gate", 4),
    ("standin-fuzz", 5),
    ("standin-hostile", 5),
    ("standin", 6),
    ("standin-bench", 6),
    ("standin-rust-client", 6),
    ("xtask", 6),
];

/// Pairs that no level forbids but an invariant does: the first never uses the second.
const FORBIDDEN: &[(&str, &str, &str)] = &[
    ("standin-relay", "standin-server", "the proxy never links the emulator"),
    ("standin-relay", "standin-gateway", "the proxy never links the emulator"),
    ("standin-gate", "standin-gateway", "the harness never links a gateway"),
    ("standin-gate", "standin-store", "the harness never links a store"),
    ("standin-gate", "standin-provider-*", "the harness never links a provider"),
    ("standin-gate", "standin-server", "the harness never links the emulator"),
    ("standin-fuzz", "standin-gateway", "the harness never links a gateway"),
    ("standin-fuzz", "standin-store", "the harness never links a store"),
    ("standin-fuzz", "standin-provider-*", "the harness never links a provider"),
    ("standin-fuzz", "standin-server", "the harness never links the emulator"),
    ("standin-compare", "standin-store", "the harness never links a store"),
];

/// Crates that do no I/O and so must not see these.
const PURE: &[&str] =
    &["standin-model", "standin-protocol", "standin-sigv4", "standin-tape", "standin-compare"];
const IMPURE: &[&str] = &["tokio", "hyper", "hyper-util", "reqwest", "walkdir"];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
}

/// Checks every package of the workspace against the table.
pub(crate) fn check(root: &Path) -> Result<Findings, String> {
    let metadata = metadata(root)?;
    let levels: BTreeMap<&str, Option<u8>> = metadata
        .packages
        .iter()
        .map(|package| (package.name.as_str(), level(&package.name)))
        .collect();
    Ok(metadata.packages.iter().flat_map(|package| check_package(package, &levels)).collect())
}

fn metadata(root: &Path) -> Result<Metadata, String> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("cargo metadata: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))
}

fn check_package(package: &Package, levels: &BTreeMap<&str, Option<u8>>) -> Findings {
    let Some(own) = level(&package.name) else {
        return vec![format!("{}: no level; add it to ci/xtask/src/layers.rs", package.name)];
    };
    package
        .dependencies
        .iter()
        .filter_map(|dependency| fault(&package.name, own, &dependency.name, levels))
        .collect()
}

fn fault(
    user: &str,
    own: u8,
    dependency: &str,
    levels: &BTreeMap<&str, Option<u8>>,
) -> Option<String> {
    if PURE.contains(&user) && IMPURE.contains(&dependency) {
        return Some(format!("{user} -> {dependency}: {user} does no I/O"));
    }
    let used_level = levels.get(dependency).copied().flatten()?;
    let forbidden =
        FORBIDDEN.iter().find(|(from, to, _)| matches(from, user) && matches(to, dependency));
    match forbidden {
        Some((_, _, reason)) => Some(format!("{user} -> {dependency}: {reason}")),
        None if used_level >= own => Some(format!(
            "{user} (level {own}) -> {dependency} (level {used_level}): only lower levels"
        )),
        None => None,
    }
}

fn level(name: &str) -> Option<u8> {
    LEVELS.iter().find(|(pattern, _)| matches(pattern, name)).map(|(_, level)| *level)
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => pattern == name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault_of(user: &str, dependency: &str) -> Option<String> {
        let levels = BTreeMap::from([(dependency, level(dependency))]);
        fault(user, level(user).expect("known"), dependency, &levels)
    }

    #[test]
    fn upward_and_sideways_dependencies_are_faults() {
        assert!(fault_of("standin-model", "standin-protocol").is_some());
        assert!(fault_of("standin-provider-sqs", "standin-provider-sts").is_some());
        assert!(fault_of("standin-gate", "standin-store").is_some());
        assert!(fault_of("standin-tape", "tokio").is_some());
    }

    #[test]
    fn downward_dependencies_are_fine() {
        assert_eq!(fault_of("standin-protocol", "standin-model"), None);
        assert_eq!(fault_of("standin-server", "standin-provider-sqs"), None);
        assert_eq!(fault_of("standin-gateway", "tokio"), None);
    }
}
