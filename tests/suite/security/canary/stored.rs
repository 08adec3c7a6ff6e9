//! Secrets that a program stores: settings, password hashes, API keys and sessions.

use std::fs;

use fastrs::{
    prelude::*,
    security::{
        ApiKey, ApiKeyHeader, MemorySessionStore, NoSession, Passwords, Session, Sessions,
        SqliteSessionStore,
    },
    testing::TestClient,
};

use tracing::Level;

use super::{DATABASE, KEY, PASSWORD, SIGNING_KEY, check, leaks::Leaks};
use crate::log::Log;

const HEADER: ApiKeyHeader = ApiKeyHeader::new("x-api-key");
const COOKIE_NAME: &str = "__Host-session";

#[settings(prefix = "VAULT_TEST_")]
#[derive(Debug)]
struct Vault {
    #[field(min_length = 12)]
    database_url: Secret<String>,
    #[field(min_length = 8)]
    password: Secret<String>,
    #[field(default, max_items = 2)]
    keys: Vec<Secret<String>>,
    #[field(default = 8, le = 100)]
    pool: u8,
}

#[get("/vault")]
async fn read_vault(#[depends(Vault)] vault: &Vault) -> Result<()> {
    Err(HttpError::new(503, "no database").cause(format!("{vault:?}")))
}

