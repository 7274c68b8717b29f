//! The program `sharing-mock`.

use std::process::Stdio;

use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
};

#[tokio::test]
async fn it_prints_its_url_once_it_listens_and_stops_when_told() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_sharing-mock"))
        .args(["--port", "0"])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let url = lines.next_line().await.unwrap().unwrap();

    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let response =
        http.get(format!("{url}/v1.0/drive/root/children")).bearer_auth("any").send().await.unwrap();
    assert_eq!(response.status(), 200);

    // A connection that is kept alive must not keep the program alive.
    let id = program.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
    assert!(program.wait().await.unwrap().success());
    assert_eq!(lines.next_line().await.unwrap(), None);
}

#[tokio::test]
async fn a_port_that_is_taken_is_told() {
    let server = sharing_mock::MockServer::start().await.unwrap();
    let port = server.url().rsplit_once(':').unwrap().1;
    let output =
        Command::new(env!("CARGO_BIN_EXE_sharing-mock")).args(["--port", port]).output().await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.starts_with(&format!("sharing-mock: cannot serve on port {port}: ")), "{error}");
}
