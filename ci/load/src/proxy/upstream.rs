//! The upstream: it reads the request and answers a SendMessage of SQS with 1 KiB.

use std::convert::Infallible;
use std::path::PathBuf;

use bytes::Bytes;
use clap::Args;
use http::{HeaderValue, Request, Response, header};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;

use super::tls;
use crate::{Error, table};

/// How the upstream is asked.
#[derive(Args, Clone, Debug)]
pub(crate) struct Upstream {
    /// Speak TLS, and write the certificate to trust into this file.
    #[arg(long)]
    tls: Option<PathBuf>,
}

/// Serves until the process is killed; says `ready URL` as Standin does.
pub(crate) async fn upstream(options: &Upstream) -> Result<(), Error> {
    let acceptor = options.tls.as_deref().map(tls::acceptor).transpose()?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let scheme = if acceptor.is_some() { "https" } else { "http" };
    table::say(&format!("ready {scheme}://{}", listener.local_addr()?));
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            // A client that goes away is no failure of the benchmark.
            match acceptor {
                None => converse(stream).await,
                Some(acceptor) => {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        converse(stream).await;
                    }
                }
            }
        });
    }
}

async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
    let served =
        http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)).await;
    drop(served);
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut body = request.into_body();
    while let Some(Ok(_)) = body.frame().await {}
    let mut response = Response::new(Full::new(Bytes::from_static(ANSWER.as_bytes())));
    let kind = HeaderValue::from_static("application/x-amz-json-1.0");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    Ok(response)
}

/// An answer of SQS with a long sequence number, 1024 bytes in all.
const ANSWER: &str = concat!(
    r#"{"MD5OfMessageBody":"5d41402abc4b2a76b9719d911017c592","#,
    r#""MessageId":"2f9b3b1e-6a2d-4a5f-9d3a-0c1d2e3f4a5b","SequenceNumber":""#,
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789",
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789",
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789",
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789",
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789",
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789",
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789",
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789",
    "01234567890123456789012345678901234567890123456789012345678901234567890123456789012301234567890123",
    r#""}"#,
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_has_1_kib_and_is_json() {
        assert_eq!(ANSWER.len(), 1024);
        let answer: serde_json::Value = serde_json::from_str(ANSWER).unwrap();
        assert!(answer["MessageId"].is_string());
    }
}
