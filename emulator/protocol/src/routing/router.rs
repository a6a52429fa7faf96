//! The router: from evidence to a call.

use std::borrow::Cow;

use http::Uri;
use http::request::Parts;
use standin_model::{Catalog, Name, Operation, Protocol, Service};

use super::credential::{self, decode};
use super::error::{RouteError, RouteReason};
use super::evidence::{self, Wire};
use super::index::{Index, PeerId};
use super::rest::{Express, Rank, RestRequest};
use super::{form, host};
use crate::{Call, compression};

const FORMS: [Protocol; 2] = [Protocol::Query, Protocol::Ec2];
const REST: [Protocol; 2] = [Protocol::RestJson, Protocol::RestXml];

/// Services with operations that need no signature, or take a bearer token, and are told by path.
const UNSIGNED: [&str; 6] = ["s3", "bedrock-runtime", "codecatalyst", "signin", "sso", "sso-oidc"];

/// Of twins that nothing in a request tells apart, the one that clients mean more often.
const PREFERRED: [&str; 3] = ["qconnect", "rds", "timestream-query"];

/// Routes requests to the operations of a catalog.
#[derive(Debug)]
pub struct Router {
    index: Index,
}

/// Where a request goes.
#[derive(Clone, Debug)]
pub struct Route {
    /// The operation and its protocol.
    pub call: Call,
    /// The URI to read the labels from, where it is not the request's own: that of a
    /// virtual-hosted bucket in path style.
    pub uri: Option<Uri>,
}

impl Route {
    /// Puts the route's URI in place of the request's, so that a codec finds the labels.
    pub fn apply(&self, parts: &mut Parts) {
        if let Some(uri) = &self.uri {
            parts.uri.clone_from(uri);
        }
    }
}

impl Router {
    /// A router over a catalog. Routes of REST services are made when first needed.
    pub fn new(catalog: &'static Catalog) -> Self {
        Self { index: Index::new(catalog) }
    }

    /// The operation that a request is for. The body is looked at only if [`super::needs_body`].
    pub fn route(&self, parts: &Parts, body: &[u8]) -> Result<Route, RouteError> {
        let credential = credential::credential(parts).unwrap_or_default();
        self.route_signed(parts, body, credential.signing_name.as_deref())
    }

    /// As [`Router::route`], where the signing name is known already.
    pub fn route_signed(
        &self,
        parts: &Parts,
        body: &[u8],
        signing_name: Option<&str>,
    ) -> Result<Route, RouteError> {
        let signed = signing_name.map(|name| self.index.signed(name));
        let request = Request {
            index: &self.index,
            parts,
            host: evidence::host(parts),
            signed: signed.unwrap_or_default(),
            signing_name,
        };
        let unpacked = compression::form(parts, body);
        let body = unpacked.as_deref().unwrap_or(body);
        request.route(&Wire::read(parts, body), body)
    }
}

/// A request on its way, with what its signature and host say.
struct Request<'r> {
    index: &'r Index,
    parts: &'r Parts,
    host: Option<Cow<'r, str>>,
    signed: &'r [PeerId],
    signing_name: Option<&'r str>,
}

