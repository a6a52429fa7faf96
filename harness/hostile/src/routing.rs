//! The router, and what it reads: signatures, hosts, paths, forms.

use std::sync::LazyLock;

use http::HeaderMap;
use standin_model::{Catalog, Protocol};
use standin_protocol::routing::{Router, credential, form_access_key};
use standin_sigv4::{PresignedV2, Scope, Signature, encode_query};

use crate::codecs;
use crate::message::Message;

/// The routes of all services.
pub(crate) static ROUTER: LazyLock<Router> = LazyLock::new(|| Router::new(Catalog::embedded()));

/// A request is routed or refused; where it is routed, its parser takes it as it comes.
pub(crate) fn run(input: &[u8]) {
    let message = Message::read(input);
    let (mut parts, body) = message.request().into_parts();
    form_access_key(&body);
    match ROUTER.route(&parts, &body) {
        Ok(route) => {
            let (service, operation) = (route.call.service, route.call.operation);
            assert!(service.operation(operation.name).is_some(), "an operation of another service");
            route.apply(&mut parts);
            let _ = route.call.parse_request(&http::Request::from_parts(parts, body));
        }
        Err(error) => drop(error.to_string()),
    }
}

/// Signatures in any place, and the query string in its canonical form.
pub(crate) fn signature(input: &[u8]) {
    let message = Message::read(input);
    let (parts, _) = message.request().into_parts();
    credential(&parts);
    let _ = Signature::of(&parts);
    let _ = PresignedV2::of(&parts);
    let canonical = encode_query(parts.uri.query().unwrap_or_default());
    assert_eq!(encode_query(&canonical), canonical, "a canonical query is not canonical");
    if let Ok(text) = std::str::from_utf8(message.body) {
        let _ = Scope::parse(text);
    }
}

/// The requests of all protocols, with signatures.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let protocols = [
        codecs::query_seeds(),
        codecs::ec2_seeds(),
        codecs::json_seeds(),
        codecs::rest_json_seeds(),
        codecs::rest_xml_seeds(),
        codecs::cbor_seeds(),
    ];
    let mut seeds: Vec<Vec<u8>> = protocols.concat();
    for protocol in [Protocol::Query, Protocol::RestXml, Protocol::Json] {
        for (service, operation) in codecs::operations(protocol) {
            seeds
                .push(signed(&format!("/bucket/key?Action={operation}&x-id={operation}"), service));
        }
    }
    seeds
}

pub(crate) fn signatures() -> Vec<Vec<u8>> {
    let scope = "X-Amz-Credential=AK%2F20250101%2Feu-west-1%2Fs3%2Faws4_request";
    let presigned = format!(
        "/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&{scope}&X-Amz-Date=20250101T000000Z\
         &X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Security-Token=a%2Bb&X-Amz-Signature=00"
    );
    vec![
        signed("/b/k?a=%20&b", "s3"),
        signed(&presigned, "s3"),
        signed("/b/k?AWSAccessKeyId=AK&Signature=c2ln&Expires=1", "s3"),
        b"\0\0/\nx-amz-region-set:*\nauthorization:AWS4-ECDSA-P256-SHA256 Credential=AK/20250101/s3/\
          aws4_request, SignedHeaders=host, Signature=00\n\nAK/20250101/us-east-1/s3/aws4_request"
            .to_vec(),
        b"\0\0/\nauthorization:AWS AK:c2ln\n\nAK/20250101/s3/aws4_request".to_vec(),
    ]
}

fn signed(uri: &str, service: &str) -> Vec<u8> {
    let mut headers = HeaderMap::new();
    let scope = format!(
        "AWS4-HMAC-SHA256 Credential=AK/20250101/us-east-1/{service}/aws4_request, \
         SignedHeaders=host;x-amz-date, Signature=00"
    );
    let host = format!("bucket.{service}.us-east-1.amazonaws.com");
    for (name, value) in [("authorization", scope), ("host", host)] {
        headers.insert(name, value.parse().expect("text of a header"));
    }
    headers.insert("x-amz-date", "20250101T000000Z".parse().expect("text of a header"));
    crate::message::write(&[0, 0], uri.as_bytes(), &headers, b"Action=A&Version=1")
}
