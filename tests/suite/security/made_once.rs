//! `Jwt`, `Jwks` and `Passwords`: values that an app makes once, when it starts.

use std::{collections::HashMap, sync::Arc, time::Duration};

use fastrs::{
    prelude::*,
    security::{Jwks, Jwt, Passwords},
};

const SECRET: [u8; 32] = [7; 32];

#[dependency(scope = "app")]
async fn secret() -> [u8; 32] {
    SECRET
}

#[dependency]
async fn jwt_of_request(#[depends(secret)] secret: &[u8; 32]) -> Result<Jwt> {
    Ok(Jwt::hs256(secret)?)
}

#[dependency]
async fn jwks_of_request() -> Result<Arc<Jwks>> {
    Ok(Arc::new(Jwks::discover("https://login.example")?))
}

#[dependency]
async fn passwords_of_request() -> Passwords {
    Passwords::new()
}

#[get("/a")]
async fn with_jwt(#[depends(jwt_of_request)] _jwt: &Jwt) {}

#[get("/b")]
async fn with_jwks(#[depends(jwks_of_request)] _jwks: &Arc<Jwks>) {}

#[get("/c")]
async fn with_passwords(#[depends(passwords_of_request, use_cache = false)] _it: Passwords) {}

#[test]
fn what_is_made_for_each_request_stops_the_app() {
    let app = || App::new("once", "1");
    for (app, name, what) in [
        (
            app().routes(routes![with_jwt]),
            "`jwt_of_request`",
            "a `Jwt` for each request",
        ),
        (
            app().routes(routes![with_jwks]),
            "`jwks_of_request`",
            "a `Jwks` for each request",
        ),
        (
            app().routes(routes![with_passwords]),
            "`passwords_of_request`",
            "`Passwords` for each request",
        ),
    ] {
        let error = app.build().expect_err("the app must not start");
        let [problem] = error.problems() else {
            panic!("{error}");
        };
        assert!(
            problem.contains(name) && problem.contains(what) && problem.contains("scope = \"app\""),
            "{problem}"
        );
    }
    let replaced = app().override_dependency::<passwords_of_request>(Passwords::new);
    replaced.routes(routes![with_passwords]).build().unwrap();
}

#[dependency(scope = "app")]
async fn providers() -> HashMap<String, Jwks> {
    HashMap::new()
}

#[dependency]
async fn of_tenant(
    #[path] tenant: &str,
    #[depends(providers)] providers: &HashMap<String, Jwks>,
) -> Result<Jwks> {
    let jwks = providers.get(tenant);
    jwks.cloned().ok_or_else(|| HttpError::from_status(404))
}

#[dependency]
async fn patient(#[depends(of_tenant)] jwks: &Jwks) -> Jwks {
    jwks.clone().leeway(Duration::from_secs(60))
}

#[get("/<tenant>")]
async fn with_tenant(tenant: String, #[depends(patient)] _jwks: &Jwks) -> String {
    tenant
}

#[test]
fn a_request_may_select_one_that_exists() {
    let app = App::new("once", "1").routes(routes![with_tenant]);
    app.build().unwrap();
}

#[dependency(scope = "app")]
async fn jwt() -> Jwt;

#[dependency(scope = "app")]
async fn jwks() -> Jwks;

#[dependency(scope = "app")]
async fn passwords() -> Arc<Passwords>;

#[dependency(scope = "app")]
async fn made() -> Result<Jwt> {
    Ok(Jwt::hs256(SECRET)?.lifetime(Duration::ZERO))
}

#[get("/")]
async fn with_made(#[depends(made)] _jwt: &Jwt) {}

#[get("/")]
async fn with_all(
    #[depends(jwt)] _jwt: &Jwt,
    #[depends(jwks)] _jwks: &Jwks,
    #[depends(passwords)] _passwords: &Arc<Passwords>,
) {
}

async fn problems(jwt_: Jwt, jwks_: Jwks, passwords_: Passwords) -> Vec<String> {
    let app = App::new("once", "1")
        .provide::<jwt>(jwt_)
        .provide::<jwks>(jwks_)
        .provide::<passwords>(Arc::new(passwords_))
        .routes(routes![with_all]);
    match app.into_service().await {
        Ok(_) => Vec::new(),
        Err(error) => error.problems().to_vec(),
    }
}

#[tokio::test]
async fn what_can_never_work_stops_the_app() {
    let jwt = |lifetime| Jwt::hs256(SECRET).unwrap().lifetime(lifetime);
    let jwks = |timeout| {
        Jwks::discover("https://login.example")
            .unwrap()
            .timeout(timeout)
    };
    let (zero, second) = (Duration::ZERO, Duration::from_secs(1));
    let found = problems(jwt(zero), jwks(zero), Passwords::new().max_length(0)).await;
    assert_eq!(
        found,
        [
            "the app-scoped dependency `jwt` failed to start: `lifetime(0ns)` is too short: a token is valid for at least a second",
            "the app-scoped dependency `jwks` failed to start: with a `timeout` of zero, it can fetch no keys",
            "the app-scoped dependency `passwords` failed to start: with `max_length(0)`, every password is too long",
        ]
    );
    let short = jwt(Duration::from_millis(999));
    let found = problems(short, jwks(second), Passwords::new()).await;
    assert!(
        found.len() == 1 && found[0].contains("`lifetime(999ms)`"),
        "{found:?}"
    );
    for dummy in [
        "",
        "x",
        "$2b$15$WE59zgTp8CEJNfzLNrR7MeoOskj6qw0CL4YkwaibteepaaPBRov16",
    ] {
        let passwords = Passwords::new().dummy_hash(dummy);
        let found = problems(jwt(second), jwks(second), passwords).await;
        assert!(
            found.len() == 1 && found[0].contains("no password can match the `dummy_hash`"),
            "{found:?}"
        );
    }
    let made = App::new("once", "1").routes(routes![with_made]);
    let error = made.into_service().await.unwrap_err().to_string();
    assert!(
        error.contains("`made` failed to start: `lifetime(0ns)`"),
        "{error}"
    );
    let least = Passwords::new()
        .max_length(1)
        .dummy_hash("$2b$14$WE59zgTp8CEJNfzLNrR7MeoOskj6qw0CL4YkwaibteepaaPBRov16");
    assert!(
        problems(jwt(second), jwks(Duration::from_nanos(1)), least)
            .await
            .is_empty()
    );
}
