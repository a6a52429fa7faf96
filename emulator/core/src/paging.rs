//! Pages of lists, and the opaque tokens that continue them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The elements.
    pub items: Vec<T>,
    /// The token of the next page, if there is one.
    pub next: Option<String>,
}

/// A token is not one of ours, or belongs to another list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a token of this list")]
pub struct InvalidToken;

/// How many bytes of its hash a token carries.
const MARK: usize = 6;

/// A page from elements that begin after the token's position; `key` names the position of an element.
///
/// `list` tells lists apart: a token of one is refused by another.
pub fn page<T>(
    list: &str,
    items: impl IntoIterator<Item = T>,
    limit: usize,
    key: impl Fn(&T) -> String,
) -> Page<T> {
    let mut rest = items.into_iter();
    let items: Vec<T> = rest.by_ref().take(limit).collect();
    let more = rest.next().is_some();
    let next = items.last().filter(|_| more).map(|last| token(list, &key(last)));
    Page { items, next }
}

/// A token that stands for a position within a list.
pub fn token(list: &str, position: &str) -> String {
    let mut bytes = mark(list, position).to_vec();
    bytes.extend_from_slice(position.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The position that a token of this list stands for.
pub fn position(list: &str, token: &str) -> Result<String, InvalidToken> {
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| InvalidToken)?;
    let (found, position) = bytes.split_at_checked(MARK).ok_or(InvalidToken)?;
    let position = std::str::from_utf8(position).map_err(|_| InvalidToken)?;
    if found != mark(list, position) {
        return Err(InvalidToken);
    }
    Ok(position.to_owned())
}

fn mark(list: &str, position: &str) -> [u8; MARK] {
    let mut hash = Sha256::new_with_prefix(list.len().to_le_bytes());
    hash.update(list);
    hash.update(position);
    let digest = hash.finalize();
    std::array::from_fn(|index| digest[index])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pages_go_on_where_the_last_one_ended() {
        let all = ["a", "b", "c"];
        let first = page("queues", all, 2, ToString::to_string);
        assert_eq!(first.items, ["a", "b"]);
        let after = position("queues", &first.next.expect("there is more")).expect("our token");
        assert_eq!(after, "b");
        let last = page("queues", ["c"], 2, ToString::to_string);
        assert_eq!((last.items.as_slice(), last.next), (&["c"][..], None));
        assert_eq!(page("queues", all, 3, ToString::to_string).next, None);
        assert_eq!(page("queues", all, 0, ToString::to_string).next, None);
    }

    proptest! {
        #[test]
        fn tokens_round_trip_and_belong_to_their_list(at in ".{0,30}") {
            let made = token("queues", &at);
            prop_assert_eq!(position("topics", &made), Err(InvalidToken));
            prop_assert_eq!(position("queues", &made), Ok(at));
        }

        #[test]
        fn any_text_is_answered(text in ".{0,40}|[A-Za-z0-9_-]{0,40}") {
            prop_assert_eq!(position("queues", &text), Err(InvalidToken));
        }
    }
}
