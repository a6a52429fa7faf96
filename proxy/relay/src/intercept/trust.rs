//! What the command is given so that it goes through the proxy, and trusts it.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use standin_authority::{TRUST_VARIABLES, bundle, java_trust_store};

use super::Interception;

/// Files of trusted certificates, in the folder of a run.
#[derive(Clone, Debug)]
pub(crate) struct TrustFiles {
    bundle: PathBuf,
    java: PathBuf,
}

impl TrustFiles {
    /// Writes them: our authority, and whom the environment and the system trust.
    pub(crate) fn write(
        interception: &Interception,
        environment: &BTreeMap<String, String>,
        folder: &Path,
    ) -> io::Result<Self> {
        let files = Self { bundle: folder.join("trust.pem"), java: folder.join("trust.jks") };
        let bundle = bundle(&interception.authority, environment);
        std::fs::write(&files.bundle, &bundle.pem)?;
        let store = java_trust_store(&bundle.certificates, (interception.clock)());
        std::fs::write(&files.java, store)?;
        Ok(files)
    }
}

/// The variables that lead a command through a proxy at `address` (`127.0.0.1:PORT`).
pub(crate) fn settings(
    inherited: &BTreeMap<String, String>,
    address: &str,
    files: &TrustFiles,
) -> Vec<(&'static str, String)> {
    let proxy = format!("http://{address}");
    let bundle = files.bundle.display().to_string();
    let mut settings = vec![
        ("HTTPS_PROXY", proxy.clone()),
        ("https_proxy", proxy),
        ("NODE_USE_ENV_PROXY", "1".to_owned()),
        ("JAVA_TOOL_OPTIONS", java_options(inherited, address, &files.java)),
    ];
    settings.extend(TRUST_VARIABLES.map(|name| (name, bundle.clone())));
    settings
}

/// Java looks at no variables, but takes properties from one. The Apache client of AWS's SDK takes HTTP's
/// proxy for all that it asks.
fn java_options(inherited: &BTreeMap<String, String>, address: &str, store: &Path) -> String {
    let (host, port) = address.rsplit_once(':').unwrap_or((address, "443"));
    let ours = format!(
        "-Dhttp.proxyHost={host} -Dhttp.proxyPort={port} -Dhttps.proxyHost={host} \
         -Dhttps.proxyPort={port} -Dhttp.nonProxyHosts=localhost|127.* \
         -Djavax.net.ssl.trustStore={} -Djavax.net.ssl.trustStoreType=JKS",
        store.display()
    );
    match inherited.get("JAVA_TOOL_OPTIONS") {
        Some(options) if !options.is_empty() => format!("{options} {ours}"),
        _ => ours,
    }
}
