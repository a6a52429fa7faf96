//! Authorities made, kept and refused, and their certificates as a verifier sees them.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustls::pki_types::{ServerName, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConnection};

use crate::{Authority, Store, StoreError, bundle, default_folder, java_trust_store};

const DOMAINS: [&str; 2] = ["amazonaws.com", "api.aws"];

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_hours(500_000)
}

fn days(days: u64) -> Duration {
    Duration::from_hours(24 * days)
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> (Self, Store) {
        let path = std::env::temp_dir().join(format!("standin-ca-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        (Self(path.clone()), Store::in_folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn authority() -> Authority {
    Authority::create(&DOMAINS, now()).expect("an authority")
}

/// A clock that stands still.
#[derive(Debug)]
struct At(SystemTime);

impl TimeProvider for At {
    fn current_time(&self) -> Option<UnixTime> {
        let since = self.0.duration_since(SystemTime::UNIX_EPOCH).expect("later");
        Some(UnixTime::since_unix_epoch(since))
    }
}

/// The protocol that a client and a host agree on, where the client trusts the authority alone and the
/// certificate was made for another name perhaps.
fn handshake(
    authority: &Authority,
    (made_for, seen_as): (&str, &str),
    at: SystemTime,
) -> Result<Vec<u8>, String> {
    let config = authority.server_config(made_for, now()).map_err(|error| error.to_string())?;
    let mut roots = RootCertStore::empty();
    roots.add(authority.certificate().clone()).expect("a certificate");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut trusting = ClientConfig::builder_with_details(provider, Arc::new(At(at)))
        .with_safe_default_protocol_versions()
        .expect("protocol versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    trusting.alpn_protocols = vec![b"h2".to_vec()];
    let name = ServerName::try_from(seen_as.to_owned()).expect("a name");
    let mut client = ClientConnection::new(Arc::new(trusting), name).expect("a client");
    let mut server = ServerConnection::new(config).expect("a server");
    while client.is_handshaking() || server.is_handshaking() {
        let mut wire = Vec::new();
        client.write_tls(&mut wire).expect("memory");
        server.read_tls(&mut &wire[..]).expect("memory");
        server.process_new_packets().map_err(|error| error.to_string())?;
        let mut wire = Vec::new();
        server.write_tls(&mut wire).expect("memory");
        client.read_tls(&mut &wire[..]).expect("memory");
        client.process_new_packets().map_err(|error| error.to_string())?;
    }
    Ok(client.alpn_protocol().unwrap_or_default().to_vec())
}

fn vouches(made_for: &str, seen_as: &str) -> bool {
    handshake(&authority(), (made_for, seen_as), now()).is_ok()
}

#[test]
fn hosts_of_the_domains_are_vouched_for() {
    for host in [
        "sqs.eu-west-1.amazonaws.com",
        "SQS.eu-west-1.amazonaws.com",
        "my.bucket_of-mine.s3.eu-west-1.amazonaws.com",
        "dynamodb.eu-west-1.api.aws",
        "localhost",
        "127.0.0.1",
        "10.1.2.3",
        "fd00::1",
    ] {
        let protocol = handshake(&authority(), (host, host), now());
        assert_eq!(protocol.as_deref(), Ok(&b"h2"[..]), "{host}");
    }
    assert!(vouches("a.s3.eu-west-1.amazonaws.com", "b.s3.eu-west-1.amazonaws.com"));
    assert!(!vouches("sqs.amazonaws.com", "sns.amazonaws.com"), "no names below a mere domain");
}

#[test]
fn nobody_else_can_be_pretended_to_be() {
    for host in ["example.com", "amazonaws.com.example.com", "notamazonaws.com", "8.8.8.8"] {
        let refused = handshake(&authority(), (host, host), now()).expect_err(host);
        assert!(refused.contains("NameConstraintViolation"), "{host}: {refused}");
    }
}

#[test]
fn certificates_are_short_lived_and_remembered() {
    let authority = authority();
    let host = "sqs.eu-west-1.amazonaws.com";
    let late = handshake(&authority, (host, host), now() + days(3));
    assert!(late.expect_err("its time is over").contains("xpired"));
    let first = authority.server_config(host, now()).expect("a host");
    let again = authority.server_config(host, now()).expect("a host");
    assert!(Arc::ptr_eq(&first, &again));
    let later = authority.server_config(host, now() + days(2)).expect("a host");
    assert!(!Arc::ptr_eq(&first, &later), "it is made anew before its time is over");
}

#[test]
fn an_authority_is_kept_for_its_owner_alone() {
    let (folder, store) = Folder::new("kept");
    let absent = store.load(now()).expect_err("there is none");
    assert!(matches!(absent, StoreError::Absent(_)), "{absent}");
    let made = store.open(&DOMAINS, now()).expect("writable");
    assert!(made.is_new);
    let read = store.open(&DOMAINS, now()).expect("readable");
    assert!(!read.is_new);
    assert_eq!(read.authority.fingerprint(), made.authority.fingerprint());
    assert_eq!(read.authority.name(), made.authority.name());
    let host = "sqs.eu-west-1.amazonaws.com";
    assert!(handshake(&read.authority, (host, host), now()).is_ok());
    let certificate = fs::read_to_string(store.certificate_path()).expect("there");
    assert_eq!(certificate, made.authority.certificate_pem());
    let rotated = store.rotate(&DOMAINS, now()).expect("writable");
    assert_ne!(rotated.fingerprint(), made.authority.fingerprint());
    let files: Vec<_> =
        fs::read_dir(&folder.0).expect("there").map(|f| f.expect("f").file_name()).collect();
    assert_eq!(files.len(), 2, "{files:?}");
}

#[cfg(unix)]
#[test]
fn a_key_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, store) = Folder::new("exposed");
    store.rotate(&DOMAINS, now()).expect("writable");
    let mode = |path: &PathBuf| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!((mode(&store.key_path()), mode(&folder.0)), (0o600, 0o700));
    fs::set_permissions(store.key_path(), fs::Permissions::from_mode(0o644)).expect("mine");
    let refused = store.load(now()).expect_err("others may read it").to_string();
    assert!(refused.contains("mode 644") && refused.contains("ca.key"), "{refused}");
}

#[test]
fn what_is_no_authority_is_said() {
    let (_folder, store) = Folder::new("broken");
    store.rotate(&DOMAINS, now()).expect("writable");
    let whole = fs::read_to_string(store.key_path()).expect("there");
    let other = authority().secret_pem();
    let (key, _) = whole.split_once("-----BEGIN CERTIFICATE").expect("both");
    let (_, foreign) = other.split_once("-----BEGIN CERTIFICATE").expect("both");
    for (text, reason) in [
        (String::new(), "no usable private key"),
        (key.to_owned(), "no usable certificate"),
        (format!("{key}-----BEGIN CERTIFICATE{foreign}"), "don't belong together"),
    ] {
        fs::write(store.key_path(), text).expect("writable");
        let refused = store.load(now()).expect_err(reason).to_string();
        assert!(refused.contains(reason) && refused.contains("ca rotate"), "{refused}");
    }
    fs::write(store.key_path(), whole).expect("writable");
    let expired = store.open(&DOMAINS, now() + days(400)).expect_err("too old").to_string();
    assert!(expired.contains("expired on 2028-01-15"), "{expired}");
}

#[test]
fn the_folder_is_where_data_of_the_user_is() {
    let at = |pairs: &[(&str, &str)]| {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        default_folder(&pairs.collect::<BTreeMap<_, _>>()).map(|path| path.display().to_string())
    };
    let home = ("HOME", "/home/me");
    assert_eq!(at(&[home]).as_deref(), Some("/home/me/.local/share/standin/ca"));
    assert_eq!(at(&[home, ("XDG_DATA_HOME", "/data")]).as_deref(), Some("/data/standin/ca"));
    assert_eq!(at(&[home, ("XDG_DATA_HOME", "")]), at(&[home]));
    assert_eq!(at(&[]), None);
}

#[test]
fn clients_keep_trusting_whom_they_trusted() {
    let (folder, store) = Folder::new("bundle");
    let ours = store.rotate(&DOMAINS, now()).expect("writable");
    let theirs = authority();
    let file = folder.0.join("corporate.pem");
    fs::write(&file, theirs.certificate_pem()).expect("writable");
    let environment = [("AWS_CA_BUNDLE", file.display().to_string())];
    let environment = environment.map(|(name, value)| (name.to_owned(), value)).into();
    let bundle = bundle(&ours, &environment);
    assert_eq!(
        bundle.certificates[..2],
        [ours.certificate().clone(), theirs.certificate().clone()]
    );
    assert!(bundle.pem.starts_with(ours.certificate_pem()));
    assert!(bundle.pem.contains(theirs.certificate_pem()));
    let store = java_trust_store(&bundle.certificates[..1], now());
    assert_eq!(store[..12], [0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2, 0, 0, 0, 1]);
}

proptest::proptest! {
    #[test]
    fn no_host_name_panics(host in "[-a-z0-9.*\\[\\]:_é ]{0,80}") {
        let _ = authority().server_config(&host, now());
    }

    #[test]
    fn no_text_panics(text in "(-----BEGIN (CERTIFICATE|PRIVATE KEY)-----\n|[A-Za-z0-9+/=\n]{0,60}|-----END CERTIFICATE-----){0,6}") {
        proptest::prop_assert!(Authority::from_pem(&text).is_err());
    }
}
