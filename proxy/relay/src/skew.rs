//! How far our clock is from the upstream's, learned from its `Date` when it refuses our signatures.
//!
//! This is the one case in which a request is sent a second time: it was refused for its time alone, before
//! anything was done.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode, header};
use standin_model::{Timestamp, TimestampFormat};

/// What our clock lacks.
#[derive(Debug, Default)]
pub(crate) struct Skew {
    /// Seconds that the upstream's clock is before ours.
    seconds: AtomicI64,
    /// The upstream has taken a signature.
    settled: AtomicBool,
}

/// The codes by which AWS says that a signature is too old or too new, or wrong, which its time makes it.
const CODES: [&str; 4] =
    ["RequestTimeTooSkewed", "SignatureDoesNotMatch", "InvalidSignatureException", "AuthFailure"];

/// AWS takes signatures of 5 minutes; its own clients begin to doubt their clock at 4.
const DOUBT: i64 = 4 * 60;

/// How far a client's signature may be from now: what S3 allows, and three times what others do.
const OLD: Duration = Duration::from_mins(15);

impl Skew {
    /// Whether a client's signature was made about now, by our clock or the upstream's, which clients learn too.
    pub(crate) fn is_recent(&self, signed: SystemTime, ours: SystemTime) -> bool {
        [ours, self.correct(ours)].iter().any(|now| {
            let apart = now.duration_since(signed).or_else(|_| signed.duration_since(*now));
            apart.is_ok_and(|apart| apart <= OLD)
        })
    }

    /// The upstream's time, by ours.
    pub(crate) fn correct(&self, ours: SystemTime) -> SystemTime {
        let seconds = self.seconds.load(Ordering::Relaxed);
        let by = Duration::from_secs(seconds.unsigned_abs());
        let corrected = if seconds < 0 { ours.checked_sub(by) } else { ours.checked_add(by) };
        corrected.unwrap_or(ours)
    }

    /// What our clock lacks, in milliseconds.
    pub(crate) fn millis(&self) -> i64 {
        self.seconds.load(Ordering::Relaxed).saturating_mul(1000)
    }

    /// Whether our time was found good: then nothing is kept to be sent again.
    pub(crate) fn is_settled(&self) -> bool {
        self.settled.load(Ordering::Relaxed)
    }

    /// The upstream took a signature.
    pub(crate) fn settle(&self) {
        if !self.is_settled() {
            self.settled.store(true, Ordering::Relaxed);
        }
    }

    /// Whether a status may be that of a refused signature.
    pub(crate) fn may_be_refused(status: StatusCode) -> bool {
        matches!(status, StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED)
    }

    /// Learns from a refusal; true if it was for a time that is corrected now.
    pub(crate) fn learn(&self, code: &str, headers: &HeaderMap, ours: SystemTime) -> bool {
        let Some(theirs) = date(headers).filter(|_| CODES.contains(&code)) else { return false };
        let by_ours = ours.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let seconds = theirs.saturating_sub(i64::try_from(by_ours).unwrap_or(i64::MAX));
        let doubtful =
            seconds.abs_diff(self.seconds.load(Ordering::Relaxed)) > DOUBT.unsigned_abs();
        if doubtful {
            self.seconds.store(seconds, Ordering::Relaxed);
            self.settled.store(false, Ordering::Relaxed);
        }
        doubtful
    }
}

/// The seconds since 1970 of an answer's `Date`.
fn date(headers: &HeaderMap) -> Option<i64> {
    let text = headers.get(header::DATE)?.to_str().ok()?;
    Timestamp::parse(text, TimestampFormat::Rfc822).ok().map(Timestamp::seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(date: &str) -> HeaderMap {
        [(header::DATE, date.parse().expect("a value"))].into_iter().collect()
    }

    /// 2026-01-01T00:00:00Z.
    fn ours() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_hours(490_896)
    }

    #[test]
    fn a_refusal_for_its_time_corrects_the_clock_either_way() {
        for (date, theirs) in [
            ("Thu, 01 Jan 2026 00:30:00 GMT", ours() + Duration::from_mins(30)),
            ("Wed, 31 Dec 2025 22:00:00 GMT", ours() - Duration::from_hours(2)),
        ] {
            let skew = Skew::default();
            skew.settle();
            assert!(skew.learn("RequestTimeTooSkewed", &headers(date), ours()));
            assert!(!skew.is_settled());
            assert_eq!(skew.correct(ours()), theirs);
            // It is known now: another refusal has another reason.
            assert!(!skew.learn("RequestTimeTooSkewed", &headers(date), ours()));
        }
    }

    #[test]
    fn other_refusals_and_small_differences_correct_nothing() {
        let far = headers("Thu, 01 Jan 2026 00:30:00 GMT");
        let near = headers("Thu, 01 Jan 2026 00:03:59 GMT");
        let skew = Skew::default();
        assert!(!skew.learn("AccessDenied", &far, ours()));
        assert!(!skew.learn("SignatureDoesNotMatch", &near, ours()));
        assert!(!skew.learn("SignatureDoesNotMatch", &headers("yesterday"), ours()));
        assert!(!skew.learn("SignatureDoesNotMatch", &HeaderMap::new(), ours()));
        assert_eq!(skew.correct(ours()), ours());
    }
}
