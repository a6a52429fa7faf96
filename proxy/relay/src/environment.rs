//! The environment of the client's command: our endpoint and dummy credentials in, all else that could
//! reach AWS or leak out.

use std::collections::BTreeMap;
use std::path::Path;

use crate::Session;

/// What the command is given in place of its own settings.
#[derive(Clone, Copy, Debug)]
pub struct Sandbox<'a> {
    /// Where we listen, `http://127.0.0.1:PORT`; none if the proxy is the only way in.
    pub endpoint: Option<&'a str>,
    /// The variables that lead through the proxy; none if the endpoint is the only way in.
    pub proxy: &'a [(&'static str, String)],
    /// The region.
    pub region: &'a str,
    /// The dummy credentials.
    pub session: &'a Session,
    /// An empty file that stands for the shared configuration.
    pub config: &'a Path,
    /// An empty file that stands for the shared credentials.
    pub credentials: &'a Path,
}

/// Variables that would change who signs, or where requests go.
const REMOVED: [&str; 11] = [
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_DEFAULT_PROFILE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_SECURITY_TOKEN",
    "AWS_SESSION_TOKEN",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
];

/// The beginnings of such names.
const REMOVED_PREFIXES: [&str; 4] = [
    "AWS_BEARER_TOKEN_",
    "AWS_CONTAINER_AUTHORIZATION_",
    "AWS_CONTAINER_CREDENTIALS_",
    "AWS_ENDPOINT_URL_",
];

const LOOPBACK: &str = "127.0.0.1,localhost,::1";

/// The whole environment of the command, made of the inherited one; names in `keep` pass as they are.
pub fn sandboxed(
    inherited: &BTreeMap<String, String>,
    sandbox: Sandbox<'_>,
    keep: &[String],
) -> BTreeMap<String, String> {
    let kept = |name: &str| keep.iter().any(|keep| keep == name) && inherited.contains_key(name);
    let mut environment: BTreeMap<String, String> = inherited
        .iter()
        .filter(|(name, _)| kept(name) || !is_removed(name) && !is_bypass(name, sandbox))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    for (name, value) in settings(inherited, sandbox) {
        if !kept(name) {
            environment.insert(name.to_owned(), value);
        }
    }
    environment
}

