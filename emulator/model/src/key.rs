//! The key of a field.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::ops::Deref;

use lean_string::LeanStr;

/// The key of a field: a member name of the model, which is not copied, or a map key from the wire.
///
/// It takes 16 bytes, in which text of as many bytes stands itself; most map keys are no longer.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(LeanStr);

impl Key {
    /// A copy of any text.
    pub fn new(text: &str) -> Self {
        Self(LeanStr::from(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, copied.
    pub fn into_owned(self) -> String {
        self.as_str().to_owned()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), f)
    }
}

impl Deref for Key {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Key {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for Key {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl From<&'static str> for Key {
    fn from(text: &'static str) -> Self {
        Self(LeanStr::from_static_str(text))
    }
}

impl From<String> for Key {
    fn from(text: String) -> Self {
        Self(LeanStr::from(text))
    }
}

impl From<Cow<'_, str>> for Key {
    fn from(text: Cow<'_, str>) -> Self {
        Self::new(&text)
    }
}

impl PartialEq<str> for Key {
    fn eq(&self, text: &str) -> bool {
        self.as_str() == text
    }
}

impl PartialEq<String> for Key {
    fn eq(&self, text: &String) -> bool {
        self.as_str() == text
    }
}

impl PartialEq<&str> for Key {
    fn eq(&self, text: &&str) -> bool {
        self.as_str() == *text
    }
}

impl PartialEq<Key> for str {
    fn eq(&self, key: &Key) -> bool {
        self == key.as_str()
    }
}

impl PartialEq<Key> for String {
    fn eq(&self, key: &Key) -> bool {
        self == key.as_str()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_of_the_model_are_not_copied() {
        let name: &'static str = "a name longer than a key";
        assert_eq!(Key::from(name).as_str().as_ptr(), name.as_ptr());
        assert_eq!(size_of::<Option<Key>>(), 16);
    }

    proptest! {
        #[test]
        fn any_text_is_kept_and_compared_as_text(text: String, other: String) {
            let (key, copy) = (Key::from(text.clone()), Key::new(&text));
            prop_assert_eq!(key.as_str(), &text);
            prop_assert_eq!(&key, &copy);
            prop_assert_eq!(key.cmp(&Key::new(&other)), text.cmp(&other));
            prop_assert_eq!(key.into_owned(), text);
        }
    }
}
