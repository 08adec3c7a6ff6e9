//! The serde and schemars impls that `#[model]` generates behave as their derives would.

use fastrs::prelude::*;
use fastrs::testing::TestClient;
use fastrs::{Value, json};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde::de::value::{BytesDeserializer, Error, MapDeserializer};

use crate::support::document;

/// Defines the models twice: as they are, and with an attribute that only the derives understand.
macro_rules! twice {
    ($($(#[$attr:meta])* struct $name:ident { $($fields:tt)* })*) => {
        mod written {
            use super::*;
            $(
                #[model]
                $(#[$attr])*
                #[derive(Debug, PartialEq)]
                pub(super) struct $name { $($fields)* }
            )*
            routes_of!();
        }

        mod derived {
            use super::*;
            $(
                #[model]
                $(#[$attr])*
                #[derive(Debug, PartialEq)]
                #[serde(bound = "")]
                pub(super) struct $name { $($fields)* }
            )*
            routes_of!();
        }
    };
}

macro_rules! routes_of {
    () => {
        #[post("/all")]
        async fn all(all: All) -> All {
            all
        }

        #[post("/nested")]
        async fn nested(nested: Vec<Nested>) -> Vec<Nested> {
            nested
        }

        #[post("/renamed")]
        async fn renamed(renamed: Renamed) -> Renamed {
            renamed
        }

        #[post("/empty")]
        async fn empty(empty: Empty) -> Empty {
            empty
        }

        #[get("/query")]
        async fn query(#[query] all: Renamed) -> Renamed {
            all
        }

        pub(super) fn app() -> App {
            App::new("Models", "1").routes(routes![all, nested, renamed, empty, query])
        }
    };
}

fn three() -> u8 {
    3
}

fn said_late() -> &'static str {
    "A description that is computed at run time."
}

/// Names that generated code might also use.
mod shadowing {
    use super::*;

    #[model]
    #[derive(Debug, PartialEq)]
    pub(super) struct D {
        pub(super) from: String,
        pub(super) to: u8,
    }

    #[model]
    #[derive(Debug, PartialEq)]
    pub(super) struct S {
        pub(super) generator: D,
        pub(super) report: Option<D>,
    }
}

twice! {
    /// # A title
    ///
    /// A description
    /// of two lines.
    struct All {
        /// # The number
        /// that identifies it.
        #[field(read_only)]
        id: u64,
        /// Its name.
        #[field(min_length = 2, max_length = 5, title = "Name", examples = ["a"])]
        name: String,
        #[field(write_only, default = "none")]
        password: String,
        /** What there is to say about it,
            if anything. */
        note: Option<String>,
        #[field(default = three(), le = 9, description = "A description from the attribute.", title = said_late())]
        /// A comment.
        count: u8,
        #[field(default)]
        tags: Vec<String>,
        #[field(alias = "madeBy")]
        made_by: Option<Option<String>>,
        nested: Option<Box<Nested>>,
        unit: (),
        pair: (i8, f32),
    }

    struct Nested {
        r#type: char,
        #[serde(rename = "of it")]
        of: Vec<Nested>,
    }

    #[serde(rename_all = "camelCase", rename = "Other")]
    struct Renamed {
        first_name: String,
        #[serde(rename = "LAST")]
        pub(super) last_name: Option<String>,
    }

    struct Two {
        first: String,
        last: String,
    }

    struct Empty {}
}

/// Inputs for both sides, to compare the response to a client and what serde reports.
const TEXTS: &[&str] = &[
    r#"{"name": "ada", "unit": null, "pair": [1, 2.5]}"#,
    r#"{"name": "ada", "unit": null, "pair": [1, 2.5], "id": 7, "password": "x", "note": null, "count": 4, "tags": ["a"]}"#,
    r#"{"name": "ada", "unit": null, "pair": [1, 2.5], "madeBy": null, "nested": {"type": "a", "of it": []}, "more": {"a": [1]}}"#,
    r#"{"pair": [1, 2.5], "unit": null, "name": "ada", "made_by": "me"}"#,
    r#"{"name": "ada", "name": "eve", "unit": null, "pair": [1, 2.5]}"#,
    r#"{"more": 1, "more": 2, "name": "ada", "unit": null, "pair": [1, 2.5]}"#,
    r#"{"name": "a", "unit": 1, "pair": [1], "count": 300, "tags": null}"#,
    r#"{"name": "ada", "count": "4", "unit": null, "pair": ["1", "2.5"]}"#,
    r#"{"type": "a", "of it": [{"type": "b", "of it": []}]}"#,
    r#"{"type": "ab", "of it": [{"of it": []}, 7]}"#,
    r#"[{"type": "a", "of it": [{"type": "b", "of it": []}]}, {}]"#,
    r#"{"firstName": "a", "LAST": "b"}"#,
    r#"{"firstName": "a", "lastName": "b"}"#,
    r#"{"first_name": "a"}"#,
    r#"["a", "b"]"#,
    r#"["a"]"#,
    r#"["a", []]"#,
    r#"["a", "b", "c"]"#,
    r#"["ada", "x", null, 1, [], null, null, null, [1, 2]]"#,
    r#"["ada", "x", null, 1, [], null, null, null]"#,
    "{}",
    "[]",
    "null",
    "1",
    r#"{"name""#,
];

fn said<T: DeserializeOwned + Serialize>(text: &str) -> Value {
    // For a renamed struct, the derive reports the Rust name.
    let tell = |error: serde_json::Error| error.to_string().replace("Other", "Renamed");
    let said = match serde_json::from_str::<T>(text) {
        Ok(value) => serde_json::to_string(&value).unwrap(),
        Err(error) => tell(error),
    };
    let value = serde_json::from_str::<Value>(text).ok();
    let value = value.map(|value| match serde_json::from_value::<T>(value) {
        Ok(value) => serde_json::to_value(&value).unwrap(),
        Err(error) => tell(error).into(),
    });
    json!([said, value])
}

#[test]
fn serde_reads_and_writes_the_same() {
    for text in TEXTS {
        assert_eq!(
            said::<written::All>(text),
            said::<derived::All>(text),
            "{text}"
        );
        assert_eq!(
            said::<written::Nested>(text),
            said::<derived::Nested>(text),
            "{text}"
        );
        assert_eq!(
            said::<written::Renamed>(text),
            said::<derived::Renamed>(text),
            "{text}"
        );
        assert_eq!(
            said::<written::Empty>(text),
            said::<derived::Empty>(text),
            "{text}"
        );
    }
}

#[test]
fn formats_without_names_read_the_same() {
    fn indexed<T: DeserializeOwned + Serialize>(pairs: &[(u64, &str)]) -> String {
        let map = MapDeserializer::<_, Error>::new(pairs.iter().copied());
        let read = T::deserialize(map).map_err(|error| error.to_string());
        json!(read).to_string()
    }
    for pairs in [
        &[(0, "a"), (1, "b")][..],
        &[(1, "b"), (0, "a")],
        &[(0, "a"), (9, "b"), (u64::MAX, "c"), (1, "d")],
        &[(0, "a"), (0, "b")],
        &[(1, "b")],
    ] {
        let read = indexed::<written::Two>(pairs);
        assert_eq!(read, indexed::<derived::Two>(pairs), "{pairs:?}");
    }
    fn bytes<T: DeserializeOwned + Serialize>() -> Value {
        let pairs = [(&b"last"[..], "b"), (b"\xff", "c"), (b"first", "a")];
        let map = MapDeserializer::<_, Error>::new(
            pairs.map(|(key, value)| (Bytes(key), value)).into_iter(),
        );
        json!(T::deserialize(map).map_err(|error| error.to_string()))
    }
    assert_eq!(bytes::<written::Two>(), bytes::<derived::Two>());
}

/// A map key as bytes.
struct Bytes(&'static [u8]);

impl<'de> serde::de::IntoDeserializer<'de, Error> for Bytes {
    type Deserializer = BytesDeserializer<'de, Error>;

    fn into_deserializer(self) -> Self::Deserializer {
        BytesDeserializer::new(self.0)
    }
}

#[tokio::test]
async fn documents_and_responses_are_the_same() {
    assert_eq!(
        document(written::app()).await,
        document(derived::app()).await
    );
    let [written, derived] = [written::app(), derived::app()].map(TestClient::start);
    let (written, derived) = (written.await, derived.await);
    for path in ["/all", "/nested", "/renamed", "/empty"] {
        for text in TEXTS {
            let ask = async |client: &TestClient| {
                let asked = client.post(path).header("content-type", "application/json");
                let answer = asked.body(text.to_string()).send().await;
                (answer.status(), answer.text().to_owned())
            };
            assert_eq!(ask(&written).await, ask(&derived).await, "{path} {text}");
        }
    }
    for query in [
        "",
        "?firstName=a",
        "?firstName=a&LAST=b&LAST=c&x=1",
        "?LAST=b",
    ] {
        let path = format!("/query{query}");
        let ask = async |client: &TestClient| client.get(&path).await.text().to_owned();
        assert_eq!(ask(&written).await, ask(&derived).await, "{path}");
    }
}

#[test]
fn names_of_types_and_fields_are_the_users() {
    use shadowing::{D, S};
    let d = |to| D {
        from: "a".to_owned(),
        to,
    };
    let s = S {
        generator: d(1),
        report: Some(d(2)),
    };
    let text = serde_json::to_string(&s).unwrap();
    assert_eq!(
        text,
        r#"{"generator":{"from":"a","to":1},"report":{"from":"a","to":2}}"#
    );
    assert_eq!(serde_json::from_str::<S>(&text).unwrap(), s);
}

macro_rules! many {
    ($name:ident: $($field:ident)*) => {
        #[model]
        #[derive(Debug, PartialEq, Default)]
        struct $name { $($field: Option<u8>,)* }

        impl $name {
            const LAST: &str = [$(stringify!($field)),*][[$(stringify!($field)),*].len() - 1];
        }
    };
}

many! { Most:
    a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 c0 c1 c2 c3 c4 c5 c6 c7 c8 c9 d0 d1
}

many! { Many:
    a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 c0 c1 c2 c3 c4 c5 c6 c7 c8 c9 d0 d1 d2 d3 d4 d5 d6
    d7 d8 d9 e0 e1 e2 e3 e4 e5 e6 e7 e8 e9 f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 g0 g1 g2 g3 g4 g5 g6 g7 g8 g9 h0 h1 h2 h3
    h4 h5 h6 h7 h8 h9 i0 i1 i2 i3 i4 i5 i6 i7 i8 i9 j0 j1 j2 j3 j4 j5 j6 j7 j8 j9 k0 k1 k2 k3 k4 k5 k6 k7 k8 k9 l0
    l1 l2 l3 l4 l5 l6 l7 l8 l9 m0 m1 m2 m3 m4 m5 m6 m7 m8 m9 n0 n1 n2 n3 n4 n5 n6 n7 n8 n9
}

#[post("/most")]
async fn most(most: Most) -> Most {
    most
}

#[post("/many")]
async fn many(many: Many) -> Many {
    many
}

#[tokio::test]
async fn a_struct_may_have_many_fields() {
    let client = TestClient::start(App::new("Many", "1").routes(routes![most, many])).await;
    for (path, last) in [("/most", Most::LAST), ("/many", Many::LAST)] {
        let answer = client
            .post(path)
            .json(&json!({ last: 7 }))
            .await
            .json::<Value>();
        assert_eq!((&answer[last], &answer["a0"]), (&json!(7), &Value::Null));
    }
}
