//! When sessions expire. The time is inside the cookie, so a client cannot keep a session longer.

use super::*;

const HOUR: u64 = 60 * 60;
const DAY: u64 = 24 * HOUR;

#[tokio::test]
async fn an_unused_session_ends() {
    let clock = Clock::new();
    let client = start(sessions().clock(clock.read())).await;
    let cookie = cookie_of(&client, "alice").await;
    clock.advance(DAY - 1);
    assert_eq!(name_of(&client, &cookie).await, "alice");
    clock.advance(1);
    let late = with(client.get("/greeting"), &cookie).await;
    assert_eq!(late.json::<String>(), "nobody");
    assert_eq!(set_cookie(&late), None);
    assert_eq!(with(client.get("/me"), &cookie).await.status(), 401);
}

#[dependency(scope = "app")]
async fn clock() -> Clock;

#[post("/slow")]
async fn slow(session: Session<User>, #[depends(clock)] clock: &Clock) -> Option<String> {
    clock.advance(20);
    session.get().map(|user| user.name)
}

#[tokio::test]
async fn a_session_may_end_while_its_request_is_handled() {
    let time = Clock::new();
    let lifetime = Duration::from_secs(1000);
    let app = app(sessions().lifetime(lifetime).clock(time.read()));
    let app = app.routes(routes![slow]).provide::<clock>(time.clone());
    let client = TestClient::start(app).await;
    let cookie = cookie_of(&client, "alice").await;
    time.advance(990);
    client.clear_cookies();
    let late = with(client.post("/slow"), &cookie).await;
    assert_eq!(late.text(), r#""alice""#);
    let line = set_cookie(&late);
    assert!(
        line.is_none_or(|line| line.contains("Max-Age=0")),
        "{line:?}"
    );
}

#[tokio::test]
async fn a_used_session_is_renewed_now_and_then() {
    let clock = Clock::new();
    let idle = Duration::from_secs(1000);
    let client = start(sessions().idle(idle).clock(clock.read())).await;
    let mut cookie = cookie_of(&client, "alice").await;
    let mut renewals = 0;
    for _ in 0..100 {
        clock.advance(30);
        let response = with(client.get("/greeting"), &cookie).await;
        assert_eq!(response.json::<String>(), "alice");
        if set_cookie(&response).is_some() {
            renewals += 1;
            cookie = super::cookie(&response);
        }
    }
    // One for every 120 of the 3000 seconds: at the first request after a tenth of the idle time.
    assert_eq!(renewals, 25);
    clock.advance(1000);
    assert_eq!(name_of(&client, &cookie).await, "nobody");
}

#[tokio::test]
async fn a_session_ends_after_its_lifetime_however_often_it_is_used() {
    let clock = Clock::new();
    let client = start(sessions().clock(clock.read())).await;
    let mut cookie = cookie_of(&client, "alice").await;
    let mut days = 0;
    loop {
        clock.advance(12 * HOUR);
        let response = with(client.post("/rename?name=alicia"), &cookie).await;
        assert_eq!(response.status(), 200);
        let greeting = with(client.get("/greeting"), &cookie).await;
        if greeting.json::<String>() == "nobody" {
            break;
        }
        cookie = super::cookie(&response);
        days += 1;
        let line = set_cookie(&response).unwrap();
        let left = (14 * DAY).saturating_sub(days * 12 * HOUR).min(DAY);
        assert!(line.contains(&format!("Max-Age={left};")), "{line}");
        assert!(days < 100, "the session never ends");
    }
    assert_eq!(days, 27);
}

#[tokio::test]
async fn a_login_starts_a_new_lifetime() {
    let clock = Clock::new();
    let client = start(
        sessions()
            .lifetime(Duration::from_secs(HOUR))
            .clock(clock.read()),
    )
    .await;
    client.post("/login?name=alice").await;
    clock.advance(HOUR - 10);
    let again = client.post("/login?name=alice").await;
    assert!(set_cookie(&again).unwrap().contains("Max-Age=3600;"));
}

#[tokio::test]
async fn shorter_limits_apply_to_sessions_that_exist() {
    let clock = Clock::new();
    let client = start(sessions().clock(clock.read())).await;
    let cookie = cookie_of(&client, "alice").await;
    clock.advance(HOUR);
    for stricter in [
        sessions().idle(Duration::from_secs(HOUR)),
        sessions().lifetime(Duration::from_secs(HOUR)),
    ] {
        let client = start(stricter.clock(clock.read())).await;
        assert_eq!(name_of(&client, &cookie).await, "nobody");
    }
}

#[tokio::test]
async fn a_session_from_the_future_is_not_valid() {
    let clock = Clock::new();
    let client = start(sessions().clock(clock.read())).await;
    let cookie = cookie_of(&client, "alice").await;
    // The clocks of two machines may differ a little.
    clock.turn_back(60);
    assert_eq!(name_of(&client, &cookie).await, "alice");
    clock.turn_back(1);
    assert_eq!(name_of(&client, &cookie).await, "nobody");
}

#[tokio::test]
async fn extreme_durations_and_times() {
    let forever = || sessions().idle(Duration::MAX).lifetime(Duration::MAX);
    let client = start(forever()).await;
    let login = client.post("/login?name=alice").await;
    assert!(set_cookie(&login).unwrap().contains("Max-Age=4294967295;"));
    assert_eq!(client.get("/greeting").await.json::<String>(), "alice");

    for time in [
        UNIX_EPOCH,
        UNIX_EPOCH - Duration::from_secs(1),
        UNIX_EPOCH + Duration::from_secs(1 << 60),
    ] {
        for sessions in [forever(), sessions()] {
            let client = start(sessions.clock(move || time)).await;
            client.post("/login?name=alice").await;
            assert_eq!(
                client.get("/greeting").await.json::<String>(),
                "alice",
                "{time:?}"
            );
        }
    }
}
