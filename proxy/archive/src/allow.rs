//! Where reviewed values are listed that only look like secrets.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, absolute};

use standin_tape::Allowances;

use crate::{ArchiveError, StoreError};

/// The file that lists them.
pub const ALLOWANCES: &str = "allow.json";

/// How far above a scenario's folder lists are looked for: beside the scenarios of a service, and beside the services.
const LEVELS: usize = 3;

/// What is allowed in a scenario's folder: by `allow.json` there, and in the two folders above.
pub fn allowances(folder: &Path) -> Result<Allowances, ArchiveError> {
    let folder = absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
    let lists = folder.ancestors().take(LEVELS).map(|folder| read(&folder.join(ALLOWANCES)));
    lists.into_iter().try_fold(Allowances::default(), |all, list| Ok(all.and(list?)))
}

fn read(file: &Path) -> Result<Allowances, ArchiveError> {
    let name = || file.display().to_string();
    match fs::read_to_string(file) {
        Ok(text) => Allowances::parse(&text)
            .map_err(|reason| ArchiveError::Malformed(name(), reason.to_string())),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(Allowances::default())
        }
        Err(source) => Err(StoreError::Io { name: name(), source }.into()),
    }
}
