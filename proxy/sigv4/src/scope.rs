//! What a signed request says of its signature: key, scope, signed headers.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::request::Parts;

use crate::{canonical, date};

/// How a signature is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Algorithm {
    /// `AWS4-HMAC-SHA256`, SigV4: good in one region.
    #[default]
    Hmac,
    /// `AWS4-ECDSA-P256-SHA256`, SigV4a: good in a set of regions.
    Ecdsa,
}

/// A credential scope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// How what is in it is signed.
    pub algorithm: Algorithm,
    /// The day, `20150830`.
    pub date: String,
    /// The region; by SigV4a the set of regions as `x-amz-region-set` has it, patterns joined by commas. Then
    /// the scope's text leaves it out.
    pub region: String,
    /// The signing name of the service.
    pub service: String,
}

/// The signature of a request, as the client wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The access key id.
    pub access_key_id: String,
    /// The credential scope.
    pub scope: Scope,
    /// The names of the signed headers, lower case, sorted.
    pub signed_headers: Vec<String>,
    /// The signature in hex.
    pub signature: String,
    /// The time of signing, as written.
    pub timestamp: String,
    /// Where it stands.
    pub place: Place,
}

/// Where a signature stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the `Authorization` header.
    Header,
    /// In the query of a presigned URL.
    Query {
        /// How long it is good.
        expires: Duration,
    },
}

/// A signature that can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// An algorithm other than the two of [`Algorithm`].
    #[error("signature algorithm {0} is not supported")]
    Algorithm(String),
    /// A part is missing.
    #[error("the signature lacks {0}")]
    Missing(&'static str),
    /// A part is malformed.
    #[error("the signature has a malformed {0}")]
    Malformed(&'static str),
}

/// The header that names the regions of SigV4a.
pub(crate) const REGION_SET: &str = "x-amz-region-set";

impl Algorithm {
    /// The name in requests and in what is signed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hmac => "AWS4-HMAC-SHA256",
            Self::Ecdsa => "AWS4-ECDSA-P256-SHA256",
        }
    }

    fn parse(name: &str) -> Result<Self, ScopeError> {
        let known = [Self::Hmac, Self::Ecdsa].into_iter().find(|known| known.name() == name);
        known.ok_or_else(|| ScopeError::Algorithm(name.chars().take(64).collect()))
    }
}

impl Scope {
    /// Reads `20150830/us-east-1/iam/aws4_request`.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        let parts: Vec<&str> = text.split('/').collect();
        let [date, region, service, "aws4_request"] = parts[..] else { return Err(malformed()) };
        Self::of(Algorithm::Hmac, date, (region, service))
    }

    /// Reads the `20150830/s3/aws4_request` of SigV4a, whose regions stand elsewhere.
    pub fn parse_ecdsa(text: &str, regions: &str) -> Result<Self, ScopeError> {
        let parts: Vec<&str> = text.split('/').collect();
        let [date, service, "aws4_request"] = parts[..] else { return Err(malformed()) };
        Self::of(Algorithm::Ecdsa, date, (regions, service))
    }

    /// The one region that it is good in; none where that is a set.
    pub fn single_region(&self) -> Option<&str> {
        let is_set = self.algorithm == Algorithm::Ecdsa && self.region.contains([',', '*']);
        (!is_set).then_some(&*self.region)
    }

    fn of(
        algorithm: Algorithm,
        date: &str,
        (region, service): (&str, &str),
    ) -> Result<Self, ScopeError> {
        if date.len() != 8 || !date.bytes().all(|b| b.is_ascii_digit()) {
            return Err(malformed());
        }
        Ok(Self { algorithm, date: date.into(), region: region.into(), service: service.into() })
    }
}

fn malformed() -> ScopeError {
    ScopeError::Malformed("credential scope")
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.algorithm {
            Algorithm::Hmac => {
                write!(f, "{}/{}/{}/aws4_request", self.date, self.region, self.service)
            }
            Algorithm::Ecdsa => write!(f, "{}/{}/aws4_request", self.date, self.service),
        }
    }
}

