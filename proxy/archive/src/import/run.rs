//! One import: files in, scenarios out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::Response;
use standin_model::{Answer, Catalog, Timestamp};
use standin_protocol::Call;
use standin_protocol::routing::Router;
use standin_tape::Sweep;

use super::assembly::{self, Assembled, count};
use super::decode::{self, Decoded};
use super::entry::Entry;
use super::files::{self, Choice, Found, Loaded};
use super::formats::{Beside, Place};
use super::prologue::Siblings;
use super::{FileReport, Format, Outcome, Passage, Summary, lone, name};
use crate::{Scenario, allowances};

/// An import that has read its files.
pub struct Importer {
    catalog: &'static Catalog,
    sections: Vec<Section>,
    siblings: Siblings,
    files: u32,
    skipped: u32,
}

/// An import could not begin.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A path that was named is not there.
    #[error("{}: no such file or folder", .0.display())]
    NoSuchPath(PathBuf),
    /// Nothing to import was found.
    #[error("no file to import was found")]
    NoFiles,
    /// A folder can't be looked through.
    #[error("{}: {reason}", .path.display())]
    Walk {
        /// The folder.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// An answer, and the response that it was read of.
#[derive(Clone, Copy, Debug)]
pub struct Read<'i> {
    /// The format of the file.
    pub format: Format,
    /// The operation and its protocol.
    pub call: Call,
    /// The response, as it came but for compression.
    pub response: &'i Response<Bytes>,
    /// What it was read as; streams stand in their members.
    pub answer: &'i Answer,
}

/// What becomes one recording, as far as it was understood.
struct Section {
    path: PathBuf,
    format: Format,
    name: String,
    passages: Result<Vec<Understood>, String>,
}

/// One of the exchanges of a file, and what became of it.
pub(super) struct Understood {
    pub(super) seconds: Option<i64>,
    pub(super) decoded: Result<Decoded, String>,
}

impl Importer {
    /// Finds and reads the files; what can't be read is reported by [`Importer::run`].
    pub fn new(
        choice: impl Into<Choice>,
        catalog: &'static Catalog,
        paths: &[PathBuf],
    ) -> Result<Self, ImportError> {
        let Found { loaded, skipped } = files::read(choice.into(), paths)?;
        let files = count(loaded.len());
        let names = name::names(&wanted(&loaded));
        let router = Router::new(catalog);
        let mut reader = Reader { router: &router, catalog, siblings: Siblings::default() };
        let mut names = names.into_iter();
        let mut sections = Vec::new();
        for Loaded { path, format, sections: read } in loaded {
            let mut add = |passages| {
                let name = names.next().expect("there is a name for each section");
                sections.push(Section { path: path.clone(), format, name, passages });
            };
            match read {
                Ok(read) => {
                    for section in read {
                        add(Ok(reader.entries(&section.entries)));
                    }
                }
                Err(reason) => add(Err(reason)),
            }
        }
        Ok(Self { catalog, sections, siblings: reader.siblings, files, skipped })
    }

    /// How many recordings there will be, with files that can't be read.
    pub fn len(&self) -> usize {
        self.sections.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sections.is_empty()
    }

    /// The answers that were read of responses, before anything is scrubbed.
    pub fn answers(&self) -> impl Iterator<Item = Read<'_>> {
        let passages = self.sections.iter().flat_map(|section| {
            section.passages.iter().flatten().map(move |passage| (section.format, passage))
        });
        passages.filter_map(|(format, passage)| {
            let Decoded { call, answer, wire, .. } = passage.decoded.as_ref().ok()?;
            Some(Read { format, call: *call, response: wire.as_ref()?, answer })
        })
    }

    /// Saves each section as a scenario below `output`; `report` hears of each when it is done.
    pub fn run(self, output: &Path, report: &mut dyn FnMut(&FileReport)) -> Summary {
        let mut summary =
            Summary { files: self.files, skipped: self.skipped, ..Summary::default() };
        for section in self.sections {
            let done = section.save(self.catalog, &self.siblings, output);
            report(&done);
            summary.add(&done);
        }
        summary
    }
}

