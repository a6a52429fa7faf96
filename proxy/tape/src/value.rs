//! Documents as JSON and back, exactly, by forms that name themselves.
//!
//! A recording is readable without the model that decoded it, so values that JSON has no word for
//! stand in objects with one `$` key: blobs (`$text`, `$b64`, or `$blob` out of line), timestamps
//! (`$timestamp`), numbers (`$float`, `$number`), and strings of JSON (`$json`).

mod read;
mod write;

use standin_model::Document;

use crate::json;
use crate::{Events, Expression};

pub(crate) use read::{BadValue, Reader};
pub(crate) use write::{BadDocument, Writer};

/// Forms that stand in a document as they do in the text.
const KEPT_FORMS: [&str; 5] = ["$derived", "$events", "$redacted", "$unknown", "$unmodelled"];

/// A template as the text of recordings has it, long contents too, for people.
pub fn document_text(template: &Document) -> String {
    let text = Writer::default().json(template).map(|json| json::pretty(&json));
    text.map_or_else(|error| error.to_string(), |text| text.trim_end().to_owned())
}

/// Whether a form that stands in documents is whole.
fn kept(form: &Document) -> Result<(), String> {
    let is_alone = form.as_object().is_some_and(|fields| fields.len() == 1);
    if form.get("$derived").is_some() {
        return match Expression::in_document(form) {
            Some(read) => read.map(drop).map_err(|error| error.to_string()),
            None => Err("`$derived` among other keys".to_owned()),
        };
    }
    if form.get("$events").is_some() {
        return match Events::in_document(form) {
            Some(read) => read.map(drop).map_err(|error| error.to_string()),
            None => Err("`$events` among other keys".to_owned()),
        };
    }
    let alone = || form.get("$unmodelled").or_else(|| form.get("$unknown")).filter(|_| is_alone);
    let name = form.get("$redacted").or_else(alone);
    match name {
        Some(Document::String(_)) => Ok(()),
        _ => Err("a form that doesn't say what it stands for".to_owned()),
    }
}

#[cfg(test)]
pub(crate) mod tests;
