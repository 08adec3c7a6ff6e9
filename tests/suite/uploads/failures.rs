//! The state after an upload that fails: no file is left, no handler waits, and the server accepts the next upload.
//!
//! The server runs in its own process, so that its open files and its folder can be inspected.

use std::{fs, net::SocketAddr, process::Stdio};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use super::support::{Form, head};
use crate::{waiting::until, wire::Wire};

/// A server that stores uploads in its own folder.
struct Uploads {
    child: Child,
    folder: TempDir,
    address: SocketAddr,
}

impl Uploads {
    async fn start() -> Self {
        Self::run("exec \"$0\" uploads 127.0.0.1:0", &["sh"]).await
    }

    /// Starts a server whose disk has two megabytes.
    async fn on_a_small_disk() -> Self {
        let mount =
            "mount -t tmpfs -o size=2m tmpfs \"$TMPDIR\" && exec \"$0\" uploads 127.0.0.1:0";
        Self::run(mount, &["unshare", "-rm", "sh"]).await
    }

    async fn run(script: &str, shell: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let mut child = Command::new(shell[0])
            .args(&shell[1..])
            .args(["-c", script, env!("CARGO_BIN_EXE_served")])
            .env("TMPDIR", folder.path())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = loop {
            let line = log.next_line().await.unwrap().expect("the program serves");
            if let Some(at) = line.strip_prefix("fastrs is listening on http://") {
                break at.split(',').next().unwrap().parse().unwrap();
            }
        };
        // Reads whatever else the server writes.
        tokio::spawn(async move { while let Ok(Some(_)) = log.next_line().await {} });
        Self {
            child,
            folder,
            address,
        }
    }

    /// Returns how many temporary files are open without being listed in the folder.
    fn open_files(&self) -> usize {
        let fds = format!("/proc/{}/fd", self.child.id().unwrap());
        let targets = fs::read_dir(fds)
            .unwrap()
            .flatten()
            .flat_map(|fd| fs::read_link(fd.path()));
        let is_upload = |name: &std::path::PathBuf| {
            let name = name.to_string_lossy();
            name.contains("fastrs-upload") && name.ends_with(" (deleted)")
        };
        targets.filter(is_upload).count()
    }

    async fn until_open_files(&self, count: usize) {
        until(async || self.open_files() == count).await;
        let listed = fs::read_dir(self.folder.path()).unwrap().count();
        assert_eq!(listed, 0, "a file in the folder");
    }

    async fn upload(&self, path: &str, length: usize) -> (String, String) {
        let body = Form::new().file("file", "f", "x".repeat(length)).end();
        let mut wire = Wire::to(self.address).await;
        wire.send(&head(path, body.len())).await;
        wire.send(body).await;
        let answer = wire.answer().await;
        (answer.status().to_owned(), answer.body)
    }
}

const LARGE: usize = 3_000_000;

#[tokio::test]
async fn an_aborted_upload_leaves_no_file() {
    let uploads = Uploads::start().await;
    let mut wire = Wire::to(uploads.address).await;
    wire.send(&head("/size", 100_000_000)).await;
    let open = Form::new().file("file", "f", "x".repeat(LARGE)).open();
    wire.send(open).await;
    uploads.until_open_files(1).await;
    drop(wire);
    uploads.until_open_files(0).await;
    assert_eq!(
        uploads.upload("/size", LARGE).await,
        ("200".into(), LARGE.to_string())
    );
}

#[tokio::test]
async fn a_panic_leaves_no_file() {
    let uploads = Uploads::start().await;
    let (status, _) = uploads.upload("/panics", LARGE).await;
    assert_eq!(status, "500");
    uploads.until_open_files(0).await;
    assert_eq!(
        uploads.upload("/size", LARGE).await,
        ("200".into(), LARGE.to_string())
    );
    uploads.until_open_files(0).await;
}

#[tokio::test]
async fn a_full_disk_is_a_507_and_the_next_upload_works() {
    let uploads = Uploads::on_a_small_disk().await;
    for _ in 0..3 {
        let (status, body) = uploads.upload("/size", LARGE).await;
        assert_eq!(
            (&*status, &*body),
            ("507", r#"{"detail":"Insufficient Storage"}"#)
        );
        uploads.until_open_files(0).await;
        let length = 1_500_000;
        assert_eq!(
            uploads.upload("/size", length).await,
            ("200".into(), length.to_string())
        );
        uploads.until_open_files(0).await;
    }
}

#[tokio::test]
async fn a_persisted_file_is_complete() {
    let uploads = Uploads::start().await;
    let (status, kept) = uploads.upload("/keep", LARGE).await;
    assert_eq!(status, "200");
    let path = kept.trim_matches('"');
    assert_eq!(fs::metadata(path).unwrap().len(), LARGE as u64);
    fs::remove_file(path).unwrap();
    uploads.until_open_files(0).await;
    let (status, body) = uploads.upload("/nowhere", LARGE).await;
    assert_eq!(
        (&*status, &*body),
        ("500", r#"{"detail":"Internal Server Error"}"#)
    );
    uploads.until_open_files(0).await;
}

#[tokio::test]
async fn a_file_beyond_its_limit_is_refused_before_the_rest_arrives() {
    let uploads = Uploads::start().await;
    let mut wire = Wire::to(uploads.address).await;
    wire.send(&head("/small", 90_000_000)).await;
    let open = Form::new().file("file", "f", "x".repeat(2_000_000)).open();
    wire.send(open).await;
    let answer = wire.answer().await;
    assert_eq!(answer.status(), "422", "{answer:?}");
    assert!(answer.body.contains("bytes_too_long"));
    uploads.until_open_files(0).await;
}

#[tokio::test]
async fn a_form_beyond_the_limit_of_its_route_is_a_413() {
    let uploads = Uploads::start().await;
    let mut wire = Wire::to(uploads.address).await;
    // The length of the body is announced, so it is rejected before it arrives.
    wire.send(&head("/size", 100_000_001)).await;
    assert_eq!(wire.answer().await.status(), "413");
    // Here, the length is detected only while the body arrives.
    let mut wire = Wire::to(uploads.address).await;
    let chunked = head("/default", 0).replace("content-length: 0", "transfer-encoding: chunked");
    wire.send(&chunked).await;
    let open = Form::new().file("file", "f", "x".repeat(16 << 20)).open();
    wire.send(&format!("{:x}\r\n", open.len())).await;
    wire.send(open).await;
    assert_eq!(wire.answer().await.status(), "413");
    uploads.until_open_files(0).await;
}
