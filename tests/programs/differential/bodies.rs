//! JSON bodies.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};
use fastrs::{Value, prelude::*};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Color, parameters::Page};

pub(super) fn router() -> Router {
    Router::new("").routes(routes![
        create_item,
        update_item,
        delete_item,
        create_offer,
        numbers,
        weights,
        labels,
        shapes,
        pets,
        either,
        optional,
        several,
        embedded,
        bookings,
        scalars,
        strict,
        values,
        ranges
    ])
}

#[model]
struct Item {
    #[field(min_length = 1, max_length = 20)]
    name: String,
    description: Option<String>,
    #[field(gt = 0.0)]
    price: f64,
    tax: Option<f64>,
    #[field(default = 1)]
    count: u32,
    #[field(default)]
    tags: Vec<String>,
    #[field(alias = "inStock", default = true)]
    in_stock: bool,
}

#[post("/items", status = 201)]
async fn create_item(item: Item) -> Item {
    item
}

#[model]
struct Stored {
    #[field(default = Some("Bar".to_owned()))]
    name: Option<String>,
    #[field(ge = 0.0, default = Some(62.0))]
    price: Option<f64>,
    #[field(default = ["old"])]
    tags: Vec<String>,
}

#[patch("/items/<id>")]
async fn update_item(id: i64, item: Partial<Stored>) -> Value {
    let mut stored = Stored {
        name: Some("Bar".to_owned()),
        price: Some(62.0),
        tags: vec!["old".to_owned()],
    };
    item.apply_to(&mut stored);
    json!({ "id": id, "item": stored })
}

#[delete("/items/<id>", status = 204)]
async fn delete_item(id: i64) -> Result<()> {
    match id {
        ..0 => Err(HttpError::new(404, "Item not found").header("x-error", "no such item")),
        _ => Ok(()),
    }
}

#[model]
struct Image {
    url: Url,
    name: String,
    size: Option<(u32, u32)>,
}

#[model]
#[serde(deny_unknown_fields)]
struct Offer {
    name: String,
    #[field(max_items = 2)]
    items: Vec<Item>,
    #[field(default)]
    images: BTreeMap<String, Image>,
    owner: Option<Image>,
}

#[post("/offers")]
async fn create_offer(offer: Offer) -> Offer {
    offer
}

#[post("/numbers")]
async fn numbers(#[body] numbers: Vec<i64>) -> Vec<i64> {
    numbers
}

#[post("/weights")]
async fn weights(#[body] weights: BTreeMap<i64, f64>) -> BTreeMap<i64, f64> {
    weights
}

#[post("/labels")]
async fn labels(#[body] labels: BTreeMap<String, Vec<Color>>) -> BTreeMap<String, Vec<Color>> {
    labels
}

#[model]
#[serde(tag = "type", rename_all = "lowercase")]
enum Shape {
    Circle {
        #[field(gt = 0.0)]
        radius: f64,
    },
    Box {
        width: u32,
        #[field(default = 1)]
        height: u32,
    },
}

#[post("/shapes")]
async fn shapes(shape: Shape) -> Shape {
    shape
}

#[model]
pub(super) struct Cat {
    name: String,
    lives: u8,
}

#[model]
struct Dog {
    name: String,
    tricks: Vec<String>,
}

#[model]
#[serde(untagged)]
enum Pet {
    Cat(Cat),
    Dog(Dog),
}

#[post("/pets")]
async fn pets(pet: Pet) -> Pet {
    pet
}

#[model]
#[serde(untagged, rename_all = "lowercase")]
enum IntOrText {
    Int(i64),
    Str(String),
}

#[model]
#[serde(untagged, rename_all = "lowercase")]
enum FloatOrBool {
    Float(f64),
    Bool(bool),
}

#[model]
struct Either {
    value: IntOrText,
    #[field(default)]
    others: Vec<FloatOrBool>,
}

#[post("/either")]
async fn either(either: Either) -> Either {
    either
}

#[post("/optional")]
async fn optional(page: Option<Page>) -> Option<Page> {
    page
}

#[put("/several/<id>")]
async fn several(
    id: i64,
    cat: Cat,
    page: Page,
    #[body(gt = 0)] importance: u8,
    q: Option<String>,
    #[body] note: Option<String>,
) -> Value {
    json!({ "id": id, "cat": cat, "page": page, "importance": importance, "q": q, "note": note })
}

#[post("/embedded")]
async fn embedded(#[body(embed)] cat: Cat) -> Cat {
    cat
}

#[model]
struct Booking {
    id: Uuid,
    day: NaiveDate,
    start: DateTime<FixedOffset>,
    local: Option<NaiveDateTime>,
    at: Option<NaiveTime>,
    #[field(default)]
    wait: Duration,
    #[field(default = Decimal::new(150, 2))]
    price: Decimal,
    email: Option<EmailStr>,
}

#[post("/bookings")]
async fn bookings(booking: Booking) -> Booking {
    booking
}

#[model]
struct Scalars {
    yes: bool,
    small: u8,
    large: i64,
    real: f64,
    text: String,
    #[field(default = Color::Red)]
    color: Color,
}

#[post("/scalars")]
async fn scalars(scalars: Scalars) -> Scalars {
    scalars
}

#[model(strict)]
#[serde(deny_unknown_fields)]
struct Strict {
    number: i64,
    real: f64,
    #[field(default)]
    yes: bool,
    text: Option<String>,
}

#[post("/strict")]
async fn strict(strict: Strict) -> Strict {
    strict
}

#[post("/values")]
async fn values(#[body] value: Value) -> Value {
    value
}

fn no_spaces(name: &str) -> Result<(), &'static str> {
    match name.contains(' ') {
        true => Err("no spaces, please"),
        false => Ok(()),
    }
}

fn ends_after_it_begins(range: &Range) -> Result<(), String> {
    match range.start > range.end {
        true => Err(format!("{} is after {}", range.start, range.end)),
        false => Ok(()),
    }
}

#[model(validate = ends_after_it_begins)]
struct Range {
    #[field(validate = no_spaces)]
    name: String,
    start: i64,
    end: i64,
}

#[post("/ranges")]
async fn ranges(range: Range) -> Range {
    range
}
