//! A tour of dependencies: functions that handlers refer to by name.
//!
//! ```text
//! cargo run --example dependencies
//! ```
//!
//! Then open `http://127.0.0.1:8000/docs`. The tests below show what each part does.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use fastrs::prelude::*;

// A dependency takes arguments as a handler does. They appear in the documentation of every route that depends on it,
// and are validated before anything runs.

/// Which part of a list to return.
#[derive(Debug, Clone, Copy)]
struct Slice {
    skip: usize,
    limit: usize,
}

#[dependency]
async fn slice(
    /// How many items to skip.
    #[query(le = 1000, default = 0)]
    skip: usize,
    /// The maximum number of items.
    #[query(ge = 1, le = 100, default = 10)]
    limit: usize,
) -> Slice {
    Slice { skip, limit }
}

// `slice: Slice` gets a clone, `slice: &Slice` borrows: the argument's type decides how the value is lent.

/// List the numbers from 0 to 99, in parts.
#[get("/numbers")]
async fn list_numbers(#[depends(slice)] slice: Slice) -> Vec<usize> {
    (0..100).skip(slice.skip).take(slice.limit).collect()
}

// App scope: created once, before the first connection, and dropped after the last. It replaces global variables, and a
// state type that every router must agree on.

/// What happened, in order.
#[derive(Debug, Default)]
struct Journal(Mutex<Vec<String>>);

impl Journal {
    fn write(&self, line: impl Into<String>) {
        self.lines().push(line.into());
    }

