//! Sessions in Redis: the same as in memory.

use fastrs::{
    RedisSessionStore,
    prelude::*,
    security::{MemorySessionStore, Session, SessionStore, Sessions, StoredSession},
    testing::TestClient,
};

use super::Server;

fn session(data: &str, user: Option<&str>) -> StoredSession {
    StoredSession::new(data.into(), user.map(str::to_owned), 10, 20, 620)
}

async fn check(store: impl SessionStore) -> Result<()> {
    assert_eq!(store.load("a").await?, None);
    let alice = session("{\"a\":\"ä\"}", Some("alice"));
    store.insert("a", alice.clone()).await?;
    store.insert("b", session("1", Some(""))).await?;
    store.insert("c", session("2", None)).await?;
    assert_eq!(store.load("a").await?, Some(alice.clone()));
    assert_eq!(store.load("b").await?, Some(session("1", Some(""))));
    assert_eq!(store.load("c").await?, Some(session("2", None)));
    let changed = session("3", Some("alice"));
    assert!(store.update("a", changed.clone()).await?);
    assert_eq!(store.load("a").await?, Some(changed.clone()));
    store.touch("a", 30, 630).await?;
    let touched = StoredSession::new("3".into(), Some("alice".into()), 10, 30, 630);
    assert_eq!(store.load("a").await?, Some(touched));
    store.insert("d", alice.clone()).await?;
    store.delete_user("alice").await?;
    for (key, is_there) in [("a", false), ("b", true), ("c", true), ("d", false)] {
        assert_eq!(store.load(key).await?.is_some(), is_there, "{key}");
    }
    // What has ended does not come back.
    assert!(!store.update("a", changed).await?);
    store.touch("a", 40, 640).await?;
    assert_eq!(store.load("a").await?, None);
    store.delete("b").await?;
    store.delete("b").await?;
    assert_eq!(store.load("b").await?, None);
    Ok(())
}

#[tokio::test]
async fn every_store_does_the_same() {
    check(MemorySessionStore::new(100)).await.unwrap();
    let Some(server) = Server::start() else {
        return;
    };
    let store = RedisSessionStore::new(&server.client());
    check(store.clone()).await.unwrap();
    // Other sessions, for another app.
    check(store.namespace("other")).await.unwrap();
}

#[post("/login/<name>")]
async fn login(name: String, session: Session<String>) {
    session.start(name);
}

#[get("/me")]
async fn me(session: Session<String>) -> Option<String> {
    session.get()
}

#[tokio::test]
async fn without_redis_a_session_is_a_503() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let store = RedisSessionStore::new(&server.client());
    let app = App::new("Shop", "1.0.0")
        .sessions(Sessions::<String>::stored(store))
        .routes(routes![login, me]);
    let client = TestClient::start(app).await;
    client.post("/login/alice").await;
    assert_eq!(client.get("/me").await.text(), "\"alice\"");
    server.kill();
    let answer = client.get("/me").await;
    assert_eq!(answer.status(), 503);
    assert!(!answer.text().contains("Redis"));
    // A client without a session does not need Redis.
    client.clear_cookies();
    assert_eq!(client.get("/me").await.text(), "null");
}
