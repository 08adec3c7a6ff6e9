//! An app with a value and a response of every kind.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use fastrs::http::StatusCode;
use fastrs::model::{Duration, EmailStr, Url};
use fastrs::prelude::*;
use fastrs::{Value, json};
use rust_decimal::Decimal;
use uuid::Uuid;

/// Numbers of every size.
#[model(strict)]
pub(crate) struct Numbers {
    #[field(ge = -3, lt = 100)]
    small: i8,
    unsigned: u32,
    signed: i32,
    large: u64,
    long: i64,
    size: Option<usize>,
    #[field(gt = 0.0, le = 1.0)]
    ratio: f64,
    single: f32,
    #[field(multiple_of = 5, default = 5)]
    step: u16,
}

/// Decimals, which are written as text and read as text or as a number.
#[model(strict)]
pub(crate) struct Money {
    amount: Decimal,
    #[field(ge = 0, lt = 1000, max_digits = 5, decimal_places = 2)]
    price: Decimal,
    #[field(decimal_places = 1)]
    discount: Option<Decimal>,
}

/// Texts, some with a format.
#[model(strict)]
pub(crate) struct Texts {
    #[field(min_length = 1, max_length = 8)]
    name: String,
    #[field(pattern = "^[a-z]{2}[0-9]?$")]
    code: String,
    letter: char,
    id: Uuid,
    #[field(default)]
    email: Option<EmailStr>,
    #[field(default)]
    site: Option<Url>,
    day: NaiveDate,
    #[field(default)]
    time: Option<NaiveTime>,
    #[field(default)]
    local: Option<NaiveDateTime>,
    at: DateTime<Utc>,
    #[field(default)]
    takes: Option<Duration>,
    #[field(default)]
    address: Option<std::net::IpAddr>,
}

/// An address.
#[model(strict)]
pub(crate) struct Address {
    street: String,
    #[field(default)]
    city: Option<String>,
}

/// Lists, sets, tuples and maps.
#[model(strict)]
pub(crate) struct Collections {
    #[field(min_items = 1, max_items = 3)]
    list: Vec<i32>,
    set: BTreeSet<u8>,
    pair: (u8, String),
    addresses: Vec<Address>,
    maybe: Vec<Option<Address>>,
    by_name: BTreeMap<String, Address>,
    by_number: BTreeMap<u32, bool>,
    by_id: BTreeMap<Uuid, Vec<u8>>,
    by_color: BTreeMap<Color, f64>,
}

#[model(strict)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Color {
    Red,
    Green,
}

/// Fields that may be missing or null.
#[model(strict)]
pub(crate) struct Optional {
    address: Option<Address>,
    shape: Option<Shape>,
    color: Option<Color>,
    numbers: Option<Vec<Option<u8>>>,
    #[field(default)]
    flag: bool,
    anything: Value,
}

/// An enum that is distinguished by a tag.
#[model(strict)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum Shape {
    Circle {
        #[field(gt = 0.0)]
        radius: f64,
    },
    Square {
        side: f64,
        #[field(default)]
        label: Option<String>,
    },
    Home(Address),
    Nothing,
}

/// A tag next to the content.
#[model(strict)]
#[serde(tag = "type", content = "value")]
pub(crate) enum Event {
    Opened,
    Moved(i32),
    Renamed { from: String, to: String },
}

/// serde's default representation of an enum.
#[model(strict)]
pub(crate) enum External {
    Empty,
    Number(u32),
    Boxed(Box<Address>),
    Range { from: i32, to: i32 },
}

/// An enum that is distinguished by form alone.
#[model(strict)]
#[serde(untagged)]
pub(crate) enum Untagged {
    Number(i64),
    Flag(bool),
    Address(Address),
    Words(Vec<String>),
}

/// Refers to itself.
#[model(strict)]
pub(crate) struct Tree {
    name: String,
    #[field(default, max_items = 2)]
    children: Vec<Tree>,
}

#[model(strict)]
pub(crate) struct Page<T> {
    items: Vec<T>,
    next: Option<T>,
}

/// One field belongs to the server, one to the client.
#[model(strict)]
pub(crate) struct Account {
    #[field(read_only)]
    id: u64,
    name: String,
    #[field(write_only)]
    password: String,
}

/// Another model's fields next to its own.
#[model(strict)]
pub(crate) struct Flat {
    own: u8,
    #[serde(flatten)]
    address: Address,
}

/// Declares an operation for each type, and a socket.
macro_rules! echoes {
    ($($path:literal $handler:ident $type:ty;)*) => {
        $(
            #[post($path)]
            async fn $handler(#[body] value: $type) -> $type {
                value
            }
        )*

        mod sockets {
            use super::*;

            $(
                #[websocket($path)]
                async fn $handler(mut socket: WebSocket<$type, $type>) -> Result<()> {
                    while let Some(value) = socket.recv().await? {
                        socket.send(&value).await?;
                    }
                    Ok(())
                }
            )*

            pub(crate) fn routes() -> Vec<fastrs::Route> {
                routes![$($handler),*].into()
            }
        }
    };
}

