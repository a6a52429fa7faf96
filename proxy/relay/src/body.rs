//! Bodies on their way: here already, coming from a connection, or handed on by a task of ours.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::arriving::Arriving;

/// How long a body may stand still before it counts as broken.
pub(crate) const PATIENCE: Duration = Duration::from_mins(5);

/// A body of a request or an answer.
pub(crate) enum Body {
    /// All of it is here.
    Whole(Bytes),
    /// It comes from a connection.
    Incoming(Arriving),
    /// A task of ours hands it on.
    Piped(Piped),
}

/// A body that a task hands on, with room for two frames, so that who reads slowly is waited for.
pub(crate) struct Piped {
    frames: mpsc::Receiver<Result<Bytes, BodyError>>,
    left: Option<u64>,
}

/// The end of a [`Piped`] body at which it is filled. Dropped, it ends the body.
pub(crate) struct Pipe(mpsc::Sender<Result<Bytes, BodyError>>);

/// A body that does not come to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyError {
    /// The connection that it came over failed, or ended too early.
    #[error("the body broke off: {0}")]
    Broken(#[source] hyper::Error),
    /// Nothing came, or nothing was taken, for too long.
    #[error("the body stood still for {0:?}")]
    Stalled(Duration),
    /// It is larger than what may be held.
    #[error("the body is larger than {0} bytes")]
    TooLarge(usize),
    /// Whoever fills it found it wrong.
    #[error("the body was given up: {0}")]
    GivenUp(String),
}

impl Body {
    /// No body.
    pub(crate) fn empty() -> Self {
        Self::Whole(Bytes::new())
    }

    /// A client's body. What is not read of it is thrown away, so that the client comes to read its answer.
    pub(crate) fn of_client(incoming: Incoming) -> Self {
        Self::Incoming(Arriving::drained(incoming, PATIENCE))
    }

    /// A body that may stand still for so long; what is not read of it is left.
    pub(crate) fn within(incoming: Incoming, patience: Duration) -> Self {
        Self::Incoming(Arriving::new(incoming, patience))
    }

    fn patience(&self) -> Duration {
        match self {
            Self::Incoming(arriving) => arriving.patience(),
            Self::Whole(_) | Self::Piped(_) => PATIENCE,
        }
    }

    /// A body that a task fills, and where it does. `length` is said only where it is sure.
    pub(crate) fn piped(length: Option<u64>) -> (Pipe, Self) {
        let (sender, frames) = mpsc::channel(2);
        (Pipe(sender), Self::Piped(Piped { frames, left: length }))
    }

    /// Its length, where that is known.
    pub(crate) fn length(&self) -> Option<u64> {
        self.size_hint().exact()
    }

    /// The next data; none at the end. Trailers of HTTP itself are passed over.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, BodyError> {
        loop {
            let patience = self.patience();
            let frame = timeout(patience, self.frame()).await;
            let frame = frame.map_err(|_| BodyError::Stalled(patience))?;
            match frame {
                None => return Ok(None),
                Some(frame) => {
                    if let Ok(data) = frame?.into_data() {
                        return Ok(Some(data));
                    }
                }
            }
        }
    }

    /// All of it, if it is not larger than the limit.
    pub(crate) async fn collect(mut self, limit: usize) -> Result<Bytes, BodyError> {
        if let Self::Whole(bytes) = self {
            return Ok(bytes);
        }
        let Some(first) = self.next().await? else { return Ok(Bytes::new()) };
        // A small body comes in one piece.
        if self.is_end_stream() && first.len() <= limit {
            return Ok(first);
        }
        let mut all = BytesMut::from(first);
        while let Some(data) = self.next().await? {
            all.extend_from_slice(&data);
            if all.len() > limit {
                return Err(BodyError::TooLarge(limit));
            }
        }
        Ok(all.freeze())
    }
}

impl Pipe {
    /// Hands on some data; false if nobody takes it any more.
    pub(crate) async fn send(&self, data: Bytes) -> Result<bool, BodyError> {
        if data.is_empty() {
            return Ok(true);
        }
        let sent = timeout(PATIENCE, self.0.send(Ok(data))).await;
        Ok(sent.map_err(|_| BodyError::Stalled(PATIENCE))?.is_ok())
    }

    /// Breaks the body off, so that the other side sees that it isn't whole.
    pub(crate) async fn give_up(self, reason: String) {
        // Who does not take the reason has gone already.
        let _ = timeout(PATIENCE, self.0.send(Err(BodyError::GivenUp(reason)))).await;
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self::Whole(bytes)
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match self.get_mut() {
            Self::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Self::Incoming(arriving) => {
                Pin::new(arriving.incoming()).poll_frame(context).map_err(BodyError::Broken)
            }
            Self::Piped(piped) => piped.poll(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.is_empty(),
            Self::Incoming(arriving) => arriving.is_end_stream(),
            Self::Piped(piped) => piped.left == Some(0),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Incoming(arriving) => arriving.size_hint(),
            Self::Piped(piped) => piped.left.map_or_else(SizeHint::default, SizeHint::with_exact),
        }
    }
}

impl Piped {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        self.frames.poll_recv(context).map(|frame| {
            let frame = frame?.map(|data| {
                self.left = self.left.map(|left| left.saturating_sub(data.len() as u64));
                Frame::data(data)
            });
            Some(frame)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_piped_body_waits_for_its_reader() {
        let (pipe, mut body) = Body::piped(Some(6));
        let filler = tokio::spawn(async move {
            for part in ["ab", "", "cd", "ef"] {
                assert!(pipe.send(part.into()).await.expect("in time"));
            }
        });
        assert_eq!(body.next().await.expect("whole").expect("data"), "ab");
        assert_eq!(body.length(), Some(4));
        assert_eq!(body.collect(10).await.expect("whole"), "cdef");
        filler.await.expect("no panic");
    }

    #[tokio::test]
    async fn nobody_is_told_that_a_broken_body_is_whole() {
        let (pipe, body) = Body::piped(None);
        assert!(pipe.send("ab".into()).await.expect("in time"));
        let filler = tokio::spawn(pipe.give_up("tampered".into()));
        let error = body.collect(10).await.expect_err("broken");
        assert_eq!(error.to_string(), "the body was given up: tampered");
        filler.await.expect("no panic");
        let (pipe, body) = Body::piped(None);
        drop(body);
        assert!(!pipe.send("ab".into()).await.expect("in time"));
    }

    #[tokio::test]
    async fn what_is_too_large_is_not_held() {
        let (pipe, body) = Body::piped(None);
        let filler =
            tokio::spawn(
                async move { while pipe.send("0123456789".into()).await.expect("in time") {} },
            );
        assert!(matches!(body.collect(25).await, Err(BodyError::TooLarge(25))));
        filler.await.expect("no panic");
    }
}
