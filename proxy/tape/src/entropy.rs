//! How hard a value is to guess, estimated from its own bytes.

/// The bits of information that a byte of the value has, by how often each byte occurs in it.
#[expect(clippy::cast_precision_loss, reason = "an estimate of short texts")]
pub(crate) fn bits_per_byte(value: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in value {
        counts[usize::from(*byte)] += 1;
    }
    let length = value.len() as f64;
    let share = |count: u32| f64::from(count) / length;
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| -share(*count) * share(*count).log2())
        .sum()
}

/// The bits of the whole value.
#[expect(clippy::cast_precision_loss, reason = "an estimate of short texts")]
pub(crate) fn bits(value: &[u8]) -> f64 {
    bits_per_byte(value) * value.len() as f64
}
