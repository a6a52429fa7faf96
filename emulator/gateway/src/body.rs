//! Bodies: those of requests, read whole within limits or handed on as streams, and those of responses.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use standin_core::{ByteStream, Chunks, StreamError};
use standin_protocol::Limits;
use standin_protocol::eventstream::MAX_FRAME;
use standin_sigv4::ChunkLimits;
use tokio::time::Sleep;

use crate::Exception;

/// The body of a request or a response.
#[derive(Debug, Default)]
pub enum Body {
    /// Nothing, or taken by a handler.
    #[default]
    Empty,
    /// In memory.
    Whole(Bytes),
    /// From the client's connection.
    Incoming(Incoming),
    /// From a provider or backend.
    Stream(ByteStream),
}

/// How much of a body is taken, and how long is waited for it.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimits {
    /// The most bytes of a body that is read whole, or streamed.
    pub bytes: u64,
    /// The longest pause between two parts of a body. Clients that fall silent are gone, so this time
    /// is real even where the emulator's clock is not.
    pub pause: Duration,
    /// The limits of aws-chunked framing. The smallest chunk holds where chunks are signed.
    pub framing: ChunkLimits,
    /// The most bytes of a message in a stream of events.
    pub event: usize,
    /// How deep values may nest in a body, a form or an event.
    pub depth: usize,
}

impl BodyLimits {
    /// The most bytes of a body, unless configured otherwise: 512 MiB.
    pub const BYTES: u64 = 512 << 20;

    /// The longest pause, unless configured otherwise.
    pub const PAUSE: Duration = Duration::from_secs(30);

    /// The largest message of a stream of events, and the most that may be configured: 16 MiB of payload, 128 KiB of
    /// headers, and what is around them.
    pub const EVENT: usize = MAX_FRAME;

    /// The deepest nesting, and the most that may be configured.
    pub const DEPTH: usize = Limits::DEPTH;

    /// The smallest signed chunk that is not the last, unless configured otherwise: 8 KiB, as S3 documents it.
    pub const SIGNED_CHUNK: u64 = 8 << 10;

    /// How the values in a body are read.
    pub(crate) fn parsing(self) -> Limits {
        Limits { depth: self.depth, unpacked: self.bytes }
    }
}

impl Default for BodyLimits {
    fn default() -> Self {
        Self {
            bytes: Self::BYTES,
            pause: Self::PAUSE,
            framing: ChunkLimits { least: Self::SIGNED_CHUNK, ..ChunkLimits::default() },
            event: Self::EVENT,
            depth: Self::DEPTH,
        }
    }
}

impl Body {
    /// Refuses a body whose headers announce more than the limit.
    pub fn check(&self, limits: BodyLimits) -> Result<(), Exception> {
        match self.size_hint().lower() > limits.bytes {
            true => Err(Exception::BodyTooLarge(limits.bytes)),
            false => Ok(()),
        }
    }

    /// Reads on, and throws away, what the client sends of a body that nobody wants: a connection closed on
    /// data under way is reset, and the client may never see its answer. Ends after a while, or a size.
    pub(crate) async fn drain(mut self) {
        const BYTES: usize = 1 << 20;
        const TIME: Duration = Duration::from_secs(1);
        let read = async {
            let mut left = BYTES;
            while let Some(Ok(frame)) = self.frame().await {
                left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
                if left == 0 {
                    return;
                }
            }
        };
        let _ = tokio::time::timeout(TIME, read).await;
    }

    /// Reads the rest of the body into memory.
    pub async fn read(self, limits: BodyLimits) -> Result<Bytes, Exception> {
        self.check(limits)?;
        match self {
            Self::Empty => Ok(Bytes::new()),
            Self::Whole(bytes) => Ok(bytes),
            mut body => read_frames(&mut body, limits).await,
        }
    }

    /// The whole body of a response, however long it is.
    pub(crate) async fn collect(mut self) -> Result<Bytes, StreamError> {
        if let Self::Whole(bytes) = self {
            return Ok(bytes);
        }
        let mut all = BytesMut::new();
        while let Some(frame) = self.frame().await.transpose()? {
            if let Ok(data) = frame.into_data() {
                all.extend_from_slice(&data);
            }
        }
        Ok(all.freeze())
    }

    /// The body as a stream, which ends in an error where the limits are broken; what exactly was wrong
    /// is then told by the fault. A body whose headers announce too much is refused at once.
    pub fn into_stream(self, limits: BodyLimits) -> Result<(ByteStream, BodyFault), Exception> {
        self.check(limits)?;
        let fault = BodyFault::default();
        let stream = match self {
            Self::Empty => Bytes::new().into(),
            Self::Whole(bytes) => bytes.into(),
            Self::Stream(stream) => stream,
            incoming @ Self::Incoming(_) => {
                ByteStream::new(Limited::new(incoming, limits, fault.clone()))
            }
        };
        Ok((stream, fault))
    }
}

