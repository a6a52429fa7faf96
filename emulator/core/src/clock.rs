//! Time as providers see it: the system's, or a virtual one that tests and checks move.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use tokio::sync::watch;
use tokio::time::Instant;

use crate::{BoxFuture, Timestamp};

/// Tells the time, and waits for it.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;

    /// Completes once the clock has reached a time. For timers; on a frozen clock, once it is moved there.
    fn sleep_until(&self, until: Timestamp) -> BoxFuture<'static, ()>;

    /// As [`Clock::sleep_until`], while a client holds its socket: on a frozen clock it completes at once.
    fn hold_until(&self, until: Timestamp) -> BoxFuture<'static, ()>;
}

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where time enters")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
        Timestamp::from_unix(seconds, since.subsec_nanos()).unwrap_or(Timestamp::MAX)
    }

    fn sleep_until(&self, until: Timestamp) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            loop {
                let left = until.duration_since(Self.now());
                if left.is_zero() {
                    return;
                }
                tokio::time::sleep(left).await;
            }
        })
    }

    fn hold_until(&self, until: Timestamp) -> BoxFuture<'static, ()> {
        self.sleep_until(until)
    }
}

/// A clock that stands still until it is moved, or runs at a rate. Clones share the time.
#[derive(Clone)]
pub struct VirtualClock(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    moved: watch::Sender<()>,
}

/// The time was `at` at `since`, and passes `rate` times as fast as the system's; 0 is frozen.
#[derive(Clone, Copy, Debug)]
struct State {
    at: Timestamp,
    since: Instant,
    rate: f64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wait {
    Timer,
    Socket,
}

impl VirtualClock {
    /// A clock that stands still.
    pub fn frozen(at: Timestamp) -> Self {
        Self::running(at, 0.0)
    }

    /// A clock on which time passes `rate` times as fast; 0 is frozen, and so is what is no positive number.
    pub fn running(at: Timestamp, rate: f64) -> Self {
        let state = State { at, since: Instant::now(), rate: sane(rate) };
        Self(Arc::new(Shared { state: Mutex::new(state), moved: watch::Sender::new(()) }))
    }

    /// Moves the time on.
    pub fn advance(&self, by: Duration) {
        self.change(|state| state.at = state.at.saturating_add(by));
    }

    /// Sets the time, backwards too.
    pub fn set(&self, at: Timestamp) {
        self.change(|state| state.at = at);
    }

    /// Changes how fast time passes; 0 freezes it.
    pub fn set_rate(&self, rate: f64) {
        self.change(|state| state.rate = sane(rate));
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.lock();
        *state = State { at: state.now(), since: Instant::now(), ..*state };
        change(&mut state);
        drop(state);
        self.0.moved.send_replace(());
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn wait(self, until: Timestamp, wait: Wait) {
        let mut moved = self.0.moved.subscribe();
        loop {
            let state = *self.lock();
            let left = until.duration_since(state.now());
            if left.is_zero() || (state.rate == 0.0 && wait == Wait::Socket) {
                return;
            }
            let pause = Duration::try_from_secs_f64(left.as_secs_f64() / state.rate);
            let elapsed = async {
                match pause {
                    Ok(pause) => tokio::time::sleep(pause).await,
                    Err(_) => std::future::pending().await,
                }
            };
            tokio::select! {
                () = elapsed => {}
                _ = moved.changed() => {}
            }
        }
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        self.lock().now()
    }

    fn sleep_until(&self, until: Timestamp) -> BoxFuture<'static, ()> {
        Box::pin(self.clone().wait(until, Wait::Timer))
    }

    fn hold_until(&self, until: Timestamp) -> BoxFuture<'static, ()> {
        Box::pin(self.clone().wait(until, Wait::Socket))
    }
}

impl fmt::Debug for VirtualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = *self.lock();
        f.debug_struct("VirtualClock")
            .field("now", &state.now())
            .field("rate", &state.rate)
            .finish()
    }
}

impl State {
    fn now(&self) -> Timestamp {
        if self.rate == 0.0 {
            return self.at;
        }
        let passed = self.since.elapsed().as_secs_f64() * self.rate;
        self.at.saturating_add(Duration::try_from_secs_f64(passed).unwrap_or(Duration::MAX))
    }
}

fn sane(rate: f64) -> f64 {
    if rate.is_finite() && rate > 0.0 { rate } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(seconds, 0).expect("in range")
    }

    #[tokio::test]
    async fn a_frozen_clock_moves_only_when_told() {
        let clock = VirtualClock::frozen(at(100));
        let timer = tokio::spawn(clock.sleep_until(at(160)));
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert!(!timer.is_finished());
        clock.advance(Duration::from_secs(59));
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert!(!timer.is_finished());
        clock.advance(Duration::from_secs(1));
        timer.await.expect("the timer fires");
        assert_eq!(clock.now(), at(160));
    }

    #[tokio::test]
    async fn a_frozen_clock_holds_no_client() {
        VirtualClock::frozen(at(100)).hold_until(at(1_000_000)).await;
    }

    #[tokio::test]
    async fn a_running_clock_scales_waits() {
        let clock = VirtualClock::running(at(0), 10_000.0);
        clock.hold_until(at(100)).await;
        clock.sleep_until(at(200)).await;
        assert!(clock.now() >= at(200));
    }

    #[tokio::test]
    async fn freezing_lets_held_clients_go() {
        let clock = VirtualClock::running(at(0), 0.001);
        let held = tokio::spawn(clock.hold_until(at(100)));
        tokio::task::yield_now().await;
        clock.set_rate(0.0);
        held.await.expect("the wait ends");
    }

    #[tokio::test]
    async fn the_system_clock_reaches_the_time_it_waited_for() {
        let until = SystemClock.now().saturating_add(Duration::from_millis(10));
        SystemClock.sleep_until(until).await;
        assert!(SystemClock.now() >= until);
    }
}
