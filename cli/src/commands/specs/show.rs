//! `standin specs show`.

use std::io::Write;

use clap::Args;
use serde_json::{Value, json};
use standin_model::{Location, Member, Operation, Service, Shape, ShapeId, ShapeKind, Structure};

use crate::catalog::CatalogArgs;
use crate::exit::{Exit, Failure, Outcome};

/// The arguments of `standin specs show`.
#[derive(Args)]
pub(super) struct Show {
    /// The service, by botocore's name (`standin specs list`).
    service: String,
    /// The operation.
    operation: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    catalog: CatalogArgs,
}

pub(super) fn run(show: &Show) -> Outcome {
    let catalog = show.catalog.open()?;
    let Some(service) = catalog.service(&show.service) else {
        let names = catalog.services().iter().map(|entry| entry.name);
        return Err(Failure::new(unknown("service", &show.service, names)));
    };
    let mut out = std::io::stdout().lock();
    let Some(name) = &show.operation else {
        if show.json {
            writeln!(out, "{:#}", service_json(service))?;
        } else {
            write_service(&mut out, service)?;
        }
        return Ok(Exit::Success);
    };
    let Some(operation) = service.operation(name) else {
        let names = service.operations.iter().map(|operation| operation.name);
        return Err(Failure::new(unknown("operation", name, names)));
    };
    if show.json {
        writeln!(out, "{:#}", operation_json(service, operation))?;
    } else {
        write_operation(&mut out, service, operation)?;
    }
    Ok(Exit::Success)
}

/// What is not there, and what comes near it.
fn unknown<'n>(what: &str, name: &str, known: impl Iterator<Item = &'n str>) -> String {
    let lower = name.to_lowercase();
    let near = |known: &&str| {
        let known = known.to_lowercase();
        known.contains(&lower) || lower.contains(&known) || one_edit(&known, &lower)
    };
    let near: Vec<&str> = known.filter(near).take(5).collect();
    match near.as_slice() {
        [] => format!("no {what} `{name}`"),
        near => format!("no {what} `{name}`; did you mean {}?", near.join(", ")),
    }
}

/// Whether one letter more, less or another makes one name the other.
fn one_edit(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[head..], &b[head..]);
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    a.len() - tail <= 1 && b.len() - tail <= 1
}

fn write_service(out: &mut impl Write, service: &Service) -> std::io::Result<()> {
    let metadata = &service.metadata;
    let protocols: Vec<_> = metadata.protocols.iter().map(|protocol| protocol.name()).collect();
    writeln!(out, "{} ({}), version {}", metadata.full_name, metadata.name, metadata.api_version)?;
    writeln!(out, "  protocols  {}", protocols.join(" "))?;
    writeln!(out, "  signs as   {} ({})", metadata.signing_name, metadata.signature_version)?;
    writeln!(out, "  host       {}", metadata.endpoint_prefix)?;
    if let Some(prefix) = metadata.target_prefix {
        writeln!(out, "  target     {prefix}")?;
    }
    writeln!(out, "  shapes     {}", service.shapes.len())?;
    writeln!(out, "\n{} operations", service.operations.len())?;
    let width = service.operations.iter().map(|operation| operation.name.len()).max().unwrap_or(0);
    for operation in &service.operations {
        let (name, http) = (operation.name, operation.http);
        let note = if operation.deprecated { "  (deprecated)" } else { "" };
        writeln!(out, "  {name:<width$}  {} {}{note}", http.method, http.uri)?;
    }
    Ok(())
}

fn write_operation(
    out: &mut impl Write,
    service: &Service,
    operation: &Operation,
) -> std::io::Result<()> {
    let http = operation.http;
    writeln!(out, "{} {}", service.metadata.name, operation.name)?;
    writeln!(out, "  {} {} -> {}", http.method, http.uri, http.status)?;
    if let Some(prefix) = operation.host_prefix {
        writeln!(out, "  host prefix {prefix}")?;
    }
    write_members(out, service, "input", operation.input)?;
    write_members(out, service, "output", operation.output)?;
    writeln!(out, "\nerrors")?;
    for shape in operation.errors.iter().map(|id| service.shape(*id)) {
        let status = shape.error().map_or(400, standin_model::ErrorInfo::http_status);
        let code = shape.error_code();
        let code = if code == shape.name { String::new() } else { format!(" as {code}") };
        writeln!(out, "  {}{code} -> {status}", shape.name)?;
    }
    Ok(())
}

