//! The program `sharing-mock`.

use std::{fs, process::Stdio};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_sharing-mock");

/// The program, serving, and what it prints after its URL.
struct Running {
    program: Child,
    lines: Lines<BufReader<ChildStdout>>,
    url: String,
}

impl Running {
    async fn start(arguments: &[&str]) -> Self {
        let mut program = Command::new(PROGRAM)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let Some(url) = lines.next_line().await.unwrap() else {
            let output = program.wait_with_output().await.unwrap();
            panic!("{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        };
        Self { program, lines, url }
    }

    /// Tells it to stop. What it said on standard error.
    async fn stop(mut self) -> String {
        let id = self.program.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
        assert_eq!(self.lines.next_line().await.unwrap(), None);
        let output = self.program.wait_with_output().await.unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stderr).unwrap()
    }
}

fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// Runs it where it cannot serve; what it says.
async fn refused(arguments: &[&str]) -> String {
    let output = Command::new(PROGRAM).args(arguments).output().await.unwrap();
    assert_ne!(output.status.code(), Some(0));
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn it_prints_its_url_once_it_listens_and_stops_when_told() {
    let running = Running::start(&["--port", "0"]).await;
    let http = http();
    let root = format!("{}/v1.0/drive/root/children", running.url);
    assert_eq!(http.get(root).bearer_auth("any").send().await.unwrap().status(), 200);
    // A connection that is kept alive must not keep the program alive.
    assert_eq!(running.stop().await, "");
}

#[tokio::test]
async fn it_starts_as_it_is_told() {
    let place = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = place.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let world = r#"{ "tenant": { "name": "Fabrikam", "domain": "fabrikam.com" }, "me": "kim@fabrikam.com",
                     "users": [{ "displayName": "Kim Akers", "mail": "kim@fabrikam.com" }] }"#;
    let world = file("world.json", world);
    let faults = file(
        "faults.json",
        r#"{ "faults": [{ "match": { "methods": ["DELETE"] }, "then": { "status": 503 } }] }"#,
    );
    let port_file = file("port", "");
    let running = Running::start(&[
        "--world",
        &world,
        "--faults",
        &faults,
        "--limits",
        "1k",
        "--seed",
        "7",
        "--clock",
        "2027-03-01T12:00:00Z",
        "--port-file",
        &port_file,
        "--listen",
        "127.0.0.2",
    ])
    .await;
    let port = fs::read_to_string(&port_file).unwrap();
    assert_eq!(running.url, format!("http://127.0.0.2:{}", port.trim()));
    let http = http();
    let get = async |path: &str| -> Value {
        http.get(format!("{}{path}", running.url)).send().await.unwrap().json().await.unwrap()
    };
    assert_eq!(get("/_mock/state").await["tenant"]["name"], "Fabrikam");
    assert!(get("/_mock/clock").await["now"].as_str().unwrap().starts_with("2027-03-01T12:00:"));
    let struck = http.delete(format!("{}/v1.0/drive", running.url)).bearer_auth("any").send().await.unwrap();
    assert_eq!(struck.status(), 503);
    assert_eq!(running.stop().await, "", "loopback needs no warning");
}

#[tokio::test]
async fn it_warns_where_others_reach_it() {
    let running = Running::start(&["--listen", "0.0.0.0"]).await;
    let said = running.stop().await;
    assert!(said.starts_with("sharing-mock: warning: 0.0.0.0 is not loopback: "), "{said}");
}

#[tokio::test]
async fn it_writes_the_certificate_that_it_speaks_tls_with() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("certificate.pem");
    let running = Running::start(&["--tls", "--tls-certificate", path.to_str().unwrap()]).await;
    let certificate = reqwest::Certificate::from_pem(&fs::read(&path).unwrap()).unwrap();
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([certificate]).build().unwrap();
    let health = http.get(format!("{}/_mock/health", running.url)).send().await.unwrap();
    assert_eq!(health.status(), 200);
    let said = running.stop().await;
    assert_eq!(said, format!("sharing-mock: trust the certificate in {}\n", path.display()));
    // The key never leaves the program.
    assert!(!fs::read_to_string(&path).unwrap().contains("PRIVATE"));
}

#[tokio::test]
async fn a_port_that_is_taken_is_told() {
    let server = sharing_mock::MockServer::start().await.unwrap();
    let port = server.url().rsplit_once(':').unwrap().1;
    let error = refused(&["--port", port]).await;
    assert!(error.starts_with(&format!("sharing-mock: cannot serve on port {port}: ")), "{error}");
}

#[tokio::test]
async fn what_cannot_be_is_told_with_its_place() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("file.json");
    fs::write(&path, r#"{ "nothing": true }"#).unwrap();
    let path = path.to_str().unwrap();
    let mut shown = String::new();
    for arguments in [
        ["--world", path],
        ["--faults", path],
        ["--limits", path],
        ["--limits", "tiny"],
        ["--world", "/nowhere.json"],
        ["--clock", "tomorrow"],
        ["--listen", "everywhere"],
        ["--tls-certificate", path],
    ] {
        shown.push_str(&format!("{}\n{}\n", arguments.join(" "), refused(&arguments).await));
    }
    insta::assert_snapshot!(shown.replace(path, "FILE"));
}

#[tokio::test]
async fn faults_and_limits_come_out_of_files() {
    let place = tempfile::tempdir().unwrap();
    let (faults, limits) = (place.path().join("faults.json"), place.path().join("limits.json"));
    fs::write(&faults, r#"{ "faults": [ { "nth": 1, "then": { "preset": "locked" } } ] }"#).unwrap();
    fs::write(&limits, r#"{ "userRequestsPerFiveMinutes": 1 }"#).unwrap();
    let arguments = ["--faults", faults.to_str().unwrap(), "--limits", limits.to_str().unwrap()];
    let running = Running::start(&arguments).await;
    let http = http();
    for expected in [423, 200, 429] {
        let answer = http.get(format!("{}/v1.0/drive", running.url)).bearer_auth("any").send().await.unwrap();
        assert_eq!(answer.status(), expected);
    }
    running.stop().await;

    fs::write(&faults, r#"{ "faults": [ { "times": 0, "then": {} } ] }"#).unwrap();
    let error = refused(&arguments).await;
    assert!(error.contains("faults[0].times: 0 would never strike; 1 or more\nfaults[0].then: "), "{error}");
}
