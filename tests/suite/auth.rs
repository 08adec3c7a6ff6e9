//! The example `auth`, used as its page says, and by clients of OAuth 2 that know nothing about it.
//!
//! `tests/oauth/run` calls the clients. If one is not installed, its name is printed and its test skipped; with
//! `FASTRS_REQUIRE_PROGRAMS=1` the test fails.

use std::{
    collections::HashMap,
    fs,
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use crate::{clients::EXAMPLES, skipping::skip};

const ADMIN: &str = "admin@example.com";
const PASSWORD: &str = "the password of the admin";
/// The client of `tests/oauth/node/code.mjs`.
const CLIENTS: &str = r#"{"web": ["https://app.example/callback"]}"#;

/// How long an email may take to appear in the log.
const PATIENCE: Duration = Duration::from_secs(10);

#[test]
fn authlib_logs_in() {
    logs_in("authlib");
}

#[test]
fn oauth4webapi_logs_in() {
    logs_in("oauth4webapi");
}

fn logs_in(client: &str) {
    const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/oauth/run");
    let has = Command::new(SCRIPT).args(["has", client]).output().unwrap();
    if has.status.code() == Some(77) {
        return skip(
            &format!("auth, {client}"),
            &String::from_utf8_lossy(&has.stderr),
        );
    }
    let auth = Auth::start(&[
        ("AUTH_ADMIN_EMAIL", ADMIN),
        ("AUTH_ADMIN_PASSWORD", PASSWORD),
        ("AUTH_OAUTH_CLIENTS", CLIENTS),
    ]);
    let mut run = Command::new(SCRIPT);
    let output = run
        .args([client, &auth.url, ADMIN, PASSWORD])
        .output()
        .unwrap();
    println!("{output:?}");
    assert!(output.status.success(), "{client}: {}", output.status);
}

/// Runs the commands of the page, and compares what they print.
#[test]
fn the_page_prints_what_happens() {
    if Command::new("curl").arg("--version").output().is_err() {
        return skip("auth", "`curl` is not installed");
    }
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/example-auth.md");
    let page = fs::read_to_string(page).unwrap();
    let auth = Auth::start(&[]);
    let mut variables = HashMap::new();
    let mut commands = 0;
    let mut printed = String::new();
    let mut lines = page
        .lines()
        .skip_while(|line| !line.starts_with("## "))
        .peekable();
    while let Some(line) = lines.next() {
        let Some(command) = line.strip_prefix("$ ") else {
            continue;
        };
        if let Some((name, _)) = command
            .split_once('=')
            .filter(|(name, _)| is_variable(name))
        {
            variables.insert(name.to_owned(), auth.value(name, &printed));
            continue;
        }
        let mut expected = String::new();
        while let Some(line) =
            lines.next_if(|line| !line.starts_with("$ ") && !line.starts_with("```"))
        {
            expected += line;
        }
        let command = command.replace("http://127.0.0.1:8000", &auth.url);
        let output = Command::new("sh")
            .args(["-c", &command])
            .envs(&variables)
            .output()
            .unwrap();
        printed = String::from_utf8(output.stdout).unwrap();
        assert!(
            matches(&printed, &expected),
            "{command}\nprinted:  {printed}\nexpected: {expected}"
        );
        commands += 1;
    }
    assert!(commands > 10, "{commands}");
}

fn is_variable(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

/// Compares a line with one in which `…` stands for anything without a quote.
fn matches(line: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('…');
    let Some(mut rest) = line.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    for part in parts {
        let Some(at) = rest.find(part).filter(|at| !rest[..*at].contains('"')) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.is_empty()
}

#[test]
fn an_ellipsis_stands_for_one_value() {
    assert!(matches(r#"{"a":"xyz","b":1}"#, r#"{"a":"…","b":1}"#));
    for pattern in [r#"{"a":"…","b":2}"#, r#"{"a":"…"}"#, r#"{"b":"…","b":1}"#] {
        assert!(!matches(r#"{"a":"xyz","b":1}"#, pattern), "{pattern}");
    }
}

/// A running `auth`, and its log.
struct Auth {
    process: Child,
    /// For example `http://127.0.0.1:41213`.
    url: String,
    /// The lines that it has logged since it started.
    log: Receiver<String>,
}

impl Auth {
    /// Starts the example on a port that was free a moment ago, since it has to know its own address.
    fn start(settings: &[(&str, &str)]) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let url = format!("http://{address}");
        let mut process = Command::new(&EXAMPLES.auth)
            .envs([("HOST", "127.0.0.1"), ("AUTH_PUBLIC_URL", &url)])
            .envs(settings.iter().copied())
            .env("PORT", address.port().to_string())
            .env("TMPDIR", env!("CARGO_TARGET_TMPDIR"))
            .env_remove("AUTH_DATABASE_URL")
            .env_remove("AUTH_SMTP_URL")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let is_listening = |line: String| line.contains("listening on").then_some(());
        let listens = lines.by_ref().map_while(Result::ok).find_map(is_listening);
        assert!(listens.is_some(), "`auth` did not start");
        let (kept, log) = mpsc::channel();
        thread::spawn(move || {
            lines
                .map_while(Result::ok)
                .try_for_each(|line| kept.send(line))
        });
        Self { process, url, log }
    }

    /// Returns the value that a reader of the page would give to a variable: the token of the last email, or what the
    /// last command printed.
    fn value(&self, name: &str, printed: &str) -> String {
        if name == "TOKEN" {
            let next = || {
                self.log
                    .recv_timeout(PATIENCE)
                    .expect("a mail is in the log")
            };
            return std::iter::repeat_with(next)
                .find_map(|line| Some(line.split_once("token=")?.1.to_owned()))
                .unwrap();
        }
        let field = match name {
            "KEY" => "key",
            name if name.contains("REFRESH") => "refresh_token",
            _ => "access_token",
        };
        let printed: serde_json::Value = serde_json::from_str(printed).unwrap();
        printed[field].as_str().unwrap().to_owned()
    }
}

impl Drop for Auth {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
