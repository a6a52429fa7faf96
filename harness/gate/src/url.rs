//! A target behind an endpoint URL.

use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderName, HeaderValue, Request, Response, Uri, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use standin_sigv4::Signature;

use crate::{BoxFuture, Target, TargetError};

/// How long an answer may take. Long polls wait 20 s.
const PATIENCE: Duration = Duration::from_mins(1);

/// The largest answer that is held in memory.
const LARGEST: usize = 64 << 20;

/// moto takes the account from here, and from access keys only where its own IAM made them.
const MOTO_ACCOUNT: HeaderName = HeaderName::from_static("x-moto-account-id");

/// Whatever answers behind an `http://` URL; each request names the recorded host.
pub struct UrlTarget {
    name: String,
    /// Name and address, for messages.
    shown: String,
    authority: Authority,
    base: String,
    speed: f64,
    client: Client<HttpConnector, Full<Bytes>>,
}

/// A URL that a check can't send to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadUrl {
    /// It is no URL with a host.
    #[error("`{0}` is not a URL like http://127.0.0.1:4566")]
    Malformed(String),
    /// Its scheme is not `http`.
    #[error("`{0}`: a check sends over plain HTTP; give an http:// URL")]
    Scheme(String),
}

impl UrlTarget {
    /// A target at a URL; recorded pauses are slept `speed` times as fast.
    pub fn new(name: &str, url: &str, speed: f64) -> Result<Self, BadUrl> {
        let uri: Uri = url.parse().map_err(|_| BadUrl::Malformed(url.to_owned()))?;
        if uri.scheme() != Some(&Scheme::HTTP) {
            return Err(BadUrl::Scheme(url.to_owned()));
        }
        let authority = uri.authority().ok_or_else(|| BadUrl::Malformed(url.to_owned()))?;
        Ok(Self {
            name: name.to_owned(),
            shown: if name == url { url.to_owned() } else { format!("{name} ({url})") },
            authority: authority.clone(),
            base: uri.path().trim_end_matches('/').to_owned(),
            speed,
            client: Client::builder(TokioExecutor::new()).build_http(),
        })
    }

    /// The request with the recorded host in its `Host` header and the target's address in its URI.
    fn address(&self, request: Request<Bytes>) -> Result<Request<Bytes>, TargetError> {
        let (mut parts, body) = request.into_parts();
        if let Some(Ok(host)) = parts.uri.authority().map(|host| host.as_str().parse()) {
            parts.headers.insert(header::HOST, host);
        }
        if let Some(account) = account(&parts) {
            parts.headers.insert(MOTO_ACCOUNT, account);
        }
        let path = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str);
        let address = format!("http://{}{}{path}", self.authority, self.base);
        parts.uri = address.parse().map_err(|error| self.unreachable(&error))?;
        Ok(Request::from_parts(parts, body))
    }

    async fn ask(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TargetError> {
        let request = self.address(request)?.map(Full::new);
        let response =
            self.client.request(request).await.map_err(|error| self.unreachable(&error))?;
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, LARGEST).collect().await.map_err(|error| {
            if error.is::<http_body_util::LengthLimitError>() {
                return TargetError::TooLarge { target: self.shown.clone(), limit: LARGEST };
            }
            self.unreachable(&*error)
        })?;
        Ok(Response::from_parts(parts, body.to_bytes()))
    }

    fn unreachable(&self, error: &(dyn std::error::Error + 'static)) -> TargetError {
        let reason = std::iter::successors(Some(error), |error| error.source())
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(": ");
        TargetError::Unreachable { target: self.shown.clone(), reason }
    }
}

/// The account that a request is signed in: the access key id of a check is one.
fn account(parts: &Parts) -> Option<HeaderValue> {
    HeaderValue::from_str(&Signature::of(parts).ok()??.access_key_id).ok()
}

impl Target for UrlTarget {
    fn name(&self) -> &str {
        &self.name
    }

    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TargetError>> {
        Box::pin(async move {
            let answer = tokio::time::timeout(PATIENCE, self.ask(request)).await;
            answer.unwrap_or_else(|_| {
                let seconds = PATIENCE.as_secs();
                Err(TargetError::TimedOut { target: self.shown.clone(), seconds })
            })
        })
    }

    fn pass(&self, pause: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(pause.div_f64(self.speed.max(f64::MIN_POSITIVE))))
    }

    fn is_lasting(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_goes_to_the_url_and_names_the_recorded_host_and_its_account() {
        let target = UrlTarget::new("moto", "http://127.0.0.1:5000/aws/", 1.0).expect("a URL");
        let scope = "111122223333/20260101/eu-west-1/sqs/aws4_request";
        let signature =
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=00");
        let request = Request::post("https://sqs.eu-west-1.amazonaws.com/q?a=b")
            .header(header::AUTHORIZATION, signature)
            .header("x-amz-date", "20260101T000000Z")
            .body(Bytes::new())
            .expect("a request");
        let sent = target.address(request).expect("an address");
        assert_eq!(sent.uri(), "http://127.0.0.1:5000/aws/q?a=b");
        assert_eq!(sent.headers()[header::HOST], "sqs.eu-west-1.amazonaws.com");
        assert_eq!(sent.headers()[MOTO_ACCOUNT], "111122223333");
    }
}
