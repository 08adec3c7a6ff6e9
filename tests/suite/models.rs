//! `#[model]`: nesting, enums, generics, one model for input and output, custom validators, and PATCH.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use fastrs::prelude::*;
use fastrs::testing::TestClient;
use fastrs::{Value, json};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::support::{document, errors, golden};

mod nested {
    use super::*;

    /// A picture.
    #[model]
    pub(super) struct Image {
        url: Url,
        #[field(max_length = 10)]
        name: String,
    }

    /// Every kind of field.
    #[model]
    pub(super) struct Everything {
        id: Uuid,
        born: NaiveDate,
        seen: DateTime<Utc>,
        #[field(ge = 0, max_digits = 5, decimal_places = 2)]
        price: Decimal,
        pause: Duration,
        mail: EmailStr,
        image: Option<Image>,
        #[field(max_items = 2)]
        images: Vec<Image>,
        #[field(min_items = 1, unique)]
        codes: Vec<u16>,
        tags: BTreeSet<String>,
        weights: BTreeMap<u32, f64>,
        by_name: HashMap<String, Image>,
        pair: (i32, String),
        boxed: Box<u8>,
        any: Value,
        #[field(pattern = "^[A-Z]{2}$", title = "Country", examples = ["DE"], deprecated)]
        country: Option<String>,
    }

    #[post("/everything")]
    async fn everything(it: Everything) -> Everything {
        it
    }

    pub(super) fn app() -> App {
        App::new("Nested", "1").routes(routes![everything])
    }

    pub(super) fn good() -> Value {
        json!({
            "id": "936da01f-9abd-4d9d-80c7-02af85c822a8", "born": "1815-12-10", "seen": "2026-11-22T10:00:00Z",
            "price": "9.50", "pause": "PT90S", "mail": "ada@example.com",
            "image": {"url": "https://example.com/", "name": "a"}, "images": [], "codes": [1, 2], "tags": ["a"],
            "weights": {"1": 0.5}, "by_name": {"x": {"url": "https://example.com/", "name": "b"}},
            "pair": [1, "x"], "boxed": 3, "any": [null], "country": "DE"
        })
    }
}

#[tokio::test]
async fn every_kind_of_field_is_read_and_written() {
    let client = TestClient::start(nested::app()).await;
    let answer = client
        .post("/everything")
        .json(&nested::good())
        .send()
        .await;
    assert_eq!(answer.status(), 200, "{}", answer.text());
    let mut expected = nested::good();
    expected["pause"] = json!("PT1M30S");
    assert_eq!(answer.json::<Value>(), expected);
}

#[tokio::test]
async fn every_error_of_a_nested_model_has_its_location() {
    let client = TestClient::start(nested::app()).await;
    let image = json!({"url": "nowhere", "name": "a very long name"});
    let bad = json!({
        "id": "x", "born": "1815-13-10", "seen": "then", "price": "1234.567", "pause": "long", "mail": "ada",
        "image": image, "images": [image, {}, 3], "codes": [1, 1], "tags": [1], "weights": {"a": 1, "2": "b"},
        "by_name": {"x": {"url": 5}}, "pair": [1], "boxed": 300, "country": "de"
    });
    let answer = client.post("/everything").json(&bad).send().await;
    assert_eq!(
        errors(&answer),
        json!([
            ["uuid_parsing", ["body", "id"]],
            ["date_from_datetime_parsing", ["body", "born"]],
            ["datetime_from_date_parsing", ["body", "seen"]],
            ["decimal_max_digits", ["body", "price"]],
            ["time_delta_parsing", ["body", "pause"]],
            ["value_error", ["body", "mail"]],
            ["url_parsing", ["body", "image", "url"]],
            ["string_too_long", ["body", "image", "name"]],
            ["too_long", ["body", "images"]],
            ["unique_items", ["body", "codes"]],
            ["string_type", ["body", "tags", 0]],
            ["int_parsing", ["body", "weights", "a", "[key]"]],
            ["float_parsing", ["body", "weights", "2"]],
            ["url_type", ["body", "by_name", "x", "url"]],
            ["missing", ["body", "by_name", "x", "name"]],
            ["missing", ["body", "pair", 1]],
            ["less_than_equal", ["body", "boxed"]],
            ["missing", ["body", "any"]],
            ["string_pattern_mismatch", ["body", "country"]]
        ]),
        "{}",
        answer.text()
    );
}

