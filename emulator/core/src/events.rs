//! Streams of events, one document each, apart from the document they belong to.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::{Document, ServiceError};

/// Events as they come, which can be read once.
///
/// An event is a document with one member of the stream's union; an error ends the stream.
pub struct EventStream(Pin<Box<dyn Events>>);

/// Gives the events of a stream.
pub trait Events: Send {
    /// The next event; none at the end.
    fn poll_event(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Document, ServiceError>>>;
}

impl EventStream {
    /// A stream of events.
    pub fn new(events: impl Events + 'static) -> Self {
        Self(Box::pin(events))
    }

    /// The next event; none at the end.
    pub async fn next(&mut self) -> Option<Result<Document, ServiceError>> {
        std::future::poll_fn(|task| self.poll_next(task)).await
    }

    /// The next event, for those who poll.
    pub fn poll_next(
        &mut self,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Document, ServiceError>>> {
        self.0.as_mut().poll_event(task)
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventStream")
    }
}

/// Events that are here already.
impl FromIterator<Result<Document, ServiceError>> for EventStream {
    fn from_iter<I: IntoIterator<Item = Result<Document, ServiceError>>>(events: I) -> Self {
        Self::new(Ready(events.into_iter().collect::<Vec<_>>().into_iter()))
    }
}

struct Ready(std::vec::IntoIter<Result<Document, ServiceError>>);

impl Events for Ready {
    fn poll_event(
        mut self: Pin<&mut Self>,
        _task: &mut Context<'_>,
    ) -> Poll<Option<Result<Document, ServiceError>>> {
        Poll::Ready(self.0.next())
    }
}
