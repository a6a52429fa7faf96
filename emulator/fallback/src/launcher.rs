//! The launcher of moto: Python files in this program, put into the cache where Python can run them.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use standin_packages::Cache;

macro_rules! files {
    ($($path:literal),+ $(,)?) => {
        &[$(($path, include_str!(concat!("../moto/", $path)))),+]
    };
}

const FILES: &[(&str, &str)] = files![
    "launcher.py",
    "patches/access_keys.py",
    "patches/actions.py",
    "patches/region.py",
    "patches/s3.py",
    "patches/s3_hosts.py",
    "patches/sqs.py",
    "patches/sts.py",
    "standin_moto/__init__.py",
    "standin_moto/clock.py",
    "standin_moto/failures.py",
    "standin_moto/native.py",
    "standin_moto/patching.py",
    "standin_moto/queues.py",
    "standin_moto/request.py",
    "standin_moto/server.py",
    "standin_moto/stack_queues.py",
];

/// Puts the files into the cache unless they are there, and gives the path of the one to run.
pub(crate) fn unpack(cache: &Cache) -> io::Result<PathBuf> {
    let folder = cache.root().join("launchers").join(format!("moto-{:016x}", fingerprint()));
    let program = folder.join("launcher.py");
    if !program.exists() {
        install(&folder)?;
    }
    Ok(program)
}

/// Written beside its place and renamed into it, so that no other process sees a part of it.
fn install(folder: &Path) -> io::Result<()> {
    let written = folder.with_extension(format!("{}.new", std::process::id()));
    for (path, text) in FILES {
        let file = written.join(path);
        fs::create_dir_all(file.parent().expect("every file is in a folder"))?;
        fs::write(file, text)?;
    }
    match fs::rename(&written, folder) {
        // Another process was first; what it wrote is the same.
        Err(_) if folder.join("launcher.py").exists() => fs::remove_dir_all(&written),
        renamed => renamed,
    }
}

fn fingerprint() -> u64 {
    let mut hash = Sha256::new();
    for (path, text) in FILES {
        hash.update(path.len().to_le_bytes());
        hash.update(path);
        hash.update(text);
    }
    let digest = hash.finalize();
    u64::from_be_bytes(digest[..8].try_into().expect("a digest has 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_launcher_is_shipped() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("moto");
        for folder in ["", "patches", "standin_moto"] {
            for entry in fs::read_dir(root.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
                let python = path.extension().is_some_and(|extension| extension == "py");
                assert!(!python || FILES.iter().any(|(file, _)| *file == name), "{name}");
            }
        }
    }

    #[test]
    fn it_is_unpacked_once_and_whole() {
        let root = std::env::temp_dir().join(format!("standin-launcher-{}", std::process::id()));
        let cache = Cache::at(&root);
        let program = unpack(&cache).unwrap();
        assert!(program.with_file_name("patches").join("sqs.py").is_file());
        fs::write(&program, "changed").unwrap();
        assert_eq!(unpack(&cache).unwrap(), program);
        assert_eq!(fs::read_to_string(&program).unwrap(), "changed", "it is not written again");
        fs::remove_dir_all(root).unwrap();
    }
}
