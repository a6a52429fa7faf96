//! Where a request goes: a URL of the user's, or the host that AWS's endpoint rules give.

mod sockets;

use std::collections::BTreeMap;

use http::uri::{Authority, Scheme};
use http::{HeaderName, HeaderValue, Uri};
use standin_model::endpoints::{self, Params, Value};
use standin_model::{Catalog, Document};
use standin_protocol::Call;
use standin_sigv4::{Algorithm, Scope};

use crate::intercept::is_aws;

pub(crate) use sockets::socket;

/// Who answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Upstream {
    /// AWS itself, by its endpoint rules.
    Aws,
    /// One URL for all requests.
    Url(Uri),
}

/// Upstreams of single services, by the services' names in the models.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides(BTreeMap<&'static str, Uri>);

/// Where one request goes, and for what it is signed there.
#[derive(Clone, Debug)]
pub(crate) struct Destination {
    /// How.
    pub(crate) scheme: Scheme,
    /// To whom.
    pub(crate) authority: Authority,
    /// What stands before the request's path; empty or a path without a last slash.
    pub(crate) prefix: String,
    /// Where a request to S3 names its bucket.
    pub(crate) bucket: Bucket,
    /// Headers that the endpoint wants.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    /// How requests are signed there.
    pub(crate) algorithm: Algorithm,
    /// The region of the signature's scope; the set of regions, by SigV4a.
    pub(crate) region: String,
    /// The service of the signature's scope.
    pub(crate) signing_name: String,
}

/// Where a request to S3 names its bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bucket {
    /// In the path, as the client wrote it.
    InPath,
    /// In the host: the path's first part goes.
    InHost,
}

/// A request that nobody knows where to send.
#[derive(Debug, thiserror::Error)]
pub enum DestinationError {
    /// The text is not an absolute `http` or `https` URL.
    #[error("{0} is not an http or https URL")]
    Url(String),
    /// The text is not SERVICE=URL with a service of the models.
    #[error("{0} is not SERVICE=URL; `standin specs list` shows the services")]
    Override(String),
    /// No operation is for it, and its path is none that is known.
    #[error(
        "no endpoint is known for a WebSocket to {0}; --via proxy keeps the host that the client asks for"
    )]
    Socket(String),
    /// The endpoint rules have no answer.
    #[error(
        "no endpoint for {service} in {region}: {reason}; --upstream-for {service}=URL names one"
    )]
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

    /// Whether AWS itself answers: by its endpoint rules, or by a URL below one of its partitions' domains.
    pub fn is_aws(&self) -> bool {
        match self {
            Self::Aws => true,
            Self::Url(uri) => uri.host().is_some_and(is_aws),
        }
    }

    /// The URL that was told.
    pub(crate) fn told(&self, scope: &Scope) -> Result<Destination, DestinationError> {
        match self {
            Self::Url(uri) => fixed(uri, scope),
            Self::Aws => Err(DestinationError::Url(self.to_string())),
        }
    }

    /// Where a request goes. `scope` is what the client signed for; `region` is where requests go that are
    /// signed for several.
    pub(crate) fn destination(
        &self,
        call: Call,
        input: Option<&Document>,
        (scope, region): (&Scope, &str),
    ) -> Result<Destination, DestinationError> {
        match self {
            Self::Url(uri) => fixed(uri, scope),
            Self::Aws => by_rules(call, input, (scope, scope.single_region().unwrap_or(region))),
        }
    }
}

impl Overrides {
    /// Reads `SERVICE=URL` texts.
    pub fn parse(texts: &[String]) -> Result<Self, DestinationError> {
        let one = |text: &String| {
            let wrong = || DestinationError::Override(text.clone());
            let (service, url) = text.split_once('=').ok_or_else(wrong)?;
            let entry = Catalog::embedded().entry(service).ok_or_else(wrong)?;
            match Upstream::parse(url)? {
                Upstream::Url(uri) => Ok((entry.name, uri)),
                Upstream::Aws => Err(wrong()),
            }
        };
        texts.iter().map(one).collect::<Result<_, _>>().map(Self)
    }

    /// Whether all of them are AWS's own endpoints by name: private ones, of one's own network.
    pub(crate) fn are_aws(&self) -> bool {
        let of_aws = |uri: &Uri| uri.host().is_some_and(is_aws);
        self.0.values().all(|uri| uri.scheme() == Some(&Scheme::HTTPS) && of_aws(uri))
    }

    /// Whether one of them is AWS's own by name.
    pub(crate) fn have_aws(&self) -> bool {
        self.0.values().any(|uri| uri.host().is_some_and(is_aws))
    }

    /// Where a request for a service goes, if that was said.
    pub(crate) fn destination(&self, service: &str, scope: &Scope) -> Option<Destination> {
        fixed(self.0.get(service)?, scope).ok()
    }
}

impl std::fmt::Display for Upstream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Aws => f.write_str("aws"),
            Self::Url(uri) => uri.fmt(f),
        }
    }
}

impl Destination {
    /// The host that the client itself named, for what the client signed for.
    pub(crate) fn of_host(host: &Authority, scope: &Scope) -> Self {
        let plain = host.as_str().strip_suffix(":443").and_then(|host| host.parse().ok());
        Self {
            scheme: Scheme::HTTPS,
            authority: plain.unwrap_or_else(|| host.clone()),
            prefix: String::new(),
            bucket: Bucket::InPath,
            headers: Vec::new(),
            algorithm: scope.algorithm,
            region: scope.region.clone(),
            signing_name: scope.service.clone(),
        }
    }

