//! Forms by which browsers upload to S3. No operation of the models is a form: one is held to what `PutObject` is held
//! to, its policy is signed anew, and it is passed on, not recorded.

use bytes::Bytes;
use http::request::Parts;
use http::{Method, Request, Response};
use standin_model::{Catalog, Document, Protocol};
use standin_protocol::Call;
use standin_sigv4::{
    Algorithm, Form, FormDecoder, FormError, Scope, SignedForm, Signer, sign_form,
    strip_hop_headers,
};
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::UpstreamError;
use crate::body::{Body, Pipe};
use crate::connect::{BODY_LIMIT, causes};
use crate::departure::direct;
use crate::destination::Destination;
use crate::intercept::Intercepted;
use crate::refusal::Refusal;
use crate::relay::Relay;

/// Whether a request is a form.
pub(crate) fn is_form(parts: &Parts) -> bool {
    parts.method == Method::POST && !matches!(FormDecoder::of(&parts.headers), Ok(None))
}

/// What a form's upload is to guards and endpoint rules.
pub(crate) fn put_object() -> Call {
    let service = Catalog::embedded().service("s3").expect("S3 is in the models");
    let operation = service.operation("PutObject").expect("S3 has it");
    Call { service, operation, protocol: Protocol::RestXml }
}

impl Relay {
    /// Passes a form on, its policy signed anew if the client signed it.
    pub(crate) async fn pass_form(
        &self,
        (mut parts, mut body): (Parts, Body),
    ) -> Result<Response<Body>, Refusal> {
        let call = put_object();
        let length = body.length();
        let (mut form, read) = fields(&parts, &mut body).await?;
        let signed = SignedForm::of(&form)?;
        if let Some(signed) = &signed {
            signed.verify(&self.keys.secret(&signed.access_key_id)?)?;
        }
        let bucket = bucket(&parts).ok_or(Refusal::FormBucket)?.to_owned();
        let destination = self.place_of_form(&parts, (&form, &bucket), signed.as_ref())?;
        if Intercepted::of(&parts.extensions).is_some_and(|host| *host != destination.authority) {
            // Where the host that named the bucket is lost, the path names it.
            parts.uri = format!("/{bucket}").parse().map_err(http::Error::from)?;
        }
        if let Some(signed) = &signed {
            let credentials = match self.keys.given(&signed.access_key_id) {
                Some(given) => given,
                None => self.credentials.current().await?,
            };
            let (region, name) = (&destination.region, &destination.signing_name);
            let now = self.skew.correct((self.clock)());
            let signer =
                Signer::new(&credentials, region, name, now).with_keys(self.keys.signing_keys());
            sign_form(&mut form, &signer)?;
        }
        let own = self.hosts.own_for(&parts.extensions, &self.upstream);
        direct(&mut parts, &destination)?;
        strip_hop_headers(&mut parts.headers);
        let host = destination.authority.to_string();
        self.log.warn(format!("a form for bucket {bucket} is passed on, and not recorded"));
        let head = Bytes::from(form.encode());
        let length = length.map(|length| length.saturating_sub(read) + head.len() as u64);
        let response = self.send_form(parts, (head, body), length).await?;
        let (mut parts, body) = response.into_parts();
        let body = body.collect(BODY_LIMIT).await;
        let body = body.map_err(|error| UpstreamError::Body(host, causes(&error)))?;
        let body = self.hosts.to_client(call, own.as_deref(), (&mut parts, body));
        Ok(Response::from_parts(parts, Body::Whole(body)))
    }

    /// Where a form goes, if the run may do what it does.
    fn place_of_form(
        &self,
        parts: &Parts,
        (form, bucket): (&Form, &str),
        signed: Option<&SignedForm>,
    ) -> Result<Destination, Refusal> {
        let scope = signed.and_then(|signed| signed.scope.clone()).unwrap_or_else(|| Scope {
            region: self.region.clone(),
            service: "s3".to_owned(),
            ..Scope::default()
        });
        let text = |text: &str| Document::String(text.to_owned());
        let key = form.text("key").unwrap_or_default();
        let input = [("Bucket".into(), text(bucket)), ("Key".into(), text(key))];
        let input = Document::Object(input.into_iter().collect());
        let call = put_object();
        let destination = self.destination((call, Some(&input)), parts, &scope)?;
        if destination.algorithm != Algorithm::Hmac {
            return Err(Refusal::Algorithm(destination.algorithm.name()));
        }
        self.guard.admit(call, Some(&input), (&destination.region, Instant::now()))?;
        Ok(destination)
    }

    /// Sends the fields, and the file as it comes.
    async fn send_form(
        &self,
        parts: Parts,
        (head, body): (Bytes, Body),
        length: Option<u64>,
    ) -> Result<Response<Body>, Refusal> {
        let (pipe, sent) = Body::piped(length);
        let (end, ended) = oneshot::channel::<()>();
        tokio::spawn(async move {
            hand_on(head, body, pipe).await;
            drop(end);
        });
        let request = Request::from_parts(parts, sent);
        // Its other end is dropped when all of the form has gone.
        let ended = async { drop(ended.await) };
        Ok(self.upstreams.send(request, ended).await?)
    }
}

/// Hands on the fields of a form, then its file as it comes.
async fn hand_on(head: Bytes, mut body: Body, pipe: Pipe) {
    let mut next = Ok(Some(head));
    loop {
        match next {
            Ok(None) => return,
            Ok(Some(part)) => {
                if !matches!(pipe.send(part).await, Ok(true)) {
                    return;
                }
            }
            Err(error) => return pipe.give_up(causes(&error)).await,
        }
        next = body.next().await;
    }
}

/// Reads a form's fields, up to its file; gives how many bytes that were, too.
async fn fields(parts: &Parts, body: &mut Body) -> Result<(Form, u64), Refusal> {
    let mut decoder = FormDecoder::of(&parts.headers)?.ok_or(FormError::Boundary)?;
    let mut read = 0;
    while let Some(part) = body.next().await? {
        read += part.len() as u64;
        if let Some(form) = decoder.push(&part)? {
            return Ok((form, read));
        }
    }
    Err(FormError::Truncated.into())
}

/// The bucket that a form is for: in the path, or before the host of S3 that the client spoke to.
fn bucket(parts: &Parts) -> Option<&str> {
    let path = parts.uri.path().trim_matches('/');
    if !path.is_empty() {
        return (!path.contains('/')).then_some(path);
    }
    let host = Intercepted::of(&parts.extensions)?.host();
    let end = [".s3.", ".s3-", ".s3express-"].iter().filter_map(|mark| host.find(mark)).min()?;
    Some(&host[..end])
}
