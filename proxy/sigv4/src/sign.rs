//! Signing a request for its upstream.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::rules::ContentHash;
use crate::scope::REGION_SET;
use crate::verify::{presigned_payload, string_to_sign};
use crate::{
    Algorithm, Chain, EventChain, Payload, Rules, Scope, SigningKey, SigningKeys, canonical, date,
    encode_query, payload,
};

/// Who signs, for what, and when.
#[derive(Clone, Debug)]
pub struct Signer<'a> {
    /// The key; its `Debug` shows no secret.
    pub credentials: &'a Credentials,
    /// The region of the scope; the set of regions, by SigV4a.
    pub region: &'a str,
    /// How it signs.
    pub algorithm: Algorithm,
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
    /// A signed header or URI can't be written.
    #[error("the signed request can't be written: {0}")]
    Http(#[from] http::Error),
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
const STALE: [&str; 6] = [
    "authorization",
    payload::HEADER,
    "x-amz-date",
    REGION_SET,
    SESSION_TOKEN,
    "x-amz-security-token",
];

/// The name that the token of a session of S3 Express has in requests, as header and in queries.
const SESSION_TOKEN: &str = "x-amz-s3session-token";
const SESSION_TOKEN_IN_QUERY: &str = "X-Amz-S3session-Token";

/// The parameters that a presigned URL carries for its signature, of version 4 or 2.
const PRESIGNED: [&str; 12] = [
    "AWSAccessKeyId",
    "Expires",
    "Signature",
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-Region-Set",
    SESSION_TOKEN_IN_QUERY,
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
        let (rules, algorithm) = (Rules::of(service), Algorithm::Hmac);
        Self { credentials, region, algorithm, service, time, rules, keys: None }
    }

    /// The same signer by another algorithm.
    #[must_use]
    pub fn with_algorithm(self, algorithm: Algorithm) -> Self {
        Self { algorithm, ..self }
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

    pub(crate) fn key(&self, scope: &Scope) -> SigningKey {
        let key = (self.credentials.access_key_id(), self.credentials.secret_access_key());
        match self.keys {
            Some(keys) => keys.get(key, scope),
            None => SigningKey::derive(key, scope),
        }
    }

    pub(crate) fn scope(&self, timestamp: &str) -> Scope {
        Scope {
            algorithm: self.algorithm,
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
    let in_session = parts.headers.contains_key(SESSION_TOKEN);
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
    if signer.algorithm == Algorithm::Ecdsa {
        put(&mut parts.headers, REGION_SET, signer.region)?;
    }
    if let Some(token) = signer.credentials.session_token() {
        let name = if in_session { SESSION_TOKEN } else { "x-amz-security-token" };
        put(&mut parts.headers, name, token)?.set_sensitive(true);
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
        "{} Credential={}/{scope}, SignedHeaders=",
        scope.algorithm.name(),
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
    let stale = parts.uri.query().unwrap_or_default().to_owned();
    let in_session = stale.split('&').any(|pair| is_named(pair, SESSION_TOKEN_IN_QUERY));
    let timestamp = date::format(signer.time);
    let scope = signer.scope(&timestamp);
    let mut names: Vec<&str> = signed_headers.iter().map(String::as_str).collect();
    names.retain(|name| parts.headers.contains_key(*name) || *name == "host");
    names.extend((!names.contains(&"host")).then_some("host"));
    names.sort_unstable();
    names.dedup();

    let mut query = encode_query(&without_signature(&stale));
    let mut add = |name: &str, value: &str| {
        let separator = if query.is_empty() { "" } else { "&" };
        query.extend([separator, name, "=", &canonical::encode(value)]);
    };
    add("X-Amz-Algorithm", scope.algorithm.name());
    add("X-Amz-Credential", &format!("{}/{scope}", signer.credentials.access_key_id()));
    add("X-Amz-Date", &timestamp);
    add("X-Amz-Expires", &left.as_secs().to_string());
    if scope.algorithm == Algorithm::Ecdsa {
        add("X-Amz-Region-Set", &scope.region);
    }
    add("X-Amz-SignedHeaders", &names.join(";"));
    if let Some(token) = signer.credentials.session_token() {
        add(if in_session { SESSION_TOKEN_IN_QUERY } else { "X-Amz-Security-Token" }, token);
    }
    write_query(parts, &query)?;

    let text =
        presigned_payload(signer.rules, &stale).unwrap_or_else(|| canonical::sha256_hex(b""));
    let canonical = canonical::of_headers(parts, names.into_iter(), signer.rules, &text)
        .ok_or_else(|| SignError::Header(unreadable(&parts.headers)))?;
    let text = string_to_sign(&canonical, &timestamp, &scope);
    let signature = signer.key(&scope).sign(text.as_bytes());
    write_query(parts, &format!("{query}&X-Amz-Signature={signature}"))?;
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
    let kept = query.split('&').filter(|pair| !PRESIGNED.iter().any(|name| is_named(pair, name)));
    kept.collect::<Vec<_>>().join("&")
}

/// Whether a pair of a query has a name.
fn is_named(pair: &str, name: &str) -> bool {
    pair.split('=').next().unwrap_or_default().eq_ignore_ascii_case(name)
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
