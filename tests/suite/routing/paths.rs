//! Placeholders, and which route a path belongs to.

use fastrs::{Value, prelude::*, testing::TestClient};

#[get("/users/me")]
async fn me() -> &'static str {
    "me"
}

#[get("/users/<name>")]
async fn user(name: &str) -> String {
    format!("user {name}")
}

#[delete("/users/<name>")]
async fn delete_user(name: &str) -> String {
    format!("deleted {name}")
}

#[get("/users/<name>/<page>")]
async fn page(name: &str, page: u8) -> String {
    format!("page {page} of {name}")
}

#[get("/users/me/first")]
async fn first_page() -> &'static str {
    "my first page"
}

#[get("/files/<path..>")]
async fn file(path: &str) -> String {
    format!("file {path:?}")
}

#[get("/files/index")]
async fn index() -> &'static str {
    "index"
}

#[get("/<shop>/items")]
async fn items(shop: &str) -> String {
    format!("items of {shop}")
}

#[get("/<path..>")]
async fn anything(path: &str) -> String {
    format!("anything {path:?}")
}

#[tokio::test]
async fn a_placeholder_for_the_rest_comes_last() {
    let rest = App::new("Rest", "1").routes(routes![anything, items, file, user, root]);
    let client =
        TestClient::start(rest.mount("/static", tower_http::services::ServeDir::new(file!())))
            .await;
    for (path, expected) in [
        ("/a/items", "items of a"),
        ("/a/other", "anything \"a/other\""),
        ("/users/ada", "user ada"),
        ("/users/ada/x", "anything \"users/ada/x\""),
        ("/files/x", "file \"x\""),
        ("/x", "anything \"x\""),
        ("/", "root"),
    ] {
        assert_eq!(client.get(path).await.json::<String>(), expected, "{path}");
    }
    assert_eq!(
        client.get("/static/x").await.text(),
        "",
        "a mount handles what is below its path"
    );
}

#[get("/folders/<path..>")]
async fn folder(path: &str) -> String {
    format!("folder {path:?}")
}

#[get("/folders/")]
async fn folders() -> &'static str {
    "all folders"
}

#[get("/from/<from>-<to>.<format>")]
async fn several(from: &str, to: &str, format: &str) -> Vec<String> {
    vec![from.to_owned(), to.to_owned(), format.to_owned()]
}

#[get("/v<version>/<name>.json")]
async fn affixed(version: u8, name: &str) -> String {
    format!("{version} {name}")
}

#[get("/")]
async fn root() -> &'static str {
    "root"
}

#[get("/shelves")]
async fn shelves(#[path] shop: u32) -> String {
    format!("shelves of {shop}")
}

#[get("/shelves/<shelf>", depends = [inspected])]
async fn shelf(shelf: u32, #[path] shop: u32) -> String {
    format!("shelf {shelf} of {shop}")
}

#[dependency]
async fn inspected(#[path] shop: u32) -> Result<()> {
    match shop {
        13 => Err(HttpError::new(404, "no such shop")),
        _ => Ok(()),
    }
}

fn app() -> App {
    App::new("Paths", "1")
        .routes(routes![
            root,
            user,
            delete_user,
            me,
            page,
            first_page,
            file,
            index,
            folder,
            folders,
            several,
            affixed
        ])
        .include(Router::new("/shops/<shop>").routes(routes![shelves, shelf]))
}

