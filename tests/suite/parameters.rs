//! Path, query, header and cookie parameters: every type and every wrapper, and how they are documented.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use fastrs::prelude::*;
use fastrs::testing::TestClient;
use fastrs::{Value, json};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::support::{document, errors, golden};

/// How a list is sorted.
#[model]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
enum Sort {
    Name,
    Price,
}

/// The id of an item.
#[model]
#[derive(Debug, Clone, Copy, PartialEq)]
struct ItemId(#[field(ge = 1)] u32);

mod scalars {
    use super::*;

    #[get("/string")]
    async fn string(q: String) -> String {
        q
    }

    #[get("/str")]
    async fn borrowed(q: &str) -> String {
        q.to_owned()
    }

    #[get("/bool")]
    async fn boolean(q: bool) -> bool {
        q
    }

    #[get("/char")]
    async fn character(q: char) -> char {
        q
    }

    #[get("/u8")]
    async fn byte(q: u8) -> u8 {
        q
    }

    #[get("/i64")]
    async fn long(q: i64) -> i64 {
        q
    }

    #[get("/u64")]
    async fn unsigned(q: u64) -> u64 {
        q
    }

    #[get("/f64")]
    async fn float(q: f64) -> f64 {
        q
    }

    #[get("/enum")]
    async fn choice(q: Sort) -> Sort {
        q
    }

    #[get("/newtype")]
    async fn newtype(q: ItemId) -> ItemId {
        q
    }

    #[get("/date")]
    async fn date(q: NaiveDate) -> NaiveDate {
        q
    }

    #[get("/time")]
    async fn time(q: NaiveTime) -> NaiveTime {
        q
    }

    #[get("/datetime")]
    async fn datetime(q: DateTime<Utc>) -> DateTime<Utc> {
        q
    }

    #[get("/naive")]
    async fn naive(q: NaiveDateTime) -> NaiveDateTime {
        q
    }

    #[get("/duration")]
    async fn duration(q: Duration) -> Duration {
        q
    }

    #[get("/uuid")]
    async fn uuid(q: Uuid) -> Uuid {
        q
    }

    #[get("/decimal")]
    async fn decimal(q: Decimal) -> Decimal {
        q
    }

    #[get("/ip")]
    async fn ip(q: IpAddr) -> IpAddr {
        q
    }

    #[get("/email")]
    async fn email(q: EmailStr) -> EmailStr {
        q
    }

    #[get("/url")]
    async fn url(q: Url) -> Url {
        q
    }

    #[get("/value")]
    async fn value(#[query] q: Value) -> Value {
        q
    }

    pub(super) fn app() -> App {
        App::new("Scalars", "1").routes(routes![
            string, borrowed, boolean, character, byte, long, unsigned, float, choice, newtype,
            date, time, datetime, naive, duration, uuid, decimal, ip, email, url, value
        ])
    }
}

#[tokio::test]
async fn every_scalar_is_read_from_text() {
    let client = TestClient::start(scalars::app()).await;
    let good: &[(&str, &str, Value)] = &[
        ("string", "a b&c", json!("a b&c")),
        ("string", "", json!("")),
        ("string", "5", json!("5")),
        ("str", "ä+ö", json!("ä+ö")),
        ("str", "", json!("")),
        ("bool", "true", json!(true)),
        ("bool", "Yes", json!(true)),
        ("bool", "1", json!(true)),
        ("bool", "on", json!(true)),
        ("bool", "f", json!(false)),
        ("bool", "OFF", json!(false)),
        ("char", "ß", json!("ß")),
        ("u8", "255", json!(255)),
        ("u8", "+5", json!(5)),
        ("u8", " 5 ", json!(5)),
        ("u8", "5.0", json!(5)),
        ("i64", "-9223372036854775808", json!(i64::MIN)),
        ("i64", "1_000", json!(1000)),
        ("u64", "18446744073709551615", json!(u64::MAX)),
        ("f64", "1", json!(1.0)),
        ("f64", "-0.5e3", json!(-500.0)),
        ("f64", "9007199254740993", json!(9007199254740992.0)),
        ("enum", "price", json!("price")),
        ("newtype", "7", json!(7)),
        ("date", "2026-11-22", json!("2026-11-22")),
        ("time", "12:30:01", json!("12:30:01")),
        ("time", "12:30", json!("12:30:00")),
        (
            "datetime",
            "2026-11-22T10:00:00+02:00",
            json!("2026-11-22T08:00:00Z"),
        ),
        ("datetime", "0", json!("1970-01-01T00:00:00Z")),
        ("naive", "2026-11-22T10:00:00", json!("2026-11-22T10:00:00")),
        ("duration", "P1DT2H", json!("P1DT2H")),
        (
            "uuid",
            "936DA01F9ABD4D9D80C702AF85C822A8",
            json!("936da01f-9abd-4d9d-80c7-02af85c822a8"),
        ),
        ("decimal", "1.50", json!("1.50")),
        ("ip", "::1", json!("::1")),
        ("ip", "127.0.0.1", json!("127.0.0.1")),
        ("email", "ada@example.com", json!("ada@example.com")),
        ("url", "https://example.com", json!("https://example.com/")),
        ("value", "5", json!("5")),
    ];
    for (path, text, expected) in good {
        let answer = client
            .get(&format!("/{path}"))
            .query(&[("q", text)])
            .send()
            .await;
        assert_eq!(answer.status(), 200, "{path} {text:?}: {}", answer.text());
        assert_eq!(answer.json::<Value>(), *expected, "{path} {text:?}");
    }
}

#[tokio::test]
async fn every_scalar_reports_what_is_wrong() {
    let client = TestClient::start(scalars::app()).await;
    let bad = [
        ("bool", "perhaps", "bool_parsing"),
        ("bool", "", "bool_parsing"),
        ("u8", "256", "less_than_equal"),
        ("u8", "-1", "greater_than_equal"),
        ("u8", "0x10", "int_parsing"),
        ("u8", "1.5", "int_parsing"),
        ("u8", "true", "int_parsing"),
        ("u8", "", "int_parsing"),
        ("i64", "9223372036854775808", "less_than_equal"),
        ("u64", "18446744073709551616", "less_than_equal"),
        ("f64", "nan", "finite_number"),
        ("f64", "inf", "finite_number"),
        ("f64", "1e400", "finite_number"),
        ("f64", "x", "float_parsing"),
        ("enum", "size", "enum"),
        ("enum", "", "enum"),
        ("newtype", "0", "greater_than_equal"),
        ("newtype", "x", "int_parsing"),
        ("date", "2026-02-30", "date_from_datetime_parsing"),
        ("time", "25:00", "time_parsing"),
        ("datetime", "yesterday", "datetime_from_date_parsing"),
        ("datetime", "2026-11-22T10:00:00", "timezone_aware"),
        ("naive", "2026-11-22T10:00:00Z", "timezone_naive"),
        ("duration", "soon", "time_delta_parsing"),
        ("uuid", "1234", "uuid_parsing"),
        ("decimal", "1,5", "decimal_parsing"),
        ("ip", "300.0.0.1", "ip_any_address"),
        ("email", "ada", "value_error"),
        ("url", "example", "url_parsing"),
    ];
    for (path, text, kind) in bad {
        let answer = client
            .get(&format!("/{path}"))
            .query(&[("q", text)])
            .send()
            .await;
        assert_eq!(
            errors(&answer),
            json!([[kind, ["query", "q"]]]),
            "{path} {text:?}: {}",
            answer.text()
        );
        assert_eq!(
            answer.json::<Value>()["detail"][0]["input"],
            *text,
            "{path} {text:?}"
        );
    }
    for path in ["string", "str", "u8", "enum", "newtype", "date", "value"] {
        let answer = client.get(&format!("/{path}")).send().await;
        assert_eq!(
            errors(&answer),
            json!([["missing", ["query", "q"]]]),
            "{path}"
        );
    }
    // The last one counts. Bytes that are not UTF-8 are rejected, not replaced.
    assert_eq!(client.get("/u8?q=1&q=2").send().await.text(), "2");
    for path in ["/string?q=%F0%28", "/str?q=%F0%28"] {
        assert_eq!(
            errors(&client.get(path).send().await),
            json!([["string_unicode", ["query", "q"]]])
        );
    }
}

#[tokio::test]
async fn the_document_types_every_scalar() {
    golden("openapi/scalars.json", &document(scalars::app()).await);
}

mod wrappers {
    use super::*;

    static CALLS: AtomicU32 = AtomicU32::new(0);

    fn next() -> u32 {
        CALLS.fetch_add(1, Ordering::Relaxed)
    }

    #[get("/option")]
    async fn option(q: Option<u32>) -> Option<u32> {
        q
    }

    #[get("/option-text")]
    async fn option_text(q: Option<String>) -> Option<String> {
        q
    }

    #[get("/option-str")]
    async fn option_str(q: Option<&str>) -> Option<String> {
        q.map(str::to_owned)
    }

    #[get("/list")]
    async fn list(q: Vec<u32>) -> Vec<u32> {
        q
    }

    #[get("/set")]
    async fn set(q: BTreeSet<Sort>) -> Vec<Sort> {
        q.into_iter().collect()
    }

    #[get("/hash-set")]
    async fn hash_set(#[query(max_items = 2)] q: HashSet<String>) -> usize {
        q.len()
    }

    #[get("/option-list")]
    async fn option_list(q: Option<Vec<ItemId>>) -> Option<Vec<ItemId>> {
        q
    }

    #[get("/default")]
    async fn default(#[query(ge = 1, le = 100, default = 10)] limit: u32) -> u32 {
        limit
    }

    #[get("/default-list")]
    async fn default_list(#[query(default = ["a", "b"])] tags: Vec<String>) -> Vec<String> {
        tags
    }

    /// A default is evaluated for each request.
    #[get("/default-fn")]
    async fn default_fn(#[query(default = next())] n: u32) -> u32 {
        n
    }

    #[get("/required")]
    async fn required(#[query(required)] q: Option<u32>) -> Option<u32> {
        q
    }

    #[get("/constrained")]
    async fn constrained(
        #[query(gt = 0.0, lt = 1.0)] ratio: f64,
        #[query(multiple_of = 5)] step: i32,
        #[query(min_length = 2, max_length = 3, pattern = "^[a-z]+$")] code: String,
        #[query(min_items = 1, max_items = 2)] tags: Vec<String>,
    ) -> Value {
        json!([ratio, step, code, tags])
    }

    fn even(n: &u32) -> Result<(), String> {
        if n.is_multiple_of(2) {
            Ok(())
        } else {
            Err(format!("{n} is odd"))
        }
    }

    #[get("/validated")]
    async fn validated(#[query(validate = even)] n: u32) -> u32 {
        n
    }

    #[get("/alias")]
    async fn alias(
        /// The token of the next page.
        #[query(
            alias = "page-token",
            title = "Token",
            examples = ["abc"],
            deprecated
        )]
        token: Option<String>,
        #[query(include_in_schema = false)] secret: Option<String>,
    ) -> (Option<String>, Option<String>) {
        (token, secret)
    }

    pub(super) fn app() -> App {
        App::new("Wrappers", "1").routes(routes![
            option,
            option_text,
            option_str,
            list,
            set,
            hash_set,
            option_list,
            default,
            default_list,
            default_fn,
            required,
            constrained,
            validated,
            alias
        ])
    }
}

