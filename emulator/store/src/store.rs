//! The store: one world that transactions move on.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use arc_swap::ArcSwap;
use standin_core::{Clock, Timestamp};
use tokio::sync::Notify;

use crate::waiters::Waiters;
use crate::world::{AnyTables, RootKey};
use crate::{Scope, Tables, Transaction, Waiter, WakeKey, World};

/// How many writer locks the roots share. Roots of one lock only wait for each other, they never mix.
const WRITER_LOCKS: usize = 64;

/// A world and the means to change it. A clone is the same store.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    world: ArcSwap<World>,
    writers: [Mutex<()>; WRITER_LOCKS],
    waiters: Arc<Waiters>,
    /// Notified when a row came to wait for an earlier time than all others of its root.
    earlier_due: Arc<Notify>,
    /// Whether the scheduler runs.
    scheduled: AtomicBool,
}

// What a panicking transaction changed was never published.
impl std::panic::UnwindSafe for Store {}
impl std::panic::RefUnwindSafe for Store {}

impl Store {
    /// An empty store.
    pub fn new() -> Self {
        Self::of(Arc::default())
    }

    /// A store that starts from a world kept earlier.
    pub fn of(world: Arc<World>) -> Self {
        let writers = std::array::from_fn(|_| Mutex::new(()));
        let world = ArcSwap::new(world);
        let inner = Inner {
            world,
            writers,
            waiters: Arc::default(),
            earlier_due: Arc::default(),
            scheduled: AtomicBool::new(false),
        };
        Self { inner: Arc::new(inner) }
    }

    /// A store of its own with the same state; neither sees what is written to the other afterwards.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self::of(self.world())
    }

    /// Everything as it is at this moment, consistent over all services.
    pub fn world(&self) -> Arc<World> {
        self.inner.world.load_full()
    }

    /// The tables of one root as they are at this moment. Never waits.
    pub fn read<T: Tables>(&self, scope: &Scope) -> Arc<T> {
        self.inner.world.load().tables(scope)
    }

    /// Runs `change` on the tables of one root: it commits whole, or leaves nothing if it fails or panics.
    ///
    /// `change` is alone with the root while it runs, and must not start another transaction.
    pub fn transaction<T: Tables, R, E>(
        &self,
        scope: &Scope,
        change: impl FnOnce(&mut Transaction<T>) -> Result<R, E>,
    ) -> Result<R, E> {
        let key = RootKey { service: T::SERVICE, scope: scope.clone() };
        let writer = self.writer(&key);
        let before: Arc<T> = self.read(scope);
        let mut tx = Transaction::over(T::clone(&before));
        let result = change(&mut tx)?;
        let (tables, wakes) = tx.into_parts();
        if !tables.is_same(&before) {
            let earlier = is_earlier(tables.next_due(), before.next_due());
            let tables: Arc<dyn AnyTables> = Arc::new(tables);
            self.publish(&key, &tables);
            if earlier {
                self.inner.earlier_due.notify_one();
            }
        }
        drop(writer);
        self.wake_all(&key, &wakes);
        Ok(result)
    }

    /// One that waits for commits of `key` in a root of `T`. Arm it before reading.
    pub fn waiter<T: Tables>(&self, scope: &Scope, key: impl Into<WakeKey>) -> Waiter {
        let root = RootKey { service: T::SERVICE, scope: scope.clone() };
        self.inner.waiters.waiter(root, key.into())
    }

    /// When the earliest row of any root falls due.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.inner.world.load().due().map(|(due, _)| due).min()
    }

    /// Sees to it that due rows are done when their time comes on `clock`, also if nobody asks. The first call starts
    /// a task on the current runtime that sleeps until the earliest; it ends with the store.
    pub fn schedule(&self, clock: &Arc<dyn Clock>) {
        if !self.inner.scheduled.swap(true, Ordering::Relaxed) {
            let earlier = Arc::clone(&self.inner.earlier_due);
            let scheduled = Scheduled(Arc::downgrade(&self.inner));
            tokio::spawn(run_schedule(scheduled, earlier, Arc::clone(clock)));
        }
    }

    /// Does what is due at `now` in every root, a transaction each.
    pub fn fall_due(&self, now: Timestamp) {
        let world = self.world();
        let due = world.due().filter(|(due, _)| *due <= now);
        for (_, key) in due {
            self.root_fall_due(key, now);
        }
    }

    fn root_fall_due(&self, key: &RootKey, now: Timestamp) {
        let writer = self.writer(key);
        let world = self.world();
        let root = world.root(key).expect("a root is never taken out of a world");
        // Whoever was due may have been done by another since the world was looked at.
        let Some((tables, wakes)) = root.tables.after_due(now) else { return };
        self.publish(key, &tables);
        drop(writer);
        self.wake_all(key, &wakes);
    }

    fn publish(&self, key: &RootKey, tables: &Arc<dyn AnyTables>) {
        self.inner.world.rcu(|world| world.with_root(key, tables));
    }

    fn wake_all(&self, key: &RootKey, wakes: &[WakeKey]) {
        for wake in wakes {
            self.inner.waiters.wake(key, wake);
        }
    }

    fn writer(&self, key: &RootKey) -> MutexGuard<'_, ()> {
        // A panic leaves nothing behind a writer lock, so a poisoned one is as good as new.
        self.inner.writers[lock_index(key)].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.earlier_due.notify_one();
    }
}

impl Default for Store {
    fn default() -> Self {
        Self::new()
    }
}

/// Lets another scheduler start when this one ends, however it ends.
struct Scheduled(Weak<Inner>);

impl Drop for Scheduled {
    fn drop(&mut self) {
        if let Some(inner) = self.0.upgrade() {
            inner.scheduled.store(false, Ordering::Relaxed);
        }
    }
}

async fn run_schedule(scheduled: Scheduled, earlier: Arc<Notify>, clock: Arc<dyn Clock>) {
    while let Some(inner) = scheduled.0.upgrade() {
        let store = Store { inner };
        store.fall_due(clock.now());
        let next = store.next_due();
        drop(store);
        match next {
            None => earlier.notified().await,
            Some(next) => tokio::select! {
                () = clock.sleep_until(next) => {}
                () = earlier.notified() => {}
            },
        }
        tokio::task::yield_now().await;
    }
}

fn is_earlier(due: Option<Timestamp>, before: Option<Timestamp>) -> bool {
    due.is_some_and(|due| before.is_none_or(|before| due < before))
}

fn lock_index(key: &RootKey) -> usize {
    let mut hasher = DefaultHasher::new();
    (key.service, &key.scope).hash(&mut hasher);
    usize::try_from(hasher.finish() % WRITER_LOCKS as u64).expect("below the number of locks")
}
