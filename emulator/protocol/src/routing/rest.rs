//! Method and path among the operations of one REST service.

use std::cmp::Reverse;

use http::request::Parts;
use standin_model::{Name, OperationEntry, ServiceEntry};

use super::form;
use crate::uri::{QueryLiteral, UriTemplate, equals_decoded};

/// The routes of one service.
#[derive(Debug)]
pub(super) struct RestTable {
    routes: Vec<Route>,
}

#[derive(Debug)]
struct Route {
    operation: &'static OperationEntry,
    template: UriTemplate,
    specificity: u64,
}

/// The operation of the control endpoint of S3's directory buckets that has a twin elsewhere.
const DIRECTORY_BUCKETS: &str = "ListDirectoryBuckets";

/// How well an operation fits a request; the greater fits better.
#[expect(clippy::struct_excessive_bools, reason = "each is one step of an ordered comparison")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    specificity: u64,
    literals: usize,
    endpoint: bool,
    named: bool,
    missing: Reverse<usize>,
    required: usize,
    slash: bool,
    current: bool,
}

/// A request as REST routing sees it.
pub(super) struct RestRequest<'r> {
    method: &'r str,
    path: &'r str,
    query: Vec<(&'r str, &'r str)>,
    parts: &'r Parts,
    express: bool,
}

impl<'r> RestRequest<'r> {
    /// Takes the path apart from the rest: a virtual-hosted request has another one. `express`
    /// says that the endpoint is that of S3's directory buckets.
    pub(super) fn new(parts: &'r Parts, path: &'r str, express: Express) -> Self {
        let query = form::pairs(parts.uri.query().unwrap_or_default()).collect();
        let express = express == Express::Yes;
        Self { method: parts.method.as_str(), path, query, parts, express }
    }

    fn has_literal(&self, literal: &QueryLiteral) -> bool {
        match (self.value(literal.name), literal.value) {
            (Some(_), None) => true,
            (Some(value), Some(literal)) => equals_decoded(value, literal),
            _ => false,
        }
    }

    fn value(&self, name: &str) -> Option<&'r str> {
        self.query.iter().find(|(key, _)| equals_decoded(key, name)).map(|(_, value)| *value)
    }
}

/// Whether a request is meant for the control endpoint of S3's directory buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Express {
    /// It is.
    Yes,
    /// It is not.
    No,
}

impl RestTable {
    pub(super) fn new(entry: &'static ServiceEntry) -> Self {
        Self { routes: entry.operations.iter().map(Route::new).collect() }
    }

    /// The name of the operation that fits best.
    pub(super) fn best(&self, request: &RestRequest<'_>) -> Option<(Rank, Name)> {
        let fitting = self.routes.iter().filter_map(|route| Some((route.rank(request)?, route)));
        fitting.max_by_key(|(rank, _)| *rank).map(|(rank, route)| (rank, route.operation.name))
    }

    /// Whether the path fits an operation of whatever method.
    pub(super) fn knows_path(&self, path: &str) -> bool {
        self.routes.iter().any(|route| route.template.matches(path))
    }
}

impl Route {
    fn new(operation: &'static OperationEntry) -> Self {
        let template = UriTemplate::parse(operation.uri);
        Self { specificity: template.specificity(), operation, template }
    }

    fn rank(&self, request: &RestRequest<'_>) -> Option<Rank> {
        let operation = self.operation;
        if operation.method != request.method || !self.template.matches(request.path) {
            return None;
        }
        let literals = self.template.query();
        if !literals.iter().all(|literal| request.has_literal(literal)) {
            return None;
        }
        // Twins with the same template differ in the parameters and headers that they require.
        let required = operation.required_query.len() + operation.required_headers.len();
        let query = operation.required_query.iter().filter(|name| request.value(name).is_some());
        let headers = &request.parts.headers;
        let headers = operation.required_headers.iter().filter(|name| headers.contains_key(**name));
        let present = query.count() + headers.count();
        Some(Rank {
            specificity: self.specificity,
            literals: literals.len(),
            endpoint: (operation.name == DIRECTORY_BUCKETS) == request.express,
            // Some SDKs name the operation in a parameter of their own.
            named: request.value("x-id") == Some(operation.name),
            missing: Reverse(required - present),
            required: present,
            slash: self.template.has_trailing_slash() == request.path.ends_with('/'),
            current: !operation.deprecated,
        })
    }
}
