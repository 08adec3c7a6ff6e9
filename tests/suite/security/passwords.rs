//! `Passwords`: hashing, the hashes of other libraries, and its limits.

use std::{
    future::poll_fn,
    pin::Pin,
    sync::atomic::{AtomicUsize, Ordering},
    task::Poll,
};

use fastrs::{
    Value,
    prelude::*,
    security::{OAuth2PasswordRequestForm, PasswordError, Passwords},
    testing::TestClient,
};
use serde::Deserialize;

use crate::{
    support::document,
    waiting,
    wire::{Wire, serve},
};

/// The lowest cost that Argon2 can have.
fn cheap() -> Passwords {
    Passwords::new().memory_kib(8).iterations(1).threads(1)
}

/// Takes about a second for each hash, without much memory, and lets two more calls wait.
fn slow() -> Passwords {
    cheap().iterations(150_000).queue(2)
}

async fn verified(passwords: &Passwords, password: &str, hash: &str) -> (bool, bool) {
    let verified = passwords.verify(password, hash).await.unwrap();
    (verified.is_correct(), verified.is_outdated())
}

const WRONG: (bool, bool) = (false, false);
const CORRECT: (bool, bool) = (true, false);
const OUTDATED: (bool, bool) = (true, true);

#[tokio::test]
async fn a_hash_matches_only_its_password() {
    let passwords = Passwords::new();
    let hash = passwords.hash("wonderland").await.unwrap();
    assert!(
        hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{hash}"
    );
    assert_ne!(hash, passwords.hash("wonderland").await.unwrap());
    assert_eq!(verified(&passwords, "wonderland", &hash).await, CORRECT);
    for other in ["", "Wonderland", "wonderland ", "wonderland\0", "wonderlan"] {
        assert_eq!(verified(&passwords, other, &hash).await, WRONG, "{other:?}");
    }
}

#[tokio::test]
async fn a_password_is_hashed_as_a_whole() {
    let (passwords, long) = (cheap(), "x".repeat(4095));
    let with_nul = passwords.hash("a\0b").await.unwrap();
    assert_eq!(verified(&passwords, "a\0b", &with_nul).await, CORRECT);
    assert_eq!(verified(&passwords, "a", &with_nul).await, WRONG);
    assert_eq!(verified(&passwords, "a\0c", &with_nul).await, WRONG);
    let hash = passwords.hash(&(long.clone() + "a")).await.unwrap();
    assert_eq!(
        verified(&passwords, &(long.clone() + "a"), &hash).await,
        CORRECT
    );
    assert_eq!(verified(&passwords, &(long + "b"), &hash).await, WRONG);
}

#[tokio::test]
async fn a_hash_of_less_work_is_outdated() {
    let hash = cheap()
        .memory_kib(64)
        .iterations(4)
        .hash("x")
        .await
        .unwrap();
    for (memory, iterations, expected) in [
        (64, 4, CORRECT),
        (32, 4, CORRECT),
        (64, 1, CORRECT),
        (16, 16, CORRECT),
        (65, 1, OUTDATED),
        (64, 5, OUTDATED),
        (8, 100, OUTDATED),
    ] {
        let now = cheap().memory_kib(memory).iterations(iterations);
        let found = verified(&now, "x", &hash).await;
        assert_eq!(found, expected, "{memory} KiB, {iterations} iterations");
        assert_eq!(verified(&now, "y", &hash).await, WRONG);
    }
}

#[derive(Deserialize)]
struct Hashed {
    made_by: String,
    password: String,
    hash: String,
}

fn hashes_of_python_libraries() -> Vec<Hashed> {
    serde_json::from_str(include_str!("../../golden/password_hashes.json")).unwrap()
}

#[tokio::test]
async fn hashes_of_python_libraries_match() {
    let passwords = Passwords::new();
    let hashes = hashes_of_python_libraries();
    assert_eq!(hashes.len(), 22);
    for Hashed {
        made_by,
        password,
        hash,
    } in hashes
    {
        let expected = match hash.starts_with("$argon2id$v=19$m=65536") || hash.contains("m=102400")
        {
            _ if made_by.contains("cut off") => WRONG,
            true => CORRECT,
            false => OUTDATED,
        };
        let found = verified(&passwords, &password, &hash).await;
        assert_eq!(found, expected, "{made_by}");
        let wrong = format!("{password}.");
        assert_eq!(
            verified(&passwords, &wrong, &hash).await,
            WRONG,
            "{made_by}"
        );
    }
}