#[tokio::test]
async fn wrappers_compose() {
    let client = TestClient::start(wrappers::app()).await;
    let good: &[(&str, Value)] = &[
        ("/option", Value::Null),
        ("/option?q=", Value::Null),
        ("/option?q=5", json!(5)),
        ("/option-text", Value::Null),
        ("/option-text?q=", json!("")),
        ("/option-str", Value::Null),
        ("/option-str?q=a%20b", json!("a b")),
        ("/list?q=1&q=2&q=1", json!([1, 2, 1])),
        ("/set?q=price&q=name&q=price", json!(["name", "price"])),
        ("/hash-set?q=a&q=a&q=b", json!(2)),
        ("/option-list", Value::Null),
        ("/option-list?q=3", json!([3])),
        ("/default", json!(10)),
        ("/default?limit=100", json!(100)),
        ("/default-list", json!(["a", "b"])),
        ("/default-list?tags=c", json!(["c"])),
        ("/default-fn?n=9", json!(9)),
        ("/required?q=", Value::Null),
        ("/required?q=4", json!(4)),
        (
            "/constrained?ratio=0.5&step=10&code=ab&tags=x",
            json!([0.5, 10, "ab", ["x"]]),
        ),
        ("/validated?n=4", json!(4)),
        ("/alias?page-token=t&secret=s", json!(["t", "s"])),
        ("/alias?token=t", json!([null, null])),
    ];
    for (path, expected) in good {
        let answer = client.get(path).send().await;
        assert_eq!(answer.status(), 200, "{path}: {}", answer.text());
        assert_eq!(answer.json::<Value>(), *expected, "{path}");
    }
    let bad: &[(&str, Value)] = &[
        ("/option?q=x", json!([["int_parsing", ["query", "q"]]])),
        ("/list", json!([["missing", ["query", "q"]]])),
        (
            "/list?q=1&q=x&q=y",
            json!([
                ["int_parsing", ["query", "q", 1]],
                ["int_parsing", ["query", "q", 2]]
            ]),
        ),
        ("/set?q=name&q=size", json!([["enum", ["query", "q", 1]]])),
        (
            "/hash-set?q=a&q=b&q=c",
            json!([["too_long", ["query", "q"]]]),
        ),
        (
            "/option-list?q=0&q=1",
            json!([["greater_than_equal", ["query", "q", 0]]]),
        ),
        (
            "/default?limit=0",
            json!([["greater_than_equal", ["query", "limit"]]]),
        ),
        (
            "/default?limit=101",
            json!([["less_than_equal", ["query", "limit"]]]),
        ),
        ("/required", json!([["missing", ["query", "q"]]])),
        (
            "/constrained?ratio=1&step=3&code=A&tags=a&tags=b&tags=c",
            json!([
                ["less_than", ["query", "ratio"]],
                ["multiple_of", ["query", "step"]],
                ["string_too_short", ["query", "code"]],
                ["too_long", ["query", "tags"]]
            ]),
        ),
        (
            "/constrained?code=ABCD",
            json!([
                ["missing", ["query", "ratio"]],
                ["missing", ["query", "step"]],
                ["string_too_long", ["query", "code"]],
                ["missing", ["query", "tags"]]
            ]),
        ),
        ("/validated?n=3", json!([["value_error", ["query", "n"]]])),
    ];
    for (path, expected) in bad {
        let answer = client.get(path).send().await;
        assert_eq!(errors(&answer), *expected, "{path}: {}", answer.text());
    }
    let first: u32 = client.get("/default-fn").send().await.json();
    client.get("/default-fn?n=9").send().await;
    let second: u32 = client.get("/default-fn").send().await.json();
    assert_eq!(
        second,
        first + 1,
        "a default is evaluated for each request that needs it"
    );
    let odd: Value = client.get("/validated?n=3").send().await.json();
    assert_eq!(
        odd["detail"][0],
        json!({"type": "value_error", "loc": ["query", "n"], "msg": "Value error, 3 is odd", "input": "3", "ctx": {"error": {}}})
    );
}

