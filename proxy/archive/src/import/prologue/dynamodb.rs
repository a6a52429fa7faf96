//! Tables, and the items that are read before they are written.

use std::collections::{BTreeMap, HashSet};

use standin_model::{Document, Fields};
use standin_protocol::Call;

use super::super::decode::Decoded;
use super::fields::{copied, items, object, text};
use super::{Siblings, Step};

const SERVICE: &str = "dynamodb";

pub(super) fn learn(siblings: &mut Siblings, call: Call, output: &Document) {
    if call.service.metadata.name == SERVICE
        && let Some(table) = output.get("Table")
        && let Some(name) = text(table, "TableName")
    {
        siblings.tables.entry(name.to_owned()).or_insert_with(|| table.clone());
    }
}

pub(super) fn infer(exchanges: &[Decoded], siblings: &Siblings) -> Vec<Step> {
    let mut tables: BTreeMap<&str, Table<'_>> = BTreeMap::new();
    let mut made: HashSet<&str> = HashSet::new();
    for exchange in exchanges.iter().filter(|exchange| exchange.is_of(SERVICE)) {
        if exchange.call.operation.name == "CreateTable" {
            made.extend(text(&exchange.input, "TableName"));
        }
        for name in table_names(exchange) {
            let is_absent = error_code(exchange) == Some("ResourceNotFoundException");
            if !is_absent && !made.contains(name) {
                tables.entry(name).or_insert_with(|| Table::new(name, exchange, siblings));
            }
        }
        // What the file itself says of its table goes before what others say.
        if let Some(table) = exchange.output_of(SERVICE).and_then(|output| output.get("Table"))
            && let Some(known) = text(table, "TableName").and_then(|name| tables.get_mut(name))
        {
            known.description = Some(table);
        }
    }
    tables.values().flat_map(|table| table.steps(exchanges)).collect()
}

/// A table that is used but not made.
struct Table<'e> {
    name: &'e str,
    first: &'e Decoded,
    description: Option<&'e Document>,
}

impl<'e> Table<'e> {
    fn new(name: &'e str, first: &'e Decoded, siblings: &'e Siblings) -> Self {
        Self { name, first, description: siblings.tables.get(name) }
    }

    fn steps(&self, exchanges: &[Decoded]) -> Vec<Step> {
        let input = match self.description {
            Some(description) => Some(from_description(self.name, description)),
            None => from_keys(self.name, exchanges),
        };
        let Some(input) = input else { return Vec::new() };
        let keys: Vec<String> = items(&input, "KeySchema")
            .iter()
            .filter_map(|element| text(element, "AttributeName").map(str::to_owned))
            .collect();
        let items = unwritten(self.name, &keys, exchanges);
        let put = |item: Document| {
            let input = object([("TableName", self.name.into()), ("Item", item)]);
            self.first.step("PutItem", input)
        };
        let table = self.first.step("CreateTable", input);
        table.into_iter().chain(items.into_iter().filter_map(put)).collect()
    }
}

fn from_description(name: &str, description: &Document) -> Document {
    let mut input = vec![("TableName", Document::from(name))];
    input.extend(copied(description, &["AttributeDefinitions", "KeySchema"]));
    for list in ["LocalSecondaryIndexes", "GlobalSecondaryIndexes"] {
        let indexes: Vec<_> = items(description, list).iter().map(index).collect();
        if !indexes.is_empty() {
            input.push((list, Document::list(indexes)));
        }
    }
    match throughput(description) {
        Some(throughput) => input.push(("ProvisionedThroughput", throughput)),
        None => input.push(("BillingMode", "PAY_PER_REQUEST".into())),
    }
    object(input)
}

fn index(description: &Document) -> Document {
    let mut index = copied(description, &["IndexName", "KeySchema", "Projection"]);
    index.extend(throughput(description).map(|units| ("ProvisionedThroughput", units)));
    object(index)
}

/// The provisioned units; tables that are paid by request have none.
fn throughput(description: &Document) -> Option<Document> {
    let units = description.get("ProvisionedThroughput")?;
    let read = units.get("ReadCapacityUnits")?.as_integer()?;
    let write = units.get("WriteCapacityUnits")?.as_integer()?;
    let units = [("ReadCapacityUnits", read.into()), ("WriteCapacityUnits", write.into())];
    (read > 0 && write > 0).then(|| object(units))
}

