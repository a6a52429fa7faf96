//! The authority itself: made, read, and asked for certificates.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, PublicKeyData,
};
use ring::digest;
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use time::OffsetDateTime;
use x509_parser::prelude::{FromDer, X509Certificate};

/// How long an authority is good. Who records for longer rotates it.
const LIFE: Duration = Duration::from_hours(24 * 365);
/// How long a leaf is good; no run takes that long.
const LEAF_LIFE: Duration = Duration::from_hours(48);
/// Leaves are made anew when less than this is left.
const LEAF_REST: Duration = Duration::from_hours(24);
/// How far the clocks of clients may be behind ours.
const SKEW: Duration = Duration::from_hours(1);
/// Hosts whose certificates are remembered. A client that asks for more makes the older ones be forgotten.
const REMEMBERED: usize = 512;

/// Networks that are one's own: an authority vouches for no other addresses.
const NETWORKS: [(IpAddr, u8); 6] = [
    (IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(10, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(172, 16, 0, 0)), 12),
    (IpAddr::V4(Ipv4Addr::new(192, 168, 0, 0)), 16),
    (IpAddr::V6(Ipv6Addr::LOCALHOST), 128),
    (IpAddr::V6(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0)), 7),
];

/// A certificate authority and its key.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    certificate_pem: String,
    name: String,
    until: SystemTime,
    configs: Mutex<HashMap<String, (Arc<ServerConfig>, SystemTime)>>,
}

/// An authority that can't be made, read or used.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// A certificate can't be made, perhaps because a host's name can't stand in one.
    #[error("can't make a certificate for {0}: {1}")]
    Certificate(String, String),
    /// The text holds no key, or none that can sign.
    #[error("there is no usable private key: {0}")]
    Key(String),
    /// The text holds no certificate of an authority.
    #[error("there is no usable certificate: {0}")]
    Unreadable(String),
    /// The key is another authority's.
    #[error("certificate and key don't belong together")]
    Mismatch,
}

