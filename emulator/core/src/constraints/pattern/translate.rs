//! From Java's regular expressions to ours.

use super::Count;
use super::class::{self, Case, Set};

/// A pattern in the words of our engines.
#[derive(Debug)]
pub(super) struct Translated {
    pub(super) text: String,
    /// It needs an engine that backtracks.
    pub(super) backtracks: bool,
    pub(super) count: Option<Count>,
}

/// A pattern that can't be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::constraints) enum Unreadable {
    /// A group or class has no end, or no beginning.
    #[error("unbalanced brackets")]
    Unbalanced,
    /// The end of a range comes before its beginning.
    #[error("a range that runs backwards")]
    Backwards,
    /// A property of characters that we don't know.
    #[error("unknown property {0}")]
    Property(String),
    /// An escape that we don't know.
    #[error("unknown escape")]
    Escape,
    /// A group or flag that we don't know.
    #[error("unknown group or flag")]
    Group,
    /// The engine doesn't take it.
    #[error("{0}")]
    Refused(String),
}

/// Translates a pattern.
pub(super) fn translate(pattern: &str) -> Result<Translated, Unreadable> {
    match Translator::new(pattern, Brackets::Nest).run() {
        // Java can't read `[a[b]` either. Where others can, a bracket within a class stands for itself.
        Err(Unreadable::Unbalanced) => Translator::new(pattern, Brackets::Literal).run(),
        translated => translated,
    }
}

/// What an opening bracket within a class is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Brackets {
    Nest,
    Literal,
}

/// What an escape stands for.
enum Escaped {
    Point(u32),
    Set(String),
}

/// What holds until the end of a group.
#[derive(Clone, Copy, Default)]
struct Scope {
    case: Case,
    dot_all: bool,
    looks_around: bool,
    /// It looks around, in a group of its own, so that it can be left out.
    wrapped: bool,
}

struct Translator {
    pattern: Vec<char>,
    at: usize,
    brackets: Brackets,
    scope: Scope,
    outer: Vec<Scope>,
    /// Sets, literals and groups so far.
    atoms: usize,
    /// Groups so far that can be referred to.
    captures: u32,
    out: Translated,
}

/// `.`, which in Java stops at every end of a line that Unicode knows.
const DOT: &str = r"[^\n\r\x{85}\x{2028}\x{2029}]";
const ANY: &str = r"[\x{0}-\x{10FFFF}]";
/// `$`, which also fits before a line's end at the end. Where the whole value must match, that never shows.
const END: &str = r"\z";
const END_AHEAD: &str = r"(?=(?:\r\n|[\n\r\x{85}\x{2028}\x{2029}])?\z)";

impl Translator {
    fn new(pattern: &str, brackets: Brackets) -> Self {
        Self {
            pattern: pattern.chars().collect(),
            at: 0,
            brackets,
            scope: Scope::default(),
            outer: Vec::new(),
            atoms: 0,
            captures: 0,
            out: Translated { text: String::new(), backtracks: false, count: None },
        }
    }

    fn run(mut self) -> Result<Translated, Unreadable> {
        while let Some(next) = self.next() {
            match next {
                '(' => self.group()?,
                ')' => self.close()?,
                '[' => {
                    let class = self.class()?;
                    self.atom(&class);
                }
                '.' => self.atom(if self.scope.dot_all { ANY } else { DOT }),
                '^' => self.out.text.push_str(r"\A"),
                '$' => self.end(),
                '|' => {
                    self.atoms += 1;
                    self.out.text.push('|');
                }
                '*' | '+' | '?' => self.quantifier(&next.to_string()),
                '{' => self.repetition(),
                '\\' => self.escape()?,
                literal => self.literal(u32::from(literal))?,
            }
        }
        if self.outer.is_empty() { Ok(self.out) } else { Err(Unreadable::Unbalanced) }
    }

    fn atom(&mut self, text: &str) {
        self.atoms += 1;
        self.out.text.push_str(text);
    }

    fn literal(&mut self, point: u32) -> Result<(), Unreadable> {
        if char::from_u32(point).is_none() {
            return Err(Unreadable::Escape);
        }
        let mut set = Set::new(self.scope.case);
        set.add(point, point);
        self.atom(&set.finish());
        Ok(())
    }

    fn end(&mut self) {
        self.atoms += 1;
        let ahead = self.scope.looks_around;
        self.out.text.push_str(if ahead { END_AHEAD } else { END });
    }

