//! What goes to the upstream of an admitted request: its head signed anew, its body as it is, or signed anew
//! as it goes.

use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Request, Uri, Version, header};
use standin_model::Document;
use standin_protocol::Call;
use standin_sigv4::{
    Algorithm, ChunkDecoder, ChunkLimits, ContentHasher, Credentials, Framing, Payload, Place,
    Signature, Signer, presign, sign, strip_hop_headers,
};

use crate::admission::Claim;
use crate::body::Body;
use crate::decode;
use crate::destination::Destination;
use crate::refusal::Refusal;
use crate::relay::Relay;
use crate::signed_events::EventResigner;
use crate::spill::Content;
use crate::upload::{Stage, Upload, Waiting};

/// Marks a request whose client waits to be told that its body is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WaitsForContinue;

/// A request that may go on.
pub(crate) struct Admitted {
    pub(crate) parts: Parts,
    pub(crate) source: Source,
    pub(crate) claim: Claim,
    /// What the client's signature says of the body.
    pub(crate) payload: Payload,
}

/// Where a request's body is.
pub(crate) enum Source {
    /// Here, as the client sent it.
    Held(Content, OnceLock<String>),
    /// Here, changed since the client signed it.
    Changed(Bytes),
    /// On its way.
    Passing(Body),
}

/// A request that leaves.
pub(crate) struct Departure {
    pub(crate) request: Request<Body>,
    /// Its body, where that is handed on as it comes.
    pub(crate) upload: Option<Upload>,
    /// Its client, where that waits to be told that its body is wanted.
    pub(crate) waiting: Option<Waiting>,
    /// The request to send once more, should it be refused for its time.
    pub(crate) again: Option<Again>,
}

/// A request that is whole, and what its signature is made of.
pub(crate) struct Again {
    parts: Parts,
    body: Bytes,
    credentials: Credentials,
    algorithm: Algorithm,
    region: String,
    name: String,
}

impl Again {
    /// The request signed in its headers that may have to be sent again; none where its body is not all here, or
    /// its signature goes on in the body.
    fn of(request: &Request<Body>, to: &Destination, credentials: &Credentials) -> Option<Self> {
        let Body::Whole(body) = request.body() else { return None };
        let payload = Payload::of(request.headers()).ok()?;
        let is_signed = request.headers().contains_key(header::AUTHORIZATION);
        let mut parts = Request::new(()).into_parts().0;
        (is_signed && !payload.goes_on()).then(|| {
            parts.method = request.method().clone();
            parts.uri = request.uri().clone();
            parts.version = request.version();
            parts.headers.clone_from(request.headers());
            Self {
                parts,
                body: body.clone(),
                credentials: credentials.clone(),
                algorithm: to.algorithm,
                region: to.region.clone(),
                name: to.signing_name.clone(),
            }
        })
    }

    /// The request, signed for another time.
    pub(crate) fn signed_at(self, time: SystemTime) -> Result<Request<Body>, Refusal> {
        let Self { mut parts, body, credentials, algorithm, region, name } = self;
        let payload = Payload::of(&parts.headers)?;
        let signer = Signer::new(&credentials, &region, &name, time).with_algorithm(algorithm);
        sign(&mut parts, &payload, &body, &signer)?;
        Ok(Request::from_parts(parts, Body::Whole(body)))
    }
}

impl Source {
    pub(crate) fn is_passing(&self) -> bool {
        matches!(self, Self::Passing(_))
    }

    /// The body's SHA-256 in hex. That of a body on its way is not known.
    pub(crate) fn hash(&self) -> String {
        match self {
            Self::Held(content, hash) => hash.get_or_init(|| content.hash()).clone(),
            Self::Changed(bytes) => ContentHasher::of(bytes),
            Self::Passing(_) => String::new(),
        }
    }

    /// A body that is here as the client sent it.
    pub(crate) fn held(content: Content) -> Self {
        Self::Held(content, OnceLock::new())
    }

    /// The body, if it is in memory.
    pub(crate) fn memory(&self) -> Option<&Bytes> {
        match self {
            Self::Held(Content::Memory(bytes), _) | Self::Changed(bytes) => Some(bytes),
            Self::Held(Content::File(_), _) | Self::Passing(_) => None,
        }
    }

    /// The whole body of one that is held.
    pub(crate) fn bytes(self) -> Result<Bytes, Refusal> {
        match self {
            Self::Held(content, _) => Ok(content.bytes()?),
            Self::Changed(bytes) => Ok(bytes),
            Self::Passing(_) => Err(Refusal::Unsent),
        }
    }

    /// What a request says, as far as it is here.
    pub(crate) fn input(&self, call: Call, seen: &Parts) -> Option<Document> {
        match self.memory() {
            Some(body) => decode::input(call, seen, body).ok(),
            None => decode::streamed_input(call, seen, (Bytes::new(), Vec::new())).ok(),
        }
    }

    /// The body, if it is here.
    pub(crate) fn content(&self) -> Option<Content> {
        match self {
            Self::Held(content, _) => Some(content.clone()),
            Self::Changed(bytes) => Some(Content::Memory(bytes.clone())),
            Self::Passing(_) => None,
        }
    }
}

impl Admitted {
    pub(crate) fn is_presigned(&self) -> bool {
        let place = self.claim.signature().map(|signature| signature.place);
        matches!(place, Some(Place::Query { .. }))
    }
}

