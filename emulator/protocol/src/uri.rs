//! URI templates of the HTTP trait: matching a raw path and binding its labels.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use standin_model::Name;

/// A parsed `requestUri`: path segments with labels, and the literal part of the query string.
///
/// Paths are matched raw, before any decoding, so that an encoded slash stays within its label and
/// double slashes and dots in a key survive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UriTemplate {
    segments: Vec<Segment>,
    query: Vec<QueryLiteral>,
    trailing_slash: bool,
}

/// One segment of a template's path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Text that must stand there.
    Literal(Name),
    /// One segment, bound to a member.
    Label(Name),
    /// One segment or more, bound to a member.
    Greedy(Name),
}

/// A literal parameter of a template's query string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueryLiteral {
    /// The parameter's name.
    pub name: Name,
    /// The value it must have; without one it needs only be there.
    pub value: Option<Name>,
}

impl UriTemplate {
    /// Reads a template, such as `/{Bucket}/{Key+}?acl`.
    pub fn parse(uri: Name) -> Self {
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let trailing_slash = path.len() > 1 && path.ends_with('/');
        let path = path.trim_start_matches('/').trim_end_matches('/');
        let segments =
            if path.is_empty() { vec![] } else { path.split('/').map(segment).collect() };
        let query = query.split('&').filter(|text| !text.is_empty()).map(query_literal).collect();
        Self { segments, query, trailing_slash }
    }

    /// The segments of the path.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The literal query parameters.
    pub fn query(&self) -> &[QueryLiteral] {
        &self.query
    }

    /// Whether the path is written with a slash at its end.
    pub fn has_trailing_slash(&self) -> bool {
        self.trailing_slash
    }

    /// Whether a raw path fits.
    pub fn matches(&self, path: &str) -> bool {
        self.bind(path, |_, _| ())
    }

    /// The labels of a raw path, decoded, in the template's order; none if the path does not fit.
    pub fn labels<'p>(&self, path: &'p str) -> Option<Vec<(Name, Cow<'p, str>)>> {
        let mut labels = Vec::new();
        let fits = self.bind(path, |name, raw| {
            labels.push((name, percent_decode_str(raw).decode_utf8_lossy()));
        });
        fits.then_some(labels)
    }

    /// How specific the path is: from the left, a literal weighs more than a label, and that more
    /// than a greedy label. Only templates that fit the same path can be compared.
    pub fn specificity(&self) -> u64 {
        let weight = |segment: &Segment| match segment {
            Segment::Literal(_) => 3,
            Segment::Label(_) => 2,
            Segment::Greedy(_) => 1,
        };
        self.segments
            .iter()
            .take(32)
            .zip(0..)
            .fold(0, |sum, (segment, place)| sum | weight(segment) << (62 - 2 * place))
    }

    fn bind<'p>(&self, path: &'p str, mut bound: impl FnMut(Name, &'p str)) -> bool {
        let path = path.strip_prefix('/').unwrap_or(path);
        let greedy = self.segments.iter().position(|s| matches!(s, Segment::Greedy(_)));
        let Some(greedy) = greedy else {
            let path = path.strip_suffix('/').unwrap_or(path);
            let mut rest = (!path.is_empty()).then_some(path);
            return self.segments.iter().all(|s| bind_first(*s, &mut rest, &mut bound))
                && rest.is_none();
        };
        let (head, tail) = (&self.segments[..greedy], &self.segments[greedy + 1..]);
        // Where nothing follows the greedy label, a trailing slash belongs to its value.
        let path = if tail.is_empty() { path } else { path.strip_suffix('/').unwrap_or(path) };
        let mut rest = Some(path);
        if !head.iter().all(|s| bind_first(*s, &mut rest, &mut bound)) {
            return false;
        }
        let Some((value, tail_values)) = rest.and_then(|rest| split_tail(rest, tail.len())) else {
            return false;
        };
        if value.is_empty() {
            return false;
        }
        bind_one(self.segments[greedy], value, &mut bound);
        let mut rest = tail_values;
        tail.iter().all(|s| bind_first(*s, &mut rest, &mut bound))
    }
}

/// Whether raw text of a URI is the same as a literal once it is decoded.
pub(crate) fn equals_decoded(raw: &str, literal: &str) -> bool {
    raw == literal || (raw.contains('%') && percent_decode_str(raw).eq(literal.bytes()))
}

fn segment(text: Name) -> Segment {
    let Some(label) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) else {
        return Segment::Literal(text);
    };
    match label.strip_suffix('+') {
        Some(label) => Segment::Greedy(label),
        None => Segment::Label(label),
    }
}

fn query_literal(text: Name) -> QueryLiteral {
    match text.split_once('=') {
        Some((name, value)) if !value.is_empty() => QueryLiteral { name, value: Some(value) },
        Some((name, _)) => QueryLiteral { name, value: None },
        None => QueryLiteral { name: text, value: None },
    }
}

/// Binds the first segment of what is left of the path, which is `None` once it is used up.
fn bind_first<'p>(
    segment: Segment,
    rest: &mut Option<&'p str>,
    bound: &mut impl FnMut(Name, &'p str),
) -> bool {
    let Some(path) = *rest else { return false };
    let (first, after) = match path.split_once('/') {
        Some((first, after)) => (first, Some(after)),
        None => (path, None),
    };
    *rest = after;
    bind_one(segment, first, bound)
}

