//! Signing a request for its upstream.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningInstructions, SigningSettings, UriPathNormalizationMode,
};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::rules::{ContentHash, Normalize, PathEncoding};
use crate::verify::string_to_sign;
use crate::{
    Chain, EventChain, Payload, Rules, Scope, SigningKey, SigningKeys, canonical, date,
    encode_query, payload,
};

/// Who signs, for what, and when.
#[derive(Clone, Debug)]
pub struct Signer<'a> {
    /// The key; its `Debug` shows no secret.
    pub credentials: &'a Credentials,
    /// The region of the scope.
    pub region: &'a str,
    /// The signing name of the scope.
    pub service: &'a str,
    /// The time of signing.
    pub time: SystemTime,
    /// How the service canonicalises.
    pub rules: Rules,
    /// Keys that were derived before; without them each signature derives its own.
    pub keys: Option<&'a SigningKeys>,
}

/// What signing gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The signature: the seed of a chunk-signed body.
    pub signature: String,
}

/// A request that can't be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// A header is not UTF-8.
    #[error("header {0} is not UTF-8")]
    Header(HeaderName),
    /// The signer refuses the request.
    #[error("the request can't be signed: {0}")]
    Signing(#[from] aws_sigv4::http_request::SigningError),
    /// A signed header or URI can't be written.
    #[error("the signed request can't be written: {0}")]
    Http(#[from] http::Error),
    /// A chunked body that can't be read.
    #[error(transparent)]
    Chunked(#[from] crate::ChunkedError),
}

/// Headers of one connection, which are never sent on.
const HOP: [&str; 10] = [
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Headers that an old signature left.
const STALE: [&str; 4] =
    ["authorization", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"];

/// The parameters that a presigned URL carries for its signature, of version 4 or 2.
const PRESIGNED: [&str; 10] = [
    "AWSAccessKeyId",
    "Expires",
    "Signature",
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-Security-Token",
    "X-Amz-Signature",
    "X-Amz-SignedHeaders",
];

impl<'a> Signer<'a> {
    /// A signer by the rules of its service.
    pub fn new(
        credentials: &'a Credentials,
        region: &'a str,
        service: &'a str,
        time: SystemTime,
    ) -> Self {
        Self { credentials, region, service, time, rules: Rules::of(service), keys: None }
    }

    /// The same signer, with keys that were derived before.
    #[must_use]
    pub fn with_keys(self, keys: &'a SigningKeys) -> Self {
        Self { keys: Some(keys), ..self }
    }

    /// What signs the chunks of a body, after the signature of the request's head.
    pub fn chain(&self, seed: &str) -> Chain {
        let timestamp = date::format(self.time);
        let scope = self.scope(&timestamp);
        Chain::new(self.key(&scope), timestamp, scope, seed.to_owned())
    }

    /// What signs the messages of an event stream, after the signature of the request's head.
    pub fn events(&self, seed: &str) -> EventChain {
        EventChain::new(self.credentials, self.region, self.service, seed)
    }

    fn key(&self, scope: &Scope) -> SigningKey {
        let secret = self.credentials.secret_access_key();
        match self.keys {
            Some(keys) => keys.get(secret, scope),
            None => SigningKey::derive(secret, scope),
        }
    }

    fn scope(&self, timestamp: &str) -> Scope {
        Scope {
            date: timestamp.get(..8).unwrap_or_default().to_owned(),
            region: self.region.to_owned(),
            service: self.service.to_owned(),
        }
    }
}

/// Takes a client's signature and hop headers off a request and signs it in its headers.
///
/// `body` is looked at only where the payload says nothing of it.
pub fn sign(
    parts: &mut Parts,
    payload: &Payload,
    body: &[u8],
    signer: &Signer<'_>,
) -> Result<Signed, SignError> {
    let had_hash = parts.headers.contains_key(payload::HEADER);
    strip(&mut parts.headers);
    if let Some(query) = parts.uri.query() {
        let query = encode_query(query);
        write_query(parts, &query)?;
    }
    let text = payload.text(body);
    let timestamp = date::format(signer.time);
    if had_hash || signer.rules.content_hash == ContentHash::Header {
        put(&mut parts.headers, payload::HEADER, &text)?;
    }
    put(&mut parts.headers, "x-amz-date", &timestamp)?;
    if let Some(token) = signer.credentials.session_token() {
        put(&mut parts.headers, "x-amz-security-token", token)?.set_sensitive(true);
    }
    let scope = signer.scope(&timestamp);
    let (signature, authorization) = authorize(parts, &text, (signer, &scope, &timestamp))?;
    put(&mut parts.headers, "authorization", &authorization)?.set_sensitive(true);
    Ok(Signed { signature })
}

/// The signature of a head, and the header that carries it.
fn authorize(
    parts: &Parts,
    payload: &str,
    (signer, scope, timestamp): (&Signer<'_>, &Scope, &str),
) -> Result<(String, String), SignError> {
    let mut names: Vec<&str> =
        parts.headers.keys().map(HeaderName::as_str).filter(|name| is_signed(name)).collect();
    if !parts.headers.contains_key("host") {
        names.push("host");
    }
    names.sort_unstable();
    let canonical = canonical::of_headers(parts, names.iter().copied(), signer.rules, payload)
        .ok_or_else(|| SignError::Header(unreadable(&parts.headers)))?;
    let signature = signer.key(scope).sign(string_to_sign(&canonical, timestamp, scope).as_bytes());
    let mut header = format!(
        "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders=",
        signer.credentials.access_key_id()
    );
    canonical::put_joined(&mut header, names.into_iter());
    header.extend([", Signature=", &signature]);
    Ok((signature, header))
}

/// The first header that is not UTF-8; the host, where it is nowhere.
fn unreadable(headers: &HeaderMap) -> HeaderName {
    let bad = headers.iter().find(|(_, value)| std::str::from_utf8(value.as_bytes()).is_err());
    bad.map_or(http::header::HOST, |(name, _)| name.clone())
}

/// Sets a header, and gives its value.
fn put<'h>(
    headers: &'h mut HeaderMap,
    name: &'static str,
    value: &str,
) -> Result<&'h mut HeaderValue, SignError> {
    let value = HeaderValue::from_str(value).map_err(http::Error::from)?;
    headers.insert(name, value);
    Ok(headers.get_mut(name).expect("it was just put there"))
}

/// Takes a client's signature off a presigned URL and signs it again for the time that is left.
///
/// Only the headers that the URL lists are signed.
pub fn presign(
    parts: &mut Parts,
    signed_headers: &[String],
    left: Duration,
    signer: &Signer<'_>,
) -> Result<Signed, SignError> {
    strip(&mut parts.headers);
    let kept = without_signature(parts.uri.query().unwrap_or_default());
    write_query(parts, &encode_query(&kept))?;
    let mut settings = settings(signer.rules);
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(left);
    settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
    let body = match signer.rules.content_hash {
        ContentHash::Header => SignableBody::UnsignedPayload,
        ContentHash::Implied => SignableBody::Bytes(&[]),
    };
    let names: Vec<HeaderName> =
        signed_headers.iter().filter_map(|name| name.parse().ok()).collect();
    let (instructions, signature) = run(parts, &names, body, (signer, settings))?;
    let mut query = parts.uri.query().unwrap_or_default().to_owned();
    for (name, value) in instructions.params() {
        let separator = if query.is_empty() { "" } else { "&" };
        query.extend([separator, name, "=", &canonical::encode(value)]);
    }
    write_query(parts, &query)?;
    Ok(Signed { signature })
}

/// Takes off the headers of one connection, and those that `Connection` names.
pub fn strip_hop_headers(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(http::header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named {
        headers.remove(name);
    }
    for name in HOP {
        headers.remove(name);
    }
}

fn without_signature(query: &str) -> String {
    let kept = query.split('&').filter(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        !PRESIGNED.iter().any(|stale| stale.eq_ignore_ascii_case(name))
    });
    kept.collect::<Vec<_>>().join("&")
}

/// Takes off hop headers and the old signature's.
fn strip(headers: &mut HeaderMap) {
    strip_hop_headers(headers);
    for name in STALE {
        headers.remove(name);
    }
}

fn write_query(parts: &mut Parts, query: &str) -> Result<(), SignError> {
    let path = parts.uri.path();
    let target = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let mut uri = std::mem::take(&mut parts.uri).into_parts();
    uri.path_and_query = Some(PathAndQuery::try_from(target).map_err(http::Error::from)?);
    parts.uri = http::Uri::from_parts(uri).map_err(http::Error::from)?;
    Ok(())
}

/// What is signed: the host, what describes the body, and every `x-amz-` header, which S3 demands.
fn is_signed(name: &str) -> bool {
    matches!(name, "host" | "content-type" | "content-md5") || name.starts_with("x-amz-")
}

#[cfg(test)]
pub(crate) fn signable<'b>(payload: &Payload, body: &'b [u8]) -> SignableBody<'b> {
    match payload {
        Payload::Hash(hash) => SignableBody::Precomputed(hash.clone()),
        Payload::Absent => SignableBody::Bytes(body),
        Payload::Unsigned => SignableBody::UnsignedPayload,
        Payload::UnsignedTrailer => SignableBody::StreamingUnsignedPayloadTrailer,
        Payload::Chunked => SignableBody::Precomputed(payload.text(body)),
        Payload::ChunkedTrailer => SignableBody::StreamingSignedPayloadTrailer,
    }
}

pub(crate) fn settings(rules: Rules) -> SigningSettings {
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode = match rules.path {
        PathEncoding::Single => PercentEncodingMode::Single,
        PathEncoding::Double => PercentEncodingMode::Double,
    };
    settings.uri_path_normalization_mode = match rules.normalize {
        Normalize::Yes => UriPathNormalizationMode::Enabled,
        Normalize::No => UriPathNormalizationMode::Disabled,
    };
    settings.payload_checksum_kind = match rules.content_hash {
        ContentHash::Header => PayloadChecksumKind::XAmzSha256,
        ContentHash::Implied => PayloadChecksumKind::NoHeader,
    };
    settings
}

/// Runs the signer over the named headers.
pub(crate) fn run(
    parts: &Parts,
    names: &[HeaderName],
    body: SignableBody<'_>,
    (signer, settings): (&Signer<'_>, SigningSettings),
) -> Result<(SigningInstructions, String), SignError> {
    let mut headers = Vec::with_capacity(names.len());
    for name in names {
        for value in parts.headers.get_all(name) {
            let text = std::str::from_utf8(value.as_bytes())
                .map_err(|_| SignError::Header(name.clone()))?;
            headers.push((name.as_str(), text));
        }
    }
    let request = SignableRequest::new(
        parts.method.as_str(),
        parts.uri.to_string(),
        headers.into_iter(),
        body,
    )?;
    let identity = Identity::from(signer.credentials.clone());
    let params = params(signer, &identity, settings).into();
    Ok(aws_sigv4::http_request::sign(request, &params)?.into_parts())
}

/// The crate's parameters of a signer.
pub(crate) fn params<'a, S: Default>(
    signer: &Signer<'a>,
    identity: &'a Identity,
    settings: S,
) -> v4::SigningParams<'a, S> {
    v4::SigningParams::builder()
        .identity(identity)
        .region(signer.region)
        .name(signer.service)
        .time(signer.time)
        .settings(settings)
        .build()
        .expect("all parameters are set")
}
