//! `sharing auth`: sign-in against the login endpoints of a mock that takes no other token.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Command, Stdio},
};

use sharing_mock::{Application, AuthMode, MockServer};

use crate::{Service, assert_seen, at_home, seen, sharing};

/// A service that takes tokens of its own login alone.
pub(crate) fn strict() -> Service {
    Service::with(MockServer::builder().auth(AuthMode::Strict))
}

/// The program of somebody with a home of their own, who says where the service is.
pub(crate) fn program(service: &Service, home: &Path, arguments: &[&str]) -> Command {
    let mut command = sharing(arguments);
    at_home(&mut command, home);
    let url = service.server().url();
    command.env("SHARING_ENDPOINT", url).env("SHARING_AUTHORITY", url).env("SHARING_TENANT", "contoso.com");
    command
}

/// Compares with the snapshot, without what differs from run to run.
macro_rules! assert_signed_in {
    ($command:expr) => {
        insta::with_settings!({ filters => vec![
            (r"127\.0\.0\.1:\d+", "[host]"),
            (r"\d{4}-\d\d-\d\dT[\d:.]+Z", "[time]"),
            (r"good for \d+ minutes", "good for [time]"),
            (r"\d+ s from", "[time] from"),
            (r"[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", "[id]"),
            (r"/[^ ]*/(\.config|\.local)/", "[home]/$1/"),
            (r"/tmp/[^ ]*/", "[folder]/"),
        ] }, {
            insta::assert_snapshot!(crate::seen(&mut $command));
        });
    };
}
pub(crate) use assert_signed_in;

/// Signs in by a device code, which the sample person types.
pub(crate) fn sign_in(service: &Service, home: &Path) -> String {
    sign_in_on(service, home, None)
}

/// The same on a bus that may have a keyring.
pub(crate) fn sign_in_on(service: &Service, home: &Path, bus: Option<&str>) -> String {
    let console = Application::console().id;
    let mut command = program(service, home, &["auth", "login", "--device-code", "--client-id", &console]);
    if let Some(bus) = bus {
        command.env_remove("SHARING_KEYRING").env("DBUS_SESSION_BUS_ADDRESS", bus);
    }
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut prompt = String::new();
    stderr.read_line(&mut prompt).unwrap();
    let (_, rest) = prompt.split_once("enter the code ").unwrap_or_else(|| panic!("{prompt}"));
    let (code, _) = rest.split_once(' ').unwrap();
    assert!(service.server().approve_device(code, None).is_some(), "{code}");
    let mut told = prompt.clone();
    stderr.read_to_string(&mut told).unwrap();
    let mut shown = String::new();
    child.stdout.take().unwrap().read_to_string(&mut shown).unwrap();
    assert!(child.wait().unwrap().success(), "{told}");
    told + &shown
}

#[test]
fn a_person_signs_in_by_a_code_once_and_out_again() {
    let (service, home) = (strict(), tempfile::tempdir().unwrap());
    let told = sign_in(&service, home.path());
    assert!(told.contains("nadia@contoso.com"), "{told}");
    let run = |arguments: &[&str]| program(&service, home.path(), arguments);
    assert_signed_in!(run(&["auth", "status"]));
    // The refresh token of the first sign-in, and those that came in its place.
    for _ in 0..3 {
        assert!(run(&["item", "show", "me:/Notes.txt"]).output().unwrap().status.success());
    }
    assert_signed_in!(run(&["doctor"]));
    let token = run(&["auth", "token"]).output().unwrap();
    assert_eq!(String::from_utf8(token.stdout).unwrap().trim().split('.').count(), 3);
    assert_signed_in!(run(&["auth", "logout"]));
    assert_signed_in!(run(&["item", "show", "me:/Notes.txt"]));
}

#[cfg(unix)]
#[test]
fn what_is_kept_in_a_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;

    let (service, home) = (strict(), tempfile::tempdir().unwrap());
    sign_in(&service, home.path());
    let file = home.path().join(".local/share/sharing/secrets.json");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let configuration = fs::read_to_string(home.path().join(".config/sharing/config.toml")).unwrap();
    assert!(!configuration.contains("secret"), "{configuration}");
}

#[test]
fn a_sign_in_that_is_over_is_told_and_nobody_is_waited_for() {
    let (service, home) = (strict(), tempfile::tempdir().unwrap());
    sign_in(&service, home.path());
    let file = home.path().join(".local/share/sharing/secrets.json");
    let kept = fs::read_to_string(&file).unwrap();
    let kept: std::collections::BTreeMap<String, String> = serde_json::from_str(&kept).unwrap();
    let spoilt: std::collections::BTreeMap<_, _> = kept.into_keys().map(|name| (name, "stale")).collect();
    fs::write(&file, serde_json::to_vec(&spoilt).unwrap()).unwrap();
    assert_signed_in!(program(&service, home.path(), &["item", "show", "me:/Notes.txt"]));
}