/// The first version of Argon2 wrote no version.
#[tokio::test]
async fn a_hash_without_a_version_matches() {
    let hashes = hashes_of_python_libraries();
    let first = hashes.iter().find(|hashed| hashed.hash.contains("$v=16$"));
    let without = first.unwrap().hash.replace("$v=16$", "$");
    assert_eq!(verified(&cheap(), "wonderland", &without).await, OUTDATED);
    assert_eq!(verified(&cheap(), "Wonderland", &without).await, WRONG);
}

/// bcrypt compares the first 72 bytes, and ends a password at its first NUL or repeats the password after it.
#[tokio::test]
async fn no_password_is_cut_off_for_bcrypt() {
    let hashes = hashes_of_python_libraries();
    let hash_of = |made_by: &str| {
        let found = hashes
            .iter()
            .find(|hashed| hashed.made_by.starts_with(made_by));
        found.unwrap().hash.as_str()
    };
    let x = |count| "x".repeat(count);
    let (passwords, truncating) = (cheap(), cheap().truncate_for_bcrypt());
    for (hash, password, expected, if_truncated) in [
        (hash_of("bcrypt: 72 bytes"), x(72), OUTDATED, OUTDATED),
        (hash_of("bcrypt: 72 bytes"), x(73), WRONG, OUTDATED),
        (hash_of("bcrypt: 80 bytes"), x(80), WRONG, OUTDATED),
        (
            hash_of("bcrypt: 80 bytes"),
            x(71) + "y" + &x(8),
            WRONG,
            WRONG,
        ),
        (hash_of("bcrypt: 71 bytes"), x(72), WRONG, WRONG),
        (hash_of("bcrypt: empty"), String::new(), OUTDATED, OUTDATED),
        (hash_of("bcrypt: empty"), "\0".into(), WRONG, WRONG),
        (
            hash_of("pwdlib: Bcrypt"),
            "wonderland\0".into(),
            WRONG,
            WRONG,
        ),
        (
            hash_of("pwdlib: Bcrypt"),
            "wonderland\0wonderland".into(),
            WRONG,
            WRONG,
        ),
    ] {
        assert_eq!(
            verified(&passwords, &password, hash).await,
            expected,
            "{password:?}"
        );
        assert_eq!(
            verified(&truncating, &password, hash).await,
            if_truncated,
            "{password:?}"
        );
    }
}

#[tokio::test]
async fn nothing_matches_a_hash_that_is_malformed() {
    let passwords = cheap();
    let own = passwords.hash("x").await.unwrap();
    let bcrypt = "$2b$05$0OWipn7fSPC2dDtuyWYPu.Jj8TJ4dMQJ8NlQifFPSEmRgNdgo0KgC";
    let salt_and_hash = own.rsplit_once("p=1").unwrap().1;
    let mut malformed: Vec<String> = [
        "",
        "$",
        "x",
        "!",
        "*",
        "\0",
        "é",
        "$argon2",
        "$argon2id",
        "$argon2id$",
        "$argon2id$v=19$",
        "$2b$",
        "$2b$05$",
        "$argon2id$v=19$m=8,t=1,p=1$ry90uUOT28g$2bdkfA", // a hash of 4 bytes
        "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$8sPYOMKPwyzy5AqyPvH0pQ", // a salt of 4 bytes
        "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA",
        "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$",
        "$5$rounds=1000$saltsalt$x",
        "plain",
        "pbkdf2_sha256$1000$salt$x",
    ]
    .map(String::from)
    .into();
    for parameters in [
        "m=4294967295,t=1,p=1",
        "m=4194304,t=1,p=1",
        "m=262145,t=1,p=1",
        "m=8,t=17,p=1",
        "m=8,t=4294967295,p=1",
        "m=1024,t=1,p=17",
        "m=134217720,t=1,p=16777215",
        "m=8,t=1,p=2",
        "m=7,t=1,p=1",
        "m=8,t=0,p=1",
        "m=8,t=1,p=0",
        "m=-1,t=1,p=1",
        "m=8,t=1,p=4294967296",
        "m=08,t=1,p=1",
        "m=8,t=1,p=1,x=1",
        "m=é,t=1,p=1",
        "m,t,p",
        "m==8,t=1,p=1",
    ] {
        malformed.push(format!("$argon2id$v=19${parameters}{salt_and_hash}"));
    }
    for changed in [
        own.replace("argon2id", "argon2x"),
        own.replace("v=19", "v=18"),
        own.replace("v=19", "v=x"),
        own.clone() + "$x",
        own.clone() + "é",
        own.clone() + "\0",
        format!(" {own}"),
        own.replace("$m", "$$m"),
        own.repeat(10_000),
        bcrypt.replace("$05", "$15"),
        bcrypt.replace("$05", "$31"),
        bcrypt.replace("$05", "$99"),
        bcrypt.replace("$05", "$00"),
        bcrypt.replace("$05", "$xx"),
        bcrypt.replace("$2b", "$2x"),
        bcrypt.replace("$2b", "$2c"),
        format!("{bcrypt}x"),
        bcrypt[..59].to_owned(),
        format!("{}é", &bcrypt[..58]),
        format!("$2b$05${}", "é".repeat(26) + "x"),
    ] {
        malformed.push(changed);
    }
    for hash in malformed {
        let shown: String = hash.chars().take(80).collect();
        assert_eq!(verified(&passwords, "x", &hash).await, WRONG, "{shown}");
    }
    assert_eq!(verified(&passwords, "x", &own).await, CORRECT);
}