    /// The path and query of a request there.
    pub(crate) fn target(&self, path: &str) -> String {
        let path = match self.bucket {
            Bucket::InPath => path,
            Bucket::InHost => {
                let path = path.trim_start_matches('/');
                path.find(['/', '?']).map_or("", |end| &path[end..])
            }
        };
        let slash = if path.starts_with('/') { "" } else { "/" };
        format!("{}{slash}{path}", self.prefix)
    }

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
        bucket: Bucket::InPath,
        headers: Vec::new(),
        algorithm: scope.algorithm,
        region: scope.region.clone(),
        signing_name: scope.service.clone(),
    })
}

/// The host that AWS's endpoint rules give, and the scope that it wants.
fn by_rules(
    call: Call,
    input: Option<&Document>,
    (scope, region): (&Scope, &str),
) -> Result<Destination, DestinationError> {
    let service = call.service.metadata.name;
    let refused =
        |reason: String| DestinationError::Rules { service, region: region.to_owned(), reason };
    let mut params = Params::region(region).for_operation(call.operation);
    for (name, value) in input.map(|input| context(call, input)).unwrap_or_default() {
        params = params.with(name, value);
    }
    let bucket_in_host = params.get("Bucket").is_some();
    if !bucket_in_host && names_a_bucket(input) {
        // A plain bucket's own host would do it too: what is made and deleted here is no directory bucket.
        params = params.with("UseS3ExpressControlEndpoint", false);
    }
    let endpoint =
        endpoints::resolve(service, &params).map_err(|error| refused(error.to_string()))?;
    // What the client signed for several regions stays so; what is signed for one may have to be for more.
    let (algorithm, signed) = match (scope.algorithm, endpoint.scheme.as_str()) {
        (Algorithm::Ecdsa, _) => (Algorithm::Ecdsa, scope.region.clone()),
        (_, "sigv4a") => (Algorithm::Ecdsa, endpoint.signing_region.clone()),
        (_, "sigv4" | "sigv4-s3express" | "none" | "bearer") => {
            (Algorithm::Hmac, endpoint.signing_region.clone())
        }
        (_, other) => return Err(refused(format!("{other} is not supported"))),
    };
    let prefix = input.and_then(|input| call.host_prefix(input).ok().flatten()).unwrap_or_default();
    let uri: Uri = endpoint.url.parse().map_err(|_| refused(endpoint.url.clone()))?;
    let authority = format!("{prefix}{}", endpoint.authority()).parse();
    Ok(Destination {
        scheme: uri.scheme().cloned().unwrap_or(Scheme::HTTPS),
        authority: authority.map_err(|_| refused(endpoint.url.clone()))?,
        prefix: uri.path().trim_end_matches('/').to_owned(),
        bucket: if bucket_in_host { Bucket::InHost } else { Bucket::InPath },
        headers: headers(&endpoint.headers),
        algorithm,
        region: signed,
        signing_name: endpoint.signing_name,
    })
}

/// The members of an input that the endpoint rules look at.
fn context(call: Call, input: &Document) -> Vec<(&'static str, Value)> {
    let structure = call.operation.input.and_then(|id| call.service.structure(id));
    let members = structure.map(|structure| structure.members.as_slice()).unwrap_or_default();
    let value = |name: &str| -> Option<Value> {
        match input.get(name)? {
            Document::String(text) => Some(text.as_str().into()),
            Document::Boolean(flag) => Some((*flag).into()),
            _ => None,
        }
    };
    let named = members.iter().filter_map(|member| Some((member.context_param?, member.name)));
    named
        .filter_map(|(param, member)| Some((param, value(member)?)))
        .filter(|(param, value)| *param != "Bucket" || is_special_bucket(value))
        .collect()
}

/// Whether a request is about one bucket.
fn names_a_bucket(input: Option<&Document>) -> bool {
    input.is_some_and(|input| input.get("Bucket").is_some())
}

/// A bucket whose name says where it is. Other buckets stay in the path, where the client put them.
fn is_special_bucket(name: &Value) -> bool {
    name.as_str().is_some_and(|name| name.starts_with("arn:") || name.ends_with("--x-s3"))
}

fn headers(listed: &[(String, Vec<String>)]) -> Vec<(HeaderName, HeaderValue)> {
    let pairs = listed.iter().flat_map(|(name, values)| values.iter().map(move |v| (name, v)));
    pairs.filter_map(|(name, value)| Some((name.parse().ok()?, value.parse().ok()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope() -> Scope {
        Scope { region: "eu-west-1".into(), service: "sqs".into(), ..Scope::default() }
    }

    #[test]
    fn single_services_may_be_elsewhere() {
        let texts = ["sqs=http://127.0.0.1:1/base/", "s3=https://vpce-1.s3.amazonaws.com"];
        let both = Overrides::parse(&texts.map(str::to_owned)).expect("two services");
        let there = both.destination("sqs", &scope()).expect("named");
        assert_eq!(there.origin(), "http://127.0.0.1:1");
        assert_eq!(there.target("/"), "/base/");
        assert!(both.destination("sns", &scope()).is_none());
        assert!(!both.are_aws());
        let private =
            Overrides::parse(&texts[1..].iter().map(|it| (*it).to_owned()).collect::<Vec<_>>());
        assert!(private.expect("one service").are_aws());
        assert!(Overrides::default().are_aws());
        for wrong in ["sqs", "sqs=", "sqs=aws", "nope=http://h", "sqs=ftp://h"] {
            assert!(Overrides::parse(&[wrong.to_owned()]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_host_that_the_client_named_is_kept_without_the_usual_port() {
        let at =
            |host: &str| Destination::of_host(&host.parse().expect("a host"), &scope()).origin();
        assert_eq!(at("b.s3.amazonaws.com:443"), "https://b.s3.amazonaws.com");
        assert_eq!(at("sqs.amazonaws.com"), "https://sqs.amazonaws.com");
    }
}
