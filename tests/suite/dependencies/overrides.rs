//! Dependencies that a test replaces.

use fastrs::{prelude::*, testing::TestClient};

use crate::journal::{Journal, journal, told};

#[dependency(scope = "app")]
async fn password() -> String;

/// A dependency that must not run in a test.
#[dependency(scope = "app")]
async fn database(
    #[depends(password)] password: &String,
    #[depends(journal)] journal: &Journal,
) -> Result<String> {
    journal.write("connected");
    Ok(format!("database of {password}"))
}

#[dependency]
async fn connection(
    #[depends(database)] database: &String,
    #[depends(journal)] journal: &Journal,
    lend: Yield<String>,
) {
    journal.write("borrowed");
    let (_, outcome) = lend.until_done(format!("connection to {database}")).await;
    journal.write(format!("returned: {}", told(&outcome)));
}

#[dependency]
async fn user(
    #[header] token: String,
    #[depends(connection)] connection: &String,
) -> Result<String> {
    Ok(format!("{token} from {connection}"))
}

#[get("/me")]
async fn me(#[depends(user)] user: &String) -> String {
    user.clone()
}

#[get("/anew")]
async fn anew(#[depends(user, use_cache = false)] user: &String) -> String {
    user.clone()
}

#[get("/rows")]
async fn rows(
    #[depends(connection)] connection: &mut String,
    #[query(default = false)] fail: bool,
) -> Result<String> {
    connection.push_str(", used");
    match fail {
        true => Err(HttpError::new(418, "told to")),
        false => Ok(connection.clone()),
    }
}

fn app() -> (App, Journal) {
    let notes = Journal::new();
    let app = App::new("Overrides", "1")
        .provide::<journal>(notes.clone())
        .routes(routes![me, anew, rows]);
    (app, notes)
}

#[tokio::test]
async fn a_value_replaces_a_dependency_and_what_only_it_needs() {
    let (app, notes) = app();
    let app = app
        .override_dependency::<user>(|| "rick".to_owned())
        .override_dependency::<connection>(|| "nowhere".to_owned());
    let client = TestClient::start(app).await;
    assert_eq!(client.get("/me").await.json::<String>(), "rick");
    assert_eq!(
        client.get("/anew").await.json::<String>(),
        "rick",
        "even without the cache"
    );
    assert_eq!(client.get("/rows").await.json::<String>(), "nowhere, used");
    // Neither the password, which is never provided, nor the database is needed.
    assert!(notes.take().is_empty());
}

#[dependency]
async fn fake_user(#[query] name: String, #[depends(fake_prefix)] prefix: &String) -> String {
    format!("{prefix} {name}")
}

#[dependency]
async fn fake_prefix() -> String {
    "fake".to_owned()
}

#[tokio::test]
async fn another_dependency_replaces_it_with_its_own_inputs_and_dependencies() {
    let app = app()
        .0
        .replace_dependency::<user, fake_user>()
        .override_dependency::<connection>(String::new);
    let client = TestClient::start(app).await;
    for path in ["/me", "/anew"] {
        assert_eq!(
            client
                .get(path)
                .query(&[("name", "ada")])
                .await
                .json::<String>(),
            "fake ada"
        );
        let answer = client.get(path).await;
        assert_eq!(
            answer.status(),
            422,
            "its inputs are checked: {}",
            answer.text()
        );
    }
}

#[dependency]
async fn fake_connection(#[depends(journal)] journal: &Journal, lend: Yield<String>) -> Result<()> {
    journal.write("fake set up");
    let (value, outcome) = lend.until_done("fake".to_owned()).await;
    journal.write(format!("{value}: {}", told(&outcome)));
    Ok(())
}

#[tokio::test]
async fn a_replacement_may_yield() {
    let (app, notes) = app();
    let client = TestClient::start(app.replace_dependency::<connection, fake_connection>()).await;
    assert_eq!(client.get("/rows").await.json::<String>(), "fake, used");
    assert_eq!(
        notes.take(),
        ["fake set up", "fake, used: success"],
        "the exit gets the value that was lent"
    );
    assert_eq!(client.get("/rows?fail=true").await.status(), 418);
    assert_eq!(notes.take(), ["fake set up", "fake, used: 418"]);
    let answer = client.get("/anew").header("token", "t").await;
    assert_eq!(answer.json::<String>(), "t from fake");
    assert_eq!(notes.take(), ["fake set up", "fake: success"]);
}

#[dependency(scope = "app")]
async fn test_database(#[depends(journal)] journal: &Journal, lend: Yield<String>) {
    journal.write("test database made");
    let (name, _) = lend.until_done("the test database".to_owned()).await;
    journal.write(format!("{name} removed"));
}

#[tokio::test]
async fn an_app_scoped_dependency_is_replaced_by_a_value_or_by_another() {
    let (app, notes) = app();
    let client =
        TestClient::start(app.override_dependency::<database>(|| "memory".to_owned())).await;
    assert_eq!(
        client.get("/rows").await.json::<String>(),
        "connection to memory, used"
    );
    assert_eq!(notes.take(), ["borrowed", "returned: success"]);

    let (app, notes) = self::app();
    let client = TestClient::start(app.replace_dependency::<database, test_database>()).await;
    assert_eq!(
        client.get("/rows").await.json::<String>(),
        "connection to the test database, used"
    );
    client.stop().await;
    let expected = [
        "test database made",
        "borrowed",
        "returned: success",
        "the test database removed",
    ];
    assert_eq!(notes.take(), expected);
}

#[tokio::test]
async fn an_override_supplies_what_only_main_can_provide() {
    let (app, _) = app();
    let client = TestClient::start(app.override_dependency::<password>(|| "ada".to_owned())).await;
    let answer = client.get("/rows").await;
    assert_eq!(
        answer.json::<String>(),
        "connection to database of ada, used"
    );
}

#[tokio::test]
async fn a_replacement_cannot_depend_on_what_it_replaces() {
    #[dependency]
    async fn wrapper(#[depends(connection)] connection: &String) -> String {
        connection.clone()
    }
    let app = app()
        .0
        .provide::<password>("secret".to_owned())
        .replace_dependency::<connection, wrapper>();
    let error = app.build().unwrap_err();
    assert_eq!(
        error.problems(),
        ["the override of the dependency `connection` depends on it"]
    );
}
