//! Services made from the shapes that stand beside a vector.

use serde_json::{Map, Value, json};
use standin_model::botocore::Source;
use standin_model::{Catalog, Protocol, Service, pack};

use crate::Call;

/// A botocore data folder in memory, with one service.
struct Memory(Vec<u8>);

impl Source for Memory {
    fn paths(&self) -> Vec<String> {
        vec!["vector/2000-01-01/service-2.json".to_owned()]
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        match path {
            "vector/2000-01-01/service-2.json" => Ok(self.0.clone()),
            _ => Err("not there".to_owned()),
        }
    }
}

/// The call that a case describes: its operation is `given`.
pub(super) fn call(suite: &Value, given: &Value) -> Call {
    let mut metadata = suite["metadata"].as_object().cloned().unwrap_or_default();
    let defaults = json!({
        "apiVersion": "2000-01-01", "endpointPrefix": "vector", "protocol": "query",
        "serviceFullName": "Vector", "serviceId": "Vector", "signatureVersion": "v4",
    });
    for (key, value) in defaults.as_object().into_iter().flatten() {
        metadata.entry(key).or_insert_with(|| value.clone());
    }
    let mut operation = given.clone();
    let http = operation.as_object_mut().expect("an object").entry("http").or_insert(json!({}));
    for (key, value) in [("method", "POST"), ("requestUri", "/")] {
        http.as_object_mut().expect("an object").entry(key).or_insert(json!(value));
    }
    let name = given["name"].as_str().unwrap_or("Operation").to_owned();
    let mut operations = Map::new();
    operations.insert(name.clone(), operation);
    let model = json!({
        "version": "2.0", "metadata": metadata, "operations": operations, "shapes": suite["shapes"],
    });
    let service = load(&model);
    let protocol = metadata["protocol"].as_str().and_then(Protocol::from_name);
    Call {
        service,
        operation: service.operation(&name).expect("declared above"),
        protocol: protocol.expect("a known protocol"),
    }
}

fn load(model: &Value) -> &'static Service {
    let source = Memory(model.to_string().into_bytes());
    let pack = pack::build(&source, &[], pack::Effort::Quick);
    let pack = pack.unwrap_or_else(|error| panic!("{error}: {model}"));
    let catalog = Catalog::from_pack(Vec::leak(pack.bytes)).expect("a pack just built");
    catalog.service("vector").expect("the only one")
}
