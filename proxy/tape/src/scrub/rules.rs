//! The supplement: what the models don't mark, as data.

use std::sync::LazyLock;

use standin_model::Answer;

use crate::json::{self, Json};
use crate::{Digest, RulesUsed, scrub::Exceptions};

const BUILTIN: &str = include_str!("../../rules/scrub.json");

/// The rules by which recordings are scrubbed.
#[derive(Debug)]
pub struct Rules {
    secrets: Vec<MemberRule>,
    payloads: Vec<MemberRule>,
    credential_operations: Vec<(String, String)>,
    response_headers: Vec<HeaderRule>,
    version: u32,
    minimum: u32,
    digest: Digest,
}

/// A response header that is kept.
#[derive(Debug)]
struct HeaderRule {
    name: String,
    /// On a success it says nothing that clients act on.
    only_errors: bool,
}

impl HeaderRule {
    fn parse(item: &Json) -> Option<Self> {
        text_of(item, "reason")?;
        let only_errors = text_of(item, "on").is_some_and(|on| on == "errors");
        Some(Self { name: text_of(item, "name")?, only_errors })
    }
}

/// What a member holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Plain,
    Secret,
    Payload,
}

/// Names a member of a service; `*` stands for any service, and at one end of a member for any text. Members of all
/// services are named in capitals or not, as services do both.
#[derive(Debug)]
struct MemberRule {
    service: String,
    member: String,
    shape: Option<String>,
}

impl Rules {
    /// The rules that are built in.
    pub fn builtin() -> &'static Self {
        static RULES: LazyLock<Rules> =
            LazyLock::new(|| Rules::parse(BUILTIN).expect("a test reads the built-in rules"));
        &RULES
    }

    /// What recordings say of the rules that were applied.
    pub fn used(&self) -> RulesUsed {
        RulesUsed { version: self.version, hash: self.digest.as_str().to_owned() }
    }

    /// The oldest version that left nothing in recordings that a scan must refuse.
    pub fn minimum(&self) -> u32 {
        self.minimum
    }

    /// Reads rules; `None` if the text is not of their form.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let Json::Object(lists) = json::parse(text).ok()? else { return None };
        let list = |name: &str| match lists.iter().find(|(key, _)| key == name) {
            Some((_, Json::Array(items))) => Some(items.as_slice()),
            _ => None,
        };
        let members = |name| list(name)?.iter().map(MemberRule::parse).collect::<Option<Vec<_>>>();
        let operation = |item| Some((text_of(item, "service")?, text_of(item, "operation")?));
        let number = |name: &str| {
            lists.iter().find_map(|(key, value)| match value {
                Json::Number(text) if key == name => text.parse().ok(),
                _ => None,
            })
        };
        Some(Self {
            secrets: members("secrets")?,
            payloads: members("payloads")?,
            credential_operations: list("credential_operations")?
                .iter()
                .map(operation)
                .collect::<Option<_>>()?,
            response_headers: list("response_headers")?
                .iter()
                .map(HeaderRule::parse)
                .collect::<Option<_>>()?,
            version: number("version")?,
            minimum: number("minimum")?,
            digest: Digest::of(text.as_bytes()),
        })
    }

    /// The rules that name no member of these services.
    #[cfg(test)]
    pub(super) fn unused(&self, services: &[&'static standin_model::Service]) -> Vec<&str> {
        let mut unused: Vec<&MemberRule> = self.secrets.iter().chain(&self.payloads).collect();
        for service in services {
            for shape in &service.shapes {
                let Some(structure) = shape.structure() else { continue };
                unused.retain(|rule| {
                    !structure.members.iter().any(|member| {
                        rule.covers(&Place {
                            service: service.metadata.name,
                            structure: shape.name,
                            member: member.name,
                            sensitive: false,
                            holds_text: true,
                        })
                    })
                });
            }
        }
        unused.into_iter().map(|rule| &*rule.member).collect()
    }

    pub(super) fn answers_credentials(&self, service: &str, operation: &str) -> bool {
        let mut rules = self.credential_operations.iter();
        rules.any(|(rule, pattern)| rule == service && matches(pattern, operation))
    }

    pub(super) fn keeps_header(&self, name: &str, answer: &Answer) -> bool {
        let is_error = matches!(answer, Answer::Error(_));
        self.response_headers
            .iter()
            .any(|rule| rule.name == name && (is_error || !rule.only_errors))
    }

    /// Whether a header of an event's message is kept that no member carries.
    pub(super) fn keeps_event_header(&self, name: &str) -> bool {
        self.response_headers.iter().any(|rule| rule.name == name && !rule.only_errors)
    }

    /// What a member holds, whether the model marks it or not.
    pub(super) fn class(&self, place: &Place<'_>, exceptions: &Exceptions) -> Class {
        let name = format!("{}.{}", place.service, place.member);
        if exceptions.members.contains(&name) {
            return Class::Plain;
        }
        if self.payloads.iter().any(|rule| rule.covers(place)) {
            return Class::Payload;
        }
        let is_named = || self.secrets.iter().any(|rule| rule.covers(place));
        if place.sensitive || place.holds_text && is_named() {
            return Class::Secret;
        }
        Class::Plain
    }
}

/// A member, where it stands, and what the model says of it.
pub(super) struct Place<'p> {
    pub(super) service: &'p str,
    pub(super) structure: &'p str,
    pub(super) member: &'p str,
    pub(super) sensitive: bool,
    /// It is of a type that can hold text.
    pub(super) holds_text: bool,
}

impl MemberRule {
    fn parse(item: &Json) -> Option<Self> {
        // A rule without a reason is no rule.
        text_of(item, "reason")?;
        Some(Self {
            service: text_of(item, "service")?,
            member: text_of(item, "member")?,
            shape: text_of(item, "shape"),
        })
    }

    fn covers(&self, place: &Place<'_>) -> bool {
        let is_named = if self.service == "*" {
            matches(&self.member.to_ascii_lowercase(), &place.member.to_ascii_lowercase())
        } else {
            self.service == place.service && matches(&self.member, place.member)
        };
        is_named && self.shape.as_deref().is_none_or(|shape| shape == place.structure)
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(end), _) => name.ends_with(end),
        (_, Some(start)) => name.starts_with(start),
        _ => pattern == name,
    }
}

fn text_of(item: &Json, name: &str) -> Option<String> {
    let Json::Object(fields) = item else { return None };
    fields.iter().find_map(|(key, value)| match value {
        Json::String(text) if key == name => Some(text.clone()),
        _ => None,
    })
}
