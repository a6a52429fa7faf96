//! Where a value is. Made while walking, written only if something is wrong there.

use super::text::lower_camel;

/// A step of the way to a value, and what is above it.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    pub(super) above: Option<&'p Place<'p>>,
    pub(super) step: Step<'p>,
}

/// One step.
#[derive(Clone, Copy)]
pub(super) enum Step<'p> {
    /// A member of a structure.
    Member(&'p str),
    /// An element of a list, counted from 0.
    Index(usize),
    /// A value of a map.
    Key(&'p str),
}

impl Place<'_> {
    /// `tags.1.member.key`.
    pub(super) fn dotted(&self) -> String {
        let step = match self.step {
            Step::Member(name) => lower_camel(name),
            Step::Index(index) => format!("{}.member", index + 1),
            Step::Key(key) => key.to_owned(),
        };
        match self.above {
            Some(above) => format!("{}.{step}", above.dotted()),
            None => step,
        }
    }

    /// A JSON pointer, `/tags/0/key`.
    pub(super) fn pointer(&self) -> String {
        let above = self.above.map(Self::pointer).unwrap_or_default();
        match self.step {
            Step::Member(name) => format!("{above}/{name}"),
            Step::Index(index) => format!("{above}/{index}"),
            Step::Key(key) => format!("{above}/{}", key.replace('~', "~0").replace('/', "~1")),
        }
    }
}
