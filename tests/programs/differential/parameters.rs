//! Query parameters.

use std::net::Ipv4Addr;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use fastrs::{Value, prelude::*};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::Color;

pub(super) fn router() -> Router {
    Router::new("/query").routes(routes![
        integers,
        floats,
        booleans,
        texts,
        days,
        moments,
        identifiers,
        decimals,
        contacts,
        choices,
        lists,
        model,
        page
    ])
}

#[get("/integers")]
async fn integers(
    n: i64,
    #[query(default = 7)] small: u8,
    #[query(ge = -5, lt = 100, multiple_of = 5)] bounded: Option<i64>,
) -> Value {
    json!({ "n": n, "small": small, "bounded": bounded })
}

#[get("/floats")]
async fn floats(
    x: f64,
    #[query(ge = 0.0, lt = 1.0, default = 0.5)] ratio: f64,
    maybe: Option<f64>,
) -> Value {
    json!({ "x": x, "ratio": ratio, "maybe": maybe })
}

#[get("/booleans")]
async fn booleans(a: bool, #[query(default = true)] b: bool, c: Option<bool>) -> Value {
    json!({ "a": a, "b": b, "c": c })
}

#[get("/texts")]
async fn texts(
    q: String,
    #[query(min_length = 2, max_length = 5, default = "abc")] short: String,
    #[query(pattern = "^[a-z]{2}-[0-9]+$")] code: Option<String>,
    #[query(alias = "item-query")] other: Option<String>,
) -> Value {
    json!({ "q": q, "short": short, "code": code, "other": other })
}

#[get("/days")]
async fn days(day: NaiveDate, at: Option<NaiveTime>) -> Value {
    json!({ "day": day, "at": at })
}

#[get("/moments")]
async fn moments(
    moment: DateTime<Utc>,
    #[query(default = Duration::from_secs(90))] wait: Duration,
) -> Value {
    json!({ "moment": moment, "wait": wait })
}

#[get("/identifiers")]
async fn identifiers(id: Uuid, address: Option<Ipv4Addr>) -> Value {
    json!({ "id": id, "address": address })
}

#[get("/decimals")]
async fn decimals(
    price: Decimal,
    #[query(max_digits = 6, decimal_places = 2, gt = 0)] exact: Option<Decimal>,
) -> Value {
    json!({ "price": price, "exact": exact })
}

#[get("/contacts")]
async fn contacts(email: EmailStr, site: Option<Url>) -> Value {
    json!({ "email": email, "site": site })
}

#[get("/choices")]
async fn choices(
    color: Color,
    second: Option<Color>,
    #[query(default = Color::Blue)] third: Color,
) -> Value {
    json!({ "color": color, "second": second, "third": third })
}

#[get("/lists")]
async fn lists(
    ids: Vec<i64>,
    tags: Option<Vec<String>>,
    #[query(max_items = 2, default)] colors: Vec<Color>,
) -> Value {
    json!({ "ids": ids, "tags": tags, "colors": colors })
}

#[model]
#[serde(rename_all = "lowercase")]
enum Order {
    Created,
    Updated,
}

#[model]
#[serde(deny_unknown_fields)]
struct Filters {
    #[field(gt = 0, le = 100, default = 100)]
    limit: u8,
    #[field(default = Order::Created)]
    order: Order,
    since: Option<NaiveDate>,
    #[field(default)]
    tags: Vec<String>,
}

#[get("/model")]
async fn model(#[query] filters: Filters) -> Filters {
    filters
}

#[model]
pub(super) struct Page {
    #[field(default)]
    skip: u32,
    #[field(ge = 1, le = 50)]
    size: u32,
}

#[get("/page")]
async fn page(#[query] page: Page, q: Option<String>) -> Value {
    json!({ "skip": page.skip, "size": page.size, "q": q })
}
