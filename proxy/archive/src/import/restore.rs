//! Puts back what a recorder took from requests and their answers still show.

use standin_model::{Answer, Document};

use super::decode::Decoded;

/// httpreplay keeps a media type without its parameters; S3 answers with the whole type it was given.
pub(super) fn content_types(exchanges: &mut [Decoded]) {
    for at in 0..exchanges.len() {
        let (before, after) = exchanges.split_at_mut(at + 1);
        let Some(put) = before.last_mut().filter(|exchange| is_put(exchange)) else { continue };
        let Some(bare) = text(&put.input, "ContentType").map(str::to_owned) else { continue };
        let same_object = |exchange: &&Decoded| {
            ["Bucket", "Key"].iter().all(|name| exchange.input.get(name) == put.input.get(name))
        };
        let later = after.iter().filter(same_object).take_while(|exchange| !is_put(exchange));
        let whole = later.filter_map(shown_type).find(|whole| is_whole(whole, &bare));
        if let (Some(whole), Some(fields)) = (whole, put.input.as_object_mut()) {
            fields.insert("ContentType", whole.into());
        }
    }
}

fn is_put(exchange: &Decoded) -> bool {
    exchange.call.service.metadata.name == "s3"
        && matches!(exchange.call.operation.name, "PutObject" | "CreateMultipartUpload")
}

fn shown_type(exchange: &Decoded) -> Option<String> {
    let Answer::Output(output) = &exchange.answer else { return None };
    let reads = matches!(exchange.call.operation.name, "GetObject" | "HeadObject");
    text(output, "ContentType").filter(|_| reads).map(str::to_owned)
}

fn is_whole(whole: &str, bare: &str) -> bool {
    whole.strip_prefix(bare).is_some_and(|rest| rest.starts_with(';'))
}

fn text<'d>(document: &'d Document, name: &str) -> Option<&'d str> {
    document.get(name)?.as_str()
}
