//! The keys of cursors: their rotation, and mistakes in them.

use fastrs::testing::TestClient;
use fastrs::{Cursor, CursorKeys, CursorPage, prelude::*};

#[get("/numbers")]
async fn list_numbers(cursor: Cursor<u64>) -> Result<CursorPage<u64>> {
    CursorPage::of(0..100, cursor, |number| *number)
}

fn secret(text: &str) -> Secret<String> {
    Secret::new(format!("{text}, of at least 32 bytes, for these tests"))
}

async fn client(keys: impl Into<Option<CursorKeys>>) -> TestClient {
    let app = App::new("Numbers", "1.0.0").routes(routes![list_numbers]);
    TestClient::start(match keys.into() {
        Some(keys) => app.cursor_keys(keys),
        None => app,
    })
    .await
}

async fn cursor(client: &TestClient) -> String {
    let page: CursorPage<u64> = client.get("/numbers").await.json();
    page.next_page.unwrap()
}

async fn status(client: &TestClient, cursor: &str) -> u16 {
    let answer = client.get(&format!("/numbers?cursor={cursor}")).await;
    answer.status().as_u16()
}

#[tokio::test]
async fn apps_with_the_same_secret_accept_each_others_cursors() {
    let one = client(CursorKeys::new(secret("one"))).await;
    let same = client(CursorKeys::new(secret("one"))).await;
    let other = client(CursorKeys::new(secret("other"))).await;
    let without = client(None).await;
    let sent = cursor(&one).await;
    assert_eq!(cursor(&same).await, sent);
    assert_eq!(status(&same, &sent).await, 200);
    assert_eq!(status(&other, &sent).await, 422);
    assert_eq!(status(&without, &sent).await, 422);
    // Without a secret, the key is that of the process.
    assert_eq!(
        status(&client(None).await, &cursor(&without).await).await,
        200
    );
}

#[tokio::test]
async fn a_secret_can_be_replaced() {
    let before = client(CursorKeys::new(secret("old"))).await;
    let meanwhile = client(CursorKeys::new(secret("new")).accept(secret("old"))).await;
    let after = client(CursorKeys::new(secret("new"))).await;
    let (old, new) = (cursor(&before).await, cursor(&meanwhile).await);
    for (client, statuses) in [
        (&before, (200, 422)),
        (&meanwhile, (200, 200)),
        (&after, (422, 200)),
    ] {
        assert_eq!(
            (status(client, &old).await, status(client, &new).await),
            statuses
        );
    }
}

#[test]
fn a_short_secret_is_a_startup_error() {
    let keys = CursorKeys::new(Secret::new("too short".to_owned()));
    assert!(!format!("{keys:?}").contains("short"));
    let app = App::new("Numbers", "1.0.0").cursor_keys(keys);
    let error = app.build().unwrap_err().to_string();
    assert!(
        error.contains("the keys of cursors: a secret has 9 bytes, but needs at least 32"),
        "{error}"
    );
}
