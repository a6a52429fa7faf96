//! Files that are written anew, swept and searched; and secrets planted everywhere.

use std::fs;
use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use proptest::prelude::*;
use standin_model::Document;
use standin_tape::{Exchange, Mask, SecretKind, Sweep};

use crate::tests::{Scratch, recording};
use crate::{
    ALLOWANCES, ArchiveError, Brought, FindKind, RECORDING, Scenario, Writing, allowances,
    collect_garbage, recording_files, scan,
};

fn saved(scratch: &Scratch, body: impl Into<Document>) -> Scenario {
    let scenario = Scenario::in_folder(&scratch.0);
    scenario.save(&recording(body), &Sweep::patterns()).expect("saved");
    scenario
}

#[test]
fn what_is_formatted_once_stays_so() {
    let scratch = Scratch::new("fmt");
    let scenario = saved(&scratch, "a");
    let file = scratch.0.join(RECORDING);
    let text = fs::read_to_string(&file).expect("there");
    let bring = |writing| {
        let files = recording_files(std::slice::from_ref(&scratch.0)).expect("found");
        files.iter().map(|file| file.format(writing)).collect::<Result<Vec<_>, _>>()
    };
    assert_eq!(bring(Writing::Write).expect("formatted"), [Brought::Unchanged]);
    let edited = text.replace("  ", "").replace('\n', "\r\n");
    fs::write(&file, &edited).expect("written");
    assert_eq!(bring(Writing::Check).expect("looked at"), [Brought::Changed]);
    assert_eq!(fs::read_to_string(&file).expect("there"), edited);
    assert_eq!(bring(Writing::Write).expect("formatted"), [Brought::Changed]);
    assert_eq!(fs::read_to_string(&file).expect("there"), text);
    assert_eq!(scenario.read().expect("readable"), recording("a"));

    let later = text.replacen("\"1.0\"", "\"1.9\"", 1);
    fs::write(&file, &later).expect("written");
    let error = bring(Writing::Write).expect_err("later").to_string();
    assert!(error.contains("format 1.9 is written by later builds only"), "{error}");
    fs::write(&file, &text[..100]).expect("written");
    assert!(matches!(bring(Writing::Write), Err(ArchiveError::Unreadable { .. })));
    assert_eq!(fs::read_to_string(&file).expect("there"), text[..100]);
}

#[test]
fn a_file_that_is_too_large_is_named_and_not_read() {
    let scratch = Scratch::new("huge");
    let scenario = saved(&scratch, "a");
    let file = fs::File::create(scratch.0.join(RECORDING)).expect("made");
    file.set_len((1 << 30) + 1).expect("a file without blocks");
    let error = scenario.read().expect_err("too large").to_string();
    assert!(error.contains("recording.snap: 1073741825 bytes are more"), "{error}");
    assert!(scenario.save(&recording("b"), &Sweep::patterns()).is_err());
}

#[test]
fn a_length_that_a_blob_has_not_is_said() {
    let scratch = Scratch::new("length");
    let scenario = saved(&scratch, "x".repeat(10_000));
    let file = scratch.0.join(RECORDING);
    let text = fs::read_to_string(&file).expect("there");
    fs::write(&file, text.replace("\"len\": 10000", "\"len\": 9")).expect("written");
    let error = scenario.read().expect_err("another length").to_string();
    assert!(error.contains("`len` says 9 of 10000 bytes") && error.contains("line "), "{error}");
}

#[test]
fn blobs_go_that_no_recording_names() {
    let scratch = Scratch::new("gc");
    let scenario = saved(&scratch, "x".repeat(10_000));
    assert_eq!(
        scenario.save(&recording("y".repeat(10_000)), &Sweep::patterns()).expect("saved"),
        crate::Saved::Pending
    );
    let garbage = |writing| collect_garbage(&scratch.0, writing).expect("collected").len();
    assert_eq!(garbage(Writing::Write), 0);
    fs::remove_file(scratch.0.join("recording.snap.new")).expect("there");
    fs::write(scratch.0.join("blobs/README"), "not a blob").expect("written");
    assert_eq!(garbage(Writing::Check), 1);
    assert_eq!(garbage(Writing::Write), 1);
    assert_eq!(garbage(Writing::Write), 0);
    assert_eq!(fs::read_dir(scratch.0.join("blobs")).expect("there").count(), 2);
    assert_eq!(scenario.read().expect("readable"), recording("x".repeat(10_000)));
}

