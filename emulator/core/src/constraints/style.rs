//! Which service reports broken constraints in which way: `specs/validation.json`, a reason each.

use std::sync::LazyLock;

use serde::Deserialize;
use standin_model::{Operation, Protocol, Service, ShapeKind};

/// How a service reports what breaks its model's constraints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Style {
    /// In one message: `1 validation error detected: Value 'x' at 'name' failed to satisfy constraint: ...`.
    Coral {
        /// The codes: the first that the operation declares, or else the last.
        codes: &'static [&'static str],
    },
    /// `ValidationException` with a list of the fields, as Smithy's server does.
    Smithy,
    /// In words of its own; its provider checks.
    Own,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'static"))]
struct Table {
    services: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    service: &'static str,
    style: Name,
    #[serde(default)]
    codes: Vec<&'static str>,
    #[cfg_attr(not(test), expect(dead_code, reason = "for people, and for a test that wants one"))]
    reason: &'static str,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Name {
    Coral,
    Smithy,
    Own,
}

static TABLE: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let text = include_str!("../../../../specs/validation.json");
    serde_json::from_str::<Table>(text).expect("a test reads the file").services
});

const EXCEPTION: &[&str] = &["ValidationException"];
const ERROR: &[&str] = &["ValidationError"];

impl Style {
    /// The style that a service is known to have, or that its model suggests.
    pub fn of(service: &Service) -> Self {
        match TABLE.iter().find(|entry| entry.service == service.metadata.name) {
            Some(Entry { style: Name::Own, .. }) => Self::Own,
            Some(Entry { style: Name::Smithy, .. }) => Self::Smithy,
            Some(Entry { style: Name::Coral, codes, .. }) => {
                Self::Coral { codes: codes.as_slice() }
            }
            None => suggested(service),
        }
    }
}

/// The code that an operation's error has.
pub(super) fn code(
    codes: &[&'static str],
    service: &Service,
    operation: &Operation,
) -> &'static str {
    let declares = |code: &&&str| {
        operation.errors.iter().any(|error| service.shape(*error).error_code() == **code)
    };
    codes.iter().find(declares).or(codes.last()).copied().unwrap_or(EXCEPTION[0])
}

fn suggested(service: &Service) -> Style {
    if lists_fields(service) {
        return Style::Smithy;
    }
    let protocols = &service.metadata.protocols;
    // EC2's and S3's errors have other codes and words.
    if protocols.contains(&Protocol::Ec2) || protocols.contains(&Protocol::RestXml) {
        return Style::Own;
    }
    let query = protocols.contains(&Protocol::Query) || service.metadata.query_compatible;
    Style::Coral { codes: if query { ERROR } else { EXCEPTION } }
}

/// Whether the model has the error of Smithy's framework, whose list has a path and a message for each field.
fn lists_fields(service: &Service) -> bool {
    let error = service.shapes.iter().find(|shape| shape.name == EXCEPTION[0]);
    let list = error.and_then(|error| error.structure()?.member("fieldList"));
    let Some(ShapeKind::List(element)) = list.map(|list| &service.shape(list.shape).kind) else {
        return false;
    };
    let field = service.structure(element.shape);
    field.is_some_and(|field| field.member("path").is_some() && field.member("message").is_some())
}

#[cfg(test)]
mod tests {
    use standin_model::Catalog;

    use super::*;

    fn style(name: &str) -> Style {
        Style::of(Catalog::embedded().service(name).expect("a service of the pack"))
    }

    #[test]
    fn every_line_has_a_service_a_reason_and_its_codes() {
        for entry in &*TABLE {
            assert!(Catalog::embedded().entry(entry.service).is_some(), "{}", entry.service);
            assert!(!entry.reason.trim().is_empty(), "{}", entry.service);
            assert_eq!(entry.codes.is_empty(), entry.style != Name::Coral, "{}", entry.service);
        }
        assert!(TABLE.is_sorted_by_key(|entry| entry.service));
    }

    #[test]
    fn services_that_are_not_listed_follow_their_models() {
        assert_eq!(style("s3vectors"), Style::Smithy);
        assert_eq!(style("sns"), Style::Coral { codes: ERROR });
        assert_eq!(style("cloudwatch"), Style::Coral { codes: ERROR });
        assert_eq!(style("ecs"), Style::Coral { codes: EXCEPTION });
        assert_eq!((style("ec2"), style("s3")), (Style::Own, Style::Own));
        // Its fields have a name and no path: not Smithy's framework.
        assert_eq!(style("accessanalyzer"), Style::Coral { codes: EXCEPTION });
    }

    #[test]
    fn an_operation_s_own_code_comes_first() {
        let service = Catalog::embedded().service("logs").expect("a service of the pack");
        let Style::Coral { codes } = Style::of(service) else { panic!("it is listed") };
        let code = |name| code(codes, service, service.operation(name).expect("an operation"));
        assert_eq!(code("PutDeliveryDestination"), "ValidationException");
        assert_eq!(code("PutMetricFilter"), "InvalidParameterException");
    }
}
