//! A recording: the exchanges of one client run, and what must be known to run them again.

mod timeless;

use std::fmt;

use crate::{Exchange, ExchangeId, Variable, VariableKind};

/// The exchanges of one client run (a scenario), with where and when they came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    /// The version of the format it was read in, or will be written in.
    pub format: FormatVersion,
    /// `SERVICE/NAME`, the folder it lives in.
    pub scenario: String,
    /// What made the client run, if that is known.
    pub stimulus: Option<Stimulus>,
    /// Who answered.
    pub origin: Origin,
    /// The region of the run; `«region»` stands for it.
    pub region: String,
    /// The day of the run (`2026-09-20`).
    pub date: String,
    /// The models that decoded it (`botocore 1.44.5`).
    pub models: String,
    /// The scrubbing rules that were applied.
    pub rules: RulesUsed,
    /// Whether the run is all there.
    pub completeness: Completeness,
    /// The variables, by first appearance.
    pub variables: Vec<Variable>,
    /// The exchanges, in the order in which the requests were made; an inferred prologue stands first.
    pub exchanges: Vec<Exchange>,
}

/// The command that a recording was made by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stimulus {
    /// The program and its arguments.
    pub command: Vec<String>,
}

/// The scrubbing rules by which a recording was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesUsed {
    /// Their version, which grows when they do; from 1.
    pub version: u32,
    /// Their hash.
    pub hash: String,
}

/// Who answered. Only AWS is truth.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    /// AWS itself.
    Aws,
    /// A named reference (`moto`, `dynamodb-local`).
    Reference(String),
}

/// Whether all of a run was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// Every exchange of the run is in the recording.
    Complete,
    /// Exchanges are missing, and why.
    Partial(Vec<Missing>),
}

/// Exchanges of a run that a recording lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Why they could not be kept.
    pub reason: String,
    /// How many they are.
    pub count: u32,
}

/// The version of the recording format: a reader reads its own major version and any minor one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FormatVersion {
    /// Changes when older readers would misunderstand.
    pub major: u32,
    /// Changes when older readers would miss something.
    pub minor: u32,
}

impl FormatVersion {
    /// What this build writes.
    pub const CURRENT: Self = Self { major: 1, minor: 0 };

    /// Whether this build can read the version.
    pub fn is_readable(self) -> bool {
        self.major == Self::CURRENT.major
    }

    /// Whether the version may hold members that this build doesn't know.
    pub fn is_newer(self) -> bool {
        self > Self::CURRENT
    }
}

impl fmt::Display for FormatVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl Origin {
    /// The origin of a name; `aws` is AWS.
    pub fn from_name(name: &str) -> Self {
        match name {
            "aws" => Self::Aws,
            _ => Self::Reference(name.to_owned()),
        }
    }

    /// The name in files and reports.
    pub fn name(&self) -> &str {
        match self {
            Self::Aws => "aws",
            Self::Reference(name) => name,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Recording {
    /// The exchange with an id.
    pub fn exchange(&self, id: &ExchangeId) -> Option<&Exchange> {
        self.exchanges.iter().find(|exchange| exchange.id == *id)
    }

    /// The variable with a name.
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables.iter().find(|variable| variable.name == name)
    }

    /// The first variable of a kind (`account`, `region`).
    pub fn variable_of(&self, kind: VariableKind) -> Option<&Variable> {
        self.variables.iter().find(|variable| variable.kind == kind)
    }

    /// Whether two recordings say the same of the origin: all but the date, the versions, how fast the client
    /// was, and which times were equal by chance.
    pub fn same_exchanges(&self, other: &Self) -> bool {
        timeless::exchanges(self).eq(timeless::exchanges(other))
            && timeless::variables(self).eq(timeless::variables(other))
            && self.origin == other.origin
            && self.region == other.region
            && self.completeness == other.completeness
    }
}
