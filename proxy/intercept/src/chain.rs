//! Interceptors in their order.

use bytes::Bytes;
use http::{Request, Response, StatusCode};

use crate::{Body, Context, Forward, Interceptor};

/// Where a request stands once the interceptors have seen it.
#[derive(Debug)]
pub enum Outcome {
    /// It goes to the upstream.
    Forward(Request<Body>),
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

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them must see the bodies of an operation.
    pub fn reads_bodies(&self, context: &Context) -> bool {
        self.0.iter().any(|interceptor| interceptor.reads_bodies(context))
    }

    /// Runs the request past all interceptors, or to the first that answers.
    pub async fn forward(&self, mut request: Request<Body>, context: &Context) -> Outcome {
        for interceptor in &self.0 {
            request = match interceptor.forward_request(request, context).await {
                Forward::Continue(request) => request,
                Forward::Answer(answer) => return Outcome::Answered(answer),
                Forward::Status(status) => return Outcome::Answered(empty(status)),
            };
        }
        Outcome::Forward(request)
    }

    /// Runs an answer past all interceptors, innermost first.
    pub fn answer(&self, response: Response<Body>, context: &Context) -> Response<Body> {
        self.0
            .iter()
            .rev()
            .fold(response, |response, interceptor| interceptor.return_response(response, context))
    }

    /// [`Chain::forward`] of a request whose body is there.
    pub async fn forward_whole(
        &self,
        request: Request<Bytes>,
        context: &Context,
    ) -> Result<Request<Bytes>, Response<Bytes>> {
        match self.forward(request.map(Body::Whole), context).await {
            Outcome::Forward(request) => Ok(request.map(whole)),
            Outcome::Answered(answer) => Err(answer),
        }
    }

    /// [`Chain::answer`] of an answer whose body is there.
    pub fn answer_whole(&self, response: Response<Bytes>, context: &Context) -> Response<Bytes> {
        self.answer(response.map(Body::Whole), context).map(whole)
    }
}

impl std::fmt::Debug for Chain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Chain").field(&self.0.len()).finish()
    }
}

/// The body again that was given; an interceptor that lost it left nothing.
fn whole(body: Body) -> Bytes {
    body.into_bytes().unwrap_or_default()
}

fn empty(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use standin_model::Catalog;
    use standin_protocol::Call;

    use super::*;
    use crate::BoxFuture;

    struct Mark(&'static str);

    impl Interceptor for Mark {
        fn forward_request<'a>(
            &'a self,
            mut request: Request<Body>,
            _: &'a Context,
        ) -> BoxFuture<'a, Forward> {
            request.headers_mut().append("mark", self.0.parse().expect("a value"));
            Box::pin(async { Forward::Continue(request) })
        }

        fn return_response(&self, response: Response<Body>, _: &Context) -> Response<Body> {
            let marked = |body: Body| [&whole(body), self.0.as_bytes()].concat();
            response.map(|body| Body::Whole(marked(body).into()))
        }
    }

    struct Refuse;

    impl Interceptor for Refuse {
        fn forward_request<'a>(
            &'a self,
            _: Request<Body>,
            _: &'a Context,
        ) -> BoxFuture<'a, Forward> {
            Box::pin(async { Forward::Status(StatusCode::TOO_MANY_REQUESTS) })
        }
    }

    fn context() -> Context {
        let service = Catalog::embedded().service("sqs").expect("a service");
        let operation = service.operation("ListQueues").expect("an operation");
        let call = Call { service, operation, protocol: service.metadata.protocols[0] };
        Context { call, account: None, region: None, request_id: String::new() }
    }

    #[tokio::test]
    async fn requests_pass_in_order_and_answers_in_reverse() {
        let chain = Chain::new(vec![Box::new(Mark("a")), Box::new(Mark("b"))]);
        let request = chain.forward_whole(Request::default(), &context()).await.expect("goes on");
        let marks: Vec<_> = request.headers().get_all("mark").iter().collect();
        assert_eq!(marks, ["a", "b"]);
        assert_eq!(chain.answer_whole(Response::default(), &context()).into_body(), "ba");
    }

    #[tokio::test]
    async fn an_answer_stops_the_way_out() {
        let chain = Chain::new(vec![Box::new(Refuse), Box::new(Mark("never"))]);
        let outcome = chain.forward_whole(Request::default(), &context()).await;
        let answer = outcome.expect_err("the first interceptor answers");
        assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    }
}
