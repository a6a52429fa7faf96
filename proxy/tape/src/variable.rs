//! Variables: values that the server minted or the client chose at random, used again later.

/// A variable of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The name without its guillemets (`QueueUrl:1`, `account`).
    pub name: String,
    /// What sort of value it stands for.
    pub kind: VariableKind,
    /// Where it is first seen (`CreateQueue#1.output.QueueUrl`), if not given from outside.
    pub definition: Option<String>,
    /// A pattern or the name of a class (`uuid`) that its values have.
    pub like: Option<String>,
    /// How a time is written (`epoch-ms-string`).
    pub format: Option<String>,
}

/// What sort of value a variable stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum VariableKind {
    /// The account of the run.
    Account,
    /// The region of the run.
    Region,
    /// A host that the client spoke to.
    Host,
    /// A value that the client chose.
    Client,
    /// An identifier that the server minted.
    ServerId,
    /// A handle or token of which only equality is known.
    Opaque,
    /// A point in time.
    Time,
    /// A value that grows.
    Ordered,
}

impl Variable {
    /// A variable of a kind, with nothing else known.
    pub fn new(name: impl Into<String>, kind: VariableKind) -> Self {
        Self { name: name.into(), kind, definition: None, like: None, format: None }
    }

    /// The same variable, defined at a path.
    #[must_use]
    pub fn defined_at(self, path: impl Into<String>) -> Self {
        Self { definition: Some(path.into()), ..self }
    }
}

impl VariableKind {
    const ALL: [Self; 8] = [
        Self::Account,
        Self::Region,
        Self::Host,
        Self::Client,
        Self::ServerId,
        Self::Opaque,
        Self::Time,
        Self::Ordered,
    ];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Region => "region",
            Self::Host => "host",
            Self::Client => "client",
            Self::ServerId => "server-id",
            Self::Opaque => "opaque",
            Self::Time => "time",
            Self::Ordered => "ordered",
        }
    }

    /// The kind with a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}
