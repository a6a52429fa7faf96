//! The way of one request: admitted, sent to its upstream under the real signature, kept, answered.

use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response, header};
use standin_intercept::{Body as Seen, Chain, Context, Outcome};
use standin_model::{Catalog, Document, SigningMode};
use standin_protocol::Call;
use standin_protocol::routing::{Route, Router, needs_body};
use standin_sigv4::{Credentials, Payload, Place, Scope, Signature, VerifyError};
use standin_tape::Sweep;
use tokio::time::Instant;

use crate::admission::{Claim, Keys};
use crate::body::Body;
use crate::connect::BODY_LIMIT;
use crate::created::Created;
use crate::credentials::Provider;
use crate::departure::{Admitted, Source, WaitsForContinue};
use crate::destination::{Destination, DestinationError, Overrides, Upstream};
use crate::exchange::{Exchange, Tails};
use crate::form::{is_form, put_object};
use crate::guard::Guard;
use crate::intercept::Intercepted;
use crate::listener::Answer;
use crate::log::{Log, Ticket};
use crate::pass::is_unmodelled;
use crate::refusal::Refusal;
use crate::rewrite::Hosts;
use crate::skew::Skew;
use crate::spill::Content;
use crate::{Clock, Keep, Upstreams};

/// Everything that a run of `record` needs to answer requests.
pub(crate) struct Relay {
    pub(crate) keys: Keys,
    /// The credentials that the upstream knows.
    pub(crate) credentials: Provider,
    pub(crate) region: String,
    pub(crate) upstream: Upstream,
    pub(crate) overrides: Overrides,
    pub(crate) upstreams: Upstreams,
    pub(crate) router: Router,
    pub(crate) interceptors: Arc<Chain>,
    pub(crate) hosts: Hosts,
    pub(crate) clock: Clock,
    pub(crate) log: Log,
    pub(crate) tails: Tails,
    pub(crate) keep: Keep,
    pub(crate) guard: Guard,
    /// What our clock lacks.
    pub(crate) skew: Arc<Skew>,
    /// The list of what was created, where one is kept.
    pub(crate) created: Option<Created>,
}

/// A request under way. Dropped, it has left.
pub(crate) struct Visit {
    pub(crate) relay: Arc<Relay>,
    pub(crate) ticket: Ticket,
}

/// The largest body that is read before anything else is done; larger ones may be handed on as they come.
const SMALL: u64 = 64 << 10;

impl Visit {
    fn begin(relay: &Arc<Relay>) -> Self {
        Self { relay: Arc::clone(relay), ticket: relay.log.arrive(Instant::now()) }
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.relay.log.leave(Instant::now());
    }
}

impl Answer for Relay {
    async fn answer(self: &Arc<Self>, request: Request<Body>) -> Response<Body> {
        let visit = Visit::begin(self);
        if is_unmodelled(&request) {
            // What is rare is apart, so that the rest is small.
            let passed = Box::pin(self.pass_unmodelled(request)).await;
            return passed.unwrap_or_else(|refusal| self.refuse(&refusal, None, &visit));
        }
        let (mut parts, body) = request.into_parts();
        if is_form(&parts) {
            let passed = self.pass_form((parts, body)).await;
            return passed
                .unwrap_or_else(|refusal| self.refuse(&refusal, Some(put_object()), &visit));
        }
        let waits = wait_for_continue(&mut parts);
        let early = !waits && body.length().is_some_and(|length| length <= SMALL);
        let body = match early || needs_body(&parts) {
            true => body.collect(BODY_LIMIT).await.map(Body::Whole),
            false => Ok(body),
        };
        match body {
            Ok(body) => self.respond((parts, body), visit).await,
            Err(error) => self.refuse(&error.into(), None, &visit),
        }
    }

    fn warn(&self, text: String) {
        self.log.warn(text);
    }
}

impl Relay {
    /// A relay over the models of a catalog, without interceptors.
    pub(crate) fn router(catalog: &'static Catalog) -> Router {
        Router::new(catalog)
    }

