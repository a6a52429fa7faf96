//! Lengths of functions, read from the syntax tree.

use syn::spanned::Spanned;
use syn::visit::Visit;

use super::Source;
use crate::Findings;

/// Lines of a function, its signature and braces included.
const FUNCTION_LINES: usize = 70;

/// The largest median that still reads as small functions.
const MEDIAN_LINES: usize = 8;

/// A function and how long it is.
pub(super) struct Function {
    name: String,
    line: usize,
    pub(super) lines: usize,
    pub(super) test: bool,
    exempt: bool,
}

/// The functions of a file.
pub(super) fn lengths(source: &Source) -> Result<Vec<Function>, String> {
    let file = syn::parse_file(&source.text).map_err(|error| format!("not Rust: {error}"))?;
    let mut visitor = Visitor { found: Vec::new(), in_test: source.is_test() };
    visitor.visit_file(&file);
    Ok(visitor.found)
}

/// Findings for functions over the limit, tests and flat tables apart.
pub(super) fn too_long(source: &Source, functions: &[Function]) -> Findings {
    functions
        .iter()
        .filter(|function| function.lines > FUNCTION_LINES && !function.test && !function.exempt)
        .map(|f| {
            format!(
                "{}:{}: fn {} has {} lines, at most {FUNCTION_LINES}",
                source.path, f.line, f.name, f.lines
            )
        })
        .collect()
}

/// A finding when the median over all functions is too large.
pub(super) fn median_finding(lengths: &mut [usize]) -> Option<String> {
    lengths.sort_unstable();
    let median = *lengths.get(lengths.len() / 2)?;
    (median > MEDIAN_LINES)
        .then(|| format!("median function has {median} lines, at most {MEDIAN_LINES}"))
}

struct Visitor {
    found: Vec<Function>,
    in_test: bool,
}

impl Visitor {
    fn add(&mut self, name: &syn::Ident, attributes: &[syn::Attribute], block: &syn::Block) {
        let (start, end) = (name.span().start().line, block.span().end().line);
        self.found.push(Function {
            name: name.to_string(),
            line: start,
            lines: end + 1 - start,
            test: self.in_test || attributes.iter().any(is_test),
            exempt: attributes.iter().any(expects_length),
        });
    }
}

impl<'ast> Visit<'ast> for Visitor {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let outer = self.in_test;
        self.in_test |= module.attrs.iter().any(is_cfg_test);
        syn::visit::visit_item_mod(self, module);
        self.in_test = outer;
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.add(&function.sig.ident, &function.attrs, &function.block);
        syn::visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.add(&function.sig.ident, &function.attrs, &function.block);
        syn::visit::visit_impl_item_fn(self, function);
    }
}

fn is_test(attribute: &syn::Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|segment| segment.ident == "test")
}

fn is_cfg_test(attribute: &syn::Attribute) -> bool {
    attribute.path().is_ident("cfg")
        && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
}

fn expects_length(attribute: &syn::Attribute) -> bool {
    let syn::Meta::List(list) = &attribute.meta else { return false };
    attribute.path().is_ident("expect") && list.tokens.to_string().contains("too_many_lines")
}
