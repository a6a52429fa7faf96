//! Account ids.

use std::fmt;
use std::str::FromStr;

/// The id of an AWS account: twelve digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId([u8; 12]);

/// An account id must be twelve digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an account id of twelve digits")]
pub struct InvalidAccountId;

impl AccountId {
    /// The account of callers whose access key names none.
    pub const DEFAULT: Self = Self(*b"000000000000");

    /// The account with a number, if it has at most twelve digits.
    pub fn from_number(number: u64) -> Result<Self, InvalidAccountId> {
        format!("{number:012}").parse()
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("digits are ASCII")
    }

    /// The id as a number.
    pub fn number(self) -> u64 {
        self.0.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'))
    }
}

impl FromStr for AccountId {
    type Err = InvalidAccountId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits: [u8; 12] = text.as_bytes().try_into().map_err(|_| InvalidAccountId)?;
        if digits.iter().all(u8::is_ascii_digit) { Ok(Self(digits)) } else { Err(InvalidAccountId) }
    }
}

impl AsRef<str> for AccountId {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_twelve_digits_parse() {
        for wrong in ["", "12345678901", "1234567890123", "12345678901a", "１23456789012"] {
            assert_eq!(wrong.parse::<AccountId>(), Err(InvalidAccountId), "{wrong}");
        }
        assert_eq!(AccountId::from_number(1_000_000_000_000), Err(InvalidAccountId));
    }

    proptest! {
        #[test]
        fn numbers_round_trip(number in 0u64..1_000_000_000_000) {
            let account = AccountId::from_number(number).expect("in range");
            prop_assert_eq!(account.number(), number);
            prop_assert_eq!(account.as_str().parse::<AccountId>(), Ok(account));
        }

        #[test]
        fn any_text_is_answered(text in ".{0,20}") {
            prop_assert_eq!(text.parse::<AccountId>().is_ok(), text.len() == 12
                && text.bytes().all(|b| b.is_ascii_digit()));
        }
    }
}
