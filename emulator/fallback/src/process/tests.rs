//! Programs that start well and badly, as real processes.

use tokio::net::TcpListener;

use super::*;

async fn start(script: &str) -> Result<Process, BackendError> {
    let program = PathBuf::from("/bin/sh");
    Process::start(Launch {
        program,
        arguments: vec!["-c".into(), script.into()],
        variables: vec![],
    })
    .await
}

/// A port at which something answers as said.
async fn port(answer: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("bound").port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 256]).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    port
}

#[tokio::test]
async fn it_is_up_once_it_has_said_so_and_answers() {
    let port = port("HTTP/1.0 200 OK\r\n\r\n").await;
    let script = format!("echo noise; echo '{{\"port\": {port}, \"version\": \"1\"}}'; exec cat");
    let mut process = start(&script).await.expect("it starts");
    assert_eq!(process.address.port(), port);
    assert!(process.is_running());
    assert!(!process.ends_soon().await);
    process.end().await;
}

#[tokio::test]
async fn its_own_reason_is_passed_on() {
    let refused = start("echo '{\"error\": \"a patch does not fit\"}'; exit 3").await;
    assert!(
        matches!(refused, Err(BackendError::Refused(reason)) if reason == "a patch does not fit")
    );
}

#[tokio::test]
async fn what_it_wrote_last_is_told_when_it_dies_before_it_is_up() {
    let died = start("echo first >&2; echo last >&2; exit 1").await.map(drop);
    let Err(BackendError::NotUp(said)) = died else { panic!("{died:?}") };
    assert!(said.ends_with("last"), "{said}");
}

#[tokio::test]
async fn a_port_that_does_not_answer_is_not_up() {
    let port = port("HTTP/1.0 500 No\r\n\r\n").await;
    let sick = start(&format!("echo '{{\"port\": {port}}}'; exec cat")).await.map(drop);
    assert!(matches!(&sick, Err(BackendError::NotUp(said)) if said.contains("500")), "{sick:?}");
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named() {
    let launch =
        Launch { program: "/nonexistent/python".into(), arguments: vec![], variables: vec![] };
    let error = Process::start(launch).await.map(drop).expect_err("it can't run");
    assert!(error.to_string().starts_with("/nonexistent/python can't be run"), "{error}");
}

#[tokio::test]
async fn a_process_that_floods_its_output_is_read_on() {
    let port = port("HTTP/1.0 200 OK\r\n\r\n").await;
    let flood = "i=0; while [ $i -lt 20000 ]; do echo line $i >&2; i=$((i+1)); done; echo done >&2";
    let script = format!("echo '{{\"port\": {port}}}'; {flood}; exec sleep 60");
    let process = start(&script).await.expect("it starts");
    let limit = tokio::time::Instant::now() + Duration::from_secs(20);
    while !process.said.text().ends_with("done") {
        assert!(tokio::time::Instant::now() < limit, "its output is not read");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    process.end().await;
}

#[tokio::test]
async fn its_end_is_told_with_what_it_wrote_then_and_nothing_older() {
    let port = port("HTTP/1.0 200 OK\r\n\r\n").await;
    let up = format!("echo old >&2; echo '{{\"port\": {port}}}'; sleep 1.5");
    let mut killed = start(&format!("{up}; kill -9 $$")).await.expect("it starts");
    let mut exits =
        start(&format!("{up}; echo a b c d | tr ' ' '\\n' >&2; exit 1")).await.expect("it starts");
    let _ = killed.child.wait().await;
    let _ = exits.child.wait().await;
    assert_eq!(killed.end().await, "was killed by signal 9");
    assert_eq!(exits.end().await, "exited with 1; it said: b; c; d");
}
