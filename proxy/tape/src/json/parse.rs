//! A JSON parser that keeps order and number text, names the line of an error, and bounds depth.

use super::Json;

/// Nesting beyond this is refused.
pub(crate) const DEPTH_LIMIT: usize = 128;

/// Text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {reason}")]
pub struct SyntaxError {
    /// The line, from 1.
    pub line: usize,
    /// The column in bytes, from 1.
    pub column: usize,
    /// What is wrong there.
    pub reason: &'static str,
}

/// Parses a whole text.
pub(crate) fn parse(text: &str) -> Result<Json, SyntaxError> {
    let mut parser = Parser { text, at: 0, count: 0, wanted: None, start: None };
    let value = parser.value(0).and_then(|value| {
        parser.skip_space();
        if parser.at == text.len() { Ok(value) } else { Err("text after the end") }
    });
    value.map_err(|reason| parser.error(reason))
}

/// Where the value of a number begins, counted in the order in which values begin, from 0.
pub(crate) fn start_of(text: &str, number: usize) -> Option<usize> {
    let mut parser = Parser { text, at: 0, count: 0, wanted: Some(number), start: None };
    parser.value(0).ok()?;
    parser.start
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    /// How many values have begun.
    count: usize,
    /// The number of the value whose beginning is asked for, and that beginning.
    wanted: Option<usize>,
    start: Option<usize>,
}

type Parsed<T> = Result<T, &'static str>;

impl Parser<'_> {
    fn error(&self, reason: &'static str) -> SyntaxError {
        let before = &self.text.as_bytes()[..self.at.min(self.text.len())];
        let lines = before.split(|b| *b == b'\n');
        let (line, column) = lines.fold((0, 1), |(line, _), text| (line + 1, text.len() + 1));
        SyntaxError { line, column, reason }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn next_token(&mut self) -> Parsed<u8> {
        self.skip_space();
        self.peek().ok_or("the text ends early")
    }

    fn take(&mut self, expected: u8, reason: &'static str) -> Parsed<()> {
        if self.next_token()? != expected {
            return Err(reason);
        }
        self.at += 1;
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Parsed<Json> {
        if depth > DEPTH_LIMIT {
            return Err("nested too deeply");
        }
        let token = self.next_token()?;
        if self.wanted == Some(self.count) {
            self.start = Some(self.at);
        }
        self.count += 1;
        match token {
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' => self.string().map(Json::String),
            b't' => self.word("true", Json::Boolean(true)),
            b'f' => self.word("false", Json::Boolean(false)),
            b'n' => self.word("null", Json::Null),
            b'-' | b'0'..=b'9' => self.number(),
            _ => Err("a value was expected"),
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Parsed<Json> {
        if !self.text[self.at..].starts_with(word) {
            return Err("a value was expected");
        }
        self.at += word.len();
        Ok(value)
    }

    fn object(&mut self, depth: usize) -> Parsed<Json> {
        self.at += 1;
        let mut fields: Vec<(String, Json)> = Vec::new();
        let mut keys = std::collections::HashSet::new();
        if self.next_token()? == b'}' {
            self.at += 1;
            return Ok(Json::Object(fields));
        }
        loop {
            if self.next_token()? != b'"' {
                return Err("a key was expected");
            }
            let key = self.string()?;
            if !keys.insert(key.clone()) {
                return Err("a key occurs twice");
            }
            self.take(b':', "a colon was expected")?;
            fields.push((key, self.value(depth + 1)?));
            match self.next_token()? {
                b',' => self.at += 1,
                b'}' => break self.at += 1,
                _ => return Err("a comma or closing brace was expected"),
            }
        }
        Ok(Json::Object(fields))
    }

    fn array(&mut self, depth: usize) -> Parsed<Json> {
        self.at += 1;
        let mut items = Vec::new();
        if self.next_token()? == b']' {
            self.at += 1;
            return Ok(Json::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            match self.next_token()? {
                b',' => self.at += 1,
                b']' => break self.at += 1,
                _ => return Err("a comma or closing bracket was expected"),
            }
        }
        Ok(Json::Array(items))
    }

    fn number(&mut self) -> Parsed<Json> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let whole = self.at;
        self.digits()?;
        if self.at - whole > 1 && self.text.as_bytes()[whole] == b'0' {
            return Err("a number starts with zero");
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(Json::Number(self.text[start..self.at].to_owned()))
    }

    fn digits(&mut self) -> Parsed<()> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { Err("a digit was expected") } else { Ok(()) }
    }

    fn string(&mut self) -> Parsed<String> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let start = self.at;
            while !matches!(self.peek(), None | Some(b'"' | b'\\' | 0..=0x1f)) {
                self.at += 1;
            }
            text.push_str(&self.text[start..self.at]);
            match self.peek() {
                None => return Err("the text ends inside a string"),
                Some(b'"') => break self.at += 1,
                Some(b'\\') => text.push(self.escape()?),
                Some(_) => return Err("a control character inside a string"),
            }
        }
        Ok(text)
    }

    fn escape(&mut self) -> Parsed<char> {
        self.at += 1;
        let kind = self.peek().ok_or("the text ends inside a string")?;
        if !kind.is_ascii() {
            return Err("an unknown escape");
        }
        self.at += 1;
        Ok(match kind {
            b'"' | b'\\' | b'/' => char::from(kind),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => self.unicode()?,
            _ => return Err("an unknown escape"),
        })
    }

    fn unicode(&mut self) -> Parsed<char> {
        let first = self.hex4()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first).ok_or("half a surrogate pair");
        }
        if !self.text[self.at..].starts_with("\\u") {
            return Err("half a surrogate pair");
        }
        self.at += 2;
        let second = self.hex4()?;
        if !(0xdc00..0xe000).contains(&second) {
            return Err("half a surrogate pair");
        }
        let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        char::from_u32(code).ok_or("half a surrogate pair")
    }

    fn hex4(&mut self) -> Parsed<u32> {
        let digits = self.text.get(self.at..self.at + 4).ok_or("four hexadecimal digits")?;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err("four hexadecimal digits were expected");
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).map_err(|_| "four hexadecimal digits were expected")
    }
}