impl Relay {
    /// The request as the upstream gets it, signed with credentials if the client signed it.
    pub(crate) fn depart(
        &self,
        admitted: Admitted,
        destination: &Destination,
        credentials: Option<&Credentials>,
    ) -> Result<Departure, Refusal> {
        let Admitted { mut parts, source, claim, payload } = admitted;
        let waits = parts.extensions.remove::<WaitsForContinue>().is_some() && source.is_passing();
        direct(&mut parts, destination)?;
        let stage = match (claim.signature(), credentials) {
            (Some(signature), Some(credentials)) => {
                let signature = signature.clone();
                let with = (destination, credentials);
                self.sign(&mut parts, (&source, &payload), (&claim, &signature), with)?
            }
            _ => {
                let stage = unsigned(&parts)?;
                strip_hop_headers(&mut parts.headers);
                stage
            }
        };
        let (waiting, gate) = match waits.then(Waiting::new) {
            Some((waiting, gate)) => (Some(waiting), Some(gate)),
            None => (None, None),
        };
        let (upload, body) = match (source, stage) {
            (Source::Passing(body), stage) => {
                let (upload, body) = Upload::start(body, (stage, self.keep), gate);
                (Some(upload), body)
            }
            (Source::Held(Content::Memory(bytes), _) | Source::Changed(bytes), stage) => {
                (None, Body::Whole(stage.all(bytes)?))
            }
            (Source::Held(content, _), stage @ (Stage::Signed(_) | Stage::Events(_))) => {
                let (upload, body) = Upload::start(content.body(), (stage, self.keep), None);
                (Some(upload), body)
            }
            (Source::Held(content, _), _) => (None, content.body()),
        };
        let mut request = Request::from_parts(parts, body);
        if let Some(waiting) = &waiting {
            let expected = HeaderValue::from_static("100-continue");
            request.headers_mut().insert(header::EXPECT, expected);
            waiting.listen(&mut request);
        }
        let again = match credentials {
            Some(credentials) if !self.skew.is_settled() => {
                Again::of(&request, destination, credentials)
            }
            _ => None,
        };
        Ok(Departure { request, upload, waiting, again })
    }

    /// Signs a head; gives what is to happen to the body.
    fn sign(
        &self,
        parts: &mut Parts,
        (source, payload): (&Source, &Payload),
        (claim, signature): (&Claim, &Signature),
        (destination, credentials): (&Destination, &Credentials),
    ) -> Result<Stage, Refusal> {
        let now = (self.clock)();
        let (region, name) = (&destination.region, &destination.signing_name);
        let signer = Signer::new(credentials, region, name, self.skew.correct(now))
            .with_algorithm(destination.algorithm)
            .with_keys(self.keys.signing_keys());
        if let Place::Query { expires } = signature.place {
            let left = left(signature, expires, now).ok_or(Refusal::Expired)?;
            presign(parts, &signature.signed_headers, left, &signer)?;
            return unsigned(parts);
        }
        if payload.goes_on() && destination.algorithm != signature.scope.algorithm {
            return Err(Refusal::Algorithm(destination.algorithm.name()));
        }
        // Signing takes the old signature's headers off; framing is told by them.
        let inbound = Framing::of(&parts.headers)?.is_some().then(|| parts.clone());
        let signed = match (payload, source) {
            (Payload::Hash(_), Source::Changed(_)) | (Payload::Absent, _) => {
                Payload::Hash(source.hash())
            }
            (payload, _) => payload.clone(),
        };
        let seed = sign(parts, &signed, b"", &signer)?.signature;
        Ok(match payload {
            Payload::Chunked(_) | Payload::ChunkedTrailer(_) => {
                let resigner =
                    claim.resigner(inbound.as_ref().unwrap_or(parts), Some(signer.chain(&seed)))?;
                Stage::Signed(Box::new(resigner.ok_or(Refusal::Unsent)?))
            }
            Payload::Events => {
                let chains = (self.keys.events(signature)?, signer.events(&seed));
                let resigner = EventResigner::new(chains.0, chains.1, self.skew.millis());
                Stage::Events(Box::new(resigner))
            }
            Payload::Hash(hash) if source.is_passing() => Stage::Plain(Some(hash.clone())),
            _ => inbound.map_or(Ok(Stage::Plain(None)), |inbound| unsigned(&inbound))?,
        })
    }
}

/// What happens to a body in which nothing is signed.
fn unsigned(parts: &Parts) -> Result<Stage, Refusal> {
    let Some(framing) = Framing::of(&parts.headers)? else { return Ok(Stage::Plain(None)) };
    let decoder = ChunkDecoder::new(ChunkLimits::default(), framing.decoded_length);
    Ok(Stage::Framed(Box::new(decoder), Vec::new()))
}

/// Writes the destination into a head.
pub(crate) fn direct(parts: &mut Parts, destination: &Destination) -> Result<(), Refusal> {
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    // Which version the upstream gets is between us and it.
    parts.version = Version::HTTP_11;
    parts.uri = Uri::builder()
        .scheme(destination.scheme.clone())
        .authority(destination.authority.clone())
        .path_and_query(destination.target(path))
        .build()?;
    let host = HeaderValue::from_str(destination.authority.as_str()).map_err(http::Error::from)?;
    parts.headers.insert(header::HOST, host);
    parts.headers.extend(destination.headers.iter().cloned());
    parts.headers.remove(header::CONTENT_LENGTH);
    Ok(())
}

/// How long a presigned URL is still good.
fn left(signature: &Signature, expires: Duration, now: SystemTime) -> Option<Duration> {
    let end = signature.time()?.checked_add(expires)?;
    let left = end.duration_since(now).ok()?;
    Some(Duration::from_secs(left.as_secs().max(1)))
}
