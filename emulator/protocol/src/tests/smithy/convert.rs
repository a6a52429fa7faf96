//! From Smithy's shapes to botocore's form, from which our services are made.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::idl::{self, Member, Shape, Shapes, bare};
use crate::Call;
use crate::tests::model;

/// All shapes of the files of a folder and of those that every folder uses.
pub(super) fn shapes(models: &Path, folder: &str) -> Shapes {
    let mut shapes = Shapes::new();
    let mut folders = vec![models.join(folder)];
    let shared = folder.rsplit_once('/').map_or(folder, |(parent, _)| parent);
    read(&models.join(shared).join("shared-types.smithy"), &mut shapes);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder of models") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                read(&path, &mut shapes);
            }
        }
    }
    shapes
}

/// The call of an operation, in a service made of the shapes that it needs.
pub(super) fn call(shapes: &Shapes, operation: &str, metadata: &Value) -> Option<Call> {
    let declared = shapes.get(operation).filter(|shape| shape.kind == "operation")?;
    let mut converted = Converter { shapes, renames: renames(metadata), done: Map::new() };
    let mut given = json!({"name": operation, "http": http(declared)});
    let traits = &declared.traits;
    if let Some(endpoint) = traits.get("endpoint") {
        given["endpoint"] = endpoint.clone();
    }
    if let Some(compression) = traits.get("requestCompression") {
        given["requestcompression"] = compression.clone();
    }
    given["httpChecksumRequired"] = Value::from(traits.contains_key("httpChecksumRequired"));
    for key in ["input", "output"] {
        if let Some(name) = declared.properties.get(key).and_then(Value::as_str) {
            given[key] = json!({"shape": converted.shape(&bare(name))});
        }
    }
    let suite = json!({"metadata": metadata, "shapes": converted.done});
    Some(model::call(&suite, &given))
}

/// A call that answers an error.
pub(super) fn error_call(shapes: &Shapes, error: &str, metadata: &Value) -> Option<Call> {
    let declared = shapes.get(error).filter(|shape| shape.traits.contains_key("error"))?;
    let mut converted = Converter { shapes, renames: renames(metadata), done: Map::new() };
    let name = converted.shape(error);
    let query = declared.traits.get("awsQueryError");
    let status = declared.traits.get("httpError").or_else(|| query?.get("httpResponseCode"));
    let fault = declared.traits["error"] == "server";
    converted.done[&name]["exception"] = Value::from(true);
    converted.done[&name]["fault"] = Value::from(fault);
    let mut info = json!({"senderFault": !fault});
    if let Some(status) = status {
        info["httpStatusCode"] = status.clone();
    }
    if let Some(code) = query.and_then(|query| query.get("code")) {
        info["code"] = code.clone();
    }
    converted.done[&name]["error"] = info;
    let given = json!({"name": "Operation", "errors": [{"shape": name}]});
    let suite = json!({"metadata": metadata, "shapes": converted.done});
    Some(model::call(&suite, &given))
}

fn read(path: &Path, shapes: &mut Shapes) {
    let text = std::fs::read_to_string(path).expect("a readable model");
    // A name stands for the shared shape, not for one of the same name in a nested namespace.
    for (name, shape) in idl::parse(&text) {
        shapes.entry(name).or_insert(shape);
    }
}

fn http(operation: &Shape) -> Value {
    let http = &operation.traits.get("http").cloned().unwrap_or_default();
    json!({
        "method": http["method"].as_str().unwrap_or("POST"),
        "requestUri": http["uri"].as_str().unwrap_or("/"),
        "responseCode": http["code"].as_u64().unwrap_or(200),
    })
}

struct Converter<'s> {
    shapes: &'s Shapes,
    /// The trait that renames members in the protocol.
    renames: &'static str,
    done: Map<String, Value>,
}

