//! A shutdown under load: whatever can end does so, the rest is cut off, and every client is notified.

use std::{any::Any, future::Future, process::ExitStatus, time::Duration};

use tempfile::NamedTempFile;
use tokio::{
    io::AsyncReadExt,
    net::TcpStream,
    sync::watch,
    task::{JoinSet, LocalSet},
    time::timeout,
};

use super::{
    load::{
        CLOSE, PIECE, Stage, TEXT, begin_upload, download, expected, get, numbers, open_socket,
        open_socket_over_http2, requests, requests_over_http2, socket, socket_over_http2,
        start_task, task, upload,
    },
    program::Program,
};
use crate::{waiting::until_closed, wire::Wire};

/// The paths of the app, and of the same app mounted in it.
const PREFIXES: [&str; 2] = ["", "/inner"];

/// A program that is told to stop once all of its clients are ready.
struct Load {
    program: Program,
    content: NamedTempFile,
    clients: JoinSet<()>,
    stage: Stage,
}

impl Load {
    async fn start(app: &str, workers: &str) -> Self {
        let content = NamedTempFile::new().unwrap();
        std::fs::write(&content, expected()).unwrap();
        let path = content.path().to_str().unwrap();
        let environment = [("WORKERS", workers), ("CONTENT", path)];
        let mut program = Program::start(&[app, "127.0.0.1:0"], &environment);
        let stage = Stage {
            address: program.started().await,
            ready: watch::Sender::default(),
            is_stopping: watch::Sender::default(),
        };
        Self {
            program,
            content,
            clients: JoinSet::new(),
            stage,
        }
    }

    /// Starts a client.
    fn client<F>(&mut self, client: impl FnOnce(Stage) -> F)
    where
        F: Future + Send + 'static,
    {
        let client = client(self.stage.clone());
        self.clients.spawn(async { drop(client.await) });
    }

    /// Sends a request whose handler writes its name into the log, and waits for that.
    async fn handler(&mut self, path: &str) -> Wire {
        let mut wire = Wire::to(self.stage.address).await;
        wire.request(&format!("GET {path}")).await;
        let line = self.program.line().await;
        assert!(path.ends_with(&line), "{line}");
        wire
    }

    /// Sends the signal once all clients are ready, and waits for them and for the end of the program, which must take
    /// no longer than `limit`. Returns its log after the signal.
    async fn stop(mut self, limit: Duration) -> (Vec<String>, ExitStatus) {
        let clients = self.clients.len();
        let mut ready = self.stage.ready.subscribe();
        let all = async {
            tokio::select! {
                ready = ready.wait_for(|count| *count == clients) => drop(ready),
                Some(ended) = self.clients.join_next() => panic!("a client ended early: {ended:?}"),
            }
        };
        let all = timeout(PATIENCE, all).await;
        all.expect("all clients are ready");
        self.program.signal("-TERM").await;
        until_closed(self.stage.address).await;
        self.stage.is_stopping.send_replace(true);
        let clients = self.clients.join_all();
        let ended = async { tokio::join!(clients, self.program.end()) };
        let (_, end) = timeout(limit, ended).await.expect("all of it ends");
        drop(self.content);
        end
    }
}

/// How long the shutdown may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(40);

/// Less than the shutdown deadline, unless an app sets its own.
const SOON: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_shutdown_under_load_cuts_off_nothing_that_can_end() {
    for workers in ["1", "4"] {
        let mut load = Load::start("busy", workers).await;
        for prefix in PREFIXES {
            // Its handler keeps running without a client.
            drop(load.handler(&format!("{prefix}/late")).await);
        }
        for prefix in PREFIXES {
            let path = |path: &str| format!("{prefix}{path}");
            for _ in 0..2 {
                load.client(|stage| download(stage, path("/file")));
                load.client(|stage| download(stage, path("/stream")));
                load.client(|stage| upload(stage, path("/bytes")));
                load.client(|stage| upload(stage, path("/files")));
                load.client(|stage| socket(stage, path("/echo"), true));
                load.client(|stage| socket(stage, path("/echo"), false));
                load.client(|stage| socket(stage, path("/ticks"), false));
                load.client(|stage| socket_over_http2(stage, path("/echo")));
                load.client(|stage| requests(stage, path("/plain")));
                load.client(|stage| requests_over_http2(stage, path("/plain")));
                for endless in ["/events", "/silent-events", "/endless-lines"] {
                    load.client(|stage| numbers(stage, path(endless)));
                }
                let path = path("/lines");
                load.client(|stage| async move {
                    assert_eq!(numbers(stage, path).await, 101);
                });
            }
            load.client(|stage| task(stage, path("/task")));
        }
        let (log, status) = load.stop(PATIENCE).await;
        assert_eq!(status.code(), Some(0), "{log:#?}");
        let count = |text: &str| log.iter().filter(|line| *line == text).count();
        assert_eq!(count("late ended"), 2, "{log:#?}");
        assert_eq!(count("task ended"), 2, "{log:#?}");
        assert_eq!(count("closed with 0 requests"), 2, "{log:#?}");
        assert_eq!(count("closed"), 1, "{log:#?}");
        let waits = "fastrs is stopping: waiting for ";
        let waits = log[0].strip_prefix(waits).expect(&log[0]);
        assert!(
            waits.contains(" requests and 2 background tasks;"),
            "{waits}"
        );
        assert_eq!(log.len(), 8, "{log:#?}");
    }
}

