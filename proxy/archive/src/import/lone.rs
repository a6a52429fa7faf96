//! Answers without a wire: their operation found, and their members read by the model.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use standin_model::{
    Answer, Catalog, Document, Fields, Location, Number, Operation, Service, ServiceEntry,
    ServiceError, ShapeId, ShapeKind, Timestamp, TimestampFormat,
};
use standin_protocol::Call;
use standin_tape::{Signing, template};

use super::decode::{Decoded, Knowledge};
use super::entry::Lone;
use super::tree::Tree;

/// What clients add to an answer that is none of its members.
const ADDED: [&str; 2] = ["ResponseMetadata", "Error"];

/// Understands an answer; the reason if it can't be used.
pub(super) fn decode(catalog: &'static Catalog, lone: &Lone) -> Result<Decoded, String> {
    let call = call(catalog, lone)?;
    let reader = Reader { service: call.service, has_placeholders: lone.has_placeholders };
    let data = lone.data.as_ref().unwrap_or(&Tree::Null);
    let answer = reader.answer(call.operation, lone.status, data)?;
    let (input, knowledge) = match &lone.input {
        Some(input) => (reader.root(call.operation.input, input)?, Knowledge::Whole),
        None => (Document::empty(), Knowledge::AnswerOnly),
    };
    Ok(Decoded {
        call,
        host: String::new(),
        input,
        knowledge,
        status: lone.status,
        answer,
        headers: Vec::new(),
        signing: Signing::Header,
        seconds: date(data).or(lone.date).map(Timestamp::seconds),
        has_placeholders: lone.has_placeholders,
        wire: None,
    })
}

fn date(data: &Tree) -> Option<Timestamp> {
    let headers = data.get("ResponseMetadata")?.get("HTTPHeaders")?;
    Timestamp::parse(&headers.get("date")?.text()?, TimestampFormat::Rfc822).ok()
}

fn call(catalog: &'static Catalog, lone: &Lone) -> Result<Call, String> {
    let entries = services(catalog, &lone.service);
    if entries.is_empty() {
        return Err(format!("the service `{}` is not in the models", lone.service));
    }
    let members = members(lone.data.as_ref().unwrap_or(&Tree::Null));
    for name in &lone.operations {
        let wanted = plain(name);
        for entry in &entries {
            let found = entry.operations.iter().find(|found| plain(found.name) == wanted);
            if let Some(found) = found.and_then(|found| called(catalog, entry, found.name))
                && (!lone.by_members || has_members(found, &members))
            {
                return Ok(found);
            }
        }
    }
    if !lone.by_members {
        let name = lone.operations.first().map_or("", String::as_str);
        return Err(format!("`{}` has no operation `{name}`", lone.service));
    }
    let found = entries.first().and_then(|entry| by_members(catalog, entry, &members));
    found.ok_or_else(|| "which operation answered is not recorded".to_owned())
}

/// The services that a name may mean: botocore's name goes before the label of a host.
fn services<'c>(catalog: &'c Catalog, name: &str) -> Vec<&'c ServiceEntry> {
    let by_host = catalog.by_endpoint_prefix(name).filter(|entry| entry.name != name);
    catalog.entry(name).into_iter().chain(by_host).collect()
}

fn called(catalog: &'static Catalog, entry: &ServiceEntry, operation: &str) -> Option<Call> {
    let service = catalog.service(entry.name)?;
    let operation = service.operation(operation)?;
    Some(Call { service, operation, protocol: *entry.protocols.first()? })
}

/// The names of an answer's members.
fn members(data: &Tree) -> Vec<&str> {
    let names = data.fields().iter().map(|(name, _)| &**name);
    // What errors have besides is not told apart here.
    let is_error = data.get("Error").is_some();
    names.filter(|name| !is_error && !ADDED.contains(name)).collect()
}

/// Whether an operation's output has all of these members.
fn has_members(call: Call, names: &[&str]) -> bool {
    let output = call.operation.output.and_then(|id| call.service.structure(id));
    names.iter().all(|name| output.is_some_and(|output| output.member(name).is_some()))
}

/// The only operation whose output has all members of an answer.
fn by_members(catalog: &'static Catalog, entry: &ServiceEntry, names: &[&str]) -> Option<Call> {
    if names.is_empty() {
        return None;
    }
    let operations = entry.operations.iter();
    let calls = operations.filter_map(|operation| called(catalog, entry, operation.name));
    let mut fitting = calls.filter(|call| has_members(*call, names));
    let call = fitting.next()?;
    fitting.next().is_none().then_some(call)
}

/// An operation's name without what styles of writing differ in.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Reads trees by shapes.
struct Reader {
    service: &'static Service,
    has_placeholders: bool,
}

