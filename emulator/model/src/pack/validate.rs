//! What must hold of decoded content before anything indexes into it.

use super::{Index, PackError};
use crate::{Member, Service, Shape, ShapeKind};

/// The index is in order and has a frame for each service.
pub(super) fn index(index: &Index) -> Result<(), PackError> {
    let services = &index.services;
    if index.models.len() != services.len() || index.rules.len() != services.len() {
        return damaged("the index", "a service without a frame");
    }
    if !services.is_sorted_by(|a, b| a.name < b.name) {
        return damaged("the index", "services out of order");
    }
    match services.iter().find(|entry| !entry.operations.is_sorted_by(|a, b| a.name < b.name)) {
        Some(entry) => damaged(entry.name, "operations out of order"),
        None => Ok(()),
    }
}

/// Every place that a service's model names is there, and what is looked up by name is in order.
pub(super) fn service(service: &Service) -> Result<(), PackError> {
    let name = service.metadata.name;
    if !service.operations.is_sorted_by(|a, b| a.name < b.name)
        || !service.shapes.is_sorted_by(|a, b| a.name < b.name)
    {
        return damaged(name, "names out of order");
    }
    let operations = service.operations.iter();
    let mut named = operations.flat_map(|op| op.input.iter().chain(&op.output).chain(&op.errors));
    let known = |member: &Member| (member.shape.0 as usize) < service.shapes.len();
    if !named.all(|id| (id.0 as usize) < service.shapes.len())
        || !service.shapes.iter().all(|shape| sound(shape, known))
    {
        return damaged(name, "a shape that is not there");
    }
    Ok(())
}

fn sound(shape: &Shape, known: impl Fn(&Member) -> bool) -> bool {
    match &shape.kind {
        ShapeKind::Structure(structure) => {
            structure.members.iter().all(known)
                && structure.payload.is_none_or(|at| (at as usize) < structure.members.len())
        }
        ShapeKind::List(member) => known(member),
        ShapeKind::Map(key, value) => known(key) && known(value),
        _ => true,
    }
}

fn damaged<T>(what: &str, why: &str) -> Result<T, PackError> {
    Err(PackError::Content(what.to_owned(), why.to_owned()))
}
