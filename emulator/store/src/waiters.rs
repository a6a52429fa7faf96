//! Who waits for a key to be committed, in order of arrival.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering, fence};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::WakeKey;
use crate::world::RootKey;

/// The waiters of a store.
#[derive(Default)]
pub(crate) struct Waiters {
    armed: Mutex<Armed>,
    /// How many are armed, so that a commit without waiters takes no lock.
    count: AtomicUsize,
}

#[derive(Default)]
struct Armed {
    next_ticket: u64,
    by_arrival: BTreeMap<(RootKey, WakeKey, u64), Arc<Notify>>,
}

/// One that waits for a commit of its key.
///
/// Arm it *before* reading: then a commit after the read can't be missed. A wake-up that a dropped waiter hadn't
/// used goes to the next in line.
pub struct Waiter {
    waiters: Arc<Waiters>,
    place: (RootKey, WakeKey, u64),
    signal: Arc<Notify>,
    state: State,
}

#[derive(PartialEq)]
enum State {
    Idle,
    Armed,
}

impl Waiters {
    pub(crate) fn waiter(self: &Arc<Self>, root: RootKey, key: WakeKey) -> Waiter {
        let mut armed = self.lock();
        let ticket = armed.next_ticket;
        armed.next_ticket += 1;
        drop(armed);
        let place = (root, key, ticket);
        let signal = Arc::new(Notify::new());
        Waiter { waiters: Arc::clone(self), place, signal, state: State::Idle }
    }

    /// Wakes the longest waiting for `key`, if there is one.
    pub(crate) fn wake(&self, root: &RootKey, key: &WakeKey) {
        // Pairs with the fence of `arm`: either this sees the waiter, or the waiter's read sees the commit.
        fence(Ordering::SeqCst);
        if self.count.load(Ordering::SeqCst) == 0 {
            return;
        }
        let first = (root.clone(), Arc::clone(key), 0);
        let last = (root.clone(), Arc::clone(key), u64::MAX);
        let mut armed = self.lock();
        let Some(place) =
            armed.by_arrival.range(&first..=&last).next().map(|(place, _)| place.clone())
        else {
            return;
        };
        let signal = armed.by_arrival.remove(&place).expect("found just above");
        self.count.fetch_sub(1, Ordering::SeqCst);
        signal.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Armed> {
        self.armed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiter {
    /// Takes this waiter's place in line; at its first time of arming that is the end, later its old place.
    pub fn arm(&mut self) {
        let mut armed = self.waiters.lock();
        if armed.by_arrival.insert(self.place.clone(), Arc::clone(&self.signal)).is_none() {
            self.waiters.count.fetch_add(1, Ordering::SeqCst);
        }
        self.state = State::Armed;
        fence(Ordering::SeqCst);
    }

    /// Waits until a commit wakes this waiter; it must be armed again to be woken once more.
    pub async fn woken(&mut self) {
        self.signal.notified().await;
        self.state = State::Idle;
    }

    /// Waits until a commit wakes this waiter, or until another future completes; says whether it was woken.
    pub async fn woken_before(&mut self, end: impl Future<Output = ()>) -> bool {
        tokio::select! {
            biased;
            () = self.woken() => true,
            () = end => false,
        }
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        if self.state == State::Idle {
            return;
        }
        let still_in_line = self.waiters.lock().by_arrival.remove(&self.place).is_some();
        if still_in_line {
            self.waiters.count.fetch_sub(1, Ordering::SeqCst);
        } else {
            self.waiters.wake(&self.place.0, &self.place.1);
        }
    }
}

impl fmt::Debug for Waiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Waiter").field(&self.place).finish()
    }
}
