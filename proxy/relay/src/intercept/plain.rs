//! Requests for plain HTTP that a proxy gets whole, their URI absolute: AWS's are answered as intercepted
//! ones are, others are sent on as they came where that is allowed.

use http::uri::{Authority as HostAndPort, PathAndQuery, Uri};
use http::{HeaderMap, HeaderName, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;

use super::tunnel::{Tunnels, dial, refuse};
use super::{Intercepted, Others, is_aws, is_customers};
use crate::body::{Body, PATIENCE};
use crate::listener::{Answer, respond};

/// Headers that are between a client and its proxy.
const HOP: [HeaderName; 7] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

impl<A: Answer> Tunnels<A> {
    /// The host of a request that was meant for a proxy.
    pub(super) fn proxied<B>(request: &Request<B>) -> Option<HostAndPort> {
        let uri = request.uri();
        let is_plain =
            uri.scheme_str() == Some("http") && request.version() < http::Version::HTTP_2;
        uri.authority().filter(|_| is_plain).cloned()
    }

    /// The answer to a request for a host that is not ours.
    pub(super) async fn plain(
        &self,
        mut request: Request<Incoming>,
        host: HostAndPort,
    ) -> Response<Body> {
        if is_aws(host.host()) && !is_customers(host.host()) {
            request.extensions_mut().insert(Intercepted::named(host));
            return respond(&self.answer, request).await;
        }
        let sent = match self.interception.others {
            Others::Tunnel => send(request, &host).await,
            Others::Refuse => Err("a replay opens no connection".to_owned()),
        };
        sent.unwrap_or_else(|reason| {
            let text = format!("no answer from {host}: {reason}");
            self.answer.warn(text.clone());
            refuse(StatusCode::BAD_GATEWAY, &text)
        })
    }
}

async fn send(request: Request<Incoming>, host: &HostAndPort) -> Result<Response<Body>, String> {
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str);
    parts.uri = path.parse::<Uri>().map_err(|error| error.to_string())?;
    strip(&mut parts.headers);
    let port = host.port_u16().unwrap_or(80);
    let stream = dial(&format!("{}:{port}", host.host())).await?;
    let failed = |error: hyper::Error| error.to_string();
    let handshake = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(failed)?;
    // What it ends with is told to the one who waits for the answer.
    tokio::spawn(async move { drop(connection.await) });
    let response = sender.send_request(Request::from_parts(parts, body)).await.map_err(failed)?;
    let mut response = response.map(|incoming| Body::within(incoming, PATIENCE));
    strip(response.headers_mut());
    Ok(response)
}

fn strip(headers: &mut HeaderMap) {
    for name in HOP {
        headers.remove(name);
    }
}
