//! What clients are told to trust: our authority, and all that they trusted before.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::Authority;

/// Variables by which clients are told of a file of trusted certificates: AWS's SDKs, OpenSSL and Go,
/// Python's requests, curl, Node.
pub const TRUST_VARIABLES: [&str; 5] = [
    "AWS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
];

/// Where systems keep the certificates that all programs trust; the first that is there counts.
const SYSTEM: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/opt/homebrew/etc/ca-certificates/cert.pem",
];

/// Certificates to trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// All of them in PEM, our authority first.
    pub pem: String,
    /// All of them in DER, in the same order.
    pub certificates: Vec<CertificateDer<'static>>,
}

/// Our authority, the files that the environment names, and the system's certificates.
///
/// A file that can't be read is left out: its client could not read it either.
pub fn bundle(authority: &Authority, environment: &BTreeMap<String, String>) -> Bundle {
    let named = TRUST_VARIABLES.iter().filter_map(|name| environment.get(*name));
    let system = SYSTEM.iter().find(|path| Path::new(path).is_file());
    let paths = named.map(String::as_str).chain(system.copied());
    let mut bundle = Bundle {
        pem: authority.certificate_pem().to_owned(),
        certificates: vec![authority.certificate().clone()],
    };
    let mut read = Vec::new();
    for path in paths {
        if read.contains(&path) {
            continue;
        }
        read.push(path);
        let Ok(text) = fs::read_to_string(path) else { continue };
        let found = CertificateDer::pem_slice_iter(text.as_bytes()).filter_map(Result::ok);
        bundle.certificates.extend(found);
        bundle.pem.push('\n');
        bundle.pem.push_str(&text);
    }
    bundle
}
