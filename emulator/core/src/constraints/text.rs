//! Values and names as validation messages show them.

use std::fmt;

use standin_model::{Service, ShapeId, ShapeKind};

use crate::{Document, Number};

/// A value of a shape, as Java prints it: `[a, b]`, `{k=v}`, `Tag(key=a, value=null)`.
pub(super) struct Rendered<'m> {
    pub(super) service: &'m Service,
    pub(super) shape: ShapeId,
    pub(super) value: &'m Document,
}

/// What stands for a secret within a structure, as AWS's SDK for Java prints it.
const REDACTED: &str = "***Sensitive Data Redacted***";

impl Rendered<'_> {
    fn inner<'i>(&'i self, shape: ShapeId, value: &'i Document) -> Rendered<'i> {
        Rendered { service: self.service, shape, value }
    }

    fn structure(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shape = self.service.shape(self.shape);
        let members = shape.structure().map_or(&[][..], |structure| &structure.members);
        write!(f, "{}(", shape.name)?;
        for (index, member) in members.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            let value = self.value.get(member.name).unwrap_or(&Document::Null);
            write!(f, "{separator}{}=", lower_camel(member.name))?;
            if member.sensitive && *value != Document::Null {
                f.write_str(REDACTED)?;
            } else {
                write!(f, "{}", self.inner(member.shape, value))?;
            }
        }
        f.write_str(")")
    }
}

impl fmt::Display for Rendered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.value, &self.service.shape(self.shape).kind) {
            (Document::Null, _) => f.write_str("null"),
            (Document::Boolean(value), _) => write!(f, "{value}"),
            #[expect(clippy::cast_precision_loss, reason = "a double is what Java would read")]
            (Document::Number(Number::Integer(value)), ShapeKind::Float | ShapeKind::Double) => {
                write!(f, "{:?}", *value as f64)
            }
            (Document::Number(Number::Integer(value)), _) => write!(f, "{value}"),
            (Document::Number(Number::Float(value)), _) => write!(f, "{value:?}"),
            (Document::Number(Number::Text(value)), _) => f.write_str(value),
            (Document::String(value), _) => f.write_str(value),
            (Document::Timestamp(value), _) => write!(f, "{}", value.seconds_f64()),
            (Document::List(items), ShapeKind::List(element)) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    let separator = if index == 0 { "" } else { ", " };
                    write!(f, "{separator}{}", self.inner(element.shape, item))?;
                }
                f.write_str("]")
            }
            (Document::Object(fields), ShapeKind::Map(_, element)) => {
                f.write_str("{")?;
                for (index, (name, item)) in fields.iter().enumerate() {
                    let separator = if index == 0 { "" } else { ", " };
                    write!(f, "{separator}{name}={}", self.inner(element.shape, item))?;
                }
                f.write_str("}")
            }
            (Document::Object(_), ShapeKind::Structure(_)) => self.structure(f),
            _ => Ok(()),
        }
    }
}

/// A member's name as messages have it: its first letter, or first letters if it begins with capitals, made small.
pub(super) fn lower_camel(name: &str) -> String {
    let capitals = name.bytes().take_while(u8::is_ascii_uppercase).count();
    let small = match capitals {
        0 | 1 => capitals,
        all if all == name.len() => all,
        // The last capital begins the next word.
        several => several - 1,
    };
    name[..small].to_ascii_lowercase() + &name[small..]
}
