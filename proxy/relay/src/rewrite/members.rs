//! Which members of answers name hosts of the upstream's.

use standin_protocol::Call;

/// What stands in a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    /// A URL of the service itself.
    Service,
    /// The service's own host, without a scheme.
    ServiceHost,
    /// A URL of another server, to which further requests go.
    Server,
    /// The host of such a server, without a scheme.
    ServerHost,
}

/// A member that names a host.
#[derive(Debug)]
pub(super) struct Row {
    service: &'static str,
    /// The operations that answer with it; all of them, where none is named.
    operations: &'static [&'static str],
    pub(super) member: &'static str,
    pub(super) names: Names,
}

const ALL: &[&str] = &[];
const DISCOVERY: &[&str] = &["DescribeEndpoints"];
const FUNCTION_URLS: &[&str] = &[
    "CreateFunctionUrlConfig",
    "GetFunctionUrlConfig",
    "ListFunctionUrlConfigs",
    "UpdateFunctionUrlConfig",
];

/// All of them. What S3 names as `Endpoint` stands in the error of a bucket that is elsewhere.
const ROWS: [Row; 17] = [
    row("dynamodb", DISCOVERY, "Address", Names::ServerHost),
    row("ecr", &["GetAuthorizationToken"], "proxyEndpoint", Names::Server),
    row("iot", &["DescribeEndpoint"], "endpointAddress", Names::ServerHost),
    row("kinesisvideo", &["GetDataEndpoint"], "DataEndpoint", Names::Server),
    row("kinesisvideo", &["GetSignalingChannelEndpoint"], "ResourceEndpoint", Names::Server),
    row("lambda", FUNCTION_URLS, "FunctionUrl", Names::Server),
    row("mediaconvert", DISCOVERY, "url", Names::Server),
    row("mediastore", &["CreateContainer"], "Endpoint", Names::Server),
    row("mediastore", &["DescribeContainer"], "Endpoint", Names::Server),
    row("mediastore", &["ListContainers"], "Endpoint", Names::Server),
    row("s3", ALL, "Endpoint", Names::ServiceHost),
    row("s3", ALL, "Location", Names::Service),
    row("sqs", ALL, "QueueUrl", Names::Service),
    row("sqs", ALL, "QueueUrls", Names::Service),
    row("sqs", ALL, "queueUrls", Names::Service),
    row("timestream-query", DISCOVERY, "Address", Names::ServerHost),
    row("timestream-write", DISCOVERY, "Address", Names::ServerHost),
];

const fn row(
    service: &'static str,
    operations: &'static [&'static str],
    member: &'static str,
    names: Names,
) -> Row {
    Row { service, operations, member, names }
}

/// The members of an operation's answers, and errors, that name hosts.
pub(super) fn of(call: Call) -> impl Iterator<Item = &'static Row> {
    let (service, operation) = (call.service.metadata.name, call.operation.name);
    ROWS.iter().filter(move |row| {
        let has_it = row.operations.is_empty() || row.operations.contains(&operation);
        row.service == service && has_it
    })
}

/// Whether URLs of a service itself stand in its answers.
pub(super) fn names_itself(service: &str) -> bool {
    ROWS.iter().any(|row| row.service == service && row.names == Names::Service)
}

#[cfg(test)]
mod tests {
    use standin_model::{Catalog, ShapeKind};

    use super::*;

    #[test]
    fn rows_are_of_the_models() {
        for row in &ROWS {
            let service = Catalog::embedded().service(row.service).expect("a service");
            for name in row.operations {
                assert!(service.operation(name).is_some(), "{row:?}");
            }
            let is_known = service.shapes.iter().any(|shape| match &shape.kind {
                ShapeKind::Structure(structure) => {
                    structure.members.iter().any(|member| member.wire_name() == row.member)
                }
                _ => false,
            });
            assert!(is_known, "{row:?}");
        }
    }
}
