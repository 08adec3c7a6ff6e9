//! Attempts to read files outside the folder, or something that is not a file.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use fastrs::{StaticFiles, prelude::*, testing::TestClient};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::wire::{Wire, serve};

/// Request targets, one on each line.
const CORPUS: &str = include_str!("../../golden/traversal.txt");

/// A folder `root` with links that lead out of it, next to files that must never be sent.
fn trap() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    fs::create_dir_all(root.join("sub")).unwrap();
    fs::create_dir_all(root.join(".git")).unwrap();
    fs::create_dir_all(folder.path().join("root-2")).unwrap();
    for (name, text) in [
        ("secret.txt", "SECRET"),
        ("root-2/secret.txt", "SECRET"),
        ("root/a.txt", "public"),
        ("root/sub/b.txt", "public"),
        ("root/.env", "SECRET"),
        ("root/.git/config", "SECRET"),
        ("root/sub/.env", "SECRET"),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    for (target, link) in [
        ("../secret.txt", "outside.txt"),
        ("..", "outside"),
        ("/", "top"),
        ("/proc/self/root", "magic"),
        ("loop", "loop"),
        ("missing", "dangling"),
        ("sub", "inside"),
    ] {
        symlink(target, root.join(link)).unwrap();
    }
    let pipe = Command::new("mkfifo").arg(root.join("pipe")).status();
    assert!(pipe.unwrap().success());
    (folder, root)
}

fn app(files: StaticFiles) -> App {
    App::new("Trap", "1").static_files("/static", files)
}

fn is_leaked(text: &str) -> bool {
    text.contains("SECRET") || text.contains("root:")
}

#[tokio::test]
async fn no_request_reads_a_file_outside_the_folder() {
    assert!(CORPUS.lines().count() >= 200);
    let (_folder, root) = trap();
    fs::write(root.join("404.html"), "lost").unwrap();
    fs::write(root.join("index.html"), "home").unwrap();
    for files in [
        StaticFiles::new(&root),
        StaticFiles::new(&root).html(true).fallback("index.html"),
    ] {
        let server = serve(app(files)).await;
        for target in CORPUS.lines() {
            let mut wire = Wire::to(server.addr()).await;
            let accept = "host: test\r\naccept: text/html\r\n\r\n";
            wire.send(&format!("GET {target} HTTP/1.1\r\n{accept}"))
                .await;
            let answer = wire.half_close().await;
            assert!(!is_leaked(&answer), "{target}: {answer}");
            let status = answer.split(' ').nth(1).unwrap_or_default();
            let is_page = answer.ends_with("home") || answer.ends_with("lost");
            assert!(
                matches!(status, "400" | "404") || status == "307" || status == "200" && is_page,
                "{target}: {answer}"
            );
        }
    }
}

#[tokio::test]
async fn a_link_inside_the_folder_is_followed() {
    let (_folder, root) = trap();
    let client = TestClient::start(app(StaticFiles::new(&root))).await;
    assert_eq!(client.get("/static/inside/b.txt").await.text(), "public");
}

#[tokio::test]
async fn names_with_a_dot_are_sent_on_request() {
    let (_folder, root) = trap();
    let client = TestClient::start(app(StaticFiles::new(&root).dotfiles(true))).await;
    assert_eq!(client.get("/static/.git/config").await.text(), "SECRET");
    assert_eq!(client.get("/static/../secret.txt").await.status(), 404);
}

/// A folder is replaced by a link to another one, and put back, while its files are requested.
#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_swapped_for_a_link_leads_nowhere() {
    let (folder, root) = trap();
    fs::write(root.join("sub/secret.txt"), "public").unwrap();
    let client = TestClient::start(app(StaticFiles::new(&root))).await;
    let stop = Arc::new(AtomicBool::new(false));
    let swapping = thread::spawn({
        let (stop, folder) = (stop.clone(), folder.path().to_owned());
        move || swap(&folder, &stop)
    });
    let mut found = 0;
    for _ in 0..5000 {
        let answer = client.get("/static/sub/secret.txt").await;
        assert!(!is_leaked(&answer.text()));
        found += usize::from(answer.status() == 200);
    }
    stop.store(true, Ordering::Relaxed);
    let swapped = swapping.join().unwrap();
    assert!(found > 0 && swapped > 0, "{found} found, {swapped} swaps");
}

fn swap(folder: &Path, stop: &AtomicBool) -> usize {
    let (sub, aside) = (folder.join("root/sub"), folder.join("aside"));
    let mut swapped = 0;
    while !stop.load(Ordering::Relaxed) {
        fs::rename(&sub, &aside).unwrap();
        symlink(folder.join("root-2"), &sub).unwrap();
        fs::remove_file(&sub).unwrap();
        fs::rename(&aside, &sub).unwrap();
        swapped += 1;
    }
    swapped
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Paths of pieces that have a meaning somewhere.
    #[test]
    fn no_path_leaks(pieces in prop::collection::vec(prop::sample::select(PIECES), 1..12)) {
        thread_local! {
            static SERVED: (TempDir, TestClient, tokio::runtime::Runtime) = {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                let (folder, root) = trap();
                let client = runtime.block_on(TestClient::start(app(StaticFiles::new(root).html(true))));
                (folder, client, runtime)
            };
        }
        let path = format!("/static/{}", pieces.concat());
        let answer = SERVED.with(|(_, client, runtime)| runtime.block_on(client.get(&path).send()).text());
        prop_assert!(!is_leaked(&answer), "{path}: {answer}");
    }
}

const PIECES: &[&str] = &[
    "..",
    "/",
    "%2e",
    "%2F",
    "%5C",
    "%00",
    ".",
    "secret.txt",
    "sub",
    "outside",
    "top",
    "etc",
    "passwd",
    "inside",
    "root-2",
    "%25",
    "2e",
    "//",
    "a.txt",
    "magic",
    ":",
    "%C0%AE",
    "~",
    ".env",
];
