//! Which element of an answer's list stands for which of the recording's.

use standin_model::Document;

use crate::{Bindings, ListOrder, Path, Rules, Segment, unify};

/// A list of the recording beside the answer's, element by element.
pub(crate) struct Alignment {
    /// Pairs and singles, in the recording's order, what only the answer has at the end.
    pub(crate) rows: Vec<Row>,
    /// The pairs stand in another order than recorded, and the order counts.
    pub(crate) reordered: bool,
}

/// One element: its segment in paths, and its place on both sides.
pub(crate) struct Row {
    pub(crate) segment: Segment,
    pub(crate) expected: Option<usize>,
    pub(crate) actual: Option<usize>,
}

/// Aligns two lists: by identity where a rule names one, else by position.
pub(crate) fn align(
    lists: (&[Document], &[Document]),
    place: (&Rules, &str, &Path),
    bindings: &Bindings,
) -> Alignment {
    let (rules, operation, path) = place;
    match rules.list(operation, path) {
        Some((identity, order)) => by_identity(lists, identity, order, bindings),
        None => by_position(lists.0.len(), lists.1.len()),
    }
}

fn by_position(expected: usize, actual: usize) -> Alignment {
    let side = |index: usize, length: usize| (index < length).then_some(index);
    let rows = (0..expected.max(actual)).map(|index| Row {
        segment: Segment::Index(index),
        expected: side(index, expected),
        actual: side(index, actual),
    });
    Alignment { rows: rows.collect(), reordered: false }
}

fn by_identity(
    (expected, actual): (&[Document], &[Document]),
    identity: &[String],
    order: ListOrder,
    bindings: &Bindings,
) -> Alignment {
    let mut taken = vec![false; actual.len()];
    let mut rows: Vec<Row> = Vec::with_capacity(expected.len());
    for (index, element) in expected.iter().enumerate() {
        let is_free_twin =
            |at: &usize| !taken[*at] && same(element, &actual[*at], identity, bindings);
        // Elements may share an identity (a body sent twice): the nearest place wins, so equal lists align.
        let found = (0..actual.len()).filter(is_free_twin).min_by_key(|at| at.abs_diff(index));
        if let Some(at) = found {
            taken[at] = true;
        }
        let segment = segment(element, identity, index, &str::to_owned);
        rows.push(Row { segment, expected: Some(index), actual: found });
    }
    let places: Vec<usize> = rows.iter().filter_map(|row| row.actual).collect();
    let reordered = order == ListOrder::Ordered && !places.is_sorted();
    let extra = (0..actual.len()).filter(|at| !taken[*at]);
    rows.extend(extra.map(|at| Row {
        segment: segment(&actual[at], identity, at, &|text| bindings.render(text)),
        expected: None,
        actual: Some(at),
    }));
    Alignment { rows, reordered }
}

fn same(expected: &Document, actual: &Document, identity: &[String], bindings: &Bindings) -> bool {
    if identity.is_empty() {
        return matches(expected, actual, &mut bindings.clone());
    }
    let mut scratch = bindings.clone();
    identity.iter().all(|member| match (expected.get(member), actual.get(member)) {
        (Some(expected), Some(actual)) => matches(expected, actual, &mut scratch),
        (None, None) => true,
        _ => false,
    })
}

/// Whether a plain document matches a template wholly.
fn matches(expected: &Document, actual: &Document, bindings: &mut Bindings) -> bool {
    match (expected, actual) {
        (Document::String(template), Document::String(text)) => {
            unify(template, text, bindings).is_ok()
        }
        (Document::List(left), Document::List(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| matches(left, right, bindings))
        }
        (Document::Object(left), Document::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, value)| {
                    right.get(key).is_some_and(|actual| matches(value, actual, bindings))
                })
        }
        _ => expected == actual,
    }
}

/// The identity as paths write it; `show` turns a text into what reports may hold.
fn segment(
    element: &Document,
    identity: &[String],
    index: usize,
    show: &dyn Fn(&str) -> String,
) -> Segment {
    let named: Vec<String> = identity
        .iter()
        .filter_map(|member| Some(format!("{member}={:?}", show(element.get(member)?.as_str()?))))
        .collect();
    match (named.is_empty(), element.as_str()) {
        (false, _) => Segment::Key(named.join(",")),
        (true, Some(text)) => Segment::Key(format!("{:?}", show(text))),
        (true, None) => Segment::Index(index),
    }
}
