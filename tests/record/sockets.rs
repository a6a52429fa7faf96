//! WebSockets are passed through, by the endpoint and by the proxy: a real client and a real server, whose
//! handshake is signed anew and whose frames are theirs.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use http::Request;
use rcgen::{CertificateParams, KeyPair};
use standin_sigv4::{Signature, verify};

use super::run::{Scratch, clean, errors, printed, with_python};
use crate::support::front::{Front, KEY, SECRET, TOKEN};
use crate::support::{client, standin};

/// Answers each message with its reverse, and prints its address and each request's target and host.
///
/// Both sides run in one thread: Python's TLS is not for two, and websockets' threads now and then lose a frame to it.
const SERVER: &str = r#"
import asyncio, ssl, sys
from websockets.asyncio.server import serve
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1])
async def handle(connection):
    print(connection.request.path, connection.request.headers["Host"], flush=True)
    async for message in connection:
        await connection.send(message[::-1])
async def main():
    async with serve(handle, "127.0.0.1", 0, ssl=context, subprotocols=["mqtt"]) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()
asyncio.run(main())
"#;

const CLIENT: &str = r#"
import asyncio, os, botocore.session
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
origin = os.environ.get("AWS_ENDPOINT_URL", "https://transcribestreaming.eu-west-1.amazonaws.com:8443")
def presigned(path):
    request = AWSRequest("GET", origin + path)
    keys = botocore.session.get_session().get_credentials()
    SigV4QueryAuth(keys, "transcribe", "eu-west-1", expires=60).add_auth(request)
    return "ws" + request.url.removeprefix("http")
url = presigned("/stream-transcription-websocket?language-code=en-US&sample-rate=16000&x=a%20b")
async def main():
    async with connect(url, subprotocols=["mqtt"], open_timeout=30) as socket:
        print(socket.subprotocol)
        for message in ["hello", bytes(range(256)) * 1000, ""]:
            await socket.send(message)
            assert await socket.recv() == message[::-1]
    print("closed", socket.close_code)
    try:
        await connect(url.replace("en-US", "de-DE"))
    except InvalidStatus as error:
        print("tampered", error.response.status_code)
asyncio.run(main())
"#;

/// The server, which ends with the test.
struct Server {
    child: Child,
    port: u16,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Server {
    fn start(python: &Path, scratch: &Scratch) -> Self {
        let (program, pem) = (scratch.path("server.py"), scratch.path("server.pem"));
        std::fs::write(&program, SERVER).expect("writable");
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("a name");
        let certificate = params.self_signed(&key).expect("a certificate").pem();
        std::fs::write(scratch.path("ca.pem"), &certificate).expect("writable");
        std::fs::write(&pem, certificate + &key.serialize_pem()).expect("writable");
        let mut command = Command::new(python);
        let mut child =
            command.arg(program).arg(pem).stdout(Stdio::piped()).spawn().expect("python runs");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let port = lines.next().expect("a line").expect("text").parse().expect("a port");
        Self { child, port, lines }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn websockets_are_signed_anew_and_passed_through() {
    let Some(python) = client("python3") else { return };
    let scratch = Scratch::new("sockets");
    let mut server = Server::start(&python, &scratch);
    let script = scratch.script(CLIENT);
    for via in ["endpoint", "proxy"] {
        let mut command = clean(standin());
        command
            .args(["record", "--via", via, "--keep-nothing", "--upstream"])
            .arg(format!("https://127.0.0.1:{}", server.port))
            .arg("--upstream-ca")
            .arg(scratch.path("ca.pem"))
            .arg("-o")
            .arg(scratch.path("snapshots/transcribe/socket"))
            .envs(Front::credentials())
            .env("XDG_DATA_HOME", scratch.path("data"));
        let output = with_python(&mut command, &script).expect("a client");
        let (lines, said) = (printed(&output), errors(&output));
        let lines: Vec<&str> = lines.lines().collect();
        assert_eq!(lines, ["mqtt", "closed 1000", "tampered 403"], "{via}: {said}");
        assert_eq!(output.status.code(), Some(0), "{said}");
        let expected = format!("a WebSocket to 127.0.0.1:{} is passed through", server.port);
        assert!(said.contains(&expected), "{said}");
        for secret in [SECRET, TOKEN] {
            assert!(!said.contains(secret), "{said}");
        }
        let line = server.lines.next().expect("a request").expect("text");
        let (target, host) = line.split_once(' ').expect("target and host");
        let request = Request::get(target).header("host", host).body(()).expect("a request");
        let parts = request.into_parts().0;
        let signature = Signature::of(&parts).expect("readable").expect("signed");
        assert_eq!(signature.access_key_id, KEY);
        verify(&parts, b"", &signature, SECRET).expect("it holds");
        assert!(target.contains("x=a%20b") && target.contains("X-Amz-Security-Token"), "{target}");
    }
}
