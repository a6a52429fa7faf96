//! Java's words for patterns, and all patterns of the models.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proptest::prelude::*;
use standin_model::Catalog;

use super::*;

/// The patterns that can't be read: `SERVICE.SHAPE: REASON`, one shape of each pattern.
const UNREADABLE: &str = include_str!("unreadable.txt");

fn matches(pattern: &str, value: &str) -> bool {
    !Pattern::compile(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}")).refuses(value)
}

#[test]
fn all_patterns_of_the_models_compile_or_are_listed() {
    let (mut seen, mut backtracking, mut found) = (BTreeSet::new(), 0, String::new());
    for entry in Catalog::embedded().services() {
        let service = Catalog::embedded().service(entry.name).expect("a service of the pack");
        for shape in &service.shapes {
            let pattern = shape.constraints.as_ref().and_then(|constraints| constraints.pattern);
            let Some(pattern) = pattern.filter(|pattern| seen.insert(*pattern)) else { continue };
            match Pattern::compile(pattern) {
                Ok(compiled) => {
                    backtracking += usize::from(matches!(compiled.engine, Engine::Backtracking(_)));
                }
                Err(error) => writeln!(found, "{}.{}: {error}", entry.name, shape.name)
                    .expect("a string takes all"),
            }
        }
    }
    assert_eq!((seen.len(), backtracking), (4876, 184));
    let listed: Vec<&str> = UNREADABLE.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(found.lines().collect::<Vec<_>>(), listed);
}

#[test]
fn the_whole_value_must_match() {
    assert!(matches("[\\w+=,.@-]*", "a.b@c") && !matches("[\\w+=,.@-]*", "a:b"));
    assert!(matches("a|b", "b") && !matches("a|b", "ab"));
    assert!(!matches("[a-z]+$", "ab\n") && !matches("^[a-z]+", "ab\n"));
    assert!(matches("$|^x", "") && matches("$|^x", "x") && !matches("$|^x", "xy"));
}

#[test]
fn a_dot_stops_at_the_end_of_a_line_unless_told_otherwise() {
    for end in ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"] {
        assert!(!matches(".*", end) && matches("(?s).*", end), "{end:?}");
    }
    assert!(matches(".", "😀") && matches(".{1,3}", "\u{0}x"));
}

#[test]
fn classes_are_ascii_unless_they_name_unicode() {
    for (pattern, good, bad) in [
        (r"\w", "_", "ä"),
        (r"\W", "ä", "a"),
        (r"\d", "7", "٣"),
        (r"\s", "\u{B}", "\u{A0}"),
        (r"\p{Alpha}", "z", "ä"),
        (r"\p{Print}", " ", "\t"),
        (r"\p{Punct}", "~", "a"),
        (r"\p{L}", "Ü", "1"),
        (r"\pL", "Ü", "1"),
        (r"\P{L}", "1", "Ü"),
        (r"[^\p{L}\d]", "-", "ß"),
        (r"\p{Nd}", "٣", "x"),
        (r"\p{IsAlphabetic}", "ā", "-"),
        (r"\p{LD}", "٣", "Ⅳ"),
        (r"\p{all}", "\n", ""),
        (r"\h", "\u{3000}", "\n"),
    ] {
        assert!(matches(pattern, good), "{pattern} {good:?}");
        assert!(!matches(pattern, bad), "{pattern} {bad:?}");
    }
}

#[test]
fn classes_are_nested_crossed_and_full_of_signs() {
    for (pattern, good, bad) in [
        (r"[\p{Print}&&[^|:/]]+", "a b", "a:b"),
        (r"[a-c[x-z]]+", "az", "d"),
        (r"[^a-c&&[b-d]]", "x", "b"),
        (r"[]a]+", "a]", "b"),
        (r"[\w-.]+", "a-.", "+"),
        (r"[a-z-9]+", "-9c", "5"),
        (r"[+--]+", "+,-", "."),
        (r"[a-]+", "-a", "b"),
        (r"[!-/&&[^-]]+", "!", "-"),
        (r"[#~&^\[\]\\]+", "#~&^[]\\", "a"),
        // Unbalanced in Java, so a bracket is read as itself.
        (r"[a[b]+", "a[b", "c"),
    ] {
        assert!(matches(pattern, good), "{pattern} {good:?}");
        assert!(!matches(pattern, bad), "{pattern} {bad:?}");
    }
    // What is negated is the intersection as a whole.
    assert!(matches(r"[^a-c&&[b-d]]", "a") && matches(r"[^a-c&&[b-d]]", "d"));
}

#[test]
fn pairs_of_surrogates_are_characters() {
    let all = r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*";
    assert!(matches(all, "a\n😀\u{10FFFF}") && !matches(all, "\u{1}"));
    // In the wrong order it can't mean anything else.
    let all = r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDBFF-\uDC00\uDFFF]*";
    assert!(matches(all, "😀") && !matches(all, "\n"));
    let all = r"[\u0020-\uD7FF\u10000-\u10FFFF]*";
    assert!(matches(all, "😀") && !matches(all, "\n"));
    assert!(matches(r"[\u0020-\uFFFF]+", "\u{FFFF}") && !matches(r"[\u0020-\uFFFF]+", "😀"));
    assert!(matches(r"\uD83D\uDE00", "😀"));
    assert_eq!(Pattern::compile(r"\uD83D").unwrap_err(), Unreadable::Escape);
}

