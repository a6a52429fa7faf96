//! Malformed requests: their parameters put in, and as bytes.

use bytes::Bytes;
use http::Request;
use serde_json::Value;

/// A case with each of its parameters put in.
pub(super) fn variants(case: &Value) -> Vec<Value> {
    let Some(parameters) = case["testParameters"].as_object() else { return vec![case.clone()] };
    let lists = parameters.values().filter_map(Value::as_array);
    let count = lists.map(Vec::len).max().unwrap_or(0);
    let filled = |index: usize| {
        parameters.iter().fold(case.clone(), |case, (name, values)| {
            fill(&case, name, values[index].as_str().unwrap_or_default())
        })
    };
    (0..count).map(filled).collect()
}

/// Puts a parameter in, as a literal (`$value:L`) or as quoted text (`$value:S`).
fn fill(value: &Value, name: &str, with: &str) -> Value {
    match value {
        Value::String(text) => {
            let text = text.replace(&format!("${name}:L"), with);
            Value::from(text.replace(&format!("${name}:S"), &Value::from(with).to_string()))
        }
        Value::Array(items) => items.iter().map(|item| fill(item, name, with)).collect(),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(key, value)| (key.clone(), fill(value, name, with)));
            Value::Object(fields.collect())
        }
        other => other.clone(),
    }
}

/// The request of a case.
pub(super) fn request(case: &Value) -> Result<Request<Bytes>, String> {
    let wire = &case["request"];
    let query = wire["queryParams"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let query = query.collect::<Vec<_>>().join("&");
    let uri = wire["uri"].as_str().unwrap_or("/");
    let uri = if query.is_empty() { uri.to_owned() } else { format!("{uri}?{query}") };
    let mut builder =
        Request::builder().method(wire["method"].as_str().unwrap_or("POST")).uri(&uri);
    for (name, value) in wire["headers"].as_object().into_iter().flatten() {
        builder = builder.header(name, value.as_str().unwrap_or_default());
    }
    let body = Bytes::from(wire["body"].as_str().unwrap_or_default().to_owned());
    builder.body(body).map_err(|error| format!("{uri}: {error}"))
}
