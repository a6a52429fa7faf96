//! `standin packages`: the programs that backends need.

use standin_packages::{Cache, Environment, Package, State, package, packages};

use crate::exit::{Exit, Failure, Outcome};

/// List or install the programs that backends need; they go into the user's cache.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin packages list
  standin packages install moto
  $(standin packages path moto)/bin/python -m moto.server

The cache is $STANDIN_CACHE, else standin in $XDG_CACHE_HOME, else ~/.cache/standin.")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Install a package, unless it is there
    Install {
        /// Its name
        #[arg(required = true)]
        names: Vec<String>,
    },
    /// List the packages, their versions, and whether they are installed
    List,
    /// Print the folder of an installed package
    Path {
        /// Its name
        name: String,
    },
}

/// Does what the subcommand says.
pub(crate) fn run(arguments: Arguments) -> Outcome {
    let environment: Environment = std::env::vars_os().collect();
    let cache = Cache::of_user(&environment)?;
    match arguments.action {
        Action::Install { names } => install(&names, &cache, &environment),
        Action::List => list(&cache),
        Action::Path { name } => path(&name, &cache),
    }
}

fn install(names: &[String], cache: &Cache, environment: &Environment) -> Outcome {
    // A wrong name is said before anything is downloaded.
    let wanted = names.iter().map(|name| package(name)).collect::<Result<Vec<_>, _>>()?;
    for package in wanted {
        let installed = package.install(cache, environment, &report)?;
        print(&format!("{} {} in {}", package.name, package.version, installed.folder.display()));
    }
    Ok(Exit::Success)
}

#[expect(clippy::unnecessary_wraps, reason = "every action has this signature")]
fn list(cache: &Cache) -> Outcome {
    for package in packages() {
        let Package { name, version, summary, .. } = package;
        let state = match package.state(cache) {
            State::Installed(installed) => installed.folder.display().to_string(),
            State::Absent => "not installed".to_owned(),
        };
        print(&format!("{name:10} {version:10} {state:16} {summary}"));
    }
    Ok(Exit::Success)
}

fn path(name: &str, cache: &Cache) -> Outcome {
    match package(name)?.state(cache) {
        State::Installed(installed) => {
            print(&installed.folder.display().to_string());
            Ok(Exit::Success)
        }
        State::Absent => Err(Failure::new(format!(
            "{name} is not installed; run `standin packages install {name}`"
        ))),
    }
}

fn print(line: &str) {
    crate::stdout::outln!("{line}");
}

#[expect(clippy::print_stderr, reason = "this is the program's edge")]
fn report(line: &str) {
    eprintln!("standin: {line}");
}