#[tokio::test]
async fn the_document_describes_wrappers() {
    golden("openapi/wrappers.json", &document(wrappers::app()).await);
}

mod places {
    use super::*;

    #[get("/path/<id>/<rest..>")]
    async fn path(id: ItemId, rest: String) -> Value {
        json!([id, rest])
    }

    #[get("/constrained-path/<size>")]
    async fn constrained(#[path(ge = 1, le = 3, description = "In meters.")] size: u8) -> u8 {
        size
    }

    #[get("/items-<a>/<b>.json")]
    async fn beside_literals(a: u8, b: &str) -> Value {
        json!([a, b])
    }

    #[get("/headers")]
    async fn headers(
        #[header] user_agent: Option<String>,
        #[header] x_token: Vec<String>,
        #[header(convert_underscores = false)] strange_header: Option<String>,
        #[header(alias = "If-Match")] etag: Option<String>,
        #[header(ge = 1)] x_version: Option<u32>,
    ) -> Value {
        json!([user_agent, x_token, strange_header, etag, x_version])
    }

    #[get("/cookies")]
    async fn cookies(
        #[cookie] session: String,
        #[cookie(alias = "ads-id")] ads: Option<u32>,
    ) -> Value {
        json!([session, ads])
    }

    #[get("/all/<id>")]
    async fn all(
        #[cookie] c: u8,
        #[header] h: u8,
        #[query] q: u8,
        id: u8,
        #[query(alias = "Q")] second: u8,
    ) -> Value {
        json!([c, h, q, id, second])
    }

