//! The skeleton of a new provider, and the lines by which the workspace knows it.

use std::path::Path;

use standin_model::{Operation, Service};

use crate::tree::{File, TreeError, read};
use crate::{PROVIDERS, generate, names};

/// Where the server lists its providers.
const LIST: &str = "emulator/server/src/providers.rs";

/// The files of a new provider of a service, and those of the repository that have to name it.
///
/// The provider has one operation, which says that it is not implemented: an unfinished provider never
/// answers with a success that it made up.
pub fn provider(root: &Path, service: &Service) -> Result<Vec<File>, TreeError> {
    let name = service.metadata.name;
    let folder = format!("{PROVIDERS}/{name}");
    if root.join(&folder).exists() {
        return Err(TreeError::Exists(folder));
    }
    let mut files = generate(service, None);
    let skeleton = Skeleton::new(service);
    let file = |path: &str, template: &str| File {
        path: format!("{folder}/{path}"),
        text: skeleton.fill(template),
    };
    let method = &skeleton.method;
    files.push(file("Cargo.toml", include_str!("skeleton/manifest.txt")));
    files.push(file("src/lib.rs", include_str!("skeleton/lib.txt")));
    files.push(file("src/operations.rs", include_str!("skeleton/operations.txt")));
    let operation = format!("src/operations/{method}.rs");
    files.push(file(&operation, include_str!("skeleton/operation.txt")));
    files.push(file("src/tables.rs", include_str!("skeleton/tables.txt")));
    files.push(file("src/tests.rs", include_str!("skeleton/tests.txt")));
    files.extend(registrations(root, &skeleton)?);
    Ok(files)
}

/// What the templates name.
struct Skeleton {
    service: String,
    full_name: String,
    krate: String,
    shapes: String,
    provider: String,
    operation: String,
    method: String,
    input: String,
    output: String,
    imports: String,
}

impl Skeleton {
    fn new(service: &Service) -> Self {
        let plan = crate::plan::Plan::new(service);
        let name = service.metadata.name;
        let operation = sample(service);
        let (input, output) = (plan.input_type(operation), plan.output_type(operation));
        let krate = format!("standin_provider_{}", name.replace('-', "_"));
        let shapes = format!("standin_shapes_{}", name.replace('-', "_"));
        Self {
            service: name.to_owned(),
            full_name: service.metadata.full_name.to_owned(),
            imports: use_lines(&shapes, [&input, &output]),
            krate,
            shapes,
            provider: names::pascal(&name.replace('-', "_")),
            operation: operation.name.to_owned(),
            method: names::snake(operation.name),
            input,
            output,
        }
    }

    fn fill(&self, template: &str) -> String {
        [
            ("{service}", &self.service),
            ("{full_name}", &self.full_name),
            ("{crate}", &self.krate),
            ("{shapes}", &self.shapes),
            ("{Provider}", &self.provider),
            ("{Operation}", &self.operation),
            ("{operation}", &self.method),
            ("{Input}", &self.input),
            ("{Output}", &self.output),
            ("{imports}", &self.imports),
        ]
        .into_iter()
        .fold(template.to_owned(), |text, (place, value)| text.replace(place, value))
    }
}

/// An operation to begin with: one that lists or describes and requires nothing, else the first.
fn sample(service: &Service) -> &Operation {
    let requires = |operation: &Operation| {
        let input = operation.input.and_then(|id| service.structure(id));
        input.is_some_and(|input| input.members.iter().any(|member| member.required))
    };
    let reads = |name: &str| ["List", "Describe", "Get"].iter().any(|verb| name.starts_with(verb));
    let mut simple = service.operations.iter().filter(|op| reads(op.name) && !requires(op));
    simple.next().unwrap_or(&service.operations[0])
}

/// The `use` lines of an operation's types.
fn use_lines(shapes: &str, types: [&String; 2]) -> String {
    let inner = types.map(|name| name.rsplit('<').next().unwrap_or(name).trim_end_matches('>'));
    let mut own: Vec<&str> = inner.into_iter().filter(|name| *name != "Empty").collect();
    own.sort_unstable();
    own.dedup();
    let mut shared: Vec<&str> = Vec::new();
    if inner.contains(&"Empty") {
        shared.push("Empty");
    }
    for wrapper in ["Evented", "Streamed"] {
        if types.iter().any(|name| name.split('<').next() == Some(wrapper) && *name != wrapper) {
            shared.push(wrapper);
        }
    }
    [("standin_core::shape", shared), (shapes, own)]
        .map(|(path, names)| use_line(path, &names))
        .concat()
}

fn use_line(path: &str, names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("use {path}::{one};\n"),
        several => format!("use {path}::{{{}}};\n", several.join(", ")),
    }
}

/// The files that name every provider, with the new one in its alphabetical place.
fn registrations(root: &Path, skeleton: &Skeleton) -> Result<Vec<File>, TreeError> {
    let Skeleton { service, krate, provider, .. } = skeleton;
    let path = |kind: &str, folder: &str| {
        format!("standin-{kind}-{service} = {{ path = \"{folder}/{service}\" }}")
    };
    let entry = format!("        Arc::new({krate}::{provider}::new(store.clone())),");
    let dependency = format!("standin-provider-{service}.workspace = true");
    let mut workspace = read(root, "Cargo.toml")?;
    for (kind, folder) in [("provider", PROVIDERS), ("shapes", crate::SHAPES)] {
        let section = ("Cargo.toml", "[workspace.dependencies]");
        workspace = insert(section, &workspace, "standin-", &path(kind, folder))?;
    }
    let manifest = "emulator/server/Cargo.toml";
    let server =
        insert((manifest, "[dependencies]"), &read(root, manifest)?, "standin-", &dependency)?;
    let list = insert((LIST, "    vec!["), &read(root, LIST)?, "        Arc::new(", &entry)?;
    Ok(vec![
        File { path: "Cargo.toml".to_owned(), text: workspace },
        File { path: manifest.to_owned(), text: server },
        File { path: LIST.to_owned(), text: list },
    ])
}

/// A text with a line added, in order, to the lines of a prefix that follow a section's first line.
fn insert(
    (path, section): (&str, &str),
    text: &str,
    prefix: &str,
    line: &str,
) -> Result<String, TreeError> {
    let lines: Vec<&str> = text.lines().collect();
    let start = lines
        .iter()
        .position(|found| *found == section)
        .ok_or_else(|| TreeError::NoSuchLine { path: path.to_owned(), line: section.to_owned() })?;
    let listed = lines[start + 1..].iter().take_while(|found| found.starts_with(prefix));
    let place = start + 1 + listed.take_while(|found| **found < line).count();
    let mut out = lines[..place].to_vec();
    out.push(line);
    out.extend_from_slice(&lines[place..]);
    Ok(out.join("\n") + "\n")
}

#[cfg(test)]
mod tests;
