//! Published vectors first, then properties.

mod asymmetric;
mod chunks;
mod form;
mod framing;
pub(crate) mod oracle;
mod properties;
mod resigning;
mod rules;
mod suite;

use http::Request;
use http::request::Parts;

/// The head of a request of some lines: request line, then headers.
fn head(method: &str, uri: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).expect("a valid request").into_parts().0
}
