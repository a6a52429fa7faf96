//! What may stand around a forwarded request: before it leaves, and before its answer returns.

mod duration;
mod pattern;

use bytes::Bytes;
use http::{Request, Response, StatusCode};

pub use duration::{DurationError, parse_duration};
pub use pattern::{Glob, OperationPattern, PatternError};

/// What is known of a request beside its bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// The service, by its name in the models, where it is known.
    pub service: Option<&'static str>,
    /// The operation, where it is known.
    pub operation: Option<&'static str>,
    /// The account that the request acts in, where it is known.
    pub account: Option<String>,
    /// The region that the request acts in, where it is known.
    pub region: Option<String>,
}

/// What becomes of a request.
#[derive(Debug)]
pub enum Forward {
    /// It goes on, as it was or changed; it is signed after this.
    Continue(Request<Bytes>),
    /// This is the answer; the upstream is not called.
    Answer(Response<Bytes>),
    /// An empty answer with this status; the upstream is not called.
    Status(StatusCode),
}

/// Code around a forwarded request.
///
/// Interceptors run in order on the way out and in reverse order on the way back.
pub trait Interceptor: Send + Sync {
    /// Runs before the upstream is called.
    fn forward_request(&self, request: Request<Bytes>, context: &Context) -> Forward {
        let _ = context;
        Forward::Continue(request)
    }

    /// Runs on the answer, and may replace it.
    fn return_response(&self, response: Response<Bytes>, context: &Context) -> Response<Bytes> {
        let _ = context;
        response
    }
}

/// Where a request stands once the interceptors have seen it.
#[derive(Debug)]
pub enum Outcome {
    /// It goes to the upstream.
    Forward(Request<Bytes>),
    /// It is answered already.
    Answered(Response<Bytes>),
}

/// An ordered list of interceptors.
#[derive(Default)]
pub struct Chain(Vec<Box<dyn Interceptor>>);

impl Chain {
    /// A chain of interceptors, outermost first.
    pub fn new(interceptors: Vec<Box<dyn Interceptor>>) -> Self {
        Self(interceptors)
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Runs the request past all interceptors, or to the first that answers.
    pub fn forward(&self, mut request: Request<Bytes>, context: &Context) -> Outcome {
        for interceptor in &self.0 {
            request = match interceptor.forward_request(request, context) {
                Forward::Continue(request) => request,
                Forward::Answer(answer) => return Outcome::Answered(answer),
                Forward::Status(status) => return Outcome::Answered(empty(status)),
            };
        }
        Outcome::Forward(request)
    }

    /// Runs an answer past all interceptors, innermost first.
    pub fn answer(&self, response: Response<Bytes>, context: &Context) -> Response<Bytes> {
        self.0
            .iter()
            .rev()
            .fold(response, |response, interceptor| interceptor.return_response(response, context))
    }
}

fn empty(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Mark(&'static str);

    impl Interceptor for Mark {
        fn forward_request(&self, mut request: Request<Bytes>, _: &Context) -> Forward {
            request.headers_mut().append("mark", self.0.parse().expect("a value"));
            Forward::Continue(request)
        }

        fn return_response(&self, response: Response<Bytes>, _: &Context) -> Response<Bytes> {
            response.map(|body| Bytes::from([&body, self.0.as_bytes()].concat()))
        }
    }

    struct Refuse;

    impl Interceptor for Refuse {
        fn forward_request(&self, _: Request<Bytes>, _: &Context) -> Forward {
            Forward::Status(StatusCode::TOO_MANY_REQUESTS)
        }
    }

    #[test]
    fn requests_pass_in_order_and_answers_in_reverse() {
        let chain = Chain::new(vec![Box::new(Mark("a")), Box::new(Mark("b"))]);
        let context = Context::default();
        let Outcome::Forward(request) = chain.forward(Request::default(), &context) else {
            panic!("no interceptor answers");
        };
        let marks: Vec<_> = request.headers().get_all("mark").iter().collect();
        assert_eq!(marks, ["a", "b"]);
        assert_eq!(chain.answer(Response::default(), &context).into_body(), "ba");
    }

    #[test]
    fn an_answer_stops_the_way_out() {
        let chain = Chain::new(vec![Box::new(Refuse), Box::new(Mark("never"))]);
        let Outcome::Answered(answer) = chain.forward(Request::default(), &Context::default())
        else {
            panic!("the first interceptor answers");
        };
        assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    }
}
