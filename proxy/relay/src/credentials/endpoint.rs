//! Agents of the machine that give credentials over plain HTTP: the container's, and the instance's metadata.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, Uri};
use standin_sigv4::Credentials;
use tokio::time::timeout;

use super::source::Printed;
use super::{CredentialsError, set};
use crate::Upstreams;
use crate::body::Body;

/// The agent of a container (ECS, EKS).
#[derive(Clone)]
pub(crate) struct Container {
    uri: Uri,
    token: Option<String>,
    /// A file that has the token, which changes while it is used.
    token_file: Option<PathBuf>,
}

/// The metadata of an instance, version 2.
#[derive(Clone, Debug)]
pub(crate) struct Instance(String);

/// The largest answer that is read.
const LARGEST: usize = 1 << 16;
/// How long an agent of this machine may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long is waited for metadata: most machines have none, and nothing answers there.
const SEARCH: Duration = Duration::from_secs(1);

impl Container {
    /// The agent that the environment names.
    pub(crate) fn of(
        environment: &BTreeMap<String, String>,
    ) -> Result<Option<Self>, CredentialsError> {
        let relative = set(environment, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
        let full = set(environment, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
        let text = match (relative, full) {
            (Some(path), _) => format!("http://169.254.170.2{path}"),
            (None, Some(uri)) => uri.to_owned(),
            (None, None) => return Ok(None),
        };
        let refused = || CredentialsError::Agent(text.clone(), "not a place that AWS names".into());
        let uri: Uri = text.parse().map_err(|_| refused())?;
        if !is_allowed(&uri) {
            return Err(refused());
        }
        Ok(Some(Self {
            uri,
            token: set(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN").map(str::to_owned),
            token_file: set(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
                .map(PathBuf::from),
        }))
    }

    pub(crate) async fn load(&self, local: &Upstreams) -> Result<Credentials, CredentialsError> {
        let mut request = Request::get(self.uri.clone());
        if let Some(token) = self.token()? {
            request = request.header("authorization", token.trim());
        }
        let failed = |reason: String| CredentialsError::Agent(self.uri.to_string(), reason);
        let request = request.body(Bytes::new()).map_err(|error| failed(error.to_string()))?;
        let answer = ask(local, request, PATIENCE).await.map_err(failed)?;
        printed(&answer, "container").ok_or_else(|| failed(answer.status().to_string()))
    }

    fn token(&self) -> Result<Option<String>, CredentialsError> {
        let Some(path) = &self.token_file else { return Ok(self.token.clone()) };
        let read = std::fs::read_to_string(path);
        read.map(Some).map_err(|error| CredentialsError::File(path.clone(), error))
    }
}

/// No token: it is secret.
impl std::fmt::Debug for Container {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Container").field("uri", &self.uri).finish_non_exhaustive()
    }
}

/// Whether an agent's address is one that AWS's clients take: over TLS, this machine, or the addresses of ECS
/// and EKS.
fn is_allowed(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let local = ["localhost", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"].contains(&host);
    let address: Option<std::net::IpAddr> = host.parse().ok();
    match uri.scheme_str() {
        Some("https") => true,
        Some("http") => local || address.is_some_and(|address| address.is_loopback()),
        _ => false,
    }
}

impl Instance {
    /// The metadata's place, unless the environment says that there is none.
    pub(crate) fn of(environment: &BTreeMap<String, String>) -> Option<Self> {
        let disabled = set(environment, "AWS_EC2_METADATA_DISABLED");
        if disabled.is_some_and(|value| value.eq_ignore_ascii_case("true")) {
            return None;
        }
        let place = set(environment, "AWS_EC2_METADATA_SERVICE_ENDPOINT");
        Some(Self(place.unwrap_or("http://169.254.169.254").trim_end_matches('/').to_owned()))
    }

    /// The credentials of the instance's role; none where there are no metadata, or no role.
    pub(crate) async fn load(
        &self,
        local: &Upstreams,
    ) -> Result<Option<Credentials>, CredentialsError> {
        let Some(token) = self.token(local).await else { return Ok(None) };
        let path = "/latest/meta-data/iam/security-credentials/";
        let Some(roles) = self.get(local, path, &token).await? else { return Ok(None) };
        let roles = String::from_utf8_lossy(roles.body()).into_owned();
        let Some(role) = roles.lines().next().map(str::trim) else { return Ok(None) };
        let failed = || CredentialsError::Agent(self.0.clone(), format!("no keys of role {role}"));
        let answer = self.get(local, &format!("{path}{role}"), &token).await?;
        let answer = answer.ok_or_else(failed)?;
        printed(&answer, "instance").map(Some).ok_or_else(failed)
    }

    /// The token of a session, without which version 2 answers nothing.
    async fn token(&self, local: &Upstreams) -> Option<String> {
        let request = Request::builder()
            .method(Method::PUT)
            .uri(format!("{}/latest/api/token", self.0))
            .header("x-aws-ec2-metadata-token-ttl-seconds", "21600");
        let answer = ask(local, request.body(Bytes::new()).ok()?, SEARCH).await.ok()?;
        let is_token = answer.status().is_success();
        is_token.then(|| String::from_utf8(answer.into_body().into()).ok()).flatten()
    }

    async fn get(
        &self,
        local: &Upstreams,
        path: &str,
        token: &str,
    ) -> Result<Option<Response<Bytes>>, CredentialsError> {
        let failed = |reason: String| CredentialsError::Agent(self.0.clone(), reason);
        let request = Request::get(format!("{}{path}", self.0));
        let request = request.header("x-aws-ec2-metadata-token", token).body(Bytes::new());
        let request = request.map_err(|error| failed(error.to_string()))?;
        let answer = ask(local, request, PATIENCE).await.map_err(failed)?;
        match answer.status() {
            StatusCode::NOT_FOUND => Ok(None),
            status if status.is_success() => Ok(Some(answer)),
            status => Err(failed(status.to_string())),
        }
    }
}

async fn ask(
    local: &Upstreams,
    request: Request<Bytes>,
    patience: Duration,
) -> Result<Response<Bytes>, String> {
    let whole = async {
        let response = local.send(request.map(Body::Whole), std::future::pending()).await;
        let (parts, body) = response.map_err(|error| error.to_string())?.into_parts();
        let body = body.collect(LARGEST).await.map_err(|error| error.to_string())?;
        Ok(Response::from_parts(parts, body))
    };
    let late = || format!("no answer within {} seconds", patience.as_secs());
    timeout(patience, whole).await.unwrap_or_else(|_| Err(late()))
}

fn printed(answer: &Response<Bytes>, from: &'static str) -> Option<Credentials> {
    let printed: Printed = serde_json::from_slice(answer.body()).ok()?;
    answer.status().is_success().then(|| printed.credentials(from))
}