/// Nothing else delays the end of the program until the mounted app's work has ended.
#[tokio::test]
async fn a_shutdown_waits_for_what_a_request_leaves_running() {
    for prefix in PREFIXES {
        let path = |path: &str| format!("{prefix}{path}");
        for kind in ["handler", "task", "socket", "socket over HTTP/2", "events"] {
            let mut load = Load::start("busy", "2").await;
            match kind {
                "handler" => drop(load.handler(&path("/late")).await),
                "task" => load.client(|stage| task(stage, path("/task"))),
                "socket" => load.client(|stage| socket(stage, path("/echo"), true)),
                "events" => load.client(|stage| numbers(stage, path("/events"))),
                _ => load.client(|stage| socket_over_http2(stage, path("/echo"))),
            }
            let (log, status) = load.stop(PATIENCE).await;
            let context = format!("{kind}, {prefix}: {log:#?}");
            assert_eq!(status.code(), Some(0), "{context}");
            let count = |text: &str| log.iter().filter(|line| *line == text).count();
            assert_eq!(count("closed with 0 requests"), 2, "{context}");
            assert_eq!(count("late ended") == 1, kind == "handler", "{context}");
            assert_eq!(count("task ended") == 1, kind == "task", "{context}");
        }
    }
}

/// Starts something that does not end by itself. It goes on for as long as the client keeps what is returned, which is
/// the connection of a socket.
async fn endless(load: &mut Load, kind: &str, path: &str) -> Box<dyn Any> {
    let address = load.stage.address;
    match kind {
        "handler" => Box::new(load.handler(path).await),
        "handler without a client" => {
            drop(load.handler(path).await);
            Box::new(())
        }
        "upload" => Box::new(begin_upload(address, path, "application/octet-stream", PIECE).await),
        "download" => Box::new(get(address, path).await),
        "task" => Box::new(start_task(address, path).await),
        "stream that is a socket" => {
            let (sender, mut body) = open_socket_over_http2(address, path).await;
            assert_eq!(body.data().await.unwrap().unwrap()[..1], [TEXT]);
            Box::new((sender, body))
        }
        _ => {
            let mut stream = open_socket(address, path).await;
            let mut message = [0; 6];
            stream.read_exact(&mut message).await.unwrap();
            assert_eq!(message[0], TEXT, "{path}");
            Box::new(stream)
        }
    }
}

/// All kinds of such work, and their paths.
const ENDLESS: [(&str, &str); 8] = [
    ("handler", "/hangs"),
    ("handler without a client", "/hangs"),
    ("upload", "/bytes"),
    ("download", "/stream"),
    ("task", "/endless-task"),
    ("socket", "/echo"),
    ("socket with a handler that does not read", "/deaf"),
    ("stream that is a socket", "/echo"),
];

/// Stops a program that has such work, and checks what it and its client are told.
async fn stop_with_endless(kind: &'static str, path: String, is_hurried: bool) {
    let (app, by) = match is_hurried {
        true => ("hurried", "the shutdown deadline"),
        false => ("busy", "a second signal"),
    };
    let mut load = Load::start(app, "2").await;
    let connection = endless(&mut load, kind, &path).await;
    if !is_hurried {
        load.program.signal("-TERM").await;
        until_closed(load.stage.address).await;
    }
    let (log, status) = load.stop(SOON).await;
    let context = format!("{kind}, {path}: {log:#?}");
    assert_eq!(status.code(), Some(1), "{context}");
    let what = match kind {
        "task" => "background task",
        _ => "request",
    };
    let waits =
        format!("fastrs is stopping: waiting for 1 {what}; a second signal stops it at once");
    assert_eq!(log[0], waits, "{context}");
    let error = format!("Error: the app did not stop cleanly: 1 {what} was cut off by {by}");
    assert!(log.contains(&error), "{context}");
    let count = |text: &str| log.iter().filter(|line| *line == text).count();
    assert_eq!(count("closed with 0 requests"), 2, "{context}");
    if kind.starts_with("socket") {
        let mut last = Vec::new();
        let mut stream = connection.downcast::<TcpStream>().expect(kind);
        stream.read_to_end(&mut last).await.expect(&context);
        assert_eq!(last[..4], [CLOSE, 29, 0x03, 0xe9], "{context}");
    }
}

async fn stop_with_everything_endless(is_hurried: bool) {
    let (mut programs, local) = (JoinSet::new(), LocalSet::new());
    for prefix in PREFIXES {
        for (kind, path) in ENDLESS {
            let stopped = stop_with_endless(kind, format!("{prefix}{path}"), is_hurried);
            programs.spawn_local_on(stopped, &local);
        }
    }
    local.run_until(programs.join_all()).await;
}

#[tokio::test]
async fn the_deadline_cuts_off_what_does_not_end() {
    stop_with_everything_endless(true).await;
}

#[tokio::test]
async fn a_second_signal_cuts_off_what_does_not_end() {
    stop_with_everything_endless(false).await;
}
