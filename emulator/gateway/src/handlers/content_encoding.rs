//! Compressed request bodies.

use std::io::Read;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http::header::CONTENT_ENCODING;

use crate::chain::{Flow, Handled, RequestHandler};
use crate::{Body, BodyLimits, Exception, RequestContext};

/// Unpacks gzip bodies. Bodies that are streamed are data of the client's, and stay as they are.
pub(crate) struct DecodeContent(pub(crate) BodyLimits);

impl RequestHandler for DecodeContent {
    fn handle(&self, context: &mut RequestContext) -> Handled {
        let is_gzip = context.header("content-encoding").is_some_and(|value| {
            value.rsplit(',').next().is_some_and(|last| last.trim().eq_ignore_ascii_case("gzip"))
        });
        if let (true, Body::Whole(bytes)) = (is_gzip, &context.body) {
            context.body = Body::Whole(unpack(bytes, self.0.bytes)?);
            context.request.headers.remove(CONTENT_ENCODING);
        }
        Ok(Flow::Continue)
    }
}

fn unpack(packed: &[u8], limit: u64) -> Result<Bytes, Exception> {
    let mut bytes = Vec::new();
    let mut decoder = MultiGzDecoder::new(packed).take(limit + 1);
    decoder.read_to_end(&mut bytes).map_err(|_| Exception::BodyEncoding("gzip"))?;
    if bytes.len() as u64 > limit {
        return Err(Exception::BodyTooLarge(limit));
    }
    Ok(bytes.into())
}
