//! One import: files in, scenarios out.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use standin_model::{Catalog, TimestampFormat};
use standin_protocol::Call;
use standin_protocol::routing::Router;
use standin_tape::{
    Completeness, Exceptions, Exchange, ExchangeId, FormatVersion, Gap, Missing, Origin, Recording,
    Rules, Scrubber, Sweep, Variable, VariableKind, Wire, template,
};

use super::decode::{self, Decoded, Kept};
use super::prologue::{self, Siblings, Step};
use super::{FileReport, Format, Outcome, Passage, Summary, name, place, restore};
use crate::Scenario;

/// An import that has read its files.
pub struct Importer {
    catalog: &'static Catalog,
    files: Vec<File>,
    siblings: Siblings,
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

/// A file and what was understood of it.
struct File {
    path: PathBuf,
    name: String,
    passages: Result<Vec<Understood>, String>,
}

/// A passage and what became of it.
struct Understood {
    seconds: Option<i64>,
    decoded: Result<Decoded, String>,
}

impl Importer {
    /// Finds and reads the files; what can't be read is reported by [`Importer::run`].
    pub fn new(
        format: Format,
        catalog: &'static Catalog,
        paths: &[PathBuf],
    ) -> Result<Self, ImportError> {
        let paths = files(format, paths)?;
        let names = name::names(&paths);
        let router = Router::new(catalog);
        let mut siblings = Siblings::default();
        let read = |(path, name): (PathBuf, String)| {
            let passages = fs::read(&path).map_err(|error| error.to_string());
            let passages = passages.and_then(|content| format.read(&content));
            let passages = passages.map(|all| understand(&router, &all, &mut siblings));
            File { path, name, passages }
        };
        let files = paths.into_iter().zip(names).map(read).collect();
        Ok(Self { catalog, files, siblings })
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Saves each file as a scenario below `output`; `report` hears of each when it is done.
    pub fn run(self, output: &Path, report: &mut dyn FnMut(&FileReport)) -> Summary {
        let mut summary = Summary::default();
        for file in self.files {
            let done = file.save(self.catalog, &self.siblings, output);
            report(&done);
            summary.add(&done);
        }
        summary
    }
}

/// Reads a file's content as an import does, and keeps nothing: how many passages were understood, and how many not.
pub fn probe(format: Format, router: &Router, content: &[u8]) -> Result<(usize, usize), String> {
    let passages = format.read(content)?;
    let understood = understand(router, &passages, &mut Siblings::default());
    let usable = understood.iter().filter(|passage| passage.decoded.is_ok()).count();
    Ok((usable, understood.len() - usable))
}

impl File {
    fn save(self, catalog: &'static Catalog, siblings: &Siblings, output: &Path) -> FileReport {
        let mut report = FileReport {
            file: self.path,
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
        let recording = assemble(&self.name, passages, siblings, catalog);
        let inferred = recording.exchanges.iter().filter(|exchange| exchange.is_inferred()).count();
        report.inferred = count(inferred);
        report.imported = count(recording.exchanges.len() - inferred);
        if let Completeness::Partial(missing) = &recording.completeness {
            report.unusable =
                missing.iter().map(|missing| (missing.reason.clone(), missing.count)).collect();
        }
        let scenario = Scenario::in_folder(&output.join(&recording.scenario));
        report.outcome = match scenario.save(&recording, &Sweep::patterns()) {
            Ok(saved) => Outcome::Saved { scenario: recording.scenario, saved },
            Err(error) => Outcome::Failed(error.to_string()),
        };
        report
    }
}

fn files(format: Format, paths: &[PathBuf]) -> Result<Vec<PathBuf>, ImportError> {
    let mut files = Vec::new();
    for path in paths {
        if !path.exists() {
            return Err(ImportError::NoSuchPath(path.clone()));
        }
        if path.is_file() {
            files.push(path.clone());
            continue;
        }
        for entry in walkdir::WalkDir::new(path).sort_by_file_name() {
            let entry = entry.map_err(|error| ImportError::Walk {
                path: path.clone(),
                reason: error.to_string(),
            })?;
            if entry.file_type().is_file() && format.owns(entry.path()) {
                files.push(entry.into_path());
            }
        }
    }
    files.dedup();
    if files.is_empty() { Err(ImportError::NoFiles) } else { Ok(files) }
}

fn understand(router: &Router, passages: &[Passage], siblings: &mut Siblings) -> Vec<Understood> {
    let understand = |passage: &Passage| {
        if let Some((call, answer)) = decode::witness(router, passage) {
            siblings.witness(call, &answer);
        }
        let decoded = decode::decode(router, passage);
        if let Ok(decoded) = &decoded {
            siblings.learn(decoded);
        }
        Understood { seconds: passage.date.map(standin_model::Timestamp::seconds), decoded }
    };
    passages.iter().map(understand).collect()
}

/// The recording of a file: prologue, exchanges, and what could not be used.
fn assemble(
    name: &str,
    passages: Vec<Understood>,
    siblings: &Siblings,
    catalog: &Catalog,
) -> Recording {
    let seconds = passages.iter().find_map(|passage| passage.seconds).unwrap_or(0);
    let mut missing: BTreeMap<String, u32> = BTreeMap::new();
    let mut usable = Vec::new();
    for passage in passages {
        match passage.decoded {
            Ok(decoded) => usable.push(decoded),
            Err(reason) => *missing.entry(reason).or_default() += 1,
        }
    }
    restore::content_types(&mut usable);
    let region = usable.iter().find_map(|decoded| place::region(&decoded.host));
    let region = region.unwrap_or_else(|| "us-east-1".to_owned());
    let prologue = prologue::infer(&usable, siblings, &region);
    let mut tape = Assembly::default();
    for step in prologue.steps {
        tape.infer(step);
    }
    for decoded in &usable {
        if let Err(reason) = tape.record(decoded) {
            *missing.entry(reason).or_default() += 1;
        }
    }
    for (variable, value) in prologue.variables {
        tape.replace(&value, variable);
    }
    if let Some(account) = usable.iter().find_map(account) {
        tape.replace(&account, Variable::new("account", VariableKind::Account));
    }
    let missing: Vec<_> =
        missing.into_iter().map(|(reason, count)| Missing { reason, count }).collect();
    Recording {
        format: FormatVersion::CURRENT,
        scenario: format!("{}/{name}", service_of(&tape.exchanges)),
        stimulus: None,
        origin: Origin::Aws,
        region,
        date: date(seconds),
        models: format!("botocore {}", catalog.version()),
        rules: Rules::builtin().used(),
        completeness: if missing.is_empty() {
            Completeness::Complete
        } else {
            Completeness::Partial(missing)
        },
        variables: tape.variables,
        exchanges: tape.exchanges,
    }
}

/// The exchanges so far.
struct Assembly {
    scrubber: Scrubber,
    ordinals: HashMap<&'static str, u32>,
    last: Option<i64>,
    exchanges: Vec<Exchange>,
    variables: Vec<Variable>,
}

impl Default for Assembly {
    fn default() -> Self {
        Self {
            scrubber: Scrubber::new(Exceptions::default()),
            ordinals: HashMap::new(),
            last: None,
            exchanges: Vec::new(),
            variables: Vec::new(),
        }
    }
}

impl Assembly {
    fn infer(&mut self, step: Step) {
        let Call { service, operation, protocol } = step.call;
        let input = self.scrubber.input(service, operation, step.input);
        let wire =
            Wire { host: Some(template::escape(&step.host).into_owned()), ..Wire::plain(protocol) };
        let outcome = standin_tape::Outcome::Inferred;
        self.push(step.call, Gap::NONE, (input, outcome, wire));
    }

