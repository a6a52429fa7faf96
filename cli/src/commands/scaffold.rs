//! `standin scaffold`: typed shapes of a service, and skeletons of providers.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use standin_codegen::{Docs, File};
use standin_model::{Catalog, Service};

use crate::catalog::CatalogArgs;
use crate::exit::{Exit, Failure, Outcome};

/// Write the typed shapes of a service, or the skeleton of a provider.
#[derive(Args)]
#[command(after_help = "Examples:
  standin scaffold generate sqs --save     write emulator/shapes/sqs
  standin scaffold generate sqs --check    prove that it is fresh
  standin scaffold generate sqs            print it
  standin scaffold generate sqs --doc --specs DIR   with documentation, from botocore's data
  standin scaffold provider xray           a skeleton, its shapes, and the lines that register it

Run it in a checkout of Standin; ci/new-provider does the last one and compiles it.")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// The root of the checkout
    #[arg(long, default_value = ".", global = true)]
    root: PathBuf,
}

#[derive(Subcommand)]
enum Command {
    /// Typed shapes, error constructors, the trait and its table of operations.
    Generate(Generate),
    /// A provider with one operation to fill in.
    Provider {
        /// The service, by botocore's name
        service: String,
    },
}

#[derive(Args)]
struct Generate {
    /// The services, by botocore's names
    #[arg(required = true)]
    services: Vec<String>,
    /// Write the files
    #[arg(long, conflicts_with = "check")]
    save: bool,
    /// Write nothing, and exit 1 if a file differs
    #[arg(long)]
    check: bool,
    /// Write the first sentence of AWS's documentation to each item; needs --specs, the pack has none
    #[arg(long, requires = "specs")]
    doc: bool,
    #[command(flatten)]
    catalog: CatalogArgs,
}

/// Runs the subcommand.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    match &arguments.command {
        Command::Generate(generate) => run_generate(&arguments.root, generate),
        Command::Provider { service } => {
            is_checkout(&arguments.root)?;
            let model = find(Catalog::embedded(), service)?;
            let files = standin_codegen::provider(&arguments.root, model)?;
            save(&arguments.root, &files)
        }
    }
}

/// A provider is begun, and shapes are proved fresh, in a checkout of Standin only.
fn is_checkout(root: &Path) -> Result<(), Failure> {
    if root.join("emulator/shapes").is_dir() {
        return Ok(());
    }
    let root = root.display();
    Err(Failure::new(format!("{root} is no checkout of Standin; run this in one, or give --root")))
}

fn run_generate(root: &Path, generate: &Generate) -> Outcome {
    if generate.check {
        is_checkout(root)?;
    }
    let mut exit = Exit::Success;
    for service in &generate.services {
        let docs = generate.docs(service)?;
        let model = find(generate.catalog.open()?, service)?;
        let files = standin_codegen::generate(model, docs.as_ref());
        let ended = match generate {
            Generate { save: true, .. } => save(root, &files)?,
            Generate { check: true, .. } => check(root, &files)?,
            _ => print(&files)?,
        };
        if ended != Exit::Success {
            exit = ended;
        }
    }
    Ok(exit)
}

impl Generate {
    fn docs(&self, service: &str) -> Result<Option<Docs>, Failure> {
        match self.catalog.source().filter(|_| self.doc) {
            Some(source) => Ok(Some(Docs::read(&source, service)?)),
            None => Ok(None),
        }
    }
}

fn find(catalog: &Catalog, name: &str) -> Result<&'static Service, Failure> {
    let unknown = || Failure::new(format!("no service '{name}'; see `standin specs list`"));
    catalog.service(name).ok_or_else(unknown)
}

fn save(root: &Path, files: &[File]) -> Outcome {
    standin_codegen::save(root, files)?;
    let mut out = std::io::stdout().lock();
    for file in files {
        writeln!(out, "{}", file.path)?;
    }
    Ok(Exit::Success)
}

fn check(root: &Path, files: &[File]) -> Outcome {
    match standin_codegen::check(root, files) {
        Ok(()) => Ok(Exit::Success),
        Err(stale @ standin_codegen::TreeError::Stale(_)) => {
            writeln!(std::io::stderr().lock(), "standin: {stale}")?;
            Ok(Exit::Deviations)
        }
        Err(error) => Err(error.into()),
    }
}

fn print(files: &[File]) -> Outcome {
    let mut out = std::io::stdout().lock();
    for file in files {
        writeln!(out, "// {}\n{}", file.path, file.text)?;
    }
    Ok(Exit::Success)
}
