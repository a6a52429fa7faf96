//! Exporters: recordings as the exchanges of HTTP that they stand for, in the formats of other tools.
//!
//! Requests and answers are written anew in the protocol that was recorded. Variables get stand-ins, the same in each
//! export; what was scrubbed says `REDACTED` or is absent. A signature is written without its value.

mod fill;
mod har;
mod render;
mod stand_in;
mod vcr;

use standin_model::{Catalog, Timestamp};
use standin_tape::{ExchangeId, Recording, SecretFound, Sweep};

pub use render::{Rendered, answer, render, start};

/// A format that recordings are exported to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// HTTP Archive 1.2.
    Har,
    /// The YAML of Ruby's VCR.
    Vcr,
    /// The YAML of Python's vcrpy.
    Vcrpy,
}

/// What a recording became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The file.
    pub text: String,
    /// How many exchanges are in it.
    pub exchanges: usize,
    /// The exchanges that aren't, and why.
    pub left_out: Vec<(ExchangeId, String)>,
}

/// A recording can't be exported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// No exchange of it can be written as HTTP; the reason is the first one's.
    #[error("no exchange can be written as HTTP: {0}")]
    Nothing(String),
    /// A secret was found in what would have been written.
    #[error("not written: {0}")]
    Secret(#[from] SecretFound),
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Har, Self::Vcr, Self::Vcrpy];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Har => "har",
            Self::Vcr => "vcr",
            Self::Vcrpy => "vcrpy",
        }
    }

    /// The format with a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// Writes a recording in a format of another tool, unless `sweep` finds a secret in it.
pub fn export(
    format: Format,
    recording: &Recording,
    catalog: &'static Catalog,
    sweep: &Sweep,
) -> Result<Exported, ExportError> {
    let mut rendered = Vec::new();
    let mut left_out = Vec::new();
    let mut now = start(recording);
    for exchange in &recording.exchanges {
        now = now.saturating_add(exchange.gap.duration());
        match render(recording, exchange, (catalog, now)) {
            Ok(exchange) => rendered.push(exchange),
            Err(reason) => left_out.push((exchange.id.clone(), reason)),
        }
    }
    if rendered.is_empty() {
        let reason = left_out.into_iter().next().map(|(id, reason)| format!("{id}: {reason}"));
        return Err(ExportError::Nothing(reason.unwrap_or_else(|| "there is none".to_owned())));
    }
    let text = match format {
        Format::Har => har::write(&rendered),
        Format::Vcr => vcr::write_ruby(&rendered),
        Format::Vcrpy => vcr::write_python(&rendered),
    };
    sweep.check_text(&text)?;
    Ok(Exported { text, exchanges: rendered.len(), left_out })
}

/// A time as the formats write it.
fn iso(time: Timestamp) -> String {
    time.format(standin_model::TimestampFormat::Iso8601)
}

#[cfg(test)]
mod tests;
