//! What the end-to-end tests share: the binary under test, its clients, free ports.

pub(crate) mod front;

use std::path::PathBuf;
use std::process::Command;

/// The `standin` binary of this build.
pub(crate) fn standin() -> Command {
    Command::new(env!("CARGO_BIN_EXE_standin"))
}

/// A program of the Python clients' environment, or `None` (said aloud) where it is not set up.
pub(crate) fn client(program: &str) -> Option<PathBuf> {
    let Some(venv) = std::env::var_os("STANDIN_VENV") else {
        println!("ignored: {program}: STANDIN_VENV is not set; run ci/setup-python");
        return None;
    };
    Some(PathBuf::from(venv).join("bin").join(program))
}

/// A folder of the shared test data, or `None` (said aloud) where it is absent.
pub(crate) fn shared(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("STANDIN_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let path = root.join(folder);
    if !path.exists() {
        println!("ignored: {folder}: not there; set STANDIN_SHARED");
        return None;
    }
    Some(path)
}

/// The client by AWS's SDK for Rust, built when first asked for.
pub(crate) fn rust_client() -> PathBuf {
    static BUILT: std::sync::OnceLock<PathBuf> = std::sync::OnceLock::new();
    let build = || {
        let folder = PathBuf::from(env!("CARGO_BIN_EXE_standin"));
        let folder = folder.parent().expect("the profile's folder").to_owned();
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
        cargo.args(["build", "--quiet", "--package", "standin-rust-client"]);
        if folder.ends_with("release") {
            cargo.arg("--release");
        }
        assert!(cargo.status().expect("cargo runs").success(), "the client does not build");
        folder.join("standin-rust-client")
    };
    BUILT.get_or_init(build).clone()
}