/// The password of this hash does not matter: only the work counts.
#[tokio::test]
async fn nobody_has_the_password_of_the_dummy_hash() {
    let dummy = cheap().hash("x").await.unwrap();
    let passwords = cheap().dummy_hash(&dummy);
    assert_eq!(verified(&passwords, "x", "malformed").await, WRONG);
    assert_eq!(verified(&passwords, "x", &dummy).await, CORRECT);
    passwords.verify_nobody("x").await.unwrap();
    passwords.verify_nobody("y").await.unwrap();
}

#[tokio::test]
async fn the_ceiling_of_memory_can_be_set() {
    let hash = cheap().memory_kib(1024).hash("x").await.unwrap();
    assert_eq!(
        verified(&cheap().max_memory_kib(1024), "x", &hash).await,
        CORRECT
    );
    assert_eq!(
        verified(&cheap().max_memory_kib(1023), "x", &hash).await,
        WRONG
    );
    let own = cheap().memory_kib(1024).max_memory_kib(8);
    assert_eq!(verified(&own, "x", &hash).await, CORRECT);
    let expensive = cheap().iterations(20);
    let hash = expensive.hash("x").await.unwrap();
    assert_eq!(verified(&expensive, "x", &hash).await, CORRECT);
    assert_eq!(verified(&cheap(), "x", &hash).await, WRONG);
}

#[dependency(scope = "app")]
async fn passwords() -> Passwords {
    cheap()
}

const CANARY: &str = "canary-7f1c";

#[post("/login")]
async fn login(
    #[form] form: OAuth2PasswordRequestForm,
    #[depends(passwords)] passwords: &Passwords,
) -> Result<String, PasswordError> {
    let password = form.password.expose();
    match form.username.as_str() {
        "alice" => {
            let hash = passwords.hash("wonderland").await?;
            let verified = passwords.verify(password, &hash).await?;
            Ok(verified.is_correct().to_string())
        }
        _ => passwords
            .verify_nobody(password)
            .await
            .map(|()| "false".into()),
    }
}

#[tokio::test]
async fn a_password_that_is_too_long_is_a_422() {
    let client = TestClient::start(App::new("Users", "1.0.0").routes(routes![login])).await;
    let send = async |username: &str, password: &str| {
        let form = [("username", username), ("password", password)];
        let answer = client.post("/login").form(&form).await;
        (answer.status().as_u16(), answer.json::<Value>())
    };
    let long = CANARY.repeat(1_000_000 / CANARY.len());
    let detail = json!([{
        "type": "bytes_too_long",
        "loc": ["body", "password"],
        "msg": "Data should have at most 4096 bytes",
        "ctx": {"max_length": 4096},
    }]);
    for username in ["alice", "nobody"] {
        assert_eq!(send(username, "wrong").await, (200, json!("false")));
        assert_eq!(
            send(username, &"x".repeat(4096)).await,
            (200, json!("false"))
        );
        for password in [&long, &"x".repeat(4097)] {
            assert_eq!(
                send(username, password).await,
                (422, json!({"detail": detail.clone()}))
            );
        }
    }
    assert_eq!(send("alice", "wonderland").await, (200, json!("true")));

    let (passwords, error) = (cheap().max_length(3), "the password has more than 3 bytes");
    for result in [
        passwords.hash("four").await.map(drop),
        passwords.verify("four", "").await.map(drop),
        passwords.verify_nobody(&"x".repeat(16 << 20)).await,
    ] {
        assert_eq!(result.unwrap_err().to_string(), error);
    }
    assert!(passwords.hash("üb").await.is_ok());
}

#[tokio::test]
async fn the_errors_are_documented() {
    let document = document(App::new("Users", "1.0.0").routes(routes![login])).await;
    let responses = &document["paths"]["/login"]["post"]["responses"];
    assert!(
        responses["503"]["headers"]["Retry-After"].is_object(),
        "{responses}"
    );
    assert!(responses["422"].is_object(), "{responses}");
}