#[tokio::test]
async fn the_document_has_every_kind_of_field() {
    golden("openapi/nested.json", &document(nested::app()).await);
}

mod enums {
    use super::*;

    /// The size of an animal.
    #[model]
    #[derive(Clone, Copy)]
    #[serde(rename_all = "snake_case")]
    enum Size {
        /// Fits into a pocket.
        VerySmall,
        Large,
    }

    /// A pet, by its `kind`.
    #[model]
    #[serde(tag = "kind", rename_all = "lowercase")]
    enum Pet {
        Cat(Cat),
        Dog {
            #[field(ge = 0)]
            barks: i32,
        },
        Fish,
    }

    #[model]
    struct Cat {
        #[field(min_length = 2)]
        name: String,
        size: Size,
    }

    /// Either form of an address.
    #[model]
    #[serde(untagged)]
    enum Address {
        Text(String),
        Parts {
            street: String,
            #[field(ge = 1)]
            number: u32,
        },
    }

    /// A shape, as serde represents it by default.
    #[model]
    #[serde(rename_all = "snake_case")]
    enum Shape {
        Nothing,
        Circle(#[field(gt = 0.0)] f64),
        Rectangle { width: f64, height: f64 },
    }

    #[model]
    #[serde(tag = "type", content = "data")]
    enum Event {
        Started(u32),
        Stopped,
    }

    #[post("/pet")]
    async fn pet(pet: Pet) -> Pet {
        pet
    }

    #[post("/address")]
    async fn address(address: Address) -> Address {
        address
    }

    #[post("/shape")]
    async fn shape(shape: Shape) -> Shape {
        shape
    }

    #[post("/event")]
    async fn event(event: Event) -> Event {
        event
    }

    #[post("/size")]
    async fn size(#[body] size: Size) -> Size {
        size
    }

