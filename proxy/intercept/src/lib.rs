//! What may stand around a forwarded request: before it leaves, and before its answer returns.
//!
//! An [`Interceptor`] is code; [`Rules`] is the one that is shipped, and does what lines of text say.

mod body;
mod chain;
mod duration;
mod pattern;
mod rule;
mod rules;
mod throttle;

use std::pin::Pin;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use standin_protocol::Call;

pub use body::Body;
pub use chain::{Chain, Outcome};
pub use duration::{DurationError, parse_duration};
pub use pattern::{Glob, OperationPattern, PatternError};
pub use rule::{Rule, RuleError, parse_rules};
pub use rules::{Rules, Wait};

/// A boxed future.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What is known of a request beside its bytes.
#[derive(Clone, Debug)]
pub struct Context {
    /// The operation, in the protocol of the request.
    pub call: Call,
    /// The account that the request acts in, where it is known.
    pub account: Option<String>,
    /// The region that the request acts in, where it is known.
    pub region: Option<String>,
    /// The id that an answer of ours bears.
    pub request_id: String,
}

/// What becomes of a request.
#[derive(Debug)]
pub enum Forward {
    /// It goes on, as it was or changed; it is signed after this.
    Continue(Request<Body>),
    /// This is the answer; the upstream is not called.
    Answer(Response<Bytes>),
    /// An empty answer with this status; the upstream is not called.
    Status(StatusCode),
}

/// Code around a forwarded request.
///
/// Interceptors run in order on the way out and in reverse order on the way back.
pub trait Interceptor: Send + Sync {
    /// Whether it must see the bodies of an operation; others pass by unread, as [`Body::Passing`].
    fn reads_bodies(&self, context: &Context) -> bool {
        let _ = context;
        false
    }

    /// Runs before the upstream is called.
    fn forward_request<'a>(
        &'a self,
        request: Request<Body>,
        context: &'a Context,
    ) -> BoxFuture<'a, Forward> {
        let _ = context;
        Box::pin(std::future::ready(Forward::Continue(request)))
    }

    /// Runs on the answer, and may replace it.
    fn return_response(&self, response: Response<Body>, context: &Context) -> Response<Body> {
        let _ = context;
        response
    }
}

impl Context {
    /// The service, by its name in the models.
    pub fn service(&self) -> &'static str {
        self.call.service.metadata.name
    }

    /// The operation.
    pub fn operation(&self) -> &'static str {
        self.call.operation.name
    }
}
