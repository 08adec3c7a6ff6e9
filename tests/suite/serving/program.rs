//! A real process: its start line, its signals, its exit status.

use std::{
    net::SocketAddr,
    process::{ExitStatus, Stdio},
};

use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    net::UnixStream,
    process::{Child, ChildStderr, Command},
};

use crate::waiting::until_closed;
use crate::wire::Wire;

pub(crate) struct Program {
    child: Child,
    log: Lines<BufReader<ChildStderr>>,
}

impl Program {
    pub(crate) fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_served"));
        Self::spawn(command.args(arguments), environment)
    }

    /// Starts the program with a limit on its resources, in the words of `ulimit`.
    #[cfg(target_os = "linux")]
    pub(super) fn start_limited(limit: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new("sh");
        let script = format!("ulimit {limit} && exec \"$0\" \"$@\"");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_served")]);
        Self::spawn(command.args(arguments), &[])
    }

    pub(crate) fn spawn(command: &mut Command, environment: &[(&str, &str)]) -> Self {
        let mut child = command
            .env_remove("HOST")
            .env_remove("PORT")
            .env_remove("WORKERS")
            .env_remove("ACCESS_LOG")
            .env_remove("SHUTDOWN_DELAY")
            .env_remove("ROOT_PATH")
            .env_remove("FORWARDED_ALLOW_IPS")
            .envs(environment.iter().copied())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        let stderr = child.stderr.take().expect("standard error is a pipe");
        Self {
            child,
            log: BufReader::new(stderr).lines(),
        }
    }

    pub(crate) async fn line(&mut self) -> String {
        self.log
            .next_line()
            .await
            .expect("the log is text")
            .expect("the program continues")
    }

    /// Reads the start line of a program that creates its resource first.
    pub(crate) async fn started(&mut self) -> SocketAddr {
        assert_eq!(self.line().await, "opened");
        let line = self.line().await;
        let url = line
            .strip_prefix("fastrs is listening on ")
            .expect("a start line");
        let url = url.split(',').next().unwrap_or(url);
        let (_, address) = url.split_once("://").expect("a URL");
        address.parse().expect("an address")
    }

    #[cfg(target_os = "linux")]
    pub(super) fn id(&self) -> u32 {
        self.child.id().expect("the program runs")
    }

    /// Reads a file that Linux has about the process.
    #[cfg(target_os = "linux")]
    pub(super) fn about(&self, file: &str) -> String {
        let id = self.id();
        std::fs::read_to_string(format!("/proc/{id}/{file}")).expect("Linux has the file")
    }

    pub(crate) async fn signal(&self, name: &str) {
        let id = self.child.id().expect("the program runs").to_string();
        let sent = Command::new("kill").args([name, &id]).status().await;
        assert!(sent.expect("`kill` is installed").success());
    }

    /// Stops reading its standard error.
    pub(crate) fn stop_reading(self) -> Child {
        self.child
    }

    /// Returns the last lines and the exit status.
    pub(crate) async fn end(mut self) -> (Vec<String>, ExitStatus) {
        let mut lines = Vec::new();
        while let Some(line) = self.log.next_line().await.expect("the log is text") {
            lines.push(line);
        }
        (lines, self.child.wait().await.expect("the program ends"))
    }
}

#[tokio::test]
async fn the_start_line_shows_where_the_server_and_its_docs_are() {
    let mut program = Program::start(&["plain", "127.0.0.1:0"], &[]);
    assert_eq!(
        program.line().await,
        "opened",
        "app-scoped values are created first"
    );
    let line = program.line().await;
    let rest = line
        .strip_prefix("fastrs is listening on http://127.0.0.1:")
        .expect(&line);
    let (port, docs) = rest.split_once(", docs at ").expect(&line);
    assert_ne!(port, "0");
    assert_eq!(docs, format!("http://127.0.0.1:{port}/docs"));

    let mut program = Program::start(&["without-docs", "127.0.0.1:0"], &[]);
    assert_eq!(program.line().await, "opened");
    let line = program.line().await;
    assert!(
        line.starts_with("fastrs is listening on http://127.0.0.1:") && !line.contains("docs"),
        "{line}"
    );
}

#[tokio::test]
async fn launch_listens_where_the_environment_specifies() {
    let mut program = Program::start(&["plain"], &[("HOST", "localhost"), ("PORT", "0")]);
    let address = program.started().await;
    assert!(
        address.ip().is_loopback() && address.port() != 8000,
        "{address}"
    );
    let mut wire = Wire::to(address).await;
    wire.request("GET /openapi.json").await;
    assert_eq!(wire.answer().await.status(), "200");

    let (lines, status) = Program::start(&["plain"], &[("PORT", "http")]).end().await;
    assert_eq!(status.code(), Some(1));
    let expected = "Error: the app cannot start: the environment variable `PORT` is `http`: set it to a port, from 0 to 65535";
    assert_eq!(lines, [expected]);

    // The program reports port 8000, whether or not it is free.
    let mut program = Program::start(&["plain"], &[]);
    assert_eq!(program.line().await, "opened");
    let line = match program.line().await {
        closed if closed == "closed" => program.line().await,
        line => line,
    };
    assert!(line.contains("127.0.0.1:8000"), "{line}");
}

