//! Requests that are for no operation of the models, passed on without being recorded: WebSockets, and what is
//! asked of hosts that answers named (function URLs, registries).

use std::sync::Arc;

use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use hyper_util::rt::TokioIo;
use standin_sigv4::{Payload, Scope, VerifyError, strip_hop_headers};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, copy, split};
use tokio::time::Instant;

use crate::Upstream;
use crate::body::Body;
use crate::departure::{Admitted, Source, direct};
use crate::destination::{Destination, socket};
use crate::intercept::{Intercepted, is_customers};
use crate::refusal::Refusal;
use crate::relay::Relay;
use crate::spill::Content;

const WEBSOCKET: HeaderValue = HeaderValue::from_static("websocket");
const UPGRADE: HeaderValue = HeaderValue::from_static("Upgrade");

/// Whether a request can't be for an operation: it asks for a WebSocket, or a host that has none.
pub(crate) fn is_unmodelled<B>(request: &Request<B>) -> bool {
    let host = Intercepted::of(request.extensions());
    host.is_some_and(|host| is_customers(host.host())) || is_websocket(request)
}

/// Whether a request asks for a WebSocket (RFC 6455).
fn is_websocket<B>(request: &Request<B>) -> bool {
    let names = |name, text: &str| {
        let values = request.headers().get_all(name).into_iter();
        let mut words = values.filter_map(|value| value.to_str().ok()).flat_map(|it| it.split(','));
        words.any(|word| word.trim().eq_ignore_ascii_case(text))
    };
    request.method() == Method::GET
        && names(header::UPGRADE, "websocket")
        && names(header::CONNECTION, "upgrade")
}

impl Relay {
    /// Passes on what can't be for an operation.
    pub(crate) async fn pass_unmodelled(
        self: &Arc<Self>,
        request: Request<Body>,
    ) -> Result<Response<Body>, Refusal> {
        match is_websocket(&request) {
            true => self.pass_websocket(request).await,
            false => self.pass(request.into_parts()).await,
        }
    }

    /// Opens a WebSocket at the upstream, and carries what both sides say. Its bytes are theirs.
    async fn pass_websocket(
        self: &Arc<Self>,
        mut request: Request<Body>,
    ) -> Result<Response<Body>, Refusal> {
        let here = hyper::upgrade::on(&mut request);
        let (parts, _) = request.into_parts();
        let (admitted, destination) = self.admit_unmodelled(parts, Body::empty()).await?;
        let credentials = self.credentials_of(&admitted).await?;
        let mut request = self.depart(admitted, &destination, credentials.as_ref())?.request;
        request.headers_mut().insert(header::CONNECTION, UPGRADE);
        request.headers_mut().insert(header::UPGRADE, WEBSOCKET);
        let mut response = self.upstreams.upgrade(request).await?;
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Ok(response);
        }
        let there = hyper::upgrade::on(&mut response);
        let host = destination.authority.to_string();
        self.log.warn(format!("a WebSocket to {host} is passed through, and not recorded"));
        let relay = Arc::clone(self);
        tokio::spawn(async move {
            let carried = async {
                let (here, there) = tokio::try_join!(here, there)?;
                let (from_here, to_here) = split(TokioIo::new(here));
                let (from_there, to_there) = split(TokioIo::new(there));
                tokio::join!(carry(from_here, to_there), carry(from_there, to_here));
                Ok::<_, hyper::Error>(())
            };
            if let Err(error) = carried.await {
                relay.log.warn(format!("the WebSocket to {host} came to nothing: {error}"));
            }
        });
        Ok(response.map(|_| Body::empty()))
    }

    /// Passes a request on to the host that its way in named.
    pub(crate) async fn pass(
        &self,
        (parts, body): (Parts, Body),
    ) -> Result<Response<Body>, Refusal> {
        let here = Intercepted::get(&parts.extensions).map(Intercepted::origin);
        let (admitted, destination) = self.admit_unmodelled(parts, body).await?;
        let credentials = self.credentials_of(&admitted).await?;
        let request = match admitted {
            Admitted { mut parts, source: Source::Passing(body), .. } => {
                direct(&mut parts, &destination)?;
                strip_hop_headers(&mut parts.headers);
                Request::from_parts(parts, body)
            }
            admitted => self.depart(admitted, &destination, credentials.as_ref())?.request,
        };
        let host = &destination.authority;
        self.log.warn(format!("{} of {host} is passed on, and not recorded", request.method()));
        let mut response = self.upstreams.send(request, std::future::ready(())).await?;
        let moved = response.headers().get(header::LOCATION).and_then(|it| it.to_str().ok());
        let moved = moved.and_then(|url| url.strip_prefix(&destination.origin()));
        if let (Some(here), Some(rest)) = (here, moved)
            && let Ok(url) = HeaderValue::from_str(&format!("{here}{rest}"))
        {
            response.headers_mut().insert(header::LOCATION, url);
        }
        Ok(response)
    }

    /// Lets a request in that nothing is known of but its signature, if it has one.
    async fn admit_unmodelled(
        &self,
        parts: Parts,
        body: Body,
    ) -> Result<(Admitted, Destination), Refusal> {
        let claim = self.keys.claim(&parts, (&self.region, (self.clock)()))?;
        let payload = Payload::of(&parts.headers)?;
        let source = match (claim.signature(), body) {
            (_, Body::Whole(bytes)) => Source::held(Content::Memory(bytes)),
            (None, body) => Source::Passing(body),
            (Some(_), body) => Source::held(Content::of(body).await?),
        };
        claim.prove(&parts, || source.hash())?;
        self.is_recent(&claim)?;
        if matches!(&payload, Payload::Hash(said) if !source.is_passing() && *said != source.hash())
        {
            return Err(VerifyError::Body.into());
        }
        let scope = claim.signature().map(|signature| signature.scope.clone());
        let scope =
            scope.unwrap_or_else(|| Scope { region: self.region.clone(), ..Scope::default() });
        let destination = self.place(&parts, &scope)?;
        let to = (destination.authority.as_str(), scope.service.as_str());
        self.guard.admit_unmodelled(to, (&destination.region, Instant::now()))?;
        Ok((Admitted { parts, source, claim, payload }, destination))
    }

    /// Where such a request goes: to the host that its way in named, or where WebSockets of its path are.
    fn place(&self, parts: &Parts, scope: &Scope) -> Result<Destination, Refusal> {
        Ok(match (&self.upstream, Intercepted::of(&parts.extensions)) {
            (Upstream::Aws, Some(host)) => Destination::of_host(host, scope),
            (Upstream::Aws, None) => socket(parts.uri.path(), (&self.overrides, scope))?,
            (url, _) => url.told(scope)?,
        })
    }
}

/// Hands on what one side says until it says no more, however it ends: what was read before is flushed all the same, for
/// many close a connection without TLS's own word for it.
async fn carry(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin) {
    let _ = copy(&mut from, &mut to).await;
    let _ = to.shutdown().await;
}
