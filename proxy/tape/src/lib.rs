//! The recording format: types, versions, scrubbing, variables.
//!
//! A [`Recording`] holds the decoded exchanges of one client run. [`write`] turns it into the text of
//! `recording.snap` (and the blobs beside it), [`read`] turns that text back; what was written reads back
//! to the same recording, and writes to the same bytes. Nothing here does I/O or reads a clock.
//!
//! Every [`standin_model::Document`] inside a recording is a *template*: its strings and keys may hold
//! variables (`«QueueUrl:1»`), and it may hold forms, objects whose first key starts with one `$`
//! (`$redacted`, `$derived`, `$events`). [`template`] converts between templates and plain documents.

mod blob;
mod derived;
mod entropy;
mod event;
mod exchange;
mod gap;
mod hex;
mod json;
mod outside;
mod recording;
mod scrub;
mod sweep;
pub mod template;
mod text;
mod value;
mod variable;

pub use blob::{BadDigest, Blobs, Digest, INLINE_LIMIT};
pub use derived::{BadExpression, Expression, Function, Place};
pub use event::{BadEvents, Event, EventKind, Events};
pub use exchange::{BadExchangeId, Exchange, ExchangeId, Outcome, Raw, Signing, Wire};
pub use gap::Gap;
pub use json::SyntaxError;
pub use outside::{Outside, OutsideContent};
pub use recording::{Completeness, FormatVersion, Missing, Origin, Recording, RulesUsed, Stimulus};
pub use scrub::{Exceptions, Redacted, Refused, Rules, Scrubber};
pub use sweep::{Allowances, BadAllowances, Mask, SecretFound, SecretKind, Sweep};
pub use text::{
    MigrateError, Migrated, ReadError, WriteError, Written, migrate, read, write, write_with,
};
pub use value::document_text;
pub use variable::{BadOffset, TimeFormat, TimeOffset, Variable, VariableKind};
