//! What is kept between two runs: in the keyring of a real secret service, on a bus of the test's own; else in a file.

use std::{
    env, fs,
    io::{self, BufRead, BufReader, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
};

use sharing_mock::Application;

use crate::{
    Service,
    auth::{program, strict},
};

/// Set by CI: then a test that has no secret service fails.
const REQUIRED: &str = "SHARING_KEYRING_REQUIRED";

/// Unlocks a new keyring, says where the bus is once it is served, and stays until standard input ends.
const SESSION: &str = r#"
printf password | gnome-keyring-daemon --unlock --components=secrets > /dev/null
asks() { dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets; }
until asks | grep -q true; do sleep 0.02; done
echo "$DBUS_SESSION_BUS_ADDRESS"
cat > /dev/null
"#;

/// A session with a keyring. Dropped, it ends.
struct Session {
    child: Child,
    stays: Option<ChildStdin>,
    bus: String,
}

impl Session {
    /// Starts one; `None` where this machine has none, which is then told.
    fn start(test: &str, home: &Path) -> Option<Self> {
        let has = |program: &str| {
            let paths = env::var_os("PATH").unwrap_or_default();
            env::split_paths(&paths).any(|folder| folder.join(program).exists())
        };
        if !["dbus-run-session", "dbus-send", "gnome-keyring-daemon"].into_iter().all(has) {
            assert!(env::var_os(REQUIRED).is_none(), "{test} needs gnome-keyring and dbus");
            // Written past the test runner, which shows what is printed only when a test fails.
            let told = format!("left out of `cargo test`: {test} (needs gnome-keyring and dbus)\n");
            io::stderr().write_all(told.as_bytes()).unwrap();
            return None;
        }
        let mut child = Command::new("dbus-run-session")
            .args(["--", "sh", "-c", SESSION])
            .env("HOME", home)
            .env("XDG_RUNTIME_DIR", home)
            .env_remove("XDG_DATA_HOME")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut bus = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut bus).unwrap();
        let stays = child.stdin.take();
        let session = Self { child, stays, bus: bus.trim().to_owned() };
        assert!(session.bus.starts_with("unix:"), "{:?}", session.bus);
        Some(session)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        drop(self.stays.take());
        let _ = self.child.wait();
    }
}

/// Somebody with a home, a service, and an application's secret in a file.
struct Person {
    service: Service,
    home: tempfile::TempDir,
}

impl Person {
    fn new() -> Self {
        let person = Self { service: strict(), home: tempfile::tempdir().unwrap() };
        fs::write(person.secret(), Application::daemon().secrets[0].expose()).unwrap();
        person
    }

    fn secret(&self) -> PathBuf {
        self.home.path().join("secret.txt")
    }

    /// The file that stands in for a keyring.
    fn file(&self) -> PathBuf {
        self.home.path().join(".local/share/sharing/secrets.json")
    }

    /// What the program says, on this bus; without one, it is told to use no keyring.
    fn run(&self, bus: Option<&str>, arguments: &[&str]) -> String {
        let mut command = program(&self.service, self.home.path(), arguments);
        if let Some(bus) = bus {
            command.env_remove("SHARING_KEYRING").env("DBUS_SESSION_BUS_ADDRESS", bus);
        }
        crate::seen(&mut command)
    }

    fn sign_in(&self, bus: Option<&str>) -> String {
        let client = Application::daemon().id;
        let secret = self.secret();
        let login = ["auth", "login", "--client-secret", "--client-id", &client, "--secret-file"];
        self.run(bus, &[&login[..], &[secret.to_str().unwrap()]].concat())
    }
}

const SHOW: &[&str] = &["item", "show", "nadia@contoso.com:/Notes.txt"];

#[test]
fn what_is_secret_is_in_the_keyring_and_in_no_file_and_is_forgotten_by_both() {
    let person = Person::new();
    let name = "what_is_secret_is_in_the_keyring_and_in_no_file_and_is_forgotten_by_both";
    let Some(session) = Session::start(name, person.home.path()) else { return };
    let bus = Some(&*session.bus);
    let is_done = |seen: &str| seen.starts_with("exit code: 0\n");

    // What was in the file, as there was no keyring then, goes into the keyring.
    assert!(is_done(&person.sign_in(None)));
    assert!(fs::read_to_string(person.file()).unwrap().contains(Application::daemon().secrets[0].expose()));
    let told = person.sign_in(bus);
    assert!(is_done(&told) && told.contains("the system's keyring"), "{told}");
    assert_eq!(fs::read_to_string(person.file()).unwrap(), "{}");

    // It is taken from there, and only from there.
    fs::remove_file(person.secret()).unwrap();
    assert!(is_done(&person.run(bus, SHOW)));
    assert!(person.run(None, SHOW).contains("nothing was sent"));

    // Both have it, and both forget it.
    fs::write(person.secret(), Application::daemon().secrets[0].expose()).unwrap();
    assert!(
        is_done(&person.sign_in(None)) && is_done(&person.run(bus, SHOW)) && is_done(&person.run(None, SHOW))
    );
    assert!(person.run(bus, &["auth", "logout"]).contains("what was kept is forgotten"));
    for bus in [bus, None] {
        assert!(person.run(bus, SHOW).starts_with("exit code: 4\n"));
    }
    assert!(person.run(bus, &["auth", "logout"]).contains("nothing was kept"));
}

#[test]
fn a_refresh_token_is_in_the_keyring_and_the_next_one_takes_its_place() {
    let person = Person::new();
    let name = "a_refresh_token_is_in_the_keyring_and_the_next_one_takes_its_place";
    let Some(session) = Session::start(name, person.home.path()) else { return };
    let told = crate::auth::sign_in_on(&person.service, person.home.path(), Some(&session.bus));
    assert!(told.contains("the system's keyring"), "{told}");
    for _ in 0..3 {
        let seen = person.run(Some(&session.bus), &["item", "show", "me:/Notes.txt"]);
        assert!(seen.starts_with("exit code: 0\n"), "{seen}");
    }
    assert!(!person.file().exists());
}

#[test]
fn without_a_keyring_it_is_in_a_file_of_its_owners_and_that_is_said() {
    let person = Person::new();
    let told = person.sign_in(Some("unix:path=/nowhere"));
    assert!(told.starts_with("exit code: 0\n"), "{told}");
    assert!(told.contains(&format!("kept in     {}\n", person.file().display())), "{told}");
    assert_eq!(fs::metadata(person.file()).unwrap().permissions().mode() & 0o777, 0o600);
    let seen = person.run(Some("unix:path=/nowhere"), SHOW);
    assert!(seen.starts_with("exit code: 0\n"), "{seen}");
}
