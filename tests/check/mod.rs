//! `standin check`: the gate, its exits and its ledgers, in scratch copies of shipped recordings.

mod corpus;
mod exits;
mod fault;
mod pauses;
mod ratchet;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::fallback::Served;
use crate::support::standin;

/// A folder with recordings in it and a package around them, as `cargo insta` wants it.
struct Project(PathBuf);

impl Project {
    /// A project with copies of shipped scenarios (`SERVICE/NAME`).
    fn new(name: &str, scenarios: &[&str]) -> Self {
        let root =
            std::env::temp_dir().join(format!("standin-check-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("src")).unwrap();
        fs::write(root.join("src/lib.rs"), "").unwrap();
        let manifest = "[package]\nname = \"scratch\"\nedition = \"2024\"\n\n[workspace]\n";
        fs::write(root.join("Cargo.toml"), manifest).unwrap();
        let project = Self(root);
        for scenario in scenarios {
            project.copy(scenario);
        }
        project
    }

    fn copy(&self, scenario: &str) {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots").join(scenario);
        let to = self.path(scenario);
        fs::create_dir_all(&to).unwrap();
        for file in ["recording.snap", "parity.snap"] {
            if from.join(file).exists() {
                fs::copy(from.join(file), to.join(file)).unwrap();
            }
        }
    }

    /// A path below the recordings' folder.
    fn path(&self, below: &str) -> PathBuf {
        self.0.join("snapshots").join(below)
    }

    fn read(&self, below: &str) -> String {
        fs::read_to_string(self.path(below)).unwrap()
    }

    /// Rewrites a file, which must change by it.
    fn edit(&self, below: &str, from: &str, to: &str) {
        let before = self.read(below);
        let after = before.replace(from, to);
        assert_ne!(before, after, "{below} has no {from}");
        fs::write(self.path(below), after).unwrap();
    }

    /// `standin check` in the project, without a fallback.
    fn check(&self, arguments: &[&str]) -> Checked {
        let mut command = standin();
        command.args(["check", "--fallback", "none"]).args(arguments).current_dir(&self.0);
        Checked::of(&command.output().unwrap())
    }

    /// `standin review` in the project, with no terminal.
    fn review(&self, arguments: &[&str]) -> Checked {
        let mut command = standin();
        command.arg("review").args(arguments).current_dir(&self.0);
        Checked::of(&command.output().unwrap())
    }

    /// `cargo insta` in the project; `None`, said aloud, where it is not set up.
    fn insta(&self, arguments: &[&str]) -> Option<String> {
        let Some(folder) = std::env::var_os("STANDIN_INSTA").map(PathBuf::from) else {
            println!("ignored: cargo insta: STANDIN_INSTA is not set; run ci/insta");
            return None;
        };
        let mut command = Command::new(folder.join("cargo-insta"));
        command.arg("insta").args(arguments).current_dir(&self.0);
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "cargo insta {arguments:?}: {said}");
        Some(String::from_utf8(output.stdout).unwrap())
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// How a check ended.
#[derive(Debug)]
struct Checked {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Checked {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// It ended with this code.
    #[track_caller]
    fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}{}", self.out, self.err);
        self
    }

    /// Standard output has each of these.
    #[track_caller]
    fn prints(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.out.contains(part), "no `{part}` in:\n{}", self.out);
        }
        self
    }

    /// Standard error has each of these, on one line.
    #[track_caller]
    fn says(self, parts: &[&str]) -> Self {
        let said = self.err.lines().any(|line| parts.iter().all(|part| line.contains(part)));
        assert!(said, "no line with {parts:?} in:\n{}", self.err);
        self
    }
}

/// A server that answers by its own providers alone.
fn serve() -> Served {
    crate::serve::serve(&[])
}
