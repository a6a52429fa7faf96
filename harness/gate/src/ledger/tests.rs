//! The ratchet works both ways, and a ledger reads back as it was written.

use proptest::prelude::*;
use standin_compare::{Class, Deviation};
use standin_tape::Origin;

use super::{Entry, Ledger};
use crate::{Answered, ExchangeResult, ScenarioResult, Verdict};

fn result(deviations: Vec<Deviation>) -> ScenarioResult {
    ScenarioResult {
        scenario: "sqs/test".to_owned(),
        origin: Origin::Aws,
        exchanges: vec![ExchangeResult {
            id: "SendMessage#1".parse().expect("an id"),
            service: "sqs".to_owned(),
            verdict: Verdict::Deviating(deviations),
            answered: Answered::Native,
        }],
    }
}

fn deviation(path: &str) -> Deviation {
    Deviation {
        path: path.to_owned(),
        class: Class::Literal,
        expected: "\"a\"".to_owned(),
        actual: "\"b\nc\"".to_owned(),
    }
}

#[test]
fn new_and_stale_and_unexplained_fail() {
    let run = result(vec![deviation("MessageId")]);
    let empty = Ledger::default();
    assert_eq!(empty.judge(&run).new.len(), 1);
    let pending = empty.updated(&run);
    assert_eq!(pending.judge(&run).unexplained.len(), 1);
    let mut accepted = pending;
    accepted.entries[0].reason = Some("moto has no such thing".to_owned());
    assert!(accepted.judge(&run).passes());
    assert_eq!(accepted.judge(&result(Vec::new())).stale.len(), 1);
    assert_eq!(accepted.updated(&run), accepted, "reasons are carried");
}

#[test]
fn what_looks_like_a_secret_is_not_written() {
    let secret = Deviation { actual: "\"AKIAZQ3DRTUV5WXY7ABC\"".to_owned(), ..deviation("Key") };
    let ledger = Ledger::default().updated(&result(vec![secret.clone()]));
    assert_eq!(ledger.entries[0].actual, "\"***\"");
    assert!(ledger.judge(&result(vec![secret])).new.is_empty(), "it is known again");
}

#[test]
fn hostile_ledgers_name_the_line() {
    assert!(Ledger::read("").expect("absent").entries.is_empty());
    for text in ["no header", "---\nx: y\n", "---\n---\nliteral", "---\n---\nnonsense A#1 path\n"] {
        assert!(Ledger::read(text).is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn a_ledger_reads_back(
        path in "[A-Za-z.\\[\\]\"= ]{1,20}", value in "\\PC{0,20}", reason in "[a-z][a-z ]{0,20}[a-z]",
    ) {
        let mut ledger = Ledger::default().updated(&result(vec![Deviation {
            path, class: Class::Type, expected: format!("{value:?}"), actual: "absent".to_owned(),
        }]));
        ledger.entries[0].reason = Some(reason);
        prop_assert_eq!(Ledger::read(&ledger.write("sqs/test")), Ok(ledger));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*") {
        drop(Ledger::read(&format!("---\n---\n{text}")));
    }
}

#[test]
fn an_entry_reads_on_one_line() {
    let entry: Entry =
        Ledger::default().updated(&result(vec![deviation("Body")])).entries.remove(0);
    assert_eq!(entry.line(), "literal SendMessage#1 Body expected \"a\" actual \"b\\nc\"");
}
