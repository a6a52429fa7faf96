//! Cross-origin requests: which pages in a browser may call us, and the headers that tell the browser so.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri};

use crate::chain::{Flow, Handled, RequestHandler, ResponseHandler};
use crate::{Body, Exception, RequestContext};

const METHODS: HeaderValue = HeaderValue::from_static("HEAD,GET,PUT,POST,DELETE,OPTIONS,PATCH");
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "etag,x-amz-id-2,x-amz-request-id,x-amz-version-id,x-amzn-errortype,x-amzn-requestid,\
     x-standin-evidence",
);
const MAX_AGE: HeaderValue = HeaderValue::from_static("3600");

/// Refuses pages of foreign origins, and answers preflight requests.
///
/// Without it any web page could change the state of an emulator on its visitor's machine.
pub(crate) struct CheckOrigin {
    allowed: Vec<String>,
}

/// Names the origin in the answer, so that the browser gives it to the page.
pub(crate) struct AddCorsHeaders;

impl CheckOrigin {
    pub(crate) fn new(allowed: &[String]) -> Self {
        Self { allowed: allowed.to_vec() }
    }

    fn allows(&self, origin: &str) -> bool {
        let is_listed = |listed: &String| listed == "*" || listed == origin;
        self.allowed.iter().any(is_listed) || is_local(origin)
    }
}

impl RequestHandler for CheckOrigin {
    fn handle(&self, context: &mut RequestContext) -> Handled {
        let Some(origin) = context.request.headers.get(ORIGIN) else { return Ok(Flow::Continue) };
        let name = String::from_utf8_lossy(origin.as_bytes());
        if !self.allows(&name) {
            return Err(Exception::ForbiddenOrigin(name.into_owned()));
        }
        context.origin = Some(origin.clone());
        let headers = &context.request.headers;
        let preflight = context.request.method == Method::OPTIONS
            && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        if !preflight {
            return Ok(Flow::Continue);
        }
        context.response = Some(preflight_response(headers));
        Ok(Flow::Stop)
    }
}

impl ResponseHandler for AddCorsHeaders {
    fn handle(&self, context: &mut RequestContext) -> Result<(), Exception> {
        if let (Some(origin), Some(response)) = (&context.origin, &mut context.response) {
            let headers = response.headers_mut();
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
            headers.append(VARY, HeaderValue::from_static("origin"));
        }
        Ok(())
    }
}

fn preflight_response(request: &HeaderMap) -> Response<Body> {
    let mut response = Response::new(Body::Empty);
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    // SDKs sign many headers; which ones they send is not for us to limit.
    if let Some(wanted) = request.get(ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
    }
    response
}

/// Pages that this machine serves, and files opened from its disk by name.
fn is_local(origin: &str) -> bool {
    let Ok(uri) = origin.parse::<Uri>() else { return origin == "file://" };
    let host = uri.host().unwrap_or_default();
    matches!(host, "localhost" | "127.0.0.1" | "[::1]") || host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn only_this_machine_is_local() {
        for origin in ["http://localhost:3000", "https://app.localhost", "http://127.0.0.1"] {
            assert!(is_local(origin), "{origin}");
        }
        for origin in ["https://example.com", "http://localhost.evil.com", "null", "", "\u{1}"] {
            assert!(!is_local(origin), "{origin}");
        }
    }
}
