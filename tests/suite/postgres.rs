//! A PostgreSQL server of the tests' own, on a free port and in a temporary folder.
//!
//! If PostgreSQL is not installed, a test that needs it is skipped with a message; with `FASTRS_REQUIRE_PROGRAMS=1` it
//! fails.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
    thread::sleep,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::skipping::skip;

/// Stops the server when the test's process ends, however that ends: its standard input is closed then.
const KEEPER: &str = r#""$@" >"$FOLDER/log" 2>&1 & server=$!
cat >/dev/null
kill -INT $server 2>/dev/null
wait $server"#;

/// How long a server may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server, which is stopped when this value is dropped.
pub(crate) struct Postgres {
    bin: PathBuf,
    user: Option<(u32, u32)>,
    folder: TempDir,
    port: u16,
    keeper: Option<Child>,
}

impl Postgres {
    /// Returns the server that all tests share, each with a database or a schema of its own. `None` if PostgreSQL is not
    /// installed.
    pub(crate) fn shared(test: &str) -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Postgres>> = OnceLock::new();
        let shared = SHARED.get_or_init(|| Self::start(test)).as_ref();
        if shared.is_none() {
            skip(test, "PostgreSQL is missing");
        }
        shared
    }

    /// Starts a server that the test may stop and kill.
    pub(crate) fn start(test: &str) -> Option<Self> {
        let Some(bin) = programs() else {
            skip(test, "PostgreSQL is missing");
            return None;
        };
        let folder = tempfile::Builder::new()
            .prefix("fastrs-postgres-")
            .tempdir()
            .unwrap();
        let user = unprivileged();
        if let Some((uid, gid)) = user {
            chown(folder.path(), Some(uid), Some(gid)).unwrap();
        }
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut server = Self {
            bin,
            user,
            folder,
            port,
            keeper: None,
        };
        let mut init = server.command(&server.bin.join("initdb"));
        init.args([
            "--username=postgres",
            "--auth=trust",
            "--no-sync",
            "--encoding=UTF8",
        ]);
        init.args(["--locale=C", "--pgdata"]).arg(server.data());
        let made = init.output().expect("initdb can be started");
        assert!(
            made.status.success(),
            "initdb: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        server.resume_service();
        Some(server)
    }

    /// Returns the URL of a database on this server.
    pub(crate) fn url(&self) -> String {
        self.url_at(self.address())
    }

    /// Returns the URL of that database at another address.
    pub(crate) fn url_at(&self, address: SocketAddr) -> String {
        format!("postgres://postgres@{address}/postgres")
    }

    pub(crate) fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// Starts the server again, with the data that it had.
    pub(crate) fn resume_service(&mut self) {
        let mut keeper = self.command(Path::new("sh"));
        keeper
            .args(["-c", KEEPER, "keeper"])
            .arg(self.bin.join("postgres"));
        keeper.arg("-D").arg(self.data());
        keeper.args([
            "-p",
            &self.port.to_string(),
            "-k",
            "",
            "-c",
            "listen_addresses=127.0.0.1",
        ]);
        keeper.args([
            "-c",
            "fsync=off",
            "-c",
            "max_connections=60",
            "-c",
            "shared_buffers=16MB",
        ]);
        keeper
            .env("FOLDER", self.folder.path())
            .stdin(Stdio::piped());
        self.keeper = Some(keeper.spawn().expect("a shell can be started"));
        let deadline = Instant::now() + PATIENCE;
        while !self.is_ready() {
            assert!(
                Instant::now() < deadline,
                "PostgreSQL does not start: {}",
                self.log()
            );
            sleep(Duration::from_millis(20));
        }
    }

    /// Kills the server and all its processes, as the kernel does when memory runs out.
    pub(crate) fn kill(&mut self) {
        self.signal("KILL");
        if let Some(mut keeper) = self.keeper.take() {
            drop(keeper.stdin.take());
            keeper.wait().unwrap();
        }
        fs::remove_file(self.data().join("postmaster.pid")).ok();
    }

    /// Sends a signal to the server and all its processes: `STOP` and `CONT` pause it.
    pub(crate) fn signal(&self, name: &str) {
        let Ok(pid) = fs::read_to_string(self.data().join("postmaster.pid")) else {
            return;
        };
        let pid = pid.lines().next().unwrap_or_default();
        Command::new("pkill")
            .args([&format!("-{name}"), "-P", pid])
            .status()
            .unwrap();
        Command::new("kill")
            .args([&format!("-{name}"), pid])
            .status()
            .unwrap();
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn is_ready(&self) -> bool {
        let port = self.port.to_string();
        let mut ask = self.command(&self.bin.join("pg_isready"));
        ask.args(["-q", "-h", "127.0.0.1", "-p", &port]);
        ask.status().is_ok_and(|status| status.success())
    }

    /// Returns a command as the user that may run PostgreSQL, which refuses to run as root.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path());
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.signal("CONT");
        if let Some(mut keeper) = self.keeper.take() {
            drop(keeper.stdin.take());
            keeper.wait().ok();
        }
    }
}

/// Returns the folder of PostgreSQL's programs. Debian does not put them on the path.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    folders.extend(versions.filter_map(|version| Some(version.ok()?.path().join("bin"))));
    let has_all = |folder: &PathBuf| {
        ["initdb", "pg_isready", "postgres"]
            .iter()
            .all(|program| folder.join(program).exists())
    };
    folders.into_iter().rfind(has_all)
}

/// Returns the user and group of PostgreSQL, if the tests run as root.
fn unprivileged() -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| {
        let output = Command::new("id").args(arguments).output().ok()?;
        String::from_utf8(output.stdout)
            .ok()?
            .trim()
            .parse::<u32>()
            .ok()
    };
    (id(&["-u"])? == 0).then_some((id(&["-u", "postgres"])?, id(&["-g", "postgres"])?))
}
