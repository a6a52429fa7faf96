//! The budgets of style: lengths, forbidden words, module headers.

mod functions;
mod text;

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::Findings;

/// Folders of hand-written Rust; generated shapes are left out.
const FOLDERS: &[&str] = &["cli", "proxy", "emulator", "harness", "ci", "tests"];

/// A source file with its path as shown in findings.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// Whether the whole file is test code.
    fn is_test(&self) -> bool {
        self.path.starts_with("tests/")
            || self.path.contains("/tests/")
            || self.path.ends_with("/tests.rs")
            || self.path.ends_with("_tests.rs")
    }
}

/// Checks every hand-written source file.
pub(crate) fn check(root: &Path) -> Result<Findings, String> {
    let mut findings = Findings::new();
    let mut lengths = Vec::new();
    for source in sources(root)? {
        findings.extend(text::check(&source));
        match functions::lengths(&source) {
            Ok(found) => {
                findings.extend(functions::too_long(&source, &found));
                if !source.is_test() {
                    lengths.extend(found.into_iter().filter(|f| !f.test).map(|f| f.lines));
                }
            }
            Err(error) => findings.push(format!("{}: {error}", source.path)),
        }
    }
    findings.extend(functions::median_finding(&mut lengths));
    findings.extend(manifests(root)?);
    Ok(findings)
}

fn sources(root: &Path) -> Result<Vec<Source>, String> {
    let mut sources = Vec::new();
    for folder in FOLDERS {
        for path in rust_files(&root.join(folder)) {
            let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            let text = std::fs::read_to_string(&path).map_err(|e| format!("{shown}: {e}"))?;
            sources.push(Source { path: shown, text });
        }
    }
    Ok(sources)
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.file_name() != "target" && entry.file_name() != "shapes")
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

/// Every crate takes its lints from the workspace.
fn manifests(root: &Path) -> Result<Findings, String> {
    let mut findings = Findings::new();
    for folder in FOLDERS {
        let manifests = WalkDir::new(root.join(folder)).into_iter().filter_map(Result::ok);
        for entry in manifests.filter(|entry| entry.file_name() == "Cargo.toml") {
            let shown = entry.path().strip_prefix(root).unwrap_or(entry.path()).display();
            let text =
                std::fs::read_to_string(entry.path()).map_err(|e| format!("{shown}: {e}"))?;
            if !text.contains("[lints]\nworkspace = true") {
                findings.push(format!("{shown}: add `[lints] workspace = true`"));
            }
        }
    }
    Ok(findings)
}
