//! The way of a request's body that is not held: from the client to the upstream as it comes, with a copy
//! for the record.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use hyper::body::Body as _;
use standin_sigv4::{ChunkDecoder, Resigner, VerifyError};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::Keep;
use crate::body::{Body, Pipe};
use crate::refusal::Refusal;
use crate::signed_events::EventResigner;
use crate::spill::{Content, Spill};

/// How long a client that waits for `100 Continue` is left waiting, if the upstream says nothing. Clients wait
/// a second themselves.
const CONTINUE: Duration = Duration::from_secs(1);

/// What happens to a body on its way.
pub(crate) enum Stage {
    /// It goes on as it is; where the client said its SHA-256, the last part waits until that is found right.
    Plain(Option<String>),
    /// It goes on as it is, and its framing is taken off for the record.
    Framed(Box<ChunkDecoder>, Trailers),
    /// Its chunks are verified, and signed anew.
    Signed(Box<Resigner>),
    /// Its messages are verified, and signed anew; what they wrap is for the record.
    Events(Box<EventResigner>),
}

/// Trailers of aws-chunked framing.
pub(crate) type Trailers = Vec<(String, String)>;

/// A body under way.
pub(crate) struct Upload {
    /// Becomes true when all of it has come and was found right, before the last part goes on.
    ended: watch::Receiver<bool>,
    /// Why it was given up.
    refusal: Arc<Mutex<Option<Refusal>>>,
    task: JoinHandle<Option<Uploaded>>,
}

/// A body that has gone.
pub(crate) struct Uploaded {
    /// The payload without framing; an error where there was no room for a copy.
    pub(crate) content: std::io::Result<Content>,
    /// The trailers of its framing.
    pub(crate) trailers: Trailers,
}

/// Says whether the client's body is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Unknown,
    Yes,
    No,
}

/// A client that waits until its body is wanted.
pub(crate) struct Waiting(watch::Sender<Wanted>);

/// Holds the body back until it is wanted.
pub(crate) struct Gate(watch::Receiver<Wanted>);

impl Waiting {
    /// A gate that is closed, and who opens it.
    pub(crate) fn new() -> (Self, Gate) {
        let (sender, receiver) = watch::channel(Wanted::Unknown);
        (Self(sender), Gate(receiver))
    }

    /// Passes the upstream's `100 Continue` on.
    pub(crate) fn listen<B>(&self, request: &mut Request<B>) {
        let sender = self.0.clone();
        hyper::ext::on_informational(request, move |response| {
            if response.status() == http::StatusCode::CONTINUE {
                sender.send_replace(Wanted::Yes);
            }
        });
    }

    /// The upstream has answered; who still waits need not send.
    pub(crate) fn answered(&self) {
        self.0.send_if_modified(|wanted| {
            let waits = *wanted == Wanted::Unknown;
            if waits {
                *wanted = Wanted::No;
            }
            waits
        });
    }
}

impl Gate {
    /// Waits until it is known whether the body is wanted; silence for a second is a yes.
    async fn opens(mut self) -> bool {
        let known = timeout(CONTINUE, self.0.wait_for(|wanted| *wanted != Wanted::Unknown)).await;
        !matches!(known, Ok(Ok(wanted)) if *wanted == Wanted::No)
    }
}

impl Upload {
    /// Begins to hand a body on; gives what the upstream reads.
    pub(crate) fn start(
        source: Body,
        (stage, keep): (Stage, Keep),
        gate: Option<Gate>,
    ) -> (Self, Body) {
        let (pipe, body) = Body::piped(source.length());
        let (end, ended) = watch::channel(false);
        let refusal = Arc::new(Mutex::new(None));
        let told = Arc::clone(&refusal);
        let transfer = Transfer { source, stage, spill: Spill::new(keep), end };
        let task = tokio::spawn(async move {
            if let Some(gate) = gate
                && !gate.opens().await
            {
                return None;
            }
            transfer.run(pipe, &told).await.ok()
        });
        (Self { ended, refusal, task }, body)
    }

    /// Whether all of it has come, and was found right.
    pub(crate) fn has_ended(&self) -> bool {
        *self.ended.borrow()
    }

    /// Waits until all of it has come, or no more will.
    pub(crate) fn ended(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut ended = self.ended.clone();
        async move { drop(ended.wait_for(|ended| *ended).await) }
    }

    /// Why it was given up, if it was.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        self.refusal.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// What it was; none where it was not taken whole.
    pub(crate) async fn result(self) -> Option<Uploaded> {
        self.task.await.unwrap_or_default()
    }
}

