//! Bodies that are streamed, apart from the document they belong to.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;

/// A body in chunks, which can be read once.
pub struct ByteStream(Pin<Box<dyn Chunks>>);

/// Gives the chunks of a body.
pub trait Chunks: Send {
    /// The next chunk; none at the end.
    fn poll_chunk(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, StreamError>>>;

    /// Takes the trailers that followed the last chunk.
    fn trailers(self: Pin<&mut Self>) -> Vec<(String, String)> {
        Vec::new()
    }
}

/// A stream broke off.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("body broke off: {0}")]
pub struct StreamError(pub String);

impl ByteStream {
    /// A stream of chunks.
    pub fn new(chunks: impl Chunks + 'static) -> Self {
        Self(Box::pin(chunks))
    }

    /// The next chunk; none at the end.
    pub async fn next(&mut self) -> Option<Result<Bytes, StreamError>> {
        std::future::poll_fn(|task| self.poll_next(task)).await
    }

    /// The next chunk, for those who poll.
    pub fn poll_next(
        &mut self,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, StreamError>>> {
        self.0.as_mut().poll_chunk(task)
    }

    /// Takes what followed the body, as `x-amz-checksum-crc32` and its value; known once the body is at its end.
    pub fn trailers(&mut self) -> Vec<(String, String)> {
        self.0.as_mut().trailers()
    }

    /// All that is left of the body, in one piece; copied only if it came in several.
    pub async fn collect(mut self) -> Result<Bytes, StreamError> {
        let Some(first) = self.next().await.transpose()? else {
            return Ok(Bytes::new());
        };
        let Some(second) = self.next().await.transpose()? else {
            return Ok(first);
        };
        let mut all = [first, second].concat();
        while let Some(chunk) = self.next().await.transpose()? {
            all.extend_from_slice(&chunk);
        }
        Ok(all.into())
    }
}

/// A body that is here already.
impl From<Bytes> for ByteStream {
    fn from(bytes: Bytes) -> Self {
        Self::new(Whole(Some(bytes)))
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ByteStream")
    }
}

struct Whole(Option<Bytes>);

impl Chunks for Whole {
    fn poll_chunk(
        mut self: Pin<&mut Self>,
        _task: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, StreamError>>> {
        Poll::Ready(self.0.take().filter(|bytes| !bytes.is_empty()).map(Ok))
    }
}
