//! How much a payload's request takes while it is parsed, counted by an allocator.

use peak_alloc::PeakAlloc;

use crate::payloads::Payload;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// What a request's parse takes, in bytes, whether it is moved or not: a block that grows counts twice
/// while it is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Memory {
    /// The size of the body.
    pub(crate) body: usize,
    /// The most that was allocated at once.
    pub(crate) peak: usize,
    /// What the document holds.
    pub(crate) held: usize,
}

/// Parses a request, and counts.
pub(crate) fn measure(payload: &Payload) -> Memory {
    let Payload { call, request, .. } = payload;
    drop(call.parse_request(request).expect("a valid request"));
    HEAP.reset_peak_usage();
    let before = HEAP.current_usage();
    let document = call.parse_request(request).expect("a valid request");
    let (peak, held) = (HEAP.peak_usage() - before, HEAP.current_usage() - before);
    drop(document);
    Memory { body: request.body().len(), peak, held }
}
