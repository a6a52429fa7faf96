//! The pause before an exchange.

use std::time::Duration;

/// The pause that a client made before a request: none below 300 ms, else in steps of 100 ms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap(u64);

impl Gap {
    /// No pause worth keeping.
    pub const NONE: Self = Self(0);

    /// The pause as it is kept: what is shorter than 300 ms is dropped, the rest rounded to 100 ms.
    pub fn from_pause(pause: Duration) -> Self {
        let millis = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
        if millis < 300 { Self::NONE } else { Self(millis.saturating_add(50) / 100 * 100) }
    }

    /// A pause as it was kept, in milliseconds; `None` if none could have been kept so.
    pub fn from_kept(millis: u64) -> Option<Self> {
        let kept = Self::from_pause(Duration::from_millis(millis));
        (kept.0 == millis).then_some(kept)
    }

    /// The length in milliseconds.
    pub fn millis(self) -> u64 {
        self.0
    }

    /// The length.
    pub fn duration(self) -> Duration {
        Duration::from_millis(self.0)
    }
}
