//! What runs when: the semantics of the chain, with handlers that write down their names.

use std::sync::{Arc, Mutex};

use http::Request;
use standin_core::{BoxFuture, ServiceError};

use super::Lines;
use crate::{
    AsyncRequestHandler, Body, Chain, Exception, ExceptionHandler, Flow, Handled, Link,
    RequestContext, RequestHandler, ResponseHandler,
};

type Trace = Arc<Mutex<Vec<&'static str>>>;

#[derive(Clone, Copy, PartialEq)]
enum Does {
    Continue,
    Stop,
    Terminate,
    Fail,
    Panic,
}

struct Handler(&'static str, Does, Trace);

impl Handler {
    fn run(&self) -> Handled {
        self.2.lock().expect("not poisoned").push(self.0);
        match self.1 {
            Does::Continue => Ok(Flow::Continue),
            Does::Stop => Ok(Flow::Stop),
            Does::Terminate => Ok(Flow::Terminate),
            Does::Fail => Err(ServiceError::sender("Failed", self.0).into()),
            Does::Panic => panic!("on purpose"),
        }
    }
}

impl RequestHandler for Handler {
    fn handle(&self, _context: &mut RequestContext) -> Handled {
        self.run()
    }
}

impl AsyncRequestHandler for Handler {
    fn handle<'c>(&'c self, _context: &'c mut RequestContext) -> BoxFuture<'c, Handled> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            self.run()
        })
    }
}

impl ExceptionHandler for Handler {
    fn handle(&self, _e: &Exception, _context: &mut RequestContext) -> Result<(), Exception> {
        self.run().map(drop)
    }
}

impl ResponseHandler for Handler {
    fn handle(&self, _context: &mut RequestContext) -> Result<(), Exception> {
        self.run().map(drop)
    }
}

/// Runs two request handlers, of which the first does something, then two of each other kind.
async fn run(first: Does, others: Does) -> (Vec<&'static str>, usize) {
    let trace = Trace::default();
    let handler = |name, does| Handler(name, does, trace.clone());
    let chain = Chain {
        request: vec![
            Link::later(handler("request 1", first)),
            Link::now(handler("request 2", Does::Continue)),
        ],
        exception: vec![
            Box::new(handler("exception 1", others)),
            Box::new(handler("exception 2", Does::Continue)),
        ],
        response: vec![
            Box::new(handler("response 1", others)),
            Box::new(handler("response 2", Does::Continue)),
        ],
    };
    let (parts, ()) = Request::new(()).into_parts();
    let mut context = RequestContext::new(parts, Body::Empty);
    let log = Lines::default();
    chain.run(&mut context, &log).await;
    let lines = log.0.lock().expect("not poisoned").len();
    let trace = trace.lock().expect("not poisoned").clone();
    (trace, lines)
}

#[tokio::test]
async fn all_request_and_response_handlers_run() {
    let expected = vec!["request 1", "request 2", "response 1", "response 2"];
    assert_eq!(run(Does::Continue, Does::Continue).await, (expected, 0));
}

#[tokio::test]
async fn a_stopped_chain_goes_on_with_the_response_handlers() {
    let expected = vec!["request 1", "response 1", "response 2"];
    assert_eq!(run(Does::Stop, Does::Continue).await, (expected, 0));
}

#[tokio::test]
async fn a_terminated_chain_runs_nothing_more() {
    assert_eq!(run(Does::Terminate, Does::Continue).await, (vec!["request 1"], 0));
}

#[tokio::test]
async fn an_exception_goes_to_all_exception_handlers_then_all_response_handlers() {
    let expected = vec!["request 1", "exception 1", "exception 2", "response 1", "response 2"];
    for first in [Does::Fail, Does::Panic] {
        assert_eq!(run(first, Does::Continue).await, (expected.clone(), 0));
    }
}

#[tokio::test]
async fn exceptions_of_exception_and_response_handlers_are_only_logged() {
    let expected = vec!["request 1", "exception 1", "exception 2", "response 1", "response 2"];
    assert_eq!(run(Does::Fail, Does::Fail).await, (expected, 2));
}