impl Authority {
    /// Makes an authority that can vouch for hosts below these domains and for private addresses, and no
    /// others: whoever gets hold of its key can't pretend to be anybody else.
    ///
    /// # Errors
    /// If a domain can't stand in a certificate.
    pub fn create(domains: &[&str], now: SystemTime) -> Result<Self, AuthorityError> {
        let key = KeyPair::generate().map_err(|error| AuthorityError::Key(error.to_string()))?;
        let mark = digest::digest(&digest::SHA256, key.der_bytes());
        let mark: String = hex(&mark.as_ref()[..4]);
        let name = format!("Standin recording proxy {mark}");
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name.as_str());
        params.distinguished_name.push(DnType::OrganizationName, "Made on this machine by standin");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.name_constraints = Some(constraints(domains));
        (params.not_before, params.not_after) = (time(now - SKEW), time(now + LIFE));
        let made = params.self_signed(&key).map_err(|error| failed(&name, &error))?;
        Self::from_parts(made.der().clone(), key)
    }

    /// Reads an authority from text that holds its key and its certificate in PEM.
    ///
    /// # Errors
    /// If one of them is not there, can't be read, or is another's.
    pub fn from_pem(text: &str) -> Result<Self, AuthorityError> {
        let key =
            KeyPair::from_pem(text).map_err(|error| AuthorityError::Key(error.to_string()))?;
        let certificate = CertificateDer::from_pem_slice(text.as_bytes())
            .map_err(|error| AuthorityError::Unreadable(error.to_string()))?;
        Self::from_parts(certificate, key)
    }

    fn from_parts(
        certificate: CertificateDer<'static>,
        key: KeyPair,
    ) -> Result<Self, AuthorityError> {
        let unreadable = |error: String| AuthorityError::Unreadable(error);
        let (_, parsed) = X509Certificate::from_der(&certificate)
            .map_err(|error| unreadable(error.to_string()))?;
        if !parsed.is_ca() {
            return Err(unreadable("it is no authority's".to_owned()));
        }
        if parsed.public_key().raw != key.subject_public_key_info() {
            return Err(AuthorityError::Mismatch);
        }
        let seconds = u64::try_from(parsed.validity().not_after.timestamp()).unwrap_or(0);
        let common = parsed.subject().iter_common_name().next();
        let name = common.and_then(|name| name.as_str().ok()).unwrap_or("unnamed").to_owned();
        let issuer = Issuer::from_ca_cert_der(&certificate, key)
            .map_err(|error| unreadable(error.to_string()))?;
        let block = pem_block("CERTIFICATE", &certificate);
        Ok(Self {
            issuer,
            certificate_pem: block,
            certificate,
            name,
            until: SystemTime::UNIX_EPOCH + Duration::from_secs(seconds),
            configs: Mutex::default(),
        })
    }

    /// Its certificate as PEM: what clients trust.
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// Its certificate as DER.
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// Key and certificate as PEM: what [`Authority::from_pem`] reads.
    pub(crate) fn secret_pem(&self) -> String {
        format!("{}{}", self.issuer.key().serialize_pem(), self.certificate_pem)
    }

    /// Its name, as certificate viewers show it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When it stops being good.
    pub fn until(&self) -> SystemTime {
        self.until
    }

    /// The day on which it stops being good, in UTC: `2027-11-24`.
    pub fn last_day(&self) -> String {
        time(self.until).date().to_string()
    }

    /// The SHA-256 of its certificate, in upper-case hexadecimal pairs with colons.
    pub fn fingerprint(&self) -> String {
        let sum = digest::digest(&digest::SHA256, &self.certificate);
        let pairs: Vec<String> = sum.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
        pairs.join(":")
    }

    /// How to serve TLS as a host: a certificate for it with a key of its own, HTTP/2 and HTTP/1.1.
    ///
    /// # Errors
    /// If the host's name can't stand in a certificate.
    pub fn server_config(
        &self,
        host: &str,
        now: SystemTime,
    ) -> Result<Arc<ServerConfig>, AuthorityError> {
        let host = host.trim_matches(['[', ']']).to_ascii_lowercase();
        let lock = || self.configs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((config, until)) = lock().get(&host)
            && *until > now + LEAF_REST
        {
            return Ok(Arc::clone(config));
        }
        let until = self.until.min(now + LEAF_LIFE);
        let config = Arc::new(self.make(&host, (now - SKEW, until))?);
        let mut configs = lock();
        if configs.len() >= REMEMBERED {
            configs.clear();
        }
        configs.insert(host, (Arc::clone(&config), until));
        Ok(config)
    }

    fn make(
        &self,
        host: &str,
        (from, until): (SystemTime, SystemTime),
    ) -> Result<ServerConfig, AuthorityError> {
        let key = KeyPair::generate().map_err(|error| failed(host, &error))?;
        let mut params =
            CertificateParams::new(names(host)).map_err(|error| failed(host, &error))?;
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "standin");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        (params.not_before, params.not_after) = (time(from), time(until));
        let leaf = params.signed_by(&key, &self.issuer).map_err(|error| failed(host, &error))?;
        let private = PrivatePkcs8KeyDer::from(key.serialize_der());
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring has the ciphers of TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone(), self.certificate.clone()], private.into())
            .map_err(|error| failed(host, &error))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The names of a host's certificate: its own, and its neighbours' below a domain of at least three labels,
/// so that a bucket's certificate serves the next bucket of a client that pools connections by name.
fn names(host: &str) -> Vec<String> {
    let own = vec![host.to_owned()];
    if host.parse::<IpAddr>().is_ok() {
        return own;
    }
    match host.split_once('.') {
        Some((label, parent)) if label != "*" && parent.matches('.').count() >= 2 => {
            vec![host.to_owned(), format!("*.{parent}")]
        }
        _ => own,
    }
}

fn constraints(domains: &[&str]) -> NameConstraints {
    let named = domains.iter().chain(&["localhost"]);
    let named = named.map(|domain| GeneralSubtree::DnsName((*domain).to_owned()));
    let networks = NETWORKS.map(|(address, prefix)| {
        GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, prefix))
    });
    NameConstraints {
        permitted_subtrees: named.chain(networks).collect(),
        excluded_subtrees: Vec::new(),
    }
}

fn failed(host: &str, error: &dyn std::fmt::Display) -> AuthorityError {
    AuthorityError::Certificate(host.to_owned(), error.to_string())
}

fn time(time: SystemTime) -> OffsetDateTime {
    OffsetDateTime::from(time)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A block of PEM, 64 characters a line.
fn pem_block(label: &str, der: &[u8]) -> String {
    let text = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, der);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
