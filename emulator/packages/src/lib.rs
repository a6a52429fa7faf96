//! Installers of the programs that backends need: pinned, hashed, cached.
//!
//! A [`Package`] is one program at one version. Installing it puts it into a folder of the [`Cache`], once for
//! all processes of the user; a marker written last says that the folder is whole. Nothing here reads the
//! environment or prints: the caller passes the [`Environment`] and hears what happens through `report`.

mod cache;
mod error;
mod lock;
mod package;
mod python;

pub use cache::{Cache, Environment};
pub use error::InstallError;
pub use package::{Installed, Installer, Package, State, package, packages};
pub use python::PythonVenv;
