//! Waiters are woken one a message, in order of arrival, and never miss a commit.

use std::future::Future;
use std::task::{Context, Poll, Waker};

use super::{Numbers, scope};
use std::sync::Arc;
use std::time::Duration;

use standin_core::{Clock, VirtualClock};

use crate::{Store, Timestamp, Transaction, Waiter};

crate::tables! {
    /// Rows that wait for a time.
    struct Alarms: "alarms" {
        /// Alarms by time.
        by_time: (Timestamp, u32) => (),
    }
    due(next_alarm, ring)
}

fn next_alarm(alarms: &Alarms) -> Option<Timestamp> {
    alarms.by_time.first().map(|((due, _), ())| *due)
}

fn ring(tx: &mut Transaction<Alarms>, now: Timestamp) {
    while let Some((due, id)) =
        tx.tables.by_time.first().map(|(key, ())| *key).filter(|(due, _)| *due <= now)
    {
        tx.tables.by_time.remove(&(due, id));
        tx.wake(id.to_string());
    }
}

fn wake(store: &Store, key: &str, times: usize) {
    let done: Result<(), ()> = store.transaction(&scope(), |tx: &mut Transaction<Numbers>| {
        (0..times).for_each(|_| tx.wake(key));
        Ok(())
    });
    done.unwrap();
}

fn armed(store: &Store, key: &str) -> Waiter {
    let mut waiter = store.waiter::<Numbers>(&scope(), key);
    waiter.arm();
    waiter
}

fn is_woken(waiter: &mut Waiter) -> bool {
    let mut woken = std::pin::pin!(waiter.woken());
    woken.as_mut().poll(&mut Context::from_waker(Waker::noop())) == Poll::Ready(())
}

#[test]
fn one_waiter_a_message_in_order_of_arrival() {
    let store = Store::new();
    let mut waiters: Vec<Waiter> = (0..3).map(|_| armed(&store, "q")).collect();
    let mut other = armed(&store, "r");
    wake(&store, "q", 2);
    let woken: Vec<bool> = waiters.iter_mut().map(is_woken).collect();
    assert_eq!(woken, [true, true, false]);
    assert!(!is_woken(&mut other));
}

#[test]
fn a_waiter_that_arms_again_keeps_its_place() {
    let store = Store::new();
    let mut first = armed(&store, "q");
    let mut second = armed(&store, "q");
    wake(&store, "q", 1);
    assert!(is_woken(&mut first));
    first.arm();
    wake(&store, "q", 1);
    assert!(is_woken(&mut first));
    assert!(!is_woken(&mut second));
}

#[test]
fn a_commit_between_arming_and_waiting_is_not_missed() {
    let store = Store::new();
    let mut waiter = armed(&store, "q");
    wake(&store, "q", 1);
    assert!(is_woken(&mut waiter));
}

#[test]
fn an_unused_wake_up_goes_to_the_next() {
    let store = Store::new();
    let first = armed(&store, "q");
    let mut second = armed(&store, "q");
    wake(&store, "q", 1);
    drop(first);
    assert!(is_woken(&mut second));
}

#[test]
fn a_failed_transaction_wakes_nobody() {
    let store = Store::new();
    let mut waiter = armed(&store, "q");
    let failed = store.transaction(&scope(), |tx: &mut Transaction<Numbers>| {
        tx.wake("q");
        Err::<(), _>(())
    });
    assert_eq!(failed, Err(()));
    assert!(!is_woken(&mut waiter));
}

#[test]
fn a_fork_wakes_its_own_waiters_only() {
    let store = Store::new();
    let mut waiter = armed(&store, "q");
    wake(&store.fork(), "q", 1);
    assert!(!is_woken(&mut waiter));
}

#[test]
fn due_rows_wake_when_their_time_comes() {
    let store = Store::new();
    let at = |seconds| Timestamp::from_unix(seconds, 0).unwrap();
    let done: Result<(), ()> = store.transaction(&scope(), |tx: &mut Transaction<Alarms>| {
        tx.tables.by_time.insert((at(20), 2), ());
        tx.tables.by_time.insert((at(10), 1), ());
        Ok(())
    });
    done.unwrap();
    let mut waiter = store.waiter::<Alarms>(&scope(), "1");
    waiter.arm();
    assert_eq!(store.next_due(), Some(at(10)));
    store.fall_due(at(9));
    assert!(!is_woken(&mut waiter));
    store.fall_due(at(10));
    assert!(is_woken(&mut waiter));
    assert_eq!(store.next_due(), Some(at(20)));
}

#[tokio::test]
async fn the_scheduler_wakes_when_the_clock_reaches_a_row_and_ends_with_the_store() {
    let at = |seconds| Timestamp::from_unix(seconds, 0).unwrap();
    let moved = VirtualClock::frozen(at(0));
    let clock: Arc<dyn Clock> = Arc::new(moved.clone());
    let store = Store::new();
    store.schedule(&clock);
    let mut waiter = store.waiter::<Alarms>(&scope(), "1");
    waiter.arm();
    let done: Result<(), ()> = store.transaction(&scope(), |tx: &mut Transaction<Alarms>| {
        tx.tables.by_time.insert((at(10), 1), ());
        Ok(())
    });
    done.unwrap();
    let ten_ms = || tokio::time::sleep(Duration::from_millis(10));
    assert!(!waiter.woken_before(ten_ms()).await);
    moved.advance(Duration::from_secs(10));
    assert!(waiter.woken_before(tokio::time::sleep(Duration::from_secs(10))).await);
    drop((store, waiter));
    ten_ms().await;
    assert_eq!(Arc::strong_count(&clock), 1);
}

#[test]
fn a_scheduler_can_start_again_after_its_runtime_ended() {
    let at = |seconds| Timestamp::from_unix(seconds, 0).unwrap();
    let moved = VirtualClock::frozen(at(0));
    let clock: Arc<dyn Clock> = Arc::new(moved.clone());
    let store = Store::new();
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime().block_on(async { store.schedule(&clock) });
    let done: Result<(), ()> = store.transaction(&scope(), |tx: &mut Transaction<Alarms>| {
        tx.tables.by_time.insert((at(10), 1), ());
        Ok(())
    });
    done.unwrap();
    moved.advance(Duration::from_secs(10));
    runtime().block_on(async {
        let mut waiter = store.waiter::<Alarms>(&scope(), "1");
        waiter.arm();
        store.schedule(&clock);
        assert!(waiter.woken_before(tokio::time::sleep(Duration::from_secs(10))).await);
    });
}