fn is_removed(name: &str) -> bool {
    REMOVED.contains(&name) || REMOVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// What would lead past the proxy, or has a place of ours already.
fn is_bypass(name: &str, sandbox: Sandbox<'_>) -> bool {
    let ours = sandbox.proxy.iter().any(|(ours, _)| *ours == name);
    ours || name == "AWS_ENDPOINT_URL"
}

fn settings(
    inherited: &BTreeMap<String, String>,
    sandbox: Sandbox<'_>,
) -> Vec<(&'static str, String)> {
    let Sandbox { endpoint, proxy, region, session, config, credentials } = sandbox;
    let mut settings = vec![
        ("AWS_ACCESS_KEY_ID", session.access_key_id().to_owned()),
        ("AWS_CONFIG_FILE", config.display().to_string()),
        ("AWS_DEFAULT_REGION", region.to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ("AWS_REGION", region.to_owned()),
        ("AWS_SECRET_ACCESS_KEY", session.secret().to_owned()),
        ("AWS_SHARED_CREDENTIALS_FILE", credentials.display().to_string()),
    ];
    if let Some(endpoint) = endpoint {
        settings.push(("AWS_DISABLE_HOST_PREFIX_INJECTION", "true".to_owned()));
        settings.push(("AWS_ENDPOINT_URL", endpoint.to_owned()));
    }
    settings.extend(["NO_PROXY", "no_proxy"].map(|name| match proxy {
        [] => (name, no_proxy(inherited, name)),
        // What else stands there would lead past us; we carry what isn't AWS's untouched.
        _ => (name, LOOPBACK.to_owned()),
    }));
    settings.extend_from_slice(proxy);
    settings
}

/// What is there, and loopback.
fn no_proxy(inherited: &BTreeMap<String, String>, name: &str) -> String {
    match inherited.get(name) {
        Some(hosts) if !hosts.is_empty() => format!("{hosts},{LOOPBACK}"),
        _ => LOOPBACK.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(names: &[&str]) -> BTreeMap<String, String> {
        names.iter().map(|name| ((*name).to_owned(), "planted".to_owned())).collect()
    }

    fn run(inherited: &[&str], keep: &[&str]) -> BTreeMap<String, String> {
        let session = Session::random();
        let sandbox = Sandbox {
            endpoint: Some("http://127.0.0.1:1"),
            proxy: &[],
            region: "eu-west-1",
            session: &session,
            config: Path::new("/empty/config"),
            credentials: Path::new("/empty/credentials"),
        };
        let keep: Vec<String> = keep.iter().map(|name| (*name).to_owned()).collect();
        sandboxed(&environment(inherited), sandbox, &keep)
    }

    #[test]
    fn what_could_leak_is_gone() {
        let planted = [
            "AWS_ACCESS_KEY_ID",
            "AWS_BEARER_TOKEN_BEDROCK",
            "AWS_CONFIG_FILE",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            "AWS_CREDENTIAL_EXPIRATION",
            "AWS_DEFAULT_PROFILE",
            "AWS_DEFAULT_REGION",
            "AWS_ENDPOINT_URL",
            "AWS_ENDPOINT_URL_SQS",
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
            "AWS_PROFILE",
            "AWS_REGION",
            "AWS_ROLE_ARN",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "AWS_SHARED_CREDENTIALS_FILE",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
        ];
        let result = run(&planted, &[]);
        let leaked: Vec<&String> =
            result.iter().filter(|(_, value)| *value == "planted").map(|(name, _)| name).collect();
        assert!(leaked.is_empty(), "{leaked:?}");
        assert_eq!(result["AWS_ENDPOINT_URL"], "http://127.0.0.1:1");
        assert_eq!(result["AWS_EC2_METADATA_DISABLED"], "true");
        assert_eq!(result["AWS_REGION"], "eu-west-1");
    }

    #[test]
    fn nothing_leads_past_the_proxy() {
        let session = Session::random();
        let proxy = [("HTTPS_PROXY", "http://127.0.0.1:1".to_owned())];
        let sandbox = Sandbox {
            endpoint: None,
            proxy: &proxy,
            region: "eu-west-1",
            session: &session,
            config: Path::new("/empty/config"),
            credentials: Path::new("/empty/credentials"),
        };
        let planted = environment(&["AWS_ENDPOINT_URL", "HTTPS_PROXY", "NO_PROXY", "no_proxy"]);
        let result = sandboxed(&planted, sandbox, &[]);
        assert!(!result.values().any(|value| value.contains("planted")), "{result:?}");
        assert_eq!(result["HTTPS_PROXY"], "http://127.0.0.1:1");
        assert_eq!(result["no_proxy"], LOOPBACK);
        assert!(!result.contains_key("AWS_ENDPOINT_URL"));
        assert!(!result.contains_key("AWS_DISABLE_HOST_PREFIX_INJECTION"));
    }

    #[test]
    fn other_variables_stay_and_kept_ones_pass() {
        let result = run(&["PATH", "AWS_PROFILE", "AWS_REGION", "NO_PROXY"], &["AWS_PROFILE"]);
        assert_eq!(result["PATH"], "planted");
        assert_eq!(result["AWS_PROFILE"], "planted");
        assert_eq!(result["AWS_REGION"], "eu-west-1");
        assert_eq!(result["NO_PROXY"], "planted,127.0.0.1,localhost,::1");
        let absent = run(&[], &["AWS_REGION"]);
        assert_eq!(absent["AWS_REGION"], "eu-west-1");
    }
}
