//! What is said to people goes through the same filter as what is written.

use std::borrow::Cow;

use super::Sweep;

/// Masks secrets in messages: logs, misses, differences.
#[derive(Clone, Debug, Default)]
pub struct Mask(Sweep);

/// What stands for a secret.
const HIDDEN: &str = "***";

impl Mask {
    /// Masks what a search would find.
    pub fn new(sweep: Sweep) -> Self {
        Self(sweep)
    }

    /// The text with each secret in it masked.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let finds = self.0.finds(text.as_bytes());
        if finds.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut masked = String::with_capacity(text.len());
        let mut at = 0;
        for (_, range) in finds {
            // What begins inside the find before it is hidden with that.
            if range.start >= at {
                masked.push_str(text.get(at..range.start).unwrap_or(HIDDEN));
                masked.push_str(HIDDEN);
            }
            at = range.end.max(at);
        }
        masked.push_str(text.get(at..).unwrap_or(HIDDEN));
        Cow::Owned(masked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_search_finds_is_masked() {
        let mask = Mask::new(Sweep::with_secrets(["wJalrXUtnFEMI/K7MDENG"]));
        for (text, masked) in [
            ("nothing", "nothing"),
            ("got wJalrXUtnFEMI/K7MDENG, and", "got ***, and"),
            ("wJalrXUtnFEMI%2FK7MDENG", "***"),
            ("id AKIAIOSFODNN7ABCDEFG.", "id ***."),
            ("of ann@corp.de, ü", "of ***, ü"),
            ("AKIAIOSFODNN7ABCDEFG AKIAIOSFODNN7ABCDEFG", "*** ***"),
        ] {
            assert_eq!(mask.text(text), masked);
        }
    }
}
