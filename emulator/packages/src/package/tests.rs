//! The shared steps, with an installer that writes one file.

use std::{
    path::PathBuf,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::*;

struct OneFile {
    installs: AtomicUsize,
    fails: bool,
}

impl Installer for OneFile {
    fn install(&self, _: &Package, folder: &Path, _: &Environment) -> Result<(), InstallError> {
        self.installs.fetch_add(1, Ordering::SeqCst);
        assert_eq!(fs::read_dir(folder).unwrap().count(), 0, "the folder is empty");
        fs::write(folder.join("program"), "x").unwrap();
        if self.fails { Err(InstallError::Pip("it broke".into())) } else { Ok(()) }
    }

    fn pins(&self) -> &'static str {
        "one file"
    }

    fn program(&self) -> &'static str {
        "program"
    }
}

enum Toy {
    Works,
    Breaks,
}

fn toy(toy: &Toy) -> (&'static OneFile, Package) {
    let fails = matches!(toy, Toy::Breaks);
    let installer: &'static OneFile =
        Box::leak(Box::new(OneFile { installs: AtomicUsize::new(0), fails }));
    (installer, Package { name: "toy", version: "1.0", summary: "", installer })
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("standin-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        Self(folder)
    }

    fn cache(&self) -> Cache {
        Cache::at(&self.0)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn installs_once_and_says_so_once() {
    let folder = Folder::new("once");
    let (installer, package) = toy(&Toy::Works);
    let said = Mutex::new(Vec::new());
    let report = |line: &str| said.lock().unwrap().push(line.to_owned());
    assert_eq!(package.state(&folder.cache()), State::Absent);
    let first = package.install(&folder.cache(), &Environment::default(), &report).unwrap();
    let again = package.install(&folder.cache(), &Environment::default(), &report).unwrap();
    assert_eq!(first, again);
    assert!(first.program.is_file());
    assert_eq!(package.state(&folder.cache()), State::Installed(first));
    assert_eq!(installer.installs.load(Ordering::SeqCst), 1);
    let said = said.into_inner().unwrap();
    assert_eq!(said.len(), 1);
    assert!(said[0].starts_with("installing toy 1.0 into "), "{said:?}");
}

#[test]
fn what_failed_or_was_cut_short_is_not_there_and_is_swept_away() {
    let folder = Folder::new("failed");
    let (_, broken) = toy(&Toy::Breaks);
    let failed = broken.install(&folder.cache(), &Environment::default(), &|_| {});
    assert!(matches!(failed, Err(InstallError::Pip(_))));
    assert_eq!(broken.state(&folder.cache()), State::Absent);
    let (_, whole) = toy(&Toy::Works);
    whole.install(&folder.cache(), &Environment::default(), &|_| {}).unwrap();
}

#[test]
fn a_lost_program_is_installed_anew() {
    let folder = Folder::new("lost");
    let (installer, package) = toy(&Toy::Works);
    let first = package.install(&folder.cache(), &Environment::default(), &|_| {}).unwrap();
    fs::remove_file(&first.program).unwrap();
    assert_eq!(package.state(&folder.cache()), State::Absent);
    package.install(&folder.cache(), &Environment::default(), &|_| {}).unwrap();
    assert_eq!(installer.installs.load(Ordering::SeqCst), 2);
}

#[test]
fn of_many_at_once_one_installs() {
    let folder = Folder::new("many");
    let (installer, package) = toy(&Toy::Works);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                package.install(&folder.cache(), &Environment::default(), &|_| {}).unwrap()
            });
        }
    });
    assert_eq!(installer.installs.load(Ordering::SeqCst), 1);
}

#[test]
fn packages_are_found_by_name() {
    assert_eq!(package("moto").unwrap().name, "moto");
    assert!(matches!(package("motto"), Err(InstallError::UnknownPackage(_))));
}
