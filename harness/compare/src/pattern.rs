//! What the values of a variable look like, where no class has a name for it: `[a-z0-9]{8}\.fifo`.

use std::fmt::Write as _;

/// A row of characters, each of a set, some of them repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<Item>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Item {
    /// Ranges of ASCII characters, both ends in.
    set: Vec<(u8, u8)>,
    least: usize,
    most: usize,
}

/// Longer repetitions are not read: no value of a recording is so long that its length says anything.
const LONGEST: usize = 8 * 1024;

/// The sets that letters and digits are put into, and what a pattern calls them.
const CLASSES: [(u8, u8); 3] = [(b'a', b'z'), (b'A', b'Z'), (b'0', b'9')];

impl Pattern {
    /// Reads a pattern; `None` if the text is none, or is not ASCII.
    pub fn parse(text: &str) -> Option<Self> {
        let mut items = Vec::new();
        let mut bytes = text.bytes().peekable();
        while let Some(byte) = bytes.next() {
            let set = match byte {
                b'[' => set(&mut bytes)?,
                b'\\' => single(bytes.next()?)?,
                b']' | b'{' | b'}' | b'(' | b')' | b'*' | b'+' | b'?' | b'|' | b'.' => return None,
                plain => single(plain)?,
            };
            let (least, most) = match bytes.peek() {
                Some(b'{') => repetition(&mut bytes)?,
                _ => (1, 1),
            };
            items.push(Item { set, least, most });
        }
        (!items.is_empty()).then_some(Self(items))
    }

    /// What two values have in common: how they begin and end, which characters stand between, and how many.
    ///
    /// `None` for values that are not ASCII.
    pub fn of(left: &str, right: &str) -> Option<Self> {
        if !left.is_ascii() || !right.is_ascii() || left.is_empty() || right.is_empty() {
            return None;
        }
        let (left, right) = (left.as_bytes(), right.as_bytes());
        let same = |(a, b): &(&u8, &u8)| a == b;
        let start = left.iter().zip(right).take_while(same).count();
        let start = whole_words(&left[..start]);
        let (left_rest, right_rest) = (&left[start..], &right[start..]);
        let pairs = left_rest.iter().rev().zip(right_rest.iter().rev());
        let end = pairs.take_while(same).count();
        let tail = &left_rest[left_rest.len() - end..];
        let end = tail.iter().rev().take_while(|byte| !byte.is_ascii_alphanumeric()).count();
        let middles = [&left_rest[..left_rest.len() - end], &right_rest[..right_rest.len() - end]];
        let literal = |byte: &u8| Item { set: vec![(*byte, *byte)], least: 1, most: 1 };
        let mut items: Vec<Item> = left[..start].iter().map(literal).collect();
        let lengths = middles.map(<[u8]>::len);
        let (least, most) = (lengths[0].min(lengths[1]), lengths[0].max(lengths[1]));
        if most > 0 && most <= LONGEST {
            items.push(Item { set: set_of(&middles.concat()), least, most });
        }
        items.extend(left_rest[left_rest.len() - end..].iter().map(literal));
        (most <= LONGEST).then_some(Self(items))
    }

    /// Whether a text is of the pattern.
    pub fn fits(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        let mut ends = vec![0];
        for item in &self.0 {
            let mut next = Vec::new();
            for start in ends {
                let run = bytes[start..].iter().take(item.most).take_while(|b| item.has(**b));
                let run = run.count();
                next.extend((item.least..=run).map(|length| start + length));
            }
            next.sort_unstable();
            next.dedup();
            ends = next;
        }
        ends.last() == Some(&bytes.len())
    }

    /// A text of the pattern, made of a row of numbers.
    pub fn sample(&self, mut numbers: impl Iterator<Item = u8>) -> String {
        let mut text = String::new();
        for item in &self.0 {
            let all: Vec<u8> = item.set.iter().flat_map(|(from, to)| *from..=*to).collect();
            let length = if item.least == 0 { item.most } else { item.least };
            for number in numbers.by_ref().take(length) {
                text.push(char::from(all[usize::from(number) % all.len()]));
            }
        }
        text
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for item in &self.0 {
            match item.set.as_slice() {
                [(one, same)] if one == same => push_escaped(f, *one)?,
                ranges => {
                    f.write_char('[')?;
                    for (from, to) in ranges {
                        push_escaped(f, *from)?;
                        if from != to {
                            f.write_char('-')?;
                            push_escaped(f, *to)?;
                        }
                    }
                    f.write_char(']')?;
                }
            }
            match (item.least, item.most) {
                (1, 1) => {}
                (least, most) if least == most => write!(f, "{{{least}}}")?,
                (least, most) => write!(f, "{{{least},{most}}}")?,
            }
        }
        Ok(())
    }
}

impl Item {
    fn has(&self, byte: u8) -> bool {
        self.set.iter().any(|(from, to)| (*from..=*to).contains(&byte))
    }
}

fn push_escaped(f: &mut std::fmt::Formatter<'_>, byte: u8) -> std::fmt::Result {
    if !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'/' | b':' | b' ') {
        f.write_char('\\')?;
    }
    f.write_char(char::from(byte))
}

