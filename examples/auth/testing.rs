//! The service for tests, with its own database, a clock that stands still, and emails that are kept.

use std::cell::RefCell;
use std::io;
use std::sync::{Arc, Mutex, Once};

use chrono::{DateTime, Duration, SubsecRound, Utc};
use fastrs::prelude::App;
use fastrs::security::Passwords;
use fastrs::testing::{TestClient, TestResponse};
use serde_json::{Value, json};

use crate::app::app;
use crate::core::mail::{Mail, Mailer, Sending, mailer};
use crate::core::passwords::passwords;
use crate::core::settings::Settings;
use crate::core::time::now;

pub const PASSWORD: &str = "correct horse battery staple";
const CLIENTS: &str =
    r#"{"my-app": ["https://app.example/callback"], "other": ["https://other.example/"]}"#;
pub const ADMIN: &str = "admin@example.com";

/// A running service.
pub struct Service {
    pub client: TestClient,
    mails: Arc<Mutex<Vec<Mail>>>,
    time: Arc<Mutex<DateTime<Utc>>>,
}

/// Keeps emails instead of sending them.
struct Recorder(Arc<Mutex<Vec<Mail>>>);

impl Mailer for Recorder {
    fn send(&self, mail: Mail) -> Sending<'_> {
        self.0.lock().unwrap().push(mail);
        Box::pin(async { Ok(()) })
    }
}

/// The settings of the tests.
pub fn settings() -> Settings {
    let variables = [
        ("AUTH_SECRET_KEY", "a secret of 32 bytes for the tests"),
        ("AUTH_ADMIN_EMAIL", ADMIN),
        ("AUTH_ADMIN_PASSWORD", PASSWORD),
        ("AUTH_OAUTH_CLIENTS", CLIENTS),
    ];
    Settings::from_vars(variables).unwrap()
}

thread_local! {
    /// What the test of this thread has logged.
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

struct ThreadLog;

impl io::Write for ThreadLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.with_borrow_mut(|log| log.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns what the service has logged.
pub fn log() -> String {
    LOG.with_borrow(|log| String::from_utf8(log.clone()).unwrap())
}

/// Starts a service with an admin and no other users.
pub async fn service() -> Service {
    service_with(|app| app).await
}

/// Starts a service that a test changes.
pub async fn service_with(change: impl FnOnce(App) -> App) -> Service {
    static SUBSCRIBER: Once = Once::new();
    SUBSCRIBER.call_once(|| {
        let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE);
        subscriber.with_writer(|| ThreadLog).init();
    });
    let mails: Arc<Mutex<Vec<Mail>>> = Arc::default();
    let time = Arc::new(Mutex::new(Utc::now().trunc_subsecs(0)));
    let (recorder, clock) = (Arc::new(Recorder(mails.clone())), time.clone());
    let app = app(settings())
        .provide::<mailer>(recorder as Arc<dyn Mailer>)
        // The cost of a password is not what the tests are about.
        .provide::<passwords>(Passwords::new().memory_kib(8).iterations(1))
        .override_dependency::<now>(move || *clock.lock().unwrap());
    let client = TestClient::start(change(app)).await;
    Service {
        client,
        mails,
        time,
    }
}

impl Service {
    /// Lets time pass.
    pub fn wait(&self, time: Duration) {
        *self.time.lock().unwrap() += time;
    }

    /// Sends a `GET` with an access token.
    pub async fn get(&self, path: &str, access: &str) -> TestResponse {
        self.client.get(path).bearer(access).send().await
    }

    pub async fn post(&self, path: &str, body: Value) -> TestResponse {
        self.client.post(path).json(&body).send().await
    }

    pub async fn register(&self, email: &str) -> TestResponse {
        let body = json!({"email": email, "name": "Ada", "password": PASSWORD});
        self.post("/auth/register", body).await
    }

    /// Registers a user who can log in.
    pub async fn create_user(&self, email: &str) {
        assert_eq!(self.register(email).await.status(), 202);
        let answer = self
            .post(
                "/auth/verify-email",
                json!({"token": self.mailed_token(email), "password": PASSWORD}),
            )
            .await;
        assert_eq!(answer.status(), 200, "{}", answer.text());
    }

    /// Returns the text of the last email to an address.
    pub fn last_mail(&self, to: &str) -> String {
        let mails = self.mails.lock().unwrap();
        let mail = mails.iter().rev().find(|mail| mail.to == to);
        mail.unwrap_or_else(|| panic!("no mail to {to}"))
            .text
            .clone()
    }

    pub fn mail_count(&self) -> usize {
        self.mails.lock().unwrap().len()
    }

    /// Returns the token in the last email to an address.
    pub fn mailed_token(&self, to: &str) -> String {
        let text = self.last_mail(to);
        let (_, rest) = text.split_once("token=").expect("a mail with a token");
        rest.split_whitespace().next().unwrap().to_owned()
    }

    pub async fn try_log_in(&self, email: &str, password: &str) -> TestResponse {
        self.post("/auth/login", json!({"email": email, "password": password}))
            .await
    }

    /// Logs a user in, and returns the tokens.
    pub async fn log_in(&self, email: &str) -> Tokens {
        let answer = self.try_log_in(email, PASSWORD).await;
        assert_eq!(answer.status(), 200, "{}", answer.text());
        Tokens::of(&answer)
    }

    /// Returns the status of `/users/me` for an access token.
    pub async fn status_of(&self, token: &str) -> u16 {
        let answer = self.get("/users/me", token).await;
        answer.status().as_u16()
    }

    pub async fn refresh(&self, token: &str) -> TestResponse {
        self.post("/auth/refresh", json!({"refresh_token": token}))
            .await
    }

    /// Returns the kinds of all events, the latest first.
    pub async fn events(&self) -> Vec<String> {
        let admin = self.log_in(ADMIN).await;
        let answer = self.get("/admin/events", &admin.access).await;
        let events: Vec<Value> = answer.json();
        let kind = |event: &Value| event["kind"].as_str().unwrap().to_owned();
        // The first one is the admin's own login.
        events.iter().skip(1).map(kind).collect()
    }
}

/// The tokens in a response.
pub struct Tokens {
    pub access: String,
    pub refresh: String,
}

impl Tokens {
    pub fn of(answer: &TestResponse) -> Self {
        let body: Value = answer.json();
        let token = |name: &str| {
            body[name]
                .as_str()
                .unwrap_or_else(|| panic!("{body}"))
                .to_owned()
        };
        Self {
            access: token("access_token"),
            refresh: token("refresh_token"),
        }
    }
}
