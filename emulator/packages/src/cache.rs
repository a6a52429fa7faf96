//! Where packages are kept, and what of the caller's environment matters for that.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

use crate::InstallError;

/// The variables of the environment, read once at the edge and passed in.
#[derive(Clone, Debug, Default)]
pub struct Environment(BTreeMap<OsString, OsString>);

/// The folder that holds the installed packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cache {
    root: PathBuf,
}

impl Environment {
    /// The value of a variable; an empty one counts as absent.
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.0.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }

    /// The folders of `PATH`, in order.
    pub fn search_path(&self) -> Vec<PathBuf> {
        self.get("PATH").map(|path| std::env::split_paths(path).collect()).unwrap_or_default()
    }

    /// All variables, for a process that is to inherit them.
    pub fn iter(&self) -> impl Iterator<Item = (&OsString, &OsString)> {
        self.0.iter()
    }
}

impl<K: Into<OsString>, V: Into<OsString>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl Cache {
    /// A cache in a given folder, which need not exist yet.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The user's cache: `STANDIN_CACHE`, else `standin` in `XDG_CACHE_HOME`, else in `~/.cache`.
    pub fn of_user(environment: &Environment) -> Result<Self, InstallError> {
        if let Some(root) = environment.get("STANDIN_CACHE") {
            return Ok(Self::at(root));
        }
        let base = match environment.get("XDG_CACHE_HOME") {
            Some(folder) if Path::new(folder).is_absolute() => PathBuf::from(folder),
            _ => Path::new(environment.get("HOME").ok_or(InstallError::NoCache)?).join(".cache"),
        };
        Ok(Self::at(base.join("standin")))
    }

    /// The folder all packages are in.
    pub fn packages(&self) -> PathBuf {
        self.root.join("packages")
    }

    /// The cache's own folder.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user_cache(variables: &[(&str, &str)]) -> Option<PathBuf> {
        let environment = variables.iter().copied().collect();
        Cache::of_user(&environment).ok().map(|cache| cache.root)
    }

    #[test]
    fn the_cache_is_found_in_order() {
        let all = [("STANDIN_CACHE", "/a"), ("XDG_CACHE_HOME", "/b"), ("HOME", "/c")];
        assert_eq!(user_cache(&all), Some("/a".into()));
        assert_eq!(user_cache(&all[1..]), Some("/b/standin".into()));
        assert_eq!(user_cache(&all[2..]), Some("/c/.cache/standin".into()));
        assert_eq!(user_cache(&[]), None);
    }

    #[test]
    fn a_relative_xdg_folder_and_empty_variables_are_passed_over() {
        let relative = [("XDG_CACHE_HOME", "b"), ("HOME", "/c")];
        assert_eq!(user_cache(&relative), Some("/c/.cache/standin".into()));
        assert_eq!(user_cache(&[("STANDIN_CACHE", ""), ("HOME", "/c")]), user_cache(&all_home()));
    }

    fn all_home() -> [(&'static str, &'static str); 1] {
        [("HOME", "/c")]
    }
}
