//! The grammar of access key ids: whose account, and which session or world, a caller means.

use crate::AccountId;

/// What an access key id says.
///
/// | key | account |
/// |---|---|
/// | twelve digits | those |
/// | `AKST`, twelve digits, a name in `[A-Z2-7]` | those, in the session or world of that name |
/// | `ASIA...` or `AKIA...` with the mark of [`issue_access_key`] | the one it encodes |
/// | any other `AKIA...` or `ASIA...` | the one it encodes, with [`KeyDecoding::Encoded`] |
/// | anything else | [`AccountId::DEFAULT`] |
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKey {
    /// The account.
    pub account: AccountId,
    /// The name of the session or world, if the key has one.
    pub name: Option<String>,
}

/// Whether a key that AWS could have issued counts as its account's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyDecoding {
    /// It does not, so that real keys used by accident don't scatter resources over accounts.
    #[default]
    Ignored,
    /// It does, as on AWS.
    Encoded,
}

/// The digits of AWS's base 32.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// How many characters follow the four of the prefix; five bits each.
const ENCODED_LENGTH: usize = 16;

/// Bits after the account: 24 that vary, and 15 by which we know our own keys.
const SERIAL_BITS: u32 = 24;
const MARK_BITS: u32 = 15;

impl AccessKey {
    /// Reads a key id.
    pub fn parse(key: &str, decoding: KeyDecoding) -> Self {
        if let Ok(account) = key.parse() {
            return Self { account, name: None };
        }
        if let Some(named) = key.strip_prefix("AKST").and_then(parse_named) {
            return named;
        }
        let encoded = decode(key).filter(|found| found.ours || decoding == KeyDecoding::Encoded);
        let account = encoded.map_or(AccountId::DEFAULT, |found| found.account);
        Self { account, name: None }
    }
}

/// The id of a temporary access key of an account (`ASIA...`), told apart by a serial of 24 bits.
///
/// The account stands where AWS puts it. The last bits mark the key as ours, so that it always means its
/// account, whatever is configured for keys of AWS.
pub fn issue_access_key(account: AccountId, serial: u32) -> String {
    let serial = u128::from(serial & ((1 << SERIAL_BITS) - 1));
    let head = (1 << 40 | u128::from(account.number())) << SERIAL_BITS | serial;
    let bits = head << MARK_BITS | u128::from(mark(head));
    let digit = |index: usize| {
        let shift = 5 * (ENCODED_LENGTH - 1 - index);
        char::from(ALPHABET[(bits >> shift & 31) as usize])
    };
    "ASIA".chars().chain((0..ENCODED_LENGTH).map(digit)).collect()
}

/// Whether [`issue_access_key`] could have made a key; a lasting one (`AKIA...`) with its mark is IAM's.
pub fn is_issued(key: &str) -> bool {
    key.starts_with("ASIA") && decode(key).is_some_and(|found| found.ours)
}

struct Encoded {
    account: AccountId,
    ours: bool,
}

/// The account's 40 bits follow a first bit, which keys from before AWS encoded accounts don't set.
fn decode(key: &str) -> Option<Encoded> {
    let text = key.strip_prefix("AKIA").or_else(|| key.strip_prefix("ASIA"))?;
    if text.len() != ENCODED_LENGTH {
        return None;
    }
    let bits = text.bytes().try_fold(0u128, |bits, byte| {
        let digit = ALPHABET.iter().position(|letter| *letter == byte)?;
        Some(bits << 5 | digit as u128)
    })?;
    let number = u64::try_from(bits >> (SERIAL_BITS + MARK_BITS)).ok()?;
    let account = AccountId::from_number(number.checked_sub(1 << 40)?).ok()?;
    let ours = bits & ((1 << MARK_BITS) - 1) == u128::from(mark(bits >> MARK_BITS));
    Some(Encoded { account, ours })
}

fn parse_named(rest: &str) -> Option<AccessKey> {
    let account = rest.get(..12)?.parse().ok()?;
    let name = rest.get(12..).filter(|name| !name.is_empty())?;
    name.bytes()
        .all(|b| ALPHABET.contains(&b))
        .then(|| AccessKey { account, name: Some(name.to_owned()) })
}

/// A checksum of account and serial, which are the lower 64 bits of what stands before it.
fn mark(head: u128) -> u32 {
    let varying = u64::try_from(head & u128::from(u64::MAX)).expect("masked");
    let mixed = varying.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23);
    (mixed.wrapping_mul(0xD6E8_FEB8_6659_FD93) >> (64 - MARK_BITS)) as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn account(key: &str, decoding: KeyDecoding) -> String {
        AccessKey::parse(key, decoding).account.to_string()
    }

    #[test]
    fn digits_are_the_account() {
        assert_eq!(account("123456789012", KeyDecoding::Ignored), "123456789012");
        assert_eq!(account("12345678901", KeyDecoding::Encoded), "000000000000");
        assert_eq!(account("test", KeyDecoding::Encoded), "000000000000");
        assert_eq!(account("", KeyDecoding::Encoded), "000000000000");
    }

    #[test]
    fn named_keys_carry_account_and_name() {
        let key = AccessKey::parse("AKST123456789012CHECK2", KeyDecoding::Ignored);
        assert_eq!(key.account.as_str(), "123456789012");
        assert_eq!(key.name.as_deref(), Some("CHECK2"));
        for wrong in ["AKST123456789012", "AKST12345678901A", "AKST123456789012a", "AKST"] {
            let key = AccessKey::parse(wrong, KeyDecoding::Ignored);
            assert_eq!(key, AccessKey { account: AccountId::DEFAULT, name: None }, "{wrong}");
        }
    }

    /// Keys and accounts that AWS's own documentation and public write-ups pair.
    #[test]
    fn keys_of_aws_give_their_account_only_where_wanted() {
        for (key, owner) in
            [("ASIAQNZGKIQY56JQ7WML", "029608264753"), ("ASIAY34FZKBOKMUTVV7A", "609629065308")]
        {
            assert_eq!(account(key, KeyDecoding::Encoded), owner);
            assert_eq!(account(key, KeyDecoding::Ignored), "000000000000");
            assert!(!is_issued(key));
        }
        // Issued before keys encoded their account.
        assert_eq!(account("AKIAIOSFODNN7EXAMPLE", KeyDecoding::Encoded), "000000000000");
    }

    proptest! {
        #[test]
        fn issued_keys_always_mean_their_account(
            number in 0u64..1_000_000_000_000, serial in 0u32..1 << SERIAL_BITS,
        ) {
            let owner = AccountId::from_number(number).expect("in range");
            let key = issue_access_key(owner, serial);
            prop_assert_eq!(key.len(), 20);
            prop_assert!(is_issued(&key));
            prop_assert_eq!(AccessKey::parse(&key, KeyDecoding::Ignored).account, owner);
            let lasting = key.replacen("ASIA", "AKIA", 1);
            prop_assert!(!is_issued(&lasting));
            prop_assert_eq!(AccessKey::parse(&lasting, KeyDecoding::Ignored).account, owner);
        }

        #[test]
        fn any_text_is_answered(key in "(AKIA|ASIA|AKST)?[A-Z0-9é]{0,20}") {
            AccessKey::parse(&key, KeyDecoding::Encoded);
        }
    }
}
