//! Writes the files of a service's crate of shapes.

use std::fmt::Write;

use standin_model::{Service, Shape, Structure};

use crate::plan::{Plan, enum_values};
use crate::{Docs, File, SHAPES, names};

/// The files of a service's crate of shapes, with documentation where it is given.
pub fn generate(service: &Service, docs: Option<&Docs>) -> Vec<File> {
    let plan = Plan::new(service);
    let emitter = Emitter { plan, docs };
    let folder = format!("{SHAPES}/{}", service.metadata.name);
    let file = |path: &str, text: String| File { path: format!("{folder}/{path}"), text };
    let mut files = vec![
        file("Cargo.toml", emitter.manifest()),
        file("src/lib.rs", emitter.library()),
        file("src/errors.rs", emitter.errors()),
        file("src/operations.rs", emitter.operations()),
        file("src/structures.rs", emitter.structures()),
    ];
    if emitter.has_enums() {
        files.push(file("src/enums.rs", emitter.enums()));
    }
    files
}

/// Names of types are many here, and each of them is used.
const WILDCARD: &str =
    "#![expect(clippy::wildcard_imports, reason = \"every shape of the service is meant\")]\n\n";

struct Emitter<'m> {
    plan: Plan<'m>,
    docs: Option<&'m Docs>,
}

impl Emitter<'_> {
    fn manifest(&self) -> String {
        let name = self.plan.service.metadata.name;
        let head = self.command();
        format!(
            "# {head}\n[package]\nname = \"standin-shapes-{name}\"\nversion.workspace = true\n\
             edition.workspace = true\nrust-version.workspace = true\nlicense.workspace = true\n\
             publish = false\n\n[lib]\ndoctest = false\ntest = false\nbench = false\n\n[lints]\nworkspace = true\n\n\
             [dependencies]\nstandin-core.workspace = true\n"
        )
    }

    fn library(&self) -> String {
        let full_name = self.plan.service.metadata.full_name;
        let version = self.plan.service.metadata.api_version;
        self.head(&format!("The shapes of {full_name}, API version {version}."))
            + if self.has_enums() { "mod enums;\n" } else { "" }
            + "pub mod errors;\nmod operations;\nmod structures;\n\n"
            + if self.has_enums() { "pub use enums::*;\n" } else { "" }
            + "pub use operations::*;\npub use structures::*;\n"
    }

    fn enums(&self) -> String {
        let mut out = self.head("Enums: strings that name their known values.");
        let separate: Vec<String> = self
            .plan
            .shapes()
            .filter(|(shape, _)| !enum_values(shape).is_empty())
            .map(|(shape, name)| enumeration(shape, name))
            .collect();
        out += &separate.join("\n");
        out
    }

    fn errors(&self) -> String {
        let mut out = self.head("Errors, by the shapes that declare them.");
        out += "standin_core::errors! {\n";
        let mut taken = Vec::new();
        for shape in &self.plan.service.shapes {
            let Some(error) = shape.error() else { continue };
            let function = names::unique(names::snake(shape.name), &taken);
            out += &doc_line(self.docs.and_then(|docs| docs.shape(shape.name)));
            let _ = writeln!(out, "    {function} = {:?}, {};", shape.name, error.http_status());
            taken.push(function);
        }
        out + "}\n"
    }

    fn operations(&self) -> String {
        let service = self.plan.service;
        let mut out = format!("standin_core::operations! {{\n    {:?};\n", service.metadata.name);
        for operation in &service.operations {
            let method = names::snake(operation.name);
            out += &doc_line(self.docs.and_then(|docs| docs.operation(operation.name)));
            let (input, output) =
                (self.plan.input_type(operation), self.plan.output_type(operation));
            let _ = writeln!(out, "    {method} = {:?}: {input} => {output};", operation.name);
        }
        out += "}\n";
        let mut head = self.head("The operations and the trait of the service.");
        let shared = imports(&out, "standin_core::shape", &["Empty", "Evented", "Streamed"]);
        if self.plan.shapes().next().is_none() {
            return head + &shared + "\n" + &out;
        }
        head += WILDCARD;
        if !shared.is_empty() {
            head = head + &shared + "\n";
        }
        head + "use crate::structures::*;\n\n" + &out
    }

    fn structures(&self) -> String {
        let pieces: Vec<String> = self
            .plan
            .shapes()
            .filter_map(|(shape, name)| Some(self.structure(shape, shape.structure()?, name)))
            .collect();
        let body = pieces.join("\n");
        let mut head = self.head("Structures and unions: a line a member.");
        let mut uses = Vec::new();
        if body.contains("BTreeMap<") {
            uses.push("use std::collections::BTreeMap;\n".to_owned());
        }
        uses.push(imports(&body, "standin_core", &["Bytes", "Document", "Number", "Timestamp"]));
        if self.names_enum(&body) {
            head += WILDCARD;
            uses.push("use crate::enums::*;\n".to_owned());
        }
        uses.push(body);
        uses.retain(|group| !group.is_empty());
        head + &uses.join("\n")
    }

    fn structure(&self, shape: &Shape, structure: &Structure, name: &str) -> String {
        let kind = if structure.union { "union" } else { "structure" };
        let mut out = format!("standin_core::{kind}! {{");
        let doc = self.docs.and_then(|docs| docs.shape(shape.name));
        out +=
            &doc.map_or_else(|| format!(" {name} {{\n"), |doc| format!("\n/// {doc}\n{name} {{\n"));
        let mut taken = Vec::new();
        for member in self.plan.members(structure) {
            let kind = self.plan.member_type(shape, member);
            out += &doc_line(self.docs.and_then(|docs| docs.member(shape.name, member.name)));
            let (field, line) = if structure.union {
                let variant = names::unique(names::pascal(member.name), &taken);
                (variant.clone(), format!("{variant}({kind})"))
            } else {
                let field = names::unique(names::snake(member.name), &taken);
                (field.clone(), format!("{field}: {kind}"))
            };
            let _ = writeln!(out, "    {line} = {:?},", member.name);
            taken.push(field);
        }
        out + "}}\n"
    }

    fn head(&self, about: &str) -> String {
        format!("//! {}\n//!\n//! {about}\n\n", self.command())
    }

    fn command(&self) -> String {
        let doc = if self.docs.is_some() { " --doc" } else { "" };
        let name = self.plan.service.metadata.name;
        format!("Made by `standin scaffold generate {name} --save{doc}`; not to be edited.")
    }

    fn has_enums(&self) -> bool {
        self.plan.shapes().any(|(shape, _)| !enum_values(shape).is_empty())
    }

    fn names_enum(&self, body: &str) -> bool {
        let mut enums = self.plan.shapes().filter(|(shape, _)| !enum_values(shape).is_empty());
        enums.any(|(_, name)| mentions(body, name))
    }
}

