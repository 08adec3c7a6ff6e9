//! Urlencoded forms.

use fastrs::{Value, prelude::*};

use super::Color;

pub(super) fn router() -> Router {
    Router::new("/forms").routes(routes![login, survey])
}

#[post("/login")]
async fn login(
    #[form(min_length = 3)] username: String,
    #[form] age: Option<u8>,
    #[form(default = false)] remember: bool,
) -> Value {
    json!({ "username": username, "age": age, "remember": remember })
}

#[model]
#[serde(deny_unknown_fields)]
struct Survey {
    name: String,
    #[field(ge = 0.0, le = 10.0, default = 5.0)]
    score: f64,
    #[field(default)]
    colors: Vec<Color>,
}

#[post("/survey")]
async fn survey(#[form] survey: Survey) -> Survey {
    survey
}