    pub(super) fn app() -> App {
        App::new("Places", "1").routes(routes![
            path,
            constrained,
            beside_literals,
            headers,
            cookies,
            all
        ])
    }
}

#[tokio::test]
async fn every_location_is_read() {
    let client = TestClient::start(places::app()).await;
    let get = |path: &str| client.get(path);
    assert_eq!(
        get("/path/7/a/b%20c").send().await.json::<Value>(),
        json!([7, "a/b c"])
    );
    assert_eq!(
        errors(&get("/path/0/a").send().await),
        json!([["greater_than_equal", ["path", "id"]]])
    );
    assert_eq!(
        errors(&get("/path/x/a").send().await),
        json!([["int_parsing", ["path", "id"]]])
    );
    assert_eq!(
        errors(&get("/constrained-path/4").send().await),
        json!([["less_than_equal", ["path", "size"]]])
    );
    assert_eq!(
        get("/items-4/x.y.json").send().await.json::<Value>(),
        json!([4, "x.y"])
    );
    assert_eq!(get("/path/7/%F0%28").send().await.status(), 422);

    let answer = get("/headers")
        .header("X-TOKEN", "a")
        .header("x-token", "b")
        .header("strange_header", "s")
        .header("if-match", "\"1\"")
        .header("x-version", "2")
        .send()
        .await;
    assert_eq!(
        answer.json::<Value>(),
        json!(["testclient", ["a", "b"], "s", "\"1\"", 2])
    );
    // With `-` for `_`, a header with an underscore is a different header.
    let answer = get("/headers")
        .header("x_token", "a")
        .header("x-version", "0")
        .send()
        .await;
    assert_eq!(
        errors(&answer),
        json!([
            ["missing", ["header", "x-token"]],
            ["greater_than_equal", ["header", "x-version"]]
        ])
    );

    let answer = get("/cookies")
        .cookie("session", "s")
        .cookie("ads-id", "3")
        .send()
        .await;
    assert_eq!(answer.json::<Value>(), json!(["s", 3]));
    let answer = get("/cookies").cookie("ads-id", "x").send().await;
    assert_eq!(
        errors(&answer),
        json!([
            ["missing", ["cookie", "session"]],
            ["int_parsing", ["cookie", "ads-id"]]
        ])
    );

    // FastAPI's order: path, query, header, cookie, whatever the order of the arguments.
    assert_eq!(
        errors(&get("/all/x").send().await),
        json!([
            ["int_parsing", ["path", "id"]],
            ["missing", ["query", "q"]],
            ["missing", ["query", "Q"]],
            ["missing", ["header", "h"]],
            ["missing", ["cookie", "c"]]
        ])
    );
}