    pub(super) fn app() -> App {
        App::new("Enums", "1").routes(routes![pet, address, shape, event, size])
    }
}

#[tokio::test]
async fn enums_are_read_as_serde_reads_them() {
    let client = TestClient::start(enums::app()).await;
    let good = [
        (
            "/pet",
            json!({"kind": "cat", "name": "Tom", "size": "very_small"}),
        ),
        ("/pet", json!({"kind": "dog", "barks": 3})),
        ("/pet", json!({"kind": "fish"})),
        ("/address", json!("Main St 5")),
        ("/address", json!({"street": "Main St", "number": 5})),
        ("/shape", json!("nothing")),
        ("/shape", json!({"circle": 1.5})),
        (
            "/shape",
            json!({"rectangle": {"width": 1.0, "height": 2.0}}),
        ),
        ("/event", json!({"type": "Started", "data": 1})),
        ("/event", json!({"type": "Stopped"})),
        ("/size", json!("large")),
    ];
    for (path, body) in good {
        let answer = client.post(path).json(&body).send().await;
        assert_eq!(answer.status(), 200, "{path} {body}: {}", answer.text());
        assert_eq!(answer.json::<Value>(), body);
    }
    let bad = [
        (
            "/pet",
            json!({"kind": "cow"}),
            json!([["union_tag_invalid", ["body"]]]),
        ),
        (
            "/pet",
            json!({"name": "Tom"}),
            json!([["union_tag_not_found", ["body"]]]),
        ),
        (
            "/pet",
            json!({"kind": "cat", "name": "T", "size": "huge"}),
            json!([
                ["string_too_short", ["body", "cat", "name"]],
                ["enum", ["body", "cat", "size"]]
            ]),
        ),
        (
            "/pet",
            json!({"kind": "dog", "barks": -1}),
            json!([["greater_than_equal", ["body", "dog", "barks"]]]),
        ),
        (
            "/address",
            json!({"street": 1, "number": 0}),
            json!([
                ["string_type", ["body", "str"]],
                ["string_type", ["body", "Parts", "street"]],
                ["greater_than_equal", ["body", "Parts", "number"]]
            ]),
        ),
        (
            "/shape",
            json!({"circle": 0}),
            json!([["greater_than", ["body", "circle"]]]),
        ),
        ("/shape", json!("triangle"), json!([["enum", ["body"]]])),
        (
            "/shape",
            json!({"rectangle": {"width": "x"}}),
            json!([
                ["float_parsing", ["body", "rectangle", "width"]],
                ["missing", ["body", "rectangle", "height"]]
            ]),
        ),
        (
            "/event",
            json!({"type": "Started", "data": -1}),
            json!([["greater_than_equal", ["body", "Started", "data"]]]),
        ),
        (
            "/event",
            json!({"type": "Started"}),
            json!([["missing", ["body", "Started", "data"]]]),
        ),
        ("/size", json!("huge"), json!([["enum", ["body"]]])),
    ];
    for (path, body, expected) in bad {
        let answer = client.post(path).json(&body).send().await;
        assert_eq!(
            errors(&answer),
            expected,
            "{path} {body}: {}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn the_document_names_the_alternatives() {
    golden("openapi/enums.json", &document(enums::app()).await);
}

mod generic {
    use super::*;

    /// One page of a list.
    #[model]
    pub(super) struct Page<T> {
        #[field(max_items = 2)]
        items: Vec<T>,
        total: usize,
    }

    #[model]
    pub(super) struct Item {
        #[field(min_length = 1)]
        name: String,
    }

    pub(super) mod archive {
        use super::*;

        /// Has the same name as another type.
        #[model]
        pub(in super::super) struct Item {
            pub(super) year: u16,
        }

        #[get("/archive")]
        pub(in super::super) async fn list_archive() -> Page<Item> {
            Page {
                items: vec![Item { year: 1999 }],
                total: 1,
            }
        }
    }

    #[post("/pages")]
    async fn post_page(page: Page<Item>) -> Page<Item> {
        page
    }

    #[get("/numbers")]
    async fn list_numbers() -> Page<u32> {
        Page {
            items: vec![1],
            total: 1,
        }
    }

    /// The fields of flattened structs are next to its own.
    #[model]
    pub(super) struct Stamped {
        #[serde(flatten)]
        item: Item,
        #[field(ge = 1)]
        version: u32,
        #[serde(flatten)]
        more: BTreeMap<String, Value>,
    }

    #[post("/stamped")]
    async fn stamped(stamped: Stamped) -> Stamped {
        stamped
    }

    /// A tree.
    #[model]
    pub(super) struct Node {
        #[field(ge = 0)]
        value: i32,
        #[field(default)]
        children: Vec<Node>,
    }

    #[post("/tree")]
    async fn tree(node: Node) -> Node {
        node
    }

    pub(super) fn app() -> App {
        App::new("Generic", "1").routes(routes![
            post_page,
            list_numbers,
            archive::list_archive,
            stamped,
            tree
        ])
    }

    /// Returns an app with the same routes in reverse order: names don't depend on which comes first.
    pub(super) fn reversed() -> App {
        App::new("Generic", "1").routes(routes![
            tree,
            stamped,
            archive::list_archive,
            list_numbers,
            post_page
        ])
    }
}

#[tokio::test]
async fn generic_flattened_and_recursive_models_are_checked() {
    let client = TestClient::start(generic::app()).await;
    let cases = [
        (
            "/pages",
            json!({"items": [{"name": "a"}], "total": 1}),
            json!(null),
        ),
        (
            "/pages",
            json!({"items": [{"name": ""}], "total": -1}),
            json!([
                ["string_too_short", ["body", "items", 0, "name"]],
                ["greater_than_equal", ["body", "total"]]
            ]),
        ),
        (
            "/pages",
            json!({"items": [{"name": "a"}, {"name": "a"}, {"name": "a"}], "total": 1}),
            json!([["too_long", ["body", "items"]]]),
        ),
        (
            "/stamped",
            json!({"name": "a", "version": 1, "more": true}),
            json!(null),
        ),
        (
            "/stamped",
            json!({"name": "", "version": 0}),
            json!([
                ["string_too_short", ["body", "name"]],
                ["greater_than_equal", ["body", "version"]]
            ]),
        ),
        (
            "/stamped",
            json!({"version": 0}),
            json!([
                ["missing", ["body", "name"]],
                ["greater_than_equal", ["body", "version"]]
            ]),
        ),
        (
            "/tree",
            json!({"value": 1, "children": [{"value": 2, "children": []}]}),
            json!(null),
        ),
        (
            "/tree",
            json!({"value": 1, "children": [{"value": -2, "children": [{"value": "x"}]}]}),
            json!([
                ["greater_than_equal", ["body", "children", 0, "value"]],
                [
                    "int_parsing",
                    ["body", "children", 0, "children", 0, "value"]
                ]
            ]),
        ),
    ];
    for (path, body, expected) in cases {
        let answer = client.post(path).json(&body).send().await;
        if expected.is_null() {
            assert_eq!(answer.status(), 200, "{path} {body}: {}", answer.text());
            continue;
        }
        assert_eq!(
            errors(&answer),
            expected,
            "{path} {body}: {}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn names_are_unique_and_stable() {
    let document_of_all = document(generic::app()).await;
    golden("openapi/generic.json", &document_of_all);
    let reversed = document(generic::reversed()).await;
    assert_eq!(document_of_all["components"], reversed["components"]);
}

mod sides {
    use super::*;

    /// One model where FastAPI needs three.
    #[model]
    pub(super) struct Account {
        #[field(read_only)]
        id: u64,
        #[field(min_length = 2)]
        name: String,
        #[field(write_only, min_length = 4)]
        password: String,
        #[field(default)]
        roles: Vec<String>,
    }

    /// Input and output are the same, despite a default.
    #[model]
    pub(super) struct Plain {
        #[field(default = 3)]
        retries: u8,
        note: Option<String>,
    }

    /// Refers to a type whose input and output differ.
    #[model]
    pub(super) struct Team {
        members: Vec<Account>,
    }

    #[post("/accounts", status = 201)]
    async fn create(account: Account) -> Account {
        assert_eq!(account.id, 0, "a client does not choose its id");
        assert_eq!(account.password, "s3cret", "but sends its password");
        Account { id: 7, ..account }
    }

    #[post("/plain")]
    async fn plain(plain: Plain) -> Plain {
        plain
    }

    #[post("/team")]
    async fn team(team: Team) -> Team {
        team
    }

    /// A token that is never shown.
    #[model]
    #[derive(Debug)]
    pub(super) struct Token {
        #[field(min_length = 5)]
        name: String,
        secret: Secret<String>,
        pin: Secret<u16>,
    }

    #[post("/token")]
    async fn token(token: Token) -> String {
        format!("{token:?} {}", token.secret.expose().len())
    }

    pub(super) fn app() -> App {
        App::new("Sides", "1").routes(routes![create, plain, team, token])
    }
}

#[tokio::test]
async fn one_model_serves_both_sides() {
    let client = TestClient::start(sides::app()).await;
    let account = json!({"id": 99, "name": "ada", "password": "s3cret"});
    let answer = client.post("/accounts").json(&account).send().await;
    assert_eq!(
        answer.json::<Value>(),
        json!({"id": 7, "name": "ada", "roles": []})
    );
    // A field that only the server writes is ignored in the input, both in fact and in the schema.
    let account = json!({"id": "x", "name": "ada", "password": "abc"});
    let answer = client.post("/accounts").json(&account).send().await;
    assert_eq!(
        errors(&answer),
        json!([["string_too_short", ["body", "password"]]])
    );
    golden("openapi/sides.json", &document(sides::app()).await);
}

#[tokio::test]
async fn a_secret_is_never_echoed() {
    let client = TestClient::start(sides::app()).await;
    let answer = client
        .post("/token")
        .json(&json!({"name": "deploy", "secret": "hunter22", "pin": 4711}))
        .send()
        .await;
    assert_eq!(answer.status(), 200);
    assert!(
        !answer.text().contains("hunter22") && !answer.text().contains("4711"),
        "{}",
        answer.text()
    );
    let bad = [
        json!({"name": "x", "secret": "hunter22", "pin": 4711}),
        json!({"secret": "hunter22", "pin": 4711}),
        json!({"name": "deploy", "secret": ["hunter22"], "pin": "4711x"}),
        json!({"name": "deploy", "secret": {"hunter22": 4711}, "pin": 471100}),
        json!([{"secret": "hunter22", "pin": 4711}]),
    ];
    for body in bad {
        let answer = client.post("/token").json(&body).send().await;
        assert_eq!(answer.status(), 422, "{body}");
        assert!(
            !answer.text().contains("hunter22") && !answer.text().contains("4711"),
            "{body}: {}",
            answer.text()
        );
    }
}

mod validators {
    use super::*;

    fn shouted(text: &String) -> Result<(), &'static str> {
        if *text == text.to_uppercase() {
            Ok(())
        } else {
            Err("shout it")
        }
    }

    fn ordered(range: &Range) -> Result<(), String> {
        if range.from < range.to {
            Ok(())
        } else {
            Err(format!("{} is not before {}", range.from, range.to))
        }
    }

    #[model(validate = ordered)]
    pub(super) struct Range {
        from: u32,
        to: u32,
        #[field(validate = shouted)]
        label: String,
    }

    #[model]
    pub(super) struct Ranges {
        all: Vec<Range>,
    }

    #[post("/ranges")]
    async fn ranges(ranges: Ranges) -> Ranges {
        ranges
    }

    pub(super) fn app() -> App {
        App::new("Validators", "1").routes(routes![ranges])
    }
}

#[tokio::test]
async fn custom_validators_run_where_they_are_declared() {
    let client = TestClient::start(validators::app()).await;
    let body = json!({"all": [
        {"from": 1, "to": 2, "label": "A"},
        {"from": 2, "to": 1, "label": "A"},
        {"from": 2, "to": 2, "label": "a"}
    ]});
    let answer = client.post("/ranges").json(&body).send().await;
    let detail: Value = answer.json();
    let said: Vec<Value> = detail["detail"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| json!([e["type"], e["loc"], e["msg"]]))
        .collect();
    assert_eq!(
        json!(said),
        json!([
            [
                "value_error",
                ["body", "all", 1],
                "Value error, 2 is not before 1"
            ],
            [
                "value_error",
                ["body", "all", 2, "label"],
                "Value error, shout it"
            ],
            [
                "value_error",
                ["body", "all", 2],
                "Value error, 2 is not before 2"
            ]
        ])
    );
}

mod strictness {
    use super::*;

    #[model(strict)]
    pub(super) struct Strict {
        count: u8,
        ratio: f64,
        on: bool,
        name: String,
        day: NaiveDate,
    }

    #[model]
    #[serde(deny_unknown_fields, rename_all = "camelCase")]
    pub(super) struct Closed {
        first_name: String,
        #[field(alias = "last")]
        last_name: Option<String>,
    }

    #[post("/strict")]
    async fn strict(it: Strict) -> Strict {
        it
    }

    #[post("/closed")]
    async fn closed(it: Closed) -> Closed {
        it
    }

    pub(super) fn app() -> App {
        App::new("Strictness", "1").routes(routes![strict, closed])
    }
}

#[tokio::test]
async fn a_strict_model_accepts_no_other_type() {
    let client = TestClient::start(strictness::app()).await;
    let good = json!({"count": 5, "ratio": 1, "on": true, "name": "a", "day": "2026-11-22"});
    assert_eq!(
        client.post("/strict").json(&good).send().await.status(),
        200
    );
    let float = json!({"count": 5.0, "ratio": 1, "on": true, "name": "a", "day": "2026-11-22"});
    assert_eq!(
        errors(&client.post("/strict").json(&float).send().await),
        json!([["int_type", ["body", "count"]]])
    );
    let bad = json!({"count": "5", "ratio": "1", "on": 1, "name": 1, "day": 0});
    assert_eq!(
        errors(&client.post("/strict").json(&bad).send().await),
        json!([
            ["int_type", ["body", "count"]],
            ["float_type", ["body", "ratio"]],
            ["bool_type", ["body", "on"]],
            ["string_type", ["body", "name"]],
            ["date_type", ["body", "day"]]
        ])
    );
    assert_eq!(
        client
            .post("/closed")
            .json(&json!({"firstName": "Ada", "last": "L"}))
            .send()
            .await
            .status(),
        200
    );
    let answer = client
        .post("/closed")
        .json(&json!({"first_name": "Ada", "lastName": "L"}))
        .send()
        .await;
    assert_eq!(
        errors(&answer),
        json!([
            ["missing", ["body", "firstName"]],
            ["extra_forbidden", ["body", "first_name"]],
            ["extra_forbidden", ["body", "lastName"]]
        ])
    );
    golden(
        "openapi/strictness.json",
        &document(strictness::app()).await,
    );
}
