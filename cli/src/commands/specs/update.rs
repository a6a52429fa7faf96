//! `standin specs update`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;
use serde_json::json;
use sha2::{Digest, Sha256};
use standin_model::botocore::{Source, Wheel};
use standin_model::pack::{self, Built, Effort};

use crate::exit::{Exit, Failure, Outcome};

/// The arguments of `standin specs update`.
#[derive(Args)]
pub(super) struct Update {
    /// Use this wheel instead of downloading the pinned one by `python3 -m pip download`.
    #[arg(long, value_name = "FILE", conflicts_with = "version")]
    wheel: Option<PathBuf>,
    /// Pin this version of botocore instead of the one in specs/SOURCE.toml.
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// Write nothing; exit 1 if the pack is not what the wheel and the patches give.
    #[arg(long, conflicts_with = "version")]
    check: bool,
    /// The specs folder, by default that of the repository around the current folder.
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(update: &Update) -> Outcome {
    let folder = match &update.folder {
        Some(folder) => folder.clone(),
        None => find_folder(&std::env::current_dir()?)?,
    };
    let pinned = Pin::read(&folder)?;
    let bytes = wheel(update, &pinned)?;
    let digest = hex(&Sha256::digest(&bytes));
    let wheel = Wheel::open(bytes)?;
    let version =
        wheel.version().ok_or_else(|| Failure::new("the wheel doesn't say botocore's version"))?;
    let wanted = update.version.as_ref().unwrap_or(&pinned.botocore);
    if update.wheel.is_none() && version != *wanted {
        return Err(Failure::new(format!("asked for botocore {wanted}, got {version}")));
    }
    if version == pinned.botocore && digest != pinned.wheel_sha256 {
        let pinned = &pinned.wheel_sha256;
        return Err(Failure::new(format!("the wheel's sha256 is {digest}, pinned is {pinned}")));
    }
    let built = pack::build(&wheel, &patches(&folder)?, Effort::Smallest)?;
    let pin = Pin { botocore: version, wheel_sha256: digest };
    if update.check {
        return check(update, &folder, &pin, &built);
    }
    std::fs::write(folder.join("models.pack"), &built.bytes)?;
    std::fs::write(folder.join("SOURCE.toml"), pin.render(&built))?;
    report(update, &pin, &built, "written")?;
    Ok(Exit::Success)
}

fn check(update: &Update, folder: &Path, pin: &Pin, built: &Built) -> Outcome {
    let same = std::fs::read(folder.join("models.pack"))? == built.bytes
        && std::fs::read_to_string(folder.join("SOURCE.toml"))? == pin.render(built);
    report(update, pin, built, if same { "fresh" } else { "stale" })?;
    if same {
        return Ok(Exit::Success);
    }
    writeln!(
        std::io::stderr(),
        "specs/models.pack is not what the wheel and specs/patches give; run `standin specs update`"
    )?;
    Ok(Exit::Deviations)
}

fn report(update: &Update, pin: &Pin, built: &Built, state: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let (version, size) = (&pin.botocore, built.bytes.len());
    let Built { services, operations, shapes, .. } = built;
    if update.json {
        let report = json!({
            "state": state,
            "botocore": version,
            "services": services,
            "operations": operations,
            "shapes": shapes,
            "bytes": size,
        });
        return writeln!(out, "{report:#}");
    }
    writeln!(
        out,
        "{state}: botocore {version}, {services} services, {operations} operations, {size} bytes"
    )
}

/// What specs/SOURCE.toml pins.
struct Pin {
    botocore: String,
    wheel_sha256: String,
}

impl Pin {
    fn read(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join("SOURCE.toml");
        let text = std::fs::read_to_string(&path)
            .map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
        let field = |name: &str| {
            let value = text.lines().find_map(|line| {
                let (key, value) = line.split_once('=')?;
                (key.trim() == name).then(|| value.trim().trim_matches('"').to_owned())
            });
            value.ok_or_else(|| Failure::new(format!("{}: no {name}", path.display())))
        };
        Ok(Self { botocore: field("botocore")?, wheel_sha256: field("wheel_sha256")? })
    }

    fn render(&self, built: &Built) -> String {
        let pack = hex(&Sha256::digest(&built.bytes));
        let Self { botocore, wheel_sha256 } = self;
        let Built { services, operations, shapes, .. } = built;
        format!(
            "# Where the pack comes from. Written by `standin specs update`.\n\
             botocore = \"{botocore}\"\n\
             wheel_sha256 = \"{wheel_sha256}\"\n\
             pack_sha256 = \"{pack}\"\n\
             services = {services}\n\
             operations = {operations}\n\
             shapes = {shapes}\n"
        )
    }
}

/// The specs folder of the repository that a folder lies in.
fn find_folder(from: &Path) -> Result<PathBuf, Failure> {
    let folders = from.ancestors().map(|folder| folder.join("specs"));
    let found = folders.into_iter().find(|folder| folder.join("SOURCE.toml").is_file());
    found.ok_or_else(|| Failure::new("no specs/SOURCE.toml here or above; give --folder"))
}

/// The patch files, sorted by name.
fn patches(folder: &Path) -> Result<Vec<(String, String)>, Failure> {
    let mut patches = Vec::new();
    for entry in std::fs::read_dir(folder.join("patches"))? {
        let path = entry?.path();
        if let (Some(name), true) = (path.file_name(), has_extension(&path, "json")) {
            patches.push((name.to_string_lossy().into_owned(), std::fs::read_to_string(&path)?));
        }
    }
    patches.sort();
    Ok(patches)
}

fn wheel(update: &Update, pinned: &Pin) -> Result<Vec<u8>, Failure> {
    if let Some(path) = &update.wheel {
        return std::fs::read(path)
            .map_err(|error| Failure::new(format!("{}: {error}", path.display())));
    }
    download(update.version.as_ref().unwrap_or(&pinned.botocore))
}

/// Downloads by pip, which knows the user's index, proxy and certificates.
fn download(version: &str) -> Result<Vec<u8>, Failure> {
    let folder = std::env::temp_dir().join(format!("standin-specs-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    writeln!(std::io::stderr(), "downloading botocore {version}")?;
    let wheel = pip_download(version, &folder);
    // Leaving the folder behind would be untidy, not wrong.
    let _removed = std::fs::remove_dir_all(&folder);
    wheel
}

fn pip_download(version: &str, folder: &Path) -> Result<Vec<u8>, Failure> {
    let output = Command::new("python3")
        .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check"])
        .args(["--no-deps", "--only-binary", ":all:", "--dest"])
        .arg(folder)
        .arg(format!("botocore=={version}"))
        .output()
        .map_err(|error| Failure::new(format!("python3: {error}; give a wheel by --wheel")))?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::new(format!("pip download botocore=={version}: {}", text.trim())));
    }
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if has_extension(&path, "whl") {
            return Ok(std::fs::read(path)?);
        }
    }
    Err(Failure::new("pip downloaded no wheel"))
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
