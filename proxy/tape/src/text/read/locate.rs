//! Where in the text something stands that can't be read.

use crate::json::{self, Json};

/// The line of the body, from 1, of the value that a path leads to, or of the last value on the way that is there.
pub(super) fn line(body: &str, path: &str) -> Option<usize> {
    let parsed = json::parse(body).ok()?;
    let mut search = Search { path, count: 0, best: (0, 0) };
    search.visit(&parsed, "");
    let at = json::start_of(body, search.best.1)?;
    Some(memchr::memchr_iter(b'\n', &body.as_bytes()[..at]).count() + 1)
}

/// Values are counted in the order in which they begin.
struct Search<'p> {
    path: &'p str,
    count: usize,
    /// The length of the longest fitting path, and its value's number.
    best: (usize, usize),
}

impl Search<'_> {
    fn visit(&mut self, json: &Json, path: &str) {
        if self.leads_on(path) && path.len() >= self.best.0 {
            self.best = (path.len(), self.count);
        }
        self.count += 1;
        match json {
            Json::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let position = format!("{path}[{index}]");
                    // An exchange is called by its id, or by its position where it has none.
                    let id = Some(item).filter(|_| path == "exchanges").and_then(id);
                    let path = id.filter(|id| self.leads_on(id)).unwrap_or(&position);
                    self.visit(item, path);
                }
            }
            Json::Object(fields) => {
                for (key, value) in fields {
                    let path = match path {
                        "" => key.clone(),
                        path => format!("{path}.{key}"),
                    };
                    self.visit(value, &path);
                }
            }
            _ => {}
        }
    }

    fn leads_on(&self, path: &str) -> bool {
        let rest = self.path.strip_prefix(path);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']) || path.is_empty())
    }
}

fn id(exchange: &Json) -> Option<&str> {
    let Json::Object(fields) = exchange else { return None };
    fields.iter().find_map(|(key, value)| match value {
        Json::String(id) if key == "id" => Some(id.as_str()),
        _ => None,
    })
}
