//! The notations, and files that want to take all memory.

use proptest::prelude::*;

use super::Tree;

fn read(text: &str) -> Tree {
    Tree::read(text.as_bytes()).expect("read")
}

fn refused(text: &str) -> String {
    Tree::read(text.as_bytes()).expect_err("refused")
}

fn text(text: &str) -> Tree {
    Tree::Text(text.into())
}

/// A tnetstring of parts.
fn net(kind: char, parts: &[&str]) -> String {
    let content = parts.concat();
    format!("{}:{content}{kind}", content.len())
}

#[test]
fn three_notations_give_the_same_tree() {
    let json = read(r#"{"a": ["x", 1, true, null], "b": {}}"#);
    assert_eq!(read("a:\n- x\n- 1\n- true\n- ~\nb: {}\n"), json);
    let list = net(']', &["1:x;", "1:1#", "4:true!", "0:~"]);
    let netstring = net('}', &["1:a,", &list, "1:b;", "0:}"]);
    assert_eq!(read(&netstring), Tree::List(vec![json]));
}

#[test]
fn tags_say_how_text_is_read_and_nothing_is_run() {
    let file = "a: !binary |-\n  aGVs\n  bG8=\nb: !!binary aGk=\nc: !!python/unicode 'x'\nd: !!str 1\n\
                e: !ruby/object:Gem::Installer {z: 1}\nf: !!python/object/apply:os.system ['id']\n\
                ? !!python/object/apply:multidict._multidict.istr\n- Accept\n: - '*/*'\n";
    let tree = read(file);
    assert_eq!(tree.get("a"), Some(&Tree::Bytes((*b"hello").into())));
    assert_eq!(tree.get("b"), Some(&Tree::Bytes((*b"hi").into())));
    assert_eq!(tree.get("c"), Some(&text("x")));
    assert_eq!(tree.get("d"), Some(&text("1")));
    assert_eq!(tree.get("e").and_then(|e| e.get("z")?.integer()), Some(1));
    assert_eq!(tree.get("f"), Some(&Tree::List(vec![text("id")])));
    assert_eq!(tree.get("Accept"), Some(&Tree::List(vec![text("*/*")])));
}

#[test]
fn plain_scalars_keep_their_text() {
    let tree =
        read("a: 0012\nb: 1e999\nc: 2015-05-11\nd: \"7\"\ne: no\nf: .inf\ng: 20250206T051245Z\n");
    assert_eq!(tree.get("a"), Some(&Tree::Number("0012".into())));
    assert_eq!(tree.get("b"), Some(&Tree::Number("1e999".into())));
    for (key, value) in [("c", "2015-05-11"), ("d", "7"), ("e", "no"), ("f", ".inf")] {
        assert_eq!(tree.get(key), Some(&text(value)));
    }
    assert_eq!(tree.get("g"), Some(&text("20250206T051245Z")));
}

#[test]
fn aliases_stand_for_what_they_name_within_bounds() {
    let tree = read("a: &x [1, 2]\nb: *x\n");
    assert_eq!(tree.get("b"), tree.get("a"));
    let mut laughs = "a0: &a0 [lol]\n".to_owned();
    for level in 1..30 {
        let before = format!("*a{}", level - 1);
        laughs.push_str(&format!("a{level}: &a{level} [{}]\n", vec![before; 9].join(", ")));
    }
    assert!(refused(&laughs).contains("far more than the file"), "{}", refused(&laughs));
    assert!(refused("a: &a [*a]\n").contains("isn't whole"));
}

#[test]
fn what_is_nested_too_deep_is_refused() {
    let deep = 100_000;
    assert!(refused(&format!("a: {}", "[".repeat(deep))).contains("not YAML"));
    assert!(refused(&"- ".repeat(deep)).contains("not YAML"));
    assert!(refused(&"[".repeat(deep)).contains("not JSON"));
    let deep = (0..100).fold("0:~".to_owned(), |inner, _| net(']', &[&inner]));
    let netstring = net('}', &["1:a;", &deep]);
    assert!(refused(&netstring).contains("too deep"), "{}", refused(&netstring));
}

#[test]
fn bad_files_are_refused_with_the_reason() {
    let cases = [
        ("", "nothing is in it"),
        ("a: [", "not YAML"),
        ("{\"a\": ", "not JSON"),
        ("a: 1\n---\nb: 2\n", "more than one"),
        ("a: !!binary '%'\n", "!!binary"),
        ("? [a, b]\n: 1\n", "a key is not text"),
        ("8:1:a,9:x;}", "breaks off"),
    ];
    for (file, expected) in cases {
        assert!(refused(file).contains(expected), "{file}: {}", refused(file));
    }
    assert_eq!(Tree::read(b"a: \xff"), Err("not UTF-8 text".to_owned()));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(content in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Tree::read(&content);
    }

    #[test]
    fn any_text_of_yaml_s_signs_is_read_or_refused(content in "[-?:,\\[\\]{}#&*!|>'\"%@ a-c0-1\\n]{0,80}") {
        let _ = Tree::read(content.as_bytes());
    }

    #[test]
    fn any_netstring_is_read_or_refused(content in "[0-9]{1,2}:[0-9:,;#~!\\]}a]{0,60}\\}") {
        let _ = Tree::read(content.as_bytes());
    }
}
