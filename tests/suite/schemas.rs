//! The schemas that `#[model]` generates are those that schemars' derive would, besides what fastrs adds.

use std::collections::{BTreeMap, HashMap};

use fastrs::prelude::*;
use fastrs::testing::TestClient;
use fastrs::{Value, json};
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};
use serde::{Deserialize, Serialize};

use crate::support::document;

/// A type whose functions read and write a number.
struct AsText;

impl AsText {
    fn serialize<S: serde::Serializer>(number: &u8, to: S) -> Result<S::Ok, S::Error> {
        text::serialize(number, to)
    }

    fn deserialize<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u8, D::Error> {
        text::deserialize(from)
    }
}

impl JsonSchema for AsText {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "AsText".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        digits(generator)
    }
}

/// Implements what some of the types require.
macro_rules! conversions {
    () => {
        impl Default for Defaults {
            fn default() -> Self {
                let plain = Plain { id: 7, name: None };
                Self {
                    first_name: "a".to_owned(),
                    last_name: None,
                    plain,
                }
            }
        }

        impl From<Plain> for Converted {
            fn from(_: Plain) -> Self {
                Self {
                    a: Default::default(),
                }
            }
        }

        impl From<Converted> for String {
            fn from(_: Converted) -> Self {
                String::new()
            }
        }

        impl TryFrom<String> for Tried {
            type Error = std::num::ParseIntError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Ok(Self { a: text.parse()? })
            }
        }
    };
}

/// Defines the types twice: as models, and with the derives.
macro_rules! twice {
    ($([$($item:tt)*])*) => {
        // Only their schemas are used.
        #[allow(dead_code)]
        mod written {
            use super::*;
            conversions!();
            $(
                #[model]
                $($item)*
            )*
        }

        #[allow(dead_code)]
        mod derived {
            use super::*;
            conversions!();
            $(
                #[derive(Serialize, Deserialize, JsonSchema)]
                $($item)*
            )*
        }
    };
}

fn no_name() -> Option<String> {
    None
}

fn three() -> u8 {
    3
}

fn is_three(number: &u8) -> bool {
    *number == 3
}

fn digits(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "format": "digits"})
}

fn marked(schema: &mut Schema) {
    schema.insert("x-marked".to_owned(), true.into());
}

