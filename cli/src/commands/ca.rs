//! `standin ca`: the certificate authority that interception needs.

use std::collections::BTreeMap;
use std::io::{Write as _, stdout};

use standin_authority::{Authority, Store, default_folder};

use crate::exit::{Exit, Failure, Outcome};

/// Show or renew the certificate authority with which `--via proxy` answers in AWS's name.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin ca show              where it is, its fingerprint and its last day
  standin ca show --pem        the certificate, to add to a client's trusted ones
  standin ca trust-help        how clients come to trust it
  standin ca rotate            a new one; the old one's key is forgotten

It is made when first needed, for one year, in $XDG_DATA_HOME/standin/ca or ~/.local/share/standin/ca. It can vouch \
for AWS's domains and private addresses alone.")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Show what and where it is
    Show {
        /// Print the certificate itself
        #[arg(long)]
        pem: bool,
    },
    /// Say how clients come to trust it
    TrustHelp,
    /// Make a new one, and forget the old one
    Rotate,
}

/// Shows or makes it.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let store = store(&std::env::vars().collect())?;
    let now = crate::clock::now();
    let text = match arguments.action {
        Action::Show { pem: true } => store.load(now)?.certificate_pem().to_owned(),
        Action::Show { pem: false } => described(&store, &store.load(now)?),
        Action::TrustHelp => trust_help(&store),
        Action::Rotate => described(&store, &store.rotate(&standin_relay::domains(), now)?),
    };
    stdout().write_all(text.as_bytes())?;
    Ok(Exit::Success)
}

/// Where the user's authority is.
pub(crate) fn store(environment: &BTreeMap<String, String>) -> Result<Store, Failure> {
    let folder = default_folder(environment);
    let absent =
        || Failure::new("there is no home folder for a certificate authority: set XDG_DATA_HOME");
    Ok(Store::in_folder(folder.ok_or_else(absent)?))
}

fn described(store: &Store, authority: &Authority) -> String {
    format!(
        "name:         {}\ncertificate:  {}\nkey:          {}\nSHA-256:      {}\ngood until:   {}\n",
        authority.name(),
        store.certificate_path().display(),
        store.key_path().display(),
        authority.fingerprint(),
        authority.last_day(),
    )
}

fn trust_help(store: &Store) -> String {
    let path = store.certificate_path();
    let path = path.display();
    format!(
        "The command of `standin record --via proxy` and `standin replay --via proxy` trusts the authority already,
by variables that are set for it alone:

  AWS CLI, boto3             AWS_CA_BUNDLE
  other Python clients       REQUESTS_CA_BUNDLE, SSL_CERT_FILE
  Go, Rust, Ruby, PHP, curl  SSL_CERT_FILE (Go: not on macOS and Windows), CURL_CA_BUNDLE
  Node.js                    NODE_EXTRA_CA_CERTS
  Java                       JAVA_TOOL_OPTIONS, with a trust store of the run

A client that looks at none of these needs to be told by its own means, for example

  a container       docker run -v {path}:/usr/local/share/ca-certificates/standin.crt ...
                    and update-ca-certificates in it
  a Java keystore   keytool -importcert -noprompt -cacerts -storepass changeit -alias standin -file {path}

You need not add it to the system's trusted certificates. If you do, it can vouch for AWS's domains and private
addresses alone, and `standin ca rotate` makes it worthless.
"
    )
}
