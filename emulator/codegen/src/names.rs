//! Names of models as names of Rust.

/// Words that can't be names of fields or functions but as raw identifiers.
const KEYWORDS: [&str; 41] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof",
];
const MORE_KEYWORDS: [&str; 7] = ["unsafe", "unsized", "use", "virtual", "where", "while", "yield"];

/// Words that can't be raw identifiers either.
const PATH_WORDS: [&str; 3] = ["self", "super", "crate"];

/// Types that generated code uses; a shape of the same name gives way.
const TAKEN_TYPES: [&str; 15] = [
    "Api",
    "BTreeMap",
    "Box",
    "Bytes",
    "Document",
    "Empty",
    "Evented",
    "Number",
    "Option",
    "Result",
    "Self",
    "Streamed",
    "String",
    "Timestamp",
    "Vec",
];

/// The name of a field or function: `QueueArn` is `queue_arn`, `IDs` is `ids`, `Type` is `r#type`.
pub(crate) fn snake(name: &str) -> String {
    let words = words(name).join("_").to_ascii_lowercase();
    let words =
        if words.starts_with(|c: char| c.is_ascii_digit()) { format!("_{words}") } else { words };
    match words.as_str() {
        "" => "_empty".to_owned(),
        word if PATH_WORDS.contains(&word) => format!("{word}_"),
        word if KEYWORDS.contains(&word) || MORE_KEYWORDS.contains(&word) => format!("r#{word}"),
        _ => words,
    }
}

/// The name of a type or variant: the model's, its first letter a capital.
pub(crate) fn pascal(name: &str) -> String {
    let parts = name.split(|c: char| !c.is_ascii_alphanumeric()).map(capitalised);
    let joined: String = parts.collect();
    let joined = if joined.starts_with(|c: char| c.is_ascii_digit()) {
        format!("N{joined}")
    } else {
        joined
    };
    if joined.is_empty() || TAKEN_TYPES.contains(&joined.as_str()) {
        format!("{joined}Shape")
    } else {
        joined
    }
}

/// The name of a constant: `m5.large` is `M5_LARGE`.
pub(crate) fn constant(value: &str) -> String {
    let words = words(value).join("_").to_ascii_uppercase();
    match words.as_str() {
        "" if value.is_empty() => "EMPTY".to_owned(),
        "" => "SYMBOL".to_owned(),
        "VALUES" => "VALUES_".to_owned(),
        word if word.starts_with(|c: char| c.is_ascii_digit()) => format!("V{word}"),
        _ => words,
    }
}

/// A name that is not among those given, by underscores at its end.
pub(crate) fn unique(mut name: String, taken: &[String]) -> String {
    while taken.contains(&name) {
        name.push('_');
    }
    name
}

fn capitalised(part: &str) -> String {
    let mut letters = part.chars();
    letters.next().map_or_else(String::new, |first| {
        format!("{}{}", first.to_ascii_uppercase(), letters.as_str())
    })
}

/// The words of a name: a capital after a small letter or digit begins one, and so does the last of several
/// capitals before a small letter, unless that is a plural's or `IPv4`'s.
fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (index, letter) in letters.iter().copied().enumerate() {
        if !letter.is_ascii_alphanumeric() {
            words.push(String::new());
            continue;
        }
        if begins_word(&letters, index) {
            words.push(String::new());
        }
        words.last_mut().expect("never empty").push(letter);
    }
    words.retain(|word| !word.is_empty());
    words
}

fn begins_word(letters: &[char], index: usize) -> bool {
    let at = |place: usize| letters.get(place).copied().unwrap_or('_');
    if index == 0 || !at(index).is_ascii_uppercase() {
        return false;
    }
    let before = at(index - 1);
    if before.is_ascii_lowercase() || before.is_ascii_digit() {
        return true;
    }
    let plural = at(index + 1) == 's' && !at(index + 2).is_ascii_lowercase();
    let version = at(index + 1) == 'v' && at(index + 2).is_ascii_digit();
    before.is_ascii_uppercase() && at(index + 1).is_ascii_lowercase() && !plural && !version
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn fields_read_as_rust() {
        for (name, field) in [
            ("QueueUrl", "queue_url"),
            ("MD5OfMessageBody", "md5_of_message_body"),
            ("DBInstanceARN", "db_instance_arn"),
            ("IDs", "ids"),
            ("SubnetIPs", "subnet_ips"),
            ("Ipv6Address", "ipv6_address"),
            ("IPv6Address", "ipv6_address"),
            ("x-amz-acl", "x_amz_acl"),
            ("Type", "r#type"),
            ("Self", "self_"),
            ("__item", "item"),
            ("SSEKMSKeyId", "ssekms_key_id"),
        ] {
            assert_eq!(snake(name), field);
        }
    }

    #[test]
    fn types_and_constants_read_as_rust() {
        assert_eq!(pascal("describeThing_Result"), "DescribeThingResult");
        assert_eq!(pascal("Option"), "OptionShape");
        assert_eq!(constant("m5.large"), "M5_LARGE");
        assert_eq!(constant("STANDARD_IA"), "STANDARD_IA");
        assert_eq!(constant("ApproximateNumberOfMessages"), "APPROXIMATE_NUMBER_OF_MESSAGES");
        assert_eq!(constant("2012-11-05"), "V2012_11_05");
        assert_eq!(constant("*"), "SYMBOL");
        assert_eq!(unique("A".into(), &["A".into(), "A_".into()]), "A__");
    }

    proptest! {
        #[test]
        fn any_name_gives_an_identifier(name in ".{0,12}") {
            for made in [snake(&name), pascal(&name), constant(&name)] {
                let made = made.trim_start_matches("r#");
                prop_assert!(made.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'), "{made}");
                prop_assert!(made.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'), "{made}");
            }
        }
    }
}