impl Converter<'_> {
    /// Converts a shape and those that it refers to; returns its name.
    fn shape(&mut self, name: &str) -> String {
        if self.done.contains_key(name) {
            return name.to_owned();
        }
        self.done.insert(name.to_owned(), Value::Null);
        let shapes = self.shapes;
        let value = match shapes.get(name) {
            Some(shape) => self.declared(shape),
            // A document is a structure by name and anything by trait.
            None if name == "Document" => json!({"type": "structure", "document": true}),
            None => json!({"type": simple(name)}),
        };
        self.done.insert(name.to_owned(), value);
        name.to_owned()
    }

    fn declared(&mut self, shape: &Shape) -> Value {
        let mut value = match shape.kind.as_str() {
            "structure" | "union" => self.structure(shape),
            "list" | "set" => {
                let element = shape.members.first().map(|member| self.member(member));
                json!({"type": "list", "member": element})
            }
            "map" => {
                let mut sides = shape.members.iter().map(|member| self.member(member));
                json!({"type": "map", "key": sides.next(), "value": sides.next()})
            }
            "enum" => json!({"type": "string"}),
            "intEnum" => json!({"type": "integer"}),
            "document" => json!({"type": "structure", "document": true}),
            kind => json!({"type": simple(kind)}),
        };
        self.set_traits(&mut value, &shape.traits);
        value
    }

    fn structure(&mut self, shape: &Shape) -> Value {
        let shapes = self.shapes;
        let mixins = shape.mixins.iter().filter_map(|name| shapes.get(name));
        let mixins: Vec<&Shape> = mixins.collect();
        let inherited: Vec<&Member> = mixins.iter().flat_map(|mixin| &mixin.members).collect();
        let mut members = Map::new();
        let mut value = json!({"type": "structure"});
        for mixin in mixins {
            self.set_traits(&mut value, &mixin.traits);
        }
        for member in inherited.into_iter().chain(&shape.members) {
            if member.traits.contains_key("httpPayload") {
                value["payload"] = Value::from(member.name.clone());
            }
            let converted = self.member(member);
            members.insert(member.name.clone(), converted);
        }
        value["members"] = Value::Object(members);
        value["union"] = Value::from(shape.kind == "union");
        value
    }

    fn member(&mut self, member: &Member) -> Value {
        let mut value = json!({"shape": self.shape(&member.target)});
        self.set_traits(&mut value, &member.traits);
        let location = |value: &mut Value, place: &str, name: &Value| {
            value["location"] = Value::from(place);
            value["locationName"] = name.clone();
        };
        let own = Value::from(member.name.clone());
        for (name, argument) in &member.traits {
            match name.as_str() {
                "httpHeader" => location(&mut value, "header", argument),
                "httpPrefixHeaders" => location(&mut value, "headers", argument),
                "httpQuery" => location(&mut value, "querystring", argument),
                "httpQueryParams" => location(&mut value, "querystring", &own),
                "httpLabel" => location(&mut value, "uri", &own),
                "httpResponseCode" => location(&mut value, "statusCode", &own),
                name if name == self.renames => value["locationName"] = argument.clone(),
                "ec2QueryName" => value["queryName"] = argument.clone(),
                "xmlAttribute" | "idempotencyToken" | "hostLabel" => value[name] = true.into(),
                "xmlFlattened" => value["flattened"] = true.into(),
                _ => {}
            }
        }
        value
    }

    fn set_traits(&self, value: &mut Value, traits: &Map<String, Value>) {
        for (name, argument) in traits {
            match name.as_str() {
                "timestampFormat" => {
                    value["timestampFormat"] = Value::from(match argument.as_str() {
                        Some("epoch-seconds") => "unixTimestamp",
                        Some("http-date") => "rfc822",
                        _ => "iso8601",
                    });
                }
                "mediaType" if argument.as_str().is_some_and(|text| text.contains("json")) => {
                    value["jsonvalue"] = Value::from(true);
                }
                name if name == self.renames && name == "xmlName" => {
                    value["locationName"] = argument.clone();
                }
                "xmlNamespace" => value["xmlNamespace"] = argument.clone(),
                "sparse" | "streaming" => value[name] = Value::from(true),
                _ => {}
            }
        }
    }
}

fn renames(metadata: &Value) -> &'static str {
    match metadata["protocol"].as_str() {
        Some("rest-json") => "jsonName",
        Some("json" | "smithy-rpc-v2-cbor") => "",
        _ => "xmlName",
    }
}

/// The name of a simple shape; botocore has no numbers below 32 bits.
fn simple(name: &str) -> String {
    let name = bare(name).to_lowercase();
    match name.strip_prefix("primitive").unwrap_or(&name) {
        "byte" | "short" | "integer" => "integer".to_owned(),
        "biginteger" => "long".to_owned(),
        "bigdecimal" => "double".to_owned(),
        "unit" => "structure".to_owned(),
        other => other.to_owned(),
    }
}
