//! Where lines go, and what is imported from where.

use super::*;

#[test]
fn lines_are_put_in_order() {
    let text = "x\n[list]\na-1\na-3\nb\n";
    let inserted = |line| insert(("file", "[list]"), text, "a-", line).expect("the list is there");
    assert_eq!(inserted("a-0"), "x\n[list]\na-0\na-1\na-3\nb\n");
    assert_eq!(inserted("a-2"), "x\n[list]\na-1\na-2\na-3\nb\n");
    assert_eq!(inserted("a-4"), "x\n[list]\na-1\na-3\na-4\nb\n");
    let missing = insert(("file", "[none]"), text, "a-", "a-2").expect_err("no such list");
    assert_eq!(missing.to_string(), "file has no line '[none]'");
}

#[test]
fn types_are_imported_from_where_they_are() {
    let uses =
        |input: &str, output: &str| use_lines("shapes", [&input.to_owned(), &output.to_owned()]);
    assert_eq!(uses("A", "B"), "use shapes::{A, B};\n");
    assert_eq!(uses("A", "Empty"), "use standin_core::shape::Empty;\nuse shapes::A;\n");
    assert_eq!(
        uses("Streamed<A>", "Empty"),
        "use standin_core::shape::{Empty, Streamed};\nuse shapes::A;\n"
    );
}
