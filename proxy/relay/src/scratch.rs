//! The folder of a run: empty configuration and credentials files, and what to trust. It goes with the run; that of a
//! run that was killed goes with the next one.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::Session;

/// How the names of all these folders begin; a session's access key id follows.
const PREFIX: &str = "standin-";
/// How such ids begin.
const SESSION: &str = "AKST";
/// Locked as long as the run lives.
const LOCK: &str = "lock";

/// The folder of a run that is under way.
pub(crate) struct EmptyFiles {
    folder: PathBuf,
    /// The lock goes with the process, however that ends.
    _lock: File,
}

impl EmptyFiles {
    /// Makes the folder, and takes those of dead runs away.
    pub(crate) fn create(session: &Session) -> io::Result<Self> {
        let temporary = std::env::temp_dir();
        let folder = temporary.join(format!("{PREFIX}{}", session.access_key_id()));
        fs::create_dir_all(&folder)?;
        // Under its own name, a lock is held from the first moment.
        let early = folder.join("lock.new");
        let lock = File::create(&early)?;
        lock.try_lock()?;
        fs::rename(early, folder.join(LOCK))?;
        let files = Self { folder, _lock: lock };
        fs::write(files.config(), "")?;
        fs::write(files.credentials(), "")?;
        sweep(&temporary, &files.folder);
        Ok(files)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.folder.join("config")
    }

    pub(crate) fn credentials(&self) -> PathBuf {
        self.folder.join("credentials")
    }
}

impl Drop for EmptyFiles {
    fn drop(&mut self) {
        // A few small files in the temporary folder are no loss.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Removes the folders that runs of ours left when they were killed.
fn sweep(temporary: &Path, own: &Path) {
    let Ok(entries) = fs::read_dir(temporary) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let is_one = name.strip_prefix(PREFIX).is_some_and(|id| id.starts_with(SESSION));
        if is_one && path != own && is_ours(&path, own) && is_dead(&path) {
            // Who is there first removes it.
            let _ = fs::remove_dir_all(&path);
        }
    }
}

/// Whether its lock can be had. A folder without one is being made.
fn is_dead(folder: &Path) -> bool {
    File::open(folder.join(LOCK)).is_ok_and(|lock| lock.try_lock().is_ok())
}

/// Whether a folder is the same user's: in a folder of somebody else's anything may stand.
#[cfg(unix)]
fn is_ours(folder: &Path, own: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let owner = |path: &Path| {
        fs::symlink_metadata(path).ok().filter(fs::Metadata::is_dir).map(|it| it.uid())
    };
    owner(folder).is_some_and(|uid| Some(uid) == owner(own))
}

/// Whether a folder is the same user's; temporary folders are each user's own here.
#[cfg(not(unix))]
fn is_ours(_: &Path, _: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_dead_runs_go_and_others_stay() {
        let temporary = std::env::temp_dir().join(format!("sweeps-{}", std::process::id()));
        let folder = |name: &str| {
            let folder = temporary.join(name);
            fs::create_dir_all(&folder).expect("writable");
            folder
        };
        let (own, live, young) =
            (folder("standin-AKSTOWN"), folder("standin-AKSTLIVE"), folder("standin-AKSTYOUNG"));
        let (dead, other) = (folder("standin-AKSTDEAD"), folder("standin-other"));
        for folder in [&own, &live, &dead, &other] {
            File::create(folder.join(LOCK)).expect("writable");
        }
        let lock = File::open(live.join(LOCK)).expect("there");
        lock.try_lock().expect("nobody has it");
        sweep(&temporary, &own);
        assert!(!dead.exists());
        assert!([&own, &live, &young, &other].iter().all(|folder| folder.exists()));
        fs::remove_dir_all(&temporary).expect("writable");
    }
}
