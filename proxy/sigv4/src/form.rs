//! The fields of a form (`multipart/form-data`, RFC 7578) that stand before its file, read as they come.

use http::HeaderMap;

/// Reads the fields of a form until its file begins, and holds them meanwhile.
#[derive(Clone, Debug)]
pub struct FormDecoder {
    /// What parts the form: two hyphens and the boundary.
    delimiter: Vec<u8>,
    limit: usize,
    read: Vec<u8>,
    /// Where the part begins that has not come in full.
    at: usize,
    fields: Vec<Field>,
}

/// One field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name.
    pub name: String,
    /// The lines before the value, without the last line break.
    head: Vec<u8>,
    /// The value.
    pub value: Vec<u8>,
}

/// The fields before the file, and what was read after them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    delimiter: Vec<u8>,
    /// The fields, in the order of the form.
    pub fields: Vec<Field>,
    /// What was read of the file, from the delimiter before it on; its end where the form has no file.
    pub rest: Vec<u8>,
}

/// A form that can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// The `Content-Type` has no boundary, or one that is longer than 70 characters.
    #[error("the form's Content-Type has no boundary")]
    Boundary,
    /// The form does not begin with its boundary, or a part is not ended by one.
    #[error("the form's boundary is not where it must be")]
    Delimiter,
    /// A part has no name in its `Content-Disposition`, or one that is not text.
    #[error("a part of the form has no name")]
    Name,
    /// The fields before the file are larger than they may be.
    #[error("the fields before the form's file are too large")]
    TooLarge,
    /// The form ends before its file begins.
    #[error("the form is cut short")]
    Truncated,
}

/// S3 takes 20 KB of fields.
const LIMIT: usize = 64 << 10;

const LINE: &[u8] = b"\r\n";

impl FormDecoder {
    /// The decoder of a request's body; none where that is no form.
    pub fn of(headers: &HeaderMap) -> Result<Option<Self>, FormError> {
        let kind = headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let Some((kind, parameters)) = kind.and_then(|kind| kind.split_once(';')) else {
            return Ok(None);
        };
        if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
            return Ok(None);
        }
        let boundary = parameter(parameters, "boundary").ok_or(FormError::Boundary)?;
        if boundary.is_empty() || boundary.len() > 70 {
            return Err(FormError::Boundary);
        }
        let delimiter = [b"--", boundary.as_bytes()].concat();
        Ok(Some(Self { delimiter, limit: LIMIT, read: Vec::new(), at: 0, fields: Vec::new() }))
    }

    /// Takes the next part of the body; gives the form once its file begins.
    pub fn push(&mut self, part: &[u8]) -> Result<Option<Form>, FormError> {
        self.read.extend_from_slice(part);
        while let Some(found) = self.advance()? {
            match found {
                Found::Field(field) => self.fields.push(field),
                Found::File => {
                    return Ok(Some(Form {
                        delimiter: self.delimiter.clone(),
                        fields: std::mem::take(&mut self.fields),
                        rest: self.read.split_off(self.at),
                    }));
                }
            }
        }
        if self.read.len() > self.limit { Err(FormError::TooLarge) } else { Ok(None) }
    }

    /// The next part that is here in full, or the beginning of the file.
    fn advance(&mut self) -> Result<Option<Found>, FormError> {
        let part = &self.read[self.at..];
        let Some(after) = part.get(self.delimiter.len()..self.delimiter.len() + 2) else {
            return Ok(None);
        };
        if !part.starts_with(&self.delimiter) {
            return Err(FormError::Delimiter);
        }
        let body = &part[self.delimiter.len() + 2..];
        match after {
            b"--" => return Ok(Some(Found::File)),
            LINE => {}
            _ => return Err(FormError::Delimiter),
        }
        let Some(head) = find(body, b"\r\n\r\n") else { return Ok(None) };
        let name = name(&body[..head]).ok_or(FormError::Name)?;
        if name.eq_ignore_ascii_case("file") {
            return Ok(Some(Found::File));
        }
        let value = &body[head + 4..];
        let Some(end) = find(value, &[LINE, &self.delimiter].concat()) else { return Ok(None) };
        let field = Field { name, head: body[..head].to_vec(), value: value[..end].to_vec() };
        self.at += self.delimiter.len() + 2 + head + 4 + end + 2;
        Ok(Some(Found::Field(field)))
    }
}

enum Found {
    Field(Field),
    File,
}

impl Field {
    /// A field of plain text.
    pub fn new(name: &str, value: &str) -> Self {
        let head = format!("Content-Disposition: form-data; name=\"{name}\"").into_bytes();
        Self { name: name.to_owned(), head, value: value.as_bytes().to_vec() }
    }
}

impl Form {
    /// The text of a field; names are alike in upper and lower case.
    pub fn text(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(&field.value).ok()
    }

    /// What goes before the rest of the body: the fields as they are now, and what was read of the file.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for Field { head, value, .. } in &self.fields {
            for part in [&self.delimiter, LINE, head, LINE, LINE, value, LINE] {
                out.extend_from_slice(part);
            }
        }
        out.extend_from_slice(&self.rest);
        out
    }
}

/// The name in the `Content-Disposition` of a part.
fn name(head: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(head).ok()?;
    let line = text.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
    })?;
    let (_, parameters) = line.split_once(';')?;
    parameter(parameters, "name")
}

/// The value of a parameter, out of its quotes.
fn parameter(parameters: &str, name: &str) -> Option<String> {
    let mut rest = parameters;
    loop {
        let (key, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (value, tail) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => after.split_once(';').unwrap_or((after, "")),
        };
        if key.trim_start_matches([';', ' ', '\t']).trim_end().eq_ignore_ascii_case(name) {
            return Some(value.trim().to_owned());
        }
        rest = tail;
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