mod text {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(number: &u8, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&number.to_string())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u8, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

twice! {
    [
        /// A plain struct.
        #[derive(Clone, Default)]
        pub(super) struct Plain {
            /// # The number
            /// that identifies it.
            id: u64,
            name: Option<String>,
        }
    ]
    [
        #[serde(deny_unknown_fields)]
        pub(super) struct Closed { a: u8, b: Option<u8> }
    ]
    [
        /// Every key that a field may have.
        pub(super) struct Serded {
            #[serde(default)]
            a: u8,
            #[serde(default, skip_serializing_if = "is_three")]
            b: u8,
            #[serde(skip_serializing_if = "is_three")]
            c: u8,
            #[serde(skip)]
            d: u8,
            #[serde(skip_deserializing)]
            e: u8,
            #[serde(rename(serialize = "fOut", deserialize = "fIn"))]
            f: u8,
            #[serde(with = "text", default)]
            #[schemars(with = "String")]
            g: u8,
            #[serde(deserialize_with = "text::deserialize")]
            #[schemars(schema_with = "digits")]
            h: u8,
            i: Box<Option<u8>>,
            #[schemars(title = "J", description = "The " .to_owned() + "last", example = 1, transform = marked)]
            #[schemars(extend("x-known" = {"a": [1]}))]
            j: u8,
            #[doc = concat!("a", "b")]
            k: u8,
            #[schemars(skip_serializing)]
            l: Option<u8>,
            #[serde(with = "AsText", default = "three")]
            m: u8,
        }
    ]
    [
        #[serde(default, rename_all(serialize = "UPPERCASE", deserialize = "camelCase"))]
        pub(super) struct Defaults {
            first_name: String,
            #[serde(default = "no_name")]
            last_name: Option<String>,
            plain: Plain,
        }
    ]
    [
        #[schemars(title = "Said", extend("x-said" = true), transform = marked)]
        pub(super) struct Said { a: u8 }
    ]
    [
        pub(super) struct Unit;
    ]
    [
        pub(super) struct NoFields();
    ]
    [
        /// A newtype.
        pub(super) struct Newtype(/** Inside. */ Plain);
    ]
    [
        pub(super) struct Pair(u8, #[serde(skip)] u8, Option<String>);
    ]
    [
        /// A transparent one.
        #[serde(transparent)]
        pub(super) struct Clear { value: Vec<u8> }
    ]
    [
        pub(super) enum Names { A, #[serde(rename = "b")] B, #[serde(skip_serializing)] C }
    ]
    [
        /// Documented names.
        #[serde(rename_all = "kebab-case")]
        pub(super) enum Documented { FirstOne, /** The second. */ SecondOption, #[deprecated] Third }
    ]
    [
        #[serde(rename_all = "snake_case", rename_all_fields = "camelCase")]
        pub(super) enum External {
            NoContent,
            /// Documented.
            Nothing,
            One(/** Its number. */ u8),
            Two(u8, String),
            OfFields { first_name: String, #[serde(default = "three")] count: u8 },
            #[serde(rename_all = "UPPERCASE")]
            Other { first_name: String },
            Empty {},
            NoTuple(),
            #[serde(with = "text")]
            #[schemars(with = "String")]
            Number(u8),
            #[serde(untagged)]
            Rest(Plain),
        }
    ]
    [
        #[serde(tag = "kind")]
        pub(super) enum Internal {
            /// # A title
            A,
            Plain(Plain),
            Closed(Closed),
            OfMap(BTreeMap<String, u8>),
            OfFields { kind_of: u8, name: Option<String> },
            Flat(Flat),
            #[schemars(title = "Twice", skip_deserializing)]
            Out { a: u8 },
        }
    ]
    [
        #[serde(tag = "kind", deny_unknown_fields)]
        pub(super) enum InternalClosed { A, B { a: u8 }, C(Plain) }
    ]
    [
        #[serde(tag = "kind", content = "data")]
        pub(super) enum Adjacent { A, /** One. */ B(u8), C { a: u8 }, D(u8, u8), E(Option<Plain>) }
    ]
    [
        #[serde(tag = "kind", content = "data", deny_unknown_fields)]
        pub(super) enum AdjacentClosed { A, B { a: u8 } }
    ]
    [
        #[serde(untagged)]
        pub(super) enum Untagged { A(u8), /** Text. */ B(String), C { a: u8 }, D(u8, u8), E }
    ]
    [
        pub(super) struct Flat {
            own: u8,
            #[serde(flatten)]
            plain: Plain,
            #[serde(flatten)]
            rest: HashMap<String, Value>,
        }
    ]
    [
        pub(super) struct FlatEnums {
            #[serde(flatten)]
            names: Names2,
            #[serde(flatten)]
            internal: Internal,
            #[serde(flatten)]
            external: External2,
        }
    ]
    [
        pub(super) enum Names2 { X, Y }
    ]
    [
        pub(super) enum External2 { X, Z { a: u8 } }
    ]
    [
        pub(super) struct FlatClosed { #[serde(flatten)] closed: Closed, a: u8 }
    ]
    [
        #[serde(deny_unknown_fields)]
        pub(super) struct ClosedFlat { #[serde(flatten)] plain: Plain, a: u8 }
    ]
    [
        #[schemars(rename = "Page_{T}_")]
        pub(super) struct Page<T> {
            /// Its items.
            items: Vec<T>,
            next: Option<T>,
            #[serde(default)]
            seen: Vec<T>,
        }
    ]
    [
        #[schemars(rename = "Bounded", bound = "T: JsonSchema + Default")]
        pub(super) struct Bounded<T> {
            #[serde(default)]
            value: T,
        }
    ]
    [
        #[serde(tag = "kind", rename = "Either")]
        pub(super) enum Generic<T> { One { of: T }, Two }
    ]
    [
        pub(super) struct Recursive { children: Vec<Recursive>, parent: Option<Box<Recursive>> }
    ]
    [
        #[serde(from = "Plain", into = "String")]
        #[derive(Clone)]
        pub(super) struct Converted { a: std::sync::Arc<std::sync::Mutex<u8>> }
    ]
    [
        #[serde(try_from = "String")]
        pub(super) struct Tried { a: u8 }
    ]
    [
        /// A number.
        #[schemars(with = "u16")]
        pub(super) struct Replaced { a: u8 }
    ]
    [
        #[schemars(schema_with = "digits", inline)]
        pub(super) struct ByFunction { a: u8 }
    ]
}

/// Returns the type's schemas for input and for output, without what fastrs adds.
fn schemas<T: JsonSchema>() -> Value {
    let mut all = Vec::new();
    for titles in [false, true] {
        let settings = SchemaSettings::draft2020_12()
            .with(|settings| settings.untagged_enum_variant_titles = titles);
        for settings in [settings.clone().for_deserialize(), settings.for_serialize()] {
            let mut generator = settings.into_generator();
            let schema = generator.subschema_for::<T>().to_value();
            let definitions = generator.take_definitions(true);
            all.push(json!({"schema": schema, "definitions": definitions}));
        }
    }
    let mut all = json!([T::schema_name(), T::inline_schema(), all]);
    remove_hints(&mut all);
    all
}

fn remove_hints(value: &mut Value) {
    match value {
        Value::Object(object) => {
            // fastrs does not show what a function returns.
            let default = object.get("x-fastrs-default").cloned();
            object.retain(|key, _| !key.starts_with("x-fastrs-"));
            object.extend(default.map(|default| ("default".to_owned(), default)));
            object.values_mut().for_each(remove_hints);
        }
        Value::Array(values) => values.iter_mut().for_each(remove_hints),
        _ => {}
    }
}

macro_rules! compare {
    ($($name:ident $(<$arg:ident>)?)*) => {$(
        let written = schemas::<written::$name $(<written::$arg>)?>();
        let derived = schemas::<derived::$name $(<derived::$arg>)?>();
        assert_eq!(written, derived, "{}", stringify!($name));
    )*};
}

#[test]
fn a_model_is_described_as_schemars_would() {
    compare! {
        Plain Closed Said Unit NoFields Newtype Pair Clear Names Documented External Internal
        InternalClosed Adjacent AdjacentClosed Untagged Flat FlatEnums FlatClosed ClosedFlat
        Page<Plain> Page<Names> Generic<Plain> Bounded<Plain> Recursive Converted Tried Replaced ByFunction
        Defaults Serded
    }
}

/// A model whose attributes depend on conditions, some of which hold.
#[model]
#[cfg_attr(all(), serde(rename_all = "camelCase"))]
#[cfg_attr(any(), serde(rename_all = "UPPERCASE"))]
struct Conditional {
    #[cfg_attr(all(), field(min_length = 2), doc = "The first.")]
    first_name: String,
    #[cfg_attr(any(), field(min_length = 2))]
    last_name: String,
}

#[post("/")]
async fn conditional(conditional: Conditional) -> Conditional {
    conditional
}

#[tokio::test]
async fn a_conditional_attribute_applies_if_its_condition_holds() {
    let app = || App::new("Conditional", "1").routes(routes![conditional]);
    let document = document(app()).await;
    let schema = &document["components"]["schemas"]["Conditional"];
    let expected = json!({"type": "string", "minLength": 2, "description": "The first."});
    assert_eq!(schema["properties"]["firstName"], expected);
    assert_eq!(schema["properties"]["lastName"], json!({"type": "string"}));
    let client = TestClient::start(app()).await;
    let body = json!({"firstName": "a", "lastName": "b"});
    let answer = client.post("/").json(&body).await.json::<Value>();
    let locs: Vec<_> = answer["detail"].as_array().unwrap().iter().collect();
    assert_eq!(locs.len(), 1);
    assert_eq!(locs[0]["loc"], json!(["body", "firstName"]));
}

#[model]
struct Inner {
    a: u8,
    #[field(include_in_schema = false)]
    b: Option<u8>,
}

#[model]
struct Outer {
    #[serde(flatten)]
    inner: Inner,
    #[field(include_in_schema = false)]
    c: Option<u8>,
    #[field(required)]
    d: Option<u8>,
    e: u8,
}

#[post("/")]
async fn outer(outer: Outer) -> Outer {
    outer
}

#[tokio::test]
async fn hidden_fields_of_a_flattened_struct_stay_hidden() {
    let document = document(App::new("Hidden", "1").routes(routes![outer])).await;
    let schema = &document["components"]["schemas"]["Outer"];
    let properties = schema["properties"].as_object().unwrap();
    assert_eq!(properties.keys().collect::<Vec<_>>(), ["a", "d", "e"]);
    assert_eq!(schema["required"], json!(["a", "d", "e"]));
}