    /// The search for every secret that the run knows by now.
    pub(crate) fn sweep(&self) -> Sweep {
        let (given, own) = (self.keys.all_given(), self.credentials.all());
        let keys = given.iter().chain(&own);
        let secrets = keys.flat_map(|keys| [Some(keys.secret_access_key()), keys.session_token()]);
        let dummy = [Some(self.keys.session().secret())];
        Sweep::with_secrets(secrets.chain(dummy).flatten())
    }

    /// Waits until every answer that was handed on is kept.
    pub(crate) async fn settle(&self) {
        self.tails.settle().await;
    }

    async fn respond(&self, (parts, body): (Parts, Body), visit: Visit) -> Response<Body> {
        let form = match &body {
            Body::Whole(bytes) => &bytes[..],
            _ => &[],
        };
        let route = match self.router.route(&parts, form) {
            Ok(route) => route,
            Err(error) => {
                let passed = match Intercepted::get(&parts.extensions).and_then(Intercepted::here) {
                    // Not all hosts that answers name have operations.
                    Some(_) => Box::pin(self.pass((parts, body))).await,
                    None => Err(error.into()),
                };
                return passed.unwrap_or_else(|refusal| self.refuse(&refusal, None, &visit));
            }
        };
        let call = route.call;
        let visit = Arc::new(visit);
        match self.forward(route, (parts, body), &visit).await {
            Ok(response) => response,
            Err(refusal) => self.refuse(&refusal, Some(call), &visit),
        }
    }

    fn refuse(&self, refusal: &Refusal, call: Option<Call>, visit: &Visit) -> Response<Body> {
        self.note(refusal, call);
        refusal.answer(call, &request_id(visit.ticket)).map(Body::Whole)
    }

    async fn forward(
        &self,
        route: Route,
        (parts, body): (Parts, Body),
        visit: &Arc<Visit>,
    ) -> Result<Response<Body>, Refusal> {
        let call = route.call;
        let admitted = self.admit(call, parts, body).await?;
        let context = self.context(call, admitted.claim.signature(), visit.ticket);
        let own = self.hosts.own_for(&admitted.parts.extensions, &self.upstream);
        let response = if self.interceptors.is_empty() {
            self.send(&route, admitted, visit).await?
        } else {
            Box::pin(self.send_through(&route, (admitted, &context), visit)).await?
        };
        let (mut parts, body) = response.into_parts();
        let (whole, piped) = match body {
            Body::Whole(bytes) => (bytes, None),
            other => (Bytes::new(), Some(other)),
        };
        let whole = self.hosts.to_client(call, own.as_deref(), (&mut parts, whole));
        Ok(Response::from_parts(parts, piped.unwrap_or(Body::Whole(whole))))
    }

    /// Whether an interceptor must see the bodies of an operation. Clients that stream events wait for answers
    /// while they do, so nobody can see those as a whole.
    pub(crate) fn reads_bodies(&self, call: Call) -> bool {
        if call.event_stream_input().is_some() {
            return false;
        }
        let context = || Context { call, account: None, region: None, request_id: String::new() };
        !self.interceptors.is_empty() && self.interceptors.reads_bodies(&context())
    }

    /// Sends a request past the interceptors, which see bodies whole, or not at all.
    async fn send_through(
        &self,
        route: &Route,
        (admitted, context): (Admitted, &Context),
        visit: &Arc<Visit>,
    ) -> Result<Response<Body>, Refusal> {
        let Admitted { parts, source, claim, payload, .. } = admitted;
        let (seen, passing) = match self.reads_bodies(route.call) {
            true => (Seen::Whole(source.bytes()?), None),
            false => (Seen::Passing, Some(source)),
        };
        let forwarded = self.interceptors.forward(Request::from_parts(parts, seen), context).await;
        let response = match forwarded {
            Outcome::Answered(answer) => {
                self.log.intercepted();
                answer.map(Body::Whole)
            }
            Outcome::Forward(request) => {
                let (parts, seen) = request.into_parts();
                let source = match (seen, passing) {
                    (Seen::Passing, Some(source)) => source,
                    (seen, _) => Source::Changed(seen.into_bytes().unwrap_or_default()),
                };
                let admitted = Admitted { parts, source, claim, payload };
                self.send(route, admitted, visit).await?
            }
        };
        self.intercept_answer(response, context).await
    }

