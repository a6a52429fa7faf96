//! Running `record` and `replay` around a client.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::front::Front;
use crate::support::{client, standin};

/// A scratch folder that goes with the test.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("standin-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("writable");
        Self(path)
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.0.join(below)
    }

    /// A Python script of the client's.
    pub(crate) fn script(&self, text: &str) -> PathBuf {
        let path = self.path("scenario.py");
        std::fs::write(&path, text).expect("writable");
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// `standin record` at a front, with its credentials; more arguments and the command are the caller's.
pub(crate) fn record(front: &Front, folder: &Path) -> Command {
    let mut command = clean(standin());
    command
        .args(["record", "--mode", "all", "--upstream", &front.url(), "--upstream-ca"])
        .arg(&front.ca)
        .arg("-o")
        .arg(folder)
        .envs(Front::credentials());
    command
}

/// `standin replay` of a folder.
pub(crate) fn replay(folder: &Path) -> Command {
    let mut command = clean(standin());
    command.arg("replay").arg(folder);
    command
}

/// The command without what the tests' own environment says of AWS.
pub(crate) fn clean(mut command: Command) -> Command {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AWS_") {
            command.env_remove(name);
        }
    }
    command.env_remove("CI");
    command.env("HOME", "/nonexistent").env("AWS_REGION", "eu-west-1");
    command
}

/// The command's client: Python with boto3, if it is there.
pub(crate) fn with_python(command: &mut Command, script: &Path) -> Option<Output> {
    let python = client("python3")?;
    Some(command.arg("--").arg(python).arg(script).output().expect("standin runs"))
}

/// Standard error as text.
pub(crate) fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Standard output as text.
pub(crate) fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The command without a voice.
pub(crate) fn quiet(command: &mut Command) -> &mut Command {
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null())
}
