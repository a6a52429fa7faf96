//! Text: hostile pieces, and lengths that the model asks for.

use proptest::prelude::RngExt;
use proptest::test_runner::TestRng;
use standin_model::Constraints;

/// What formats escape, fold, trim, split or refuse.
const PIECES: [&str; 32] = [
    "a",
    "Z",
    "0",
    "-",
    "_",
    ".",
    "..",
    "/",
    "//",
    "%",
    "%20",
    "%2F",
    "+",
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "&",
    "&amp;",
    "<b>",
    "]]>",
    "\"",
    "'",
    "\\",
    "\u{1}\u{1f}",
    "\u{7f}\u{85}",
    "é",
    "\u{1F600}",
    "\u{2028}\u{feff}",
    "=;,:?#@[]{}|^`~!$*()",
];

/// Texts of JSON as a member holds them that takes JSON in a string.
const JSON: [&str; 6] =
    ["{\"a\":1}", "[]", "\"text é\"", "12", "true", "{\"a\":{\"b\":[null,\"<\"]}}"];

/// The longest text that a constraint can ask for.
const LONGEST: usize = 256;

/// Any text: empty, a piece that formats treat in a way of their own, or several of these.
pub(super) fn hostile(rng: &mut TestRng) -> String {
    let pieces = [0, 1, 1, 2, 3, 6][rng.random_range(0..6)];
    (0..pieces).map(|_| piece(rng)).collect()
}

/// Text of JSON.
pub(super) fn json(rng: &mut TestRng) -> &'static str {
    JSON[rng.random_range(0..JSON.len())]
}

/// Text of a length that fits, counted in characters as Smithy does.
pub(super) fn of_length(rng: &mut TestRng, constraints: &Constraints) -> String {
    let (least, most) = lengths(constraints);
    let mut text: Vec<char> = hostile(rng).chars().take(most).collect();
    while text.len() < least.min(LONGEST) {
        text.extend(piece(rng).chars().take(least - text.len()));
    }
    text.into_iter().collect()
}

/// Whether the length of text fits.
pub(super) fn fits(text: &str, constraints: &Constraints) -> bool {
    let (least, most) = lengths(constraints);
    (least..=most).contains(&text.chars().count())
}

/// The least and the greatest length.
pub(super) fn lengths(constraints: &Constraints) -> (usize, usize) {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "lengths of the models are small, and a cast saturates"
    )]
    let length = |limit: f64| limit as usize;
    (constraints.min.map_or(0, length), constraints.max.map_or(usize::MAX, length))
}

fn piece(rng: &mut TestRng) -> &'static str {
    PIECES[rng.random_range(0..PIECES.len())]
}