impl Request<'_> {
    fn route(&self, wire: &Wire<'_>, body: &[u8]) -> Result<Route, RouteError> {
        match wire {
            Wire::Cbor { service, operation } => {
                self.by_target(Protocol::RpcV2Cbor, service, operation)
            }
            Wire::BadCbor(reason) => {
                Err(self.error(Protocol::RpcV2Cbor, RouteReason::Contradiction(reason)))
            }
            Wire::Target { prefix, operation } => self.by_target(Protocol::Json, prefix, operation),
            Wire::Action { action, version } if self.may_be_form() => {
                self.by_action(action, version.as_deref())
            }
            Wire::NoAction if self.may_be_form() => {
                let missing = self.error(self.form_protocol(), RouteReason::MissingAction);
                self.posted_query(body).ok_or(missing)
            }
            Wire::NoTarget if !self.speaks_rest() => {
                let reason = RouteReason::Contradiction("the header X-Amz-Target is missing");
                Err(self.error(Protocol::Json, reason))
            }
            _ => self.by_path(),
        }
    }

    /// json and cbor: the target prefix names the service, across signing names too, because
    /// endpoints may sign with other names than their service's.
    fn by_target(
        &self,
        protocol: Protocol,
        prefix: &str,
        operation: &str,
    ) -> Result<Route, RouteError> {
        let named = self.index.target(prefix).iter().copied();
        let named = named.filter(|id| self.index.peer(*id).speaks(&[protocol]).is_some());
        let mut found: Vec<_> =
            named.filter_map(|id| Some((id, self.index.operation(id, operation)?))).collect();
        if found.iter().any(|(id, _)| self.signed.contains(id)) {
            found.retain(|(id, _)| self.signed.contains(id));
        }
        let best = found.into_iter().max_by_key(|(id, _)| self.weight(*id));
        match best {
            Some((_, (service, operation))) => Ok(plain(service, operation, protocol)),
            None if self.signed.is_empty() && self.index.target(prefix).is_empty() => {
                let reason = RouteReason::UnknownService(Some(prefix.to_owned()));
                Err(self.error(protocol, reason))
            }
            None => {
                let reason = RouteReason::UnknownOperation(operation.to_owned());
                let mut error = self.error(protocol, reason);
                let target = self.index.target(prefix).first();
                error.service = target.map(|id| self.index.peer(*id).entry.name).or(error.service);
                Err(error)
            }
        }
    }

    fn by_action(&self, action: &str, version: Option<&str>) -> Result<Route, RouteError> {
        let candidates = self.index.action(action).iter().copied();
        let mut found: Vec<PeerId> =
            candidates.filter(|id| self.signed.is_empty() || self.signed.contains(id)).collect();
        let of_version = |id: &PeerId| Some(self.index.peer(*id).entry.api_version) == version;
        if found.iter().any(of_version) {
            found.retain(of_version);
        }
        let best = found.into_iter().max_by_key(|id| self.weight(*id));
        let best = best.and_then(|id| Some((id, self.index.operation(id, action)?)));
        match best {
            Some((id, (service, operation))) => {
                let protocol = self.index.peer(id).speaks(&FORMS).unwrap_or(Protocol::Query);
                Ok(plain(service, operation, protocol))
            }
            None if self.signed.is_empty() && self.parts.uri.path() != "/" => self.by_path(),
            None => {
                let (action, version) = (action.to_owned(), version.map(str::to_owned));
                let reason = RouteReason::UnknownAction { action, version };
                Err(self.error(self.form_protocol(), reason))
            }
        }
    }

    /// SDKs send the parameters of a large GET (CloudSearch's `Search`) as a form, to the same path.
    fn posted_query(&self, body: &[u8]) -> Option<Route> {
        let form = std::str::from_utf8(body).ok().filter(|_| self.speaks_rest())?;
        let uri: Uri = format!("{}?{form}", self.parts.uri.path()).parse().ok()?;
        let (mut parts, ()) = http::Request::get(uri.clone()).body(()).ok()?.into_parts();
        parts.headers.clone_from(&self.parts.headers);
        let request = Request { parts: &parts, host: self.host.clone(), ..*self };
        let route = request.by_path().ok()?;
        Some(Route { uri: Some(uri), ..route })
    }

    fn by_path(&self) -> Result<Route, RouteError> {
        let bucket_uri = self.bucket_uri();
        let uri = bucket_uri.as_ref().unwrap_or(&self.parts.uri);
        let express = if self.is_express() { Express::Yes } else { Express::No };
        let request = RestRequest::new(self.parts, uri.path(), express);
        let candidates = match &bucket_uri {
            Some(_) => self.index.named("s3").into_iter().collect(),
            None => self.rest_candidates(),
        };
        let best = candidates.iter().filter_map(|id| self.best_of(*id, &request));
        let best = best.max_by_key(|(rank, id, _)| (*rank, self.weight(*id)));
        let call = best.and_then(|(_, id, operation)| {
            let protocol = self.index.peer(id).speaks(&REST)?;
            let (service, operation) = self.index.operation(id, operation)?;
            Some(Call { service, operation, protocol })
        });
        match call {
            Some(call) => Ok(Route { call, uri: bucket_uri }),
            None => Err(self.no_path(&candidates, uri.path())),
        }
    }

    fn best_of(&self, id: PeerId, request: &RestRequest<'_>) -> Option<(Rank, PeerId, Name)> {
        let (rank, operation) = self.index.rest(id).best(request)?;
        Some((rank, id, operation))
    }

    /// The REST services that the signature leaves; unsigned, those that the host names, and else
    /// those that have operations without a signature.
    fn rest_candidates(&self) -> Vec<PeerId> {
        let speaks = |id: &PeerId| self.index.peer(*id).speaks(&REST).is_some();
        if self.signing_name.is_some() {
            return self.signed.iter().copied().filter(speaks).collect();
        }
        let named: Vec<_> = self.named_by_host().into_iter().filter(speaks).collect();
        if named.is_empty() {
            return UNSIGNED.iter().filter_map(|name| self.index.named(name)).collect();
        }
        named
    }

    fn named_by_host(&self) -> Vec<PeerId> {
        let Some(host) = &self.host else { return vec![] };
        let ends = |suffix: &str| suffix.match_indices('.').map(|(at, _)| at).collect::<Vec<_>>();
        for suffix in host::suffixes(host) {
            for end in ends(suffix).into_iter().rev() {
                let found = self.index.endpoint(&suffix[..end]);
                if !found.is_empty() {
                    return found.to_vec();
                }
            }
        }
        vec![]
    }

    /// The path-style URI of a request to a bucket's own host, unless another service signed it.
    fn bucket_uri(&self) -> Option<Uri> {
        let s3 = self.index.named("s3")?;
        let possible = self.signing_name.is_none() || self.signed.contains(&s3);
        if possible { host::path_style(self.parts) } else { None }
    }

    fn is_express(&self) -> bool {
        self.signing_name == Some("s3express")
            || self.host.as_deref().is_some_and(|host| host.contains("s3express-control"))
    }

    /// What decides between services that fit equally well; the greater wins.
    fn weight(&self, id: PeerId) -> impl Ord + use<> {
        let entry = self.index.peer(id).entry;
        let prefix = entry.endpoint_prefix;
        let host = self.host.as_deref().filter(|host| host::names(host, prefix));
        let arn = self.arn_service();
        let of_arn = arn.is_some_and(|arn| arn == entry.name || arn == entry.endpoint_prefix);
        let preferred = PREFERRED.contains(&entry.name);
        let same_name = self.signing_name == Some(entry.name);
        let order = std::cmp::Reverse(id);
        (host.map_or(0, |_| prefix.len()), of_arn, preferred, same_name, order)
    }

    /// The service in an ARN in the URI.
    fn arn_service(&self) -> Option<String> {
        let path = decode(self.parts.uri.path());
        let query = self.parts.uri.query().unwrap_or_default();
        let in_query = form::pairs(query).map(|(_, value)| decode(value));
        std::iter::once(path).chain(in_query).find_map(|text| {
            let (_, arn) = text.split_once("arn:")?;
            arn.split(':').nth(1).map(str::to_owned)
        })
    }

    /// Endpoint rules may sign with names that no model has; then the action alone must tell.
    fn may_be_form(&self) -> bool {
        self.signed.is_empty()
            || self.signed.iter().any(|id| self.index.peer(*id).speaks(&FORMS).is_some())
    }

    fn speaks_rest(&self) -> bool {
        self.signed.iter().any(|id| self.index.peer(*id).speaks(&REST).is_some())
    }

    fn form_protocol(&self) -> Protocol {
        let mut signed = self.signed.iter();
        signed.find_map(|id| self.index.peer(*id).speaks(&FORMS)).unwrap_or(Protocol::Query)
    }

    fn no_path(&self, candidates: &[PeerId], path: &str) -> RouteError {
        let Some(first) = candidates.first() else {
            return self.no_rest_service();
        };
        let method = self.parts.method.to_string();
        let fits = |id: &PeerId| self.index.rest(*id).knows_path(path);
        let known = candidates.iter().find(|id| fits(id));
        let path = path.to_owned();
        let reason = match known {
            Some(_) => RouteReason::MethodNotAllowed { method, path },
            None => RouteReason::NoSuchPath { method, path },
        };
        let peer = self.index.peer(*known.unwrap_or(first));
        let protocol = peer.speaks(&REST).unwrap_or(Protocol::RestJson);
        RouteError { protocol, service: Some(peer.entry.name), reason }
    }

    /// The signature names a service without paths, or none that we know.
    fn no_rest_service(&self) -> RouteError {
        let Some(id) = self.signed.first() else {
            let name = self.signing_name.map(str::to_owned);
            return self.error(Protocol::RestJson, RouteReason::UnknownService(name));
        };
        let entry = self.index.peer(*id).entry;
        let protocol = entry.protocols.first().copied().unwrap_or(Protocol::Json);
        let reason = match protocol {
            Protocol::Query | Protocol::Ec2 => RouteReason::MissingAction,
            _ => RouteReason::Contradiction("the header X-Amz-Target is missing"),
        };
        RouteError { protocol, service: Some(entry.name), reason }
    }

    fn error(&self, protocol: Protocol, reason: RouteReason) -> RouteError {
        let speaks = |id: &&PeerId| self.index.peer(**id).speaks(&[protocol]).is_some();
        let service = self.signed.iter().find(speaks);
        let service = service.map(|id| self.index.peer(*id).entry.name);
        RouteError { protocol, service, reason }
    }
}

fn plain(service: &'static Service, operation: &'static Operation, protocol: Protocol) -> Route {
    Route { call: Call { service, operation, protocol }, uri: None }
}