    fn record(&mut self, decoded: &Decoded) -> Result<(), String> {
        let Kept { input, answer, host, headers } = decode::scrub(&mut self.scrubber, decoded)?;
        let wire = Wire {
            host: Some(host),
            signing: decoded.signing,
            response_headers: headers,
            ..Wire::plain(decoded.call.protocol)
        };
        let outcome = standin_tape::Outcome::Answered { status: decoded.status, answer };
        let gap = self.gap(decoded.seconds);
        self.push(decoded.call, gap, (input, outcome, wire));
        Ok(())
    }

    fn push(
        &mut self,
        call: Call,
        gap: Gap,
        (input, outcome, wire): (standin_model::Document, standin_tape::Outcome, Wire),
    ) {
        let operation = call.operation.name;
        let ordinal = self.ordinals.entry(operation).or_default();
        *ordinal += 1;
        self.exchanges.push(Exchange {
            id: ExchangeId { operation: operation.to_owned(), ordinal: *ordinal },
            service: call.service.metadata.name.to_owned(),
            after: Vec::new(),
            gap,
            input,
            outcome,
            wire,
        });
    }

    /// `Date` headers count whole seconds, so a pause is known to a second.
    fn gap(&mut self, seconds: Option<i64>) -> Gap {
        let Some(now) = seconds else { return Gap::NONE };
        let pause = self.last.map_or(0, |last| now - last);
        self.last = Some(self.last.map_or(now, |last| last.max(now)));
        Gap::from_pause(Duration::from_secs(u64::try_from(pause).unwrap_or(0)))
    }

