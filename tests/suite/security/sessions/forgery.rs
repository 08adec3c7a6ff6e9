//! Cookies that the app did not write, or wrote for something else.

use super::*;

/// Asserts that the cookie of the request counted as no session, and was not removed.
#[track_caller]
fn assert_ignored(response: &TestResponse, what: &str) {
    assert_eq!(response.json::<String>(), "nobody", "{what}");
    assert_eq!(set_cookie(response), None, "{what}");
}

async fn greet(client: &TestClient, cookie: &str) -> TestResponse {
    with(client.get("/greeting"), cookie).await
}

#[tokio::test]
async fn each_changed_character_is_noticed() {
    let client = start(sessions()).await;
    let cookie = cookie_of(&client, "alice").await;
    assert_eq!(name_of(&client, &cookie).await, "alice");
    let begin = cookie.find('=').unwrap() + 1;
    for at in begin..cookie.len() {
        for other in ['A', 'B', '_', '!'] {
            let mut forged = cookie.clone();
            forged.replace_range(at..=at, &other.to_string());
            if forged != cookie {
                assert_ignored(&greet(&client, &forged).await, &forged);
            }
        }
    }
}

#[tokio::test]
async fn cookies_of_other_lengths_are_ignored() {
    let client = start(sessions()).await;
    let cookie = cookie_of(&client, "alice").await;
    let begin = cookie.find('=').unwrap() + 1;
    for end in begin..cookie.len() {
        assert_ignored(&greet(&client, &cookie[..end]).await, &cookie[..end]);
    }
    for more in ["A", "AAAA", "=", "\"", "%00"] {
        let longer = format!("{cookie}{more}");
        assert_ignored(&greet(&client, &longer).await, &longer);
    }
    let huge = format!("__Host-session={}", "A".repeat(8000));
    assert_ignored(&greet(&client, &huge).await, "8000 characters");
}

#[tokio::test]
async fn a_cookie_is_only_valid_for_its_secret_its_name_and_its_purpose() {
    let client = start(sessions()).await;
    let own = cookie_of(&client, "alice").await;
    for (other, what) in [
        (
            Sessions::new(secret("another secret of at least 32 bytes")),
            "secret",
        ),
        (sessions().name("other"), "name"),
        (sessions().secure(false), "prefix"),
        (sessions().purpose("admin"), "purpose"),
    ] {
        let other = start(other).await;
        let line = cookie_of(&other, "mallory").await;
        assert_eq!(name_of(&other, &line).await, "mallory");
        let (_, value) = line.split_once('=').unwrap();
        let swapped = format!("__Host-session={value}");
        assert_ignored(&greet(&client, &swapped).await, what);

        let (name, _) = line.split_once('=').unwrap();
        let (_, value) = own.split_once('=').unwrap();
        assert_ignored(&greet(&other, &format!("{name}={value}")).await, what);
    }
    // The purpose cannot be moved into the name.
    let first = start(sessions().name("a").purpose("b")).await;
    let second = start(sessions().name("ab")).await;
    let (_, value) = cookie_of(&first, "alice")
        .await
        .split_once('=')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    assert_ignored(
        &greet(&second, &format!("__Host-ab={value}")).await,
        "boundary",
    );
}

#[tokio::test]
async fn a_secret_can_be_replaced() {
    let (old, new) = (
        "the old secret has at least 32 bytes",
        "the new secret has at least 32 bytes",
    );
    let before = start(Sessions::new(secret(old))).await;
    let cookie = cookie_of(&before, "alice").await;

    let during = start(Sessions::new(secret(new)).accept(secret(old))).await;
    let response = greet(&during, &cookie).await;
    assert_eq!(response.json::<String>(), "alice");
    let renewed = super::cookie(&response);
    assert_eq!(set_cookie(&greet(&during, &renewed).await), None);
    assert_ignored(&greet(&before, &renewed).await, "the new secret encrypts");

    let after = start(Sessions::new(secret(new))).await;
    assert_eq!(name_of(&after, &renewed).await, "alice");
    assert_ignored(&greet(&after, &cookie).await, "the old secret");
}

#[model]
#[derive(Clone)]
struct Account {
    id: u64,
}

#[get("/greeting")]
async fn account(session: Session<Account>) -> String {
    session
        .get()
        .map_or("nobody".into(), |account| account.id.to_string())
}

#[tokio::test]
async fn data_of_another_shape_is_ignored() {
    let client = start(sessions()).await;
    let cookie = cookie_of(&client, "alice").await;
    let app = App::new("accounts", "2").sessions(Sessions::<Account>::new(secret(SECRET)));
    let client = TestClient::start(app.routes(routes![account])).await;
    assert_ignored(&greet(&client, &cookie).await, "another type");
}

#[tokio::test]
async fn the_first_valid_one_of_several_cookies_counts() {
    let client = start(sessions().secure(false)).await;
    let alice = cookie_of(&client, "alice").await;
    let bob = cookie_of(&client, "bob").await;
    for (cookies, name) in [
        (format!("session=forged; {alice}"), "alice"),
        (format!("{bob}; {alice}"), "bob"),
        (format!("a=b; {alice}; session="), "alice"),
    ] {
        assert_eq!(name_of(&client, &cookies).await, name);
    }
}
