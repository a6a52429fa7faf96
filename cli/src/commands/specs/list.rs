//! `standin specs list`.

use std::io::Write;

use clap::Args;
use serde_json::json;
use standin_model::{Protocol, ServiceEntry};

use crate::catalog::CatalogArgs;
use crate::exit::{Exit, Outcome};

/// The arguments of `standin specs list`.
#[derive(Args)]
pub(super) struct List {
    /// Only services with this text in their name.
    filter: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    catalog: CatalogArgs,
}

pub(super) fn run(list: &List) -> Outcome {
    let catalog = list.catalog.open()?;
    let filter = list.filter.as_deref().unwrap_or_default().to_lowercase();
    let matches = |entry: &&ServiceEntry| {
        entry.name.contains(&filter) || entry.full_name.to_lowercase().contains(&filter)
    };
    let services: Vec<&ServiceEntry> = catalog.services().iter().filter(matches).collect();
    let mut out = std::io::stdout().lock();
    if list.json {
        let services: Vec<_> = services.into_iter().map(to_json).collect();
        writeln!(out, "{:#}", json!(services))?;
        return Ok(Exit::Success);
    }
    let width = services.iter().map(|entry| entry.name.len()).max().unwrap_or(0);
    for entry in &services {
        let (name, protocols, count) = (entry.name, protocols(entry), entry.operations.len());
        let (version, title) = (entry.api_version, entry.full_name);
        writeln!(out, "{name:<width$}  {version}  {count:>4}  {protocols:<28}  {title}")?;
    }
    let operations: usize = services.iter().map(|entry| entry.operations.len()).sum();
    let origin = catalog.version();
    writeln!(out, "{} services, {operations} operations (botocore {origin})", services.len())?;
    Ok(Exit::Success)
}

fn protocols(entry: &ServiceEntry) -> String {
    entry.protocols.iter().map(|protocol| protocol.name()).collect::<Vec<_>>().join(" ")
}

fn to_json(entry: &ServiceEntry) -> serde_json::Value {
    json!({
        "name": entry.name,
        "fullName": entry.full_name,
        "serviceId": entry.service_id,
        "apiVersion": entry.api_version,
        "signingName": entry.signing_name,
        "endpointPrefix": entry.endpoint_prefix,
        "targetPrefix": entry.target_prefix,
        "protocols": entry.protocols.iter().map(|protocol: &Protocol| protocol.name()).collect::<Vec<_>>(),
        "operations": entry.operations.iter().map(|operation| operation.name).collect::<Vec<_>>(),
    })
}