/// The threads of a process, as Linux shows them: the workers, and one that checks the deadlines.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_environment_sets_the_number_of_threads() {
    for (workers, threads) in [("1", 2), ("3", 5)] {
        let mut program = Program::start(&["plain", "127.0.0.1:0"], &[("WORKERS", workers)]);
        let mut wire = Wire::to(program.started().await).await;
        wire.request("GET /openapi.json").await;
        assert_eq!(wire.answer().await.status(), "200");
        let tasks = format!("/proc/{}/task", program.child.id().expect("it runs"));
        let tasks = std::fs::read_dir(tasks).expect("Linux lists them");
        assert_eq!(tasks.count(), threads, "{workers} workers");
    }
    for workers in ["0", "x", "-1", "2.5", "99999999999"] {
        let (lines, status) = Program::start(&["plain"], &[("WORKERS", workers)])
            .end()
            .await;
        assert_eq!(status.code(), Some(1));
        let expected = format!(
            "Error: the app cannot start: the environment variable `WORKERS` is `{workers}`: set it to a number of threads, from 1 to 65535"
        );
        assert_eq!(lines, [expected]);
    }
}

#[tokio::test]
async fn a_signal_finishes_requests_in_flight() {
    for signal in ["-TERM", "-INT"] {
        let mut program = Program::start(&["plain", "127.0.0.1:0"], &[]);
        let address = program.started().await;
        let mut idle = Wire::to(address).await;
        idle.request("GET /nowhere").await;
        assert_eq!(idle.answer().await.status(), "404");
        let mut busy = Wire::to(address).await;
        let head = "host: test\r\ncontent-type: application/json\r\ncontent-length: 7\r\nexpect: 100-continue";
        busy.send(&format!("POST /upload HTTP/1.1\r\n{head}\r\n\r\n"))
            .await;
        assert!(
            busy.head().await.starts_with("HTTP/1.1 100 "),
            "the handler waits for its body"
        );
        busy.send("\"wh").await;

        program.signal(signal).await;
        until_closed(address).await;
        busy.send("ole\"").await;
        let answer = busy.answer().await;
        assert_eq!((answer.status(), &*answer.body), ("200", "5"), "{signal}");
        assert_eq!(answer.header("connection"), Some("close"), "{signal}");
        assert_eq!(idle.rest().await, "", "{signal}");
        let (lines, status) = program.end().await;
        assert_eq!(
            (lines.last().map(|line| &**line), status.code()),
            (Some("closed"), Some(0)),
            "{signal}: {lines:?}"
        );
    }
}

#[tokio::test]
async fn a_second_signal_ends_the_program_at_once() {
    let mut program = Program::start(&["plain", "127.0.0.1:0"], &[]);
    let address = program.started().await;
    let mut busy = Wire::to(address).await;
    let head =
        "host: test\r\ncontent-type: application/json\r\ncontent-length: 7\r\nexpect: 100-continue";
    busy.send(&format!("POST /upload HTTP/1.1\r\n{head}\r\n\r\n"))
        .await;
    busy.head().await;
    program.signal("-TERM").await;
    until_closed(address).await;
    program.signal("-INT").await;
    let (lines, status) = program.end().await;
    assert_eq!(
        status.code(),
        Some(1),
        "the error says that a request was cut off: {lines:?}"
    );
    assert!(
        lines.iter().any(|line| line == "closed"),
        "the app's values are closed nevertheless: {lines:?}"
    );
    assert!(
        lines
            .iter()
            .any(|line| line.ends_with("1 request was cut off by a second signal")),
        "{lines:?}"
    );
}

#[tokio::test]
async fn a_startup_that_hangs_can_be_stopped() {
    for signal in ["-TERM", "-INT"] {
        let mut program = Program::start(&["hanging", "127.0.0.1:0"], &[]);
        assert_eq!(
            [program.line().await, program.line().await],
            ["opened", "hanging"]
        );
        program.signal(signal).await;
        let (lines, status) = program.end().await;
        assert_eq!(
            (lines.concat(), status.code()),
            ("closed".to_owned(), Some(0)),
            "{signal}"
        );
    }
}

#[tokio::test]
async fn an_app_that_cannot_start_reports_why_and_fails() {
    let (lines, status) = Program::start(&["broken", "127.0.0.1:0"], &[]).end().await;
    let expected = [
        "opened",
        "closed",
        "Error: the app cannot start: the app-scoped dependency `broken` failed to start: no database",
    ];
    assert_eq!(
        (lines, status.code()),
        (expected.map(str::to_owned).to_vec(), Some(1))
    );

    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (lines, status) = Program::start(&["plain", &address], &[]).end().await;
    assert_eq!(status.code(), Some(1));
    assert_eq!(lines[..2], ["opened", "closed"]);
    assert!(
        lines[2].contains(&address),
        "the error names the address: {lines:?}"
    );
}

#[tokio::test]
async fn a_unix_socket_is_served_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("served.sock");
    let address = format!("unix:{}", path.display());
    // The socket file that a killed program leaves behind does not prevent the next start.
    for _ in 0..2 {
        let mut program = Program::start(&["plain", &address], &[]);
        assert_eq!(program.line().await, "opened");
        assert_eq!(
            program.line().await,
            format!("fastrs is listening on {address}")
        );
        let mut wire = Wire::over(UnixStream::connect(&path).await.unwrap());
        wire.request("GET /openapi.json").await;
        assert_eq!(wire.answer().await.status(), "200");
        program.child.kill().await.unwrap();
        assert!(path.exists());
    }
    let mut program = Program::start(&["plain", &address], &[]);
    assert_eq!([program.line().await, program.line().await][0], "opened");
    program.signal("-TERM").await;
    assert_eq!(program.end().await.1.code(), Some(0));
    assert!(!path.exists());
}