    fn lines(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[dependency(scope = "app")]
async fn journal() -> Journal {
    Journal::default()
}

/// A value that only `main` can create: `App::provide` supplies it, and without it the app doesn't start.
#[derive(Debug, Clone)]
struct Settings {
    admin: String,
}

#[dependency(scope = "app")]
async fn settings() -> Settings;

// Dependencies can depend on other dependencies. Each runs once per request, however many functions depend on it, and
// its errors are documented on every route above it: you don't have to declare the 401.

/// The user who sends the request.
#[derive(Debug, Clone, PartialEq)]
struct User {
    name: String,
}

#[derive(Debug, HttpError)]
enum UserError {
    /// The request names no user.
    #[error("the header `x-user` is missing")]
    #[status(401)]
    Unknown,
}

#[dependency]
async fn current_user(
    #[header] x_user: Option<String>,
    #[depends(journal)] journal: &Journal,
) -> Result<User, UserError> {
    let name = x_user.ok_or(UserError::Unknown)?;
    journal.write(format!("{name} arrived"));
    Ok(User { name })
}

// Parameters: an `#[arg]` is set where the dependency is used. The same dependency with the same arguments runs once;
// with other arguments it runs again.

#[derive(Debug, HttpError)]
enum RoleError {
    /// The user isn't allowed to do this.
    #[error("only {0} may do this")]
    #[status(403)]
    Missing(&'static str),
}

#[dependency]
async fn has_role(
    #[arg] role: &'static str,
    #[depends(current_user)] user: &User,
    #[depends(settings)] settings: &Settings,
) -> Result<(), RoleError> {
    let is_admin = user.name == settings.admin;
    if role == "admin" && !is_admin {
        return Err(RoleError::Missing("admins"));
    }
    Ok(())
}

/// Read the journal.
#[get("/journal")]
async fn read_journal(
    #[depends(has_role(role = "admin"))] _admin: (),
    #[depends(journal)] journal: &Journal,
) -> Vec<String> {
    journal.lines().clone()
}

// `use_cache = false` runs it again for this argument.

#[dependency(scope = "app")]
async fn tickets_drawn() -> AtomicU64 {
    AtomicU64::new(0)
}

#[dependency]
async fn ticket(#[depends(tickets_drawn)] drawn: &AtomicU64) -> u64 {
    drawn.fetch_add(1, Ordering::Relaxed) + 1
}

#[dependency]
async fn receipt(#[depends(ticket)] ticket: u64) -> String {
    format!("receipt for {ticket}")
}

/// Draw a ticket, and the receipt that was made for it.
#[post("/tickets")]
async fn draw_ticket(
    #[depends(ticket)] ticket: u64,
    #[depends(receipt)] receipt: String,
) -> (u64, String) {
    (ticket, receipt)
}

/// Draw a separate ticket, independent of the receipt.
#[post("/tickets/another")]
async fn draw_another(
    #[depends(receipt)] receipt: String,
    #[depends(ticket, use_cache = false)] ticket: u64,
) -> (u64, String) {
    (ticket, receipt)
}

// `Yield`: set up, lend and tear down in one function. The code after `until_done` runs before the response is sent,
// gets the request's outcome, and can still turn the response into an error.

/// A seat at the counter.
#[derive(Debug)]
struct Seat {
    uses: u32,
}

#[dependency]
async fn seat(#[depends(journal)] journal: &Journal, lend: Yield<Seat>) {
    journal.write("seat taken");
    let (seat, outcome) = lend.until_done(Seat { uses: 0 }).await;
    match outcome {
        Outcome::Success => journal.write(format!("seat left after {} uses", seat.uses)),
        Outcome::Failure(_) => journal.write("seat cleaned"),
    }
}

/// Sit down, unless told to fall.
#[post("/seats")]
async fn sit(
    #[query(default = false)] fall: bool,
    #[depends(seat)] seat: &mut Seat, // `&mut`: this request's seat
) -> Result<u32> {
    if fall {
        return Err(HttpError::new(418, "fell off"));
    }
    seat.uses += 1;
    Ok(seat.uses)
}

// For its effect only: on a route (`depends = [..]`), on a router, or on the whole app.

#[dependency]
async fn knock(#[depends(journal)] journal: &Journal) {
    journal.write("knock");
}

#[get("/", depends = [knock])]
async fn home() -> &'static str {
    "come in"
}

fn app(with: Settings) -> App {
    let staff = Router::new("/staff")
        .depends::<current_user>()
        .routes(routes![read_journal]);
    App::new("Dependencies", "1.0.0")
        .provide::<settings>(with)
        .routes(routes![home, list_numbers, draw_ticket, draw_another, sit])
        .include(staff)
}

#[fastrs::main]
async fn main() -> Result<(), StartError> {
    app(Settings {
        admin: "ada".into(),
    })
    .launch()
    .await
}

#[cfg(test)]
mod tests {
    use fastrs::testing::TestClient;
    use serde_json::{Value, json};

    use super::*;

    fn ours() -> App {
        app(Settings {
            admin: "ada".into(),
        })
    }

    #[tokio::test]
    async fn its_arguments_are_checked() {
        let client = TestClient::start(ours()).await;
        let answer = client.get("/numbers?skip=97").send().await;
        assert_eq!(answer.json::<Value>(), json!([97, 98, 99]));
        let answer = client.get("/numbers?limit=0").send().await;
        assert_eq!(answer.status(), 422);
    }

    #[tokio::test]
    async fn runs_once_in_a_request_unless_told_otherwise() {
        let client = TestClient::start(ours()).await;
        let drawn: Value = client.post("/tickets").send().await.json();
        assert_eq!(drawn, json!([1, "receipt for 1"]));
        let drawn: Value = client.post("/tickets/another").send().await.json();
        assert_eq!(drawn, json!([3, "receipt for 2"]));
    }

    #[tokio::test]
    async fn its_errors_are_the_response() {
        let client = TestClient::start(ours()).await;
        let answer = client.get("/staff/journal").send().await;
        assert_eq!(answer.status(), 401);
        let answer = client
            .get("/staff/journal")
            .header("x-user", "bob")
            .send()
            .await;
        assert_eq!(answer.status(), 403);
        assert_eq!(
            answer.json::<Value>(),
            json!({"detail": "only admins may do this"})
        );
    }

    #[tokio::test]
    async fn exits_receive_the_outcome() {
        let client = TestClient::start(ours()).await;
        assert_eq!(client.get("/").send().await.status(), 200);
        assert_eq!(client.post("/seats").send().await.json::<u32>(), 1);
        assert_eq!(client.post("/seats?fall=true").send().await.status(), 418);

        let lines: Vec<String> = client
            .get("/staff/journal")
            .header("x-user", "ada")
            .send()
            .await
            .json();
        // `current_user` occurs twice in this route's dependency tree, and ran once.
        let expected = [
            "knock",
            "seat taken",
            "seat left after 1 uses",
            "seat taken",
            "seat cleaned",
            "ada arrived",
        ];
        assert_eq!(lines, expected);
    }

    #[tokio::test]
    async fn a_test_can_replace_it() {
        let app = ours().override_dependency::<current_user>(|| User { name: "ada".into() });
        let client = TestClient::start(app).await;
        assert_eq!(client.get("/staff/journal").send().await.status(), 200);
    }
}