    /// Runs an answer past the interceptors.
    async fn intercept_answer(
        &self,
        response: Response<Body>,
        context: &Context,
    ) -> Result<Response<Body>, Refusal> {
        let (parts, body) = response.into_parts();
        let (seen, passing) = match self.reads_bodies(context.call) {
            true => (Seen::Whole(body.collect(BODY_LIMIT).await?), None),
            false => (Seen::Passing, Some(body)),
        };
        let response = self.interceptors.answer(Response::from_parts(parts, seen), context);
        Ok(response.map(|seen| match (seen, passing) {
            (Seen::Passing, Some(body)) => body,
            (seen, _) => Body::Whole(seen.into_bytes().unwrap_or_default()),
        }))
    }

    /// Lets a request in, if it is signed with a key of this run, or not at all. Its body is held, unless it can
    /// be handed on as it comes.
    async fn admit(&self, call: Call, parts: Parts, body: Body) -> Result<Admitted, Refusal> {
        let mut claim = self.keys.claim(&parts, (&self.region, (self.clock)()))?;
        if call.operation.signing == SigningMode::UnsignedBody {
            claim = claim.maybe_without_body(&parts);
        }
        let payload = match claim.leaves_body_out(&parts) {
            true => Payload::Unsigned,
            false => Payload::of(&parts.headers)?,
        };
        let streams = call.streaming_input().is_some() || call.event_stream_input().is_some();
        let streams = streams && !self.reads_bodies(call);
        let source = match body {
            Body::Whole(bytes) => Source::held(Content::Memory(bytes)),
            body if streams && !claim.needs_body() => Source::Passing(body),
            body if call.streaming_input().is_some() => Source::held(Content::of(body).await?),
            // What is decoded whole is held whole.
            body => Source::held(Content::Memory(body.collect(BODY_LIMIT).await?)),
        };
        claim.prove(&parts, || source.hash())?;
        self.is_recent(&claim)?;
        match &payload {
            Payload::Hash(said) if !source.is_passing() && *said != source.hash() => {
                Err(VerifyError::Body.into())
            }
            _ => Ok(Admitted { parts, source, claim, payload }),
        }
    }

    /// Refuses what was signed long ago; presigned URLs say themselves how long they are good.
    pub(crate) fn is_recent(&self, claim: &Claim) -> Result<(), Refusal> {
        let signature = claim.signature().filter(|signature| signature.place == Place::Header);
        let Some(signature) = signature else { return Ok(()) };
        let time = signature.time().filter(|time| self.skew.is_recent(*time, (self.clock)()));
        time.map(|_| ()).ok_or_else(|| Refusal::Old(signature.timestamp.clone()))
    }

