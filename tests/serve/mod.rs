//! `standin serve` without a fallback: how it starts and ends, and what clients and strangers get.

mod clients;
mod faults;
mod replayed;
mod starting;
mod strangers;
mod validation;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::fallback::Served;
use crate::support::standin;

/// One that answers by its own providers alone.
pub(crate) fn serve(arguments: &[&str]) -> Served {
    Served::spawn(standin().args(["serve", "--port", "0", "--fallback", "none"]).args(arguments))
}

/// Sends bytes as they are, and gives what comes back until the connection ends.
pub(crate) fn raw(served: &Served, bytes: &[u8]) -> String {
    let address = served.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream.write_all(bytes).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// A request that asks for the connection's end.
pub(crate) fn request(line: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\
         {headers}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// A request of SQS in the json protocol.
fn json(operation: &str, body: &str) -> Vec<u8> {
    let headers = format!(
        "Content-Type: application/x-amz-json-1.0\r\nX-Amz-Target: AmazonSQS.{operation}\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=000000000000/20250101/us-east-1/sqs/\
         aws4_request, SignedHeaders=host, Signature=0"
    );
    request("POST /", &headers, body)
}

/// A request of SQS in the query protocol.
fn form(body: &str) -> Vec<u8> {
    request("POST /", "Content-Type: application/x-www-form-urlencoded", body)
}
