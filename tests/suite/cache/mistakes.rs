//! Routes that cannot be cached as they are declared: errors when the app starts.

use fastrs::{
    Value, json,
    prelude::*,
    security::{Credential, HttpBearer, SecurityScheme},
};

const BEARER: HttpBearer = HttpBearer::new();

/// A scheme of the app's own, which describes itself as one thing and reads another.
struct Odd;

struct Subject;

impl Credential for Subject {}

impl SecurityScheme for Odd {
    type Credential<'r> = Subject;

    fn name(&self) -> &str {
        "Odd"
    }

    fn describe(&self) -> Value {
        json!({"type": "http", "scheme": "odd"})
    }

    fn challenge(&self) -> String {
        "Odd".into()
    }

    fn read(&self, request: &Request) -> Result<Option<Subject>> {
        Ok(request.headers().get("x-odd").map(|_| Subject))
    }
}

#[dependency]
async fn agent(headers: &Headers) -> String {
    format!("{:?}", headers.get("user-agent"))
}

#[dependency]
async fn user(#[security(BEARER)] token: String) -> String {
    token
}

macro_rules! mistakes {
    ($($name:ident($($argument:tt)*) [$($key:tt)*] => $error:literal;)*) => {
        $(
            #[get("/<id>", cache(seconds = 60, $($key)*))]
            async fn $name(id: u8, $($argument)*) -> u8 {
                id
            }
        )*

        #[test]
        fn what_a_key_cannot_contain() {
            $({
                let error = App::new("Shop", "1.0.0").routes(routes![$name]).build();
                let error = error.unwrap_err().to_string();
                let handler = concat!("`", stringify!($name), "` (");
                assert!(error.contains(handler), "{error}");
                let expected = concat!("its responses are cached, but ", $error);
                assert!(error.contains(expected), "{error}");
                assert_eq!(error.matches("cached").count(), 1, "{error}");
            })*
        }
    };
}

mistakes! {
    request(_req: &Request) [] => "the argument `_req` may read anything that a client sends: name the headers on which a response depends, `cache(.., by = [\"user-agent\"])`, or write `by = []` if there are none";
    address(_from: Option<ClientAddr>) [] => "the argument `_from` may read anything";
    trace(_trace: TraceContext) [] => "the argument `_trace` may read anything";
    in_dependency(#[depends(agent)] _agent: String) [] => "the argument `headers` of the dependency `agent` may read anything";
    scheme(#[security(Odd)] _subject: Subject) [] => "the security scheme `Odd` may read anything";
    body(_text: Bytes) [] => "it reads the body of the request";
    tag() [tags = ["item:<number>"]] => "the tag \"item:<number>\" has the placeholder `<number>`, but `/{id}` does not";
    header() [by = ["user agent"]] => "\"user agent\" in `by` is not the name of a header";
    for_all(#[depends(user)] _user: String) [shared] => "`shared` says that all clients get the same, and the handler or one of its dependencies reads a credential";
}

#[get("/created", status = 201, cache(seconds = 60))]
async fn created() -> u8 {
    1
}

#[get("/known/<id>", cache(seconds = 60, by = []))]
async fn known(id: u8, req: &Request, #[security(Odd)] _subject: Option<Subject>) -> String {
    format!("{id} {}", req.path())
}

#[get("/stored", status = 203, cache(seconds = 60, statuses = [203]))]
async fn stored(_tasks: BackgroundTasks, _shutdown: fastrs::Shutdown, _reply: &mut Reply) -> u8 {
    1
}

#[test]
fn the_status_of_the_route_must_be_stored() {
    let app = App::new("Shop", "1.0.0").routes(routes![created]);
    let error = app.build().unwrap_err().to_string();
    assert!(error.contains("its status is 201, and only a 200 is stored: add `statuses = [201]`"));
}

#[test]
fn what_is_said_is_accepted() {
    let app = App::new("Shop", "1.0.0").routes(routes![known, stored]);
    app.build().unwrap();
}