struct Transfer {
    source: Body,
    stage: Stage,
    spill: Spill,
    end: watch::Sender<bool>,
}

impl Transfer {
    async fn run(mut self, pipe: Pipe, told: &Mutex<Option<Refusal>>) -> Result<Uploaded, ()> {
        if let Err(refusal) = self.transfer(&pipe).await {
            let reason = refusal.to_string();
            // Whoever waits for the upstream is told before the upstream is cut off.
            *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(refusal);
            pipe.give_up(reason).await;
            return Err(());
        }
        drop(pipe);
        Ok(Uploaded { content: self.spill.finish().await, trailers: self.stage.trailers() })
    }

    async fn transfer(&mut self, pipe: &Pipe) -> Result<(), Refusal> {
        while let Some(part) = self.source.next().await? {
            let part = self.step(part).await?;
            if self.source.is_end_stream() {
                let rest = self.end()?;
                return self.send(pipe, [part, rest]).await;
            }
            self.send(pipe, [part]).await?;
        }
        let rest = self.end()?;
        self.send(pipe, [rest]).await
    }

    async fn send<const N: usize>(&self, pipe: &Pipe, parts: [Bytes; N]) -> Result<(), Refusal> {
        for part in parts {
            if !pipe.send(part).await? {
                return Err(Refusal::Unsent);
            }
        }
        Ok(())
    }

    /// What goes on of the next part.
    async fn step(&mut self, part: Bytes) -> Result<Bytes, Refusal> {
        match &mut self.stage {
            Stage::Plain(_) => {
                self.spill.write(&part).await;
                Ok(part)
            }
            Stage::Framed(decoder, trailers) => {
                let payload = unframe(decoder, &part, trailers)?;
                self.spill.write(&payload).await;
                Ok(part)
            }
            Stage::Signed(resigner) => {
                let mut payload = Vec::with_capacity(part.len());
                let signed = resigner.push(&part, &mut payload)?;
                self.spill.write(&payload).await;
                Ok(signed)
            }
            Stage::Events(resigner) => {
                let mut messages = Vec::with_capacity(part.len());
                let signed = resigner.push(&part, &mut messages)?;
                self.spill.write(&messages).await;
                Ok(signed)
            }
        }
    }

    /// The body has come to its end: the last look before the last part goes on.
    fn end(&mut self) -> Result<Bytes, Refusal> {
        let rest = match &mut self.stage {
            Stage::Plain(Some(hash)) => {
                if self.spill.hash() != *hash {
                    return Err(VerifyError::Body.into());
                }
                Bytes::new()
            }
            Stage::Plain(None) => Bytes::new(),
            Stage::Framed(decoder, _) => {
                decoder.finish()?;
                Bytes::new()
            }
            Stage::Signed(resigner) => resigner.finish()?,
            Stage::Events(resigner) => {
                resigner.finish()?;
                Bytes::new()
            }
        };
        // Nobody may listen any more.
        self.end.send_replace(true);
        Ok(rest)
    }
}

impl Stage {
    /// What goes on of a body that is here as a whole.
    pub(crate) fn all(self, body: Bytes) -> Result<Bytes, Refusal> {
        match self {
            Self::Plain(_) | Self::Framed(..) => Ok(body),
            Self::Signed(mut resigner) => {
                let first = resigner.push(&body, &mut Vec::new())?;
                let rest = resigner.finish()?;
                Ok(if rest.is_empty() { first } else { [first, rest].concat().into() })
            }
            Self::Events(mut resigner) => {
                let signed = resigner.push(&body, &mut Vec::new())?;
                resigner.finish()?;
                Ok(signed)
            }
        }
    }

    fn trailers(self) -> Trailers {
        match self {
            Self::Plain(_) | Self::Events(_) => Vec::new(),
            Self::Framed(_, trailers) => trailers,
            Self::Signed(resigner) => resigner.into_trailers(),
        }
    }
}

/// The payload in a part of a framed body.
fn unframe(
    decoder: &mut ChunkDecoder,
    part: &[u8],
    trailers: &mut Trailers,
) -> Result<Vec<u8>, Refusal> {
    let mut payload = Vec::with_capacity(part.len());
    let mut rest = part;
    while let Some(piece) = decoder.next(&mut rest)? {
        match piece {
            standin_sigv4::Piece::Data(data) => payload.extend_from_slice(data),
            standin_sigv4::Piece::Trailer(trailer) if !trailer.is_signature() => {
                trailers.push((trailer.name, trailer.value));
            }
            standin_sigv4::Piece::Chunk(_) | standin_sigv4::Piece::Trailer(_) => {}
        }
    }
    Ok(payload)
}