const VALID: [(&str, &str); 3] = [
    ("VAULT_TEST_DATABASE_URL", DATABASE),
    ("VAULT_TEST_PASSWORD", PASSWORD),
    ("VAULT_TEST_KEYS", r#"["canary-key"]"#),
];

#[test]
fn a_secret_is_in_no_error_of_settings() {
    let leaks = Leaks::default();
    let vault = Vault::from_vars(VALID).unwrap();
    leaks.look("settings", &format!("{vault:?} {vault:#?}"));
    leaks.look("example", &Vault::env_example());

    let look = |what: &str, read: Result<Vault, fastrs::SettingsError>| {
        let error = read.expect_err(what);
        leaks.look(what, &format!("{error} {error:?} {:?}", error.problems()));
    };
    for (name, value) in [
        ("DATABASE_URL", "canary-host"),
        ("PASSWORD", "canary"),
        ("KEYS", r#"["canary-key", 1]"#),
        ("KEYS", r#"["canary-key""#),
        ("KEYS", "[canary-key, canary-key]"),
        ("KEYS", "canary-1,canary-2,canary-3"),
        ("POOL", "canary"),
        ("POOL", "101canary"),
    ] {
        let name = format!("VAULT_TEST_{name}");
        let given = VALID.iter().copied().filter(|(valid, _)| *valid != name);
        let vars = given.chain([(&*name, value)]);
        look(&format!("{name}={value}"), Vault::from_vars(vars));
    }

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("env");
    for line in [
        "VAULT_TEST_PASSWORD=\"canary-password",
        "canary-password",
        "VAULT_TEST_PASSWORD = 'canary' password",
        "canary password=canary",
        "VAULT_TEST_POOL=canary",
    ] {
        fs::write(&path, line).unwrap();
        look(line, Vault::sources().env_file(&path).load());
    }
    fs::write(&path, b"VAULT_TEST_PASSWORD=canary\xff").unwrap();
    look("not UTF-8", Vault::sources().env_file(&path).load());

    let secrets = folder.path().join("secrets");
    fs::create_dir(&secrets).unwrap();
    fs::write(secrets.join("vault_test_password"), "canary").unwrap();
    fs::write(secrets.join("vault_test_pool"), b"canary\xff").unwrap();
    look("folder", Vault::sources().secrets_dir(&secrets).load());
    leaks.assert_none();
}

#[model]
#[derive(Clone, Debug)]
struct Cart {
    owner: String,
}

#[post("/start")]
async fn start(session: Session<Cart>) -> Result<()> {
    let owner = "canary-session".to_owned();
    session.start(Cart { owner });
    println!("{session:?}");
    Ok(())
}

#[get("/fail")]
async fn fail(session: Session<Cart>) -> Result<()> {
    session.require()?;
    Err(HttpError::new(500, "no").cause(format!("{session:?}")))
}

#[get("/panic")]
async fn panicking(session: Session<Cart>) -> Result<(), NoSession> {
    session.require()?;
    panic!("{session:?}")
}

/// Compares a password with what a broken database contains instead of a hash.
#[post("/verify")]
async fn verify(#[depends(passwords)] passwords: &Passwords) -> Result<()> {
    for stored in [
        "canary-hash",
        "$argon2id$v=19$m=8,t=1,p=1$canary$canary",
        "$argon2id$v=19$m=99999999,t=1,p=1$Y2FuYXJ5$Y2FuYXJ5",
        "$2b$04$canary",
    ] {
        let verified = passwords.verify(PASSWORD, stored).await?;
        assert!(!verified.is_correct(), "{verified:?} {passwords:?}");
    }
    let long = PASSWORD.repeat(1000);
    passwords.hash(&long).await?;
    Ok(())
}

#[dependency(scope = "app")]
async fn passwords() -> Passwords {
    Passwords::new().memory_kib(8).iterations(1).threads(1)
}

#[get("/key")]
async fn key(#[security(HEADER)] sent: &str) -> Result<()> {
    let stored = ApiKey::generate("shop")?;
    let id = ApiKey::id_of(sent);
    match ApiKey::verify(sent, stored.hash()) {
        true => Ok(()),
        false => Err(HttpError::new(500, "no").cause(format!("{id:?} {stored:?}"))),
    }
}

fn app(sessions: Sessions<Cart>) -> App {
    App::new("Stored", "1")
        .sessions(sessions)
        .provide::<Vault>(Vault::from_vars(VALID).unwrap())
        .routes(routes![read_vault, start, fail, panicking, verify, key])
}

#[tokio::test]
async fn a_stored_secret_is_in_no_response_and_no_log() {
    let (log, _guard) = Log::start(Level::TRACE);
    let leaks = Leaks::default();
    let database = sqlx::SqlitePool::connect("sqlite::memory:").await.unwrap();
    for sessions in [
        Sessions::new(Secret::new(SIGNING_KEY.to_owned())),
        Sessions::stored(MemorySessionStore::new(10)),
        Sessions::stored(SqliteSessionStore::new(database)),
    ] {
        leaks.look("sessions", &format!("{sessions:?}"));
        let app = app(sessions);
        leaks.look("app", &format!("{app:?}"));
        let client = TestClient::start(app).await;

        for path in ["/fail", "/panic"] {
            check(&leaks, path, client.get(path), 401).await;
            let forged = client.get(path).cookie(COOKIE_NAME, "canary-cookie");
            check(&leaks, path, forged, 401).await;
        }
        let started = client.post("/start").await;
        let cookie = started.header("set-cookie").unwrap();
        assert!(cookie.starts_with(COOKIE_NAME), "{cookie}");
        leaks.look("cookie", cookie);
        for path in ["/fail", "/panic"] {
            check(&leaks, path, client.get(path), 500).await;
        }
        check(&leaks, "vault", client.get("/vault"), 503).await;
        check(&leaks, "verify", client.post("/verify"), 422).await;
        let request = client.get("/key").header("x-api-key", KEY);
        check(&leaks, "key", request, 500).await;
        client.stop().await;
    }
    // The error names the type of the data, whose path contains the word `canary`.
    let short = App::new("Short", "1")
        .sessions(Sessions::<Cart>::new(Secret::new("too-short".to_owned())))
        .routes(routes![start]);
    let error = short.build().expect_err("the secret is too short");
    let text = format!("{error} {error:?}");
    assert!(!text.contains("too-short"), "{text}");
    let log = log.take().join("\n");
    assert!(log.contains("request failed"), "{log}");
    leaks.look("log", &log);
    leaks.assert_none();
}

#[test]
fn an_issued_key_is_in_no_debug_output() {
    let key = ApiKey::generate("shop").unwrap();
    let (_, secret) = key.expose().rsplit_once('_').unwrap();
    let printed = format!("{key:?} {key:#?}");
    assert!(!printed.contains(secret), "{printed}");
    assert!(!printed.contains(key.hash()), "{printed}");
}
