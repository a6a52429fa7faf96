//! Forms to S3: verified, signed anew, their files streamed; held to the limits of a run.

use std::convert::Infallible;

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use standin_sigv4::{Credentials, Field, Form, FormDecoder, SignedForm, Signer, sign_form};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::rig::{Rig, SECRET, now};
use crate::body::Body;
use crate::{Guards, Mutations};

const BOUNDARY: &str = "gc0p4Jq0M2Yt08jU534c0p";

/// What an upstream says of a form while it comes.
#[derive(Debug, PartialEq)]
enum Seen {
    /// The fields, and whether the policy is signed by the run's credentials.
    Fields { line: String, length: Option<u64>, holds: bool, names: Vec<String> },
    /// The file has come: so many bytes after the fields.
    File(usize),
}

/// An S3 that takes forms.
async fn bucket() -> (String, mpsc::UnboundedReceiver<Seen>) {
    let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", socket.local_addr().expect("bound"));
    let (sender, seen) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = socket.accept().await {
            let sender = sender.clone();
            let service = service_fn(move |request| {
                let sender = sender.clone();
                async move { Ok::<_, Infallible>(take(request, &sender).await) }
            });
            let builder = hyper::server::conn::http1::Builder::new();
            let connection = builder.serve_connection(TokioIo::new(stream), service);
            tokio::spawn(async move { drop(connection.await) });
        }
    });
    (url, seen)
}

async fn take(request: Request<Incoming>, seen: &mpsc::UnboundedSender<Seen>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let mut body = Body::of_client(body);
    let length = body.length();
    let mut decoder = FormDecoder::of(&parts.headers).expect("a boundary").expect("a form");
    let form = loop {
        let part = body.next().await.expect("whole").expect("a file");
        if let Some(form) = decoder.push(&part).expect("a form") {
            break form;
        }
    };
    let signed = SignedForm::of(&form).expect("readable");
    let holds =
        signed.is_some_and(|it| it.access_key_id == "AKIDUPSTREAM" && it.verify(SECRET).is_ok());
    let names = form.fields.iter().map(|field| field.name.clone()).collect();
    let line = format!("{} {}", parts.method, parts.uri);
    seen.send(Seen::Fields { line, length, holds, names }).expect("the test listens");
    let mut count = form.rest.len();
    while let Ok(Some(part)) = body.next().await {
        count += part.len();
    }
    seen.send(Seen::File(count)).expect("the test listens");
    let url = format!("http://{}/b/k", parts.headers["host"].to_str().expect("text"));
    let answer = format!("<PostResponse><Location>{url}</Location></PostResponse>");
    let response = Response::builder().status(StatusCode::CREATED).header("location", url);
    response.body(Bytes::from(answer).into()).expect("valid")
}

/// A form that the run's client signs, without the end of its file.
fn form(rig: &Rig) -> Form {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let request = Request::post("/").header("content-type", kind).body(()).expect("valid");
    let mut decoder = FormDecoder::of(request.headers()).expect("a boundary").expect("a form");
    let file = "Content-Disposition: form-data; name=\"file\"; filename=\"f\"";
    let body = format!("--{BOUNDARY}\r\n{file}\r\n\r\nthe file begins");
    let mut form = decoder.push(body.as_bytes()).expect("readable").expect("a form");
    // {"expiration": "2999-01-01T00:00:00Z", "conditions": [{"bucket": "b"}, {"key": "k"}]}
    let policy = "eyJleHBpcmF0aW9uIjogIjI5OTktMDEtMDFUMDA6MDA6MDBaIiwgImNvbmRpdGlvbnMiOiBbeyJidWNrZX\
                  QiOiAiYiJ9LCB7ImtleSI6ICJrIn1dfQ==";
    form.fields.extend([Field::new("key", "k"), Field::new("policy", policy)]);
    let credentials: Credentials = rig.relay.keys.session().credentials();
    let signer = Signer::new(&credentials, "eu-west-1", "s3", now());
    sign_form(&mut form, &signer).expect("a policy");
    form
}

