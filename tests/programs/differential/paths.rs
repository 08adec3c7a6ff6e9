//! Path parameters.

use chrono::NaiveDate;
use fastrs::{Value, prelude::*};
use uuid::Uuid;

use super::Color;

pub(super) fn router() -> Router {
    Router::new("/path").routes(routes![
        integers, bounded, numbers, texts, files, flights, colors, uuids, days
    ])
}

#[get("/integers/<n>", operation_id = "path_integers")]
async fn integers(n: i64) -> i64 {
    n
}

#[get("/bounded/<n>")]
async fn bounded(#[path(ge = 1, le = 10)] n: u8, #[query(default = false)] q: bool) -> Value {
    json!({ "n": n, "q": q })
}

#[get("/numbers/<x>/half", operation_id = "path_numbers")]
async fn numbers(x: f64) -> f64 {
    x / 2.0
}

#[get("/texts/<text>", operation_id = "path_texts")]
async fn texts(text: String) -> String {
    text
}

#[get("/files/<path..>")]
async fn files(path: String) -> String {
    path
}

#[get("/flights/<origin>-<target>")]
async fn flights(origin: String, target: String) -> Value {
    json!({ "origin": origin, "target": target })
}

#[get("/colors/<color>")]
async fn colors(color: Color) -> Color {
    color
}

#[get("/uuids/<id>")]
async fn uuids(id: Uuid) -> Uuid {
    id
}

#[get("/days/<day>/<open>", operation_id = "path_days")]
async fn days(day: NaiveDate, open: bool) -> Value {
    json!({ "day": day, "open": open })
}