fn enumeration(shape: &Shape, name: &str) -> String {
    let mut out = format!("standin_core::enumeration! {{ {name} {{\n");
    let mut taken = Vec::new();
    for value in enum_values(shape) {
        let constant = names::unique(names::constant(value), &taken);
        let _ = writeln!(out, "    {constant} = {value:?},");
        taken.push(constant);
    }
    out + "}}\n"
}

fn doc_line(doc: Option<String>) -> String {
    doc.map(|doc| format!("    /// {doc}\n")).unwrap_or_default()
}

/// The `use` line of the types of a module that a text mentions; nothing if it mentions none.
fn imports(body: &str, module: &str, types: &[&str]) -> String {
    let used: Vec<&str> = types.iter().copied().filter(|name| mentions(body, name)).collect();
    match used.as_slice() {
        [] => String::new(),
        [one] => format!("use {module}::{one};\n"),
        several => format!("use {module}::{{{}}};\n", several.join(", ")),
    }
}

/// Whether a name stands in a text as a type: after a space or `<`, before what ends a type.
fn mentions(body: &str, name: &str) -> bool {
    body.match_indices(name).any(|(start, _)| {
        let before = body[..start].ends_with([' ', '<', '(']);
        before && body[start + name.len()..].starts_with([' ', '>', '<', ';', ')'])
    })
}