fn head(rig: &Rig) -> Parts {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let request = Request::post("/b").header("host", rig.host()).header("content-type", kind);
    request.body(()).expect("valid").into_parts().0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_signed_anew_and_its_file_streamed() {
    let (url, mut seen) = bucket().await;
    let rig = Rig::at(&url).await;
    let encoded = form(&rig).encode();
    let rest = vec![b'x'; 3 << 20];
    let length = (encoded.len() + rest.len()) as u64;
    let (pipe, body) = Body::piped(Some(length));
    let filler = tokio::spawn(async move {
        // Cut within the fields; and the file waits until the upstream has the fields.
        for part in encoded.chunks(encoded.len() / 2 + 1) {
            assert!(pipe.send(Bytes::copy_from_slice(part)).await.expect("in time"));
        }
        let fields = seen.recv().await.expect("the fields");
        assert!(pipe.send(rest.into()).await.expect("in time"));
        drop(pipe);
        (fields, seen.recv().await.expect("the file"), encoded.len())
    });
    let (status, answer) = rig.send(head(&rig), body).await;
    let answer = String::from_utf8(answer.expect("whole").to_vec()).expect("text");
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    assert!(answer.contains(&format!("<Location>http://{}/b/k<", rig.host())), "{answer}");
    let (fields, file, encoded) = filler.await.expect("no panic");
    let Seen::Fields { line, length: announced, holds, names } = fields else {
        panic!("{fields:?}")
    };
    assert!(holds, "{names:?}");
    assert_eq!(line, "POST /b");
    let signing = ["x-amz-algorithm", "x-amz-credential", "x-amz-date", "policy"];
    assert_eq!(names, [&["key"][..], &signing, &["x-amz-signature"]].concat());
    let Seen::File(count) = file else { panic!("{file:?}") };
    assert!(announced.is_some_and(|it| it > count as u64), "{announced:?}, and {encoded} sent");
    let (kept, problems, warnings) = rig.end().await;
    assert_eq!((kept, problems), (0, vec![]));
    assert_eq!(warnings, ["a form for bucket b is passed on, and not recorded"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_key_signed_or_the_run_may_not_do_goes_nowhere() {
    let (url, mut seen) = bucket().await;
    let refused = async |rig: Rig, form: Form, parts: Parts| {
        let (status, answer) = rig.send(parts, Bytes::from(form.encode()).into()).await;
        let answer = String::from_utf8(answer.expect("whole").to_vec()).expect("text");
        assert!(answer.contains("<Error><Code>"), "{answer}");
        let code = answer.split("<Code>").nth(1).and_then(|rest| rest.split('<').next());
        (status.as_u16(), code.unwrap_or_default().to_owned())
    };
    let rig = Rig::at(&url).await;
    let (foreign, parts) = (form(&Rig::at(&url).await), head(&rig));
    assert_eq!(refused(rig, foreign, parts).await, (403, "InvalidAccessKeyId".into()));

    let rig = Rig::at(&url).await;
    let (mut tampered, parts) = (form(&rig), head(&rig));
    tampered.fields.retain(|field| field.name != "policy");
    tampered.fields.push(Field::new("policy", "e30="));
    assert_eq!(refused(rig, tampered, parts).await, (403, "SignatureDoesNotMatch".into()));

    let rig = Rig::at(&url).await;
    let (nowhere, mut parts) = (form(&rig), head(&rig));
    parts.uri = "/".parse().expect("a path");
    assert_eq!(refused(rig, nowhere, parts).await, (405, "MethodNotAllowed".into()));

    let guards = Guards { mutations: Some(Mutations::Refused), ..Guards::default() };
    let rig = Rig::guarded(&url, guards).await;
    let (form, parts) = (form(&rig), head(&rig));
    assert_eq!(refused(rig, form, parts).await, (403, "AccessDenied".into()));
    assert!(seen.try_recv().is_err(), "the upstream was never asked");
}
