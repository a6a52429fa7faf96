//! An address of ours that stands for one host: what is asked there is for that host.

use std::sync::Arc;
use std::time::Duration;

use http::uri::Authority as HostAndPort;
use http::{Request, Response};
use hyper::body::Incoming;
use std::net::SocketAddr;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::{Intercepted, Interception, Life};
use crate::body::Body;
use crate::listener::{Answer, respond};

/// How long a client may take to say its first word.
const PATIENCE: Duration = Duration::from_mins(1);

/// The first byte of a TLS handshake.
const HANDSHAKE: u8 = 22;

/// What answers at such an address.
pub(crate) struct Alias<A> {
    pub(crate) host: HostAndPort,
    pub(crate) address: SocketAddr,
    pub(crate) answer: Arc<A>,
    /// Whose certificates we have, for clients that speak TLS.
    pub(crate) interception: Option<Arc<Interception>>,
    pub(crate) life: Life,
}

/// A connection on which HTTP may begin.
pub(crate) enum Opened {
    Plain(TcpStream),
    Secure(Box<TlsStream<TcpStream>>),
}

impl<A> Clone for Alias<A> {
    fn clone(&self) -> Self {
        Self {
            host: self.host.clone(),
            address: self.address,
            answer: Arc::clone(&self.answer),
            interception: self.interception.clone(),
            life: self.life.clone(),
        }
    }
}

impl<A: Answer> Alias<A> {
    pub(crate) async fn answer(&self, mut request: Request<Incoming>) -> Response<Body> {
        let here = format!("http://{}", self.address);
        request.extensions_mut().insert(Intercepted::standing_for(self.host.clone(), &here));
        respond(&self.answer, request).await
    }

    /// Waits for a client's first word. Who was only told of a host speaks TLS to it.
    pub(crate) async fn begin(&self, stream: TcpStream) -> Option<Opened> {
        let mut stopped = self.life.stopped.clone();
        tokio::select! {
            opened = timeout(PATIENCE, self.open(stream)) => opened.ok().flatten(),
            _ = stopped.changed() => None,
        }
    }

    async fn open(&self, stream: TcpStream) -> Option<Opened> {
        let mut first = [0];
        stream.peek(&mut first).await.ok()?;
        if first != [HANDSHAKE] {
            return Some(Opened::Plain(stream));
        }
        let Some(interception) = &self.interception else {
            let text = format!(
                "a client speaks TLS to {}, which stands for {}: record it with --via both or --via proxy",
                self.address, self.host
            );
            self.answer.warn(text);
            return None;
        };
        let (name, now) = (self.address.ip().to_string(), (interception.clock)());
        let opened = match interception.authority.server_config(&name, now) {
            Ok(config) => {
                TlsAcceptor::from(config).accept(stream).await.map_err(|error| error.to_string())
            }
            Err(error) => Err(error.to_string()),
        };
        match opened {
            Ok(stream) => Some(Opened::Secure(Box::new(stream))),
            Err(reason) => {
                self.answer.warn(format!("a connection to {} failed: {reason}", self.address));
                None
            }
        }
    }
}
