//! The life of moto's process.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Served, is_alive, moto_is_there, wait_until};
use crate::support::standin;

#[test]
fn a_killed_backend_is_started_anew_for_the_next_request() {
    let Some(served) = Served::start(&[]) else { return };
    for _ in 0..3 {
        served.run("alive.py");
        let backend = served.backend();
        Served::signal("-KILL", backend);
        served.run("alive.py");
        assert_ne!(served.backend(), backend);
    }
}

#[test]
fn a_backend_that_hangs_is_ended_and_the_request_answered_by_another() {
    let Some(served) = Served::start(&[]) else { return };
    served.run("alive.py");
    let backend = served.backend();
    Served::signal("-STOP", backend);
    served.run("alive.py");
    assert_ne!(served.backend(), backend);
    assert!(!is_alive(backend));
}

#[test]
fn of_many_first_requests_one_starts_the_backend() {
    let Some(served) = Served::start(&[]) else { return };
    served.run("many.py");
    assert_eq!(served.children().len(), 1);
}

#[test]
fn without_python_the_client_hears_why() {
    let cache = Cache::new("nopython");
    let mut command = cache.command();
    let served = command.args(["serve", "--port", "0"]).env("PATH", "/nonexistent");
    Served::spawn(served).run("nopython.py");
}

#[test]
fn the_backend_ends_with_us_however_we_end() {
    for signal in ["-TERM", "-KILL"] {
        let Some(served) = Served::start(&[]) else { return };
        served.run("alive.py");
        let backend = served.backend();
        assert!(is_alive(backend));
        served.end(signal);
        wait_until("the backend has ended", || !is_alive(backend));
    }
}

#[test]
fn a_patch_that_no_longer_fits_stops_the_start() {
    let Some(cache) = Cache::with_moto("misfit") else { return };
    let served = cache.serve();
    served.run("alive.py");
    drop(served);
    let launcher = cache.launcher();
    let patch = launcher.join("patches/sqs.py");
    let text = fs::read_to_string(&patch).unwrap();
    let place = "\"moto.sqs.models:Queue\": \"";
    let start = text.find(place).expect("the patch names it") + place.len();
    let mut changed = text.clone();
    changed.replace_range(start..start + 16, "0123456789abcdef");
    fs::write(&patch, changed).unwrap();
    cache.serve().run("misfit.py");
}

/// A cache of its own, with the user's packages in it.
struct Cache(PathBuf);

impl Cache {
    fn new(name: &str) -> Self {
        let root = std::env::temp_dir().join(format!("standin-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("packages")).unwrap();
        Self(root)
    }

    fn with_moto(name: &str) -> Option<Self> {
        if !moto_is_there() {
            return None;
        }
        let cache = Self::new(name);
        let path = standin().args(["packages", "path", "moto"]).output().unwrap().stdout;
        let moto = PathBuf::from(String::from_utf8(path).unwrap().trim());
        symlink(moto.parent().unwrap(), cache.0.join("packages/moto")).unwrap();
        Some(cache)
    }

    fn serve(&self) -> Served {
        Served::spawn(self.command().args(["serve", "--port", "0"]))
    }

    fn command(&self) -> Command {
        let mut command = standin();
        command.env("STANDIN_CACHE", &self.0);
        command
    }

    fn launcher(&self) -> PathBuf {
        let launchers = fs::read_dir(Path::new(&self.0).join("launchers")).unwrap();
        launchers.last().expect("it was unpacked").unwrap().path()
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
