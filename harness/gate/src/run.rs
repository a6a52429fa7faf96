//! Sends a recording's requests to a target and compares the answers.

use std::time::SystemTime;

use bytes::Bytes;
use http::Response;
use sha2::{Digest as _, Sha256};
use standin_compare::{Actual, Bindings, Class, Comparison, Deviation, Rules, compare};
use standin_model::{Answer, Catalog, Document, Items, makes, undo};
use standin_protocol::Call;
use standin_tape::{Exchange, Recording};

use crate::request::{self, NotSent};
use crate::{Answered, ExchangeResult, ScenarioResult, Target, TargetError, Verdict};

/// Runs scenarios against a target.
#[derive(Clone, Copy)]
pub struct Runner<'t> {
    /// The models.
    pub catalog: &'static Catalog,
    /// What answers.
    pub target: &'t dyn Target,
    /// The time that requests are signed at.
    pub now: SystemTime,
}

/// Twelve digits that follow from a name.
fn account_of(name: &str) -> String {
    let digest = Sha256::digest(name.as_bytes());
    let number = digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    // The first digit is never zero, so that no tool takes the account for a shorter number.
    format!("{:012}", 100_000_000_000 + number % 900_000_000_000)
}

/// One scenario's run: what all its exchanges share.
struct Run<'r> {
    runner: Runner<'r>,
    recording: &'r Recording,
    account: String,
    bindings: Bindings,
    made: Vec<(Call, &'r Exchange)>,
}

/// An answer with what a check needs of its response.
struct Received {
    status: u16,
    headers: Vec<(String, String)>,
    answered: Answered,
    answer: Result<Answer, String>,
}

impl Runner<'_> {
    /// Runs one scenario in an account of its own; its variables must be found already.
    ///
    /// What it made at a lasting target is deleted in reverse order, as far as the target lets it.
    pub async fn run(&self, recording: &Recording) -> Result<ScenarioResult, TargetError> {
        let account = self.account(&recording.scenario);
        let mut bindings = Bindings::of(recording);
        bindings.bind_client(&account);
        bindings.bind("account", account.as_str());
        bindings.bind("region", recording.region.as_str());
        let mut run = Run { runner: *self, recording, account, bindings, made: Vec::new() };
        let exchanges = run.exchanges().await;
        if self.target.is_lasting() {
            run.clean_up().await;
        }
        let (scenario, origin) = (recording.scenario.clone(), recording.origin.clone());
        Ok(ScenarioResult { scenario, origin, exchanges: exchanges? })
    }

    /// A lasting target remembers what was deleted (a queue's name is taken for a minute), so that each run
    /// there has an account of its own.
    fn account(&self, scenario: &str) -> String {
        if !self.target.is_lasting() {
            return account_of(scenario);
        }
        let since = self.now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        account_of(&format!("{scenario} {}", since.as_nanos()))
    }
}

impl<'r> Run<'r> {
    async fn exchanges(&mut self) -> Result<Vec<ExchangeResult>, TargetError> {
        let mut results = Vec::with_capacity(self.recording.exchanges.len());
        for exchange in &self.recording.exchanges {
            results.push(self.exchange(exchange).await?);
        }
        Ok(results)
    }

    async fn exchange(&mut self, exchange: &'r Exchange) -> Result<ExchangeResult, TargetError> {
        let (verdict, answered) = match request::call(self.runner.catalog, exchange) {
            Ok(call) => {
                self.runner.target.pass(exchange.gap.duration()).await;
                self.ask_until_whole(call, exchange).await?
            }
            Err(not_sent) => (unsent(exchange, not_sent), Answered::Nobody),
        };
        let (id, service) = (exchange.id.clone(), exchange.service.clone());
        Ok(ExchangeResult { id, service, verdict, answered })
    }

    /// Asks again where the rules say that an answer may lag or come in parts.
    async fn ask_until_whole(
        &mut self,
        call: Call,
        exchange: &'r Exchange,
    ) -> Result<(Verdict, Answered), TargetError> {
        let rules = Rules::embedded(&exchange.service);
        let partial = rules.partial_list(call.operation.name).map(str::to_owned);
        let mut attempts = rules.attempts(call.operation.name);
        let mut together: Option<Received> = None;
        loop {
            let received = match self.ask(call, exchange).await? {
                Ok(received) => received,
                Err(not_sent) => return Ok((unsent(exchange, not_sent), Answered::Nobody)),
            };
            let received = match together.take() {
                Some(before) => join(before, received, partial.as_deref()),
                None => received,
            };
            attempts -= 1;
            let mut bindings = self.bindings.clone();
            let verdict = judge(call, exchange, &received, (&rules, &mut bindings));
            if attempts == 0
                || !self.is_worth_asking_again(exchange, &received, &verdict, partial.as_deref())
            {
                self.bindings = bindings;
                self.remember(call, exchange, &verdict);
                return Ok((verdict, received.answered));
            }
            together = partial.is_some().then_some(received);
        }
    }

    /// Whether another answer could agree better: a list is shorter than recorded, or a read may lag.
    fn is_worth_asking_again(
        &self,
        exchange: &Exchange,
        received: &Received,
        verdict: &Verdict,
        partial: Option<&str>,
    ) -> bool {
        match partial {
            Some(list) => {
                let recorded = exchange.answer().map_or(0, |answer| length(answer, list));
                let here = received.answer.as_ref().map_or(recorded, |answer| length(answer, list));
                here < recorded && self.runner.target.is_lasting()
            }
            None => matches!(verdict, Verdict::Deviating(_)),
        }
    }

