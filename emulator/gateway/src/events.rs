//! Streams of events between the wire and a provider: one message in, one event out, and back.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use standin_core::{
    ByteStream, Chunks, Document, EventStream, Events, ServiceError, StreamError, error,
};
use standin_model::Protocol;
use standin_protocol::eventstream::{Direction, Event, FrameDecoder, Message, Signed};
use standin_protocol::{Call, Limits};

use crate::{BodyFault, BodyLimits, Exception};

/// The media type of streams of events.
pub(crate) const MEDIA_TYPE: &str = "application/vnd.amazon.eventstream";

/// Whether a stream of a protocol begins with the members besides it, which REST protocols put into headers.
pub(crate) fn begins_with_members(protocol: Protocol) -> bool {
    !matches!(protocol, Protocol::RestJson | Protocol::RestXml)
}

/// The body of an answer that is a stream of events.
pub(crate) struct Outgoing {
    call: Call,
    /// What goes before the events.
    initial: Option<Document>,
    /// None once the stream is at its end.
    events: Option<EventStream>,
}

impl Outgoing {
    pub(crate) fn stream(call: Call, output: Document, events: EventStream) -> ByteStream {
        let initial = begins_with_members(call.protocol).then_some(output);
        ByteStream::new(Self { call, initial, events: Some(events) })
    }

    /// The frame of an event. One that can't be written ends the stream as a fault, so that nothing is missed.
    fn frame(&mut self, event: &Event) -> Result<Bytes, StreamError> {
        if matches!(event, Event::Error(_)) {
            self.events = None;
        }
        let encode = |event: &Event| {
            let message = self.call.encode_event(Direction::Output, event);
            message.ok().and_then(|message| message.encode().ok())
        };
        if let Some(frame) = encode(event) {
            return Ok(frame);
        }
        let fault = encode(&Event::Error(error::internal_failure()));
        self.events = None;
        fault.ok_or_else(|| StreamError("an event that can't be written".to_owned()))
    }
}

impl Chunks for Outgoing {
    fn poll_chunk(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, StreamError>>> {
        if let Some(initial) = self.initial.take() {
            return Poll::Ready(Some(self.frame(&Event::Initial(initial))));
        }
        let Some(events) = &mut self.events else { return Poll::Ready(None) };
        let event = match ready!(events.poll_next(task)) {
            None => {
                self.events = None;
                return Poll::Ready(None);
            }
            Some(Ok(document)) => Event::Event(document),
            Some(Err(error)) => Event::Error(error),
        };
        Poll::Ready(Some(self.frame(&event)))
    }
}

/// The events of a request's body.
pub(crate) struct Incoming {
    call: Call,
    source: ByteStream,
    input: Bytes,
    decoder: FrameDecoder,
    limits: Limits,
    ended: bool,
    fault: BodyFault,
}

impl Incoming {
    pub(crate) fn new(
        call: Call,
        source: ByteStream,
        limits: BodyLimits,
        fault: BodyFault,
    ) -> Self {
        let decoder = FrameDecoder::new(limits.event);
        let limits = limits.parsing();
        Self { call, source, input: Bytes::new(), decoder, limits, ended: false, fault }
    }

    /// The members besides the stream, with which it begins in RPC protocols.
    pub(crate) async fn initial(&mut self) -> Result<Document, Exception> {
        match std::future::poll_fn(|task| self.poll(task)).await {
            Some(Ok(Event::Initial(document))) => Ok(document),
            Some(Err(exception)) => Err(exception),
            Some(Ok(_)) | None => Err(Exception::NoInitialRequest),
        }
    }

    pub(crate) fn stream(self) -> EventStream {
        EventStream::new(self)
    }

    fn poll(&mut self, task: &mut Context<'_>) -> Poll<Option<Result<Event, Exception>>> {
        while !self.ended {
            match self.buffered() {
                Ok(None) => {}
                Ok(Some(event)) => return Poll::Ready(Some(Ok(event))),
                Err(exception) => return self.end(Some(exception)),
            }
            if self.ended {
                break;
            }
            match ready!(self.source.poll_next(task)) {
                Some(Ok(chunk)) => self.input = chunk,
                Some(Err(StreamError(error))) => {
                    let known = self.fault.take();
                    return self.end(Some(known.unwrap_or(Exception::BodyBroken(error))));
                }
                None => return self.end(self.decoder.finish().err().map(Exception::Frame)),
            }
        }
        Poll::Ready(None)
    }

    fn end(&mut self, exception: Option<Exception>) -> Poll<Option<Result<Event, Exception>>> {
        self.ended = true;
        Poll::Ready(exception.map(Err))
    }

    /// The next event of what has come.
    fn buffered(&mut self) -> Result<Option<Event>, Exception> {
        let mut rest = &self.input[..];
        let message = self.decoder.next(&mut rest)?;
        let used = self.input.len() - rest.len();
        self.input.advance(used);
        let Some(message) = message else { return Ok(None) };
        let Some(message) = unwrapped(message)? else {
            self.ended = true;
            return Ok(None);
        };
        Ok(Some(self.call.decode_event_within(Direction::Input, &message, self.limits)?))
    }
}

/// The message without its signature; none if it is the one that ends the stream.
fn unwrapped(message: Message) -> Result<Option<Message>, Exception> {
    match Signed::of(&message)? {
        Some(signed) => Ok(signed.message),
        None => Ok(Some(message)),
    }
}

impl Events for Incoming {
    fn poll_event(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Document, ServiceError>>> {
        let Some(event) = ready!(self.poll(task)) else { return Poll::Ready(None) };
        let exception = match event {
            Ok(Event::Event(document)) => return Poll::Ready(Some(Ok(document))),
            Ok(Event::Error(error)) => {
                self.ended = true;
                return Poll::Ready(Some(Err(error)));
            }
            Ok(Event::Initial(_)) => Exception::LateInitialRequest,
            Err(exception) => exception,
        };
        self.ended = true;
        let error = exception.service_error(self.call.protocol);
        drop(self.fault.set(exception));
        Poll::Ready(Some(Err(error)))
    }
}