echoes! {
    "/numbers" echo_numbers Numbers;
    "/money" echo_money Money;
    "/texts" echo_texts Texts;
    "/collections" echo_collections Collections;
    "/optional" echo_optional Optional;
    "/shape" echo_shape Shape;
    "/event" echo_event Event;
    "/external" echo_external External;
    "/untagged" echo_untagged Untagged;
    "/tree" echo_tree Tree;
    "/page" echo_page Page<Shape>;
    "/account" echo_account Account;
    "/flat" echo_flat Flat;
    "/maybe" echo_maybe Option<Address>;
    "/list" echo_list Vec<Address>;
    "/map" echo_map BTreeMap<String, External>;
}

/// Text and bytes, with parameters everywhere.
#[websocket("/files/<name..>", tags = ["files"])]
async fn talk(
    /// Which file.
    name: String,
    #[query] paging: Paging,
    #[header(ge = 1)] x_depth: Option<u8>,
    #[cookie] session: String,
    mut socket: WebSocket,
) -> Result<()> {
    let parameters = json!([name, paging, x_depth, session]);
    socket.send(parameters.to_string()).await?;
    Ok(())
}

/// Check that the server is up.
#[get("/ping")]
async fn ping() {}

#[post("/files")]
async fn upload(content: Bytes) -> Bytes {
    content
}

#[get("/files/<name..>")]
async fn download(name: String) -> Bytes {
    name.into()
}

#[get("/text")]
async fn text() -> PlainText {
    PlainText("text".into())
}

#[get("/old")]
async fn old() -> Redirect {
    Redirect::permanent("/new")
}

#[post("/login", status = 303)]
async fn login() -> Redirect {
    Redirect::to("/")
}

#[get("/teapot")]
async fn teapot(status: u16) -> (StatusCode, Address) {
    let status = StatusCode::from_u16(status.clamp(200, 599)).unwrap_or_default();
    let address = Address {
        street: "Spout".into(),
        city: None,
    };
    (status, address)
}

#[derive(Debug, HttpError)]
enum UserError {
    #[error("no user {0}")]
    #[status(404)]
    NotFound(u64),
    #[error("taken")]
    #[status(409)]
    Taken,
}

#[get("/users/<id>")]
async fn read_user(id: u64) -> Result<Address, UserError> {
    match id {
        0 => Err(UserError::NotFound(id)),
        1 => Err(UserError::Taken),
        _ => Ok(Address {
            street: "Main".into(),
            city: None,
        }),
    }
}

#[delete("/users/<user_id>", status = 204)]
async fn delete_user(user_id: u64) {
    let _ = user_id;
}

#[derive(IntoResponse)]
enum Upserted {
    #[status(200)]
    Updated(Address),
    #[status(201)]
    Created(Address),
}

#[put("/users/<id>")]
async fn put_user(id: u64, address: Address) -> Upserted {
    match id {
        0 => Upserted::Created(address),
        _ => Upserted::Updated(address),
    }
}

/// How to list.
#[model]
struct Paging {
    #[field(ge = 1, le = 100, default = 10)]
    limit: u8,
    after: Option<String>,
    #[field(default)]
    colors: Vec<Color>,
}

#[get("/search")]
async fn search(
    #[query] paging: Paging,
    #[query(min_length = 2)] q: Option<String>,
    #[header(ge = 1)] x_depth: Option<u8>,
    exact: bool,
    at: Option<DateTime<Utc>>,
) -> Value {
    json!([paging, q, x_depth, exact, at])
}

#[get("/search/as")]
async fn search_as(#[cookie] session: String, #[cookie(ge = 1)] depth: Option<u8>) -> Value {
    json!([session, depth])
}

/// What to find, distinguished by a tag.
#[model]
#[serde(tag = "by", rename_all = "lowercase")]
enum Find {
    Name {
        #[field(min_length = 1)]
        name: String,
        #[field(default)]
        exact: bool,
    },
    Age {
        age: u8,
        name: Option<String>,
    },
}

#[get("/find")]
async fn find(#[query] find: Find) -> Find {
    find
}

/// What to pick, distinguished by its form.
#[model]
#[serde(untagged)]
enum Pick {
    One { id: u32 },
    Range { from: u32, to: u32 },
}

#[get("/pick")]
async fn pick(#[query] pick: Pick) -> Pick {
    pick
}

#[post("/forms/model")]
async fn form_model(#[form] page: Paging) -> Paging {
    page
}

#[post("/forms/fields")]
async fn form_fields(#[form] name: String, #[form(le = 9)] count: Option<u8>) -> Value {
    json!([name, count])
}

/// Returns an app with all of it.
pub(crate) fn app() -> App {
    readable_by_all().routes(routes![search_as, teapot])
}

/// Returns the app without the features that progenitor does not support: cookies, and two error types in one
/// operation.
pub(crate) fn readable_by_all() -> App {
    App::new("Kinds", "1.0.0").routes(routes![
        echo_numbers,
        echo_money,
        echo_texts,
        echo_collections,
        echo_optional,
        echo_shape,
        echo_event,
        echo_external,
        echo_untagged,
        echo_tree,
        echo_page,
        echo_account,
        echo_flat,
        echo_maybe,
        echo_list,
        echo_map,
        ping,
        upload,
        download,
        text,
        old,
        login,
        read_user,
        delete_user,
        put_user,
        search,
        find,
        pick,
        form_model,
        form_fields,
    ])
}

/// Returns an app with a socket for each type, which sends back what it receives, and one without a type.
pub(crate) fn sockets() -> App {
    let app = App::new("Sockets", "1.0.0").routes(sockets::routes());
    app.routes(routes![talk])
}
