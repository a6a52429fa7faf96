//! Times by what they say of each other: their order, and how far they are from their answer.

use standin_model::{Timestamp, TimestampFormat};
use standin_tape::{TimeOffset, VariableKind};

use super::values::Walk;
use crate::correlate::coarse;
use crate::{Class, Lexical, Path, TimeText};

/// How far a time may be off where it was at its answer, in seconds: no run is so slow.
const SLACK: i64 = 120;

impl Walk<'_, '_> {
    /// Compares a time, which has its value by now, with the others and with the answer's.
    pub(super) fn time(&mut self, name: &str, path: &Path) {
        let Some(variable) = self.bindings.variable(name).cloned() else { return };
        let Some(value) = self.instant(name) else { return };
        for earlier in &variable.not_before {
            if self.instant(earlier).is_some_and(|earlier| value < earlier) {
                let expected = format!("not before «{earlier}»");
                self.push(Class::Variable, path, expected, format!("before «{earlier}»"));
            }
        }
        let (Some(recorded), Some(now)) = (variable.offset, self.now) else { return };
        let actual = coarse(value.0 - now.seconds());
        if !is_near(recorded, actual) {
            let shown = |offset: TimeOffset| format!("a time {offset} from the answer");
            self.push(Class::Literal, path, shown(recorded), shown(actual));
        }
    }

    /// The point in time that a variable of a time has as its value.
    fn instant(&self, name: &str) -> Option<(i64, u32)> {
        let variable = self.bindings.variable(name)?;
        let value = self.bindings.value(name)?;
        let time = match (variable.kind, variable.like.as_deref().and_then(Lexical::from_name)) {
            (VariableKind::Time, Some(Lexical::Time(form))) => form.parse(value),
            (VariableKind::Time, _) => Timestamp::parse(value, TimestampFormat::Iso8601).ok(),
            _ => None,
        }?;
        Some((time.seconds(), time.nanos()))
    }
}

/// When an answer was made, by its own `Date`.
pub(super) fn answered_at(headers: &[(String, String)]) -> Option<Timestamp> {
    let (_, date) = headers.iter().find(|(name, _)| name == "date")?;
    TimeText::HttpDate.parse(date)
}

/// Whether a distance is about the recorded one. How long ago something was depends on how fast the client is.
fn is_near(recorded: TimeOffset, actual: TimeOffset) -> bool {
    match recorded.0 {
        past if past < 0 => actual.0 <= SLACK,
        ahead => (actual.0 - ahead).abs() <= SLACK.max(ahead / 4),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_compared_no_more_exactly_than_they_repeat() {
        let near = |recorded, actual| is_near(TimeOffset(recorded), TimeOffset(actual));
        assert!(near(0, 60) && near(0, -60));
        assert!(!near(0, -86_400) && !near(0, 86_400));
        assert!(near(345_600, 345_600) && near(345_600, 300_000));
        assert!(!near(345_600, 0));
        assert!(near(-300, 0) && near(-300, -30));
        assert!(!near(-300, 3_600));
    }
}
