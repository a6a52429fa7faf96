//! Updating the pack, from a wheel of one small service.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{json, specs, text};
use crate::serve::{raw, request, serve};

const MODEL: &str = r#"{
    "metadata": {
        "apiVersion": "2020-01-01", "endpointPrefix": "tiny", "protocol": "json", "jsonVersion": "1.1",
        "serviceFullName": "Tiny", "serviceId": "Tiny", "signatureVersion": "v4", "targetPrefix": "Tiny"
    },
    "operations": {"GetThing": {"name": "GetThing", "http": {"method": "POST", "requestUri": "/"}}},
    "shapes": {}
}"#;

/// A folder for one test, empty at its start.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("specs").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    std::fs::create_dir_all(folder.join("patches")).unwrap();
    folder
}

/// Writes a wheel and a SOURCE.toml that pins it.
fn pin(folder: &Path) -> String {
    let wheel = wheel(&[
        ("botocore/data/tiny/2020-01-01/service-2.json", MODEL),
        ("botocore-9.9.9.dist-info/METADATA", ""),
    ]);
    let path = folder.join("botocore.whl");
    std::fs::write(&path, &wheel).unwrap();
    let hash: String = Sha256::digest(&wheel).iter().map(|byte| format!("{byte:02x}")).collect();
    let source = format!("botocore = \"9.9.9\"\nwheel_sha256 = \"{hash}\"\n");
    std::fs::write(folder.join("SOURCE.toml"), source).unwrap();
    path.to_str().unwrap().to_owned()
}

fn update(folder: &Path, wheel: &str, more: &[&str]) -> (Option<i32>, String) {
    let arguments = ["update", "--folder", folder.to_str().unwrap(), "--wheel", wheel];
    let output = specs(&[&arguments[..], more].concat());
    (output.status.code(), text(&output.stderr))
}

#[test]
fn what_is_written_is_fresh_until_something_changes() {
    let folder = folder("fresh");
    let wheel = pin(&folder);
    assert_eq!(update(&folder, &wheel, &[]), (Some(0), String::new()));
    assert_eq!(update(&folder, &wheel, &["--check"]), (Some(0), String::new()));
    let source = std::fs::read_to_string(folder.join("SOURCE.toml")).unwrap();
    assert!(source.contains("services = 1\noperations = 1\nshapes = 0\n"), "{source}");
    let patch = r#"[{"reason": "r", "evidence": "e", "changes": [
        {"op": "replace", "path": "/metadata/jsonVersion", "value": "1.0"}]}]"#;
    std::fs::write(folder.join("patches/tiny.json"), patch).unwrap();
    let (code, said) = update(&folder, &wheel, &["--check"]);
    assert!(code == Some(1) && said.contains("standin specs update"), "{said}");
    assert_eq!(update(&folder, &wheel, &[]).0, Some(0));
    assert_eq!(update(&folder, &wheel, &["--check"]).0, Some(0));
    let mut pack = std::fs::read(folder.join("models.pack")).unwrap();
    *pack.last_mut().unwrap() ^= 1;
    std::fs::write(folder.join("models.pack"), pack).unwrap();
    assert_eq!(update(&folder, &wheel, &["--check"]).0, Some(1));
}

#[test]
fn another_wheel_of_the_pinned_version_is_refused() {
    let folder = folder("foreign");
    let wheel = pin(&folder);
    let source = std::fs::read_to_string(folder.join("SOURCE.toml")).unwrap();
    let changed = source.replace("wheel_sha256 = \"", "wheel_sha256 = \"0");
    std::fs::write(folder.join("SOURCE.toml"), changed).unwrap();
    let (code, said) = update(&folder, &wheel, &[]);
    assert!(code == Some(2) && said.contains("the wheel's sha256 is"), "{said}");
    assert!(!folder.join("models.pack").exists());
}