impl Reader {
    fn answer(&self, operation: &Operation, status: u16, data: &Tree) -> Result<Answer, String> {
        if let Some(error) = data.get("Error") {
            return self.error(error, status, data).map(Answer::Error);
        }
        if status >= 300 {
            return Err("an error without its code".to_owned());
        }
        let mut output = self.root(operation.output, data)?;
        self.supply_status(operation, status, &mut output);
        Ok(Answer::Output(output))
    }

    /// A member that is the HTTP status is in every answer, but was none of the model's when older ones were kept.
    fn supply_status(&self, operation: &Operation, status: u16, output: &mut Document) {
        let structure = operation.output.and_then(|id| self.service.structure(id));
        let members = structure.into_iter().flat_map(|structure| &structure.members);
        for member in members.filter(|member| member.location == Location::StatusCode) {
            if let Some(fields) = output.as_object_mut().filter(|it| it.get(member.name).is_none())
            {
                fields.push(member.name, i64::from(status).into());
            }
        }
    }

    fn error(&self, error: &Tree, status: u16, data: &Tree) -> Result<ServiceError, String> {
        let code = error.get("Code").and_then(Tree::text).ok_or("an error without its code")?;
        let found = self.service.error(&code);
        let mut members = Fields::default();
        if let Some(structure) = found.and_then(|found| found.shape.structure()) {
            let own = |name: &str| !name.eq_ignore_ascii_case("message");
            for member in structure.members.iter().filter(|member| own(member.name)) {
                let value = data.get(member.name).or_else(|| error.get(member.name));
                let value = value.map(|value| self.value(member.shape, value)).transpose()?;
                if let Some(value) = value.flatten() {
                    members.push(member.name, value);
                }
            }
        }
        Ok(ServiceError {
            code: found.map_or_else(|| code.to_string().into(), |found| found.shape.name.into()),
            message: error.get("Message").and_then(Tree::text).map(std::borrow::Cow::into_owned),
            status,
            sender_fault: status < 500,
            members,
        })
    }

    /// An input or output as a whole.
    fn root(&self, id: Option<ShapeId>, data: &Tree) -> Result<Document, String> {
        let Some(structure) = id.and_then(|id| self.service.structure(id)) else {
            return Ok(Document::empty());
        };
        let mut fields = Fields::default();
        for (name, value) in data.fields() {
            if ADDED.contains(&&**name) {
                continue;
            }
            match structure.member(name) {
                Some(member) => {
                    let value = self.value(member.shape, value);
                    let value = value.map_err(|reason| format!("`{name}`: {reason}"))?;
                    // A map of headers without any can't be told from none.
                    let is_none = member.location == Location::Headers
                        && value.as_ref().is_some_and(|map| *map == Document::empty());
                    if let Some(value) = value.filter(|_| !is_none) {
                        fields.push(member.name, value);
                    }
                }
                None => fields.push(name.to_string(), generic(value)),
            }
        }
        Ok(Document::Object(fields))
    }

    /// A value of a shape; none if it is absent, or if something else stands for it that the shape has no word for.
    fn value(&self, id: ShapeId, tree: &Tree) -> Result<Option<Document>, String> {
        if *tree == Tree::Null {
            return Ok(None);
        }
        match self.typed(id, tree) {
            // LocalStack puts words in the place of numbers and times.
            Err(_) if self.has_placeholders && matches!(tree, Tree::Text(_)) => Ok(None),
            read => read.map(Some),
        }
    }

    fn typed(&self, id: ShapeId, tree: &Tree) -> Result<Document, String> {
        let kind = &self.service.shape(id).kind;
        let unlike = || format!("a value that is no {}", kind_name(kind));
        match (kind, tree) {
            (ShapeKind::Structure(_), Tree::Map(_)) => self.root(Some(id), tree),
            (ShapeKind::List(member), Tree::List(items)) => {
                let items = items.iter().map(|item| self.value(member.shape, item));
                let items: Vec<_> = items.collect::<Result<_, _>>()?;
                Ok(Document::List(items.into_iter().flatten().collect()))
            }
            (ShapeKind::Map(_, member), Tree::Map(fields)) => {
                let mut read = Fields::default();
                for (key, value) in fields {
                    if let Some(value) = self.value(member.shape, value)? {
                        read.push(key.to_string(), value);
                    }
                }
                Ok(Document::Object(read))
            }
            (ShapeKind::Document, tree) => Ok(generic(tree)),
            (ShapeKind::Blob, tree) => blob(tree).map(Document::blob).ok_or_else(unlike),
            // A string of JSON that the client, or LocalStack, has unfolded.
            (ShapeKind::String, tree @ (Tree::Map(_) | Tree::List(_))) => {
                Ok(Document::String(tree.to_json()))
            }
            (ShapeKind::Timestamp, tree) => match timestamp(tree) {
                Some(time) => Ok(Document::Timestamp(time)),
                None if self.has_placeholders && is_placeholder(tree) => {
                    Ok(Document::String(tree.text().unwrap_or_default().into_owned()))
                }
                None => Err(unlike()),
            },
            (kind, tree) => scalar(kind, &tree.text().ok_or_else(unlike)?).ok_or_else(unlike),
        }
    }
}