    fn group(&mut self) -> Result<(), Unreadable> {
        self.atoms += 2;
        let outer = self.scope;
        self.scope.wrapped = false;
        let looks = ["?=", "?!", "?<=", "?<!"];
        if let Some(look) = looks.into_iter().find(|look| self.eat(look)) {
            self.scope = Scope { looks_around: true, wrapped: true, ..outer };
            self.out.backtracks = true;
            self.out.text.push_str(&format!("(?:({look}"));
        } else if self.eat("?>") {
            self.out.backtracks = true;
            self.out.text.push_str("(?>");
        } else if self.eat("?:") {
            self.out.text.push_str("(?:");
        } else if self.eat("?<") || self.eat("?P<") {
            self.captures += 1;
            self.out.text.push_str("(?<");
        } else if self.eat("?") {
            if self.flags()? == ')' {
                self.scope.wrapped = outer.wrapped;
                return Ok(());
            }
            self.out.text.push_str("(?:");
        } else {
            self.captures += 1;
            self.out.text.push('(');
        }
        self.outer.push(outer);
        Ok(())
    }

    fn close(&mut self) -> Result<(), Unreadable> {
        let wrapped = self.scope.wrapped;
        self.scope = self.outer.pop().ok_or(Unreadable::Unbalanced)?;
        // Our engine repeats no look-around. Done once is done as often as wanted; or it is left out.
        let end = match self.peek() {
            Some('+') if wrapped => "))",
            Some('*' | '?') if wrapped => ")|)",
            _ => {
                self.out.text.push_str(if wrapped { "))" } else { ")" });
                return Ok(());
            }
        };
        self.at += 1;
        self.out.text.push_str(end);
        Ok(())
    }

    /// Reads flags up to the sign that ends them.
    fn flags(&mut self) -> Result<char, Unreadable> {
        let mut on = true;
        loop {
            match self.next().ok_or(Unreadable::Unbalanced)? {
                '-' => on = false,
                'i' => self.scope.case = if on { Case::Either } else { Case::Own },
                's' => self.scope.dot_all = on,
                end @ (')' | ':') => {
                    // A flag before a lone set does not make it less alone.
                    self.atoms -= if end == ')' { 2 } else { 0 };
                    return Ok(end);
                }
                _ => return Err(Unreadable::Group),
            }
        }
    }

    /// A quantifier's kind: eager, lazy (`?`) or possessive (`+`).
    fn quantifier(&mut self, quantifier: &str) {
        self.atoms += 1;
        self.out.text.push_str(quantifier);
        if self.eat("+") {
            self.out.backtracks = true;
            self.out.text.push('+');
        } else if self.eat("?") {
            self.out.text.push('?');
        }
    }

    /// `{2,8}`; what isn't of that form is text.
    fn repetition(&mut self) {
        let rest = &self.pattern[self.at..];
        let length = rest.iter().position(|c| *c == '}');
        let text: String = rest[..length.unwrap_or(0)].iter().collect();
        let Some(count) = count(&text) else {
            self.atom(r"\{");
            return;
        };
        self.at += text.len() + 1;
        let after = &self.pattern[self.at..];
        let ends = after.is_empty() || *after == ['$'];
        if ends && self.atoms == 1 && self.outer.is_empty() {
            self.out.count = Some(count);
            self.out.text.push('*');
        } else {
            self.quantifier(&format!("{{{text}}}"));
        }
    }

    fn escape(&mut self) -> Result<(), Unreadable> {
        let Some(letter) = self.peek() else { return Err(Unreadable::Escape) };
        match letter {
            'b' | 'B' | 'A' | 'z' => {
                self.at += 1;
                self.out.text.extend(['\\', letter]);
            }
            'Z' => {
                self.at += 1;
                self.end();
            }
            '1'..='9' => self.back_reference(),
            'Q' => {
                self.at += 1;
                while self.peek().is_some() && !self.eat(r"\E") {
                    let quoted = self.next().ok_or(Unreadable::Escape)?;
                    self.literal(u32::from(quoted))?;
                }
            }
            _ => match self.escaped()? {
                Escaped::Set(set) => self.atom(&set),
                Escaped::Point(point) => self.literal(point)?,
            },
        }
        Ok(())
    }

    /// As many digits as make the number of a group that has begun; at least one.
    fn back_reference(&mut self) {
        let mut group = 0;
        while let Some(digit) = self.peek().and_then(|next| next.to_digit(10)) {
            let longer = group * 10 + digit;
            if group > 0 && longer > self.captures {
                break;
            }
            group = longer;
            self.at += 1;
        }
        self.out.backtracks = true;
        self.atom(&format!(r"(?:\{group})"));
    }

    /// An escape that may also stand in a class.
    fn escaped(&mut self) -> Result<Escaped, Unreadable> {
        let letter = self.next().ok_or(Unreadable::Escape)?;
        if let Some(set) = class::escape(letter) {
            return Ok(Escaped::Set(set.to_owned()));
        }
        Ok(Escaped::Point(match letter {
            't' => 0x9,
            'n' => 0xA,
            'r' => 0xD,
            'f' => 0xC,
            'a' => 0x7,
            'e' => 0x1B,
            '0' => self.digits(8, 3)?,
            'x' => self.hexadecimal(2)?,
            'u' => self.unicode()?,
            'p' | 'P' => return self.property(letter).map(Escaped::Set),
            letter if letter.is_ascii_alphabetic() => return Err(Unreadable::Escape),
            sign => u32::from(sign),
        }))
    }

