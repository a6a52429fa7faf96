//! AWS's own crate as an oracle.

use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode,
};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_runtime_api::http::Headers;
use bytes::Bytes;
use http::HeaderName;
use http::request::Parts;

use crate::chunked::{frames, put};
use crate::{Algorithm, ContentHash, Normalize, PathEncoding, Payload, Rules, Signer, Trailer};

pub(super) fn signable<'b>(payload: &Payload, body: &'b [u8]) -> SignableBody<'b> {
    match payload {
        Payload::Hash(hash) => SignableBody::Precomputed(hash.clone()),
        Payload::Absent => SignableBody::Bytes(body),
        Payload::Unsigned => SignableBody::UnsignedPayload,
        Payload::UnsignedTrailer => SignableBody::StreamingUnsignedPayloadTrailer,
        Payload::ChunkedTrailer(Algorithm::Hmac) => SignableBody::StreamingSignedPayloadTrailer,
        other => SignableBody::Precomputed(other.text(body)),
    }
}

pub(super) fn settings(rules: Rules) -> SigningSettings {
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
pub(super) fn run(
    parts: &Parts,
    names: &[HeaderName],
    body: SignableBody<'_>,
    (signer, settings): (&Signer<'_>, SigningSettings),
) -> String {
    let mut headers = Vec::with_capacity(names.len());
    for name in names {
        for value in parts.headers.get_all(name) {
            let text = std::str::from_utf8(value.as_bytes()).expect("text");
            headers.push((name.as_str(), text));
        }
    }
    let request = SignableRequest::new(
        parts.method.as_str(),
        parts.uri.to_string(),
        headers.into_iter(),
        body,
    )
    .expect("a request");
    let identity = Identity::from(signer.credentials.clone());
    let params = params(signer, &identity, settings).into();
    aws_sigv4::http_request::sign(request, &params).expect("signable").into_parts().1
}

/// Signs each chunk, and the trailer where one is signed, anew; the length stays the same.
///
/// `seed` is the signature of the request's head.
pub(super) fn resign_chunked(body: &[u8], seed: &str, signer: &Signer<'_>) -> Vec<u8> {
    let (chunks, trailers) = frames(body).expect("framed");
    let mut copy = body.to_vec();
    let identity = Identity::from(signer.credentials.clone());
    let params = params(signer, &identity, ());
    let mut running = seed.to_owned();
    for (head, data) in chunks {
        let place = head.signature.expect("a place for the signature");
        let data = Bytes::copy_from_slice(data);
        running = v4::sign_chunk(&data, &running, &params).expect("signable").into_parts().1;
        put(&mut copy, place, &running).expect("64 characters");
    }
    let (signature, trailers): (Vec<_>, Vec<_>) =
        trailers.into_iter().partition(Trailer::is_signature);
    let Some(Trailer { place, .. }) = signature.into_iter().next() else { return copy };
    let mut headers = Headers::new();
    for trailer in trailers {
        headers.try_append(trailer.name, trailer.value).expect("a header");
    }
    let signature = v4::sign_trailer(&headers, &running, &params).expect("signable");
    put(&mut copy, place, &signature.into_parts().1).expect("64 characters");
    copy
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
