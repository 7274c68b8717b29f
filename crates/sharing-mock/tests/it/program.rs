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

#[tokio::test]
async fn faults_and_limits_come_out_of_files() {
    let folder = std::env::temp_dir().join(format!("sharing-mock-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (faults, limits) = (folder.join("faults.json"), folder.join("limits.json"));
    std::fs::write(&faults, r#"{ "faults": [ { "nth": 1, "then": { "preset": "locked" } } ] }"#).unwrap();
    std::fs::write(&limits, r#"{ "userRequestsPerFiveMinutes": 1 }"#).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_sharing-mock"))
        .args(["--faults".as_ref(), faults.as_os_str(), "--limits".as_ref(), limits.as_os_str()])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let url = lines.next_line().await.unwrap().unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    for expected in [423, 200, 429] {
        let answer = http.get(format!("{url}/v1.0/drive")).bearer_auth("any").send().await.unwrap();
        assert_eq!(answer.status(), expected);
    }

    std::fs::write(&faults, r#"{ "faults": [ { "times": 0, "then": {} } ] }"#).unwrap();
    for (arguments, wrong) in [
        (
            [faults.as_os_str(), "--faults".as_ref()],
            "faults[0].times: 0 would never strike; 1 or more\nfaults[0].then: ",
        ),
        (["2k".as_ref(), "--limits".as_ref()], "No such file or directory"),
        ([limits.as_os_str(), "--faults".as_ref()], "userRequestsPerFiveMinutes: unknown field"),
    ] {
        let [value, option]: [&std::ffi::OsStr; 2] = arguments;
        let output =
            Command::new(env!("CARGO_BIN_EXE_sharing-mock")).args([option, value]).output().await.unwrap();
        assert_eq!(output.status.code(), Some(2));
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains(wrong), "{error}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}