#[test]
fn escapes_and_flags_are_javas() {
    for (pattern, good, bad) in [
        (r"[^/:|\000-\037]+", "a", "\u{1F}"),
        (r"\x41\x{1F600}\u0042", "A😀B", "AB"),
        (r"\Qa.b\E+", "a.bb", "axb"),
        (r"\Aab\z", "ab", "ab\n"),
        (r"(?i)abc[d-f]", "ABcE", "abcg"),
        (r"(?!(?i)aws_)[a-zA-Z_]+", "AW_x", "AwS_x"),
        (r"(a(?i)b)b", "aBb", "aBB"),
        (r"(?i:k)", "K", "\u{212A}"),
        (r"a{x}", "a{x}", "a"),
        (r"a{2,}b{1}", "aaab", "ab"),
        (r"\ba\b", "a", "b"),
        (r"\-\_\/\:", "-_/:", "-"),
    ] {
        assert!(matches(pattern, good), "{pattern} {good:?}");
        assert!(!matches(pattern, bad), "{pattern} {bad:?}");
    }
}

#[test]
fn what_looks_around_or_back_is_matched_by_backtracking() {
    for (pattern, good, bad) in [
        (r"((?!^\d+$)^[0-9a-zA-Z-_]+$)", "a1", "1"),
        (r"(?=^.{2,5}$)(a+)", "aaa", "a"),
        (r"[a-z]+(?<!-s3alias)", "ab", "b-s3alias"),
        (r"(a|b)\1", "bb", "ab"),
        (r"(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\10\11", "abcdefghijja1", "abcdefghijj"),
        (r"a*+b", "aab", "aac"),
        (r"/(?!\.)+[^/]+", "/a", "/.a"),
        (r"/(?!\.)?[^/]+", "/.a", "//"),
        (r"(?>a|ab)c", "ac", "abc"),
        // `$` fits before the end of the last line, and the rest takes that end.
        (r"(?=.{1,3}$)[a-z\n]+", "abc\n", "abcd\n"),
    ] {
        let compiled = Pattern::compile(pattern).expect("readable");
        assert!(matches!(compiled.engine, Engine::Backtracking(_)), "{pattern}");
        assert!(matches(pattern, good), "{pattern} {good:?}");
        assert!(!matches(pattern, bad), "{pattern} {bad:?}");
    }
    // A possessive quantifier gives nothing back.
    assert!(!matches(r"a*+a", "aaa"));
}

#[test]
fn a_repeated_set_is_counted() {
    let compiled = Pattern::compile("^.{1,65535}$").expect("readable");
    assert_eq!(compiled.count, Some(Count { least: 1, most: 65_535 }));
    assert!(!compiled.refuses(&"ä".repeat(65_535)) && compiled.refuses(&"ä".repeat(65_536)));
    assert!(compiled.refuses("") && compiled.refuses("a\n"));
    assert!(matches("^[a-z]*${2,3}$", "abcd"));
    for other in ["a|.{1,9}", "(.{1,9})", "a.{1,9}", ".{1,9}b", ".{1,9}?", ".{1,9}|b", "[a]{2}+"] {
        assert_eq!(Pattern::compile(other).expect("readable").count, None, "{other}");
    }
    assert!(matches("(?s).{2}", "a\n") && !matches("(?s).{2}", "a\nb"));
}

#[test]
fn a_hostile_value_is_given_up() {
    let evil = Pattern::compile(r"(a|aa)+(?!b)c").expect("readable");
    assert!(matches!(evil.engine, Engine::Backtracking(_)));
    assert!(!evil.refuses(&"a".repeat(5_000)), "not checked");
    assert!(evil.refuses("aab"), "checked");
    let linear = Pattern::compile("([0-9]+)+").expect("readable");
    assert!(linear.refuses(&("0".repeat(100_000) + "!")));
}

proptest! {
    #[test]
    fn any_pattern_is_read_or_refused(pattern in r"(\PC|[\[\](){}\\|^$&?*+.a-c0-9-]){0,24}", value in ".{0,8}") {
        if let Ok(compiled) = Pattern::compile(&pattern) {
            compiled.refuses(&value);
        }
    }

    #[test]
    fn literals_match_themselves(text in r"[ -~äß😀]{0,20}", other in r"[ -~]{0,20}") {
        let quoted: String = text.chars().map(|c| format!("\\x{{{:X}}}", u32::from(c))).collect();
        let pattern = Pattern::compile(&quoted).expect("readable");
        prop_assert!(!pattern.refuses(&text));
        prop_assert_eq!(pattern.refuses(&other), other != text);
    }
}
