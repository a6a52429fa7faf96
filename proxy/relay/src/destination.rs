//! Where a request goes: a URL of the user's, or the host that AWS's endpoint rules give.

use http::Uri;
use http::uri::{Authority, Scheme};
use standin_model::Document;
use standin_protocol::Call;
use standin_sigv4::Scope;

/// Who answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Upstream {
    /// AWS itself, by its endpoint rules.
    Aws,
    /// One URL for all requests.
    Url(Uri),
}

/// Where one request goes, and for what it is signed there.
#[derive(Clone, Debug)]
pub(crate) struct Destination {
    /// How.
    pub(crate) scheme: Scheme,
    /// To whom.
    pub(crate) authority: Authority,
    /// What stands before the request's path; empty or a path without a last slash.
    pub(crate) prefix: String,
    /// The region of the signature's scope.
    pub(crate) region: String,
    /// The service of the signature's scope.
    pub(crate) signing_name: String,
}

/// A request that nobody knows where to send.
#[derive(Debug, thiserror::Error)]
pub enum DestinationError {
    /// The text is not an absolute `http` or `https` URL.
    #[error("{0} is not an http or https URL")]
    Url(String),
    /// The endpoint rules have no answer.
    #[error("no endpoint for {service} in {region}: {reason}")]
    Rules {
        /// The service.
        service: &'static str,
        /// The region.
        region: String,
        /// What the rules say.
        reason: String,
    },
}

impl Upstream {
    /// Reads `aws` or a URL.
    pub fn parse(text: &str) -> Result<Self, DestinationError> {
        if text == "aws" {
            return Ok(Self::Aws);
        }
        let wrong = || DestinationError::Url(text.to_owned());
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let known = matches!(uri.scheme_str(), Some("http" | "https"));
        if known && uri.authority().is_some() { Ok(Self::Url(uri)) } else { Err(wrong()) }
    }

    /// Where a request goes. `scope` is what the client signed for.
    pub(crate) fn destination(
        &self,
        call: Call,
        input: Option<&Document>,
        scope: &Scope,
    ) -> Result<Destination, DestinationError> {
        match self {
            Self::Url(uri) => fixed(uri, scope),
            Self::Aws => by_rules(call, input, scope),
        }
    }
}

impl Destination {
    /// Scheme and host, as URLs begin.
    pub(crate) fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.authority)
    }
}

fn fixed(uri: &Uri, scope: &Scope) -> Result<Destination, DestinationError> {
    let parts = uri.clone().into_parts();
    let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
        return Err(DestinationError::Url(uri.to_string()));
    };
    Ok(Destination {
        scheme,
        authority,
        prefix: uri.path().trim_end_matches('/').to_owned(),
        region: scope.region.clone(),
        signing_name: scope.service.clone(),
    })
}

fn by_rules(
    call: Call,
    _input: Option<&Document>,
    scope: &Scope,
) -> Result<Destination, DestinationError> {
    Err(DestinationError::Rules {
        service: call.service.metadata.name,
        region: scope.region.clone(),
        reason: "the endpoint rules are not there yet".to_owned(),
    })
}
