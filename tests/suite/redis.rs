//! Redis: the connection, its circuit breaker, and what is kept there.
//!
//! Each test starts a Redis of its own. If `redis-server` is not installed, these tests are skipped with a message; with
//! `FASTRS_REQUIRE_PROGRAMS=1` they fail.

mod breaker;
mod cache;
mod sessions;

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Child, Command, Stdio},
};

use fastrs::Redis;
use tempfile::TempDir;

use crate::{skipping::skip, waiting::until};

/// A Redis on a free port, with its files in a temporary folder, which ends with the test.
pub(crate) struct Server {
    port: u16,
    folder: TempDir,
    process: Option<Child>,
}

impl Server {
    /// Starts a server, or returns `None` if it is not installed.
    #[track_caller]
    pub(crate) fn start() -> Option<Self> {
        let is_installed = Command::new("redis-server")
            .arg("--version")
            .stdout(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        if !is_installed {
            skip("redis", "redis-server is not installed");
            return None;
        }
        let free = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
        let port = free.unwrap().port();
        let mut server = Self {
            port,
            folder: TempDir::new().unwrap(),
            process: None,
        };
        server.run();
        Some(server)
    }

    /// Starts the process, and waits until it accepts commands.
    pub(crate) fn run(&mut self) {
        let mut process = Command::new("redis-server")
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "no", "--dir"])
            .arg(self.folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let mut lines = output.lines().map_while(Result::ok);
        let mut said = Vec::new();
        let is_ready = lines.any(|line| {
            said.push(line);
            said.last()
                .is_some_and(|line| line.contains("Ready to accept connections"))
        });
        self.process = Some(process);
        assert!(is_ready, "redis-server does not start: {said:?}");
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    pub(crate) fn client(&self) -> Redis {
        Redis::new(&self.url()).unwrap()
    }

    /// Kills the process.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Stops the process without ending it, or lets it continue.
    pub(crate) fn pause(&self, pauses: bool) {
        let signal = if pauses { "-STOP" } else { "-CONT" };
        let process = self.process.as_ref().unwrap().id().to_string();
        let sent = Command::new("kill").args([signal, &process]).status();
        assert!(sent.unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Waits until the connection has been made again.
pub(crate) async fn until_available(redis: &Redis) {
    until(async || redis.is_available()).await;
}
