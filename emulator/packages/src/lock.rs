//! A lock between processes, on a file.

use std::{
    fs::{File, TryLockError},
    path::Path,
};

use crate::InstallError;

/// Held while a package's folder is changed; the system lets it go when its holder dies.
pub(crate) struct Lock(#[expect(dead_code, reason = "dropping the file lets the lock go")] File);

impl Lock {
    /// Takes the lock; `on_wait` is called once if another process holds it.
    pub(crate) fn take(path: &Path, on_wait: impl FnOnce()) -> Result<Self, InstallError> {
        let file = File::create(path).map_err(InstallError::io("create", path))?;
        match file.try_lock() {
            Ok(()) => return Ok(Self(file)),
            Err(TryLockError::WouldBlock) => on_wait(),
            Err(TryLockError::Error(error)) => return Err(InstallError::io("lock", path)(error)),
        }
        file.lock().map_err(InstallError::io("lock", path))?;
        Ok(Self(file))
    }
}
