//! Where a backend's services reach into services that are native here, and what stops where none hands that over.
//!
//! `data/crossings.json` has a line for each: the operations that set it up, the texts of a request that show it, and
//! whether a patch of the launcher hands over what follows. The text is looked for in the request as it is, since an
//! ARN stands in it unchanged in every protocol but for the escapes of a form.

use std::sync::LazyLock;

use percent_encoding::percent_decode;
use serde::Deserialize;
use standin_core::ServiceError;

/// One kind of reach from a backend's service into a native one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crossing {
    /// The backend's service.
    pub service: String,
    /// The operations that set it up.
    pub operations: Vec<String>,
    /// The service that is reached.
    pub native: String,
    /// A patch of the launcher hands it over.
    pub bridged: bool,
    /// What a request has in it that sets it up; absent, an ARN of the native service.
    #[serde(default)]
    pub mentions: Vec<String>,
    /// What happens, or does not.
    pub reason: String,
}

static CROSSINGS: LazyLock<Vec<Crossing>> = LazyLock::new(|| {
    let text = include_str!("../data/crossings.json");
    serde_json::from_str(text).expect("the data in the tree is checked by a test")
});

/// All that is known.
pub fn crossings() -> &'static [Crossing] {
    &CROSSINGS
}

/// What an operation may set up that its backend does not hand over.
pub(crate) struct Check {
    suspects: Vec<&'static Crossing>,
}

impl Check {
    /// None where the operation reaches no native service, or all is handed over.
    pub(crate) fn of(
        (service, operation): (&str, &str),
        native: &[&str],
        bridged: Bridges,
    ) -> Option<Self> {
        let suspects: Vec<_> = crossings()
            .iter()
            .filter(|crossing| crossing.service == service)
            .filter(|crossing| crossing.operations.iter().any(|name| name == operation))
            .filter(|crossing| native.contains(&crossing.native.as_str()))
            .filter(|crossing| !(crossing.bridged && matches!(bridged, Bridges::Up)))
            .collect();
        (!suspects.is_empty()).then_some(Self { suspects })
    }

    /// The error that answers a request, if it sets such a thing up.
    pub(crate) fn refuse(&self, query: Option<&str>, body: &[u8]) -> Option<ServiceError> {
        let query = percent_decode(query.unwrap_or_default().as_bytes()).collect::<Vec<u8>>();
        let decoded: Vec<u8> = percent_decode(body).collect();
        let texts = [query.as_slice(), body, decoded.as_slice()];
        let found = self.suspects.iter().find(|crossing| crossing.is_in(&texts))?;
        Some(found.error())
    }
}

/// Whether a backend hands over what a patch of the launcher can.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bridges {
    /// It runs under our launcher, and knows our endpoint.
    Up,
    /// It does not.
    Down,
}

impl Crossing {
    fn is_in(&self, texts: &[&[u8]]) -> bool {
        let arn = [format!(":{}:", self.native)];
        let mentions = if self.mentions.is_empty() { &arn[..] } else { &self.mentions[..] };
        mentions.iter().any(|mention| texts.iter().any(|text| contains(text, mention.as_bytes())))
    }

    fn error(&self) -> ServiceError {
        let Self { service, native, reason, .. } = self;
        not_bridged(&format!(
            "{service} comes from the fallback and {native} is native, and this is not handed over between them: {reason}."
        ))
    }
}

/// Status 501.
pub(crate) fn not_bridged(message: &str) -> ServiceError {
    ServiceError::fault("NotImplemented", message).with_status(501)
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use standin_model::Catalog;

    use super::*;

    #[test]
    fn every_line_names_what_exists() {
        let catalog = Catalog::embedded();
        for crossing in crossings() {
            let service = catalog.service(&crossing.service).expect(&crossing.service);
            assert!(catalog.service(&crossing.native).is_some(), "{}", crossing.native);
            assert!(!crossing.reason.is_empty() && !crossing.operations.is_empty());
            for operation in &crossing.operations {
                assert!(service.operation(operation).is_some(), "{operation}");
            }
        }
    }

    fn refused(operation: (&str, &str), bridged: Bridges, body: &str) -> Option<String> {
        let error = Check::of(operation, &["sqs"], bridged)?.refuse(None, body.as_bytes())?;
        assert_eq!(error.status, 501);
        error.message
    }

    #[test]
    fn what_is_not_handed_over_is_refused_and_names_both() {
        let mapping = ("lambda", "CreateEventSourceMapping");
        let queue = r#"{"EventSourceArn": "arn:aws:sqs:us-east-1:000000000000:q"}"#;
        let said = refused(mapping, Bridges::Up, queue).unwrap();
        assert!(said.contains("lambda") && said.contains("sqs"), "{said}");
        let stream = r#"{"EventSourceArn": "arn:aws:kinesis:us-east-1:000000000000:stream/s"}"#;
        assert_eq!(refused(mapping, Bridges::Up, stream), None);
        assert_eq!(refused(("lambda", "Invoke"), Bridges::Up, queue), None);
    }

    #[test]
    fn what_the_launcher_hands_over_is_refused_only_without_it() {
        let form =
            "Action=Subscribe&Protocol=sqs&Endpoint=arn%3Aaws%3Asqs%3Aus-east-1%3A000000000000%3Aq";
        assert_eq!(refused(("sns", "Subscribe"), Bridges::Up, form), None);
        assert!(refused(("sns", "Subscribe"), Bridges::Down, form).is_some());
        assert_eq!(refused(("sns", "Subscribe"), Bridges::Down, "Protocol=email"), None);
    }

    #[test]
    fn nothing_is_refused_for_what_is_not_native() {
        assert!(
            Check::of(("lambda", "CreateEventSourceMapping"), &["sts"], Bridges::Down).is_none()
        );
    }
}
