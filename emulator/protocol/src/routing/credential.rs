//! What a request's signature says: who signs, for which region and service.

use std::borrow::Cow;

use http::HeaderMap;
use http::request::Parts;
use percent_encoding::percent_decode_str;

use super::form;

/// The signer's statement in a request, whatever form it came in. It is read, not verified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credential<'r> {
    /// The access key id; bearer tokens have none.
    pub access_key: Option<Cow<'r, str>>,
    /// The region of the scope; of signature version 4A the first of the region set.
    pub region: Option<Cow<'r, str>>,
    /// The signing name of the scope.
    pub signing_name: Option<Cow<'r, str>>,
    /// The session token of temporary credentials.
    pub session_token: Option<Cow<'r, str>>,
}

/// Reads the credential from the `Authorization` header or the query string of a presigned URL.
///
/// Knows signature versions 4, 4A, 2 (query parameters, and S3's header) and bearer tokens. A
/// request that isn't signed, or in a way unknown to us, has none.
pub fn credential(parts: &Parts) -> Option<Credential<'_>> {
    let credential = match parts.headers.get(http::header::AUTHORIZATION) {
        Some(value) => from_header(value.to_str().ok()?, &parts.headers),
        None => from_query(parts),
    };
    credential.map(|credential| Credential { session_token: session_token(parts), ..credential })
}

/// The access key id in a form that is signed by version 2, whose signature is a part of the form.
pub fn form_access_key(body: &[u8]) -> Option<Cow<'_, str>> {
    form::body_value(body, "AWSAccessKeyId")
}

fn session_token(parts: &Parts) -> Option<Cow<'_, str>> {
    match parts.headers.get("x-amz-security-token") {
        Some(token) => token.to_str().ok().map(Cow::Borrowed),
        None => form::value(parts.uri.query()?, "X-Amz-Security-Token"),
    }
}

fn from_header<'r>(value: &'r str, headers: &'r HeaderMap) -> Option<Credential<'r>> {
    let (scheme, rest) = value.trim_start().split_once(' ')?;
    match scheme {
        "AWS4-HMAC-SHA256" => scope(&Cow::Borrowed(header_scope(rest)?)),
        "AWS4-ECDSA-P256-SHA256" => {
            Some(regionless(&Cow::Borrowed(header_scope(rest)?), region_set(headers)))
        }
        "AWS" => {
            let (key, _signature) = rest.trim().rsplit_once(':')?;
            Some(Credential {
                access_key: Some(Cow::Borrowed(key)),
                signing_name: Some(Cow::Borrowed("s3")),
                ..Credential::default()
            })
        }
        "Bearer" => Some(Credential::default()),
        _ => None,
    }
}

fn header_scope(rest: &str) -> Option<&str> {
    rest.split(',').find_map(|field| field.trim().strip_prefix("Credential="))
}

fn region_set(headers: &HeaderMap) -> Option<Cow<'_, str>> {
    let regions = headers.get("x-amz-region-set")?.to_str().ok()?;
    first_region(Cow::Borrowed(regions))
}

fn first_region(regions: Cow<'_, str>) -> Option<Cow<'_, str>> {
    let first = match regions {
        Cow::Borrowed(text) => Cow::Borrowed(text.split(',').next()?.trim()),
        Cow::Owned(text) => Cow::Owned(text.split(',').next()?.trim().to_owned()),
    };
    (!first.is_empty() && first != "*").then_some(first)
}

/// `KEY/DATE/REGION/SERVICE/aws4_request`, read from the right: a key may hold slashes.
fn scope<'r>(text: &Cow<'r, str>) -> Option<Credential<'r>> {
    let mut fields = text.rsplitn(5, '/').skip(1).map(str::len);
    let (service, region, date, key) =
        (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let region_at = key + date + 2;
    Some(Credential {
        access_key: part(text, 0, key),
        region: part(text, region_at, region),
        signing_name: part(text, region_at + region + 1, service),
        session_token: None,
    })
}

/// `KEY/DATE/SERVICE/aws4_request`, of signature version 4A.
fn regionless<'r>(text: &Cow<'r, str>, region: Option<Cow<'r, str>>) -> Credential<'r> {
    let mut fields = text.rsplitn(4, '/').skip(1).map(str::len);
    match (fields.next(), fields.next(), fields.next()) {
        (Some(service), Some(date), Some(key)) => Credential {
            access_key: part(text, 0, key),
            signing_name: part(text, key + date + 2, service),
            region,
            session_token: None,
        },
        _ => Credential { region, ..Credential::default() },
    }
}