/// The path and name of each section.
fn wanted(loaded: &[Loaded]) -> Vec<(&Path, Option<&str>)> {
    let mut all = Vec::new();
    for file in loaded {
        match &file.sections {
            Ok(sections) => all.extend(
                sections.iter().map(|section| (file.path.as_path(), section.name.as_deref())),
            ),
            Err(_) => all.push((file.path.as_path(), None)),
        }
    }
    all
}

/// Reads a file's content as an import does, and keeps nothing: how many exchanges were understood, and how many not.
pub fn probe(format: Format, router: &Router, content: &[u8]) -> Result<(usize, usize), String> {
    let place = Place { path: Path::new(format.example()), beside: &Nothing };
    let sections = format.read(content, place)?;
    let mut reader = Reader { router, catalog: Catalog::embedded(), siblings: Siblings::default() };
    let understood: Vec<_> =
        sections.iter().flat_map(|section| reader.entries(&section.entries)).collect();
    let usable = understood.iter().filter(|passage| passage.decoded.is_ok()).count();
    Ok((usable, understood.len() - usable))
}

/// No files lie beside what is probed.
#[derive(Debug)]
struct Nothing;

impl Beside for Nothing {
    fn body_file(&self, _: &str) -> Option<Vec<u8>> {
        None
    }
}

/// Understands entries, and learns what they say of others.
struct Reader<'r> {
    router: &'r Router,
    catalog: &'static Catalog,
    siblings: Siblings,
}

impl Reader<'_> {
    fn entries(&mut self, entries: &[Entry]) -> Vec<Understood> {
        entries.iter().map(|entry| self.entry(entry)).collect()
    }

    fn entry(&mut self, entry: &Entry) -> Understood {
        match entry {
            Entry::Passage(passage) => self.passage(passage),
            Entry::Answer(answer) => {
                let decoded = lone::decode(self.catalog, answer);
                let seconds = decoded.as_ref().ok().and_then(|decoded| decoded.seconds);
                Understood { seconds, decoded }
            }
            Entry::Unusable(reason) => Understood { seconds: None, decoded: Err(reason.clone()) },
        }
    }

    fn passage(&mut self, passage: &Passage) -> Understood {
        if let Some((call, answer)) = decode::witness(self.router, passage) {
            self.siblings.witness(call, &answer);
        }
        let decoded = decode::decode(self.router, passage);
        if let Ok(decoded) = &decoded {
            self.siblings.learn(decoded);
        }
        Understood { seconds: passage.date.map(Timestamp::seconds), decoded }
    }
}

impl Section {
    fn save(self, catalog: &'static Catalog, siblings: &Siblings, output: &Path) -> FileReport {
        let mut report = FileReport {
            file: self.path,
            format: self.format,
            exchanges: 0,
            imported: 0,
            unusable: BTreeMap::new(),
            inferred: 0,
            outcome: Outcome::Empty,
        };
        let passages = match self.passages {
            Ok(passages) if passages.is_empty() => return report,
            Ok(passages) => passages,
            Err(reason) => {
                report.outcome = Outcome::Failed(reason);
                return report;
            }
        };
        report.exchanges = count(passages.len());
        let Assembled { recording, unusable, redacted } =
            assembly::assemble((&self.name, self.format), passages, siblings, catalog);
        let inferred = recording.exchanges.iter().filter(|exchange| exchange.is_inferred()).count();
        report.inferred = count(inferred);
        report.imported = count(recording.exchanges.len() - inferred);
        report.unusable = unusable;
        let folder = output.join(&recording.scenario);
        let saved = allowances(&folder).and_then(|allowed| {
            let sweep = Sweep::patterns().allowing(allowed).with_redacted(&redacted);
            Scenario::in_folder(&folder).save(&recording, &sweep)
        });
        report.outcome = match saved {
            Ok(saved) => Outcome::Saved { scenario: recording.scenario, saved },
            Err(error) => Outcome::Failed(error.to_string()),
        };
        report
    }
}
