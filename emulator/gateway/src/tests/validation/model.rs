//! The service of Smithy's validation suite, from its models to botocore's form.

use std::path::Path;

use serde_json::{Map, Value, json};
use standin_model::Catalog;
use standin_model::botocore::Source;

use super::idl::{self, Member, Shape, Shapes, bare};

/// The name of the service.
pub(super) const SERVICE: &str = "validation";

const FILE: &str = "validation/2000-01-01/service-2.json";

/// A botocore data folder in memory.
struct Memory(String);

impl Source for Memory {
    fn paths(&self) -> Vec<String> {
        vec![FILE.to_owned()]
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        if path == FILE { Ok(self.0.clone().into_bytes()) } else { Err("not there".to_owned()) }
    }
}

/// The suite's models as a catalog of one service.
pub(super) fn catalog(models: &Path) -> &'static Catalog {
    let folder = models.join("smithy-aws-protocol-tests/model");
    let mut shapes = Shapes::new();
    let mut files: Vec<_> = std::fs::read_dir(folder.join("restJson1/validation"))
        .expect("a folder of models")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.push(folder.join("shared-types.smithy"));
    for file in files {
        for (name, shape) in idl::parse(&std::fs::read_to_string(file).expect("a model")) {
            shapes.entry(name).or_insert(shape);
        }
    }
    let catalog = Catalog::load(&Memory(service(&shapes).to_string())).expect("a service");
    Box::leak(Box::new(catalog))
}

fn service(shapes: &Shapes) -> Value {
    let mut converter = Converter { shapes, done: framework() };
    let mut operations = Map::new();
    for (name, shape) in shapes.iter().filter(|(_, shape)| shape.kind == "operation") {
        let Some(input) = shape.properties.get("input").and_then(Value::as_str) else { continue };
        let http = &shape.traits["http"];
        operations.insert(
            name.clone(),
            json!({
                "name": name,
                "http": {"method": http["method"], "requestUri": http["uri"]},
                "input": {"shape": converter.shape(&bare(input))},
                "errors": [{"shape": "ValidationException"}],
            }),
        );
    }
    json!({
        "version": "2.0",
        "metadata": {
            "apiVersion": "2000-01-01", "endpointPrefix": SERVICE, "protocol": "rest-json",
            "serviceFullName": "Validation", "serviceId": "Validation", "signatureVersion": "v4",
        },
        "operations": operations,
        "shapes": converter.done,
    })
}

/// The error that Smithy's framework declares.
fn framework() -> Map<String, Value> {
    let text = json!({"type": "string"});
    let shapes = json!({
        "ValidationText": text,
        "ValidationException": {
            "type": "structure",
            "members": {
                "message": {"shape": "ValidationText"}, "fieldList": {"shape": "ValidationFields"},
            },
            "error": {"httpStatusCode": 400}, "exception": true,
        },
        "ValidationFields": {"type": "list", "member": {"shape": "ValidationField"}},
        "ValidationField": {
            "type": "structure",
            "members": {"path": {"shape": "ValidationText"}, "message": {"shape": "ValidationText"}},
        },
    });
    shapes.as_object().expect("an object").clone()
}

struct Converter<'s> {
    shapes: &'s Shapes,
    done: Map<String, Value>,
}

impl Converter<'_> {
    /// Converts a shape and those that it refers to; returns its name.
    fn shape(&mut self, name: &str) -> String {
        if !self.done.contains_key(name) {
            self.done.insert(name.to_owned(), Value::Null);
            let shapes = self.shapes;
            let value = match shapes.get(name) {
                Some(shape) => self.declared(shape),
                None => json!({"type": simple(name)}),
            };
            self.done.insert(name.to_owned(), value);
        }
        name.to_owned()
    }

    fn declared(&mut self, shape: &Shape) -> Value {
        let mut value = match shape.kind.as_str() {
            "structure" | "union" => self.structure(shape),
            "list" | "set" => json!({"type": "list", "member": self.member(&shape.members[0])}),
            "map" => {
                let (key, value) = (&shape.members[0], &shape.members[1]);
                json!({"type": "map", "key": self.member(key), "value": self.member(value)})
            }
            "enum" => {
                let shown = shape.members.iter();
                let shown = shown.filter(|member| !member.traits.contains_key("internal"));
                let values = shown.map(|member| {
                    member.traits.get("default").cloned().unwrap_or(json!(member.name))
                });
                json!({"type": "string", "enum": values.collect::<Vec<_>>()})
            }
            "intEnum" => json!({"type": "integer"}),
            kind => json!({"type": simple(kind)}),
        };
        constrain(&mut value, &shape.traits);
        value
    }

    fn structure(&mut self, shape: &Shape) -> Value {
        let mut members = Map::new();
        let mut required = Vec::new();
        for member in &shape.members {
            if member.traits.contains_key("required") {
                required.push(member.name.clone());
            }
            let mut value = self.member(member);
            for (name, place) in [("httpHeader", "header"), ("httpQuery", "querystring")] {
                if let Some(argument) = member.traits.get(name) {
                    value["location"] = json!(place);
                    value["locationName"] = argument.clone();
                }
            }
            members.insert(member.name.clone(), value);
        }
        let union = shape.kind == "union";
        json!({"type": "structure", "members": members, "required": required, "union": union})
    }

    /// A reference. One with constraints of its own refers to a shape of its own, as in AWS's models.
    fn member(&mut self, member: &Member) -> Value {
        let target = self.shape(&bare(&member.target));
        let own = ["length", "range", "pattern"];
        let mut value = json!({});
        if let Some(format) = member.traits.get("timestampFormat").and_then(Value::as_str) {
            value["timestampFormat"] =
                json!(if format == "http-date" { "rfc822" } else { "iso8601" });
        }
        if !own.iter().any(|name| member.traits.contains_key(*name)) {
            value["shape"] = json!(target);
            return value;
        }
        let mut shape = self.done[&target].clone();
        constrain(&mut shape, &member.traits);
        let name = format!("{target}{}", self.done.len());
        self.done.insert(name.clone(), shape);
        value["shape"] = json!(name);
        value
    }
}

fn constrain(value: &mut Value, traits: &Map<String, Value>) {
    for (name, argument) in traits {
        match name.as_str() {
            "length" | "range" => {
                for bound in ["min", "max"] {
                    value[bound] = argument[bound].clone();
                }
            }
            "pattern" => value["pattern"] = argument.clone(),
            "sensitive" => value["sensitive"] = json!(true),
            "timestampFormat" => {
                let date = argument == "http-date";
                value["timestampFormat"] = json!(if date { "rfc822" } else { "iso8601" });
            }
            "enum" => {
                let values = argument.as_array().into_iter().flatten();
                let shown = values.filter(|value| value["tags"] != json!(["internal"]));
                value["enum"] = shown.map(|value| value["value"].clone()).collect();
            }
            _ => {}
        }
    }
}

/// The name of a simple shape; botocore has no numbers below 32 bits.
fn simple(name: &str) -> String {
    match name.to_lowercase().as_str() {
        "byte" | "short" => "integer".to_owned(),
        other => other.to_owned(),
    }
}
