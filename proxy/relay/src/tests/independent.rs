//! Uploads to an S3 server whose signatures are verified by code that is not ours: the crate `s3s`, which
//! `ci/setup-s3s` builds.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::request::Parts;
use http::{Request, StatusCode};
use standin_sigv4::{
    Algorithm, ContentHasher, Credentials, Field, FormDecoder, Payload, Signer, presign, sign,
    sign_form,
};

use super::modes::{Signing, dripping, framed, payload, signed};
use super::rig::{Rig, SECRET, now};
use crate::body::Body;
use crate::session::random_text;

/// The server, over a folder of its own with one bucket. Dropped, both are gone.
struct Server {
    process: Child,
    url: String,
    root: PathBuf,
}

impl Server {
    /// None, aloud, where it was not built.
    fn start() -> Option<Self> {
        let Some(folder) = std::env::var_os("STANDIN_S3S").filter(|it| !it.is_empty()) else {
            let text = b"ignored: STANDIN_S3S is not set: run ci/setup-s3s\n";
            std::io::stderr().write_all(text).expect("standard error");
            return None;
        };
        let root = std::env::temp_dir().join(format!("standin-s3s-{}", random_text(16)));
        std::fs::create_dir_all(root.join("bucket")).expect("room in the temporary folder");
        let mut process = Command::new(PathBuf::from(folder).join("server"))
            .arg(&root)
            .args(["AKIDUPSTREAM", SECRET])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("ci/setup-s3s built it");
        let mut line = String::new();
        let output = process.stdout.take().expect("piped");
        BufReader::new(output).read_line(&mut line).expect("its address");
        Some(Self { process, url: format!("http://{}", line.trim()), root })
    }

    fn object(&self, key: &str) -> Option<Vec<u8>> {
        std::fs::read(self.root.join("bucket").join(key)).ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let ended = self.process.kill().and_then(|()| self.process.wait());
        ended.expect("it is ours");
        std::fs::remove_dir_all(&self.root).expect("it is ours");
    }
}

/// The head of an upload, and the body that comes with it.
fn upload(rig: &Rig, mode: &Payload) -> (Parts, Vec<u8>) {
    let payload = payload();
    let crc = STANDARD.encode(crc32fast::hash(&payload).to_be_bytes());
    let trailer = format!("x-amz-checksum-crc32:{crc}\r\n");
    let mut headers = vec![("x-amz-content-sha256", "set by the signer".to_owned())];
    if mode.is_chunked() {
        headers.push(("content-encoding", "aws-chunked".into()));
        headers.push(("x-amz-decoded-content-length", payload.len().to_string()));
    }
    if matches!(mode, Payload::UnsignedTrailer | Payload::ChunkedTrailer(_)) {
        headers.push(("x-amz-trailer", "x-amz-checksum-crc32".into()));
    }
    let parts = rig.upload(mode, &headers);
    let body = match mode {
        Payload::UnsignedTrailer => framed(&payload, &trailer, Signing::No),
        Payload::Chunked(by) => signed(rig, &framed(&payload, "", Signing::Yes(*by)), &parts),
        Payload::ChunkedTrailer(by) => {
            signed(rig, &framed(&payload, &trailer, Signing::Yes(*by)), &parts)
        }
        _ => payload,
    };
    (parts, body)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mode_of_version_4_holds_before_a_stranger() {
    let Some(server) = Server::start() else { return };
    let modes = [
        Payload::Hash(ContentHasher::of(&payload())),
        Payload::Unsigned,
        Payload::UnsignedTrailer,
        Payload::Chunked(Algorithm::Hmac),
        Payload::ChunkedTrailer(Algorithm::Hmac),
    ];
    for mode in modes {
        let rig = Rig::at(&server.url).await;
        let (parts, body) = upload(&rig, &mode);
        let (status, answer) = rig.send(parts, dripping(body)).await;
        assert_eq!(status, StatusCode::OK, "{mode:?}: {answer:?}");
        assert!(server.object("key").is_some_and(|it| it == payload()), "{mode:?}");
        std::fs::remove_file(server.root.join("bucket/key")).expect("it was put there");
        let (count, problems, _) = rig.end().await;
        assert_eq!((count, problems), (1, vec![]), "{mode:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn presigned_urls_and_forms_hold_before_a_stranger() {
    let Some(server) = Server::start() else { return };
    let rig = Rig::at(&server.url).await;
    let credentials: Credentials = rig.relay.keys.session().credentials();
    let signer = Signer::new(&credentials, "eu-west-1", "s3", now());
    let request = Request::put("/bucket/presigned").header("host", rig.host());
    let mut parts = request.body(()).expect("valid").into_parts().0;
    let minute = Duration::from_mins(1);
    presign(&mut parts, &["host".to_owned()], minute, &signer).expect("signable");
    let (status, answer) = rig.send(parts, dripping(payload())).await;
    assert_eq!(status, StatusCode::OK, "{answer:?}");
    assert!(server.object("presigned").is_some_and(|it| it == payload()));

    let kind = "multipart/form-data; boundary=of-the-form";
    let request = Request::post("/bucket").header("host", rig.host()).header("content-type", kind);
    let parts = request.body(()).expect("valid").into_parts().0;
    let mut decoder = FormDecoder::of(&parts.headers).expect("a boundary").expect("a form");
    let file =
        b"--of-the-form\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\
                 Content-Type: text/plain\r\n\r\n";
    let mut form = decoder.push(file).expect("readable").expect("a form");
    let policy = r#"{"expiration":"2099-01-01T00:00:00.000Z","conditions":[{"bucket":"bucket"},{"key":"form"}]}"#;
    form.fields.push(Field::new("key", "form"));
    form.fields.push(Field::new("policy", &STANDARD.encode(policy)));
    sign_form(&mut form, &signer).expect("a policy");
    let body = [&form.encode(), &payload()[..], b"\r\n--of-the-form--\r\n"].concat();
    let (status, answer) = rig.send(parts, dripping(body)).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{answer:?}");
    assert!(server.object("form").is_some_and(|it| it == payload()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_refuses_what_is_not_signed_anew() {
    let Some(server) = Server::start() else { return };
    let rig = Rig::at(&server.url).await;
    // The dummy key of a run means nothing to the server.
    let body = Bytes::from("hello");
    let hash = Payload::Hash(ContentHasher::of(&body));
    let request = Request::put(format!("{}/bucket/direct", server.url));
    let mut parts = request.body(()).expect("valid").into_parts().0;
    let host = server.url.trim_start_matches("http://").parse().expect("a host");
    parts.headers.insert("host", host);
    let credentials = rig.relay.keys.session().credentials();
    let signer = Signer::new(&credentials, "eu-west-1", "s3", now());
    sign(&mut parts, &hash, b"", &signer).expect("signable");
    let request = Request::from_parts(parts, Body::Whole(body));
    let sent = std::future::ready(());
    let response = rig.relay.upstreams.send(request, sent).await.expect("an answer");
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert_eq!(server.object("direct"), None);
}