    fn property(&mut self, letter: char) -> Result<String, Unreadable> {
        let name: String = if self.eat("{") {
            let rest = self.pattern[self.at..].iter();
            let name: String = rest.take_while(|c| **c != '}').collect();
            self.at += name.chars().count() + 1;
            name
        } else {
            self.next().into_iter().collect()
        };
        let set = class::property(&name)?;
        Ok(if letter == 'P' { format!("[^{set}]") } else { set })
    }

    /// Four digits, or two times four that are a pair of surrogates.
    fn unicode(&mut self) -> Result<u32, Unreadable> {
        if self.peek() == Some('{') {
            return self.hexadecimal(4);
        }
        let first = self.digits(16, 4)?;
        if !(0xD800..0xDC00).contains(&first) || !self.eat("\\u") {
            return Ok(first);
        }
        let second = self.digits(16, 4)?;
        if (0xDC00..0xE000).contains(&second) {
            return Ok(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
        }
        self.at -= "\\uDC00".len();
        Ok(first)
    }

    /// So many digits, or any in braces.
    fn hexadecimal(&mut self, most: usize) -> Result<u32, Unreadable> {
        if !self.eat("{") {
            return self.digits(16, most);
        }
        let point = self.digits(16, 6)?;
        if self.eat("}") { Ok(point) } else { Err(Unreadable::Escape) }
    }

    fn digits(&mut self, radix: u32, most: usize) -> Result<u32, Unreadable> {
        let rest = self.pattern[self.at..].iter().take(most);
        let text: String = rest.take_while(|c| c.is_digit(radix)).collect();
        self.at += text.len();
        u32::from_str_radix(&text, radix).map_err(|_| Unreadable::Escape)
    }

    /// A class, behind its opening bracket.
    fn class(&mut self) -> Result<String, Unreadable> {
        let negation = if self.eat("^") { "^" } else { "" };
        let case = self.scope.case;
        let (mut set, mut crossed) = (Set::new(case), Vec::new());
        loop {
            match self.next().ok_or(Unreadable::Unbalanced)? {
                ']' if !set.is_empty() || !crossed.is_empty() => break,
                '[' if self.brackets == Brackets::Nest => set.add_set(&self.class()?),
                '&' if self.eat("&") => {
                    crossed.push(set.finish());
                    set = Set::new(case);
                }
                first => self.item(first, &mut set)?,
            }
        }
        if crossed.is_empty() {
            let set = set.finish();
            return Ok(if negation.is_empty() { set } else { format!("[^{set}]") });
        }
        crossed.push(set.finish());
        Ok(format!("[{negation}{}]", crossed.join("&&")))
    }

    /// A character, a range or an escape within a class.
    fn item(&mut self, first: char, set: &mut Set) -> Result<(), Unreadable> {
        // Written for other engines: all planes but the first.
        if first == '\\' && self.eat(r"u10000-\u10FFFF") {
            set.add(0x10000, 0x0010_FFFF);
            return Ok(());
        }
        let first = match self.point(first)? {
            Escaped::Set(escaped) => {
                set.add_set(&escaped);
                return Ok(());
            }
            Escaped::Point(point) => point,
        };
        let ends = |sign: Option<&char>| matches!(sign, None | Some(']' | '['));
        if self.peek() != Some('-') || ends(self.pattern.get(self.at + 1)) {
            set.add(first, first);
            return Ok(());
        }
        self.at += 1;
        let last = self.next().ok_or(Unreadable::Unbalanced)?;
        match self.point(last)? {
            Escaped::Point(last) if last < first => return Err(Unreadable::Backwards),
            Escaped::Point(last) => set.add(first, last),
            Escaped::Set(escaped) => {
                set.add(first, first);
                set.add(u32::from('-'), u32::from('-'));
                set.add_set(&escaped);
            }
        }
        Ok(())
    }

    fn point(&mut self, sign: char) -> Result<Escaped, Unreadable> {
        if sign == '\\' { self.escaped() } else { Ok(Escaped::Point(u32::from(sign))) }
    }

    fn peek(&self) -> Option<char> {
        self.pattern.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek();
        self.at += usize::from(next.is_some());
        next
    }

    /// Takes a text if it comes next.
    fn eat(&mut self, text: &str) -> bool {
        let rest = self.pattern.get(self.at..).unwrap_or_default();
        let found = text.chars().zip(rest).filter(|(wanted, found)| wanted == *found).count();
        let comes = found == text.chars().count();
        self.at += if comes { found } else { 0 };
        comes
    }
}

/// The numbers of `{2}`, `{2,}` or `{2,8}`.
fn count(text: &str) -> Option<Count> {
    let (least, most) = text.split_once(',').unwrap_or((text, text));
    let number = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
    };
    let most = if most.is_empty() && text.contains(',') { usize::MAX } else { number(most)? };
    Some(Count { least: number(least)?, most })
}
