//! Responses and errors.

use fastrs::{Value, prelude::*};

pub(super) fn router() -> Router {
    Router::new("").routes(routes![
        create_user,
        read_me,
        read_user,
        fail,
        status,
        redirect,
        moved,
        text,
        page,
        things
    ])
}

#[model]
struct UserIn {
    username: String,
    #[field(min_length = 4)]
    #[allow(dead_code, reason = "it is only read from the body")]
    password: String,
}

#[model]
struct UserOut {
    username: String,
}

#[post("/users")]
async fn create_user(user: UserIn) -> UserOut {
    UserOut {
        username: user.username,
    }
}

#[get("/users/me")]
async fn read_me() -> UserOut {
    UserOut {
        username: "me".to_owned(),
    }
}

#[get("/users/<name>")]
async fn read_user(name: String) -> Result<UserOut> {
    match &*name {
        "nobody" => Err(HttpError::new(
            404,
            json!({ "reason": "no such user", "name": name }),
        )),
        _ => Ok(UserOut { username: name }),
    }
}

#[get("/fail/<code>")]
async fn fail(#[path(ge = 400, le = 599)] code: u16) -> Result<String> {
    Err(HttpError::from_status(code).header("x-code", &code.to_string()))
}

#[get("/status")]
async fn status(#[query(ge = 200, le = 299, default = 202)] code: u16, reply: &mut Reply) -> Value {
    reply.status(code).header("x-code", &code.to_string());
    json!({ "code": code })
}

#[get("/redirect")]
async fn redirect(#[query(default = "/users/me")] to: String) -> Redirect {
    Redirect::to(to)
}

#[get("/moved")]
async fn moved() -> Redirect {
    Redirect::see_other("/users/me")
}

#[get("/text")]
async fn text(#[query(default = "hello")] q: String) -> PlainText {
    PlainText(q)
}

#[get("/page", operation_id = "html_page")]
async fn page() -> Html {
    Html("<h1>hello</h1>".into())
}

#[get("/things/")]
async fn things(q: Option<String>) -> Value {
    json!({ "q": q })
}
