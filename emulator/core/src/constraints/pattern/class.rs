//! Sets of characters: Java's classes, escapes and properties, in the words of our engines.

use std::fmt::Write as _;

use super::translate::Unreadable;

/// A set of characters, as it is being read.
#[derive(Debug, Default)]
pub(super) struct Set {
    items: String,
    case: Case,
    /// A half of a surrogate pair was named.
    surrogates: bool,
}

/// Whether a letter of ASCII stands for its other case too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Case {
    /// For itself only.
    #[default]
    Own,
    /// For both cases.
    Either,
}

/// What is outside the first plane, which Java's UTF-16 writes as pairs of surrogates.
const ASTRAL: &str = r"\x{10000}-\x{10FFFF}";
const FIRST_SURROGATE: u32 = 0xD800;
const LAST_SURROGATE: u32 = 0xDFFF;

impl Set {
    pub(super) fn new(case: Case) -> Self {
        Self { case, ..Self::default() }
    }

    /// Adds the characters of a range of code points. One that begins or ends with half of a surrogate pair stands for
    /// all that pairs write too.
    pub(super) fn add(&mut self, first: u32, last: u32) {
        let surrogates = FIRST_SURROGATE..=LAST_SURROGATE;
        self.surrogates |= surrogates.contains(&first) || surrogates.contains(&last);
        if first <= LAST_SURROGATE && last >= FIRST_SURROGATE {
            self.range(first, FIRST_SURROGATE - 1);
            self.range(LAST_SURROGATE + 1, last);
        } else {
            self.range(first, last);
        }
        if self.case == Case::Either {
            for (low, high, other) in [(0x61, 0x7A, 0x41), (0x41, 0x5A, 0x61)] {
                let (from, to) = (first.max(low), last.min(high));
                if from <= to {
                    self.range(from - low + other, to - low + other);
                }
            }
        }
    }

    /// Adds a set in brackets.
    pub(super) fn add_set(&mut self, set: &str) {
        self.items.push_str(set);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty() && !self.surrogates
    }

    /// The set in brackets.
    pub(super) fn finish(&self) -> String {
        let astral = if self.surrogates { ASTRAL } else { "" };
        format!("[{}{astral}]", self.items)
    }

    fn range(&mut self, first: u32, last: u32) {
        if first <= last {
            let written = write!(self.items, r"\x{{{first:X}}}-\x{{{last:X}}}");
            debug_assert!(written.is_ok(), "a string takes all that is written to it");
        }
    }
}

/// The set of a class escape (`\d`), in brackets.
pub(super) fn escape(letter: char) -> Option<&'static str> {
    Some(match letter {
        'd' => "[0-9]",
        'D' => "[^0-9]",
        'w' => "[0-9A-Z_a-z]",
        'W' => "[^0-9A-Z_a-z]",
        's' => r"[\x{9}-\x{D}\x{20}]",
        'S' => r"[^\x{9}-\x{D}\x{20}]",
        'h' => r"[\x{9}\x{20}\x{A0}\x{1680}\x{180E}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}]",
        'v' => r"[\x{A}-\x{D}\x{85}\x{2028}\x{2029}]",
        _ => return None,
    })
}

/// The set of a property (`\p{Alpha}`), in brackets.
pub(super) fn property(name: &str) -> Result<String, Unreadable> {
    if let Some(set) = ascii(name) {
        return Ok(set.to_owned());
    }
    let bare = name.strip_prefix("Is").unwrap_or(name);
    let known = match bare {
        "all" | "Any" => return Ok(r"[\x{0}-\x{10FFFF}]".to_owned()),
        "LD" => return Ok(r"[\p{L}\p{Nd}]".to_owned()),
        "Alphabetic" => "Alphabetic",
        "Whitespace" | "WhiteSpace" | "White_Space" => "White_Space",
        "Letter" => "L",
        "Digit" => "Nd",
        "Punctuation" => "P",
        category if is_category(category) => category,
        _ => return Err(Unreadable::Property(name.to_owned())),
    };
    Ok(format!(r"[\p{{{known}}}]"))
}

fn is_category(name: &str) -> bool {
    let mut letters = name.chars();
    let major = letters.next().is_some_and(|letter| "LMNPSZC".contains(letter));
    let minor = letters.next().is_none_or(|letter| letter.is_ascii_lowercase());
    major && minor && letters.next().is_none()
}

/// The properties that mean ASCII in Java.
fn ascii(name: &str) -> Option<&'static str> {
    Some(match name {
        "Lower" => "[a-z]",
        "Upper" => "[A-Z]",
        "ASCII" => r"[\x{0}-\x{7F}]",
        "Alpha" => "[A-Za-z]",
        "Digit" => "[0-9]",
        "Alnum" => "[0-9A-Za-z]",
        "Punct" => r"[\x{21}-\x{2F}\x{3A}-\x{40}\x{5B}-\x{60}\x{7B}-\x{7E}]",
        "Graph" => r"[\x{21}-\x{7E}]",
        "Print" => r"[\x{20}-\x{7E}]",
        "Blank" => r"[\x{9}\x{20}]",
        "Cntrl" => r"[\x{0}-\x{1F}\x{7F}]",
        "XDigit" => "[0-9A-Fa-f]",
        "Space" => r"[\x{9}-\x{D}\x{20}]",
        _ => return None,
    })
}
