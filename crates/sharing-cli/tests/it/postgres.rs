//! A PostgreSQL of a test's own, on loopback.

use std::{
    env, fs,
    io::{self, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

/// Set by CI: then a test that has no PostgreSQL fails.
const REQUIRED: &str = "SHARING_POSTGRES_REQUIRED";

/// A cluster in a temporary folder. Dropped, it stops.
pub(crate) struct Postgres {
    programs: PathBuf,
    folder: TempDir,
    port: u16,
}

impl Postgres {
    /// Starts one; `None` where this machine has none, which is then told.
    pub(crate) fn start(test: &str) -> Option<Self> {
        let Some(programs) = programs() else {
            assert!(env::var_os(REQUIRED).is_none(), "{test} needs PostgreSQL's initdb and pg_ctl");
            // Written past the test runner, which shows what is printed only when a test fails.
            let told = format!("left out of `cargo test`: {test} (needs PostgreSQL)\n");
            io::stderr().write_all(told.as_bytes()).unwrap();
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let cluster = Self { programs, folder, port };
        let data = cluster.data();
        if is_root() {
            let owned = Command::new("chown").arg("postgres").arg(cluster.folder.path()).status().unwrap();
            assert!(owned.success());
        }
        let data_text = data.to_str().unwrap();
        cluster.run("initdb", &["-D", data_text, "-U", "sharing", "--auth", "trust", "--no-sync"]);
        let options = format!(
            "-p {port} -k {} -c listen_addresses=127.0.0.1 -c fsync=off",
            cluster.folder.path().display()
        );
        let log = cluster.folder.path().join("log");
        let log = log.to_str().unwrap();
        cluster.run("pg_ctl", &["-D", data_text, "-l", log, "-o", &options, "-w", "start"]);
        Some(cluster)
    }

    /// Where its database is.
    pub(crate) fn url(&self) -> String {
        format!("postgres://sharing@127.0.0.1:{}/postgres", self.port)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Runs a program of PostgreSQL, which refuses to run as root.
    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(&program);
            command
        } else {
            Command::new(&program)
        };
        // Into a file: the server would hold a pipe open.
        let told = fs::File::create(env::temp_dir().join(format!("sharing-postgres-{}", self.port))).unwrap();
        command.args(arguments).current_dir("/").stdin(Stdio::null());
        let status = command.stdout(told.try_clone().unwrap()).stderr(told).status().unwrap();
        assert!(status.success(), "{} {arguments:?}: {status}", program.display());
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = self.data();
        self.run("pg_ctl", &["-D", data.to_str().unwrap(), "-m", "immediate", "stop"]);
        let _ = fs::remove_file(env::temp_dir().join(format!("sharing-postgres-{}", self.port)));
    }
}

/// The folder of PostgreSQL's programs: the newest below Debian's, or where the path leads.
fn programs() -> Option<PathBuf> {
    let below = |folder: &Path| folder.join("pg_ctl").exists() && folder.join("initdb").exists();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<_> = versions.map(|version| version.path().join("bin")).collect();
    versions.sort();
    let paths = env::var_os("PATH").unwrap_or_default();
    versions.into_iter().rev().chain(env::split_paths(&paths)).find(|folder| below(folder))
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}
