//! A store in a folder of the file system.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;

use crate::{Lock, Store, StoreError};

/// Files below a folder. The folder is made when something is first written.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The files below `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    fn path(&self, name: &str) -> Result<PathBuf, StoreError> {
        let inside = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
        if inside { Ok(self.root.join(name)) } else { Err(StoreError::Name(name.to_owned())) }
    }
}

impl Store for Folder {
    fn get(&self, name: &str) -> Result<Option<Bytes>, StoreError> {
        let path = self.path(name)?;
        match fs::read(&path) {
            Ok(content) => Ok(Some(content.into())),
            Err(error) if is_absent(&error) => Ok(None),
            Err(source) => Err(failed(&path, source)),
        }
    }

    fn put(&self, name: &str, content: &[u8]) -> Result<(), StoreError> {
        let path = self.path(name)?;
        write_whole(&path, &mut &content[..]).map_err(|source| failed(&path, source))
    }

    fn put_from(&self, name: &str, content: &mut dyn io::Read) -> Result<(), StoreError> {
        let path = self.path(name)?;
        write_whole(&path, content).map_err(|source| failed(&path, source))
    }

    fn has(&self, name: &str) -> Result<bool, StoreError> {
        Ok(self.path(name)?.is_file())
    }

    fn length(&self, name: &str) -> Result<Option<u64>, StoreError> {
        let path = self.path(name)?;
        match fs::metadata(&path) {
            Ok(found) => Ok(Some(found.len())),
            Err(error) if is_absent(&error) => Ok(None),
            Err(source) => Err(failed(&path, source)),
        }
    }

    fn remove(&self, name: &str) -> Result<(), StoreError> {
        let path = self.path(name)?;
        match fs::remove_file(&path) {
            Err(error) if !is_absent(&error) => Err(failed(&path, error)),
            _ => Ok(()),
        }
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, StoreError> {
        let root = self.path(folder)?;
        let mut names = Vec::new();
        for entry in walkdir::WalkDir::new(&root).sort_by_file_name() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) if error.io_error().is_some_and(is_absent) => continue,
                Err(error) => return Err(failed(&root, error.into())),
            };
            if entry.file_type().is_file()
                && let Ok(below) = entry.path().strip_prefix(&self.root)
                && let Some(name) = below.to_str()
            {
                names.push(name.to_owned());
            }
        }
        Ok(names)
    }

    fn lock(&self, folder: &str) -> Result<Lock, StoreError> {
        let path = self.path(folder)?;
        let open = || {
            fs::create_dir_all(&path)?;
            File::open(&path)
        };
        let file = open().map_err(|source| failed(&path, source))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock::new(file)),
            Err(TryLockError::WouldBlock) => Err(StoreError::Locked(path.display().to_string())),
            Err(TryLockError::Error(source)) => Err(failed(&path, source)),
        }
    }

    fn describe(&self, name: &str) -> String {
        self.root.join(name).display().to_string()
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn failed(path: &Path, source: io::Error) -> StoreError {
    StoreError::Io { name: path.display().to_string(), source }
}

/// Writes beside the file, syncs, and renames, so that a killed process leaves the old content or the new.
fn write_whole(path: &Path, content: &mut dyn io::Read) -> io::Result<()> {
    static ORDINAL: AtomicU64 = AtomicU64::new(0);
    let parent = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let ordinal = ORDINAL.fetch_add(1, Ordering::Relaxed);
    let beside = parent.join(format!(".{name}.{}-{ordinal}.tmp", std::process::id()));
    let written = (|| {
        let mut file = File::create_new(&beside)?;
        io::copy(content, &mut file)?;
        file.sync_all()?;
        fs::rename(&beside, path)
    })();
    if written.is_err() {
        // The first error is the one to report.
        let _ = fs::remove_file(&beside);
    }
    written?;
    File::open(parent)?.sync_all()
}