#[test]
fn an_application_signs_in_with_its_secret_or_its_certificate() {
    let (service, home) = (strict(), tempfile::tempdir().unwrap());
    let daemon = Application::daemon();
    let secret = home.path().join("secret.txt");
    fs::write(&secret, daemon.secrets[0].expose()).unwrap();
    let pem = home.path().join("daemon.pem");
    fs::write(&pem, format!("{}{}", daemon.certificates[0], Application::daemon_key())).unwrap();
    let login = |profile: &'static str, arguments: &[&str]| {
        let fixed = ["auth", "login", "--profile", profile, "--client-id", &daemon.id];
        program(&service, home.path(), &[&fixed[..], arguments].concat())
    };
    assert_signed_in!(login("secret", &["--client-secret"]));
    assert_signed_in!(login("secret", &["--client-secret", "--secret-file", secret.to_str().unwrap()]));
    let mut piped = login("piped", &["--client-secret", "--secret-file", "-"]);
    assert!(piped.stdin(fs::File::open(&secret).unwrap()).output().unwrap().status.success());
    let mut told = login("told", &["--client-secret"]);
    assert!(told.env("SHARING_CLIENT_SECRET", daemon.secrets[0].expose()).output().unwrap().status.success());
    assert_signed_in!(login("pem", &["--certificate", "--certificate-file", pem.to_str().unwrap()]));
    fs::remove_file(&secret).unwrap();
    for profile in ["secret", "piped", "told", "pem"] {
        let item = "nadia@contoso.com:/Notes.txt";
        let mut command = program(&service, home.path(), &["item", "show", item, "--profile", profile]);
        assert!(command.output().unwrap().status.success(), "{profile}");
    }
    let mut wrong = login("wrong", &["--client-secret"]);
    assert_signed_in!(wrong.env("SHARING_CLIENT_SECRET", "guess"));
}

#[test]
fn what_a_sign_in_lacks_is_told() {
    let home = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = sharing(arguments);
        at_home(&mut command, home.path());
        command
    };
    assert_seen!(run(&["auth", "login", "--device-code"]));
    assert_seen!(run(&["auth", "login", "--client-secret", "--client-id", "1"]));
    assert_seen!(run(&["auth", "login", "--certificate", "--client-id", "1", "--tenant", "contoso.com"]));
    assert_seen!(run(&["auth", "login", "--device-code", "--client-secret"]));
    assert_seen!(run(&["auth", "login", "--client-id", "1", "--authority", "http://login.contoso.com"]));
    assert_seen!(run(&["--sandbox", "auth", "status"]));
    assert!(!seen(&mut run(&["auth", "status"])).contains("exit code: 0"));
}

/// A program that stands in for the Azure CLI: it gives this token.
#[cfg(all(unix, feature = "azure"))]
fn az(folder: &Path, token: &str) {
    use std::os::unix::fs::PermissionsExt;

    let script = format!(
        "#!/bin/sh\necho \"$@\" >> \"{}/asked\"\necho '{{\"accessToken\": \"{token}\", \"expires_on\": 4102444800, \"tokenType\": \"Bearer\"}}'\n",
        folder.display()
    );
    fs::write(folder.join("az"), script).unwrap();
    fs::set_permissions(folder.join("az"), fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(all(unix, feature = "azure"))]
#[test]
fn whoever_is_signed_in_to_the_azure_cli_needs_no_other_sign_in() {
    let (service, home) = (Service::start(), tempfile::tempdir().unwrap());
    az(home.path(), "a-token-of-the-azure-cli");
    let path = format!("{}:{}", home.path().display(), std::env::var("PATH").unwrap());
    let run = |arguments: &[&str]| {
        let mut command = program(&service, home.path(), arguments);
        command.env("PATH", &path);
        command
    };
    assert!(run(&["auth", "login", "--azure-cli"]).output().unwrap().status.success());
    assert!(run(&["item", "show", "me:/Notes.txt"]).output().unwrap().status.success());
    let token = run(&["auth", "token"]).output().unwrap();
    assert_eq!(String::from_utf8(token.stdout).unwrap().trim(), "a-token-of-the-azure-cli");
    let asked = fs::read_to_string(home.path().join("asked")).unwrap();
    assert!(asked.contains("account get-access-token") && asked.contains(service.server().url()), "{asked}");
}

#[cfg(feature = "azure")]
#[test]
fn a_machine_in_azure_has_an_identity_of_its_own() {
    use std::{io::Write, net::TcpListener, thread};

    let (service, home) = (Service::start(), tempfile::tempdir().unwrap());
    // As App Service serves it.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = format!("http://{}/msi/token", listener.local_addr().unwrap());
    let serving = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = Vec::new();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        while let Some(Ok(line)) =
            lines.next().filter(|line| line.as_ref().is_ok_and(|line| !line.is_empty()))
        {
            asked.push(line);
        }
        let body = r#"{"access_token":"a-token-of-the-machine","expires_on":"4102444800","resource":"any","token_type":"Bearer"}"#;
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
            .unwrap();
        asked
    });
    let mut command = program(&service, home.path(), &["auth", "token", "--credential", "managed-identity"]);
    let output =
        command.env("IDENTITY_ENDPOINT", &place).env("IDENTITY_HEADER", "a-header").output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), "a-token-of-the-machine", "{told}");
    let asked = serving.join().unwrap().join("\n").to_lowercase();
    assert!(asked.starts_with("get /msi/token?") && asked.contains("x-identity-header: a-header"), "{asked}");
}