#[test]
fn a_scan_says_file_line_and_kind_and_never_the_value() {
    let scratch = Scratch::new("scan");
    saved(&scratch, "harmless");
    let file = scratch.0.join(RECORDING);
    let text = fs::read_to_string(&file).expect("there");
    let line = text.lines().position(|line| line.contains("harmless")).expect("there") + 1;
    let key = "AKIAIOSFODNN7ABCDEFG";
    fs::write(&file, text.replace("harmless", &format!("{key} ann@corp.de"))).expect("written");
    fs::write(scratch.0.join("other.txt"), format!("ann@corp.de\n{key}\n")).expect("written");
    fs::create_dir(scratch.0.join(".git")).expect("made");
    fs::write(scratch.0.join(".git/config"), key).expect("written");
    let scanned = scan(std::slice::from_ref(&scratch.0)).expect("searched");
    let finds: Vec<_> = scanned.finds.iter().map(|find| (find.line, find.kind)).collect();
    let secret = FindKind::Secret;
    let expected = [
        (Some(2), secret(SecretKind::AccessKeyId)),
        (Some(line), secret(SecretKind::AccessKeyId)),
        (Some(line), secret(SecretKind::MailAddress)),
    ];
    assert_eq!(finds, expected);
    assert_eq!(scanned.files, 2);
    assert!(!format!("{scanned:?}").contains(key));

    let list = format!(
        "[{{\"value\": \"{key}\", \"reason\": \"made up\"}}, {{\"value\": \"ann@corp.de\", \"reason\": \"ours\"}}]"
    );
    fs::write(scratch.0.join(ALLOWANCES), list).expect("written");
    assert_eq!(scan(std::slice::from_ref(&scratch.0)).expect("searched").finds, []);
    fs::write(scratch.0.join(ALLOWANCES), "[{\"value\": \"x\"}]").expect("written");
    let error = allowances(&scratch.0).expect_err("no reason").to_string();
    assert!(error.ends_with("allow.json: entry 1: no `reason`"), "{error}");
}

/// One of the ways in which clients and services write a value inside others.
fn hidden(secret: &str, way: u8) -> Vec<u8> {
    let percent = |text: &str| -> String {
        let hex = |byte: u8| format!("%{byte:02X}");
        text.bytes()
            .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { hex(b) })
            .collect()
    };
    let text = match way % 9 {
        0 => secret.to_owned(),
        1 => percent(secret),
        2 => percent(&percent(secret)),
        3 => STANDARD.encode(secret),
        4 => URL_SAFE.encode(format!("a:{secret}:b")),
        5 => secret.bytes().map(|byte| format!("{byte:02x}")).collect(),
        6 => format!("{{\"k\":\"{}\"}}", secret.replace('/', "\\/")),
        7 => STANDARD.encode(format!("{{\"key\":\"{secret}\"}}")),
        _ => {
            let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            packer.write_all(secret.as_bytes()).expect("memory takes all");
            return packer.finish().expect("memory takes all");
        }
    };
    text.into_bytes()
}

/// Puts a value somewhere into an exchange.
fn plant(exchange: &mut Exchange, value: &[u8], place: u8, padding: usize) {
    let text = String::from_utf8(value.to_vec());
    let leaf = match (&text, place % 2) {
        (Ok(text), 0) => Document::from(format!("{}{text}", "x ".repeat(padding))),
        _ => Document::blob(value.to_vec()),
    };
    match (place % 6, text) {
        (0 | 1, _) => exchange.input = Document::Object([("A".into(), leaf)].into_iter().collect()),
        (2, Ok(text)) => {
            exchange.input = Document::Object([(text.into(), "x".into())].into_iter().collect());
        }
        (3, Ok(text)) => exchange.wire.response_headers.push(("location".into(), text)),
        (4, Ok(text)) => exchange.wire.host = Some(text),
        (_, text) => {
            exchange.wire.raw.response = Some(text.map_or_else(|_| leaf, Document::from));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Whatever way a live secret takes, it is in no file and in no message.
    #[test]
    fn a_planted_secret_is_in_no_output(
        secret in "[A-Za-z0-9]{12}[A-Za-z0-9/+]{28}", way in any::<u8>(), place in any::<u8>(),
        padding in prop_oneof![Just(0_usize), 0..9_000_usize],
    ) {
        let scratch = Scratch::new("planted");
        let sweep = Sweep::with_secrets([secret.as_str()]);
        let value = hidden(&secret, way);
        let mut planted = recording("a");
        plant(&mut planted.exchanges[0], &value, place, padding);
        let error = Scenario::in_folder(&scratch.0).save(&planted, &sweep).expect_err("a secret");
        prop_assert!(matches!(error, ArchiveError::Secret { .. }), "{}", error);
        prop_assert!(!error.to_string().contains(&secret));
        prop_assert_eq!(fs::read_dir(&scratch.0).expect("a folder").count(), 0);
        if let Ok(text) = String::from_utf8(value) {
            let message = format!("MessageBody: recorded \"x\", got \"{text}\"");
            prop_assert!(!Mask::new(sweep).text(&message).contains(&text));
        }
    }
}
