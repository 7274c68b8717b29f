//! Secrets, given in every way that there is, show nowhere: not in what is printed, not in the most verbose log, not in the
//! journal, a report, a summary or an error.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use sharing_mock::{Application, AuthMode, MockServer};

use crate::{
    REPORT, Service,
    auth::{program, sign_in, strict},
    seen, sharing,
};

/// A password that no other text has.
const PASSWORD: &str = "correct-horse-battery";

/// All that a run of the program left behind.
struct Traces {
    folder: tempfile::TempDir,
    printed: Vec<String>,
}

impl Traces {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), printed: Vec::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs it as talkative as it gets, in both ways.
    fn run(&mut self, command: impl Fn() -> Command) -> Output {
        let summary = self.path("summary.json");
        let mut last = None;
        for format in ["text", "json"] {
            let mut command = command();
            command.args(["-vvv", "--log-format", format, "--summary-file"]).arg(&summary);
            let output = command.env("RUST_BACKTRACE", "full").output().unwrap();
            for stream in [&output.stdout, &output.stderr] {
                self.printed.push(String::from_utf8_lossy(stream).into_owned());
            }
            last = Some(output);
        }
        last.unwrap()
    }

    /// Fails where a secret is anywhere but where it was put, as it is or as JSON and URLs have it.
    fn hold_no(&self, secret: &str, but_in: &[PathBuf]) {
        assert!(secret.len() > 8);
        for text in &self.printed {
            assert!(!text.contains(secret), "printed: {text}");
        }
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if !but_in.contains(&path) {
                    let bytes = fs::read(&path).unwrap();
                    let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
                    assert!(!found, "{}", path.display());
                }
            }
        }
    }
}