#[test]
fn faults_are_named_and_nothing_is_written() {
    let folder = folder("faults");
    let wheel = pin(&folder);
    let stale = r#"[{"reason": "old", "evidence": "e", "changes": [{"op": "remove", "path": "/shapes/X"}]}]"#;
    for (file, patch, said) in [
        ("tiny.json", stale, "tiny.json: patch 1 (old): nothing at /shapes/X"),
        ("tiny.json", "{", "tiny.json: "),
        (
            "tiny.json",
            r#"[{"reason": "", "evidence": "", "changes": []}]"#,
            "gives no reason or no evidence",
        ),
        ("huge.json", "[]", "huge: no such service"),
    ] {
        std::fs::write(folder.join("patches").join(file), patch).unwrap();
        let (code, told) = update(&folder, &wheel, &[]);
        assert!(code == Some(2) && told.contains(said), "{told}");
        std::fs::remove_file(folder.join("patches").join(file)).unwrap();
    }
    std::fs::write(folder.join("broken.whl"), "PK").unwrap();
    let broken = folder.join("broken.whl");
    let (code, told) = update(&folder, broken.to_str().unwrap(), &[]);
    assert!(code == Some(2) && told.contains("not a zip archive"), "{told}");
    let (code, told) = update(&folder, "/nowhere.whl", &[]);
    assert!(code == Some(2) && told.contains("/nowhere.whl"), "{told}");
    assert!(!folder.join("models.pack").exists());
}

/// The data folder of a botocore that has but the small service.
fn newer(name: &str) -> PathBuf {
    let data = folder(name).join("data");
    let version = data.join("tiny/2020-01-01");
    std::fs::create_dir_all(&version).unwrap();
    std::fs::write(version.join("service-2.json"), MODEL).unwrap();
    std::fs::write(data.join("../__init__.py"), "\n__version__ = '9.9.9'\n").unwrap();
    data
}

#[test]
fn the_emulator_knows_services_of_a_folder() {
    let served = serve(&["--specs", newer("served").to_str().unwrap()]);
    let target = "Content-Type: application/x-amz-json-1.1\r\nX-Amz-Target: Tiny.GetThing";
    let answer = raw(&served, &request("POST /", target, "{}"));
    assert!(answer.starts_with("HTTP/1.1 501"), "{answer}");
    let without = serve(&[]);
    let answer = raw(&without, &request("POST /", target, "{}"));
    assert!(answer.starts_with("HTTP/1.1 404") || answer.starts_with("HTTP/1.1 400"), "{answer}");
}

#[test]
fn newer_data_is_read_from_a_folder() {
    let data = newer("newer");
    let installed = data.join("..");
    for folder in [&data, &installed] {
        let arguments = ["show", "tiny", "GetThing", "--json", "--specs", folder.to_str().unwrap()];
        assert_eq!(json(&arguments)["http"]["method"], "POST");
    }
    let listed = text(&specs(&["list", "--specs", installed.to_str().unwrap()]).stdout);
    assert!(listed.ends_with("440 services, 19797 operations (botocore 9.9.9)\n"), "{listed}");
}

/// A zip archive of stored files.
fn wheel(files: &[(&str, &str)]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let offset = u32::try_from(archive.len()).unwrap().to_le_bytes();
        let size = u32::try_from(content.len()).unwrap().to_le_bytes();
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        archive.extend_from_slice(b"PK\x03\x04");
        archive.extend_from_slice(&[0; 14]);
        archive.extend_from_slice(&[size, size].concat());
        archive.extend_from_slice(&length);
        archive.extend_from_slice(&[0; 2]);
        archive.extend_from_slice(name.as_bytes());
        archive.extend_from_slice(content.as_bytes());
        directory.extend_from_slice(b"PK\x01\x02");
        directory.extend_from_slice(&[0; 16]);
        directory.extend_from_slice(&[size, size].concat());
        directory.extend_from_slice(&length);
        directory.extend_from_slice(&[0; 12]);
        directory.extend_from_slice(&offset);
        directory.extend_from_slice(name.as_bytes());
    }
    let start = u32::try_from(archive.len()).unwrap().to_le_bytes();
    let size = u32::try_from(directory.len()).unwrap().to_le_bytes();
    let count = u16::try_from(files.len()).unwrap().to_le_bytes();
    archive.extend_from_slice(&directory);
    archive.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    archive.extend_from_slice(&[count, count].concat());
    archive.extend_from_slice(&[size, start].concat());
    archive.extend_from_slice(&[0; 2]);
    archive
}
