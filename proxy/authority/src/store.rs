//! The authority on the disk: one file with key and certificate that only its owner may read, and the
//! certificate alone beside it for others to trust.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::{Authority, AuthorityError};

/// A folder that holds an authority.
#[derive(Clone, Debug)]
pub struct Store(PathBuf);

/// An authority, and whether it was made just now.
#[derive(Debug)]
pub struct Opened {
    /// The authority.
    pub authority: Authority,
    /// Nobody trusts it yet.
    pub is_new: bool,
}

/// An authority that can't be had from the disk.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file can't be read or written.
    #[error("{0}: {1}")]
    File(PathBuf, #[source] io::Error),
    /// There is none yet.
    #[error(
        "there is no certificate authority in {0} yet: `standin ca rotate` makes one, and so does a recording --via proxy"
    )]
    Absent(PathBuf),
    /// Others may read the key.
    #[error(
        "others may read {path} (mode {mode:o}), which holds a private key: make a new one by `standin ca rotate`, or `chmod 600` it if nobody did"
    )]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Its content is no authority.
    #[error("{0}: {1}; `standin ca rotate` makes a new authority")]
    Content(PathBuf, #[source] AuthorityError),
    /// It is past its end.
    #[error("the certificate authority in {0} expired on {1}: `standin ca rotate` makes a new one")]
    Expired(PathBuf, String),
    /// A new one can't be made.
    #[error(transparent)]
    Making(#[from] AuthorityError),
}

/// Where a user's authority is: below `$XDG_DATA_HOME`, else below the home folder.
pub fn default_folder(environment: &BTreeMap<String, String>) -> Option<PathBuf> {
    let named = |name: &str| environment.get(name).filter(|value| !value.is_empty());
    let data = named("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || Some(Path::new(named("HOME")?).join(".local/share"));
    Some(data.or_else(home)?.join("standin/ca"))
}

impl Store {
    /// The store in a folder, which need not be there yet.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    /// The file with key and certificate.
    pub fn key_path(&self) -> PathBuf {
        self.0.join("ca.key")
    }

    /// The file with the certificate alone.
    pub fn certificate_path(&self) -> PathBuf {
        self.0.join("ca.pem")
    }

    /// The authority that is there.
    ///
    /// # Errors
    /// If there is none, if it can't be read or used, or if others may read its key.
    pub fn load(&self, now: SystemTime) -> Result<Authority, StoreError> {
        let path = self.key_path();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(StoreError::Absent(self.0.clone()));
            }
            Err(error) => return Err(StoreError::File(path, error)),
        };
        refuse_exposed(&path)?;
        let authority =
            Authority::from_pem(&text).map_err(|error| StoreError::Content(path.clone(), error))?;
        if authority.until() <= now {
            return Err(StoreError::Expired(path, authority.last_day()));
        }
        Ok(authority)
    }

    /// The authority that is there, or a new one for these domains.
    ///
    /// # Errors
    /// As [`Store::load`], and if a new one can't be written.
    pub fn open(&self, domains: &[&str], now: SystemTime) -> Result<Opened, StoreError> {
        match self.load(now) {
            Ok(authority) => Ok(Opened { authority, is_new: false }),
            Err(StoreError::Absent(_)) => {
                Ok(Opened { authority: self.rotate(domains, now)?, is_new: true })
            }
            Err(error) => Err(error),
        }
    }

    /// Makes a new authority and forgets the one that was there.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn rotate(&self, domains: &[&str], now: SystemTime) -> Result<Authority, StoreError> {
        let authority = Authority::create(domains, now)?;
        let failed = |error| StoreError::File(self.0.clone(), error);
        private_folder(&self.0).map_err(failed)?;
        // The file with the key is the authority; the other is a copy of a part of it.
        write_private(&self.key_path(), &authority.secret_pem()).map_err(failed)?;
        fs::write(self.certificate_path(), authority.certificate_pem()).map_err(failed)?;
        Ok(authority)
    }
}

#[cfg(unix)]
fn refuse_exposed(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt as _;
    let failed = |error| StoreError::File(path.to_owned(), error);
    let mode = fs::metadata(path).map_err(failed)?.permissions().mode() & 0o777;
    if mode.trailing_zeros() >= 6 {
        return Ok(());
    }
    Err(StoreError::Exposed { path: path.to_owned(), mode })
}

/// Other systems keep a user's folder from others by its own access list.
#[cfg(not(unix))]
fn refuse_exposed(_: &Path) -> Result<(), StoreError> {
    Ok(())
}

fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Writes a file that only its owner may read from the first byte on, whole or not at all.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let fresh = path.with_extension(format!("new-{}", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&fresh).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    let placed = written.and_then(|()| fs::rename(&fresh, path));
    if placed.is_err() {
        // What is half written is of no use; the first error is the one to tell.
        let _ = fs::remove_file(&fresh);
    }
    placed
}
