//! `standin-s3s ROOT KEY SECRET`: an S3 over a folder, on a free port of loopback, which it prints. It takes only what is
//! signed with that key; its signatures are verified by the crate `s3s`. It ends when its standard input does.

use std::error::Error;
use std::io::{Read as _, Write as _};

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [root, key, secret] = arguments.as_slice() else {
        return Err("usage: standin-s3s ROOT KEY SECRET".into());
    };
    let files = s3s_fs::FileSystem::new(root).map_err(|error| format!("{root}: {error:?}"))?;
    let mut builder = S3ServiceBuilder::new(files);
    builder.set_auth(SimpleAuth::from_single(key.as_str(), secret.as_str()));
    let service = builder.build();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(std::io::stdout(), "{}", listener.local_addr()?)?;
    std::thread::spawn(|| {
        // Whoever started us holds the other end.
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    loop {
        let (stream, _) = listener.accept().await?;
        let service = service.clone();
        tokio::spawn(async move {
            let builder = Builder::new(TokioExecutor::new());
            drop(builder.serve_connection(TokioIo::new(stream), service).await);
        });
    }
}