fn write_members(
    out: &mut impl Write,
    service: &Service,
    title: &str,
    id: Option<ShapeId>,
) -> std::io::Result<()> {
    let Some(structure) = id.and_then(|id| service.structure(id)) else {
        return writeln!(out, "\n{title}: none");
    };
    writeln!(out, "\n{title}")?;
    let width = structure.members.iter().map(|member| member.name.len()).max().unwrap_or(0);
    for member in &structure.members {
        let (name, kind) = (member.name, type_name(service, member));
        let required = if member.required { "  required" } else { "" };
        let place = place(member)
            .map_or(String::new(), |place| format!("  {place} {}", member.wire_name()));
        writeln!(out, "  {name:<width$}  {kind}{required}{place}")?;
    }
    Ok(())
}

fn type_name(service: &Service, member: &Member) -> String {
    let shape = service.shape(member.shape);
    match &shape.kind {
        ShapeKind::List(element) => format!("list of {}", type_name_shallow(service, element)),
        ShapeKind::Map(key, value) => format!(
            "map of {} to {}",
            type_name_shallow(service, key),
            type_name_shallow(service, value)
        ),
        _ => kind(shape),
    }
}

/// Types nest without end; what is inside a collection is named, not opened.
fn type_name_shallow(service: &Service, member: &Member) -> String {
    let shape = service.shape(member.shape);
    match shape.kind {
        ShapeKind::List(_) | ShapeKind::Map(..) => shape.name.to_owned(),
        _ => kind(shape),
    }
}

fn kind(shape: &Shape) -> String {
    let values = shape.constraints.as_ref().is_some_and(|limits| !limits.enum_values.is_empty());
    match &shape.kind {
        ShapeKind::Structure(Structure { union: true, .. }) => format!("union {}", shape.name),
        ShapeKind::Structure(_) => shape.name.to_owned(),
        ShapeKind::List(_) => "list".to_owned(),
        ShapeKind::Map(..) => "map".to_owned(),
        ShapeKind::String if values => format!("enum {}", shape.name),
        simple => format!("{simple:?}").to_lowercase(),
    }
}

fn place(member: &Member) -> Option<&'static str> {
    Some(match member.location {
        Location::Body => return None,
        Location::Header => "header",
        Location::Headers => "headers",
        Location::QueryString => "query",
        Location::Uri => "path",
        Location::StatusCode => "status",
    })
}

fn service_json(service: &Service) -> Value {
    let operations = service.operations.iter();
    json!({
        "metadata": service.metadata,
        "shapes": service.shapes.len(),
        "operations": operations.map(|operation| json!({
            "name": operation.name,
            "method": operation.http.method,
            "uri": operation.http.uri,
        })).collect::<Vec<_>>(),
    })
}

fn operation_json(service: &Service, operation: &Operation) -> Value {
    let errors = operation.errors.iter().map(|id| service.shape(*id)).map(|shape| {
        json!({
            "name": shape.name,
            "code": shape.error_code(),
            "status": shape.error().map(standin_model::ErrorInfo::http_status),
        })
    });
    json!({
        "service": service.metadata.name,
        "operation": operation.name,
        "http": operation.http,
        "input": members_json(service, operation.input),
        "output": members_json(service, operation.output),
        "errors": errors.collect::<Vec<_>>(),
    })
}

fn members_json(service: &Service, id: Option<ShapeId>) -> Value {
    let Some(structure) = id.and_then(|id| service.structure(id)) else { return Value::Null };
    let members = structure.members.iter().map(|member| {
        json!({
            "name": member.name,
            "type": type_name(service, member),
            "shape": service.shape(member.shape).name,
            "required": member.required,
            "location": place(member),
            "wireName": member.wire_name(),
        })
    });
    members.collect()
}
