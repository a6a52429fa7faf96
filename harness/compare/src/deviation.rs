//! A difference between a recorded answer and a target's.

use std::fmt;

/// One difference, after variables are bound.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deviation {
    /// Where: a path of the output, `error.message` and the like, or a header's name.
    pub path: String,
    /// What sort of difference.
    pub class: Class,
    /// What the recording has, variables by name.
    pub expected: String,
    /// What the target answered, variables by name.
    pub actual: String,
}

/// What sort of difference a deviation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// The HTTP status.
    Status,
    /// The error's code, or success for an error, or the other way round.
    ErrorCode,
    /// A member that the recording has and the answer lacks.
    Missing,
    /// A member that the answer has and the recording lacks.
    Extra,
    /// Another type, or text of another form.
    Type,
    /// Another value of an enum.
    Enum,
    /// Another value.
    Literal,
    /// A value that was equal to another and no longer is.
    Variable,
    /// The same elements in another order.
    Order,
    /// A response header.
    Header,
    /// The answer can't be read by its protocol.
    Wire,
}

impl Class {
    const ALL: [Self; 11] = [
        Self::Status,
        Self::ErrorCode,
        Self::Missing,
        Self::Extra,
        Self::Type,
        Self::Enum,
        Self::Literal,
        Self::Variable,
        Self::Order,
        Self::Header,
        Self::Wire,
    ];

    /// The name in ledgers and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::ErrorCode => "error-code",
            Self::Missing => "missing",
            Self::Extra => "extra",
            Self::Type => "type",
            Self::Enum => "enum",
            Self::Literal => "literal",
            Self::Variable => "variable",
            Self::Order => "order",
            Self::Header => "header",
            Self::Wire => "wire",
        }
    }

    /// The class with a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} expected {} actual {}", self.class, self.path, self.expected, self.actual)
    }
}
