//! A body that comes from a connection, and what becomes of one that nobody reads to its end.
//!
//! A server that answers early and closes lets the system reset the connection, and the client, who is still
//! sending, never sees the answer. So what is left of a client's body is read, and thrown away.

use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming, SizeHint};
use tokio::runtime::Handle;
use tokio::time::timeout;

/// The most that is read in vain, and for how long.
const DRAINED: usize = 64 << 20;
const DRAIN_TIME: Duration = Duration::from_secs(30);

/// A body that comes from a connection.
pub(crate) struct Arriving {
    /// None only when this is dropped.
    incoming: Option<Incoming>,
    patience: Duration,
    rest: Rest,
}

/// What becomes of what is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rest {
    Left,
    Drained,
}

impl Arriving {
    /// A body that may stand still for so long.
    pub(crate) fn new(incoming: Incoming, patience: Duration) -> Self {
        Self { incoming: Some(incoming), patience, rest: Rest::Left }
    }

    /// The same of a client that reads its answer after it has sent.
    pub(crate) fn drained(incoming: Incoming, patience: Duration) -> Self {
        Self { incoming: Some(incoming), patience, rest: Rest::Drained }
    }

    pub(crate) fn patience(&self) -> Duration {
        self.patience
    }

    pub(crate) fn incoming(&mut self) -> &mut Incoming {
        self.incoming.as_mut().expect("it is taken out at the end alone")
    }

    pub(crate) fn is_end_stream(&self) -> bool {
        self.incoming.as_ref().is_none_or(hyper::body::Body::is_end_stream)
    }

    pub(crate) fn size_hint(&self) -> SizeHint {
        self.incoming.as_ref().map(hyper::body::Body::size_hint).unwrap_or_default()
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        let Some(incoming) = self.incoming.take() else { return };
        if self.rest == Rest::Drained
            && !incoming.is_end_stream()
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(timeout(DRAIN_TIME, drain(incoming)));
        }
    }
}

async fn drain(mut incoming: Incoming) {
    let mut read = 0;
    while read < DRAINED
        && let Some(Ok(frame)) = incoming.frame().await
    {
        read += frame.data_ref().map_or(0, bytes::Bytes::len);
    }
}
