//! The run's credentials: the same until shortly before they expire, then new ones.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use standin_sigv4::Credentials;

use super::CredentialsError;
use super::source::{Network, Source};
use crate::Clock;

/// Credentials that stay good.
pub(crate) struct Provider {
    /// Who gives new ones; none for those that don't expire.
    source: Option<(Source, Network)>,
    clock: Clock,
    held: Mutex<Held>,
    /// Those who find them too old wait for one who asks.
    asking: tokio::sync::Mutex<()>,
}

struct Held {
    /// All that the run had, the last one current.
    all: Vec<Credentials>,
    /// From when on new ones are asked for.
    stale: Option<SystemTime>,
}

/// How long before their end credentials are old, if they last twice as long.
const MARGIN: Duration = Duration::from_mins(5);

impl Provider {
    /// Begins with credentials that were just given.
    pub(crate) fn new(first: Credentials, source: Option<(Source, Network)>, clock: Clock) -> Self {
        let stale = stale(&first, clock());
        let held = Mutex::new(Held { all: vec![first], stale });
        Self { source, clock, held, asking: tokio::sync::Mutex::default() }
    }

    /// Good credentials; an error if those there are have expired and nobody gives new ones.
    pub(crate) async fn current(&self) -> Result<Credentials, CredentialsError> {
        if let Some(fresh) = self.fresh() {
            return Ok(fresh);
        }
        let _turn = self.asking.lock().await;
        if let Some(fresh) = self.fresh() {
            return Ok(fresh);
        }
        let loaded = match &self.source {
            Some((source, network)) => source.load(network).await,
            None => Ok(None),
        };
        let now = (self.clock)();
        let mut held = self.held();
        let is_good = |keys: &Credentials| keys.expiry().is_none_or(|end| end > now);
        match loaded {
            Ok(Some(new)) if is_good(&new) => {
                held.stale = stale(&new, now);
                held.all.push(new.clone());
                Ok(new)
            }
            other => {
                // Old ones do until their end.
                let last = held.all.last().filter(|last| is_good(last)).cloned();
                let reason = || other.err().map_or_else(String::new, |error| format!(": {error}"));
                last.ok_or_else(|| CredentialsError::Expired(reason()))
            }
        }
    }

    /// All that the run had.
    pub(crate) fn all(&self) -> Vec<Credentials> {
        self.held().all.clone()
    }

    fn fresh(&self) -> Option<Credentials> {
        let held = self.held();
        let fresh = held.stale.is_none_or(|stale| (self.clock)() < stale);
        held.all.last().filter(|_| fresh).cloned()
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// From when on credentials are old; those that don't last long, at half their time.
fn stale(credentials: &Credentials, now: SystemTime) -> Option<SystemTime> {
    let end = credentials.expiry()?;
    let left = end.duration_since(now).unwrap_or_default();
    end.checked_sub(MARGIN.min(left / 2))
}
