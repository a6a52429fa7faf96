//! The way of one request: admitted, sent to its upstream under the real signature, kept, answered.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Request, Response, Uri, Version, header};
use standin_intercept::{Chain, Context, Outcome};
use standin_model::{Catalog, Document, Location};
use standin_protocol::Call;
use standin_protocol::routing::{Route, Router};
use standin_sigv4::{
    Credentials, Payload, Place, Scope, Signature, Signer, presign, resign_chunked, sign,
    strip_hop_headers,
};
use tokio::time::Instant;

use crate::admission::Keys;
use crate::destination::{Destination, DestinationError, Overrides, Upstream};
use crate::intercept::Intercepted;
use crate::listener::Answer;
use crate::log::{Kept, Log, Ticket};
use crate::refusal::Refusal;
use crate::rewrite::Hosts;
use crate::{Clock, Upstreams, decode};

/// Everything that a run of `record` needs to answer requests.
pub(crate) struct Relay {
    pub(crate) keys: Keys,
    /// The credentials that the upstream knows.
    pub(crate) credentials: Credentials,
    pub(crate) region: String,
    pub(crate) upstream: Upstream,
    pub(crate) overrides: Overrides,
    pub(crate) upstreams: Upstreams,
    pub(crate) router: Router,
    pub(crate) interceptors: Chain,
    pub(crate) hosts: Hosts,
    pub(crate) clock: Clock,
    pub(crate) log: Log,
}

/// A request that may go on.
struct Admitted {
    parts: Parts,
    body: Bytes,
    signature: Option<Signature>,
}

impl Answer for Relay {
    async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        let ticket = self.log.arrive(Instant::now());
        let response = self.respond(request, ticket).await;
        self.log.leave(Instant::now());
        response
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

    async fn respond(&self, request: Request<Bytes>, ticket: Ticket) -> Response<Bytes> {
        let (parts, body) = request.into_parts();
        let (result, call) = match self.router.route(&parts, &body) {
            Ok(route) => {
                let call = route.call;
                (self.forward(route, (parts, body), ticket).await, Some(call))
            }
            Err(error) => (Err(error.into()), None),
        };
        result.unwrap_or_else(|refusal| {
            self.note(&refusal, call);
            refusal.answer(call, &request_id(ticket))
        })
    }

    async fn forward(
        &self,
        route: Route,
        (parts, body): (Parts, Bytes),
        ticket: Ticket,
    ) -> Result<Response<Bytes>, Refusal> {
        let call = route.call;
        let signature = self.keys.admit_any(&parts, &body, (&self.region, (self.clock)()))?;
        let context = self.context(call, signature.as_ref());
        let own = self.hosts.own_for(&parts.extensions, &self.upstream);
        let request = Request::from_parts(parts, body);
        let response = match self.interceptors.forward(request, &context) {
            Outcome::Answered(answer) => answer,
            Outcome::Forward(request) => {
                let (parts, body) = request.into_parts();
                self.send(&route, Admitted { parts, body, signature }, ticket).await?
            }
        };
        let (mut parts, body) = self.interceptors.answer(response, &context).into_parts();
        let body = self.hosts.to_client(call, own.as_deref(), (&mut parts.headers, body));
        Ok(Response::from_parts(parts, body))
    }

    async fn send(
        &self,
        route: &Route,
        mut admitted: Admitted,
        ticket: Ticket,
    ) -> Result<Response<Bytes>, Refusal> {
        let call = route.call;
        let scope = admitted.signature.as_ref().map(|signature| signature.scope.clone());
        let scope = scope.unwrap_or_else(|| Scope {
            date: String::new(),
            region: self.region.clone(),
            service: call.service.metadata.signing_name.to_owned(),
        });
        let mut seen = admitted.parts.clone();
        route.apply(&mut seen);
        // Endpoint rules look at some members; what can't be read is noted when it is kept.
        let input = decode::input(call, &seen, &admitted.body).ok();
        let destination = self.destination((call, input.as_ref()), &seen, &scope)?;
        if let Some(own) = self.hosts.own_for(&seen.extensions, &self.upstream)
            && let Some(body) =
                self.hosts.to_upstream(call, &own, (&admitted.body, Some(&destination.origin())))
        {
            admitted.body = body;
        }
        if Intercepted::of(&seen.extensions).is_some_and(|host| *host != destination.authority) {
            // Where the host that named the bucket is lost, the path names it.
            admitted.parts.uri = seen.uri.clone();
        }
        let body = admitted.body.clone();
        let presigned = admitted.presigned();
        let request = self.outgoing(admitted, &destination)?;
        let response = self.upstreams.send(request).await?;
        self.keep(ticket, (call, &seen, &body), &response, (&destination, presigned));
        Ok(response)
    }

    /// Where a request goes: where it was told to, else where the client itself sent it, else by the rules.
    fn destination(
        &self,
        (call, input): (Call, Option<&Document>),
        seen: &Parts,
        scope: &Scope,
    ) -> Result<Destination, DestinationError> {
        let told = self.overrides.destination(call.service.metadata.name, scope);
        match (told, &self.upstream, Intercepted::of(&seen.extensions)) {
            (Some(told), _, _) => Ok(told),
            (None, Upstream::Aws, Some(host)) => Ok(Destination::of_host(host, scope)),
            (None, upstream, _) => upstream.destination(call, input, scope),
        }
    }

