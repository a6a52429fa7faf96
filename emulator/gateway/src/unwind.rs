//! Panics of a future as values, so that one request's fault doesn't end its connection.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind as catch};
use std::pin::pin;
use std::task::Poll;

/// Runs a future to its end, or to its panic, of which it gives the message.
///
/// What the future has borrowed may be half changed then; the caller must expect it so.
pub(crate) async fn catch_unwind<T>(future: impl Future<Output = T>) -> Result<T, String> {
    let mut future = pin!(future);
    std::future::poll_fn(|task| match catch(AssertUnwindSafe(|| future.as_mut().poll(task))) {
        Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
        Ok(Poll::Pending) => Poll::Pending,
        Err(panic) => Poll::Ready(Err(message(&*panic))),
    })
    .await
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "panic".to_owned())
}
