//! Requests that the recording has not got, explained.

use bytes::Bytes;
use http::{HeaderValue, Response};
use standin_model::ServiceError;
use standin_protocol::Call;
use standin_tape::{Exchange, ExchangeId};

use super::matching::Difference;
use super::name;

/// The request id of answers that no recording gave.
pub(super) const REQUEST_ID: &str = "00000000-0000-0000-0000-000000000000";
const DIFFERENCES: usize = 8;

/// The answer to a miss: 501 in the call's own protocol.
pub(super) fn answer(call: Call, text: &str) -> Response<Bytes> {
    let first = text.lines().next().unwrap_or_default();
    let error = ServiceError::fault("StandinReplayMiss", first).with_status(501);
    let mut response = call.serialize_error(&error, REQUEST_ID);
    *response.status_mut() = http::StatusCode::NOT_IMPLEMENTED;
    let value = format!("{}.{}", call.service.metadata.name, call.operation.name);
    if let Ok(value) = HeaderValue::from_str(&value) {
        response.headers_mut().insert("x-standin-miss", value);
    }
    response
}

/// Nothing in the recording is like the request.
pub(super) fn unknown(call: Call, answered: Option<&str>, exchanges: &[Exchange]) -> String {
    if let Some(id) = answered {
        return format!("{} is not in the recording once more: {id} was answered", name(call));
    }
    let mut operations: Vec<String> = exchanges
        .iter()
        .map(|exchange| format!("{} {}", exchange.service, exchange.operation()))
        .collect();
    operations.sort_unstable();
    operations.dedup();
    format!("{} is not in the recording, which has {}", name(call), operations.join(", "))
}

/// The nearest recorded exchange, and where the request differs from it.
pub(super) fn nearest(
    call: Call,
    exchange: &Exchange,
    differences: &[Difference],
    unmet: &[&ExchangeId],
) -> String {
    let mut text = format!("{} is not in the recording; nearest is {}", name(call), exchange.id);
    for difference in differences.iter().take(DIFFERENCES) {
        let Difference { path, recorded, actual } = difference;
        text.push_str(&format!("\n  {path}: recorded {recorded}, got {actual}"));
    }
    if differences.len() > DIFFERENCES {
        text.push_str(&format!("\n  and {} more", differences.len() - DIFFERENCES));
    }
    for id in unmet {
        text.push_str(&format!("\n  it comes after {id}, which was not asked for yet"));
    }
    text
}
