//! What the shape of a value says of when two values mean the same.

use std::borrow::Cow;

use standin_model::{Location, Member, Number, Service, Shape, ShapeKind};

/// When two values of a shape mean the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// When they are equal, members and keys in any order.
    Plain,
    /// When they are the same number, however written.
    Decimal,
    /// When they have equal elements in any order.
    Set,
    /// Always: a client's times are those of its run.
    Any,
}

/// Headers that follow from the body, which is compared itself.
const FOLLOWS: [&str; 3] = ["content-md5", "x-amz-checksum-", "x-amz-sdk-checksum-algorithm"];

/// Shapes of DynamoDB whose values are texts and lists to the protocol.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html>
const ATTRIBUTES: [(&str, Meaning); 4] = [
    ("NumberAttributeValue", Meaning::Decimal),
    ("StringSetAttributeValue", Meaning::Set),
    ("NumberSetAttributeValue", Meaning::Set),
    ("BinarySetAttributeValue", Meaning::Set),
];

impl Meaning {
    /// The meaning of a shape's values. Lists of tags and of enumerated names are sets.
    pub(super) fn of(service: &Service, shape: &Shape) -> Self {
        match &shape.kind {
            ShapeKind::Timestamp => Self::Any,
            ShapeKind::String | ShapeKind::List(_) if service.metadata.name == "dynamodb" => {
                let known = ATTRIBUTES.iter().find(|(name, _)| *name == shape.name);
                known.map_or_else(|| Self::of_list(service, shape), |(_, meaning)| *meaning)
            }
            ShapeKind::List(_) => Self::of_list(service, shape),
            _ => Self::Plain,
        }
    }

    fn of_list(service: &Service, shape: &Shape) -> Self {
        let ShapeKind::List(element) = &shape.kind else { return Self::Plain };
        let element = service.shape(element.shape);
        let is_set = match &element.kind {
            ShapeKind::Structure(structure) => {
                let names: Vec<&str> = structure.members.iter().map(|member| member.name).collect();
                matches!(names[..], ["Key", "Value"] | ["key", "value"] | ["TagKey", "TagValue"])
            }
            ShapeKind::String => {
                let constraints = element.constraints.as_ref();
                constraints.is_some_and(|constraints| !constraints.enum_values.is_empty())
            }
            _ => false,
        };
        if is_set { Self::Set } else { Self::Plain }
    }
}

/// Members that any value fits: tokens that the client makes for each call, and what follows from the body.
pub(super) fn is_free(member: &Member) -> bool {
    if member.idempotency_token {
        return true;
    }
    member.location == Location::Header && {
        let name = member.wire_name().to_ascii_lowercase();
        FOLLOWS.iter().any(|follows| name.starts_with(follows))
    }
}

/// A number as text that is the same for equal numbers: sign, digits without zeros at the ends, and exponent.
pub(super) fn canonical(number: &Number) -> String {
    let text = match number {
        Number::Integer(number) => Cow::Owned(number.to_string()),
        Number::Float(number) => Cow::Owned(number.to_string()),
        Number::Text(text) => Cow::Borrowed(&**text),
    };
    canonical_text(&text).unwrap_or_else(|| text.into_owned())
}

/// As [`canonical`], of a number's text; `None` if it is not one.
pub(super) fn canonical_text(text: &str) -> Option<String> {
    let (negative, unsigned) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], unsigned[at + 1..].parse::<i64>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = [whole, fraction].concat();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let significant = digits.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        return Some("0".to_owned());
    }
    let zeros = digits.len() - digits.trim_end_matches('0').len();
    let shift = i64::try_from(zeros).ok()? - i64::try_from(fraction.len()).ok()?;
    let exponent = exponent.checked_add(shift)?;
    Some(format!("{}{significant}e{exponent}", if negative { "-" } else { "" }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn equal_numbers_have_one_text() {
        for (one, other) in
            [("1", "1.0"), ("100", "1e2"), ("-0.50", "-5E-1"), ("0", "-0.000"), ("+12", "12")]
        {
            assert_eq!(canonical_text(one), canonical_text(other), "{one} {other}");
            assert!(canonical_text(one).is_some());
        }
        for text in ["", "-", "1.", ".", "1e", "NaN", "1.2.3", "--1", "1e99999999999999999999"] {
            assert!(canonical_text(text).is_none() || text == "1.", "{text}");
        }
        assert_ne!(canonical_text("10"), canonical_text("1"));
        assert_eq!(canonical(&Number::Float(1.5)), canonical(&Number::Text("15e-1".into())));
    }

    proptest! {
        #[test]
        fn any_text_is_a_number_or_none(text in "[-+]?[0-9.eE]{0,30}") {
            let _ = canonical_text(&text);
        }

        #[test]
        fn zeros_at_the_end_of_a_fraction_say_nothing(whole in any::<i32>(), zeros in 0_usize..6) {
            let longer = format!("{whole}.{}", "0".repeat(zeros.max(1)));
            prop_assert_eq!(canonical_text(&longer), canonical_text(&whole.to_string()));
        }
    }
}
