//! What takes back what an operation made.

use std::sync::LazyLock;

use crate::{Document, Fields, Operation, Service};

/// The call that takes back what another made.
#[derive(Clone, Debug)]
pub struct Undo {
    /// The operation.
    pub operation: &'static Operation,
    /// Its input.
    pub input: Document,
}

/// The verbs of making, and of taking back.
const OPPOSITES: [(&str, &str); 6] = [
    ("Allocate", "Release"),
    ("Associate", "Disassociate"),
    ("Attach", "Detach"),
    ("Create", "Delete"),
    ("Put", "Delete"),
    ("Register", "Deregister"),
];

/// The opposites that names don't say, sorted as the file is.
static LISTED: LazyLock<Vec<Listed>> = LazyLock::new(|| lines().filter_map(listed).collect());

struct Listed {
    service: &'static str,
    operation: &'static str,
    opposite: &'static str,
    members: Vec<(&'static str, &'static str)>,
}

/// Whether an operation makes something, by its verb or because it is listed.
pub fn makes(service: &Service, operation: &str) -> bool {
    find(service, operation).is_some()
        || OPPOSITES.iter().any(|(makes, _)| operation.starts_with(makes))
        || operation.starts_with("Run")
}

/// The call that takes back what an operation made with an input and an output: the opposite of the same
/// noun, with the values of the members that it requires. None where it isn't known, or names nothing.
pub fn undo(
    service: &'static Service,
    made: &str,
    input: &Document,
    output: &Document,
) -> Option<Undo> {
    if let Some(listed) = find(service, made) {
        let member = |(name, path): &(&'static str, &str)| {
            Some(((*name).into(), value(path, input, output)?))
        };
        let fields = listed.members.iter().map(member).collect::<Option<Fields>>()?;
        let operation = service.operation(listed.opposite)?;
        return Some(Undo { operation, input: Document::Object(fields) });
    }
    let opposite = OPPOSITES.iter().find_map(|(makes, takes_back)| {
        made.strip_prefix(makes).map(|noun| format!("{takes_back}{noun}"))
    })?;
    let operation = service.operation(&opposite)?;
    let members = &service.structure(operation.input?)?.members;
    let required = members.iter().filter(|member| member.required).map(|member| {
        let value = input.get(member.name).or_else(|| within(output, member.name))?;
        Some((member.name.into(), value.clone()))
    });
    let fields = required.collect::<Option<Fields>>()?;
    // What needs no name may take back more than was made.
    (!fields.is_empty()).then_some(Undo { operation, input: Document::Object(fields) })
}

fn find(service: &Service, operation: &str) -> Option<&'static Listed> {
    let name = service.metadata.name;
    LISTED.iter().find(|listed| listed.service == name && listed.operation == operation)
}

/// A member of a structure, or of a structure in it (`CreateVpc` answers `Vpc.VpcId`).
fn within<'d>(document: &'d Document, name: &str) -> Option<&'d Document> {
    let Document::Object(fields) = document else { return None };
    document.get(name).or_else(|| fields.iter().find_map(|(_, value)| within(value, name)))
}

/// What stands at a path; `[path]` is a list of it.
fn value(path: &str, input: &Document, output: &Document) -> Option<Document> {
    if let Some(one) = path.strip_prefix('[').and_then(|path| path.strip_suffix(']')) {
        return Some(Document::list(vec![value(one, input, output)?]));
    }
    let (root, rest) = path.split_once('.')?;
    let root = if root == "input" { input } else { output };
    let Some((list, member)) = rest.split_once("[].") else {
        return rest.split('.').try_fold(root, |at, name| at.get(name)).cloned();
    };
    let items = root.get(list)?.as_list()?;
    items.iter().map(|item| item.get(member).cloned()).collect::<Option<_>>().map(Document::List)
}

