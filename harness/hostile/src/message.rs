//! Inputs that stand for HTTP messages: two bytes that choose, a line, headers, an empty line, a body.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};

/// An input in its parts. Any bytes are one: what is no header is left out.
pub(crate) struct Message<'b> {
    /// Chooses the operation.
    pub(crate) choice: u8,
    /// Chooses a request (even) or an answer (odd), and the answer's status or the request's method.
    pub(crate) kind: u8,
    line: &'b [u8],
    headers: Vec<(&'b [u8], &'b [u8])>,
    /// What follows the empty line.
    pub(crate) body: &'b [u8],
}

const STATUS: [StatusCode; 4] = [
    StatusCode::OK,
    StatusCode::BAD_REQUEST,
    StatusCode::SERVICE_UNAVAILABLE,
    StatusCode::NOT_MODIFIED,
];

const METHODS: [Method; 5] = [Method::POST, Method::GET, Method::PUT, Method::DELETE, Method::HEAD];

impl<'b> Message<'b> {
    pub(crate) fn read(input: &'b [u8]) -> Self {
        let (choice, kind, rest) = match input {
            [choice, kind, rest @ ..] => (*choice, *kind, rest),
            _ => (0, 0, input),
        };
        let end = rest.windows(2).position(|pair| pair == b"\n\n");
        let (head, body) = end.map_or((&[][..], rest), |at| (&rest[..at], &rest[at + 2..]));
        let mut lines = head.split(|&byte| byte == b'\n');
        let line = lines.next().unwrap_or_default();
        let header = |line: &'b [u8]| {
            let colon = line.iter().position(|&byte| byte == b':')?;
            Some((&line[..colon], &line[colon + 1..]))
        };
        Self { choice, kind, line, headers: lines.filter_map(header).collect(), body }
    }

    pub(crate) fn is_answer(&self) -> bool {
        self.kind % 2 == 1
    }

    pub(crate) fn request(&self) -> Request<Bytes> {
        let mut request = Request::new(Bytes::copy_from_slice(self.body));
        *request.method_mut() = METHODS[usize::from(self.kind / 2) % METHODS.len()].clone();
        *request.uri_mut() = Uri::try_from(self.line).unwrap_or_default();
        self.fill(request.headers_mut());
        request
    }

    pub(crate) fn response(&self) -> Response<Bytes> {
        let mut response = Response::new(Bytes::copy_from_slice(self.body));
        *response.status_mut() = STATUS[usize::from(self.kind / 2) % STATUS.len()];
        self.fill(response.headers_mut());
        response
    }

    fn fill(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) =
                (HeaderName::from_bytes(name), HeaderValue::from_bytes(value))
            {
                headers.append(name, value);
            }
        }
    }
}

/// The input that stands for a request.
pub(crate) fn of_request(choice: u8, request: &Request<Bytes>) -> Vec<u8> {
    let method = METHODS.iter().position(|method| method == request.method()).unwrap_or(0);
    let kind = u8::try_from(method * 2).expect("few methods");
    let line = request.uri().to_string();
    write(&[choice, kind], line.as_bytes(), request.headers(), request.body())
}

/// The input that stands for an answer.
pub(crate) fn of_response(choice: u8, response: &Response<Bytes>) -> Vec<u8> {
    let status = STATUS.iter().position(|status| *status == response.status()).unwrap_or(0);
    let kind = u8::try_from(status * 2 + 1).expect("few statuses");
    write(&[choice, kind], b"", response.headers(), response.body())
}

/// The input of some parts.
pub(crate) fn write(choices: &[u8], line: &[u8], headers: &HeaderMap, body: &[u8]) -> Vec<u8> {
    let mut input = [choices, line].concat();
    for (name, value) in headers {
        input.extend([b"\n", name.as_str().as_bytes(), b":", value.as_bytes()].concat());
    }
    input.extend(b"\n\n");
    input.extend(body);
    input
}
