//! One request and its answer: the answer handed to the client, the exchange kept.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::request::Parts;
use http::{Response, StatusCode};
use hyper::body::Body as _;
use standin_model::{Answer, Document, Location};
use standin_protocol::Call;
use tokio::task::JoinSet;

use crate::body::{Body, BodyError, Pipe};
use crate::connect::{BODY_LIMIT, causes};
use crate::decode::{self, DecodeError};
use crate::departure::{Again, Departure};
use crate::log::Kept;
use crate::refusal::Refusal;
use crate::relay::{Relay, Visit};
use crate::skew::Skew;
use crate::spill::{Content, Spill};
use crate::upload::{Upload, Uploaded};
use crate::{Keep, UpstreamError};

/// The largest answer of a streaming operation that is held until it is kept.
const SMALL: u64 = 64 << 10;

/// What AWS says of credentials that are over.
const EXPIRED: [&str; 2] = ["ExpiredToken", "ExpiredTokenException"];

/// What is known of a request that goes to its upstream.
pub(crate) struct Exchange {
    pub(crate) call: Call,
    /// The head as the operation's codec reads it.
    pub(crate) seen: Parts,
    /// The input, where it is decoded already and nothing has changed since.
    pub(crate) input: Option<Document>,
    /// The body as it is sent, where it was here as a whole.
    pub(crate) body: Option<Content>,
    /// The upstream's host.
    pub(crate) host: String,
    /// The region that the request is for.
    pub(crate) region: String,
    /// The request was signed in its query.
    pub(crate) presigned: bool,
}

/// Answers that are still handed on while others are looked after.
#[derive(Default)]
pub(crate) struct Tails(Mutex<JoinSet<()>>);

impl Tails {
    fn spawn(&self, tail: impl Future<Output = ()> + Send + 'static) {
        let mut tails = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while tails.try_join_next().is_some() {}
        tails.spawn(tail);
    }

    /// Waits until all have come to their end.
    pub(crate) async fn settle(&self) {
        let tails = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        tails.join_all().await;
    }
}

impl Relay {
    /// Sends a request and hands its answer on.
    pub(crate) async fn exchange(
        &self,
        departure: Departure,
        exchange: Exchange,
        visit: &Arc<Visit>,
    ) -> Result<Response<Body>, Refusal> {
        let Departure { request, upload, waiting, again } = departure;
        let sent = upload.as_ref().map(Upload::ended);
        let sent = async {
            if let Some(sent) = sent {
                sent.await;
            }
        };
        let answer = self.upstreams.send(request, sent).await;
        if let Some(waiting) = waiting {
            waiting.answered();
        }
        let mut response = answer.map_err(|error| refused(upload.as_ref(), error))?;
        if let Some(again) = again {
            response = Box::pin(self.corrected(response, again, &exchange)).await?;
        }
        if self.is_handed_on(&exchange, &response) {
            return Ok(self.hand_on(response, (exchange, upload), visit));
        }
        let (parts, body) = response.into_parts();
        let body =
            body.collect(BODY_LIMIT).await.map_err(|error| broken(&exchange.host, &error))?;
        let response = Response::from_parts(parts, body);
        let (parts, body) = response.into_parts();
        let head = Response::from_parts(parts, ());
        if self.keep == Keep::Nothing {
            self.learn(exchange.call, &head, &body);
            self.note_unkept(&exchange, &head, &body);
        } else if let Some(uploaded) = self.uploaded(upload, &exchange, head.status()).await {
            let answer = decode::answer(exchange.call, &head, &body);
            self.keep(exchange, (uploaded, answer), (&head, visit));
        }
        Ok(head.map(|()| Body::Whole(body)))
    }

    /// An answer that is no refusal for our clock: the request is sent once more where the first one was.
    async fn corrected(
        &self,
        response: Response<Body>,
        again: Again,
        exchange: &Exchange,
    ) -> Result<Response<Body>, Refusal> {
        if !Skew::may_be_refused(response.status()) {
            if response.status().is_success() {
                self.skew.settle();
            }
            return Ok(response);
        }
        let (parts, body) = response.into_parts();
        let body =
            body.collect(BODY_LIMIT).await.map_err(|error| broken(&exchange.host, &error))?;
        let response = Response::from_parts(parts, body);
        let now = (self.clock)();
        let is_corrected = match exchange.call.parse_response(&response) {
            Ok(Answer::Error(error)) => self.skew.learn(&error.code, response.headers(), now),
            _ => false,
        };
        if !is_corrected {
            return Ok(response.map(Body::Whole));
        }
        let host = &exchange.host;
        self.log.warn(format!(
            "this machine's clock is wrong, says {host}: requests are signed by its own"
        ));
        let request = again.signed_at(self.skew.correct(now))?;
        Ok(self.upstreams.send(request, std::future::ready(())).await?)
    }

