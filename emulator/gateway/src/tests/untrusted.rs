//! Whatever a client sends gets an answer that is no fault of ours.

use bytes::Bytes;
use http::Request;
use proptest::prelude::*;

use super::Rig;

proptest! {
    #[test]
    fn no_request_is_our_fault(
        method in "GET|PUT|POST|DELETE|HEAD|OPTIONS|PATCH|FOO",
        path in "/([a-zA-Z0-9/%+.:@_-]{0,30}|service/[A-Z]/operation/[A-Z]|_standin/[a-z]{0,6})",
        query in "[a-zA-Z0-9&=%+-]{0,30}|Action=[A-Za-z]{0,12}&Version=[0-9-]{0,10}",
        names in prop::collection::vec(0_usize..9, 0..5),
        value in "[ -~]{0,40}",
        content in prop::collection::vec(any::<u8>(), 0..60),
    ) {
        const HEADERS: [&str; 9] = [
            "authorization", "x-amz-target", "content-type", "smithy-protocol", "host",
            "content-encoding", "origin", "x-standin-world", "x-amz-security-token",
        ];
        let mut request = Request::builder().method(&*method).uri(format!("{path}?{query}"));
        for name in names {
            request = request.header(HEADERS[name], &value);
        }
        let Ok(request) = request.body(Bytes::from(content)) else { return Ok(()) };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let response = runtime.block_on(Rig::new().answer(request));
        let status = response.status().as_u16();
        prop_assert!(status < 500 || status == 501, "{status}");
    }

    #[test]
    fn no_body_is_our_fault(content in ".{0,80}|\\{\"TableName\":.{0,20}\\}") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let request = super::body(super::dynamodb("DescribeTable"), &content);
        let response = runtime.block_on(Rig::new().answer(request));
        prop_assert_eq!(response.status().as_u16(), 400);
    }
}