/// What was wrong with a body that someone else reads as a stream.
#[derive(Clone, Debug, Default)]
pub struct BodyFault(Arc<Mutex<Option<Exception>>>);

impl BodyFault {
    /// Takes it, if there was a fault.
    pub fn take(&self) -> Option<Exception> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(crate) fn set(&self, exception: Exception) -> StreamError {
        let error = StreamError(exception.to_string());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(exception);
        error
    }
}

async fn read_frames(body: &mut Body, limits: BodyLimits) -> Result<Bytes, Exception> {
    let Some(first) = next_data(body, limits.pause).await? else { return Ok(Bytes::new()) };
    if body.is_end_stream() {
        return Ok(first);
    }
    let Some(second) = next_data(body, limits.pause).await? else { return Ok(first) };
    let mut all = BytesMut::from(first);
    let mut next = Some(second);
    while let Some(data) = next {
        if (all.len() + data.len()) as u64 > limits.bytes {
            return Err(Exception::BodyTooLarge(limits.bytes));
        }
        all.extend_from_slice(&data);
        next = next_data(body, limits.pause).await?;
    }
    Ok(all.freeze())
}

/// The next data of a body; trailers are passed over.
async fn next_data(body: &mut Body, pause: Duration) -> Result<Option<Bytes>, Exception> {
    loop {
        let frame = tokio::time::timeout(pause, body.frame()).await;
        match frame.map_err(|_| Exception::BodyStalled)? {
            None => return Ok(None),
            Some(Err(error)) => return Err(Exception::BodyBroken(error.to_string())),
            Some(Ok(frame)) => match frame.into_data() {
                Ok(data) => return Ok(Some(data)),
                Err(_trailers) => {}
            },
        }
    }
}

/// A request's body on its way to a provider or backend.
struct Limited {
    body: Body,
    left: u64,
    limits: BodyLimits,
    /// Runs while we wait for the client, not while whoever reads from us takes its time.
    silence: Option<Pin<Box<Sleep>>>,
    fault: BodyFault,
}

impl Limited {
    fn new(body: Body, limits: BodyLimits, fault: BodyFault) -> Self {
        Self { body, left: limits.bytes, limits, silence: None, fault }
    }

    fn poll_data(&mut self, task: &mut Context<'_>) -> Poll<Option<Result<Bytes, Exception>>> {
        loop {
            return Poll::Ready(match Pin::new(&mut self.body).poll_frame(task) {
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) => Some(self.count(data)),
                    Err(_trailers) => continue,
                },
                Poll::Ready(Some(Err(error))) => {
                    Some(Err(Exception::BodyBroken(error.to_string())))
                }
                Poll::Ready(None) => None,
                Poll::Pending => {
                    let pause = self.limits.pause;
                    let silence = || Box::pin(tokio::time::sleep(pause));
                    let silence = self.silence.get_or_insert_with(silence);
                    std::task::ready!(silence.as_mut().poll(task));
                    Some(Err(Exception::BodyStalled))
                }
            });
        }
    }

    fn count(&mut self, data: Bytes) -> Result<Bytes, Exception> {
        let left = self.left.checked_sub(data.len() as u64);
        self.left = left.ok_or(Exception::BodyTooLarge(self.limits.bytes))?;
        self.silence = None;
        Ok(data)
    }
}

impl Chunks for Limited {
    fn poll_chunk(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, StreamError>>> {
        let data = std::task::ready!(self.poll_data(task));
        Poll::Ready(data.map(|data| data.map_err(|exception| self.fault.set(exception))))
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        match &mut *self {
            Self::Empty => Poll::Ready(None),
            Self::Whole(bytes) => {
                let bytes = std::mem::take(bytes);
                *self = Self::Empty;
                Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
            }
            Self::Incoming(incoming) => {
                let frame = Pin::new(incoming).poll_frame(task);
                frame.map_err(|error| StreamError(error.to_string()))
            }
            Self::Stream(stream) => stream.poll_next(task).map_ok(Frame::data),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Whole(bytes) => bytes.is_empty(),
            Self::Incoming(incoming) => incoming.is_end_stream(),
            Self::Stream(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Incoming(incoming) => incoming.size_hint(),
            Self::Stream(_) => SizeHint::default(),
        }
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self::Whole(bytes)
    }
}