    /// Whether an answer goes to the client while it comes.
    fn is_handed_on(&self, exchange: &Exchange, response: &Response<Body>) -> bool {
        let call = exchange.call;
        let streams = call.streaming_output().is_some() || call.event_stream_output().is_some();
        let is_small = response.body().length().is_some_and(|length| length <= SMALL);
        streams && !is_small && response.status().is_success() && !self.reads_bodies(call)
    }

    /// What became of a body that was handed on; none where the exchange can't be kept for it.
    async fn uploaded(
        &self,
        upload: Option<Upload>,
        exchange: &Exchange,
        status: StatusCode,
    ) -> Option<Option<Uploaded>> {
        let Some(upload) = upload else { return Some(None) };
        if upload.has_ended()
            && let Some(uploaded) = upload.result().await
        {
            return Some(Some(uploaded));
        }
        let text = format!(
            "{} {} was answered with {} before its body had come, and can't be recorded",
            exchange.call.service.metadata.name,
            exchange.call.operation.name,
            status.as_u16()
        );
        // Who is sent elsewhere asks again there.
        if status.is_redirection() {
            self.log.warn(text);
        } else {
            self.log.problem(text);
        }
        None
    }

    fn hand_on(
        &self,
        response: Response<Body>,
        (exchange, upload): (Exchange, Option<Upload>),
        visit: &Arc<Visit>,
    ) -> Response<Body> {
        let (parts, source) = response.into_parts();
        let (pipe, body) = Body::piped(source.length());
        let head = Response::from_parts(parts, ());
        let response = head.clone().map(|()| body);
        let visit = Arc::clone(visit);
        self.tails.spawn(async move {
            let tail = Tail { head, source, exchange, upload };
            tail.run(pipe, &visit).await;
        });
        response
    }

    /// Looks for credentials in an answer that is not kept.
    fn learn(&self, call: Call, head: &Response<()>, body: &Bytes) {
        // `SecretAccessKey`, `secretAccessKey`, `SecretKey`: each answer is looked through, so once.
        if memchr::memmem::find(body, b"ecret").is_some()
            && let Ok(answer) = decode::answer(call, head, body)
        {
            self.keys.learn(&answer);
        }
    }

    fn keep(
        &self,
        exchange: Exchange,
        (uploaded, answer): (Option<Uploaded>, Result<Answer, DecodeError>),
        (head, visit): (&Response<()>, &Visit),
    ) {
        let call = exchange.call;
        let decoded = self.input(&exchange, uploaded).and_then(|input| Ok((input, answer?)));
        match decoded {
            Ok((input, answer)) => {
                self.keys.learn(&answer);
                self.note_expired(call, (&answer, &exchange.host));
                self.note_created(call, &exchange.region, (&input, &answer));
                let invocation = exchange.seen.headers.get("amz-sdk-invocation-id");
                let kept = Kept {
                    call,
                    input,
                    status: head.status().as_u16(),
                    answer,
                    host: exchange.host,
                    presigned: exchange.presigned,
                    headers: unmodelled_headers(call, head),
                    invocation: invocation.and_then(|id| id.to_str().ok()).map(str::to_owned),
                };
                self.log.keep(visit.ticket, kept);
            }
            Err(error) => {
                let (service, operation) = (call.service.metadata.name, call.operation.name);
                self.log.problem(format!("{service} {operation} can't be recorded: {error}"));
            }
        }
    }

    /// Notes that the run's own credentials are over, which is nothing of the client's doing.
    fn note_expired(&self, call: Call, (answer, host): (&Answer, &str)) {
        let Answer::Error(error) = answer else { return };
        let mut modelled = call.operation.errors.iter().map(|id| call.service.shape(*id).name);
        let is_ours = EXPIRED.contains(&&*error.code) && modelled.all(|it| it != error.code);
        if is_ours {
            let text = format!("{host} says that this run's credentials have expired");
            self.log.problem(text);
        }
    }

    /// Notes what an exchange created that is not kept itself.
    fn note_unkept(&self, exchange: &Exchange, head: &Response<()>, body: &Bytes) {
        let call = exchange.call;
        if self.created.is_some()
            && let Ok(input) = self.input(exchange, None)
            && let Ok(answer) = decode::answer(call, head, body)
        {
            self.note_created(call, &exchange.region, (&input, &answer));
        }
    }