#[tokio::test]
async fn the_document_names_every_location() {
    golden("openapi/places.json", &document(places::app()).await);
}

mod models {
    use super::*;

    /// A page of a list.
    #[model]
    #[derive(Debug)]
    #[serde(deny_unknown_fields)]
    struct Page {
        /// How many to list.
        #[field(ge = 1, le = 100, default = 10)]
        limit: u32,
        #[field(default)]
        offset: u32,
    }

    /// What to list.
    #[model]
    #[derive(Debug)]
    struct Filter {
        #[field(alias = "min-price", ge = 0.0)]
        min_price: Option<f64>,
        #[field(default)]
        tags: Vec<String>,
        sort: Sort,
    }

    #[model]
    #[derive(Debug)]
    #[serde(deny_unknown_fields)]
    struct Range {
        from: u32,
        to: u32,
    }

    fn ordered(range: &Range) -> Result<(), &'static str> {
        if range.from <= range.to {
            Ok(())
        } else {
            Err("from is after to")
        }
    }

    #[model]
    #[derive(Debug)]
    struct CommonHeaders {
        host: String,
        save_data: bool,
        if_modified_since: Option<String>,
        #[field(default)]
        x_tag: Vec<String>,
    }

    #[model]
    #[derive(Debug)]
    struct Cookies {
        session_id: String,
        tracker: Option<u32>,
    }

    #[get("/several")]
    async fn several(#[query] page: Page, #[query] filter: Filter, q: Option<String>) -> String {
        format!("{page:?} {filter:?} {q:?}")
    }

    #[get("/optional")]
    async fn optional(#[query] range: Option<Range>) -> Option<Range> {
        range
    }

    #[get("/validated")]
    async fn validated(#[query(validate = ordered)] range: Range) -> Range {
        range
    }

    #[get("/headers")]
    async fn headers(#[header] common: CommonHeaders) -> CommonHeaders {
        common
    }

    #[get("/cookies")]
    async fn cookies(#[cookie] cookies: Cookies) -> Cookies {
        cookies
    }

    pub(super) fn app() -> App {
        App::new("Parameter models", "1")
            .routes(routes![several, optional, validated, headers, cookies])
    }
}

