//! What the end-to-end tests share: the binary under test, its clients, free ports.
#![expect(dead_code, reason = "each module uses some of it")]

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