    fn note_created(&self, call: Call, region: &str, (input, answer): (&Document, &Answer)) {
        if let (Some(created), Answer::Output(output)) = (&self.created, answer)
            && let Err(error) = created.note(call, region, (input, output), || self.sweep())
        {
            self.log.problem(format!("what was created can't be listed: {error}"));
        }
    }

    fn input(
        &self,
        exchange: &Exchange,
        uploaded: Option<Uploaded>,
    ) -> Result<Document, DecodeError> {
        let (call, seen) = (exchange.call, &exchange.seen);
        match (uploaded, &exchange.input, &exchange.body) {
            (Some(uploaded), ..) => {
                let body = self.log.blob(uploaded.content?);
                decode::streamed_input(call, seen, (body, uploaded.trailers))
            }
            (None, _, Some(Content::File(file))) => {
                let body = self.log.blob(Content::File(file.clone()));
                decode::streamed_input(call, seen, (body, Vec::new()))
            }
            (None, Some(input), _) => Ok(input.clone()),
            (None, None, Some(Content::Memory(body))) => decode::input(call, seen, body),
            (None, None, None) => Err(DecodeError::Gone),
        }
    }
}

/// An answer that is handed on as it comes.
struct Tail {
    head: Response<()>,
    source: Body,
    exchange: Exchange,
    upload: Option<Upload>,
}

impl Tail {
    /// Hands the body on. The exchange is kept before the client has the last part.
    async fn run(mut self, pipe: Pipe, visit: &Visit) {
        let relay = &visit.relay;
        let mut spill = Spill::new(relay.keep);
        match self.transfer(&pipe, &mut spill).await {
            Ok(Some(last)) => {
                let status = self.head.status();
                if relay.keep == Keep::Exchanges
                    && let Some(uploaded) =
                        relay.uploaded(self.upload, &self.exchange, status).await
                {
                    // Events are decoded whole.
                    let is_decoded = self.exchange.call.event_stream_output().is_some();
                    let body = spill.finish().await.and_then(|content| match is_decoded {
                        true => content.bytes(),
                        false => Ok(relay.log.blob(content)),
                    });
                    let answer = body.map_err(DecodeError::from).and_then(|body| {
                        decode::streamed_answer(self.exchange.call, &self.head, body)
                    });
                    relay.keep(self.exchange, (uploaded, answer), (&self.head, visit));
                }
                // Whether the client takes the last part is its own affair.
                drop(pipe.send(last).await);
            }
            Ok(None) => relay.log.problem(format!(
                "{} {} can't be recorded: the client broke its answer off",
                self.exchange.call.service.metadata.name, self.exchange.call.operation.name
            )),
            Err(error) => {
                let error = broken(&self.exchange.host, &error);
                relay.log.warn(format!(
                    "{} {}: {error}",
                    self.exchange.call.service.metadata.name, self.exchange.call.operation.name
                ));
                pipe.give_up(error.to_string()).await;
            }
        }
    }

    /// Hands all but the last part on; none where the client takes no more.
    async fn transfer(
        &mut self,
        pipe: &Pipe,
        spill: &mut Spill,
    ) -> Result<Option<Bytes>, BodyError> {
        while let Some(part) = self.source.next().await? {
            spill.write(&part).await;
            if self.source.is_end_stream() {
                return Ok(Some(part));
            }
            if !pipe.send(part).await? {
                return Ok(None);
            }
        }
        Ok(Some(Bytes::new()))
    }
}

/// Why a request has no answer: its own body's fault goes first.
fn refused(upload: Option<&Upload>, error: UpstreamError) -> Refusal {
    match upload.and_then(Upload::refusal) {
        Some(Refusal::Unsent) | None => error.into(),
        Some(refusal) => refusal,
    }
}

fn broken(host: &str, error: &BodyError) -> UpstreamError {
    match error {
        BodyError::Stalled(time) => UpstreamError::Stalled(host.to_owned(), *time),
        error => UpstreamError::Body(host.to_owned(), causes(error)),
    }
}

/// The headers that no member of the output carries.
fn unmodelled_headers(call: Call, head: &Response<()>) -> Vec<(String, String)> {
    let output = call.operation.output.and_then(|id| call.service.structure(id));
    let modelled = |name: &str| {
        output.is_some_and(|output| {
            output.members.iter().any(|member| {
                member.location == Location::Header && member.wire_name().eq_ignore_ascii_case(name)
            })
        })
    };
    let kept = head
        .headers()
        .iter()
        .filter(|(name, _)| !head.status().is_success() || !modelled(name.as_str()));
    kept.filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
        .collect()
}
