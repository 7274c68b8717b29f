//! The real program, as a shell sees it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod address;
mod apply;
mod audit;
mod auth;
mod bad_input;
mod batch;
#[cfg(unix)]
mod crash;
mod diff;
mod doctor;
#[cfg(unix)]
mod exit;
mod explain;
mod format;
#[cfg(unix)]
mod guide;
#[cfg(unix)]
mod help;
mod invite;
mod item;
#[cfg(all(unix, feature = "keyring"))]
mod keyring;
mod link;
#[cfg(unix)]
mod mock;
mod permissions;
mod plan;
#[cfg(unix)]
mod postgres;
mod profile;
mod program;
mod rehearse;
mod revoke;
mod schema;
#[cfg(unix)]
mod secrets;
#[cfg(unix)]
mod signal;
#[cfg(unix)]
mod stage;
mod summary;
#[cfg(unix)]
mod terminal;
mod validate;

use std::{
    path::Path,
    process::{Command, Output, Stdio},
};

use sharing_mock::{MockServer, MockServerBuilder};

// Each answer of the mock is compared with the published schemas, in every test of this crate.
const _: () =
    assert!(sharing_mock::VALIDATES || !cfg!(debug_assertions), "sharing-mock is built without `validate`");

/// The item that the tests share.
const REPORT: &str = "/drive/root:/Projects/Quarterly report.docx";

/// The program with an environment of its own, and no terminal.
fn sharing(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sharing"));
    for (name, _) in std::env::vars() {
        if name.starts_with("SHARING_") {
            command.env_remove(name);
        }
    }
    for name in
        ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
    {
        command.env_remove(name);
    }
    at_home(&mut command, Path::new(concat!(env!("CARGO_TARGET_TMPDIR"), "/nobody's home")));
    // Files are named as the README names them.
    command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).args(arguments).stdin(Stdio::null());
    command
}

/// The same for somebody with this home, and without a keyring.
fn at_home(command: &mut Command, home: &Path) {
    for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"] {
        command.env_remove(name);
    }
    command.env("HOME", home).env("SHARING_KEYRING", "off");
}

/// What a person sees of a run: the exit code and both streams.
fn seen(command: &mut Command) -> String {
    told(&command.output().unwrap())
}

/// The same of a run that has ended.
fn told(output: &Output) -> String {
    let text = |bytes| std::str::from_utf8(bytes).unwrap();
    format!(
        "exit code: {}\n----- standard output -----\n{}----- standard error -----\n{}",
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr)
    )
}

/// Compares with the committed snapshot; what differs from run to run is cut out.
macro_rules! assert_seen {
    ($command:expr) => {
        insta::with_settings!({ filters => vec![
            (r"127\.0\.0\.1:\d+", "[host]"),
            (r"[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", "[request-id]"),
            (r"\x22/tmp/[^\x22]*/|/tmp/[^ ]*/", "[folder]/"),
        ] }, {
            insta::assert_snapshot!(crate::seen(&mut $command));
        });
    };
}
pub(crate) use assert_seen;

/// A service to run against, on a thread of its own: the program under test is another process.
struct Service {
    server: Option<MockServer>,
    runtime: tokio::runtime::Runtime,
}

impl Service {
    fn start() -> Self {
        Self::with(MockServer::builder())
    }

    fn with(builder: MockServerBuilder) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let server = runtime.block_on(builder.start()).unwrap();
        Self { server: Some(server), runtime }
    }

    fn server(&self) -> &MockServer {
        self.server.as_ref().unwrap()
    }

    /// The program with this service and a token.
    fn sharing(&self, arguments: &[&str]) -> Command {
        let mut command = sharing(arguments);
        command.args(["--endpoint", self.server().url()]).env("SHARING_TOKEN", "a-very-secret-token");
        command
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _inside = self.runtime.enter();
        drop(self.server.take());
    }
}
