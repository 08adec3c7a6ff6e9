//! Different spellings of the same code, which must all compile and mean the same.

use fastrs::prelude::*;
use fastrs::testing::TestClient;

const LONGEST: u32 = 3;
const MADE: i32 = 201;

macro_rules! reads {
    ($name:ident, $path:literal, $provider:path, $of:ty) => {
        #[get($path)]
        async fn $name(#[depends($provider)] value: &$of) -> $of {
            value.clone()
        }
    };
}

mod users {
    use fastrs::prelude::*;

    #[dependency]
    pub(crate) async fn current_user(#[header] x_user: Option<&str>) -> String {
        x_user.unwrap_or("nobody").to_owned()
    }
}

use users::current_user as who;

reads!(by_path, "/path", self::users::current_user, String);
reads!(by_alias, "/alias", who, String);

#[dependency]
async fn greeting(#[depends(who)] user: &String, #[arg] word: &str) -> String {
    format!("{word}, {user}")
}

#[get("/greeting")]
async fn greet(#[depends(greeting(word = "Hello"))] greeting: String) -> String {
    greeting
}

#[model]
struct Item {
    #[field(max_length = LONGEST)]
    name: String,
    #[cfg(any())]
    #[field(default, min_length = 1)]
    never: Vec<Missing>,
    #[cfg(any(unix, windows))]
    #[field(default)]
    always: Option<u8>,
}

#[model]
#[serde(tag = "kind")]
enum Shape {
    Circle {
        #[field(ge = 1)]
        radius: u8,
        #[cfg(any())]
        never: Missing,
    },
    #[cfg(any())]
    Never(Missing),
}

#[post("/items", status = MADE)]
async fn create(item: Item) -> Item {
    item
}

#[post("/shapes")]
async fn draw(shape: Shape) -> Shape {
    shape
}

fn app() -> App {
    App::new("Spellings", "1.0.0").routes(routes![by_path, by_alias, greet, create, self::draw])
}

#[test]
fn a_dependency_is_named_by_any_path() {
    fastrs::block_on(async {
        let client = TestClient::start(app()).await;
        for path in ["/path", "/alias"] {
            let answer = client.get(path).header("x-user", "ada").await;
            assert_eq!(answer.json::<String>(), "ada", "{path}");
        }
        let answer = client.get("/greeting").header("x-user", "ada").await;
        assert_eq!(answer.json::<String>(), "Hello, ada");
    });
}

#[test]
fn a_constant_is_of_any_integer_type() {
    fastrs::block_on(async {
        let client = TestClient::start(app()).await;
        let made = client.post("/items").json(&json!({"name": "abc"})).await;
        assert_eq!(made.status(), 201);
        assert_eq!(made.text(), r#"{"name":"abc","always":null}"#);
        let long = client.post("/items").json(&json!({"name": "abcd"})).await;
        assert_eq!(long.status(), 422);
    });
}

#[test]
fn a_field_or_a_variant_may_be_disabled_by_cfg() {
    fastrs::block_on(async {
        let client = TestClient::start(app()).await;
        let circle = |radius: u8| json!({"kind": "Circle", "radius": radius});
        assert_eq!(client.post("/shapes").json(&circle(1)).await.status(), 200);
        assert_eq!(client.post("/shapes").json(&circle(0)).await.status(), 422);
    });
}
