//! How much a value says: a long random one is never met by chance, a short word is.

/// How sure it is that equal values are the same value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// Equal by chance: a word, a small number. Equal only where members or shapes are the same.
    Weak,
    /// Equal where it stands between separators.
    Medium,
    /// Equal wherever it stands between other characters than letters and digits.
    Strong,
}

/// The shortest value that is more than weak, in bytes; shorter ones need to be random.
const SHORTEST: usize = 8;
/// The information that a random value has at least, in bits.
const MEDIUM_BITS: f64 = 32.0;
/// The information that no two values share by chance, in bits.
const STRONG_BITS: f64 = 64.0;
/// What a letter of a word says, in bits.
const WORD_BITS: f64 = 1.5;

impl Strength {
    /// The strength of a value, by its length and by the information that its characters can hold.
    pub(super) fn of(value: &str) -> Self {
        let bits = bits(value);
        if bits >= STRONG_BITS {
            Self::Strong
        } else if bits >= MEDIUM_BITS || value.len() >= SHORTEST && has_digit(value) {
            Self::Medium
        } else {
            Self::Weak
        }
    }
}

fn has_digit(value: &str) -> bool {
    value.bytes().any(|byte| byte.is_ascii_digit())
}

/// The information of a value: of each word of letters and digits what its alphabet gives.
fn bits(value: &str) -> f64 {
    value.split(|c: char| !c.is_alphanumeric()).map(word_bits).sum()
}

#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn word_bits(word: &str) -> f64 {
    let any = |is: fn(&u8) -> bool| word.as_bytes().iter().any(is);
    let (digits, lower, upper) =
        (any(u8::is_ascii_digit), any(u8::is_ascii_lowercase), any(u8::is_ascii_uppercase));
    let inner = word.bytes().skip(1).any(|byte| byte.is_ascii_uppercase());
    let is_word = !(digits || lower && inner && word.len() > 24);
    if is_word {
        return word.len() as f64 * WORD_BITS;
    }
    let hexadecimal = word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let size: u32 = match (digits, lower || upper) {
        (true, false) => 10,
        _ if hexadecimal => 16,
        _ => 10 * u32::from(digits) + 26 * u32::from(lower) + 26 * u32::from(upper),
    };
    word.len() as f64 * f64::from(size.max(2)).log2()
}

#[cfg(test)]
mod tests {
    use super::Strength::{Medium, Strong, Weak};
    use super::*;

    #[test]
    fn words_are_weak_and_random_values_are_not() {
        let cases = [
            ("available", Weak),
            ("null", Weak),
            ("text/plain", Weak),
            ("2f9b3b1e", Medium),
            ("jobs-2026", Medium),
            ("short handle", Weak),
            ("123456789012", Medium),
            ("2f9b3b1e-6a2d-4a5f-9d3a-0c1d2e3f4a5b", Strong),
            ("vpc-0a1b2c3d4e5f67890", Strong),
            ("", Weak),
        ];
        for (value, expected) in cases {
            assert_eq!(Strength::of(value), expected, "{value}");
        }
    }
}