fn write(path: &Path, text: &str) -> String {
    fs::write(path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_token_by_environment_file_or_standard_input() {
    let service = Service::start();
    let token = "eyJ-a-token-that-nobody-may-see";
    let mut traces = Traces::new();
    let file = write(&traces.path("token"), token);
    let journal = traces.path("runs.db");
    let journal = journal.to_str().unwrap();
    for (address, to) in
        [(REPORT, "ryan@contoso.com"), ("me:/Missing", "ryan@contoso.com"), (REPORT, "nobody@contoso.com")]
    {
        traces.run(|| {
            let mut command = service.sharing(&["invite", address, "--to", to, "--role", "read"]);
            command.env("SHARING_TOKEN", token);
            command
        });
    }
    traces.run(|| service.sharing(&["item", "show", REPORT, "--token-file", &file]));
    traces.run(|| {
        let mut command = service.sharing(&["item", "show", REPORT, "--token-file", "-"]);
        command.stdin(fs::File::open(&file).unwrap());
        command
    });
    traces.run(|| {
        let mut command = service.sharing(&["apply", "examples/access-list.csv", "--journal", journal]);
        command.env("SHARING_TOKEN", token);
        command
    });
    for format in ["html", "json", "csv"] {
        let report =
            traces.run(|| service.sharing(&["runs", "report", "1", "-o", format, "--journal", journal]));
        assert!(report.status.success());
    }
    // Where nobody answers, and where it would go in the clear.
    for endpoint in ["http://127.0.0.1:1", "http://graph.microsoft.com/v1.0"] {
        traces.run(|| {
            let mut command = sharing(&["item", "show", REPORT, "--endpoint", endpoint]);
            command.env("SHARING_TOKEN", token);
            command
        });
    }
    traces.run(|| {
        let mut command = service.sharing(&["doctor"]);
        command.env("SHARING_TOKEN", token);
        command
    });
    assert!(traces.printed.iter().any(|text| text.contains("answered")), "the log tells something");
    traces.hold_no(token, &[traces.path("token")]);
}

#[test]
fn the_password_of_a_link_or_an_invitation() {
    let service = Service::start();
    let mut traces = Traces::new();
    let file = write(&traces.path("password"), PASSWORD);
    for more in [&[][..], &["--dry-run"], &["--dry-run=curl"], &["--scope", "everybody"], &["-o", "json"]] {
        let create = ["link", "create", REPORT, "--type", "view", "--password-file", &file];
        traces.run(|| service.sharing(&[&create[..], more].concat()));
    }
    traces.hold_no(PASSWORD, &[traces.path("password")]);
}

#[test]
fn the_secret_and_the_key_of_an_application() {
    let service = strict();
    let daemon = Application::daemon();
    let mut traces = Traces::new();
    let home = traces.folder.path().to_owned();
    let secret = daemon.secrets[0].expose();
    let file = write(&traces.path("secret.txt"), secret);
    let pem = format!("{}{}", daemon.certificates[0], Application::daemon_key());
    let pem = write(&traces.path("app.pem"), &pem);
    let key_line = Application::daemon_key().lines().nth(5).unwrap();
    let login = ["auth", "login", "--client-id", &daemon.id];
    for more in [
        &["--client-secret", "--secret-file", &file][..],
        &["--client-secret", "--secret-file", &file, "--tenant", "elsewhere.com"],
        &["--client-secret", "--secret-file", &file, "--authority", "http://127.0.0.1:1"],
        &["--certificate", "--certificate-file", &pem],
        &["--certificate", "--certificate-file", &file],
    ] {
        traces.run(|| program(&service, &home, &[&login[..], more].concat()));
    }
    traces.run(|| {
        let mut command = program(&service, &home, &[&login[..], &["--client-secret"]].concat());
        command.env("SHARING_CLIENT_SECRET", secret);
        command
    });
    traces.run(|| program(&service, &home, &["auth", "status"]));
    let kept = traces.path(".local/share/sharing/secrets.json");
    assert!(fs::read_to_string(&kept).unwrap().contains(secret), "it is kept there alone");
    traces.hold_no(secret, &[kept, file.into()]);
    traces.hold_no(key_line, &[pem.into()]);
}

#[test]
fn the_refresh_token_and_what_comes_of_it() {
    let service = strict();
    let mut traces = Traces::new();
    let home = traces.folder.path().to_owned();
    let told = sign_in(&service, &home);
    traces.printed.push(told);
    let kept = traces.path(".local/share/sharing/secrets.json");
    let token = |command: &mut Command| {
        String::from_utf8(command.output().unwrap().stdout).unwrap().trim().to_owned()
    };
    let access = token(&mut program(&service, &home, &["auth", "token"]));
    let mut refresh = Vec::new();
    for arguments in [&["item", "show", "me:/Notes.txt"][..], &["doctor"], &["auth", "status"]] {
        traces.run(|| program(&service, &home, arguments));
        let text = fs::read_to_string(&kept).unwrap();
        let secrets: std::collections::BTreeMap<String, String> = serde_json::from_str(&text).unwrap();
        refresh.extend(secrets.into_values());
    }
    // A sign-in that the service takes back.
    fs::write(
        &kept,
        fs::read_to_string(&kept).unwrap().replace(refresh.last().unwrap(), "a-stale-refresh-token"),
    )
    .unwrap();
    let refused = traces.run(|| program(&service, &home, &["item", "show", "me:/Notes.txt"]));
    assert_eq!(refused.status.code(), Some(4));
    traces.hold_no("a-stale-refresh-token", std::slice::from_ref(&kept));
    for secret in refresh.iter().chain([&access]) {
        traces.hold_no(secret, std::slice::from_ref(&kept));
    }
}

#[test]
fn a_proxys_password() {
    let service = Service::with(MockServer::builder().auth(AuthMode::Any));
    let mut command = service.sharing(&["-vvv", "doctor"]);
    command.env("HTTPS_PROXY", format!("http://me:{PASSWORD}@127.0.0.1:1"));
    let text = seen(&mut command);
    assert!(text.contains("127.0.0.1:1") && !text.contains(PASSWORD), "{text}");
}