#[tokio::test]
async fn beyond_the_queue_is_a_503() {
    let passwords = slow();
    let (first, second, third, fourth) = tokio::join!(
        passwords.hash("x"),
        passwords.verify("x", ""),
        passwords.verify_nobody("x"),
        passwords.hash("x"),
    );
    assert!(first.is_ok() && second.is_ok() && third.is_ok());
    let busy = fourth.unwrap_err();
    assert!(busy.is_busy());
    let response = HttpError::from(busy);
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()["retry-after"], "1");
    assert!(passwords.hash("x").await.is_ok());
}

/// A reply is sent only after the place is free. Otherwise, the next call would sometimes fail.
#[tokio::test]
async fn a_call_can_follow_another_without_a_queue() {
    let passwords = cheap().queue(0);
    for _ in 0..200 {
        passwords.verify_nobody("x").await.unwrap();
    }
    let slow = slow().queue(0);
    let (first, second) = tokio::join!(slow.verify_nobody("x"), slow.verify_nobody("x"));
    assert!(first.is_ok() && second.unwrap_err().is_busy());
}

/// As many hashes run at once as there are threads, and the others wait.
#[tokio::test]
async fn several_threads_take_several_calls() {
    let passwords = slow().threads(2).queue(0);
    let (first, second, third) = tokio::join!(
        passwords.verify_nobody("x"),
        passwords.verify_nobody("x"),
        passwords.verify_nobody("x"),
    );
    assert!(first.is_ok() && second.is_ok() && third.is_err());
}

/// Polls a future once, so that its password is running or waiting.
async fn begin<F: Future>(mut future: Pin<&mut F>) {
    assert!(poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_pending())).await);
}

#[tokio::test]
async fn a_caller_that_goes_away_frees_its_place() {
    let passwords = slow();
    let [mut running, mut queued, mut last, mut late] =
        [(); 4].map(|()| Box::pin(passwords.verify_nobody("x")));
    begin(running.as_mut()).await;
    begin(queued.as_mut()).await;
    begin(last.as_mut()).await;
    assert!(passwords.verify_nobody("x").await.unwrap_err().is_busy());
    drop(queued);
    begin(late.as_mut()).await;
    assert!(passwords.verify_nobody("x").await.unwrap_err().is_busy());
    // A hash that is running is not interrupted, but makes room when it is done.
    drop((running, last, late));
    waiting::until(async || passwords.verify_nobody("x").await.is_ok()).await;
}

#[dependency(scope = "app")]
async fn slow_passwords() -> Passwords {
    slow()
}

static DONE: AtomicUsize = AtomicUsize::new(0);

#[post("/slow-login")]
async fn slow_login(#[depends(slow_passwords)] passwords: &Passwords) -> Result<(), PasswordError> {
    passwords.verify_nobody("x").await?;
    DONE.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

#[get("/cheap")]
async fn cheap_route() -> u64 {
    1
}

#[tokio::test]
async fn other_routes_answer_while_passwords_are_hashed() {
    let app = App::new("Users", "1.0.0").routes(routes![slow_login, cheap_route]);
    let server = serve(app).await;
    let mut logins = Vec::new();
    for _ in 0..30 {
        let mut login = Wire::to(server.addr()).await;
        login
            .send("POST /slow-login HTTP/1.1\r\nhost: test\r\ncontent-length: 0\r\n\r\n")
            .await;
        logins.push(login);
    }
    let mut other = Wire::to(server.addr()).await;
    other.request("GET /cheap").await;
    assert_eq!(other.answer().await.body, "1");
    assert_eq!(DONE.load(Ordering::Relaxed), 0);

    let (mut done, mut busy) = (0, 0);
    for mut login in logins {
        let answer = login.answer().await;
        match answer.status() {
            "200" => done += 1,
            _ => {
                assert_eq!(
                    (answer.status(), answer.header("retry-after")),
                    ("503", Some("1"))
                );
                assert_eq!(answer.body, r#"{"detail":"Service Unavailable"}"#);
                busy += 1;
            }
        }
    }
    // One runs, and two wait. More succeed only if the machine took a second to send the others.
    assert!(
        done >= 3 && busy >= 1 && DONE.load(Ordering::Relaxed) == done,
        "{done} and {busy}"
    );
}

#[tokio::test]
async fn no_text_shows_a_password() {
    let passwords = cheap().max_length(3);
    let error = passwords.hash(CANARY).await.unwrap_err();
    let response = HttpError::from(error.clone());
    let verified = cheap().verify(CANARY, "").await.unwrap();
    for text in [
        format!("{passwords:?}"),
        format!("{error:?} {error}"),
        format!("{response:?} {response}"),
        format!("{verified:?}"),
    ] {
        assert!(!text.is_empty() && !text.contains(CANARY), "{text}");
    }
}
