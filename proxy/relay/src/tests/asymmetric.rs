//! SigV4a through the relay: the set of regions is kept, and rules that want it get it.

use bytes::Bytes;
use http::{Request, StatusCode};
use standin_model::{Catalog, Document};
use standin_protocol::Call;
use standin_sigv4::{Algorithm, Payload, Scope, Signer, sign};

use super::rig::{Rig, Strict, now};
use crate::Upstream;
use crate::destination::Destination;

#[tokio::test(flavor = "multi_thread")]
async fn a_set_of_regions_is_verified_and_kept() {
    let upstream = Strict::start().await;
    let rig = Rig::at(&upstream.url).await;
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    let request = Request::post("/").header("host", rig.host());
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let mut parts = request.body(()).expect("valid").into_parts().0;
    let credentials = rig.relay.keys.session().credentials();
    let signer = Signer::new(&credentials, "us-*,eu-west-1", "sts", now());
    let signer = signer.with_algorithm(Algorithm::Ecdsa);
    sign(&mut parts, &Payload::Absent, body.as_bytes(), &signer).expect("signable");
    let (status, _) = rig.send(parts.clone(), Bytes::from(body).into()).await;
    assert_eq!(status, StatusCode::OK);
    let sight = &upstream.sights()[0];
    assert!(sight.verified, "{sight:?}");
    assert_eq!(sight.headers["x-amz-region-set"], "us-*,eu-west-1");
    let authorization = sight.headers["authorization"].to_str().expect("text");
    assert!(authorization.starts_with("AWS4-ECDSA-P256-SHA256 Credential=AKIDUPSTREAM/"));

    parts.headers.insert("x-amz-region-set", "*".parse().expect("a value"));
    let (status, answer) = rig.send(parts, Bytes::from(body).into()).await;
    let answer = String::from_utf8(answer.expect("whole").to_vec()).expect("text");
    assert!(
        status == StatusCode::FORBIDDEN && answer.contains("SignatureDoesNotMatch"),
        "{answer}"
    );
    assert_eq!(upstream.sights().len(), 1);
}

/// Where AWS's rules send a request.
fn by_rules(
    service: &str,
    operation: &str,
    input: &[(&'static str, &'static str)],
    scope: &Scope,
) -> Destination {
    let service = Catalog::embedded().service(service).expect("a service");
    let operation = service.operation(operation).expect("an operation");
    let call = Call { service, operation, protocol: service.metadata.protocols[0] };
    let fields = input.iter().map(|(name, value)| ((*name).into(), Document::from(*value)));
    let input = Document::Object(fields.collect());
    Upstream::Aws.destination(call, Some(&input), (scope, "eu-west-1")).expect("an endpoint")
}

#[test]
fn rules_that_want_sigv4a_get_it() {
    let client = Scope::parse("20230101/eu-west-1/s3/aws4_request").expect("a scope");
    let point = [("Bucket", "arn:aws:s3::123456789012:accesspoint/alias.mrap"), ("Key", "k")];
    let there = by_rules("s3", "GetObject", &point, &client);
    assert_eq!(there.authority, "alias.mrap.accesspoint.s3-global.amazonaws.com");
    assert_eq!(
        (there.algorithm, &*there.region, &*there.signing_name),
        (Algorithm::Ecdsa, "*", "s3")
    );

    let global = by_rules("events", "PutEvents", &[("EndpointId", "abc.def")], &client);
    assert_eq!(global.authority, "abc.def.endpoint.events.amazonaws.com");
    assert_eq!((global.algorithm, &*global.region), (Algorithm::Ecdsa, "*"));
}

#[test]
fn what_is_signed_for_several_regions_goes_to_the_runs_own_or_the_one_that_it_names() {
    for (regions, host) in [
        ("us-*", "sts.eu-west-1.amazonaws.com"),
        ("eu-north-1", "sts.eu-north-1.amazonaws.com"),
        ("eu-north-1,eu-south-1", "sts.eu-west-1.amazonaws.com"),
    ] {
        let client = Scope::parse_ecdsa("20230101/sts/aws4_request", regions).expect("a scope");
        let there = by_rules("sts", "GetCallerIdentity", &[], &client);
        assert_eq!((there.authority.as_str(), &*there.region), (host, regions));
        assert_eq!(there.algorithm, Algorithm::Ecdsa);
    }
}
