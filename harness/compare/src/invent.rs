//! Values for what a client chose at random, for runs without that client.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use standin_tape::Variable;

use crate::derived::hex;
use crate::{Lexical, Pattern};

/// A value that looks as the recorded ones of a variable do; the same for the same seed.
#[must_use]
pub fn invent(variable: &Variable, seed: &str) -> String {
    let mut numbers = numbers(&format!("{seed} {}", variable.name));
    match variable.format.as_deref() {
        Some("base64") => return STANDARD.encode(numbers.take(12).collect::<Vec<_>>()),
        Some("number") => return (u16::from(numbers.next().unwrap_or(0)) + 1).to_string(),
        Some("boolean") => return "true".to_owned(),
        _ => {}
    }
    let like = variable.like.as_deref().unwrap_or_default();
    match (Lexical::from_name(like), Pattern::parse(like)) {
        (Some(Lexical::Uuid), _) => uuid(&hex(&numbers.take(16).collect::<Vec<_>>())),
        (Some(Lexical::Sequence), _) => {
            numbers.take(20).map(|number| char::from(b'1' + number % 9)).collect()
        }
        (Some(_), _) | (None, None) => hex(&numbers.take(16).collect::<Vec<_>>()),
        (None, Some(pattern)) => pattern.sample(numbers),
    }
}

fn uuid(digits: &str) -> String {
    let part = |start: usize, end: usize| &digits[start..end];
    format!("{}-{}-4{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

/// Numbers without end that follow from a text.
fn numbers(seed: &str) -> impl Iterator<Item = u8> + use<> {
    let seed = seed.to_owned();
    (0_u64..).flat_map(move |block| {
        let mut hash = Sha256::new();
        hash.update(seed.as_bytes());
        hash.update(block.to_be_bytes());
        hash.finalize().to_vec()
    })
}

#[cfg(test)]
mod tests {
    use standin_tape::VariableKind;

    use super::*;

    #[test]
    fn values_look_as_recorded_and_follow_from_the_seed() {
        let variable = |like: &str| Variable {
            like: Some(like.to_owned()),
            ..Variable::new("Name:1", VariableKind::Client)
        };
        for like in ["uuid", "hex", "digits"] {
            let value = invent(&variable(like), "seed");
            assert!(Lexical::from_name(like).expect("a name").fits(&value), "{like}: {value}");
        }
        let name = invent(&variable("jobs[0-9]{8}"), "seed");
        assert!(Pattern::parse("jobs[0-9]{8}").expect("a pattern").fits(&name), "{name}");
        assert_eq!(name, invent(&variable("jobs[0-9]{8}"), "seed"));
        assert_ne!(name, invent(&variable("jobs[0-9]{8}"), "other"));
    }
}
