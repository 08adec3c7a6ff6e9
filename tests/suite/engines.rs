//! The engines agree: what `validate` accepts, what the error walk accepts, and what an independent JSON Schema
//! validator accepts by the served document.
//!
//! The values are generated from the documents themselves, so most of them are nearly right, and then some part is
//! replaced by an arbitrary value. The models are strict where the engines are compared with each other, since lax
//! coercion accepts more than the document allows, and lax where the coerced value has to decode.

pub(crate) mod values;

use std::cell::{Cell, RefCell};

use fastrs::model::{Compiled, Constraints, Errors, Mode, Model, Report};
use fastrs::testing::TestClient;
use fastrs::{Value, json};
use jsonschema::Validator;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use self::values::{Coercion, near};
use crate::support::document;

const CASES: u32 = 256;

macro_rules! family {
    ($name:ident, $model:meta) => {
        mod $name {
            use std::collections::BTreeMap;
            use std::num::NonZeroU8;

            use chrono::NaiveDate;
            use fastrs::prelude::*;

            #[$model]
            pub(super) struct Integers {
                #[field(ge = -3, le = 3)]
                least: i8,
                #[field(gt = 0, lt = 10)]
                between: Option<u16>,
                #[field(multiple_of = 3, default)]
                step: i64,
                whole: NonZeroU8,
                plain: u64,
            }

            #[$model]
            pub(super) struct Floats {
                #[field(ge = -0.5, lt = 0.5)]
                ratio: f64,
                #[field(multiple_of = 0.25)]
                quarter: Option<f64>,
                small: f32,
                on: bool,
            }

            #[$model]
            #[serde(deny_unknown_fields)]
            pub(super) struct Texts {
                #[field(min_length = 1, max_length = 3)]
                short: String,
                #[field(pattern = "^[a-z]{2}-[0-9]+$")]
                code: Option<String>,
                #[field(pattern = "^b[a-z]+", min_length = 3)]
                both: String,
                letter: char,
                #[field(default = "x")]
                any: String,
                day: Option<NaiveDate>,
            }

            #[$model]
            pub(super) struct Lists {
                #[field(min_items = 1, max_items = 3)]
                bounded: Vec<u8>,
                #[field(unique)]
                different: Vec<f64>,
                #[field(unique, default)]
                words: Vec<String>,
                pair: (i8, String),
                three: [bool; 3],
                nested: Option<Vec<Vec<Count>>>,
            }

            /// A constraint of a type.
            #[$model]
            pub(super) struct Count(#[field(ge = 1, le = 5)] u32);

            #[$model]
            pub(super) struct Maps {
                #[field(max_items = 2)]
                by_name: BTreeMap<String, Count>,
                by_number: BTreeMap<u8, bool>,
                #[field(default)]
                lists: BTreeMap<String, Vec<Texts>>,
            }

            #[$model]
            #[derive(PartialEq, Eq, PartialOrd, Ord)]
            #[serde(rename_all = "kebab-case")]
            pub(super) enum Color {
                /// The color of blood.
                DeepRed,
                Green,
            }

            #[$model]
            #[serde(tag = "kind", rename_all = "lowercase")]
            pub(super) enum Tagged {
                Circle {
                    #[field(gt = 0.0)]
                    radius: f64,
                },
                Painted(Painted),
                Nothing,
            }

            #[$model]
            pub(super) struct Painted {
                color: Color,
                count: Count,
            }

            #[$model]
            #[serde(rename_all = "snake_case")]
            pub(super) enum External {
                Nothing,
                Number(#[field(le = 9)] u8),
                Boxed(Box<Painted>),
                Fields { a: Option<bool>, b: Count },
            }

            #[$model]
            #[serde(tag = "t", content = "c")]
            pub(super) enum Adjacent {
                Unit,
                One(Count),
                Fields { a: u8 },
            }

            #[$model]
            #[serde(untagged)]
            pub(super) enum Untagged {
                Number(Count),
                Text(#[field(max_length = 2)] String),
                Pair(bool, bool),
                Fields { color: Color },
            }

            #[$model]
            #[serde(rename_all = "camelCase")]
            pub(super) struct Flat {
                own_field: Count,
                #[serde(flatten)]
                painted: Painted,
                #[serde(flatten)]
                rest: BTreeMap<String, Option<bool>>,
            }

            #[$model]
            pub(super) struct Tree {
                #[field(max_length = 2)]
                name: String,
                #[field(default, max_items = 2)]
                children: Vec<Tree>,
                left: Option<Box<Tree>>,
                tagged: Option<Tagged>,
            }

            #[$model]
            pub(super) struct Page<T> {
                #[field(max_items = 2)]
                items: Vec<T>,
                #[field(read_only)]
                total: u8,
                next: Option<T>,
            }

            macro_rules! takes {
                ($path:literal, $handler:ident, $type:ty) => {
                    #[post($path)]
                    async fn $handler(value: $type) -> &'static str {
                        let _ = value;
                        "taken"
                    }
                };
            }

            takes!("/integers", integers, Integers);
            takes!("/floats", floats, Floats);
            takes!("/texts", texts, Texts);
            takes!("/lists", lists, Lists);
            takes!("/maps", maps, Maps);
            takes!("/tagged", tagged, Tagged);
            takes!("/external", external, External);
            takes!("/adjacent", adjacent, Adjacent);
            takes!("/untagged", untagged, Untagged);
            takes!("/flat", flat, Flat);
            takes!("/tree", tree, Tree);
            takes!("/page", page, Page<Painted>);

            pub(super) fn app() -> App {
                App::new(stringify!($name), "1").routes(routes![
                    integers, floats, texts, lists, maps, tagged, external, adjacent, untagged,
                    flat, tree, page
                ])
            }
        }
    };
}

family!(strict, model(strict));
family!(lax, model);

/// What the document promises about a body: its schema, and an independent validator for it.
struct Promise {
    schema: Value,
    root: Value,
    oracle: Validator,
}

impl Promise {
    fn of(document: &Value, path: &str) -> Self {
        let body = &document["paths"][path]["post"]["requestBody"];
        let schema = body["content"]["application/json"]["schema"].clone();
        let mut whole = json!({ "components": document["components"] });
        for (key, value) in schema.as_object().expect("a schema is an object") {
            whole[key] = value.clone();
        }
        let oracle = jsonschema::draft202012::options()
            .should_validate_formats(true)
            .build(&whole)
            .unwrap_or_else(|error| panic!("{path}: {error}"));
        Self {
            schema,
            root: whole,
            oracle,
        }
    }

    /// Runs `check` on values that the document promises or nearly promises, and on others, the same ones in each run.
    fn hold(&self, coercion: Coercion, check: impl Fn(&Value)) {
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
        let config = Config {
            cases: CASES,
            failure_persistence: None,
            ..Config::default()
        };
        let values = near(&self.schema, &self.root, coercion);
        let run = TestRunner::new_with_rng(config, rng).run(&values, |value| {
            check(&value);
            Ok(())
        });
        if let Err(error) = run {
            panic!("{error}");
        }
    }
}

/// The results of the library's two engines for a value.
struct Results {
    /// The result of `serde` and `validate`: whether it decodes, and if so whether it is valid.
    typed: Option<bool>,
    /// The result of the error walk.
    errors: Vec<String>,
    /// Whether the value that the walk converted decodes and is valid.
    converted_is_valid: bool,
}

fn evaluate<T: DeserializeOwned + Model>(compiled: &Compiled, value: &Value) -> Results {
    let typed = |value: &Value| {
        let decoded: T = serde_json::from_value(value.clone()).ok()?;
        let mut report = Report::new();
        decoded.validate(&mut report);
        Some(report.is_valid())
    };
    let mut errors = Errors::new();
    let changed = compiled.diagnose(value, &Constraints::NONE, Mode::Json, &[], &mut errors);
    let errors = errors
        .into_vec()
        .iter()
        .map(|error| format!("{error:?}"))
        .collect();
    Results {
        typed: typed(value),
        errors,
        converted_is_valid: typed(&changed.unwrap_or_else(|| value.clone())) == Some(true),
    }
}

fn agree<T: DeserializeOwned + JsonSchema + Model>(document: &Value, path: &str) {
    let (promise, compiled) = (Promise::of(document, path), Compiled::of::<T>());
    let (taken, refused) = (Cell::new(0), Cell::new(0));
    promise.hold(Coercion::Exact, |value| {
        let results = evaluate::<T>(&compiled, value);
        let is_promised = promise.oracle.is_valid(value);
        assert_eq!(
            results.errors.is_empty(),
            is_promised,
            "{path}: {value}: {:?}",
            results.errors
        );
        assert_eq!(
            results.converted_is_valid, is_promised,
            "{path}: {value}: {:?}",
            results.typed
        );
        if let Some(valid) = results.typed {
            assert_eq!(valid, is_promised, "{path}: {value}");
        }
        let count = if is_promised { &taken } else { &refused };
        count.set(count.get() + 1);
    });
    let (taken, refused) = (taken.get(), refused.get());
    assert!(
        taken * 10 >= CASES && refused * 10 >= CASES,
        "{path}: {taken} accepted, {refused} rejected"
    );
}

#[tokio::test]
async fn typed_walk_and_oracle_agree() {
    use strict::*;
    let document = document(app()).await;
    agree::<Integers>(&document, "/integers");
    agree::<Floats>(&document, "/floats");
    agree::<Texts>(&document, "/texts");
    agree::<Lists>(&document, "/lists");
    agree::<Maps>(&document, "/maps");
    agree::<Tagged>(&document, "/tagged");
    agree::<External>(&document, "/external");
    agree::<Adjacent>(&document, "/adjacent");
    agree::<Untagged>(&document, "/untagged");
    agree::<Flat>(&document, "/flat");
    agree::<Tree>(&document, "/tree");
    agree::<Page<Painted>>(&document, "/page");
}

fn decodes<T: DeserializeOwned + JsonSchema + Model>(document: &Value, path: &str) {
    let (promise, compiled) = (Promise::of(document, path), Compiled::of::<T>());
    promise.hold(Coercion::Lax, |value| {
        let results = evaluate::<T>(&compiled, value);
        assert_eq!(
            results.converted_is_valid,
            results.errors.is_empty(),
            "{path}: {value}: {:?}",
            results.errors
        );
        if results.typed == Some(true) {
            assert!(
                results.errors.is_empty(),
                "{path}: {value}: {:?}",
                results.errors
            );
        }
        if promise.oracle.is_valid(value) {
            assert!(results.converted_is_valid, "{path}: {value}");
        }
    });
}

#[tokio::test]
async fn a_coerced_value_decodes() {
    use lax::*;
    let document = document(app()).await;
    decodes::<Integers>(&document, "/integers");
    decodes::<Floats>(&document, "/floats");
    decodes::<Texts>(&document, "/texts");
    decodes::<Lists>(&document, "/lists");
    decodes::<Maps>(&document, "/maps");
    decodes::<Tagged>(&document, "/tagged");
    decodes::<External>(&document, "/external");
    decodes::<Adjacent>(&document, "/adjacent");
    decodes::<Untagged>(&document, "/untagged");
    decodes::<Flat>(&document, "/flat");
    decodes::<Tree>(&document, "/tree");
    decodes::<Page<Painted>>(&document, "/page");
}

/// The same over HTTP: the status is 200 if and only if the document promises it, and a 422 lists at least one error.
#[tokio::test]
async fn the_server_does_what_the_document_promises() {
    let document = document(strict::app()).await;
    let client = TestClient::start(strict::app()).await;
    let paths: Vec<String> = document["paths"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(path, _)| path.clone())
        .collect();
    for path in &paths {
        let promise = Promise::of(&document, path);
        let values = RefCell::new(Vec::new());
        promise.hold(Coercion::Exact, |value| {
            values.borrow_mut().push(value.clone())
        });
        for value in values.take().into_iter().take(100) {
            let answer = client.post(path).json(&value).send().await;
            let is_promised = promise.oracle.is_valid(&value);
            let expected = if is_promised { 200 } else { 422 };
            assert_eq!(
                answer.status(),
                expected,
                "{path}: {value}: {}",
                answer.text()
            );
            if !is_promised {
                let body: Value = answer.json();
                assert!(
                    body["detail"]
                        .as_array()
                        .is_some_and(|detail| !detail.is_empty()),
                    "{path}: {value}: {body}"
                );
            }
        }
    }
}