    async fn ask(
        &mut self,
        call: Call,
        exchange: &Exchange,
    ) -> Result<Result<Received, NotSent>, TargetError> {
        let request = match self.request(call, exchange) {
            Ok(request) => request,
            Err(not_sent) => return Ok(Err(not_sent)),
        };
        let response = self.runner.target.send(request).await?;
        Ok(Ok(receive(call, &response)))
    }

    /// Before an answer shows the target's endpoint, requests name the recorded one.
    fn request(
        &mut self,
        call: Call,
        exchange: &Exchange,
    ) -> Result<http::Request<Bytes>, NotSent> {
        let about = (self.recording, exchange);
        let signer = (self.account.as_str(), self.runner.now);
        match request::request(call, about, &self.bindings, signer) {
            Err(NotSent::Unbound(name)) if name == "endpoint" => {
                let host = exchange.wire.host.clone().unwrap_or_default();
                self.bindings.bind("endpoint", format!("https://{host}"));
                request::request(call, about, &self.bindings, signer)
            }
            other => other,
        }
    }

    /// Keeps what a lasting target must be rid of afterwards.
    fn remember(&mut self, call: Call, exchange: &'r Exchange, verdict: &Verdict) {
        let made = makes(call.service, call.operation.name);
        if made && matches!(verdict, Verdict::Matched | Verdict::Prepared | Verdict::Deviating(_)) {
            self.made.push((call, exchange));
        }
    }

    /// Deletes what was made, newest first, as long as the target answers. What it refuses to delete is left:
    /// the account is the run's own.
    async fn clean_up(&mut self) {
        while let Some((call, exchange)) = self.made.pop() {
            let Some(request) = self.deletion(call, exchange) else { continue };
            if self.runner.target.send(request).await.is_err() {
                return;
            }
        }
    }

    /// The request that deletes what an exchange made, with what its variables are bound to.
    fn deletion(&self, call: Call, exchange: &Exchange) -> Option<http::Request<Bytes>> {
        let output = match exchange.answer() {
            Some(Answer::Output(document)) => document.clone(),
            _ => Document::empty(),
        };
        let undo = undo(call.service, call.operation.name, &exchange.input, &output)?;
        let mut deletion = exchange.clone();
        deletion.input = undo.input;
        let call = Call { operation: undo.operation, ..call };
        let about = (self.recording, &deletion);
        request::request(call, about, &self.bindings, (&self.account, self.runner.now)).ok()
    }
}

/// An inferred exchange that can't be sent is not counted: what needs it is blocked or deviates, and is.
fn unsent(exchange: &Exchange, not_sent: NotSent) -> Verdict {
    match not_sent {
        _ if exchange.is_inferred() => Verdict::Prepared,
        NotSent::Unbound(variable) => Verdict::Blocked { variable },
        NotSent::Unusable(reason) => Verdict::Unusable { reason },
    }
}

fn receive(call: Call, response: &Response<Bytes>) -> Received {
    let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    Received {
        status: response.status().as_u16(),
        headers: response.headers().iter().map(header).collect(),
        answered: answered(response),
        answer: request::answer(call, response),
    }
}

fn answered(response: &Response<Bytes>) -> Answered {
    let evidence =
        response.headers().get("x-standin-evidence").and_then(|value| value.to_str().ok());
    match evidence.and_then(|evidence| evidence.strip_prefix("fallback:")) {
        Some(name) => Answered::Fallback(name.to_owned()),
        None => Answered::Native,
    }
}

fn judge(
    call: Call,
    exchange: &Exchange,
    received: &Received,
    (rules, bindings): (&Rules, &mut Bindings),
) -> Verdict {
    let answer = match &received.answer {
        Ok(answer) => answer,
        Err(reason) => {
            let expected = format!("an answer in {}", call.protocol.name());
            let (path, actual) = ("wire".to_owned(), reason.clone());
            return Verdict::Deviating(vec![Deviation {
                path,
                class: Class::Wire,
                expected,
                actual,
            }]);
        }
    };
    if exchange.is_inferred() {
        if let Answer::Output(output) = answer {
            bindings.bind_definitions(&exchange.id, output);
        }
        return Verdict::Prepared;
    }
    let actual = Actual { status: received.status, answer, headers: &received.headers };
    let comparison = Comparison { service: call.service, operation: call.operation, rules };
    let deviations = compare(comparison, exchange, &actual, bindings);
    if deviations.is_empty() { Verdict::Matched } else { Verdict::Deviating(deviations) }
}

fn length(answer: &Answer, list: &str) -> usize {
    match answer {
        Answer::Output(output) => {
            output.get(list).and_then(Document::as_list).map_or(0, <[Document]>::len)
        }
        Answer::Error(_) => 0,
    }
}

/// The elements of two answers in one.
fn join(before: Received, mut after: Received, list: Option<&str>) -> Received {
    let (
        Ok(Answer::Output(Document::Object(old))),
        Ok(Answer::Output(Document::Object(new))),
        Some(list),
    ) = (before.answer, &mut after.answer, list)
    else {
        return after;
    };
    let mut old = old;
    let mut elements = match old.remove(list) {
        Some(Document::List(elements)) => elements,
        _ => Items::new(),
    };
    if let Some(Document::List(more)) = new.remove(list) {
        elements.extend(more);
    }
    if !elements.is_empty() {
        new.insert(list.to_owned(), Document::List(elements));
    }
    after
}