#[tokio::test]
async fn a_models_fields_are_parameters() {
    let client = TestClient::start(models::app()).await;
    let get = |path: &str| client.get(path);

    let answer = get("/several?sort=name").send().await;
    let expected =
        "Page { limit: 10, offset: 0 } Filter { min_price: None, tags: [], sort: Name } None";
    assert_eq!(answer.json::<String>(), expected);
    let answer = get("/several?sort=price&tags=a&tags=b&min-price=1&limit=5&q=x")
        .send()
        .await;
    let expected = r#"Page { limit: 5, offset: 0 } Filter { min_price: Some(1.0), tags: ["a", "b"], sort: Price } Some("x")"#;
    assert_eq!(answer.json::<String>(), expected);
    let answer = get("/several?limit=0&min-price=-1&tool=x&sort=size")
        .send()
        .await;
    assert_eq!(
        errors(&answer),
        json!([
            ["greater_than_equal", ["query", "limit"]],
            ["extra_forbidden", ["query", "tool"]],
            ["greater_than_equal", ["query", "min-price"]],
            ["enum", ["query", "sort"]]
        ])
    );
    assert_eq!(
        errors(&get("/several").send().await),
        json!([["missing", ["query", "sort"]]])
    );

    assert_eq!(get("/optional").send().await.json::<Value>(), Value::Null);
    assert_eq!(
        get("/optional?from=1&to=2").send().await.json::<Value>(),
        json!({"from": 1, "to": 2})
    );
    assert_eq!(
        errors(&get("/optional?from=1").send().await),
        json!([["missing", ["query", "to"]]])
    );

    assert_eq!(get("/validated?from=1&to=2").send().await.status(), 200);
    assert_eq!(
        errors(&get("/validated?from=2&to=1").send().await),
        json!([["value_error", ["query", "range"]]])
    );

    let answer = get("/headers")
        .header("save-data", "true")
        .header("x-tag", "a")
        .header("x-tag", "b")
        .send()
        .await;
    assert_eq!(
        answer.json::<Value>(),
        json!({"host": "testserver", "save_data": true, "if_modified_since": null, "x_tag": ["a", "b"]})
    );
    let answer = get("/headers").header("save_data", "true").send().await;
    assert_eq!(
        errors(&answer),
        json!([["missing", ["header", "save-data"]]])
    );
    let answer = get("/headers").header("save-data", "maybe").send().await;
    assert_eq!(
        errors(&answer),
        json!([["bool_parsing", ["header", "save-data"]]])
    );

    let answer = get("/cookies")
        .cookie("session_id", "s")
        .cookie("tracker", "3")
        .send()
        .await;
    assert_eq!(
        answer.json::<Value>(),
        json!({"session_id": "s", "tracker": 3})
    );
    let answer = get("/cookies").cookie("tracker", "x").send().await;
    assert_eq!(
        errors(&answer),
        json!([
            ["missing", ["cookie", "session_id"]],
            ["int_parsing", ["cookie", "tracker"]]
        ])
    );
}

#[tokio::test]
async fn the_document_lists_a_models_fields() {
    golden(
        "openapi/parameter_models.json",
        &document(models::app()).await,
    );
}

mod credentials {
    use super::*;

    #[model]
    #[serde(deny_unknown_fields)]
    pub(super) struct Closed {
        x_count: u8,
    }

    #[model]
    pub(super) struct Open {
        x_count: u8,
        authorization: String,
    }

    #[get("/number")]
    async fn number(#[header] authorization: u32) -> u32 {
        authorization
    }

    #[get("/closed")]
    async fn closed(#[header] headers: Closed) -> u8 {
        headers.x_count
    }

    #[get("/open")]
    async fn open(#[header] headers: Open) -> u8 {
        headers.x_count
    }

    pub(super) fn app() -> App {
        App::new("Credentials", "1").routes(routes![number, closed, open])
    }
}

#[tokio::test]
async fn no_error_repeats_a_credential() {
    let client = TestClient::start(credentials::app()).await;
    for path in ["/number", "/closed", "/open"] {
        let answer = client
            .get(path)
            .bearer("s3cret")
            .header("cookie", "session=s3cret")
            .header("x-forwarded-for", "s3cret")
            .send()
            .await;
        assert_eq!(answer.status(), 422, "{path}");
        assert!(
            !answer.text().contains("s3cret"),
            "{path}: {}",
            answer.text()
        );
    }
}

