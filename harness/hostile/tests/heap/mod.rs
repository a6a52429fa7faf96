//! How much memory a call takes.

use std::sync::{Mutex, MutexGuard, PoisonError};

use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

static TURN: Mutex<()> = Mutex::new(());

/// Keeps other tests of the program from allocating meanwhile.
pub(crate) fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The most bytes that a call has allocated at once. What it makes once and keeps for good, such as a model that is
/// decoded at first need, is made before: the smaller of two runs counts.
pub(crate) fn peak_of(run: impl Fn()) -> usize {
    let measure = || {
        HEAP.reset_peak_usage();
        let before = HEAP.current_usage();
        run();
        // The harness's own thread may have freed something since.
        HEAP.peak_usage().saturating_sub(before)
    };
    measure().min(measure())
}
