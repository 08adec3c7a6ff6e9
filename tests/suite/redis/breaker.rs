//! A Redis that is down, refuses connections, or does not respond.

use std::time::{Duration, Instant};

use fastrs::{Redis, prelude::*, testing::TestClient};

use super::{Server, until_available};

const MINUTE: Duration = Duration::from_secs(60);

/// What all commands that fail at once take together, generously.
const AT_ONCE: Duration = Duration::from_millis(500);

#[tokio::test]
async fn values_are_set_read_and_removed() {
    let Some(server) = Server::start() else {
        return;
    };
    let redis = server.client();
    assert_eq!(redis.get("a").await, Ok(None));
    redis.set("a", [1, 2, 3], MINUTE).await.unwrap();
    assert_eq!(redis.get("a").await.unwrap().unwrap(), [1, 2, 3][..]);
    redis.delete("a").await.unwrap();
    assert_eq!(redis.get("a").await, Ok(None));
    redis.set("b", "short", Duration::ZERO).await.unwrap();
    assert!(redis.is_available());
}

/// A thousand commands to a server that does not respond take as long as one.
#[tokio::test]
async fn after_the_first_failure_nothing_waits_for_redis() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let redis = server.client();
    redis.set("a", "1", MINUTE).await.unwrap();
    for kills in [false, true] {
        match kills {
            true => server.kill(),
            false => server.pause(true),
        }
        let started = Instant::now();
        for _ in 0..1000 {
            assert!(redis.get("a").await.is_err());
        }
        let taken = started.elapsed();
        assert!(taken < AT_ONCE, "{taken:?}");
        assert!(!redis.is_available());
        match kills {
            true => server.run(),
            false => server.pause(false),
        }
        until_available(&redis).await;
        assert!(redis.get("a").await.is_ok());
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_yet_is_found() {
    let Some(mut server) = Server::start() else {
        return;
    };
    server.kill();
    let redis = server.client();
    let error = redis.get("a").await.unwrap_err();
    assert!(error.to_string().starts_with("Redis is not available"));
    server.run();
    until_available(&redis).await;
    assert_eq!(redis.get("a").await, Ok(None));
}

#[test]
fn a_wrong_url_is_an_error_that_does_not_show_it() {
    for url in [
        "",
        "localhost",
        "http://user:secret@host/",
        "redis://:secret@",
    ] {
        let error = Redis::new(url).unwrap_err().to_string();
        assert!(
            error.contains("redis://user:password@host:6379/0"),
            "{error}"
        );
        assert!(!error.contains("secret"), "{error}");
    }
}

#[get("/value")]
async fn value(#[depends(Redis)] redis: &Redis) -> Result<bool> {
    Ok(redis.get("a").await?.is_some())
}

#[tokio::test]
async fn an_app_without_a_url_does_not_start() {
    let app = App::new("Shop", "1.0.0").routes(routes![value]);
    let error = TestClient::try_start(app).await.unwrap_err().to_string();
    assert!(error.contains("REDIS_URL"), "{error}");
}

#[tokio::test]
async fn redis_can_be_provided() {
    let Some(server) = Server::start() else {
        return;
    };
    let app = App::new("Shop", "1.0.0")
        .provide::<Redis>(server.client())
        .routes(routes![value]);
    let client = TestClient::start(app).await;
    assert!(!client.get("/value").await.json::<bool>());
}
