//! Headers and cookies.

use fastrs::{Value, prelude::*};

use super::Color;

pub(super) fn router() -> Router {
    Router::new("").routes(routes![
        headers,
        headers_model,
        cookies,
        cookies_model,
        set_cookie
    ])
}

#[get("/headers")]
async fn headers(
    #[header] x_count: i64,
    #[header] user_agent: Option<String>,
    #[header(ge = 0.0, default = 0.25)] x_ratio: f64,
    #[header(default)] x_tag: Vec<String>,
) -> Value {
    json!({ "count": x_count, "agent": user_agent, "ratio": x_ratio, "tags": x_tag })
}

#[model]
struct CommonHeaders {
    save_data: bool,
    #[field(default = Color::Red)]
    x_color: Color,
    #[field(default)]
    x_number: Vec<i64>,
}

#[get("/headers/model")]
async fn headers_model(#[header] common: CommonHeaders) -> CommonHeaders {
    common
}

#[get("/cookies")]
async fn cookies(
    #[cookie] session: Option<String>,
    #[cookie(default = 0)] visits: u32,
    #[cookie(default = Color::Blue)] theme: Color,
) -> Value {
    json!({ "session": session, "visits": visits, "theme": theme })
}

#[model]
#[serde(deny_unknown_fields)]
struct Preferences {
    #[field(min_length = 3)]
    session: String,
    level: Option<u8>,
}

#[get("/cookies/model")]
async fn cookies_model(#[cookie] preferences: Preferences) -> Preferences {
    preferences
}

#[post("/cookies")]
async fn set_cookie(value: String, reply: &mut Reply) -> &'static str {
    reply.cookie(Cookie::new("value", value));
    "set"
}