impl Signature {
    /// Reads the signature of a request; none where it is unsigned or carries a bearer token.
    pub fn of(parts: &Parts) -> Result<Option<Self>, ScopeError> {
        if let Some(value) = parts.headers.get(http::header::AUTHORIZATION) {
            let text = std::str::from_utf8(value.as_bytes())
                .map_err(|_| ScopeError::Malformed("Authorization header"))?;
            return from_header(text, &parts.headers);
        }
        let query = parts.uri.query().unwrap_or_default();
        if query.contains("X-Amz-Signature=") {
            return from_query(query).map(Some);
        }
        Ok(None)
    }

    /// The time of signing.
    pub fn time(&self) -> Option<SystemTime> {
        date::parse(&self.timestamp)
    }
}

fn from_header(text: &str, headers: &HeaderMap) -> Result<Option<Signature>, ScopeError> {
    let (scheme, rest) = text.split_once(' ').unwrap_or((text, ""));
    if !scheme.starts_with("AWS") {
        return Ok(None);
    }
    let algorithm = Algorithm::parse(scheme)?;
    // The last of a name counts, as in a map; there are three.
    let fields = rest.split(',').filter_map(|field| field.trim().split_once('=')).rev();
    let field = |name| {
        let found = fields.clone().find(|(found, _)| *found == name);
        found.map(|(_, value)| value).ok_or(ScopeError::Missing(name))
    };
    let timestamp = timestamp(headers)?;
    let regions = || headers.get(REGION_SET)?.to_str().ok();
    let (key, scope) = split_credential(algorithm, field("Credential")?, regions)?;
    Ok(Some(Signature {
        access_key_id: key.to_owned(),
        scope,
        signed_headers: split_headers(field("SignedHeaders")?),
        signature: field("Signature")?.to_owned(),
        timestamp,
        place: Place::Header,
    }))
}

fn from_query(query: &str) -> Result<Signature, ScopeError> {
    let fields: HashMap<String, String> =
        canonical::query_pairs(query).map(|(key, value, _)| (key, value)).collect();
    let field = |name| fields.get(name).map(String::as_str).ok_or(ScopeError::Missing(name));
    let algorithm = Algorithm::parse(field("X-Amz-Algorithm")?)?;
    let regions = || field("X-Amz-Region-Set").ok();
    let (key, scope) = split_credential(algorithm, field("X-Amz-Credential")?, regions)?;
    let seconds =
        field("X-Amz-Expires")?.parse().map_err(|_| ScopeError::Malformed("X-Amz-Expires"))?;
    Ok(Signature {
        access_key_id: key.to_owned(),
        scope,
        signed_headers: split_headers(field("X-Amz-SignedHeaders")?),
        signature: field("X-Amz-Signature")?.to_owned(),
        timestamp: field("X-Amz-Date")?.to_owned(),
        place: Place::Query { expires: Duration::from_secs(seconds) },
    })
}

/// `x-amz-date`, or where a client has only `Date`, that in the form of the string to sign.
fn timestamp(headers: &HeaderMap) -> Result<String, ScopeError> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(stamp) = text("x-amz-date") {
        return Ok(stamp.trim().to_owned());
    }
    let date = text("date").ok_or(ScopeError::Missing("x-amz-date"))?;
    let time = date::parse_http(date).ok_or(ScopeError::Malformed("Date"))?;
    Ok(date::format(time))
}

fn split_credential<'t>(
    algorithm: Algorithm,
    text: &'t str,
    regions: impl FnOnce() -> Option<&'t str>,
) -> Result<(&'t str, Scope), ScopeError> {
    let (key, scope) = text.split_once('/').ok_or(ScopeError::Malformed("Credential"))?;
    let scope = match algorithm {
        Algorithm::Hmac => Scope::parse(scope)?,
        Algorithm::Ecdsa => {
            let regions = regions().ok_or(ScopeError::Missing("X-Amz-Region-Set"))?;
            Scope::parse_ecdsa(scope, regions)?
        }
    };
    Ok((key, scope))
}

fn split_headers(text: &str) -> Vec<String> {
    text.split(';').map(str::to_ascii_lowercase).collect()
}