/// Whether all of a text is LocalStack's name of a value (`<function-name:1>`).
fn is_placeholder(tree: &Tree) -> bool {
    let Tree::Text(text) = tree else { return false };
    let inner = text.strip_prefix('<').and_then(|text| text.strip_suffix('>'));
    inner.is_some_and(template::is_name)
}

fn scalar(kind: &ShapeKind, text: &str) -> Option<Document> {
    Some(match kind {
        ShapeKind::String => text.into(),
        ShapeKind::Boolean => Document::Boolean(text.to_ascii_lowercase().parse().ok()?),
        ShapeKind::Integer | ShapeKind::Long | ShapeKind::BigInteger => {
            let whole = text.parse::<i64>().ok();
            // placebo wrote some whole numbers of long ago as floats.
            let whole = whole.or_else(|| text.strip_suffix(".0")?.parse().ok())?;
            Document::Number(Number::Integer(whole))
        }
        ShapeKind::Float | ShapeKind::Double | ShapeKind::BigDecimal => {
            Document::Number(Number::Float(text.parse().ok()?))
        }
        _ => return None,
    })
}

fn kind_name(kind: &ShapeKind) -> &'static str {
    match kind {
        ShapeKind::Structure(_) => "structure",
        ShapeKind::List(_) => "list",
        ShapeKind::Map(..) => "map",
        ShapeKind::String => "text",
        ShapeKind::Boolean => "truth value",
        ShapeKind::Blob => "bytes",
        ShapeKind::Timestamp => "point in time",
        ShapeKind::Document => "document",
        _ => "number",
    }
}

fn blob(tree: &Tree) -> Option<Bytes> {
    // placebo keeps a stream in base64, and says so.
    if tree.get("__class__").and_then(Tree::text).is_some_and(|class| class == "StreamingBody") {
        let text = tree.get("body").and_then(Tree::text)?;
        return STANDARD.decode(text.as_bytes()).ok().map(Bytes::from);
    }
    match tree {
        Tree::Map(_) | Tree::List(_) => Some(tree.to_json().into_bytes().into()),
        scalar => scalar.bytes().map(|bytes| Bytes::from(bytes.into_owned())),
    }
}

/// A point in time: placebo's parts of one, seconds since 1970, or ISO 8601 in one of its spellings.
fn timestamp(tree: &Tree) -> Option<Timestamp> {
    if let Tree::Map(_) = tree {
        let part = |name: &str| tree.get(name).and_then(Tree::integer);
        let text = format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
            part("year")?,
            part("month")?,
            part("day")?,
            part("hour").unwrap_or(0),
            part("minute").unwrap_or(0),
            part("second").unwrap_or(0),
            part("microsecond").unwrap_or(0),
        );
        return Timestamp::parse(&text, TimestampFormat::Iso8601).ok();
    }
    let text = tree.text()?;
    if let Tree::Number(_) = tree {
        return Timestamp::parse(&text, TimestampFormat::UnixTimestamp).ok();
    }
    let spaced = text.replacen(' ', "T", 1);
    let zoned = format!("{spaced}Z");
    [&*text, &*spaced, &*zoned]
        .into_iter()
        .find_map(|text| Timestamp::parse(text, TimestampFormat::Iso8601).ok())
        .or_else(|| Timestamp::parse(&text, TimestampFormat::Rfc822).ok())
}

/// A value that no shape describes.
fn generic(tree: &Tree) -> Document {
    match tree {
        Tree::Null => Document::Null,
        Tree::Boolean(value) => Document::Boolean(*value),
        Tree::Number(text) => Document::Number(match text.parse::<i64>() {
            Ok(whole) => Number::Integer(whole),
            Err(_) => Number::Text(text.clone().into()),
        }),
        Tree::Text(text) => Document::String(text.to_string()),
        Tree::Bytes(bytes) => Document::blob(Bytes::copy_from_slice(bytes)),
        Tree::List(items) => Document::List(items.iter().map(generic).collect()),
        Tree::Map(fields) => Document::Object(
            fields.iter().map(|(key, value)| (key.to_string().into(), generic(value))).collect(),
        ),
    }
}
