//! The seam between recordings and where their files live.

use bytes::Bytes;

/// A place for files by name, `/` between folders.
pub trait Store: Send + Sync {
    /// The content of a file; `None` if it is not there.
    fn get(&self, name: &str) -> Result<Option<Bytes>, StoreError>;

    /// Writes a file whole or not at all: a reader sees the old content or the new one.
    fn put(&self, name: &str, content: &[u8]) -> Result<(), StoreError>;

    /// As [`Store::put`], of a content that is read as it is written.
    fn put_from(&self, name: &str, content: &mut dyn std::io::Read) -> Result<(), StoreError> {
        let mut bytes = Vec::new();
        content
            .read_to_end(&mut bytes)
            .map_err(|source| StoreError::Io { name: self.describe(name), source })?;
        self.put(name, &bytes)
    }

    /// Whether a file is there.
    fn has(&self, name: &str) -> Result<bool, StoreError> {
        Ok(self.get(name)?.is_some())
    }

    /// The length of a file in bytes; `None` if it is not there.
    fn length(&self, name: &str) -> Result<Option<u64>, StoreError> {
        Ok(self.get(name)?.map(|content| content.len() as u64))
    }

    /// Takes a file away, if it is there.
    fn remove(&self, name: &str) -> Result<(), StoreError>;

    /// The names of the files below a folder, sorted.
    fn list(&self, folder: &str) -> Result<Vec<String>, StoreError>;

    /// Keeps other writers out of a folder until the lock is dropped; fails at once if one is in.
    fn lock(&self, folder: &str) -> Result<Lock, StoreError>;

    /// A file's name as people know it, for messages.
    fn describe(&self, name: &str) -> String;
}

/// Keeps other writers out while it lives.
pub struct Lock {
    _guard: Box<dyn Send>,
}

/// A store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Reading or writing failed.
    #[error("{name}: {source}")]
    Io {
        /// The file.
        name: String,
        /// Why.
        source: std::io::Error,
    },
    /// Somebody else writes there.
    #[error("{0}: another process is writing there")]
    Locked(String),
    /// A name that leads out of the store.
    #[error("`{0}` is not a name inside the archive")]
    Name(String),
}

impl Lock {
    /// A lock that is released when `guard` is dropped.
    pub fn new(guard: impl Send + 'static) -> Self {
        Self { _guard: Box::new(guard) }
    }
}
