//! Stored responses that are removed before they expire.

use fastrs::{Cache, prelude::*, testing::TestClient};

use super::{Calls, calls, text};

#[get("/users", cache(seconds = 60, tags = ["users"]))]
async fn list_users(#[depends(calls)] calls: &Calls) -> String {
    calls.next().to_string()
}

#[get("/users/<id>", cache(seconds = 60, tags = ["users", "user:<id>"]))]
async fn read_user(id: &str, #[depends(calls)] calls: &Calls) -> String {
    format!("{id} {}", calls.next())
}

#[get("/items", cache(seconds = 60))]
async fn list_items(#[depends(calls)] calls: &Calls) -> String {
    calls.next().to_string()
}

#[post("/invalidate/<tag>")]
async fn invalidate(tag: &str, #[depends(Cache)] cache: &Cache) {
    match tag {
        "route" => cache.invalidate_routes(routes![read_user]).await,
        "everything" => cache.clear().await,
        tag => cache.invalidate(tag).await,
    }
}

const PATHS: [&str; 5] = [
    "/users",
    "/users/1",
    "/users/2?a=b",
    "/items",
    "/v2/users/1",
];

#[tokio::test]
async fn tags_and_routes() {
    let all = routes![list_users, read_user, list_items, invalidate];
    let again = Router::new("/v2").routes(routes![read_user]);
    let client = TestClient::start(App::new("Shop", "1.0.0").routes(all).include(again)).await;
    for (tag, removed) in [
        ("none", &[][..]),
        (
            "users",
            &["/users", "/users/1", "/users/2?a=b", "/v2/users/1"],
        ),
        ("user:1", &["/users/1", "/v2/users/1"]),
        ("user:2", &["/users/2?a=b"]),
        ("user:", &[]),
        ("route", &["/users/1", "/users/2?a=b", "/v2/users/1"]),
        ("everything", &PATHS),
    ] {
        let mut before = Vec::new();
        for path in PATHS {
            before.push(text(&client.get(path).await));
        }
        assert_eq!(
            client.post(&format!("/invalidate/{tag}")).await.status(),
            200
        );
        for (path, before) in PATHS.iter().zip(before) {
            let is_same = text(&client.get(path).await) == before;
            assert_eq!(is_same, !removed.contains(path), "{tag} {path}");
        }
    }
}

#[job]
async fn import(#[depends(Cache)] cache: &Cache) {
    cache.invalidate("users").await;
}

#[tokio::test]
async fn a_job_can_take_the_cache() {
    App::new("Shop", "1.0.0").run::<import>().await.unwrap();
}
