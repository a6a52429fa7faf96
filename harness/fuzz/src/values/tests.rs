//! Values fit, come in hostile forms, are legal, and shrink.

use std::collections::BTreeSet;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use standin_model::{Catalog, Document, Number, Protocol, Service, Shape, ShapeKind};
use standin_protocol::Call;

use super::*;

fn call(service: &str, operation: &str, protocol: Protocol) -> Call {
    let service = Catalog::embedded().service(service).unwrap();
    Call { service, operation: service.operation(operation).unwrap(), protocol }
}

fn runner(seed: u8) -> TestRunner {
    TestRunner::new_with_rng(
        Config::default(),
        TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]),
    )
}

fn trees(call: Call, part: Part, taste: Taste, count: usize) -> Vec<Tree> {
    let patterns = Patterns::default();
    let values = Values { call, part, taste, patterns: &patterns };
    let mut runner = runner(1);
    (0..count).map(|_| values.new_tree(&mut runner).unwrap()).collect()
}

/// Calls a function with each value of a document and its shape.
fn visit(
    service: &'static Service,
    shape: &'static Shape,
    value: &Document,
    seen: &mut impl FnMut(&'static Shape, &Document),
) {
    seen(shape, value);
    match (&shape.kind, value) {
        (ShapeKind::Structure(structure), Document::Object(fields)) => {
            for (name, value) in fields.iter() {
                let member = structure.member(name).unwrap_or_else(|| panic!("no member {name}"));
                visit(service, service.shape(member.shape), value, seen);
            }
        }
        (ShapeKind::List(element), Document::List(items)) => {
            for item in items {
                visit(service, service.shape(element.shape), item, seen);
            }
        }
        (ShapeKind::Map(_, element), Document::Object(fields)) => {
            let element = service.shape(element.shape);
            for (_, item) in fields.iter() {
                visit(service, element, item, seen);
            }
        }
        _ => {}
    }
}

#[test]
fn fitting_values_keep_the_constraints() {
    let mut checked = [0; 4];
    for (service, operation) in [
        ("lambda", "CreateFunction"),
        ("sts", "AssumeRole"),
        ("kms", "CreateGrant"),
        ("dynamodb", "UpdateTable"),
    ] {
        let service = Catalog::embedded().service(service).unwrap();
        let call = call(service.metadata.name, operation, Protocol::Json);
        for tree in trees(call, Part::Input, Taste::Fitting, 60) {
            let shape = Part::Input.shape(&call).unwrap();
            visit(service, shape, &tree.current(), &mut |shape, value| {
                let Some(limits) = shape.constraints.as_deref() else { return };
                match value {
                    Document::String(text) if !limits.enum_values.is_empty() => {
                        assert!(limits.enum_values.contains(&text.as_str()), "{text}");
                        checked[0] += 1;
                    }
                    Document::String(text) => {
                        assert!(text::fits(text, limits), "{} {text:?}", shape.name);
                        checked[1] += 1;
                    }
                    Document::Number(Number::Integer(number)) => {
                        #[expect(clippy::cast_precision_loss, reason = "limits are small")]
                        let number = *number as f64;
                        assert!(limits.min.is_none_or(|least| number >= least), "{}", shape.name);
                        assert!(limits.max.is_none_or(|most| number <= most), "{}", shape.name);
                        checked[2] += 1;
                    }
                    Document::List(items) => {
                        let (least, most) = text::lengths(limits);
                        assert!((least..=most).contains(&items.len()), "{}", shape.name);
                        checked[3] += 1;
                    }
                    _ => {}
                }
            });
        }
    }
    assert!(checked.iter().all(|count| *count > 10), "{checked:?}");
}

#[test]
fn text_matches_its_pattern() {
    let patterns = Patterns::default();
    let mut runner = runner(2);
    for pattern in ["[\\w+=,.@-]*", "^arn:aws:[a-z]+:[0-9]{12}(/.*)?$", "\\d{12}|ab{2,}"] {
        let expected = regex_lite::Regex::new(&format!("^(?:{pattern})$")).unwrap();
        for _ in 0..50 {
            let text = patterns.sample(pattern, &mut runner).unwrap();
            assert!(expected.is_match(&text), "{pattern} {text:?}");
        }
    }
    assert_eq!(patterns.sample("(?!aws)a", &mut runner), None, "look ahead is not regular");
}

#[test]
fn hostile_forms_appear() {
    let call = call("dynamodb", "PutItem", Protocol::Json);
    let mut seen = BTreeSet::new();
    for tree in trees(call, Part::Input, Taste::Hostile, 400) {
        let shape = Part::Input.shape(&call).unwrap();
        visit(call.service, shape, &tree.current(), &mut |_, value| match value {
            Document::String(text) => {
                seen.extend(text.is_empty().then_some("empty text"));
                seen.extend(text.contains('\u{1}').then_some("control character"));
                seen.extend(text.contains('\u{1F600}').then_some("astral"));
                seen.extend(text.contains('<').then_some("markup"));
                seen.extend((text.trim() != text).then_some("space at an end"));
                seen.extend(text.contains('%').then_some("percent"));
            }
            Document::List(items) if items.is_empty() => drop(seen.insert("empty list")),
            Document::Object(fields) if fields.is_empty() => drop(seen.insert("empty object")),
            _ => {}
        });
    }
    assert_eq!(seen.len(), 8, "{seen:?}");
}

#[test]
fn numbers_and_times_reach_their_ends() {
    let call = call("cloudwatch", "PutMetricData", Protocol::RpcV2Cbor);
    let mut seen = BTreeSet::new();
    for tree in trees(call, Part::Input, Taste::Hostile, 400) {
        let shape = Part::Input.shape(&call).unwrap();
        visit(call.service, shape, &tree.current(), &mut |_, value| match value {
            Document::Number(Number::Float(number)) => {
                seen.extend(number.is_nan().then_some("NaN"));
                seen.extend((*number == f64::INFINITY).then_some("infinity"));
                seen.extend(number.is_subnormal().then_some("subnormal"));
                seen.extend((number.to_bits() == 1 << 63).then_some("minus zero"));
            }
            Document::Timestamp(at) => {
                seen.extend((at.seconds() < -62_000_000_000).then_some("the year 1"));
                seen.extend((at.nanos() > 0).then_some("a fraction"));
            }
            _ => {}
        });
    }
    assert_eq!(seen.len(), 6, "{seen:?}");
}

#[test]
fn a_union_has_one_member() {
    let call = call("dynamodb", "PutItem", Protocol::Json);
    for tree in trees(call, Part::Input, Taste::Hostile, 100) {
        let shape = Part::Input.shape(&call).unwrap();
        visit(call.service, shape, &tree.current(), &mut |shape, value| {
            if shape.structure().is_some_and(|structure| structure.union) {
                assert_eq!(value.as_object().unwrap().len(), 1, "{}", shape.name);
            }
        });
    }
}

#[test]
fn what_is_legal_stays_as_it_is() {
    for (service, operation, protocol) in [
        ("s3", "PutObject", Protocol::RestXml),
        ("s3", "PutBucketNotification", Protocol::RestXml),
        ("lambda", "CreateFunction", Protocol::RestJson),
        ("ec2", "RunInstances", Protocol::Ec2),
        ("iam", "CreateRole", Protocol::Query),
        ("cloudwatch", "PutMetricData", Protocol::RpcV2Cbor),
    ] {
        let call = call(service, operation, protocol);
        for part in [Part::Input, Part::Output] {
            for tree in trees(call, part, Taste::Hostile, 50) {
                let value = tree.current();
                assert_eq!(legal::legalise(&call, part, value.clone()), value);
            }
        }
    }
}

/// A fault that needs one character in one place shrinks to that.
#[test]
fn values_shrink_to_what_fails() {
    let call = call("dynamodb", "PutItem", Protocol::Json);
    let table = |value: &Document| {
        value.get("TableName").and_then(Document::as_str).unwrap_or_default().to_owned()
    };
    let fails = |value: &Document| table(value).contains('%');
    let mut tree = trees(call, Part::Input, Taste::Hostile, 400)
        .into_iter()
        .find(|tree| fails(&tree.current()) && table(&tree.current()).len() > 3)
        .unwrap();
    let mut more = tree.simplify();
    while more {
        more = if fails(&tree.current()) { tree.simplify() } else { tree.complicate() };
    }
    let fields = [("TableName".into(), Document::from("%"))].into_iter().collect();
    assert_eq!(tree.current(), Document::Object(fields));
}

#[test]
fn each_smaller_value_is_smaller() {
    let call = call("ec2", "DescribeInstances", Protocol::Ec2);
    for mut tree in trees(call, Part::Output, Taste::Hostile, 20) {
        let mut size = shrink::size(&tree.current());
        while tree.simplify() {
            let next = shrink::size(&tree.current());
            assert!(next < size, "{:?}", tree.current());
            size = next;
        }
    }
}