#[tokio::test]
async fn each_path_has_one_handler() {
    let client = TestClient::start(app()).await.follow_redirects(false);
    for (path, expected) in [
        ("/", json!("root")),
        ("/users/me", json!("me")),
        ("/users/men", json!("user men")),
        ("/users/ME", json!("user ME")),
        ("/users/me/1", json!("page 1 of me")),
        ("/users/me/first", json!("my first page")),
        ("/files/index", json!("index")),
        ("/files/index/", json!("file \"index/\"")),
        ("/files/", json!("file \"\"")),
        ("/files/a/b//c", json!("file \"a/b//c\"")),
        ("/files//x", json!("file \"/x\"")),
        ("/files/a%2Fb%20c", json!("file \"a/b c\"")),
        ("/folders/", json!("all folders")),
        ("/folders/x", json!("folder \"x\"")),
        ("/from/a-b-c.tar.gz", json!(["a-b", "c.tar", "gz"])),
        ("/from/%C3%A4-%E2%82%AC.x", json!(["ä", "€", "x"])),
        ("/v2/item.json", json!("2 item")),
        ("/users/a%20b%3Fc%25", json!("user a b?c%")),
        ("/users/%C3%A9", json!("user é")),
        ("/%75sers/me", json!("me")),
        ("/shops/7/shelves", json!("shelves of 7")),
        ("/shops/7/shelves/3", json!("shelf 3 of 7")),
    ] {
        let answer = client.get(path).await;
        assert_eq!(
            (answer.status().as_u16(), answer.json::<Value>()),
            (200, expected),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_path_that_no_route_matches_is_not_found() {
    let client = TestClient::start(app()).await.follow_redirects(false);
    for path in [
        "/user",
        "//users/me",
        "/users//",
        "/from/ab.c",
        "/from/-b.c",
        "/vx",
        "/v2/.json",
        "/users/a%2Fb/c/d",
        "/Users/me",
    ] {
        let answer = client.get(path).await;
        assert_eq!(
            (answer.status().as_u16(), answer.text()),
            (404, r#"{"detail":"Not Found"}"#.to_owned()),
            "{path}"
        );
    }
    assert_eq!(
        client.get("/shops/13/shelves/1").await.json::<Value>(),
        json!({"detail": "no such shop"})
    );
    assert_eq!(client.get("/shops/x/shelves").await.status(), 422);
}

#[tokio::test]
async fn a_static_path_of_one_method_leaves_the_others_to_the_placeholder() {
    let client = TestClient::start(app()).await;
    assert_eq!(
        client.delete("/users/me").await.json::<String>(),
        "deleted me"
    );
    let answer = client.post("/users/me").await;
    assert_eq!(
        (answer.status().as_u16(), answer.header("allow")),
        (405, Some("DELETE, GET, HEAD, OPTIONS"))
    );
}

/// Patterns of one segment: FastAPI tries them in their order, fastrs from the most literal one to the least.
mod mixed {
    use super::*;

    macro_rules! routes_named {
        ($($name:ident $path:literal $($argument:ident)*;)*) => {
            $(#[get($path)]
            async fn $name($($argument: String),*) -> String {
                let values: Vec<String> = vec![$($argument),*];
                format!("{} {}", stringify!($name), values.join(","))
            })*
            fn all() -> Vec<fastrs::Route> {
                routes![$($name),*].into()
            }
        };
    }

    routes_named! {
        one "/compare/<name>" name;
        two "/compare/<base>...<head>" base head;
        fixed "/compare/a...b";
        below "/compare/<name>/files" name;
        below_two "/compare/<base>...<head>/<page>" base head page;
        typed "/f/<name>.ts" name;
        declared "/f/<name>.d.ts" name;
        version "/f/v<version>" version;
        dashed "/f/<a>-<b>" a b;
        under "/f/<a>_<b>" a b;
        any "/f/<name>" name;
        rest "/f/<path..>" path;
        dashed_in_g "/g/<a>-<b>" a b;
        in_any "/<folder>/bar" folder;
        dated_rest "/<name>@<date>/<path..>" name date path;
        bare_rest "/<name>/<path..>" name path;
        all_rest "/<path..>" path;
    }

    #[tokio::test]
    async fn the_most_literal_matching_pattern_wins() {
        for routes in [all(), all().into_iter().rev().collect()] {
            let client = TestClient::start(App::new("Mixed", "1").routes(routes)).await;
            for (path, expected) in [
                ("/compare/main", "one main"),
                ("/compare/v1...v2", "two v1,v2"),
                ("/compare/a...b", "fixed "),
                ("/compare/...", "one ..."),
                ("/compare/v1/files", "below v1"),
                ("/compare/v1...v2/files", "below_two v1,v2,files"),
                ("/compare/v1...v2/x", "below_two v1,v2,x"),
                ("/f/x.ts", "typed x"),
                ("/f/x.d.ts", "declared x"),
                ("/f/.ts", "any .ts"),
                ("/f/v1", "version 1"),
                ("/f/v", "any v"),
                ("/f/a-b", "dashed a,b"),
                ("/f/a_b", "under a,b"),
                ("/f/-b", "any -b"),
                ("/f/a/b", "rest a/b"),
                ("/f/v1/b", "rest v1/b"),
                ("/f/", "rest "),
                ("/g/a-b", "dashed_in_g a,b"),
                ("/g/bar", "in_any g"),
                ("/g/x", "bare_rest g,x"),
                ("/x@1/bar", "dated_rest x,1,bar"),
                ("/x/bar", "in_any x"),
                ("/x@1/", "dated_rest x,1,"),
                ("/x/", "bare_rest x,"),
                ("/x", "all_rest x"),
                ("/compare/v1/x", "bare_rest compare,v1/x"),
            ] {
                assert_eq!(client.get(path).await.json::<String>(), expected, "{path}");
            }
            assert_eq!(
                client.post("/f/x.ts").await.header("allow"),
                Some("GET, HEAD, OPTIONS")
            );
        }
    }

    #[tokio::test]
    async fn a_segment_is_split_among_its_placeholders() {
        let client = TestClient::start(App::new("Mixed", "1").routes(all())).await;
        for (path, expected) in [
            ("/compare/v1...v2...v3", "two v1...v2,v3"),
            ("/compare/%C3%A9%2E..%20", "two é, "),
        ] {
            assert_eq!(client.get(path).await.json::<String>(), expected, "{path}");
        }
    }

    #[test]
    fn the_same_pattern_twice_is_an_error() {
        #[get("/compare/<x>...<y>")]
        async fn again(x: String, y: String) -> String {
            x + &y
        }
        let error = App::new("Mixed", "1")
            .routes(routes![two, again])
            .build()
            .unwrap_err();
        let problem = error.problems().join("");
        assert!(
            problem.contains("`two`") && problem.contains("both serve `GET /compare/{x}...{y}`"),
            "{problem}"
        );
    }
}
