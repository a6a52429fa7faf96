//! Whether an `Authorization` header is of a kind that AWS knows, and has what version 4 needs.

use http::header::AUTHORIZATION;

use crate::chain::{Flow, Handled, RequestHandler};
use crate::{Exception, RequestContext};

/// Refuses an `Authorization` header of no kind of AWS's, and one of version 4 that is malformed. The signature itself
/// isn't verified.
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

/// The kinds besides version 4: versions 2 and 3, and tokens.
const OTHER_SCHEMES: &[&str] = &["AWS", "AWS3", "AWS3-HTTPS", "Bearer"];

/// What is wrong, in AWS's words, as clients have quoted them in their reports.
fn fault(header: &str) -> Option<String> {
    let header = header.trim();
    let (scheme, rest) = header.split_once(' ').unwrap_or((header, ""));
    if header.is_empty() || OTHER_SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
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
        for fine in
            ["", "AWS AKID:sig", "AWS3-HTTPS AWSAccessKeyId=A", "Bearer t", "bearer t", whole]
        {
            assert_eq!(fault(fine), None, "{fine}");
        }
        let said = fault("AWS4-HMAC-SHA256 Credential=foo").unwrap();
        assert_eq!(
            said,
            "Authorization header requires 'Signature' parameter. Authorization header requires \
             'SignedHeaders' parameter. Authorization=AWS4-HMAC-SHA256 Credential=foo"
        );
        for foreign in ["AWS4-HMAC-SHA256", "garbage", "Negotiate abc", "Basic dTpw"] {
            assert!(fault(foreign).unwrap().contains("'Credential'"), "{foreign}");
        }
        let short = "AWS4-HMAC-SHA256 Credential=foo, SignedHeaders=host, Signature=0";
        assert!(fault(short).unwrap().ends_with("got 'foo'"));
    }
}