    async fn send(
        &self,
        route: &Route,
        mut admitted: Admitted,
        visit: &Arc<Visit>,
    ) -> Result<Response<Body>, Refusal> {
        let call = route.call;
        let scope = admitted.claim.signature().map(|signature| signature.scope.clone());
        let scope = scope.unwrap_or_else(|| Scope {
            region: self.region.clone(),
            service: call.service.metadata.signing_name.to_owned(),
            ..Scope::default()
        });
        let mut seen = admitted.parts.clone();
        route.apply(&mut seen);
        // Endpoint rules look at some members; what can't be read is noted when it is kept.
        let input = self.needs_input(&seen).then(|| admitted.source.input(call, &seen)).flatten();
        let destination = self.destination((call, input.as_ref()), &seen, &scope)?;
        self.guard.admit(call, input.as_ref(), (&destination.region, Instant::now()))?;
        let changed = self.hosts.own_for(&seen.extensions, &self.upstream).and_then(|own| {
            let body = admitted.source.memory()?;
            self.hosts.to_upstream(call, &own, (body, Some(&destination.origin())))
        });
        let is_changed = changed.is_some();
        if let Some(body) = changed {
            admitted.source = Source::Changed(body);
        }
        if Intercepted::of(&seen.extensions).is_some_and(|host| *host != destination.authority) {
            // Where the host that named the bucket is lost, the path names it.
            admitted.parts.uri = seen.uri.clone();
        }
        let exchange = Exchange {
            call,
            input: input.filter(|_| !is_changed),
            body: admitted.source.content(),
            host: destination.authority.to_string(),
            region: scope.single_region().unwrap_or(&self.region).to_owned(),
            presigned: admitted.is_presigned(),
            seen,
        };
        let credentials = self.credentials_of(&admitted).await?;
        let departure = self.depart(admitted, &destination, credentials.as_ref())?;
        self.exchange(departure, exchange, visit).await
    }

    /// Whether the input is looked at: by the endpoint rules, or for the record.
    fn needs_input(&self, seen: &Parts) -> bool {
        let by_rules =
            self.upstream == Upstream::Aws && Intercepted::of(&seen.extensions).is_none();
        let judged = self.created.is_some() || self.guard.names_account();
        by_rules || judged || self.keep == Keep::Exchanges
    }

    /// Whose signature a request gets: what the client got through us, the upstream knows already; else the
    /// run's. None on a request without a signature.
    pub(crate) async fn credentials_of(
        &self,
        admitted: &Admitted,
    ) -> Result<Option<Credentials>, Refusal> {
        let Some(signature) = admitted.claim.signature() else { return Ok(None) };
        Ok(match self.keys.given(&signature.access_key_id) {
            Some(given) => Some(given),
            None => Some(self.credentials.current().await?),
        })
    }

    /// Where a request goes: where it was told to, else where the client itself sent it, else by the rules.
    pub(crate) fn destination(
        &self,
        (call, input): (Call, Option<&Document>),
        seen: &Parts,
        scope: &Scope,
    ) -> Result<Destination, DestinationError> {
        let told = self.overrides.destination(call.service.metadata.name, scope);
        match (told, &self.upstream, Intercepted::of(&seen.extensions)) {
            (Some(told), _, _) => Ok(told),
            (None, Upstream::Aws, Some(host)) => Ok(Destination::of_host(host, scope)),
            (None, upstream, _) => upstream.destination(call, input, (scope, &self.region)),
        }
    }

    fn context(&self, call: Call, signature: Option<&Signature>, ticket: Ticket) -> Context {
        let region = signature.and_then(|signature| signature.scope.single_region());
        Context {
            call,
            account: None,
            request_id: request_id(ticket),
            region: Some(region.unwrap_or(&self.region).to_owned()),
        }
    }

    fn note(&self, refusal: &Refusal, call: Option<Call>) {
        let name = call.map_or_else(
            || "a request".to_owned(),
            |call| format!("{} {}", call.service.metadata.name, call.operation.name),
        );
        if refusal.is_lasting() {
            self.log.problem(format!("{name} was refused: {refusal}"));
        } else {
            self.log.warn(format!("{name}: {refusal}"));
        }
    }
}

/// Whether a client waits to be told that its body is wanted; from then on that is between us and it.
fn wait_for_continue(parts: &mut Parts) -> bool {
    let expected = parts.headers.get(header::EXPECT);
    let waits =
        expected.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"));
    if waits {
        parts.extensions.insert(WaitsForContinue);
    }
    waits
}

/// A request id of ours, for answers that the upstream did not give.
fn request_id(ticket: Ticket) -> String {
    format!("00000000-0000-0000-0000-{:012x}", ticket.number)
}
