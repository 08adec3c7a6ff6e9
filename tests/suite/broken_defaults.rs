//! Defaults that violate constraints: an app with one of them does not start.

use std::collections::HashMap;

use fastrs::prelude::*;
use rust_decimal::Decimal;

#[model]
#[serde(default)]
#[derive(Default)]
struct Conf {
    #[field(min_length = 1)]
    name: String,
    #[field(ge = 1)]
    n: i32,
    #[field(ge = 0)]
    fine: i32,
    #[field(min_length = 1)]
    nothing: Option<String>,
}

/// Its traits are derived.
#[model]
#[serde(default = "usual", deny_unknown_fields)]
struct Usual {
    #[field(max_length = 3)]
    long: String,
    #[field(pattern = "^[a-z]+$")]
    word: String,
    #[field(multiple_of = 5)]
    odd: u8,
    #[field(max_items = 1)]
    many: Vec<u8>,
    #[field(min_items = 1)]
    none: HashMap<String, u8>,
    #[field(unique)]
    same: Vec<u8>,
    #[field(max_digits = 3, decimal_places = 1)]
    price: Decimal,
    #[field(lt = 0.3)]
    small: f32,
    #[field(le = 0.3)]
    exact: f32,
    #[field(max_length = 3)]
    secret: Secret<String>,
}

fn usual() -> Usual {
    Usual {
        long: "four".to_owned(),
        word: "A".to_owned(),
        odd: 7,
        many: vec![1, 2],
        none: HashMap::new(),
        same: vec![3, 3],
        price: Decimal::new(125, 2),
        small: 0.3,
        exact: 0.3,
        secret: Secret::new("abc".to_owned()),
    }
}

#[model]
struct Functions {
    #[field(default = zero(), gt = 0)]
    computed: u8,
    #[serde(default = "zero")]
    #[field(ge = 1)]
    named: u8,
    #[field(default = ZERO, ge = 1)]
    constant: u8,
    #[field(default = vec![Rating(0)])]
    nested: Vec<Rating>,
    #[field(default = Some(zero()), ge = 1)]
    optional: Option<u8>,
}

const ZERO: u8 = 0;

fn zero() -> u8 {
    ZERO
}

#[model]
struct Rating(#[field(ge = 1)] u8);

#[model]
#[serde(tag = "type")]
enum Shape {
    Circle {
        #[serde(default = "zero")]
        #[field(ge = 2)]
        radius: u8,
    },
    Square {
        #[field(default = ZERO, ge = 3)]
        side: u8,
    },
}

#[model]
struct Filter {
    #[field(default = zero(), ge = 1)]
    limit: u8,
    #[field(default = zero(), ge = 2, write_only)]
    unseen: u8,
}

#[model]
#[serde(default)]
#[derive(Default)]
struct Outer {
    #[serde(flatten)]
    inner: Inner,
}

#[model]
#[derive(Default)]
struct Inner {
    #[field(default = String::new(), min_length = 2)]
    deep: String,
}

#[post("/conf")]
async fn conf(body: Conf) -> Conf {
    body
}

#[post("/usual")]
async fn usually(body: Usual) -> Usual {
    body
}

#[post("/functions")]
async fn functions(body: Functions) -> Functions {
    body
}

#[post("/shape")]
async fn shape(body: Vec<Shape>) -> Vec<Shape> {
    body
}

#[post("/outer")]
async fn outer(#[form] form: Outer) -> Outer {
    form
}

#[get("/arguments", include_in_schema = false)]
async fn arguments(
    #[query] filter: Filter,
    #[query(default = ZERO, ge = 4)] page: u8,
    #[header(default = "", min_length = CODE)] code: String,
    #[body(default = Conf::default())] conf: Conf,
) -> usize {
    let _ = (filter, page, conf);
    code.len()
}

const CODE: usize = 1;

#[test]
fn a_default_satisfies_the_constraints_of_its_field() {
    let routes = routes![conf, usually, functions, shape, outer, arguments];
    let error = App::new("Defaults", "1").routes(routes).build();
    let error = error.unwrap_err().to_string();
    let of = |model: &str, lines: &[(&str, &str, &str)]| -> Vec<String> {
        let line = |(field, default, constraint): &(&str, &str, &str)| {
            format!(
                "`suite::broken_defaults::{model}`, field `{field}`: the default `{default}` violates the constraint `{constraint}`"
            )
        };
        lines.iter().map(line).collect()
    };
    let models = [
        of(
            "Conf",
            &[("name", "\"\"", "min_length = 1"), ("n", "0", "ge = 1")],
        ),
        of(
            "Usual",
            &[
                ("long", "\"four\"", "max_length = 3"),
                ("word", "\"A\"", "pattern = \"^[a-z]+$\""),
                ("odd", "7", "multiple_of = 5"),
                ("many", "[1,2]", "max_items = 1"),
                ("none", "{}", "min_items = 1"),
                ("same", "[3,3]", "unique"),
                ("price", "\"1.25\"", "decimal_places = 1"),
                ("small", "0.30000001192092896", "lt = 0.3"),
            ],
        ),
        of(
            "Functions",
            &[
                ("computed", "0", "gt = 0"),
                ("named", "0", "ge = 1"),
                ("constant", "0", "ge = 1"),
                ("nested.0", "0", "ge = 1"),
                ("optional", "0", "ge = 1"),
            ],
        ),
        of(
            "Shape",
            &[("radius", "0", "ge = 2"), ("side", "0", "ge = 3")],
        ),
        of(
            "Filter",
            &[("limit", "0", "ge = 1"), ("unseen", "0", "ge = 2")],
        ),
        of("Outer", &[("deep", "\"\"", "min_length = 2")]),
    ];
    let arguments = [
        "`page`: the default `0` violates the constraint `ge = 4`",
        "`code`: the default `\"\"` violates the constraint `min_length = 1`",
        "`conf.name`: the default `\"\"` violates the constraint `min_length = 1`",
        "`conf.n`: the default `0` violates the constraint `ge = 1`",
    ];
    let lines: Vec<_> = models.into_iter().flatten().collect();
    let lines = lines.iter().map(String::as_str).chain(arguments);
    for line in lines.clone() {
        assert!(error.contains(line), "{line}\n\n{error}");
    }
    let start = format!("the app cannot start, for {} reasons", lines.count());
    assert!(error.starts_with(&start), "{start}\n\n{error}");
}