fn lines() -> impl Iterator<Item = &'static str> {
    let text = include_str!("../data/undos.txt");
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn listed(line: &'static str) -> Option<Listed> {
    let mut words = line.split(' ');
    let (service, operation, opposite) = (words.next()?, words.next()?, words.next()?);
    let members = words.map(|word| word.split_once('=')).collect::<Option<_>>()?;
    Some(Listed { service, operation, opposite, members })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalog;

    fn object(fields: &[(&'static str, Document)]) -> Document {
        Document::Object(
            fields.iter().map(|(name, value)| ((*name).into(), value.clone())).collect(),
        )
    }

    fn text(text: &str) -> Document {
        Document::String(text.into())
    }

    fn undone(
        service: &str,
        made: &str,
        input: &Document,
        output: &Document,
    ) -> (String, Document) {
        let service = Catalog::embedded().service(service).expect("a service");
        let undo = undo(service, made, input, output).expect("it can be taken back");
        (undo.operation.name.to_owned(), undo.input)
    }

    #[test]
    fn every_line_names_operations_and_members_of_the_models() {
        assert_eq!(lines().count(), LISTED.len(), "a malformed line");
        for listed in LISTED.iter() {
            let (name, opposite) = (listed.operation, listed.opposite);
            let service = Catalog::embedded().service(listed.service).expect("a service");
            let made = service.operation(name).unwrap_or_else(|| panic!("{name}"));
            let back = service.operation(opposite).unwrap_or_else(|| panic!("{opposite}"));
            let structure = |id: Option<_>| id.and_then(|id| service.structure(id));
            let takes = structure(back.input).expect("an input");
            for (member, path) in &listed.members {
                assert!(takes.members.iter().any(|it| it.name == *member), "{opposite} {member}");
                let path = path.trim_matches(['[', ']']);
                let (root, rest) = path.split_once('.').expect("a root");
                let from = if root == "input" { made.input } else { made.output };
                let first = rest.split(['.', '[']).next().expect("a name");
                let from = structure(from).expect("a structure");
                assert!(from.members.iter().any(|it| it.name == first), "{name} {path}");
            }
        }
    }

    #[test]
    fn the_opposite_of_the_noun_takes_back() {
        let (none, name) = (Document::empty(), object(&[("QueueName", text("q"))]));
        let url = object(&[("QueueUrl", text("https://q"))]);
        assert_eq!(undone("sqs", "CreateQueue", &name, &url), ("DeleteQueue".into(), url));
        let vpc = object(&[("VpcId", text("vpc-1"))]);
        let output = object(&[("Vpc", vpc.clone())]);
        assert_eq!(undone("ec2", "CreateVpc", &none, &output), ("DeleteVpc".into(), vpc));
    }

    #[test]
    fn listed_opposites_take_lists() {
        let instance = |id| object(&[("InstanceId", text(id))]);
        let list = Document::list(vec![instance("i-1"), instance("i-2")]);
        let output = object(&[("Instances", list)]);
        let ids = object(&[("InstanceIds", Document::list(vec![text("i-1"), text("i-2")]))]);
        let undone_ = undone("ec2", "RunInstances", &Document::empty(), &output);
        assert_eq!(undone_, ("TerminateInstances".into(), ids));
        let alarm = object(&[("AlarmName", text("a"))]);
        let names = object(&[("AlarmNames", Document::list(vec![text("a")]))]);
        let undone_ = undone("cloudwatch", "PutMetricAlarm", &alarm, &Document::empty());
        assert_eq!(undone_, ("DeleteAlarms".into(), names));
    }

    #[test]
    fn what_has_no_name_is_not_taken_back() {
        let service = Catalog::embedded().service("iam").expect("a service");
        let none = Document::empty();
        assert!(makes(service, "PutRolePolicy"));
        assert!(undo(service, "PutRolePolicy", &none, &none).is_none());
        assert!(undo(service, "ListRoles", &none, &none).is_none());
        assert!(!makes(service, "ListRoles"));
    }
}