    /// Puts a variable in the place of a value, wherever it stands.
    fn replace(&mut self, value: &str, variable: Variable) {
        for exchange in &mut self.exchanges {
            let input = std::mem::replace(&mut exchange.input, standin_model::Document::Null);
            exchange.input = template::replace(input, value, &variable.name);
            replace_in_answer(&mut exchange.outcome, value, &variable.name);
            for (_, text) in &mut exchange.wire.response_headers {
                *text = template::replace_text(std::mem::take(text), value, &variable.name);
            }
        }
        self.variables.push(variable);
    }
}

fn replace_in_answer(outcome: &mut standin_tape::Outcome, value: &str, name: &str) {
    use standin_model::{Answer, Document};
    let standin_tape::Outcome::Answered { answer, .. } = outcome else { return };
    match answer {
        Answer::Output(output) => {
            *output = template::replace(std::mem::replace(output, Document::Null), value, name);
        }
        Answer::Error(error) => {
            error.message =
                error.message.take().map(|text| template::replace_text(text, value, name));
            for (_, member) in error.members.iter_mut() {
                *member = template::replace(std::mem::replace(member, Document::Null), value, name);
            }
        }
    }
}

/// The account in the first ARN of an answer or request.
fn account(decoded: &Decoded) -> Option<String> {
    match &decoded.answer {
        standin_model::Answer::Output(output) => account_in(output),
        standin_model::Answer::Error(_) => None,
    }
    .or_else(|| account_in(&decoded.input))
}

fn account_in(document: &standin_model::Document) -> Option<String> {
    use standin_model::Document;
    match document {
        Document::String(text) => {
            let account = text.strip_prefix("arn:")?.split(':').nth(3)?;
            let is_account = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
            is_account.then(|| account.to_owned())
        }
        Document::List(items) => items.iter().find_map(account_in),
        Document::Object(fields) => fields.iter().find_map(|(_, value)| account_in(value)),
        _ => None,
    }
}

/// The service that the scenario is about; `mixed` where none is.
fn service_of(exchanges: &[Exchange]) -> &str {
    let mut services = exchanges.iter().map(|exchange| exchange.service.as_str());
    let Some(first) = services.next() else { return "unusable" };
    if services.all(|service| service == first) { first } else { "mixed" }
}

fn date(seconds: i64) -> String {
    let time =
        standin_model::Timestamp::from_unix(seconds, 0).expect("read from a timestamp, or 0");
    let text = time.format(TimestampFormat::Iso8601);
    text[..10].to_owned()
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
