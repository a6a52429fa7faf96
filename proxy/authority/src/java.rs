//! Java's own file of trusted certificates ("JKS"), which it can't do without.
//!
//! The format is that of `sun.security.provider.JavaKeyStore`: a head, entries of trusted certificates, and a
//! SHA-1 over a password, the words "Mighty Aphrodite" and all that stands before it.

use std::time::{Duration, SystemTime};

use ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY};
use rustls::pki_types::CertificateDer;

const MAGIC: u32 = 0xfeed_feed;
const VERSION: u32 = 2;
const TRUSTED_CERTIFICATE: u32 = 2;
/// The password that Java's own trust store has; it protects nothing.
const PASSWORD: &str = "changeit";

/// The trust store with these certificates. It opens with the password `changeit`, or without one.
pub fn java_trust_store(certificates: &[CertificateDer<'_>], now: SystemTime) -> Vec<u8> {
    let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let millis = u64::try_from(since.as_millis()).unwrap_or(0);
    let mut store = Vec::new();
    put(&mut store, MAGIC);
    put(&mut store, VERSION);
    put(&mut store, length(certificates.len()));
    for (index, certificate) in certificates.iter().enumerate() {
        put(&mut store, TRUSTED_CERTIFICATE);
        text(&mut store, &format!("standin-{index}"));
        store.extend(millis.to_be_bytes());
        text(&mut store, "X.509");
        put(&mut store, length(certificate.len()));
        store.extend_from_slice(certificate);
    }
    let mut sum = Context::new(&SHA1_FOR_LEGACY_USE_ONLY);
    for unit in PASSWORD.encode_utf16() {
        sum.update(&unit.to_be_bytes());
    }
    sum.update(b"Mighty Aphrodite");
    sum.update(&store);
    store.extend_from_slice(sum.finish().as_ref());
    store
}

fn put(store: &mut Vec<u8>, number: u32) {
    store.extend(number.to_be_bytes());
}

/// Text with its length before it, as `DataOutput.writeUTF` has it for ASCII.
fn text(store: &mut Vec<u8>, text: &str) {
    let length = u16::try_from(text.len()).expect("aliases and types are short");
    store.extend(length.to_be_bytes());
    store.extend_from_slice(text.as_bytes());
}

fn length(length: usize) -> u32 {
    u32::try_from(length).expect("no certificate and no list of them has 4 GiB")
}
