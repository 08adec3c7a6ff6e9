//! Tests the examples with other people's programs: validators, client generators, a fuzzer and a browser.
//!
//! `tests/clients/run` calls them. If one is not installed, its name is printed and its test skipped; with
//! `FASTRS_REQUIRE_PROGRAMS=1` the test fails.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::LazyLock,
    thread,
};

use fastrs::testing::TestClient;
use tokio::runtime::Runtime;

use crate::{
    promises::{readable_by_all, sockets as every_socket},
    skipping::skip,
};

const TUTORIALS: [&str; 6] = [
    "bigger_applications.app.main",
    "body_nested_models.tutorial009",
    "extra_models.tutorial003",
    "path_operation_configuration.tutorial004",
    "query_param_models.tutorial001",
    "response_model.tutorial003_01",
];

#[test]
fn the_documents_are_valid() {
    check("spec", documents);
}

#[test]
fn the_documents_of_sockets_are_valid() {
    check("asyncapi", sockets);
}

#[test]
fn openapi_python_client_reads_the_documents() {
    check("python-client", documents);
}

#[test]
fn openapi_typescript_reads_the_documents() {
    check("openapi-typescript", documents);
}

#[test]
fn hey_api_reads_every_kind() {
    check("hey-api", || &KINDS.both);
}

/// The generator produces nothing for a choice with `null` in OpenAPI 3.0.
#[test]
fn orval_reads_every_kind() {
    check("orval", || &KINDS.both[..1]);
}

#[test]
fn openapi_generator_writes_typescript() {
    check("openapi-generator-typescript", kinds_and_uploads);
}

#[test]
fn openapi_generator_writes_rust() {
    check("openapi-generator-rust", kinds_and_uploads);
}

#[test]
fn progenitor_reads_every_kind() {
    check("progenitor", || &KINDS.both[1..]);
}

#[test]
fn a_generated_client_talks_to_the_shop() {
    check_shop("shop-client");
}

#[test]
fn a_generated_client_uploads_and_downloads() {
    check_server("uploads-client", || &EXAMPLES.uploads);
}

#[test]
fn a_fuzzer_finds_nothing_in_the_shop() {
    check_shop("fuzz");
}

#[test]
fn a_fuzzer_passes_no_guard() {
    check_server("fuzz-guarded", || Path::new(GUARDED));
}

#[test]
fn a_fuzzer_finds_nothing_in_the_accounts() {
    check_server("fuzz-auth", || &EXAMPLES.auth);
}

#[test]
fn a_browser_tries_an_operation_out() {
    check_shop("browser");
}

#[test]
fn a_browser_uploads_and_downloads() {
    check_server("browser-uploads", || &EXAMPLES.uploads);
}

#[test]
fn a_browser_logs_in_with_every_kind_of_credential() {
    check_server("authorize", || Path::new(GUARDED));
}

#[test]
fn a_browser_logs_in_to_the_accounts() {
    check_server("authorize-auth", || &EXAMPLES.auth);
}

#[test]
fn three_tabs_of_a_browser_chat() {
    check_server("chat", || &EXAMPLES.chat);
}

/// Runs a check on these files.
fn check(name: &str, files: impl Fn() -> &'static [PathBuf]) {
    if is_possible(name) {
        passes(name, Command::new(SCRIPT).arg(name).args(files()));
    }
}

/// Runs a check on its own shop.
fn check_shop(name: &str) {
    check_server(name, || &EXAMPLES.shop);
}

/// Runs a check on an example of its own.
fn check_server(name: &str, program: impl Fn() -> &'static Path) {
    if is_possible(name) {
        let server = Server::start(program(), &[]);
        passes(name, Command::new(SCRIPT).arg(name).arg(&server.url));
        server.stop();
    }
}

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/clients/run");

const GUARDED: &str = env!("CARGO_BIN_EXE_guarded");

/// Returns whether the programs of a check are installed.
fn is_possible(name: &str) -> bool {
    let (reason, status) = match Command::new(SCRIPT).args(["has", name]).output() {
        Ok(output) => (text(&output.stderr), output.status.code()),
        Err(error) => (format!("{SCRIPT}: {error}"), Some(77)),
    };
    match status {
        Some(0) => return true,
        Some(77) => {}
        _ => panic!("`clients/run has {name}` failed: {reason}"),
    }
    skip(&format!("clients, {name}"), &reason);
    false
}

fn passes(name: &str, command: &mut Command) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    println!("{}{}", text(&stdout), text(&stderr));
    assert!(status.success(), "{name}: {status}");
}

/// The documents of an app with values and responses of every kind, as files.
struct Kinds {
    /// OpenAPI 3.1, and 3.0.
    both: [PathBuf; 2],
}

static KINDS: LazyLock<Kinds> = LazyLock::new(|| {
    let app = readable_by_all().openapi30_url("/openapi-3.0.json");
    let documents = Runtime::new().unwrap().block_on(async {
        let client = TestClient::start(app).await;
        let old = client.get("/openapi-3.0.json").await.text();
        let new = client.get("/openapi.json").await.text();
        client.stop().await;
        [("kinds.json", new), ("kinds-3.0.json", old)]
    });
    Kinds {
        both: documents.map(|(name, document)| save(name, document)),
    }
});

