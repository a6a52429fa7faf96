//! A clock that lets the clients go which it holds, once the emulator is to end.

use std::sync::Arc;

use standin_core::{BoxFuture, Clock, Timestamp};
use tokio::sync::watch;

/// The emulator's clock. Long polls end with what there is once [`ReleasingClock::release`] was called.
#[derive(Clone, Debug)]
pub(crate) struct ReleasingClock {
    clock: Arc<dyn Clock>,
    released: watch::Sender<bool>,
}

impl ReleasingClock {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, released: watch::Sender::new(false) }
    }

    /// Lets go whom the clock holds, now and from now on.
    pub(crate) fn release(&self) {
        self.released.send_replace(true);
    }
}

impl Clock for ReleasingClock {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn sleep_until(&self, until: Timestamp) -> BoxFuture<'static, ()> {
        self.clock.sleep_until(until)
    }

    fn hold_until(&self, until: Timestamp) -> BoxFuture<'static, ()> {
        let mut released = self.released.subscribe();
        let held = self.clock.hold_until(until);
        Box::pin(async move {
            tokio::select! {
                () = held => (),
                // The sender lives in the clock; without one nobody is left who could let go.
                Ok(_) = released.wait_for(|released| *released) => (),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use standin_core::SystemClock;

    use super::*;

    #[tokio::test]
    async fn who_is_held_is_let_go() {
        let clock = ReleasingClock::new(Arc::new(SystemClock));
        let until = clock.now().saturating_add(Duration::from_hours(1));
        let held = tokio::spawn(clock.hold_until(until));
        clock.release();
        held.await.unwrap();
        clock.hold_until(until).await;
    }
}
