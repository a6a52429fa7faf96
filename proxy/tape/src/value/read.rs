//! JSON to documents.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use standin_model::{Document, Fields, Number, Timestamp, TimestampFormat};

use super::{KEPT_FORMS, kept};
use crate::json::{self, Json};
use crate::{Blobs, Digest, template};

/// JSON that is no document; the path leads to it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub(crate) struct BadValue {
    pub(crate) path: String,
    pub(crate) reason: String,
}

/// Turns JSON into documents, with the blobs it names.
pub(crate) struct Reader<'b> {
    pub(crate) blobs: &'b dyn Blobs,
}

impl Reader<'_> {
    pub(crate) fn document(&self, json: Json, path: &str) -> Result<Document, BadValue> {
        Ok(match json {
            Json::Null => Document::Null,
            Json::Boolean(value) => Document::Boolean(value),
            Json::Number(text) => Document::Number(number_from_text(&text)),
            Json::String(text) => Document::String(checked(text, path)?),
            Json::Array(items) => {
                let items = items.into_iter().enumerate();
                let read = |(index, item)| self.document(item, &format!("{path}[{index}]"));
                Document::List(items.map(read).collect::<Result<_, _>>()?)
            }
            Json::Object(fields) => match fields.first() {
                Some((key, _)) if template::is_form_key(key) => self.form(fields, path)?,
                _ => Document::Object(self.fields(fields, path)?),
            },
        })
    }

    pub(crate) fn fields(
        &self,
        fields: Vec<(String, Json)>,
        path: &str,
    ) -> Result<Fields, BadValue> {
        let mut read = Fields::with_capacity(fields.len());
        for (key, value) in fields {
            if template::is_form_key(&key) && !KEPT_FORMS.contains(&&*key) {
                return Err(bad(
                    path,
                    format!("`{key}` among other keys (a literal $ is doubled)"),
                ));
            }
            let key = checked(key, path)?;
            let value = self.document(value, &format!("{path}.{key}"))?;
            read.push(Cow::Owned(key), value);
        }
        Ok(read)
    }

    fn form(&self, mut fields: Vec<(String, Json)>, path: &str) -> Result<Document, BadValue> {
        let name = fields[0].0.clone();
        if KEPT_FORMS.contains(&&*name) {
            let form = Document::Object(self.fields(fields, path)?);
            return kept(&form).map(|()| form).map_err(|reason| bad(path, reason));
        }
        if name == "$blob" {
            return self.blob(&fields, path);
        }
        if fields.len() > 1 {
            return Err(bad(path, format!("`{name}` among other keys (a literal $ is doubled)")));
        }
        let value = fields.remove(0).1;
        if name == "$json" {
            let text = json::compact(&value);
            return Ok(Document::String(checked(text, path)?));
        }
        match value {
            Json::String(text) => scalar_form(&name, text, path),
            other => Err(bad(path, format!("`{name}` holds {} instead of a string", other.kind()))),
        }
    }

    fn blob(&self, fields: &[(String, Json)], path: &str) -> Result<Document, BadValue> {
        let find = |name| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value);
        let Some(Json::String(name)) = find("$blob") else {
            return Err(bad(path, "`$blob` does not hold a name"));
        };
        let digest: Digest = name.parse().map_err(|error| bad(path, format!("{error}")))?;
        if let Some(mark) = self.blobs.mark(&digest) {
            return Ok(Document::blob(mark));
        }
        let content = self.blobs.blob(&digest);
        let content = content.ok_or_else(|| bad(path, format!("the blob {digest} is missing")))?;
        if Digest::of(&content) != digest {
            return Err(bad(
                path,
                format!("the blob {digest} has another content than its name says"),
            ));
        }
        if let Some(Json::Number(length)) = find("len")
            && *length != content.len().to_string()
        {
            return Err(bad(path, format!("`len` says {length} of {} bytes", content.len())));
        }
        match find("type") {
            Some(Json::String(kind)) if kind == "blob" => Ok(Document::blob(content)),
            Some(Json::String(kind)) if kind == "text" => match String::from_utf8(content.into()) {
                Ok(text) => Ok(Document::String(checked(text, path)?)),
                Err(_) => Err(bad(path, format!("the blob {digest} is not text"))),
            },
            _ => Err(bad(path, "the `type` of a `$blob` is neither `blob` nor `text`")),
        }
    }
}

/// The number that a JSON number's text stands for, kept as text where no other form gives it back.
pub(super) fn number_from_text(text: &str) -> Number {
    if let Ok(whole) = text.parse::<i64>()
        && whole.to_string() == text
    {
        return Number::Integer(whole);
    }
    match text.parse::<f64>() {
        Ok(float) if format!("{float:?}") == text => Number::Float(float),
        _ => Number::Text(text.into()),
    }
}

fn scalar_form(name: &str, text: String, path: &str) -> Result<Document, BadValue> {
    match name {
        "$text" => Ok(Document::blob(Bytes::from(text))),
        "$b64" if text.contains('«') => Ok(template::blob_of(checked(text, path)?)),
        "$b64" => match STANDARD.decode(&text) {
            Ok(bytes) => Ok(Document::blob(bytes)),
            Err(error) => Err(bad(path, format!("malformed base64: {error}"))),
        },
        "$timestamp" => match Timestamp::parse(&text, TimestampFormat::Iso8601) {
            Ok(time) => Ok(Document::Timestamp(time)),
            Err(error) => Err(bad(path, format!("{error}: `{text}`"))),
        },
        "$float" => match &*text {
            "NaN" => Ok(f64::NAN.into()),
            "Infinity" => Ok(f64::INFINITY.into()),
            "-Infinity" => Ok(f64::NEG_INFINITY.into()),
            _ => Err(bad(path, format!("`{text}` is not a `$float`"))),
        },
        "$number" => Ok(Document::Number(Number::Text(text.into()))),
        _ => Err(bad(path, format!("unknown form `{name}` (a literal $ is doubled)"))),
    }
}

fn checked(text: String, path: &str) -> Result<String, BadValue> {
    match template::parts(&text) {
        Ok(_) => Ok(text),
        Err(error) => Err(bad(path, error.to_string())),
    }
}

fn bad(path: &str, reason: impl Into<String>) -> BadValue {
    BadValue { path: path.to_owned(), reason: reason.into() }
}