/// Returns the documents of every kind and of uploads, each in OpenAPI 3.1 and 3.0.
fn kinds_and_uploads() -> &'static [PathBuf] {
    static DOCUMENTS: LazyLock<Vec<PathBuf>> = LazyLock::new(|| {
        let server = Server::start(&EXAMPLES.uploads, &[]);
        let uploads = [
            save("uploads.json", server.get("/openapi.json")),
            save("uploads-3.0.json", server.get("/openapi-3.0.json")),
        ];
        server.stop();
        KINDS.both.iter().cloned().chain(uploads).collect()
    });
    &DOCUMENTS
}

/// Returns the AsyncAPI documents of the chat and of messages of every kind, as files.
fn sockets() -> &'static [PathBuf] {
    static SOCKETS: LazyLock<[PathBuf; 2]> = LazyLock::new(|| {
        let server = Server::start(&EXAMPLES.chat, &[]);
        let chat = server.get("/asyncapi.json");
        server.stop();
        let kinds = Runtime::new().unwrap().block_on(async {
            let client = TestClient::start(every_socket()).await;
            let document = client.get("/asyncapi.json").await.text();
            client.stop().await;
            document
        });
        [save("chat-sockets.json", chat), save("sockets.json", kinds)]
    });
    &*SOCKETS
}

/// Writes a document into its file.
fn save(name: &str, document: String) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("documents");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join(name);
    fs::write(&file, document).unwrap();
    file
}

/// Returns the documents of `auth`, of the shop, of six applications of the tutorial, of every kind, and of uploads, as
/// files.
fn documents() -> &'static [PathBuf] {
    static DOCUMENTS: LazyLock<Vec<PathBuf>> = LazyLock::new(|| {
        let save_from = |name: &str, server: Server| {
            let file = save(&format!("{name}.json"), server.get("/openapi.json"));
            server.stop();
            file
        };
        let tutorials = TUTORIALS.map(|name| {
            save_from(
                name,
                Server::start(&EXAMPLES.tutorial, &[name, "--port", "0"]),
            )
        });
        let auth = save_from("auth", Server::start(&EXAMPLES.auth, &[]));
        let shop = save_from("shop", Server::start(&EXAMPLES.shop, &[]));
        let others = kinds_and_uploads().iter().cloned();
        tutorials
            .into_iter()
            .chain([auth, shop])
            .chain(others)
            .collect()
    });
    &DOCUMENTS
}

/// The programs of the `examples` package.
pub(crate) struct Examples {
    pub(crate) auth: PathBuf,
    chat: PathBuf,
    shop: PathBuf,
    tutorial: PathBuf,
    uploads: PathBuf,
}

/// cargo builds them if they are out of date, and reports their paths. With `--workspace`, dependencies have the same
/// features as in `cargo test --workspace`.
pub(crate) static EXAMPLES: LazyLock<Examples> = LazyLock::new(|| {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.current_dir(env!("CARGO_MANIFEST_DIR"));
    // `cargo test` describes the package of the test in variables. If they reach this cargo, the build script of `ring`
    // sees a change, and every crate that depends on it is compiled again.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            build.env_remove(&*name);
        }
    }
    build.args(["build", "--workspace", "--message-format", "json"]);
    build.args([
        "--example",
        "auth",
        "--example",
        "chat",
        "--example",
        "shop",
        "--example",
        "uploads",
        "--bin",
        "tutorial",
    ]);
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    let output = build.output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let executable = |name: &str| {
        let messages = output.stdout.split(|byte| *byte == b'\n');
        messages
            .filter_map(|message| serde_json::from_slice::<serde_json::Value>(message).ok())
            .find(|message| message["target"]["name"] == name && message["executable"].is_string())
            .and_then(|message| message["executable"].as_str().map(PathBuf::from))
            .unwrap_or_else(|| panic!("cargo built no `{name}`"))
    };
    Examples {
        auth: executable("auth"),
        chat: executable("chat"),
        shop: executable("shop"),
        tutorial: executable("tutorial"),
        uploads: executable("uploads"),
    }
});

/// A running example.
struct Server {
    process: Child,
    /// For example `http://127.0.0.1:41213`.
    url: String,
}

impl Server {
    /// Starts a program on a free port, and waits for the line that names it.
    fn start(program: &Path, arguments: &[&str]) -> Self {
        let mut process = Command::new(program)
            .args(arguments)
            .envs([("HOST", "127.0.0.1"), ("PORT", "0")])
            .env("AUTH_ADMIN_EMAIL", "root@example.com")
            .env("AUTH_ADMIN_PASSWORD", "correct-horse-battery")
            .env("TMPDIR", env!("CARGO_TARGET_TMPDIR"))
            .env_remove("CHAT_FOLDER")
            .env_remove("DATABASE_URL")
            .env_remove("SHOP_STAFF_KEY")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let url = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let (_, rest) = line.split_once("listening on ")?;
            Some(rest.split(',').next().unwrap_or(rest).to_owned())
        });
        // The output must be read, or the program blocks when the pipe is full.
        thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Self {
            process,
            url: url.unwrap_or_else(|| panic!("{} did not start", program.display())),
        }
    }

    fn get(&self, path: &str) -> String {
        let address = self.url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        body.to_owned()
    }

    /// Asks the program to stop, as a service manager does, and waits until it has.
    #[cfg(unix)]
    fn stop(mut self) {
        let pid = self.process.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(asked.success());
        let status = self.process.wait().unwrap();
        assert!(status.success(), "{} ended with {status}", self.url);
    }

    #[cfg(not(unix))]
    fn stop(self) {}
}

/// Leaves nothing running, even after a failed test.
impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
