//! Calls of our own: who the credentials are of, a role's credentials, what a cleanup deletes.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, Uri, header};
use standin_model::{Answer, Catalog, Document};
use standin_protocol::{Call, ParseError, SerializeError};
use standin_sigv4::{Credentials, Payload, Scope, SignError, Signer, sign};

use crate::body::Body;
use crate::connect::{BODY_LIMIT, causes};
use crate::destination::DestinationError;
use crate::skew::Skew;
use crate::{Clock, Overrides, Upstream, UpstreamError, Upstreams};

/// How we call a service ourselves.
#[derive(Clone)]
pub(crate) struct Caller {
    /// Who answers.
    pub(crate) upstream: Upstream,
    /// Who answers for single services.
    pub(crate) overrides: Overrides,
    /// How they are reached.
    pub(crate) upstreams: Upstreams,
    /// What our clock lacks.
    pub(crate) skew: Arc<Skew>,
    /// The time.
    pub(crate) clock: Clock,
}

/// A call of ours without an answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The models have no such operation.
    #[error("{0} {1} is not in the models")]
    Unknown(String, String),
    /// The input is not the operation's.
    #[error(transparent)]
    Input(#[from] SerializeError),
    /// Nobody knows where to send it.
    #[error(transparent)]
    Destination(#[from] DestinationError),
    /// It can't be written.
    #[error("the request can't be written: {0}")]
    Http(#[from] http::Error),
    /// It can't be signed.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// Nobody answered.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
    /// The answer can't be read.
    #[error("the answer can't be read: {0}")]
    Answer(#[from] ParseError),
}

/// An operation by the names of its service and itself, in the service's first protocol.
pub(crate) fn named(service: &str, operation: &str) -> Result<Call, CallError> {
    let unknown = || CallError::Unknown(service.to_owned(), operation.to_owned());
    let service = Catalog::embedded().service(service).ok_or_else(unknown)?;
    let operation = service.operation(operation).ok_or_else(unknown)?;
    Ok(Call { service, operation, protocol: service.metadata.protocols[0] })
}

impl Caller {
    /// Calls an operation in a region; unsigned where there are no credentials. It is called once more if it was
    /// refused for our clock.
    pub(crate) async fn call(
        &self,
        call: Call,
        input: &Document,
        region: &str,
        credentials: Option<&Credentials>,
    ) -> Result<Answer, CallError> {
        let (answer, headers) = self.ask(call, input, region, credentials).await?;
        if let Answer::Error(error) = &answer
            && self.skew.learn(&error.code, &headers, (self.clock)())
        {
            return Ok(self.ask(call, input, region, credentials).await?.0);
        }
        Ok(answer)
    }

    async fn ask(
        &self,
        call: Call,
        input: &Document,
        region: &str,
        credentials: Option<&Credentials>,
    ) -> Result<(Answer, HeaderMap), CallError> {
        let request = self.request(call, input, region, credentials)?;
        let host = request.uri().host().unwrap_or_default().to_owned();
        let response =
            self.upstreams.send(request.map(Body::Whole), std::future::ready(())).await?;
        let (parts, body) = response.into_parts();
        let body = body.collect(BODY_LIMIT).await;
        let body = body.map_err(|error| UpstreamError::Body(host, causes(&error)))?;
        let response = Response::from_parts(parts, body);
        let answer = call.parse_response(&response)?;
        Ok((answer, response.into_parts().0.headers))
    }

    fn request(
        &self,
        call: Call,
        input: &Document,
        region: &str,
        credentials: Option<&Credentials>,
    ) -> Result<Request<Bytes>, CallError> {
        let scope = Scope {
            region: region.to_owned(),
            service: call.service.metadata.signing_name.to_owned(),
            ..Scope::default()
        };
        let destination = match self.overrides.destination(call.service.metadata.name, &scope) {
            Some(destination) => destination,
            None => self.upstream.destination(call, Some(input), (&scope, region))?,
        };
        let (mut parts, body) = call.serialize_request(input)?.into_parts();
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        parts.uri = Uri::builder()
            .scheme(destination.scheme.clone())
            .authority(destination.authority.clone())
            .path_and_query(destination.target(path))
            .build()?;
        let host =
            HeaderValue::from_str(destination.authority.as_str()).map_err(http::Error::from)?;
        parts.headers.insert(header::HOST, host);
        parts.headers.extend(destination.headers.iter().cloned());
        if let Some(credentials) = credentials {
            let (region, name) = (&destination.region, &destination.signing_name);
            let signer = Signer::new(credentials, region, name, self.skew.correct((self.clock)()))
                .with_algorithm(destination.algorithm);
            sign(&mut parts, &Payload::Absent, &body, &signer)?;
        }
        Ok(Request::from_parts(parts, body))
    }
}