fn bind_one<'p>(segment: Segment, raw: &'p str, bound: &mut impl FnMut(Name, &'p str)) -> bool {
    match segment {
        Segment::Literal(literal) => equals_decoded(raw, literal),
        Segment::Label(name) | Segment::Greedy(name) => {
            bound(name, raw);
            !raw.is_empty()
        }
    }
}

/// Splits the last `count` segments off a path.
fn split_tail(path: &str, count: usize) -> Option<(&str, Option<&str>)> {
    if count == 0 {
        return Some((path, None));
    }
    let (at, _) = path.rmatch_indices('/').nth(count - 1)?;
    Some((&path[..at], Some(&path[at + 1..])))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn labels(template: &'static str, path: &str) -> Option<Vec<(&'static str, String)>> {
        let labels = UriTemplate::parse(template).labels(path)?;
        Some(labels.into_iter().map(|(name, value)| (name, value.into_owned())).collect())
    }

    fn one(template: &'static str, path: &str) -> Option<String> {
        labels(template, path).and_then(|mut labels| labels.pop()).map(|(_, value)| value)
    }

    #[test]
    fn literals_and_labels_fill_whole_segments() {
        assert_eq!(labels("/a/b", "/a/b"), Some(vec![]));
        assert_eq!(labels("/a/b", "/a/c"), None);
        assert_eq!(labels("/a/b", "/a/b/c"), None);
        assert_eq!(one("/tags/{Arn}", "/tags/arn%3Aaws%2Fx").as_deref(), Some("arn:aws/x"));
        assert_eq!(one("/tags/{Arn}", "/tags/arn:aws/x"), None);
        assert_eq!(one("/x/{A}", "/x/"), None);
        assert_eq!(labels("/", "/"), Some(vec![]));
        assert_eq!(labels("/", "/a"), None);
        assert_eq!(labels("/@connections", "/%40connections"), Some(vec![]));
    }

    #[test]
    fn regex_characters_are_literal() {
        assert_eq!(labels("/a.b(c)*", "/a.b(c)*"), Some(vec![]));
        assert_eq!(labels("/a.b", "/aXb"), None);
    }

    #[test]
    fn a_plus_in_a_path_is_a_plus() {
        assert_eq!(one("/x/{A}", "/x/a+b%2Bc%20d").as_deref(), Some("a+b+c d"));
    }

    #[test]
    fn trailing_slashes_are_lenient_but_belong_to_a_final_greedy_label() {
        assert!(UriTemplate::parse("/functions/").matches("/functions"));
        assert!(UriTemplate::parse("/functions").matches("/functions/"));
        assert_eq!(one("/{B}/{Key+}", "/b/k/").as_deref(), Some("k/"));
        assert_eq!(one("/{B}/{Key+}", "/b/"), None);
        assert_eq!(one("/{B}", "/b/").as_deref(), Some("b"));
        assert_eq!(one("/{B}", "/b//"), None);
        assert_eq!(one("/{B}/{Key+}", "/b//").as_deref(), Some("/"));
    }

    #[test]
    fn keys_are_never_normalised() {
        assert_eq!(one("/{B}/{Key+}", "/b//k").as_deref(), Some("/k"));
        assert_eq!(one("/{B}/{Key+}", "/b/a/../c").as_deref(), Some("a/../c"));
        assert_eq!(one("/{B}/{Key+}", "/b/a%2Fb").as_deref(), Some("a/b"));
    }

    #[test]
    fn the_last_suffix_ends_a_greedy_label_in_the_middle() {
        let template = "/portals/{arn+}/browserSettings";
        assert_eq!(one(template, "/portals/a/b/browserSettings").as_deref(), Some("a/b"));
        assert_eq!(
            one(template, "/portals/a/browserSettings/browserSettings/").as_deref(),
            Some("a/browserSettings")
        );
        assert_eq!(one(template, "/portals/browserSettings"), None);
        assert_eq!(one(template, "/portals/a/b"), None);
    }

    #[test]
    fn query_literals() {
        let template = UriTemplate::parse("/x?acl&mode=import&empty=");
        let expected = [("acl", None), ("mode", Some("import")), ("empty", None)];
        assert!(template.query().iter().map(|q| (q.name, q.value)).eq(expected));
    }

    #[test]
    fn specificity_counts_from_the_left() {
        let of = |uri| UriTemplate::parse(uri).specificity();
        assert!(of("/domain/x") > of("/domain/{Name}"));
        assert!(of("/domain/{Name}") > of("/{Bucket}/{Key+}"));
        assert!(of("/{A}/{B}") > of("/{A}/{B+}"));
    }

    proptest! {
        #[test]
        fn any_path_is_matched_or_refused(path in "[/a-c%+.]{0,20}") {
            for template in ["/", "/a/{x}", "/{x+}", "/a/{x+}/b", "/{a}/{b}/{c+}", "/a/{x+}/b/{y}/"] {
                let _ = UriTemplate::parse(template).labels(&path);
            }
        }

        #[test]
        fn what_a_greedy_label_binds_is_the_path(key in "[/a-c]{1,20}") {
            prop_assert_eq!(one("/{B}/{Key+}", &format!("/b/{key}")), Some(key));
        }
    }
}
