//! A cache that several processes share. Here, an app is a process: it has its own connection and its own memory.

use std::{
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use fastrs::{Cache, Cached, Redis, prelude::*, testing::TestClient};
use tokio::sync::Semaphore;

use super::{Server, until_available};
use crate::{
    cache::{Calls, text},
    serving::program::Program,
    waiting::{soon, until, until_idle},
    wire::Wire,
};

/// Counts computations in all apps, and lets them continue.
#[derive(Clone)]
struct Gate {
    calls: Calls,
    permits: Arc<Semaphore>,
}

impl Gate {
    fn open(permits: usize) -> Self {
        Self {
            calls: Calls::default(),
            permits: Arc::new(Semaphore::new(permits)),
        }
    }
}

#[dependency(scope = "app")]
async fn gate() -> Gate;

#[get("/users/<id>", cache(seconds = 600, tags = ["users", "user:<id>"]), cancel_on_disconnect)]
async fn read_user(
    id: u64,
    #[header] accept: Option<String>,
    #[depends(gate)] gate: &Gate,
    reply: &mut Reply,
) -> Result<String> {
    let call = gate.calls.next();
    gate.permits.acquire().await?.forget();
    reply.header("x-own", "kept");
    let _ = accept;
    Ok(format!("user {id}, call {call}"))
}

#[post("/invalidate/<tag>")]
async fn invalidate(tag: &str, #[depends(Cache)] cache: &Cache) {
    match tag {
        "everything" => cache.clear().await,
        "route" => cache.invalidate_routes(routes![read_user]).await,
        tag => cache.invalidate(tag).await,
    }
}

async fn app(redis: &Redis, gate: &Gate) -> TestClient {
    let app = App::new("Shop", "1.0.0")
        .provide::<gate>(gate.clone())
        .provide::<Cache>(Cache::on(redis))
        .routes(routes![read_user, invalidate]);
    TestClient::start(app).await
}

/// Reads a user until Redis has the response, which is written in the background.
async fn until_stored(client: &TestClient, path: &str, stored: &str) {
    until(async || text(&client.get(path).await) == stored).await;
}

#[tokio::test]
async fn apps_share_their_responses() {
    let Some(server) = Server::start() else {
        return;
    };
    let gate = Gate::open(100);
    let first = app(&server.client(), &gate).await;
    let second = app(&server.client(), &gate).await;
    assert_eq!(text(&first.get("/users/7").await), "user 7, call 1");
    for client in [&first, &second] {
        let answer = client.get("/users/7").await;
        assert_eq!(text(&answer), "user 7, call 1");
        assert_eq!(answer.header("x-own"), Some("kept"));
        assert_eq!(answer.header("content-type"), Some("application/json"));
        let left = answer.header("cache-control").unwrap();
        let left: u64 = left.trim_start_matches("max-age=").parse().unwrap();
        assert!((500..=600).contains(&left), "{left}");
        let etag = answer.header("etag").unwrap();
        let known = client.get("/users/7").header("if-none-match", etag).await;
        assert_eq!(known.status(), 304);
    }
    let other = second.get("/users/7").header("accept", "text/html").await;
    assert_eq!(text(&other), "user 7, call 2");
}

#[tokio::test]
async fn an_invalidation_reaches_all_apps() {
    let Some(server) = Server::start() else {
        return;
    };
    let gate = Gate::open(100);
    let first = app(&server.client(), &gate).await;
    let second = app(&server.client(), &gate).await;
    for (tag, removes) in [
        ("users", true),
        ("user:7", true),
        ("user:8", false),
        ("route", true),
        ("everything", true),
    ] {
        let before = text(&first.get("/users/7").await);
        assert_eq!(text(&second.get("/users/7").await), before);
        first.post(&format!("/invalidate/{tag}")).await;
        let after = text(&second.get("/users/7").await);
        assert_eq!(after != before, removes, "{tag}");
    }
}

#[tokio::test]
async fn of_all_apps_one_computes_a_response() {
    let Some(server) = Server::start() else {
        return;
    };
    let gate = Gate::open(0);
    let mut tasks = Vec::new();
    for _ in 0..4 {
        let client = Arc::new(app(&server.client(), &gate).await);
        for _ in 0..25 {
            let client = client.clone();
            tasks.push(tokio::spawn(async move {
                text(&client.get("/users/7").send().await)
            }));
        }
    }
    until(async || gate.calls.count() == 1).await;
    until_idle().await;
    gate.permits.add_permits(100);
    for task in tasks {
        assert_eq!(soon(task).await.unwrap(), "user 7, call 1");
    }
    assert_eq!(gate.calls.count(), 1);
}

#[tokio::test]
async fn if_an_app_gives_up_another_one_computes_the_response() {
    let Some(server) = Server::start() else {
        return;
    };
    let gate = Gate::open(0);
    let mut tasks = Vec::new();
    for _ in 0..2 {
        let client = app(&server.client(), &gate).await;
        tasks.push(tokio::spawn(async move {
            text(&client.get("/users/7").send().await)
        }));
        until(async || gate.calls.count() == 1).await;
    }
    let second = tasks.pop().unwrap();
    tasks.pop().unwrap().abort();
    until(async || gate.calls.count() == 2).await;
    gate.permits.add_permits(1);
    assert_eq!(soon(second).await.unwrap(), "user 7, call 2");
}

#[tokio::test]
async fn what_is_invalidated_while_another_app_computes_it_is_not_stored() {
    let Some(server) = Server::start() else {
        return;
    };
    let gate = Gate::open(0);
    let first = Arc::new(app(&server.client(), &gate).await);
    let second = app(&server.client(), &gate).await;
    let computing = tokio::spawn({
        let first = first.clone();
        async move { text(&first.get("/users/7").send().await) }
    });
    until(async || gate.calls.count() == 1).await;
    second.post("/invalidate/users").await;
    gate.permits.add_permits(100);
    assert_eq!(soon(computing).await.unwrap(), "user 7, call 1");
    assert_eq!(text(&second.get("/users/7").await), "user 7, call 2");
}

/// C5: down, and not responding. Each request is computed, and none of them waits.
#[tokio::test]
async fn without_redis_every_response_is_computed() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let (gate, redis) = (Gate::open(10_000), server.client());
    let client = app(&redis, &gate).await;
    until_stored(&client, "/users/7", "user 7, call 1").await;
    for kills in [false, true] {
        match kills {
            true => server.kill(),
            false => server.pause(true),
        }
        let (before, started) = (gate.calls.count(), Instant::now());
        for number in 1..=100 {
            let answer = text(&client.get("/users/7").await);
            assert_eq!(answer, format!("user 7, call {}", before + number));
        }
        // Waiting 50 ms for each would take 5 seconds.
        let taken = started.elapsed();
        assert!(taken < Duration::from_secs(2), "{taken:?}");
        // This is made up for before Redis is used again.
        client.post("/invalidate/users").await;
        match kills {
            true => server.run(),
            false => server.pause(false),
        }
        until_available(&redis).await;
        let computed = text(&client.get("/users/7").await);
        assert_eq!(computed, format!("user 7, call {}", gate.calls.count()));
        until_stored(&client, "/users/7", &computed).await;
    }
}

