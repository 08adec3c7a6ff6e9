//! Sockets that a supervisor opens for the program, as systemd does.
//!
//! If `python3`, which plays the supervisor, is not installed, this is skipped with a message; with
//! `FASTRS_REQUIRE_PROGRAMS=1` it fails.

use std::{
    net::SocketAddr,
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
};

use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStderr, ChildStdout, Command},
    task::JoinSet,
};

use crate::{
    skipping::skip,
    waiting::{soon, until},
    wire::Wire,
};

/// Opens a socket, or as many as the first argument says, and prints the port. Each time it reads a line, it starts the
/// program and prints its id; when the program ends, it prints its status. The socket stays open.
const SUPERVISOR: &str = r#"
import os, socket, sys
kind, program = sys.argv[1], sys.argv[2:]
type = socket.SOCK_DGRAM if kind == "datagram" else socket.SOCK_STREAM
listener = socket.socket(socket.AF_INET, type)
listener.bind(("127.0.0.1", 0))
if kind != "datagram":
    listener.listen(1024)
print(listener.getsockname()[1], flush=True)
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        for fd in (3, 4):
            os.dup2(listener.fileno(), fd)
            os.set_inheritable(fd, True)
        os.environ["LISTEN_FDS"] = "2" if kind == "two" else "1"
        os.environ["LISTEN_PID"] = str(os.getpid() + (1 if kind == "other" else 0))
        os.execv(program[0], program)
    print(pid, flush=True)
    print(os.waitpid(pid, 0)[1], flush=True)
"#;

struct Supervisor {
    child: Child,
    output: Lines<BufReader<ChildStdout>>,
    log: Lines<BufReader<ChildStderr>>,
    address: SocketAddr,
}

impl Supervisor {
    async fn start(kind: &str) -> Option<Self> {
        let child = Command::new("python3")
            .args([
                "-c",
                SUPERVISOR,
                kind,
                env!("CARGO_BIN_EXE_served"),
                "plain",
            ])
            .env_remove("HOST")
            .env("PORT", "0")
            .env("ACCESS_LOG", "off")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn();
        let Ok(mut child) = child else {
            skip("systemd", "`python3` is not installed");
            return None;
        };
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = output.next_line().await.unwrap().unwrap().parse().unwrap();
        Some(Self {
            log: BufReader::new(child.stderr.take().unwrap()).lines(),
            output,
            child,
            address: ([127, 0, 0, 1], port).into(),
        })
    }

    async fn line(&mut self) -> String {
        soon(self.output.next_line()).await.unwrap().unwrap()
    }

    async fn logged(&mut self) -> String {
        soon(self.log.next_line()).await.unwrap().unwrap()
    }

    /// Starts the program, and returns its id.
    async fn run(&mut self) -> String {
        use tokio::io::AsyncWriteExt;
        let stdin = self.child.stdin.as_mut().unwrap();
        stdin.write_all(b"\n").await.unwrap();
        self.line().await
    }
}

#[tokio::test]
async fn a_restart_refuses_no_client() {
    let Some(mut supervisor) = Supervisor::start("one").await else {
        return;
    };
    let address = supervisor.address;
    let (stops, answered) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let mut clients = JoinSet::new();
    for _ in 0..4 {
        let (stops, answered) = (Arc::clone(&stops), Arc::clone(&answered));
        clients.spawn(async move {
            while !stops.load(SeqCst) {
                let mut wire = Wire::to(address).await;
                wire.request("GET /openapi.json").await;
                assert_eq!(wire.answer().await.status(), "200");
                answered.fetch_add(1, SeqCst);
            }
        });
    }
    for round in 0..4 {
        let id = supervisor.run().await;
        assert_eq!(supervisor.logged().await, "opened");
        let line = supervisor.logged().await;
        let start = format!("fastrs is listening on http://{address}");
        assert!(line.starts_with(&start), "{line}");
        let before = answered.load(SeqCst);
        until(async || answered.load(SeqCst) > before + 50).await;
        if round == 3 {
            stops.store(true, SeqCst);
            while let Some(client) = clients.join_next().await {
                client.unwrap();
            }
        }
        let killed = Command::new("kill").arg(&id).status().await.unwrap();
        assert!(killed.success());
        assert_eq!(supervisor.line().await, "0");
        assert_eq!(supervisor.logged().await, "closed");
    }
}

#[tokio::test]
async fn a_socket_that_is_not_for_the_program_is_left_alone() {
    let Some(mut supervisor) = Supervisor::start("other").await else {
        return;
    };
    supervisor.run().await;
    assert_eq!(supervisor.logged().await, "opened");
    let line = supervisor.logged().await;
    let other = format!("fastrs is listening on http://{}", supervisor.address);
    assert!(line.starts_with("fastrs is listening on http://"), "{line}");
    assert!(!line.starts_with(&other), "{line}");
}

#[tokio::test]
async fn a_wrong_socket_is_a_startup_error() {
    for (kind, expected) in [
        (
            "two",
            "systemd passed 2 sockets, but a server listens on one: keep one `ListenStream=` in the unit",
        ),
        (
            "datagram",
            "the socket from systemd is neither TCP nor a Unix stream: use `ListenStream=` in the unit",
        ),
    ] {
        let Some(mut supervisor) = Supervisor::start(kind).await else {
            return;
        };
        supervisor.run().await;
        let line = supervisor.logged().await;
        assert_eq!(line, format!("Error: the app cannot start: {expected}"));
        // The status of a process that exits with 1.
        assert_eq!(supervisor.line().await, "256");
    }
}