/// The 422 is documented only where input can be invalid.
mod unfailing {
    use super::*;

    #[get("/none")]
    pub(super) async fn none(headers: &Headers, client: Option<ClientAddr>) -> Value {
        json!([!headers.is_empty(), client.is_some()])
    }

    #[get("/some/<id>")]
    pub(super) async fn some(id: u8) -> u8 {
        id
    }
}

#[tokio::test]
async fn a_422_is_documented_where_an_input_can_fail() {
    let document =
        document(App::new("Unfailing", "1").routes(routes![unfailing::none, unfailing::some]))
            .await;
    let statuses = |path: &str| {
        let responses = document["paths"][path]["get"]["responses"]
            .as_object()
            .cloned();
        responses
            .unwrap_or_default()
            .into_iter()
            .map(|(status, _)| status)
            .collect::<Vec<_>>()
    };
    assert_eq!(statuses("/none"), ["200"]);
    assert_eq!(statuses("/some/{id}"), ["200", "422"]);
    let map: BTreeMap<String, Value> =
        serde_json::from_value(document["components"]["schemas"].clone()).unwrap();
    assert_eq!(
        map.keys().collect::<Vec<_>>(),
        ["HTTPValidationError", "ValidationError"]
    );
}

mod maps {
    use super::*;

    #[model]
    pub(super) struct Filter {
        page: u32,
        #[serde(flatten)]
        rest: BTreeMap<String, u32>,
    }

    #[get("/flattened")]
    async fn flattened(#[query] filter: Filter, q: Option<String>) -> Value {
        json!([filter, q])
    }

    #[get("/alone")]
    async fn alone(#[query] filter: BTreeMap<String, String>, q: Option<String>) -> Value {
        json!([filter, q])
    }

    #[get("/optional")]
    async fn optional(#[query] filter: Option<BTreeMap<String, Vec<u32>>>) -> Value {
        json!(filter)
    }

    #[get("/headers")]
    async fn headers(#[header] all: BTreeMap<String, String>) -> Option<String> {
        all.get("x-a").cloned()
    }

    #[post("/form")]
    async fn form(#[form] fields: BTreeMap<String, String>) -> BTreeMap<String, String> {
        fields
    }

    pub(super) fn app() -> App {
        App::new("Maps", "1").routes(routes![flattened, alone, optional, headers, form])
    }
}

#[tokio::test]
async fn a_map_takes_the_remaining_parameters() {
    let client = TestClient::start(maps::app()).await;
    for (path, expected) in [
        ("/flattened?page=1&q=x", json!([{"page": 1}, "x"])),
        (
            "/flattened?page=1&a=2&b=3&q=x",
            json!([{"page": 1, "a": 2, "b": 3}, "x"]),
        ),
        ("/alone", json!([{}, null])),
        ("/alone?a=1&b=2&a=3&q=x", json!([{"a": "3", "b": "2"}, "x"])),
        ("/alone?filter=1", json!([{"filter": "1"}, null])),
        ("/optional", json!(null)),
        ("/optional?a=1&a=2&b=3", json!({"a": [1, 2], "b": [3]})),
    ] {
        let answer = client.get(path).await;
        assert_eq!(answer.text(), expected.to_string(), "{path}");
    }
    let answer = client.get("/flattened?a=x&b=-1").await;
    assert_eq!(
        errors(&answer),
        json!([
            ["missing", ["query", "page"]],
            ["int_parsing", ["query", "a"]],
            ["greater_than_equal", ["query", "b"]]
        ])
    );
    let answer = client.get("/optional?a=1&b=x").await;
    assert_eq!(errors(&answer), json!([["int_parsing", ["query", "b", 0]]]));
    let answer = client.get("/headers").header("x-a", "b").await;
    assert_eq!(answer.json::<Value>(), json!("b"));
    let answer = client.post("/form").form(&[("a", "1"), ("b", "2")]).await;
    assert_eq!(answer.json::<Value>(), json!({"a": "1", "b": "2"}));

    let document = document(maps::app()).await;
    let map = json!({"type": "object", "additionalProperties": {"type": "string"}});
    let parameter = &document["paths"]["/alone"]["get"]["parameters"][0];
    assert_eq!(parameter["required"], false);
    assert_eq!(parameter["schema"], map);
    let body = &document["paths"]["/form"]["post"]["requestBody"]["content"];
    assert_eq!(body["application/x-www-form-urlencoded"]["schema"], map);
}
