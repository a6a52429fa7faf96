//! RFC 6902 patches of JSON documents.

use serde::Deserialize;
use serde_json::Value;

/// One operation of a patch.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "op", rename_all = "lowercase", deny_unknown_fields)]
pub enum Change {
    /// Puts a value into an object or list.
    Add {
        /// Where to.
        path: String,
        /// The value.
        value: Value,
    },
    /// Takes a value out.
    Remove {
        /// Where from.
        path: String,
    },
    /// Puts a value in another's place.
    Replace {
        /// Where.
        path: String,
        /// The value.
        value: Value,
    },
    /// Takes a value out and puts it elsewhere.
    Move {
        /// Where from.
        from: String,
        /// Where to.
        path: String,
    },
    /// Puts a copy of a value elsewhere.
    Copy {
        /// Where from.
        from: String,
        /// Where to.
        path: String,
    },
    /// Demands a value.
    Test {
        /// Where.
        path: String,
        /// The value.
        value: Value,
    },
}

/// A patch doesn't apply.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A pointer doesn't start with `/`, or has a `~` that escapes nothing.
    #[error("{0} is not a JSON pointer")]
    Pointer(String),
    /// There is nothing at a pointer, or it can't be put there.
    #[error("nothing at {0}")]
    Missing(String),
    /// The value at a pointer is another one than the patch demands.
    #[error("another value at {0}")]
    Different(String),
    /// A value was to be moved into itself.
    #[error("{0} can't be moved into itself")]
    IntoItself(String),
}

/// Applies changes in order. On an error the document is left as far as they went.
pub fn apply(document: &mut Value, changes: &[Change]) -> Result<(), Error> {
    changes.iter().try_for_each(|change| apply_one(document, change))
}

fn apply_one(document: &mut Value, change: &Change) -> Result<(), Error> {
    match change {
        Change::Add { path, value } => add(document, path, value.clone()),
        Change::Remove { path } => remove(document, path).map(drop),
        Change::Replace { path, value } => {
            *find(document, path)? = value.clone();
            Ok(())
        }
        Change::Move { from, path } => {
            if path.strip_prefix(from.as_str()).is_some_and(|rest| rest.starts_with('/')) {
                return Err(Error::IntoItself(from.clone()));
            }
            let value = remove(document, from)?;
            add(document, path, value)
        }
        Change::Copy { from, path } => {
            let value = find(document, from)?.clone();
            add(document, path, value)
        }
        Change::Test { path, value } if find(document, path)? == value => Ok(()),
        Change::Test { path, .. } => Err(Error::Different(path.clone())),
    }
}

fn add(document: &mut Value, path: &str, value: Value) -> Result<(), Error> {
    let Some((parent, key)) = split(path)? else {
        *document = value;
        return Ok(());
    };
    match find(document, parent)? {
        Value::Object(object) => {
            object.insert(key, value);
            Ok(())
        }
        Value::Array(list) => {
            let place = if key == "-" { Some(list.len()) } else { place(&key) };
            let place = place.filter(|place| *place <= list.len());
            list.insert(place.ok_or_else(|| Error::Missing(path.to_owned()))?, value);
            Ok(())
        }
        _ => Err(Error::Missing(path.to_owned())),
    }
}

fn remove(document: &mut Value, path: &str) -> Result<Value, Error> {
    let Some((parent, key)) = split(path)? else {
        return Ok(std::mem::take(document));
    };
    let removed = match find(document, parent)? {
        // `shift_remove` keeps the order of the others, which is the order of XML elements.
        Value::Object(object) => object.shift_remove(&key),
        Value::Array(list) => {
            place(&key).filter(|place| *place < list.len()).map(|place| list.remove(place))
        }
        _ => None,
    };
    removed.ok_or_else(|| Error::Missing(path.to_owned()))
}

fn find<'d>(document: &'d mut Value, path: &str) -> Result<&'d mut Value, Error> {
    let Some((parent, key)) = split(path)? else { return Ok(document) };
    let found = match find(document, parent)? {
        Value::Object(object) => object.get_mut(&key),
        Value::Array(list) => place(&key).and_then(|place| list.get_mut(place)),
        _ => None,
    };
    found.ok_or_else(|| Error::Missing(path.to_owned()))
}

/// The pointer to the parent and the last key, unescaped; None for the whole document.
fn split(path: &str) -> Result<Option<(&str, String)>, Error> {
    if path.is_empty() {
        return Ok(None);
    }
    let malformed = || Error::Pointer(path.to_owned());
    if !path.starts_with('/') {
        return Err(malformed());
    }
    let (parent, key) = path.rsplit_once('/').ok_or_else(malformed)?;
    let mut unescaped = String::with_capacity(key.len());
    let mut characters = key.chars();
    while let Some(character) = characters.next() {
        unescaped.push(match character {
            '~' => match characters.next() {
                Some('0') => '~',
                Some('1') => '/',
                _ => return Err(malformed()),
            },
            plain => plain,
        });
    }
    Ok(Some((parent, unescaped)))
}

/// A list index: digits without a leading zero.
fn place(key: &str) -> Option<usize> {
    let plain = key == "0" || !key.starts_with('0');
    let digits = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
    (plain && digits).then(|| key.parse().ok()).flatten()
}

#[cfg(test)]
mod tests;