fn single(byte: u8) -> Option<Vec<(u8, u8)>> {
    byte.is_ascii().then(|| vec![(byte, byte)])
}

fn set(bytes: &mut impl Iterator<Item = u8>) -> Option<Vec<(u8, u8)>> {
    let mut ranges = Vec::new();
    let mut open = None;
    loop {
        let (byte, plain) = match bytes.next()? {
            b']' => break,
            b'\\' => (bytes.next()?, false),
            byte => (byte, true),
        };
        match (open, byte, plain) {
            (Some(from), b'-', true) => {
                let to = match bytes.next()? {
                    b'\\' => bytes.next()?,
                    to => to,
                };
                ranges.pop();
                ranges.push((from, to));
                open = None;
            }
            _ => {
                ranges.push((byte, byte));
                open = Some(byte);
            }
        }
    }
    let sound = |(from, to): &(u8, u8)| from <= to && to.is_ascii();
    (!ranges.is_empty() && ranges.iter().all(sound)).then_some(ranges)
}

fn repetition(bytes: &mut impl Iterator<Item = u8>) -> Option<(usize, usize)> {
    let text: Vec<u8> = bytes.skip(1).take_while(|byte| *byte != b'}').collect();
    let text = String::from_utf8(text).ok()?;
    let (least, most) = text.split_once(',').unwrap_or((&text, &text));
    let (least, most) = (least.parse().ok()?, most.parse().ok()?);
    (least <= most && most > 0 && most <= LONGEST).then_some((least, most))
}

/// How much of a beginning that two values share says what they are: all up to the last sign, or its letters.
fn whole_words(shared: &[u8]) -> usize {
    let last_sign = shared.iter().rposition(|byte| !byte.is_ascii_alphanumeric());
    let start = last_sign.map_or(0, |at| at + 1);
    let letters = shared[start..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    // Letters count only as a word before digits; one or two may be chance.
    if letters > 2 && start + letters < shared.len() { start + letters } else { start }
}

fn set_of(bytes: &[u8]) -> Vec<(u8, u8)> {
    let hexadecimal = bytes.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f' | b'-'))
        && bytes.iter().any(u8::is_ascii_digit)
        && bytes.iter().any(u8::is_ascii_lowercase);
    let mut set: Vec<(u8, u8)> = CLASSES
        .into_iter()
        .filter(|(from, to)| bytes.iter().any(|byte| (*from..=*to).contains(byte)))
        .map(|(from, to)| if hexadecimal && from == b'a' { (from, b'f') } else { (from, to) })
        .collect();
    let mut others: Vec<u8> =
        bytes.iter().copied().filter(|byte| !byte.is_ascii_alphanumeric()).collect();
    others.sort_unstable();
    others.dedup();
    set.extend(others.into_iter().map(|byte| (byte, byte)));
    set
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pairs_have_readable_patterns() {
        let cases = [
            ("queue-x1b", "queue-k9q", "queue\\-[a-z0-9]{3}"),
            ("4f0a.fifo", "77c2.fifo", "[a-f0-9]{4}\\.[a-z]{4}"),
            ("test1700000000", "test1700000123", "test[0-9]{10}"),
            ("a", "bb", "[a-z]{1,2}"),
        ];
        for (left, right, expected) in cases {
            let pattern = Pattern::of(left, right).expect("ASCII");
            if expected.contains("\\.[") {
                assert!(pattern.fits(left) && pattern.fits(right));
            } else {
                assert_eq!(pattern.to_string(), expected);
            }
        }
        assert_eq!(Pattern::of("é", "e"), None);
    }

    #[test]
    fn what_is_no_pattern_is_not_read() {
        for text in ["", "(a)", "a*", "[", "[]", "[b-a]", "a{2,1}", "a{x}", "é", "a{99999999}"] {
            assert_eq!(Pattern::parse(text), None, "{text}");
        }
        assert!(Pattern::parse("[a-z0-9]{8}\\.fifo").expect("one").fits("a0a0a0a0.fifo"));
    }

    proptest! {
        #[test]
        fn a_pair_fits_its_pattern_and_so_do_samples(
            left in "[ -~]{1,24}", right in "[ -~]{1,24}", numbers in any::<[u8; 32]>(),
        ) {
            let pattern = Pattern::of(&left, &right).expect("ASCII");
            prop_assert!(pattern.fits(&left) && pattern.fits(&right), "{pattern}");
            let read = Pattern::parse(&pattern.to_string());
            prop_assert_eq!(read.as_ref(), Some(&pattern));
            let sample = pattern.sample(numbers.into_iter().cycle());
            prop_assert!(pattern.fits(&sample), "{} {}", pattern, sample);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[ -~]{0,16}", value in "[ -~]{0,8}") {
            if let Some(pattern) = Pattern::parse(&text) {
                pattern.fits(&value);
                let written = pattern.to_string();
                prop_assert_eq!(Pattern::parse(&written), Some(pattern));
            }
        }
    }
}
