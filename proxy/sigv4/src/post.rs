//! Forms by which S3 takes uploads from browsers: what is signed is their policy, a text in the form itself.
//!
//! AWS: "Browser-Based Uploads Using POST (AWS Signature Version 4)". Forms of signature version 2, which boto3 makes by
//! default, are verified too; what goes on to AWS is signed by version 4.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde_json::{Map, Value};

use crate::form::{Field, Form};
use crate::verify::same;
use crate::{Algorithm, Scope, ScopeError, Signer, SigningKey, VerifyError, date};

/// Who signed a form, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedForm {
    /// The access key id.
    pub access_key_id: String,
    /// The scope; none in forms of version 2, which have none.
    pub scope: Option<Scope>,
    policy: String,
    signature: String,
}

/// A policy that can't be signed anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the form's policy is not a JSON object in base64, with a list of conditions")]
pub struct PolicyError;

/// The fields that sign a form, of version 4 or 2; but for the policy they stand in its conditions too.
const SIGNING: [&str; 8] = [
    "policy",
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-signature",
    "awsaccesskeyid",
    "signature",
];

impl SignedForm {
    /// The signature of a form, if it has one.
    pub fn of(form: &Form) -> Result<Option<Self>, ScopeError> {
        let Some(policy) = form.text("policy") else { return Ok(None) };
        let field = |name| form.text(name).ok_or(ScopeError::Missing(name));
        if form.text("x-amz-algorithm").is_none() && form.text("AWSAccessKeyId").is_some() {
            return Ok(Some(Self {
                access_key_id: field("AWSAccessKeyId")?.to_owned(),
                scope: None,
                policy: policy.to_owned(),
                signature: field("signature")?.to_owned(),
            }));
        }
        let algorithm = field("x-amz-algorithm")?;
        if algorithm != Algorithm::Hmac.name() {
            return Err(ScopeError::Algorithm(algorithm.chars().take(64).collect()));
        }
        let (key, scope) = field("x-amz-credential")?
            .split_once('/')
            .ok_or(ScopeError::Malformed("x-amz-credential"))?;
        let scope = Scope::parse(scope)?;
        if scope.service != "s3" {
            return Err(ScopeError::Malformed("x-amz-credential"));
        }
        Ok(Some(Self {
            access_key_id: key.to_owned(),
            scope: Some(scope),
            policy: policy.to_owned(),
            signature: field("x-amz-signature")?.to_owned(),
        }))
    }

    /// Checks the signature with a secret.
    pub fn verify(&self, secret: &str) -> Result<(), VerifyError> {
        let policy = self.policy.as_bytes();
        let holds = match &self.scope {
            Some(scope) => {
                let key = SigningKey::derive((&self.access_key_id, secret), scope);
                key.verifies(policy, &self.signature)
            }
            None => {
                let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes());
                let expected = STANDARD.encode(hmac::sign(&key, policy));
                same(expected.as_bytes(), self.signature.as_bytes())
            }
        };
        if holds { Ok(()) } else { Err(VerifyError::Mismatch) }
    }
}

/// Takes a client's signature off a form and signs its policy anew, its conditions kept.
pub fn sign_form(form: &mut Form, signer: &Signer<'_>) -> Result<(), PolicyError> {
    let timestamp = date::format(signer.time);
    let scope = signer.scope(&timestamp);
    let credential = format!("{}/{scope}", signer.credentials.access_key_id());
    let mut signing = vec![
        ("x-amz-algorithm", Algorithm::Hmac.name()),
        ("x-amz-credential", &credential),
        ("x-amz-date", &timestamp),
    ];
    signing.extend(signer.credentials.session_token().map(|it| ("x-amz-security-token", it)));
    let policy = rewrite(form.text("policy").ok_or(PolicyError)?, &signing).ok_or(PolicyError)?;
    let signature = signer.key(&scope).sign(policy.as_bytes());
    let mut fields: Vec<Field> =
        signing.iter().map(|(name, value)| Field::new(name, value)).collect();
    fields.push(Field::new("policy", &policy));
    fields.push(Field::new("x-amz-signature", &signature));
    form.fields.retain(|field| !is_signing(&field.name));
    form.fields.extend(fields);
    Ok(())
}

fn is_signing(name: &str) -> bool {
    SIGNING.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The policy with other conditions on the fields that sign it.
fn rewrite(policy: &str, signing: &[(&str, &str)]) -> Option<String> {
    let text: String = policy.split_ascii_whitespace().collect();
    let mut policy: Value = serde_json::from_slice(&STANDARD.decode(text).ok()?).ok()?;
    let conditions = policy.as_object_mut()?.get_mut("conditions")?.as_array_mut()?;
    conditions.retain(|condition| !condition_of(condition).is_some_and(is_signing));
    conditions.extend(signing.iter().map(|(name, value)| {
        let pair = ((*name).to_owned(), Value::String((*value).to_owned()));
        Value::Object(Map::from_iter([pair]))
    }));
    Some(STANDARD.encode(policy.to_string()))
}

/// The field that a condition is about: the name in `{"name": "value"}` and `["eq", "$name", "value"]`.
fn condition_of(condition: &Value) -> Option<&str> {
    match condition {
        Value::Object(pairs) if pairs.len() == 1 => pairs.keys().next().map(String::as_str),
        Value::Array(items) => items.get(1)?.as_str()?.strip_prefix('$'),
        _ => None,
    }
}
