//! Puts decoded exchanges together to a recording.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use standin_model::{Catalog, TimestampFormat};
use standin_protocol::Call;
use standin_tape::{
    Completeness, Exceptions, Exchange, ExchangeId, FormatVersion, Gap, Missing, Origin, Recording,
    Redacted, Rules, Scrubber, Variable, VariableKind, Wire, template,
};

use super::decode::{self, Decoded, Kept, Knowledge};
use super::prologue::{self, Prologue, Siblings, Step};
use super::run::Understood;
use super::{Format, addresses, place, placeholder, restore};

/// The recording of a section, and what is missing in it.
pub(super) struct Assembled {
    pub(super) recording: Recording,
    /// The exchanges that could not be used, by reason.
    pub(super) unusable: BTreeMap<String, u32>,
    /// The secret values that were redacted, which must stand nowhere else.
    pub(super) redacted: Redacted,
}

/// The recording of a section: prologue, exchanges, and what could not be used.
pub(super) fn assemble(
    (name, format): (&str, Format),
    passages: Vec<Understood>,
    siblings: &Siblings,
    catalog: &Catalog,
) -> Assembled {
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
    let addresses = addresses::hide(&mut usable);
    let region = usable.iter().find_map(|decoded| place::region(&decoded.host));
    let region = region.unwrap_or_else(|| "us-east-1".to_owned());
    // Answers alone are never sent, so nothing need be there for them.
    let is_sent = usable.iter().all(|decoded| decoded.knowledge == Knowledge::Whole);
    let prologue =
        if is_sent { prologue::infer(&usable, siblings, &region) } else { Prologue::default() };
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
    for (variable, value) in placeholder::find(&usable).into_iter().chain(addresses) {
        tape.replace(&value, variable);
    }
    if let Some(account) = usable.iter().find_map(account) {
        tape.replace(&account, Variable::new("account", VariableKind::Account));
    }
    let redacted = tape.scrubber.redacted();
    let recording = Recording {
        format: FormatVersion::CURRENT,
        scenario: format!("{}/{name}", service_of(&tape.exchanges)),
        stimulus: None,
        origin: origin(&usable),
        region,
        date: date(seconds),
        models: format!("botocore {}", catalog.version()),
        rules: Rules::builtin().used(),
        completeness: completeness(&missing, &usable, format),
        variables: tape.variables,
        exchanges: tape.exchanges,
    };
    Assembled { recording, unusable: missing, redacted }
}

/// AWS, where all hosts are its own or, as in answers alone, none is named; else the first that isn't.
fn origin(exchanges: &[Decoded]) -> Origin {
    let hosts = exchanges.iter().map(|decoded| decoded.host.as_str());
    let foreign = hosts.filter(|host| !host.is_empty()).find(|host| place::region(host).is_none());
    foreign.map_or(Origin::Aws, |host| {
        let name = host.split_once(':').map_or(host, |(name, _)| name);
        Origin::Reference(template::escape(name).into_owned())
    })
}

fn completeness(
    missing: &BTreeMap<String, u32>,
    exchanges: &[Decoded],
    format: Format,
) -> Completeness {
    let mut all: Vec<_> = missing
        .iter()
        .map(|(reason, count)| Missing { reason: reason.clone(), count: *count })
        .collect();
    let answers = exchanges.iter().filter(|decoded| decoded.knowledge == Knowledge::AnswerOnly);
    let answers = count(answers.count());
    if answers > 0 {
        let reason = format!("requests, of which {} keeps none", format.name());
        all.push(Missing { reason, count: answers });
    }
    if all.is_empty() { Completeness::Complete } else { Completeness::Partial(all) }
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
            host: Some(host).filter(|host| !host.is_empty()),
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

pub(super) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
