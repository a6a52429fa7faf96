//! `call_fallback`: an input in, moto's parsed answer out.

use std::sync::Arc;

use standin_core::{
    AccountId, Caller, Context, Document, Environment, Fields, Ids, NoServices, Region, SystemClock,
};
use standin_fallback::{Backend, Forwarder, MotoOptions};
use standin_model::{Catalog, Protocol};
use standin_packages::Cache;

use super::moto_is_there;

fn forwarder() -> Option<Arc<Forwarder>> {
    let environment: standin_packages::Environment = std::env::vars_os().collect();
    let cache = Cache::of_user(&environment).unwrap();
    let report = Arc::new(|line: &str| println!("{line}"));
    moto_is_there().then(|| {
        let options = MotoOptions { cache, environment, native: vec![], report };
        let backend = Arc::new(Backend::moto(options));
        Arc::new(Forwarder::new(backend, Catalog::embedded(), vec![]))
    })
}

fn context(
    forwarder: &Arc<Forwarder>,
    service: &'static str,
    operation: &'static str,
    protocol: Protocol,
) -> Context {
    Context {
        account: AccountId::DEFAULT,
        region: Region::us_east_1(),
        service,
        operation,
        protocol,
        request_id: "r".into(),
        endpoint: "http://127.0.0.1:4566".into(),
        caller: Caller::default(),
        environment: Arc::new(Environment {
            clock: Arc::new(SystemClock),
            ids: Ids::seeded(1),
            fallback: forwarder.clone(),
            services: Arc::new(NoServices),
        }),
    }
}

fn object<const N: usize>(fields: [(&'static str, Document); N]) -> Document {
    let fields = fields.into_iter().map(|(name, value)| (name.into(), value));
    Document::Object(fields.collect::<Fields>())
}

#[tokio::test]
async fn answers_and_errors_are_parsed() {
    let Some(forwarder) = forwarder() else { return };
    let call = |operation, protocol, input| {
        let context = context(&forwarder, "cloudwatch", operation, protocol);
        async move { context.call_fallback(input).await }
    };
    // moto is asked in a protocol that it speaks, whatever the client spoke.
    for protocol in [Protocol::Query, Protocol::Json, Protocol::RpcV2Cbor] {
        let alarms = call("DescribeAlarms", protocol, object([])).await.unwrap();
        let none = Some([].as_slice());
        assert_eq!(alarms.get("MetricAlarms").and_then(Document::as_list), none, "{protocol:?}");
        let missing = object([("DashboardName", "d".into())]);
        let error = call("GetDashboard", protocol, missing).await.unwrap_err();
        assert_eq!((error.status, error.sender_fault), (404, true), "{protocol:?}: {error}");
    }
    forwarder.backend().stop().await;
}

#[tokio::test]
async fn streamed_members_are_in_the_answer() {
    let Some(forwarder) = forwarder() else { return };
    let call = |operation, input| {
        let context = context(&forwarder, "s3", operation, Protocol::RestXml);
        async move { context.call_fallback(input).await }
    };
    let bucket = ("Bucket", Document::from("a-bucket"));
    call("CreateBucket", object([bucket.clone()])).await.unwrap();
    let body = Document::blob(bytes::Bytes::from_static(b"text"));
    let key = ("Key", Document::from("a/b c"));
    call("PutObject", object([bucket.clone(), key.clone(), ("Body", body.clone())])).await.unwrap();
    let found = call("GetObject", object([bucket.clone(), key])).await.unwrap();
    assert_eq!(found.get("Body"), Some(&body));
    assert_eq!(found.get("ContentLength").and_then(Document::as_integer), Some(4));
    let error = call("GetObject", object([bucket, ("Key", "none".into())])).await.unwrap_err();
    assert_eq!((error.code.as_ref(), error.status), ("NoSuchKey", 404));
    let error = call("CreateSession", object([("Bucket", "a-bucket".into())])).await.unwrap_err();
    assert!(standin_core::error::is_not_implemented(&error), "{error}");
    forwarder.backend().stop().await;
}
