//! What large bodies cost in memory.

use bytes::Bytes;
use http::StatusCode;
use standin_sigv4::Payload;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::rig::Rig;
use crate::body::Body;

/// An upstream that counts what comes and holds nothing.
async fn bottomless() -> String {
    let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", socket.local_addr().expect("bound"));
    tokio::spawn(async move {
        let (mut stream, _) = socket.accept().await.expect("the relay");
        let (mut count, mut head) = (0_u64, Vec::new());
        let mut part = vec![0; 64 << 10];
        while count < SIZE {
            let read = stream.read(&mut part).await.expect("the relay writes");
            if !head.ends_with(b"\r\n\r\n") {
                let text: Vec<u8> = [&head[..], &part[..read]].concat();
                let end = text.windows(4).position(|end| end == b"\r\n\r\n").map(|at| at + 4);
                head = text[..end.unwrap_or(text.len())].to_vec();
                count += end.map_or(0, |end| text.len() - end) as u64;
                continue;
            }
            count += read as u64;
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.expect("read");
    });
    url
}

const SIZE: u64 = 256 << 20;

/// The memory of this process, in MiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_of_any_size_takes_little_memory() {
    let rig = Rig::at(&bottomless().await).await;
    let headers = [("x-amz-content-sha256", String::new())];
    let parts = rig.upload(&Payload::Unsigned, &headers);
    let (pipe, body) = Body::piped(Some(SIZE));
    let before = resident();
    let filler = tokio::spawn(async move {
        let part = Bytes::from(vec![7; 64 << 10]);
        let mut most = 0;
        for number in 0..SIZE / (64 << 10) {
            assert!(pipe.send(part.clone()).await.expect("in time"));
            if number % 64 == 0 {
                most = most.max(resident());
            }
        }
        most
    });
    let (status, _) = rig.send(parts, body).await;
    assert_eq!(status, StatusCode::OK);
    let grown = filler.await.expect("no panic").saturating_sub(before);
    // Other tests run beside it, and hold some of their own.
    assert!(grown < 128, "{grown} MiB more for a body of 256");
    let (count, problems, _) = rig.end().await;
    assert_eq!((count, problems), (1, Vec::new()));
}