/// A table whose requests name a key of one attribute; two can't be told apart.
fn from_keys(name: &str, exchanges: &[Decoded]) -> Option<Document> {
    let of_table =
        exchanges.iter().filter(|exchange| text(&exchange.input, "TableName") == Some(name));
    let mut keys = of_table.filter_map(|exchange| exchange.input.get("Key")?.as_object());
    let (attribute, value) = keys.find(|key| key.len() == 1)?.iter().next()?;
    let (kind, _) = value.as_object()?.iter().next()?;
    let attribute = Document::from(attribute.to_string());
    let schema = object([("AttributeName", attribute.clone()), ("KeyType", "HASH".into())]);
    let kind = Document::from(kind.to_string());
    let definition = object([("AttributeName", attribute), ("AttributeType", kind)]);
    Some(object([
        ("TableName", name.into()),
        ("KeySchema", Document::list(vec![schema])),
        ("AttributeDefinitions", Document::list(vec![definition])),
        ("BillingMode", "PAY_PER_REQUEST".into()),
    ]))
}

/// The items of a table that answers show before a request wrote them, as whole as they are shown.
fn unwritten(table: &str, keys: &[String], exchanges: &[Decoded]) -> Vec<Document> {
    let mut known = HashSet::new();
    let mut found: BTreeMap<String, Document> = BTreeMap::new();
    for exchange in exchanges.iter().filter(|exchange| exchange.is_of(SERVICE)) {
        for item in returned(table, exchange) {
            let Some(key) = key_of(item, keys).filter(|key| !known.contains(key)) else { continue };
            let fields = |item: &Document| item.as_object().map_or(0, Fields::len);
            if found.get(&key).is_none_or(|before| fields(before) < fields(item)) {
                found.insert(key, item.clone());
            }
        }
        known.extend(written(table, exchange).into_iter().filter_map(|item| key_of(item, keys)));
    }
    found.into_values().collect()
}

fn key_of(item: &Document, keys: &[String]) -> Option<String> {
    let fields = item.as_object()?;
    let values = keys.iter().map(|key| fields.get(key)).collect::<Option<Vec<_>>>()?;
    (!values.is_empty()).then(|| format!("{values:?}"))
}

/// The items of a table in an answer.
fn returned<'e>(table: &str, exchange: &'e Decoded) -> Vec<&'e Document> {
    let Some(output) = exchange.output_of(SERVICE) else { return Vec::new() };
    let of_table = text(&exchange.input, "TableName") == Some(table);
    let mut all: Vec<&Document> = Vec::new();
    match exchange.call.operation.name {
        "GetItem" if of_table => all.extend(output.get("Item")),
        "Query" | "Scan" if of_table => all.extend(items(output, "Items")),
        "BatchGetItem" => {
            all.extend(
                output.get("Responses").map_or(&[][..], |responses| items(responses, table)),
            );
        }
        "TransactGetItems" => {
            let requests = items(&exchange.input, "TransactItems").iter();
            let answers = items(output, "Responses").iter();
            let ours = requests.zip(answers).filter(|(request, _)| {
                request.get("Get").and_then(|get| text(get, "TableName")) == Some(table)
            });
            all.extend(ours.filter_map(|(_, answer)| answer.get("Item")));
        }
        _ => {}
    }
    all
}

/// The items and keys of a table that a request writes, whether it succeeds or not.
fn written<'e>(table: &str, exchange: &'e Decoded) -> Vec<&'e Document> {
    let input = &exchange.input;
    let parts =
        |request: &'e Document| [request.get("Item"), request.get("Key")].into_iter().flatten();
    match exchange.call.operation.name {
        "PutItem" | "DeleteItem" | "UpdateItem" if text(input, "TableName") == Some(table) => {
            parts(input).collect()
        }
        "TransactWriteItems" => items(input, "TransactItems")
            .iter()
            .filter_map(Document::as_object)
            .flat_map(Fields::iter)
            .map(|(_, request)| request)
            .filter(|request| text(request, "TableName") == Some(table))
            .flat_map(parts)
            .collect(),
        "BatchWriteItem" => input
            .get("RequestItems")
            .map_or(&[][..], |requests| items(requests, table))
            .iter()
            .filter_map(Document::as_object)
            .flat_map(Fields::iter)
            .flat_map(|(_, request)| parts(request))
            .collect(),
        _ => Vec::new(),
    }
}

fn table_names(exchange: &Decoded) -> Vec<&str> {
    let input = &exchange.input;
    let mut names: Vec<&str> = text(input, "TableName").into_iter().collect();
    if let Some(requests) = input.get("RequestItems").and_then(Document::as_object) {
        names.extend(requests.iter().map(|(name, _)| &**name));
    }
    for item in items(input, "TransactItems").iter().filter_map(Document::as_object) {
        names.extend(item.iter().filter_map(|(_, request)| text(request, "TableName")));
    }
    // An ARN names a table of another account too; that is not ours to make.
    names.retain(|name| !name.contains(':'));
    names
}

fn error_code(exchange: &Decoded) -> Option<&str> {
    match &exchange.answer {
        standin_model::Answer::Error(error) => Some(&error.code),
        standin_model::Answer::Output(_) => None,
    }
}
