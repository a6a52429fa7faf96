//! The kind of package that is a Python virtual environment with pinned and hashed requirements.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use crate::{Environment, InstallError, Installer, Package};

/// A virtual environment made by the machine's own Python.
pub struct PythonVenv {
    /// A requirements file in which each line is pinned and has its hashes.
    pub requirements: &'static str,
    /// The oldest minor version of Python 3 that all requirements have files for.
    pub minimum_minor: u32,
}

/// Variables that would put the files elsewhere, or take others than the pinned ones.
const FOREIGN: &[&str] = &[
    "PYTHONHOME",
    "PYTHONPATH",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_ROOT",
    "PIP_USER",
    "PIP_CONSTRAINT",
    "PIP_REQUIREMENT",
    "PIP_DRY_RUN",
    "PIP_REQUIRE_VIRTUALENV",
];

impl Installer for PythonVenv {
    fn install(
        &self,
        package: &Package,
        folder: &Path,
        environment: &Environment,
    ) -> Result<(), InstallError> {
        let base = self.base_python(package, environment)?;
        let made = run(&base, &["-I", "-m", "venv", "."], folder, environment)?;
        if !made.status.success() {
            return Err(InstallError::Venv(tail(&made)));
        }
        let file = folder.join("requirements.txt");
        fs::write(&file, self.requirements).map_err(InstallError::io("write", &file))?;
        let python = folder.join(self.program());
        let installed = run(&python, PIP_INSTALL, folder, environment)?;
        if installed.status.success() { Ok(()) } else { Err(pip_error(&installed)) }
    }

    fn pins(&self) -> &str {
        self.requirements
    }

    fn program(&self) -> &'static str {
        if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" }
    }
}

impl PythonVenv {
    fn base_python(
        &self,
        package: &Package,
        environment: &Environment,
    ) -> Result<PathBuf, InstallError> {
        let (package, minor) = (package.name, self.minimum_minor);
        let python =
            find_python(environment).ok_or(InstallError::PythonMissing { package, minor })?;
        let script = "import sys; print('%d.%d' % sys.version_info[:2])";
        let answer = run(&python, &["-I", "-c", script], Path::new("."), environment)?;
        let found = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
        if is_at_least(&found, minor) {
            return Ok(python);
        }
        Err(InstallError::PythonTooOld { package, minor, python, found })
    }
}

/// Only wheels: building a source distribution would run code that no hash of a build tool pins.
const PIP_INSTALL: &[&str] = &[
    "-I",
    "-m",
    "pip",
    "install",
    "--require-hashes",
    "--no-deps",
    "--only-binary",
    ":all:",
    "--no-input",
    "--disable-pip-version-check",
    "--quiet",
    "--requirement",
    "requirements.txt",
];

fn find_python(environment: &Environment) -> Option<PathBuf> {
    if let Some(python) = environment.get("STANDIN_PYTHON") {
        return Some(python.into());
    }
    let name = if cfg!(windows) { "python.exe" } else { "python3" };
    environment
        .search_path()
        .into_iter()
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

fn is_at_least(version: &str, minor: u32) -> bool {
    version
        .strip_prefix("3.")
        .and_then(|rest| rest.parse::<u32>().ok())
        .is_some_and(|found| found >= minor)
}

fn run(
    program: &Path,
    arguments: &[&str],
    folder: &Path,
    environment: &Environment,
) -> Result<Output, InstallError> {
    let variables = environment.iter().filter(|(name, _)| !FOREIGN.iter().any(|f| name == f));
    Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .envs(variables)
        .stdin(Stdio::null())
        .output()
        .map_err(InstallError::io("run", program))
}

fn pip_error(output: &Output) -> InstallError {
    let text = String::from_utf8_lossy(&output.stderr);
    let said = tail(output);
    if text.contains("DO NOT MATCH THE HASHES") || text.contains("Hashes are required") {
        return InstallError::Hash(said);
    }
    let unreachable =
        ["Could not find a version", "No matching distribution", "ConnectionError", "Max retries"];
    if unreachable.iter().any(|sign| text.contains(sign)) {
        return InstallError::Registry(said);
    }
    InstallError::Pip(said)
}

/// The last lines of what a process said, which name the cause.
fn tail(output: &Output) -> String {
    let text = if output.stderr.is_empty() { &output.stdout } else { &output.stderr };
    let text = String::from_utf8_lossy(text);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(4)..].join("; ")
}

#[cfg(test)]
mod tests;
