//! One-way unification of a template with plain text.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use standin_tape::template::{self, Part};

use crate::Bindings;

/// Why a text does not match a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// The text differs where the template has no variable.
    Literal,
    /// A variable's value differs from the one it has.
    Variable(String),
    /// A variable's value does not look as it must.
    Form(String),
}

/// Matches a text against a template, and binds the variables that have no value yet.
///
/// A time matches any text of its form, and takes the newest. On a mismatch nothing is bound.
pub fn unify(template: &str, actual: &str, bindings: &mut Bindings) -> Result<(), Mismatch> {
    if !template.contains('«') {
        return if template == actual { Ok(()) } else { Err(Mismatch::Literal) };
    }
    let parts = template::parts(template).map_err(|_| Mismatch::Literal)?;
    let mut minted = Vec::new();
    match_parts(&parts, actual, bindings, &mut minted)?;
    for (name, value) in minted {
        bindings.bind(&name, value);
    }
    Ok(())
}

/// Matches a blob against the template of its base64 text; see [`unify`].
pub fn unify_blob(template: &str, actual: &[u8], bindings: &mut Bindings) -> Result<(), Mismatch> {
    unify(template, &STANDARD.encode(actual), bindings)
}

fn match_parts(
    parts: &[Part<'_>],
    text: &str,
    bindings: &Bindings,
    minted: &mut Vec<(String, String)>,
) -> Result<(), Mismatch> {
    let Some((first, rest)) = parts.split_first() else {
        return if text.is_empty() { Ok(()) } else { Err(Mismatch::Literal) };
    };
    match first {
        Part::Literal(literal) => {
            let tail = text.strip_prefix(&**literal).ok_or(Mismatch::Literal)?;
            match_parts(rest, tail, bindings, minted)
        }
        Part::Variable(name) => match known(name, bindings, minted) {
            Some(value) => {
                let tail = text
                    .strip_prefix(&*value)
                    .ok_or_else(|| Mismatch::Variable((*name).to_owned()))?;
                match_parts(rest, tail, bindings, minted)
            }
            None => match_unbound(name, rest, text, bindings, minted),
        },
    }
}

fn known<'b>(
    name: &str,
    bindings: &'b Bindings,
    minted: &[(String, String)],
) -> Option<Cow<'b, str>> {
    if bindings.is_time(name) {
        return None;
    }
    let here = minted.iter().find(|(known, _)| known == name);
    match here {
        Some((_, value)) => Some(Cow::Owned(value.clone())),
        None => bindings.value(name).map(Cow::Borrowed),
    }
}

/// Gives a variable the text up to where the rest of the template matches, shortest first.
fn match_unbound(
    name: &str,
    rest: &[Part<'_>],
    text: &str,
    bindings: &Bindings,
    minted: &mut Vec<(String, String)>,
) -> Result<(), Mismatch> {
    let mut reason = Mismatch::Literal;
    for end in ends(rest, text) {
        let value = &text[..end];
        if !bindings.fits(name, value) {
            reason = Mismatch::Form(name.to_owned());
            continue;
        }
        let before = minted.len();
        minted.push((name.to_owned(), value.to_owned()));
        match match_parts(rest, &text[end..], bindings, minted) {
            Ok(()) => return Ok(()),
            Err(mismatch) => reason = mismatch,
        }
        minted.truncate(before);
    }
    Err(reason)
}

/// Where a variable's value may end: the whole text if nothing follows, else before each occurrence of
/// the literal that follows.
fn ends(rest: &[Part<'_>], text: &str) -> Vec<usize> {
    match rest.first() {
        None if text.is_empty() => Vec::new(),
        None => vec![text.len()],
        Some(Part::Literal(literal)) => {
            text.match_indices(&**literal).map(|(at, _)| at).filter(|at| *at > 0).collect()
        }
        Some(Part::Variable(_)) => {
            text.char_indices().map(|(at, _)| at).filter(|at| *at > 0).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use standin_tape::{Variable, VariableKind};

    use super::*;

    #[test]
    fn unbound_variables_take_the_text_between_literals() {
        let mut bindings = Bindings::default();
        bindings.bind("account", "123456789012");
        let template = "arn:aws:sns:«account»:«TopicArn:1»:sub";
        assert_eq!(unify(template, "arn:aws:sns:123456789012:abc:sub", &mut bindings), Ok(()));
        assert_eq!(bindings.value("TopicArn:1"), Some("abc"));
        assert_eq!(
            unify("«TopicArn:1»", "other", &mut bindings),
            Err(Mismatch::Variable("TopicArn:1".to_owned()))
        );
    }

    #[test]
    fn a_value_must_look_as_recorded() {
        let mut variable = Variable::new("Id:1", VariableKind::ServerId);
        variable.like = Some("uuid".to_owned());
        let mut bindings = Bindings::new(&[variable]);
        assert_eq!(unify("«Id:1»", "nope", &mut bindings), Err(Mismatch::Form("Id:1".to_owned())));
        assert_eq!(bindings.value("Id:1"), None);
    }

    #[test]
    fn the_same_variable_twice_must_be_equal() {
        let mut bindings = Bindings::default();
        assert!(unify("«a»-«a»", "x-y", &mut bindings).is_err());
        assert_eq!(unify("«a»-«a»", "x-x", &mut bindings), Ok(()));
    }

    proptest! {
        #[test]
        fn a_filled_template_unifies_with_itself(
            literal in "[a-z«]{0,6}", value in "[A-Z0-9]{1,12}", tail in "[:/a-z]{0,6}",
        ) {
            let template = format!("{}«v»{}", template::escape(&literal), template::escape(&tail));
            let mut bindings = Bindings::default();
            bindings.bind("v", value.as_str());
            let text = bindings.fill_text(&template).expect("v is bound");
            let mut fresh = Bindings::default();
            prop_assert_eq!(unify(&template, &text, &mut fresh), Ok(()));
            prop_assert_eq!(fresh.fill_text(&template).expect("bound by unify"), text);
        }
    }
}
