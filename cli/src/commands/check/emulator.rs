//! The emulator in this process, as a target.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use standin_core::{Ids, KeyDecoding, Timestamp, VirtualClock};
use standin_gate::{BoxFuture, Target, TargetError, Targets};
use standin_gateway::{BodyLimits, Validation};
use standin_model::{Catalog, TimestampFormat};
use standin_server::{Config, Emulator, FallbackChoice};
use standin_tape::Recording;
use tokio::net::TcpListener;

use crate::commands::serve::StandardError;
use crate::exit::Failure;

/// An emulator with a clock of its own, which stands still between recorded pauses.
pub(super) struct InProcess {
    emulator: Arc<Emulator>,
    clock: VirtualClock,
}

/// The emulator as one scenario sees it.
struct Session {
    emulator: Arc<Emulator>,
    clock: VirtualClock,
}

/// The target's name in errors.
const NAME: &str = "emulator";

/// Seeds the ids, so that two checks see the same.
const SEED: u64 = 1;

impl InProcess {
    /// Puts an emulator together; it listens on loopback for what its fallback hands back to it.
    pub(super) async fn start(fallback: FallbackChoice) -> Result<Self, Failure> {
        let clock = VirtualClock::frozen(midnight("2026-01-01"));
        let config = Config {
            recordings: Vec::new(),
            catalog: Catalog::embedded(),
            clock: Arc::new(clock.clone()),
            ids: Ids::seeded(SEED),
            fallback,
            limits: BodyLimits::default(),
            key_decoding: KeyDecoding::Ignored,
            allowed_origins: Vec::new(),
            interceptors: Arc::default(),
            validation: Validation::On,
            log: Arc::new(StandardError),
        };
        let emulator = Arc::new(Emulator::new(config)?);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let serving = emulator.clone();
        tokio::spawn(async move { serving.serve(listener, std::future::pending()).await });
        Ok(Self { emulator, clock })
    }

    /// Stops the fallback, if one was started.
    pub(super) async fn close(&self) {
        self.emulator.stop().await;
    }
}

impl Targets for InProcess {
    /// Each scenario begins on the day that it was recorded on, with an empty fallback: some of its names are
    /// shared by all accounts, as those of buckets are.
    fn open<'t>(
        &'t self,
        recording: &'t Recording,
    ) -> BoxFuture<'t, Result<Arc<dyn Target>, TargetError>> {
        Box::pin(async move {
            self.clock.set(midnight(&recording.date));
            self.emulator.reset_backend().await.map_err(unreachable)?;
            let (emulator, clock) = (self.emulator.clone(), self.clock.clone());
            let session: Arc<dyn Target> = Arc::new(Session { emulator, clock });
            Ok(session)
        })
    }
}

impl Target for Session {
    fn name(&self) -> &'static str {
        NAME
    }

    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TargetError>> {
        Box::pin(async move {
            let response = self.emulator.process(request).await.map_err(unreachable)?;
            if response.status() == StatusCode::SERVICE_UNAVAILABLE {
                // Without its fallback the emulator says nothing of most services: that is no deviation.
                self.emulator.start_backend().await.map_err(unreachable)?;
            }
            Ok(response)
        })
    }

    fn pass(&self, pause: Duration) -> BoxFuture<'_, ()> {
        self.clock.advance(pause);
        Box::pin(std::future::ready(()))
    }

    fn is_lasting(&self) -> bool {
        false
    }
}

fn unreachable(error: impl std::error::Error) -> TargetError {
    TargetError::Unreachable { target: NAME.to_owned(), reason: error.to_string() }
}

/// The first moment of a day; a recording without a sound date begins in 2026.
fn midnight(date: &str) -> Timestamp {
    let at = |date: &str| Timestamp::parse(&format!("{date}T00:00:00Z"), TimestampFormat::Iso8601);
    at(date).or_else(|_| at("2026-01-01")).expect("a constant date parses")
}