    /// The request as the upstream gets it.
    fn outgoing(
        &self,
        admitted: Admitted,
        destination: &Destination,
    ) -> Result<Request<Bytes>, Refusal> {
        let Admitted { mut parts, body, signature } = admitted;
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        // Which version the upstream gets is between us and it.
        parts.version = Version::HTTP_11;
        parts.uri = Uri::builder()
            .scheme(destination.scheme.clone())
            .authority(destination.authority.clone())
            .path_and_query(destination.target(path))
            .build()?;
        let host =
            HeaderValue::from_str(destination.authority.as_str()).map_err(http::Error::from)?;
        parts.headers.insert(header::HOST, host);
        parts.headers.extend(destination.headers.iter().cloned());
        parts.headers.remove(header::CONTENT_LENGTH);
        let Some(signature) = signature else {
            strip_hop_headers(&mut parts.headers);
            return Ok(Request::from_parts(parts, body));
        };
        let now = (self.clock)();
        let (region, name) = (&destination.region, &destination.signing_name);
        // What the client got through us, the upstream knows already.
        let given = self.keys.given(&signature.access_key_id);
        let credentials = given.as_ref().unwrap_or(&self.credentials);
        let signer = Signer::new(credentials, region, name, now);
        let body = match signature.place {
            Place::Header => resign(&mut parts, body, &signer)?,
            Place::Query { expires } => {
                let left = left(&signature, expires, now).ok_or(Refusal::Expired)?;
                presign(&mut parts, &signature.signed_headers, left, &signer)?;
                body
            }
        };
        Ok(Request::from_parts(parts, body))
    }

    fn keep(
        &self,
        ticket: Ticket,
        (call, parts, body): (Call, &Parts, &Bytes),
        response: &Response<Bytes>,
        (destination, presigned): (&Destination, bool),
    ) {
        let decoded = decode::input(call, parts, body)
            .and_then(|input| Ok((input, decode::answer(call, response)?)));
        match decoded {
            Ok((input, answer)) => {
                self.keys.learn(&answer);
                let invocation = parts.headers.get("amz-sdk-invocation-id");
                let kept = Kept {
                    call,
                    input,
                    status: response.status().as_u16(),
                    answer,
                    host: destination.authority.to_string(),
                    presigned,
                    headers: unmodelled_headers(call, response),
                    invocation: invocation.and_then(|id| id.to_str().ok()).map(str::to_owned),
                };
                self.log.keep(ticket, kept);
            }
            Err(error) => {
                let (service, operation) = (call.service.metadata.name, call.operation.name);
                self.log.problem(format!("{service} {operation} can't be recorded: {error}"));
            }
        }
    }

    fn context(&self, call: Call, signature: Option<&Signature>) -> Context {
        Context {
            service: Some(call.service.metadata.name),
            operation: Some(call.operation.name),
            account: None,
            region: Some(
                signature.map_or_else(|| self.region.clone(), |it| it.scope.region.clone()),
            ),
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

impl Admitted {
    fn presigned(&self) -> bool {
        let place = self.signature.as_ref().map(|signature| signature.place);
        matches!(place, Some(Place::Query { .. }))
    }
}

/// Signs head and, where they are signed, chunks; gives the body to send.
fn resign(parts: &mut Parts, body: Bytes, signer: &Signer<'_>) -> Result<Bytes, Refusal> {
    let payload = match Payload::of(&parts.headers)? {
        // The body may have been rewritten since the client hashed it.
        Payload::Hash(_) => Payload::hash(&body),
        other => other,
    };
    let seed = sign(parts, &payload, &body, signer)?.signature;
    if matches!(payload, Payload::Chunked | Payload::ChunkedTrailer) {
        return Ok(resign_chunked(&body, &seed, signer)?.into());
    }
    Ok(body)
}

/// How long a presigned URL is still good.
fn left(signature: &Signature, expires: Duration, now: SystemTime) -> Option<Duration> {
    let end = signature.time()?.checked_add(expires)?;
    let left = end.duration_since(now).ok()?;
    Some(Duration::from_secs(left.as_secs().max(1)))
}

/// The headers that no member of the output carries.
fn unmodelled_headers(call: Call, response: &Response<Bytes>) -> Vec<(String, String)> {
    let output = call.operation.output.and_then(|id| call.service.structure(id));
    let modelled = |name: &str| {
        output.is_some_and(|output| {
            output.members.iter().any(|member| {
                member.location == Location::Header && member.wire_name().eq_ignore_ascii_case(name)
            })
        })
    };
    let kept = response
        .headers()
        .iter()
        .filter(|(name, _)| !response.status().is_success() || !modelled(name.as_str()));
    kept.filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
        .collect()
}

/// A request id of ours, for answers that the upstream did not give.
fn request_id(ticket: Ticket) -> String {
    format!("00000000-0000-0000-0000-{:012x}", ticket.number)
}