/// Someone else has written to the keys, or what was written is damaged.
#[tokio::test]
async fn a_value_that_the_cache_has_not_written_is_not_sent() {
    let Some(server) = Server::start() else {
        return;
    };
    let gate = Gate::open(100);
    let client = app(&server.client(), &gate).await;
    client.get("/users/1").await;
    client.get("/users/2").await;
    let run = |arguments: &[&str]| {
        let port = server.port.to_string();
        let output = Command::new("redis-cli")
            .args(["-p", &port])
            .args(arguments)
            .output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    };
    let values = || {
        let keys = run(&["KEYS", "*value:*"]);
        keys.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    until(async || values().len() == 2).await;
    let values = values();
    let [first, second] = &values[..] else {
        panic!("{values:?}");
    };
    let poisons: [&[&[&str]]; 4] = [
        &[&["SET", first, "poison"], &["SET", second, "poison"]],
        &[
            &["SETRANGE", first, "60", "x"],
            &["SETRANGE", second, "60", "x"],
        ],
        // Each of them is valid, but under the other's name.
        &[
            &["COPY", first, "other"],
            &["COPY", second, first, "REPLACE"],
            &["COPY", "other", second, "REPLACE"],
        ],
        &[
            &["DEL", first, second],
            &["LPUSH", first, "poison"],
            &["LPUSH", second, "poison"],
        ],
    ];
    for poison in poisons {
        for command in poison {
            run(command);
            run(&["PEXPIRE", command[1], "60000"]);
        }
        for id in [1, 2] {
            let answer = text(&client.get(&format!("/users/{id}")).await);
            assert_eq!(answer, format!("user {id}, call {}", gate.calls.count()));
        }
        // Both are valid again.
        let clears = client.post("/invalidate/everything").await;
        assert_eq!(clears.status(), 200);
        run(&["DEL", first, second]);
        for id in [1, 2] {
            client.get(&format!("/users/{id}")).await;
        }
        until(async || {
            let stored = run(&["EXISTS", first, second]);
            stored.trim() == "2"
        })
        .await;
    }
}

#[tokio::test]
async fn apps_share_the_values_of_functions() {
    let Some(server) = Server::start() else {
        return;
    };
    let cached = |namespace: &str| {
        let cache = Cache::on(&server.client()).namespace(namespace);
        Cached::<usize>::new(&cache, "numbers", Duration::from_secs(60))
    };
    let (first, second, other) = (cached("a"), cached("a"), cached("b"));
    let get = async |cached: &Cached<usize>, number: usize| {
        cached
            .get("key", async || Ok::<_, ()>(number))
            .await
            .unwrap()
    };
    assert_eq!(get(&first, 1).await, 1);
    until(async || get(&second, 1).await == 1).await;
    assert_eq!(get(&other, 2).await, 2);
    second.invalidate("key").await;
    assert_eq!(get(&first, 3).await, 3);
}

/// The whole configuration is the variable. It belongs to the process, so the apps are programs.
#[tokio::test]
async fn the_variable_alone_is_enough() {
    let Some(server) = Server::start() else {
        return;
    };
    let url = server.url();
    let start = async || {
        let environment = [("REDIS_URL", &*url), ("ACCESS_LOG", "off")];
        let mut program = Program::start(&["cached", "127.0.0.1:0"], &environment);
        let address = program.started().await;
        (program, address)
    };
    let once = async |address| {
        let mut wire = Wire::to(address).await;
        wire.request("GET /once").await;
        wire.answer().await.body
    };
    let (first, address) = start().await;
    let computed = once(address).await;
    assert!(computed.starts_with("\"call 1 of "), "{computed}");
    until(async || once(address).await == computed).await;
    first.signal("-TERM").await;
    first.end().await;

    let (_second, address) = start().await;
    assert_eq!(once(address).await, computed);
}
