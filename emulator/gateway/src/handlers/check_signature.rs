//! Whether a header that claims signature version 4 has what that needs.

use http::header::AUTHORIZATION;

use crate::chain::{Flow, Handled, RequestHandler};
use crate::{Exception, RequestContext};

/// Refuses an `Authorization` header that claims version 4 and is malformed. The signature itself isn't verified.
pub(crate) struct CheckSignature;

impl RequestHandler for CheckSignature {
    fn handle(&self, context: &mut RequestContext) -> Handled {
        let Some(value) = context.request.headers.get(AUTHORIZATION) else {
            return Ok(Flow::Continue);
        };
        match fault(&String::from_utf8_lossy(value.as_bytes())) {
            Some(message) => Err(Exception::Signature {
                message,
                service: context.call.map_or("", |call| call.service.metadata.name),
            }),
            None => Ok(Flow::Continue),
        }
    }
}

/// What is wrong, in AWS's words, as clients have quoted them in their reports.
fn fault(header: &str) -> Option<String> {
    let header = header.trim();
    let (scheme, rest) = header.split_once(' ').unwrap_or((header, ""));
    if !scheme.starts_with("AWS4-") {
        return None;
    }
    let value = |name: &str| {
        let mut fields = rest.split(',').filter_map(|field| field.trim().split_once('='));
        fields.find(|(found, _)| *found == name).map(|(_, value)| value)
    };
    let missing: Vec<String> = ["Credential", "Signature", "SignedHeaders"]
        .into_iter()
        .filter(|name| value(name).is_none_or(str::is_empty))
        .map(|name| format!("Authorization header requires '{name}' parameter. "))
        .collect();
    if !missing.is_empty() {
        return Some(format!("{}Authorization={header}", missing.concat()));
    }
    let credential = value("Credential").unwrap_or_default();
    // Version 4A has no region in it.
    let wanted = if scheme.contains("ECDSA") { 4 } else { 5 };
    (credential.split('/').count() < wanted).then(|| {
        format!(
            "Credential must have exactly {wanted} slash-delimited elements, e.g. \
             keyid/date/region/service/term, got '{credential}'"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn what_claims_version_4_must_be_whole() {
        let whole = "AWS4-HMAC-SHA256 Credential=A/20250101/r/s3/aws4_request, SignedHeaders=host, Signature=0";
        for fine in ["", "Negotiate abc", "AWS AKID:sig", "Bearer t", whole] {
            assert_eq!(fault(fine), None, "{fine}");
        }
        let said = fault("AWS4-HMAC-SHA256 Credential=foo").unwrap();
        assert_eq!(
            said,
            "Authorization header requires 'Signature' parameter. Authorization header requires \
             'SignedHeaders' parameter. Authorization=AWS4-HMAC-SHA256 Credential=foo"
        );
        assert!(fault("AWS4-HMAC-SHA256").unwrap().contains("'Credential'"));
        let short = "AWS4-HMAC-SHA256 Credential=foo, SignedHeaders=host, Signature=0";
        assert!(fault(short).unwrap().ends_with("got 'foo'"));
    }
}
