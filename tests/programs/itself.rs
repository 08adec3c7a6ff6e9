//! A program that serves and is its own client: it starts itself again as the server, and watches that process.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
};

/// The end of lines that are not worth repeating.
pub(crate) const ON_PURPOSE: &str = "on purpose";

/// The server, which the argument `serve` started.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts this program as a server.
    pub(crate) fn start(environment: &[(&str, &str)]) -> Self {
        let mut child = Command::new(std::env::current_exe().expect("a program has a path"))
            .arg("serve")
            .envs(environment.iter().copied())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut log = BufReader::new(child.stderr.take().expect("standard error is a pipe"));
        let mut line = String::new();
        log.read_line(&mut line).expect("a start line");
        let address = line.split_once("http://").and_then(|(_, rest)| {
            let address = rest.split([',', '\n']).next()?;
            address.parse().ok()
        });
        // Reads the log until it ends, so that the pipe does not break.
        thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                if !line.ends_with(ON_PURPOSE) {
                    eprintln!("{line}");
                }
            }
        });
        let address = address.expect(&line);
        Self { child, address }
    }

    /// Stops the server with SIGTERM, and waits for its end.
    pub(crate) fn stop(mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        let stopped = Command::new("kill").args(["-TERM", &id]).status();
        assert!(stopped.expect("`kill` is installed").success());
        self.child.wait().expect("the server ends")
    }
}

/// What Linux says about the process.
#[allow(dead_code, reason = "not every program watches its server")]
impl Server {
    /// Returns the memory that the server uses, in KiB.
    pub(crate) fn memory(&self) -> u64 {
        let id = self.child.id();
        let status = fs::read_to_string(format!("/proc/{id}/status")).expect("this is Linux");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let size = line.and_then(|size| size.trim().strip_suffix(" kB"));
        size.and_then(|size| size.parse().ok()).expect("a size")
    }

    /// Returns the number of open descriptors. A temporary file without a name is one, too.
    pub(crate) fn descriptors(&self) -> usize {
        let id = self.child.id();
        let list = fs::read_dir(format!("/proc/{id}/fd")).expect("this is Linux");
        list.count()
    }
}
