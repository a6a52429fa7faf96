//! One module a format: from the tree of a file to its sections.

mod bodies;
mod dvr;
mod go_vcr;
mod har;
mod httpreplay;
mod mitmproxy;
mod nock;
mod placebo;
mod ruby_vcr;
mod snapshot;
mod stubber;
mod test_agent;
mod vcrpy;
mod wiremock;

use std::path::Path;

pub(super) use placebo::name as placebo_name;
pub(super) use wiremock::NO_HOST;

use super::entry::{Entry, Section};
use super::tree::Tree;

/// A format that can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// The JSON of google/go-replayers' httpreplay.
    HttpReplay,
    /// The YAML of go-vcr, cassettes of version 1 and 2 (its modules v1 to v4).
    GoVcr,
    /// The YAML or JSON of Ruby's VCR.
    RubyVcr,
    /// The YAML or JSON of Python's vcrpy.
    Vcrpy,
    /// The JSON of smithy-rs' `dvr`.
    Dvr,
    /// The JSON that nock records.
    Nock,
    /// Stub mappings of WireMock.
    WireMock,
    /// HTTP Archive 1.1 and 1.2.
    Har,
    /// The flows that mitmproxy saves.
    Mitmproxy,
    /// The cassettes of Datadog's test agent.
    TestAgent,
    /// placebo's answers, one a file; a folder is a recording.
    Placebo,
    /// Calls and answers of botocore's stubber.
    Stubber,
    /// LocalStack's `*.snapshot.json`; each test in it is a recording.
    Snapshot,
}

/// What is known of a file besides its content.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'p> {
    /// Where it lies; formats that say something with names look at it.
    pub(super) path: &'p Path,
    /// Reads a file that this one names, below the folder beside its own.
    pub(super) beside: &'p dyn Beside,
}

/// Reads files that a file names.
pub(super) trait Beside: std::fmt::Debug {
    /// The content of WireMock's `__files/NAME`.
    fn body_file(&self, name: &str) -> Option<Vec<u8>>;
}

impl Format {
    /// All formats, in the order in which a file is tried for them.
    pub const ALL: [Self; 13] = [
        Self::HttpReplay,
        Self::GoVcr,
        Self::RubyVcr,
        Self::Vcrpy,
        Self::Dvr,
        Self::Nock,
        Self::WireMock,
        Self::Har,
        Self::Mitmproxy,
        Self::TestAgent,
        Self::Placebo,
        Self::Stubber,
        Self::Snapshot,
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::HttpReplay => "httpreplay",
            Self::GoVcr => "go-vcr",
            Self::RubyVcr => "vcr",
            Self::Vcrpy => "vcrpy",
            Self::Dvr => "dvr",
            Self::Nock => "nock",
            Self::WireMock => "wiremock",
            Self::Har => "har",
            Self::Mitmproxy => "mitmproxy",
            Self::TestAgent => "test-agent",
            Self::Placebo => "placebo",
            Self::Stubber => "stubber",
            Self::Snapshot => "snapshot",
        }
    }

    /// The format with a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Whether it keeps answers only.
    pub fn is_answers_only(self) -> bool {
        matches!(self, Self::Placebo | Self::Stubber | Self::Snapshot)
    }

    /// The endings of the names of its files.
    pub(super) fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::HttpReplay => &["replay"],
            Self::GoVcr => &["yaml", "yml"],
            Self::RubyVcr | Self::Vcrpy | Self::TestAgent => &["yaml", "yml", "json"],
            Self::Har => &["har"],
            Self::Mitmproxy => &["mitm", "flow", "flows", "dump"],
            _ => &["json"],
        }
    }

    /// A name that a file of the format may have.
    pub(super) fn example(self) -> &'static str {
        match self {
            Self::Placebo => "sqs.ListQueues_1.json",
            Self::Snapshot => "services/sqs/test_sqs.snapshot.json",
            _ => "recording",
        }
    }

    /// The format of a file's content, if it is one of these.
    pub(super) fn recognise(tree: &Tree, path: &Path) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.fits(tree, path))
    }

    /// Whether a file's content looks like the format.
    pub(super) fn fits(self, tree: &Tree, path: &Path) -> bool {
        match self {
            Self::HttpReplay => tree.has(&["Version", "Entries"]),
            Self::GoVcr => go_vcr::fits(tree),
            Self::RubyVcr => tree.has(&["http_interactions"]),
            Self::Vcrpy => vcrpy::fits(tree),
            Self::Dvr => dvr::fits(tree),
            Self::Nock => nock::fits(tree),
            Self::WireMock => wiremock::fits(tree),
            Self::Har => tree.get("log").is_some_and(|log| log.has(&["entries"])),
            Self::Mitmproxy => mitmproxy::fits(tree),
            Self::TestAgent => test_agent::fits(tree),
            Self::Placebo => placebo::fits(tree, path),
            Self::Stubber => stubber::fits(tree),
            Self::Snapshot => snapshot::fits(tree),
        }
    }

    /// Reads a file that is of this format.
    pub(super) fn read(self, content: &[u8], place: Place<'_>) -> Result<Vec<Section>, String> {
        if self == Self::HttpReplay {
            let passages = httpreplay::read(content)?.into_iter();
            return Ok(Section::only(
                passages.map(|passage| Entry::Passage(Box::new(passage))).collect(),
            ));
        }
        let tree = Tree::read(content)?;
        if !self.fits(&tree, place.path) {
            return Err(format!("not of the format {}", self.name()));
        }
        self.sections(&tree, place)
    }

    /// The sections of a tree that fits.
    pub(super) fn sections(self, tree: &Tree, place: Place<'_>) -> Result<Vec<Section>, String> {
        let entries = match self {
            // Its own reader is stricter than a tree.
            Self::HttpReplay => return Err("httpreplay is read from its bytes".to_owned()),
            Self::GoVcr => go_vcr::read(tree),
            Self::RubyVcr => ruby_vcr::read(tree),
            Self::Vcrpy => vcrpy::read(tree),
            Self::Dvr => dvr::read(tree),
            Self::Nock => nock::read(tree),
            Self::WireMock => wiremock::read(tree, place.beside),
            Self::Har => har::read(tree),
            Self::Mitmproxy => mitmproxy::read(tree),
            Self::TestAgent => test_agent::read(tree),
            Self::Placebo => placebo::read(tree, place.path),
            Self::Stubber => stubber::read(tree),
            Self::Snapshot => return Ok(snapshot::read(tree, place.path)),
        };
        Ok(Section::only(entries))
    }
}