fn part<'r>(text: &Cow<'r, str>, at: usize, length: usize) -> Option<Cow<'r, str>> {
    let part = match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[at..at + length]),
        Cow::Owned(text) => Cow::Owned(text[at..at + length].to_owned()),
    };
    (!part.is_empty()).then_some(part)
}

fn from_query(parts: &Parts) -> Option<Credential<'_>> {
    let query = parts.uri.query()?;
    if let Some(text) = form::value(query, "X-Amz-Credential") {
        let asymmetric = form::value(query, "X-Amz-Algorithm").is_some_and(|a| a.contains("ECDSA"));
        let regions = form::value(query, "X-Amz-Region-Set").and_then(first_region);
        return if asymmetric { Some(regionless(&text, regions)) } else { scope(&text) };
    }
    let access_key = form::value(query, "AWSAccessKeyId")?;
    // Version 2 of the query services names its version; S3's has only an expiry.
    let signing_name = form::value(query, "SignatureVersion").is_none().then_some("s3".into());
    Some(Credential { access_key: Some(access_key), signing_name, ..Credential::default() })
}

/// Decodes the percent escapes of text from a URI.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::credential;

    /// `key region service token`, `-` for what is absent.
    fn read(uri: &str, headers: &[(&str, &str)]) -> Option<String> {
        let mut request = Request::get(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).expect("valid").into_parts();
        let found = credential(&parts)?;
        let fields = [found.access_key, found.region, found.signing_name, found.session_token];
        Some(fields.map(|field| field.unwrap_or("-".into()).into_owned()).join(" "))
    }

    fn header(value: &str) -> Option<String> {
        read("/", &[("authorization", value)])
    }

    #[test]
    fn headers() {
        let version_4 = "AWS4-HMAC-SHA256 Credential=AK/20250101/eu-west-1/sqs/aws4_request, \
            SignedHeaders=host;x-amz-date, Signature=ab";
        assert_eq!(header(version_4).as_deref(), Some("AK eu-west-1 sqs -"));
        let compact = "AWS4-HMAC-SHA256 SignedHeaders=host,Credential=A/K/20250101/r/s3/aws4_request,Signature=0";
        assert_eq!(header(compact).as_deref(), Some("A/K r s3 -"));
        let token = [("authorization", version_4), ("x-amz-security-token", "tok")];
        assert_eq!(read("/", &token).as_deref(), Some("AK eu-west-1 sqs tok"));
        let asymmetric =
            "AWS4-ECDSA-P256-SHA256 Credential=AK/20250101/s3/aws4_request, Signature=0";
        let regions = [("authorization", asymmetric), ("x-amz-region-set", "eu-west-1,us-east-1")];
        assert_eq!(read("/", &regions).as_deref(), Some("AK eu-west-1 s3 -"));
        let everywhere = [("authorization", asymmetric), ("x-amz-region-set", "*")];
        assert_eq!(read("/", &everywhere).as_deref(), Some("AK - s3 -"));
        assert_eq!(header("AWS AKID:c2ln").as_deref(), Some("AKID - s3 -"));
        assert_eq!(header("Bearer abc").as_deref(), Some("- - - -"));
        for foreign in ["", "Basic abc", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=a/b/c"] {
            assert_eq!(header(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn query_strings() {
        let scope = "X-Amz-Credential=AK%2F20250101%2Feu-west-1%2Fs3%2Faws4_request";
        let presigned =
            format!("/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&{scope}&X-Amz-Security-Token=a%2Bb");
        assert_eq!(read(&presigned, &[]).as_deref(), Some("AK eu-west-1 s3 a+b"));
        let asymmetric = "/?X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256\
            &X-Amz-Credential=AK%2F20250101%2Fs3%2Faws4_request&X-Amz-Region-Set=us-east-1";
        assert_eq!(read(asymmetric, &[]).as_deref(), Some("AK us-east-1 s3 -"));
        let s3 = "/b/k?AWSAccessKeyId=AK&Signature=s&Expires=1";
        assert_eq!(read(s3, &[]).as_deref(), Some("AK - s3 -"));
        let version_2 = "/?Action=ListDomains&AWSAccessKeyId=AK&SignatureVersion=2&Signature=s";
        assert_eq!(read(version_2, &[]).as_deref(), Some("AK - - -"));
        assert_eq!(read("/?list-type=2", &[]), None);
    }
}
