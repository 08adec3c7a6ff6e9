//! Secrets, costs and cycles.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::orders::Line;
use super::*;
use crate::model::walk::{At, Walk, loc::Loc};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Login {
    user: String,
    password: Secret<String>,
    #[serde(default)]
    old: Vec<Secret<String>>,
}

#[test]
fn secrets_are_never_revealed() {
    let schema = Compiled::of::<Login>();
    for value in [
        json!({"password": "hunter2", "passwort": "hunter2"}),
        json!({"user": "u", "password": ["hunter2"]}),
        json!({"password": {"a": "hunter2"}, "old": ["hunter2", 7, {"x": "hunter2"}]}),
        json!(["hunter2"]),
        json!("user=u&password=hunter2"),
    ] {
        let (_, errors) = diagnose(&schema, &value);
        assert!(!errors.is_empty());
        let shown = serde_json::to_string(&errors).unwrap();
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    let (_, errors) = diagnose(&schema, &json!({"password": "hunter2"}));
    assert_eq!(errors[0].input, Some(json!({"password": "**********"})));
    let value = json!({"user": "u", "password": "p", "old": ["o"]});
    let shown = |loc: &[LocItem]| schema.echo(&value, loc);
    assert_eq!(shown(&["user".into()]), Some(json!("u")));
    assert_eq!(shown(&["password".into()]), Some(json!("**********")));
    assert_eq!(shown(&["old".into(), 0.into()]), Some(json!("**********")));
    assert_eq!(shown(&[]).unwrap()["password"], json!("**********"));
}

/// `serde(untagged)` types that contain themselves: each level tries every member.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum Tree {
    Leaf(u8),
    Left {
        l: Box<Tree>,
    },
    Right {
        l: Box<Tree>,
        r: Box<Tree>,
    },
    More {
        l: Box<Tree>,
        #[serde(default)]
        m: u8,
    },
}

#[test]
fn a_bad_body_costs_little() {
    let tree = Compiled::of::<Tree>();
    let mut value = json!("x");
    for _ in 0..100 {
        value = json!({"l": value});
    }
    let start = std::time::Instant::now();
    let (new, errors) = diagnose(&tree, &value);
    assert!(new.is_none() && errors.len() <= 100);
    let items = json!(vec![json!({"type": "text", "text": 1}); 10_000]);
    let (_, errors) = diagnose(&Compiled::of::<Vec<Line>>(), &items);
    assert_eq!(errors.len(), 100);
    assert!(serde_json::to_vec(&errors).unwrap().len() < 32 * 1024);
    // This allows for a debug build on a busy machine. Without the bounds, it would take days.
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}

/// Returns how many nodes of the schema are visited for a value.
fn visits(schema: &Compiled, value: &Value) -> usize {
    let mut tape = Tape::of_value(value);
    let mut walk = Walk::new(schema, &mut tape, Mode::Json);
    let at = At {
        loc: &Loc::start(&[]),
        limits: None,
        strict: false,
    };
    let (mut errors, before) = (Errors::new(), walk.steps);
    walk.check(schema.root(), Tape::ROOT, at, &mut errors);
    assert!(errors.is_empty() && walk.steps > 0);
    before - walk.steps
}

#[test]
fn a_unions_choice_costs_the_same_at_each_level() {
    let tree = Compiled::of::<Tree>();
    let at_depth = |depth| {
        let mut value = json!(1);
        for level in 0..depth {
            value = match level % 2 {
                0 => json!({"l": value, "r": 1}),
                _ => json!({"l": value, "m": 1}),
            };
        }
        visits(&tree, &value)
    };
    let (ten, twenty, hundred) = (at_depth(10), at_depth(20), at_depth(100));
    assert_eq!(hundred - twenty, 8 * (twenty - ten));
    // Each level has two scalars, and is walked by four variants and once more by the chosen one.
    assert!(hundred < 100 * 40, "{hundred}");
}

#[test]
fn cyclic_references_end() {
    let schema =
        Compiled::from_schema(&json!({"$ref": "#/$defs/A", "$defs": {"A": {"$ref": "#/$defs/A"}}}));
    assert_eq!(diagnose(&schema, &json!({"a": 1})), (None, vec![]));
    assert_eq!(
        (schema.shape().clone(), schema.is_nullable()),
        (Shape::Scalar, false)
    );
    let mut deep = json!(1);
    for _ in 0..100_000 {
        deep = Value::Array(vec![deep]);
    }
    let list = Compiled::from_schema(&json!({"type": "array", "items": {"$ref": "#"}}));
    // Runs on a stack the size of a worker's, in a debug build.
    let thread = std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(move || {
            let mut shallow = json!(1);
            for _ in 0..120 {
                shallow = Value::Array(vec![shallow]);
            }
            diagnose(&list, &shallow).1.len()
        });
    assert_eq!(thread.unwrap().join().unwrap(), 1);
    std::mem::forget(deep);
}
