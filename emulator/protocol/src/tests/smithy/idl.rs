//! As much of Smithy's interface language as its protocol tests are written in.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Shapes by name, without namespaces.
pub(super) type Shapes = BTreeMap<String, Shape>;

/// A shape as it is declared.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    pub(super) kind: String,
    pub(super) traits: Map<String, Value>,
    pub(super) members: Vec<Member>,
    pub(super) mixins: Vec<String>,
    /// `input`, `output` and `errors` of an operation.
    pub(super) properties: Map<String, Value>,
}

/// A member of a shape, or a value of an enum.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) target: String,
    pub(super) traits: Map<String, Value>,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Sign(char),
}

/// Reads the shapes of a file.
pub(super) fn parse(text: &str) -> Shapes {
    let mut parser =
        Parser { tokens: tokens(text), at: 0, shapes: Shapes::new(), controls: Map::new() };
    while parser.at < parser.tokens.len() {
        parser.statement();
    }
    parser.shapes
}

/// A shape's name without its namespace.
pub(super) fn bare(name: &str) -> String {
    name.rsplit('#').next().unwrap_or(name).to_owned()
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            _ if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            _ if rest.starts_with("\"\"\"") => {
                let end = rest[3..].find("\"\"\"").expect("a text block ends") + 6;
                tokens.push(Token::Text(String::new()));
                end
            }
            '"' => {
                let end = end_of_string(rest);
                let text = serde_json::from_str(&rest[..end]).unwrap_or_default();
                tokens.push(Token::Text(text));
                end
            }
            _ if is_word(first) => {
                let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                tokens.push(Token::Word(rest[..end].to_owned()));
                end
            }
            _ if first.is_whitespace() || first == ',' => first.len_utf8(),
            _ => {
                tokens.push(Token::Sign(first));
                first.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    tokens
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_.#$-+".contains(character)
}

fn end_of_string(text: &str) -> usize {
    let mut escaped = false;
    for (index, character) in text.char_indices().skip(1) {
        match character {
            '"' if !escaped => return index + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    shapes: Shapes,
    controls: Map<String, Value>,
}

impl Parser {
    fn statement(&mut self) {
        let traits = self.traits();
        let Some(keyword) = self.word() else {
            self.at += 1;
            return;
        };
        match keyword.as_str() {
            "namespace" | "use" => drop(self.word()),
            "metadata" => {
                self.at += 2;
                self.value();
            }
            "apply" => {
                self.word();
                self.sign('@');
                self.one_trait();
            }
            keyword if keyword.starts_with('$') => {
                self.sign(':');
                let value = self.value();
                self.controls.insert(keyword.to_owned(), value);
            }
            kind => {
                let name = self.word().expect("a shape has a name");
                let shape = Shape { kind: kind.to_owned(), traits, ..Shape::default() };
                self.shape(name, shape);
            }
        }
    }

    fn shape(&mut self, name: String, mut shape: Shape) {
        if self.peek_word("for") {
            self.at += 2;
        }
        if self.peek_word("with") {
            self.at += 1;
            shape.mixins = self.list().iter().filter_map(Value::as_str).map(bare).collect();
        }
        match shape.kind.as_str() {
            "operation" => shape.properties = self.operation(&name),
            "service" | "resource" => shape.properties = self.object(),
            _ if self.sign('{') => shape.members = self.members(),
            _ => {}
        }
        self.shapes.insert(name, shape);
    }

    fn operation(&mut self, name: &str) -> Map<String, Value> {
        let mut properties = Map::new();
        self.sign('{');
        while !self.sign('}') {
            let key = self.word().expect("a property");
            self.sign(':');
            if self.sign('=') {
                let suffix = match key.as_str() {
                    "input" => self.control("$operationInputSuffix", "Input"),
                    _ => self.control("$operationOutputSuffix", "Output"),
                };
                let inline = format!("{name}{suffix}");
                let traits = self.traits();
                let shape = Shape { kind: "structure".to_owned(), traits, ..Shape::default() };
                self.shape(inline.clone(), shape);
                properties.insert(key, Value::from(inline));
            } else {
                let value = self.value();
                properties.insert(key, value);
            }
        }
        properties
    }

    fn control(&self, name: &str, default: &str) -> String {
        self.controls.get(name).and_then(Value::as_str).unwrap_or(default).to_owned()
    }

    fn members(&mut self) -> Vec<Member> {
        let mut members = Vec::new();
        while !self.sign('}') {
            let traits = self.traits();
            let name = self.word().expect("a member has a name");
            let target =
                if self.sign(':') { self.word().unwrap_or_default() } else { String::new() };
            let mut member = Member { name, target: bare(&target), traits };
            if self.sign('=') {
                let value = self.value();
                member.traits.insert("default".to_owned(), value);
            }
            members.push(member);
        }
        members
    }

    fn traits(&mut self) -> Map<String, Value> {
        let mut traits = Map::new();
        while self.sign('@') {
            let (name, value) = self.one_trait();
            traits.insert(name, value);
        }
        traits
    }

    fn one_trait(&mut self) -> (String, Value) {
        let name = bare(&self.word().expect("a trait has a name"));
        let value = match self.sign('(') {
            true if self.is_key() => Value::Object(self.fields(')')),
            true => self.trait_value(),
            false => Value::Object(Map::new()),
        };
        (name, value)
    }

    fn trait_value(&mut self) -> Value {
        if self.sign(')') {
            return Value::Object(Map::new());
        }
        let value = self.value();
        self.sign(')');
        value
    }

    fn is_key(&self) -> bool {
        self.tokens.get(self.at + 1) == Some(&Token::Sign(':'))
    }

    fn object(&mut self) -> Map<String, Value> {
        if self.sign('{') { self.fields('}') } else { Map::new() }
    }

    fn fields(&mut self, end: char) -> Map<String, Value> {
        let mut fields = Map::new();
        while !self.sign(end) {
            let key = match self.value() {
                Value::String(key) => key,
                other => other.to_string(),
            };
            self.sign(':');
            let value = self.value();
            fields.insert(key, value);
        }
        fields
    }

    fn list(&mut self) -> Vec<Value> {
        let mut items = Vec::new();
        self.sign('[');
        while !self.sign(']') {
            items.push(self.value());
        }
        items
    }

    fn value(&mut self) -> Value {
        match self.tokens.get(self.at) {
            Some(Token::Sign('[')) => Value::Array(self.list()),
            Some(Token::Sign('{')) => Value::Object(self.object()),
            Some(Token::Text(text)) => {
                let text = Value::from(text.clone());
                self.at += 1;
                text
            }
            Some(Token::Word(word)) => {
                let value =
                    serde_json::from_str(word).unwrap_or_else(|_| Value::from(word.clone()));
                self.at += 1;
                value
            }
            _ => {
                self.at += 1;
                Value::Null
            }
        }
    }

    fn word(&mut self) -> Option<String> {
        let Some(Token::Word(word)) = self.tokens.get(self.at) else { return None };
        self.at += 1;
        Some(word.clone())
    }

    fn peek_word(&self, word: &str) -> bool {
        self.tokens.get(self.at) == Some(&Token::Word(word.to_owned()))
    }

    fn sign(&mut self, sign: char) -> bool {
        let found = self.tokens.get(self.at) == Some(&Token::Sign(sign));
        self.at += usize::from(found);
        found
    }
}
