//! Packages, and the steps that every kind of them shares.

use std::{
    fs,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::{Cache, Environment, InstallError, PythonVenv, lock::Lock};

/// How one kind of package gets into its folder.
pub trait Installer: Send + Sync {
    /// Puts the package into `folder`, which exists and is empty.
    fn install(
        &self,
        package: &Package,
        folder: &Path,
        environment: &Environment,
    ) -> Result<(), InstallError>;

    /// Everything that decides what is installed, hashed into the folder's name.
    fn pins(&self) -> &str;

    /// The file in an installed folder that a backend runs.
    fn program(&self) -> &'static str;

    /// What the installed folder stands on outside of itself; when that changes, it is installed anew.
    fn base(&self, folder: &Path) -> String {
        let program = folder.join(self.program()).canonicalize();
        program.map(|path| path.to_string_lossy().into_owned()).unwrap_or_default()
    }
}

/// A program at one version.
pub struct Package {
    /// Its name on the command line.
    pub name: &'static str,
    /// The version that is pinned.
    pub version: &'static str,
    /// What it is for, in a few words.
    pub summary: &'static str,
    /// How it is installed.
    pub installer: &'static dyn Installer,
}

/// A package that is whole in the cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    /// The package's folder.
    pub folder: PathBuf,
    /// The program that a backend runs.
    pub program: PathBuf,
}

/// What the cache holds of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing, or something unfinished or broken that the next installation sweeps away.
    Absent,
    /// All of it.
    Installed(Installed),
}

static PACKAGES: &[Package] = &[
    Package {
        name: "botocore",
        version: "1.44.5",
        summary: "the second opinion of `standin fuzz protocol`",
        installer: &PythonVenv {
            requirements: include_str!("../data/botocore.txt"),
            minimum_minor: 10,
        },
    },
    Package {
        name: "moto",
        version: "5.2.5",
        summary: "the default fallback for services without a provider",
        installer: &PythonVenv {
            requirements: include_str!("../data/moto.txt"),
            minimum_minor: 10,
        },
    },
];

const MARKER: &str = ".complete";

/// All packages, by name.
pub fn packages() -> &'static [Package] {
    PACKAGES
}

/// The package with a name.
pub fn package(name: &str) -> Result<&'static Package, InstallError> {
    let found = PACKAGES.iter().find(|package| package.name == name);
    found.ok_or_else(|| InstallError::UnknownPackage(name.to_owned()))
}

impl Package {
    /// What the cache holds of it.
    pub fn state(&self, cache: &Cache) -> State {
        let folder = self.folder(cache);
        match fs::read_to_string(folder.join(MARKER)) {
            Ok(base) if !base.is_empty() && base == self.installer.base(&folder) => {
                State::Installed(self.installed(folder))
            }
            _ => State::Absent,
        }
    }

    /// Installs it unless it is there, and says where it is.
    ///
    /// Any number of processes may call this at once: one installs, the others wait. `report` hears one line
    /// when there is work to do or to wait for.
    pub fn install(
        &self,
        cache: &Cache,
        environment: &Environment,
        report: &dyn Fn(&str),
    ) -> Result<Installed, InstallError> {
        if let State::Installed(installed) = self.state(cache) {
            return Ok(installed);
        }
        let _lock = self.lock(cache, report)?;
        if let State::Installed(installed) = self.state(cache) {
            return Ok(installed);
        }
        self.install_locked(cache, environment, report)
    }

    /// The folder that this version is installed in, whether it is there or not.
    pub fn folder(&self, cache: &Cache) -> PathBuf {
        let digest = Sha256::digest(self.installer.pins());
        let pins = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
        cache.packages().join(self.name).join(format!("{}-{pins:08x}", self.version))
    }

    fn lock(&self, cache: &Cache, report: &dyn Fn(&str)) -> Result<Lock, InstallError> {
        let folder = cache.packages().join(self.name);
        fs::create_dir_all(&folder).map_err(InstallError::io("create", &folder))?;
        Lock::take(&folder.join(".lock"), || {
            report(&format!("waiting for another process that installs {}", self.name));
        })
    }

    fn install_locked(
        &self,
        cache: &Cache,
        environment: &Environment,
        report: &dyn Fn(&str),
    ) -> Result<Installed, InstallError> {
        let folder = self.folder(cache);
        report(&format!("installing {} {} into {}", self.name, self.version, folder.display()));
        remove(&folder)?;
        fs::create_dir_all(&folder).map_err(InstallError::io("create", &folder))?;
        self.installer.install(self, &folder, environment)?;
        let marker = folder.join(MARKER);
        let written = folder.join(".complete.new");
        fs::write(&written, self.installer.base(&folder))
            .and_then(|()| fs::rename(&written, &marker))
            .map_err(InstallError::io("write", &marker))?;
        Ok(self.installed(folder))
    }

    fn installed(&self, folder: PathBuf) -> Installed {
        Installed { program: folder.join(self.installer.program()), folder }
    }
}

fn remove(folder: &Path) -> Result<(), InstallError> {
    // The marker goes first, so that a removal that is cut short can't leave a folder that looks whole.
    for result in [fs::remove_file(folder.join(MARKER)), fs::remove_dir_all(folder)] {
        match result {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(InstallError::io("remove", folder)(error));
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
