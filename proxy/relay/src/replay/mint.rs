//! Values for the variables that the server made: of the recorded kind, the same in each run.

use std::collections::BTreeSet;
use std::time::SystemTime;

use standin_compare::{Lexical, Pattern, TimeText, invent};
use standin_model::{Answer, Document, Timestamp, TimestampFormat};
use standin_tape::template::{Part, parts};
use standin_tape::{Digest, Exchange, Outcome, TimeOffset, Variable, VariableKind};

/// The account of replays.
const ACCOUNT: &str = "123456789012";

/// The variables in the input of an exchange.
pub(super) fn input_names(exchange: &Exchange) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    gather(&exchange.input, &mut names);
    names
}

/// The variables in the answer of an exchange.
pub(super) fn names(exchange: &Exchange) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    if let Outcome::Answered { answer, .. } = &exchange.outcome {
        match answer {
            Answer::Output(output) => gather(output, &mut names),
            Answer::Error(error) => {
                error.message.iter().for_each(|text| gather_text(text, &mut names));
                error.members.iter().for_each(|(_, value)| gather(value, &mut names));
            }
        }
    }
    for (_, value) in &exchange.wire.response_headers {
        gather_text(value, &mut names);
    }
    names
}

/// Where and when a value is made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting<'s> {
    /// The time.
    pub(super) now: SystemTime,
    /// The region of the recording.
    pub(super) region: &'s str,
    /// The service that makes it.
    pub(super) service: &'s str,
    /// What the values of this session are made from.
    pub(super) seed: &'s str,
    /// How many values were made before.
    pub(super) ordinal: u64,
}

/// A value that looks as the recorded one did.
pub(super) fn value(name: &str, variable: Option<&Variable>, setting: Setting<'_>) -> String {
    let Setting { now, region, service, seed, ordinal } = setting;
    let kind = variable.map_or(VariableKind::Opaque, |variable| variable.kind);
    let like = variable.and_then(|variable| variable.like.as_deref());
    let digits = Digest::of(format!("{seed}/{name}").as_bytes());
    let digits = digits.as_str()["sha256-".len()..].to_owned();
    if let Some(variable) = variable
        && is_inventible(variable)
    {
        return invent(variable, seed);
    }
    let now = moved(now, variable.and_then(|variable| variable.offset));
    match kind {
        VariableKind::Account => ACCOUNT.to_owned(),
        VariableKind::Region => region.to_owned(),
        VariableKind::Time => time(like, now),
        _ => match like.and_then(Lexical::from_name) {
            Some(Lexical::Time(form)) => time(Some(Lexical::Time(form).name()), now),
            Some(Lexical::Uuid) => uuid(&digits),
            Some(Lexical::Hex) => digits[..32].to_owned(),
            Some(Lexical::ResourceId) => format!("{}-{}", prefix(name), &digits[..17]),
            Some(Lexical::UniqueId) => unique(name, &digits),
            // Sequence numbers grow.
            Some(Lexical::Sequence) => format!("1{ordinal:019}"),
            Some(Lexical::Opaque) => format!("Aq1{digits}Zx9=="),
            None if name.contains("Arn") || name.contains("ARN") => {
                format!("arn:aws:{service}:{region}:{ACCOUNT}:{}-{}", prefix(name), &digits[..8])
            }
            None => format!("{}{}", prefix(name), &digits[..16]),
        },
    }
}

/// Whether all that is known of a variable's values is how they look, or how they are written.
fn is_inventible(variable: &Variable) -> bool {
    let is_written = matches!(variable.format.as_deref(), Some("base64" | "number" | "boolean"));
    let like = variable.like.as_deref();
    let is_pattern = like
        .is_some_and(|like| Lexical::from_name(like).is_none() && Pattern::parse(like).is_some());
    variable.kind != VariableKind::Time && (is_written || is_pattern)
}

/// As far from now as the recorded time was from its exchange.
fn moved(now: SystemTime, offset: Option<TimeOffset>) -> SystemTime {
    let Some(TimeOffset(seconds)) = offset else { return now };
    let by = std::time::Duration::from_secs(seconds.unsigned_abs());
    let moved = if seconds < 0 { now.checked_sub(by) } else { now.checked_add(by) };
    moved.unwrap_or(now)
}

fn time(like: Option<&str>, now: SystemTime) -> String {
    let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or_default();
    let stamp = Timestamp::from_unix(seconds, since.subsec_millis() * 1_000_000);
    let format = |format| stamp.map(|stamp| stamp.format(format)).unwrap_or_default();
    match like.and_then(Lexical::from_name) {
        Some(Lexical::Time(TimeText::EpochSeconds)) => seconds.to_string(),
        Some(Lexical::Time(TimeText::EpochMillis)) => since.as_millis().to_string(),
        Some(Lexical::Time(TimeText::HttpDate)) => format(TimestampFormat::Rfc822),
        _ => format(TimestampFormat::Iso8601),
    }
}

fn uuid(digits: &str) -> String {
    let part = |start: usize, end: usize| &digits[start..end];
    format!("{}-{}-4{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

/// The lower-case name of the member (`VpcId:1` gives `vpc`).
fn prefix(name: &str) -> String {
    let word = name.split(':').next().unwrap_or_default();
    let word = word.strip_suffix("Id").unwrap_or(word).to_ascii_lowercase();
    let word: String = word.chars().filter(char::is_ascii_lowercase).collect();
    if word.is_empty() { "id".to_owned() } else { word }
}

fn unique(name: &str, digits: &str) -> String {
    let kind = if name.starts_with("User") { "AIDA" } else { "AROA" };
    format!("{kind}{}", digits[..17].to_ascii_uppercase())
}

fn gather(document: &Document, names: &mut BTreeSet<String>) {
    match document {
        Document::String(text) => gather_text(text, names),
        Document::List(items) => items.iter().for_each(|item| gather(item, names)),
        Document::Object(fields) => fields.iter().for_each(|(key, value)| {
            gather_text(key, names);
            gather(value, names);
        }),
        _ => {}
    }
}

fn gather_text(text: &str, names: &mut BTreeSet<String>) {
    for part in parts(text).unwrap_or_default() {
        if let Part::Variable(name) = part {
            names.insert(name.to_owned());
        }
    }
}
