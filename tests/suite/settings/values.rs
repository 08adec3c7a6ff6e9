//! The types of settings, and how their texts are read.

use std::collections::BTreeSet;

use super::*;

/// Settings of many types.
#[settings]
struct Types {
    flag: Option<bool>,
    number: Option<i16>,
    ratio: Option<f64>,
    wait: Option<Duration>,
    tags: Option<Vec<String>>,
    ports: Option<BTreeSet<u16>>,
    pairs: Option<Vec<(String, u8)>>,
    servers: Option<Vec<Database>>,
    shape: Option<Shape>,
    anything: Option<fastrs::Value>,
    tree: Option<Box<Node>>,
    #[field(default = computed())]
    computed: usize,
}

#[model]
enum Shape {
    Nothing,
    Circle { radius: f64 },
}

#[model]
struct Node {
    name: String,
    inner: Option<Box<Node>>,
}

fn computed() -> usize {
    1 + 1
}

fn types(name: &str, text: &str) -> Types {
    Types::from_vars([(name, text)]).unwrap()
}

#[test]
fn booleans_have_pydantics_spellings() {
    for (text, expected) in [
        ("true", true),
        ("1", true),
        ("yes", true),
        ("ON", true),
        ("t", true),
        ("False", false),
        ("0", false),
        ("no", false),
        ("off", false),
        ("n", false),
    ] {
        assert_eq!(types("FLAG", text).flag, Some(expected), "{text}");
    }
    assert!(Types::from_vars([("FLAG", "maybe")]).is_err());
}

#[test]
fn scalars_are_read_as_in_a_query() {
    assert_eq!(types("NUMBER", "-7").number, Some(-7));
    assert_eq!(types("RATIO", "0.5").ratio, Some(0.5));
    assert_eq!(
        types("WAIT", "PT1M30S").wait.unwrap().to_string(),
        "PT1M30S"
    );
    assert_eq!(types("COMPUTED", "5").computed, 5);
    assert_eq!(types("UNKNOWN", "5").computed, 2);
}

#[test]
fn a_list_has_commas_or_is_json() {
    for (text, expected) in [
        ("a", &["a"][..]),
        ("a, b,c", &["a", "b", "c"]),
        (r#"["a, b", "c"]"#, &["a, b", "c"]),
        (" []", &[]),
        (r#"["a", ""]"#, &["a", ""]),
    ] {
        assert_eq!(types("TAGS", text).tags.unwrap(), expected, "{text}");
    }
    for (text, number) in [("a,,b", 2), (",", 1), ("a, b ,", 3), ("a, ,b", 2), (" ", 1)] {
        let error = Types::from_vars([("TAGS", text)]).err().unwrap();
        assert_eq!(
            error.to_string(),
            format!(
                "`TAGS` is not valid: Item {number} is empty: remove it, or write the list as JSON, in which `\"\"` is an \
                 empty text. It is a list, with commas or as JSON, of which each item is text."
            ),
            "{text:?}"
        );
    }
    assert_eq!(types("PORTS", "80,443,80").ports.unwrap(), [80, 443].into());
    assert_eq!(
        types("PAIRS", r#"[["a", 1]]"#).pairs.unwrap(),
        [("a".to_owned(), 1)]
    );
    let servers = types("SERVERS", r#"[{"url": "a"}, {"url": "b", "pool": "9"}]"#)
        .servers
        .unwrap();
    assert_eq!(
        (&*servers[1].url, servers[0].pool, servers[1].pool),
        ("b", 8, 9)
    );
}

#[test]
fn other_types_are_json_where_they_are_not_one_word() {
    assert!(matches!(
        types("SHAPE", "Nothing").shape,
        Some(Shape::Nothing)
    ));
    let circle = types("SHAPE", r#"{"Circle": {"radius": 2}}"#).shape;
    assert!(matches!(circle, Some(Shape::Circle { radius }) if radius == 2.0));
    assert_eq!(
        types("ANYTHING", r#"{"a": [1]}"#).anything,
        Some(json!({"a": [1]}))
    );
    let settings = read(&[("SHOP_LIMITS", r#"{"a": 1, "b": "2"}"#)]).unwrap();
    assert_eq!(
        settings.limits,
        [("a".to_owned(), 1), ("b".to_owned(), 2)].into()
    );
    assert_eq!(
        read(&[("SHOP_MODE", "Production")]).unwrap().mode,
        Mode::Production
    );
}

#[test]
fn a_struct_is_read_from_a_variable_for_each_field() {
    let settings = read(&[("SHOP_DB__POOL", "9")]).unwrap();
    assert_eq!((&*settings.db.url, settings.db.pool), ("sqlite:a", 9));
    assert!(settings.replica.is_none());
    let replica = read(&[("SHOP_REPLICA__URL", "b")])
        .unwrap()
        .replica
        .unwrap();
    assert_eq!((&*replica.url, replica.pool), ("b", 8));
    assert!(read(&[("SHOP_REPLICA", "null")]).unwrap().replica.is_none());
}

#[test]
fn a_struct_is_json_which_single_variables_override() {
    let whole = ("SHOP_REPLICA", r#"{"url": "b", "pool": 3}"#);
    let replica = |more: &[_]| read(&[&[whole], more].concat()).unwrap().replica.unwrap();
    assert_eq!(replica(&[]).pool, 3);
    assert_eq!(
        (
            &*replica(&[("SHOP_REPLICA__POOL", "4")]).url,
            replica(&[("SHOP_REPLICA__POOL", "4")]).pool
        ),
        ("b", 4)
    );
}

#[test]
fn a_struct_inside_itself_is_read_one_level_deep_and_then_as_json() {
    let tree = types("TREE", r#"{"name": "a", "inner": {"name": "b"}}"#)
        .tree
        .unwrap();
    assert_eq!(tree.inner.unwrap().name, "b");
    let tree =
        Types::from_vars([("TREE__NAME", "a"), ("TREE__INNER", r#"{"name": "b"}"#)]).unwrap();
    assert_eq!(tree.tree.unwrap().inner.unwrap().name, "b");
}

#[test]
fn an_alias_is_the_whole_name() {
    let dsn = ("SENTRY_DSN", "https://a.example");
    assert_eq!(
        read(&[dsn]).unwrap().sentry.unwrap().as_str(),
        "https://a.example/"
    );
    assert!(
        read(&[("SHOP_SENTRY_DSN", "x"), ("SHOP_SENTRY", "x")])
            .unwrap()
            .sentry
            .is_none()
    );
}

#[test]
fn names_are_read_in_any_case() {
    assert_eq!(
        read(&[("shop_Token_Minutes", "5")]).unwrap().token_minutes,
        5
    );
    let both = [
        ("shop_token_minutes", "5"),
        ("SHOP_TOKEN_MINUTES", "6"),
        ("Shop_Token_Minutes", "7"),
    ];
    assert_eq!(read(&both).unwrap().token_minutes, 6);
}

#[test]
fn an_empty_variable_is_not_set() {
    assert_eq!(
        read(&[("SHOP_TOKEN_MINUTES", "")]).unwrap().token_minutes,
        30
    );
    assert!(
        read(&[("SENTRY_DSN", ""), ("SHOP_REPLICA__URL", "")])
            .unwrap()
            .replica
            .is_none()
    );
    let error = Settings::from_vars([("SHOP_SECRET_KEY", ""), GIVEN[1]])
        .err()
        .unwrap();
    assert!(
        error
            .to_string()
            .starts_with("`SHOP_SECRET_KEY` is not set."),
        "{error}"
    );
}

/// Settings that are checked as a whole.
#[settings(validate = is_ordered)]
struct Range {
    low: u32,
    high: u32,
}

fn is_ordered(range: &Range) -> Result<(), String> {
    match range.low <= range.high {
        true => Ok(()),
        false => Err("`low` is above `high`".to_owned()),
    }
}

#[test]
fn the_settings_are_checked_as_a_whole() {
    assert!(Range::from_vars([("LOW", "1"), ("HIGH", "2")]).is_ok());
    let error = Range::from_vars([("LOW", "3"), ("HIGH", "2")])
        .err()
        .unwrap();
    assert_eq!(
        error.to_string(),
        "the settings are not valid: Value error, `low` is above `high`."
    );
}

/// A replica of a database, which is checked as a whole.
#[model(validate = is_local)]
struct Replica {
    url: String,
}

fn is_local(replica: &Replica) -> Result<(), String> {
    Err(format!("{} is not local", replica.url))
}

#[settings(validate = is_known)]
struct Service {
    replica: Option<Replica>,
    url: String,
}

fn is_known(service: &Service) -> Result<(), String> {
    Err(format!("{} is not known", service.url))
}

#[test]
fn a_check_of_the_whole_shows_no_value() {
    for vars in [
        [("URL", "postgres://ada:hunter2@db"), ("OTHER", "")],
        [("URL", "a"), ("REPLICA__URL", "postgres://ada:hunter2@db")],
    ] {
        let error = Service::from_vars(vars).err().unwrap().to_string();
        assert!(
            error.contains("for a reason that is hidden because it may show a part of the value"),
            "{error}"
        );
        assert!(!error.contains("hunter2"), "{error}");
    }
}

/// Settings with the fields of another struct among their own.
#[settings(prefix = "APP_")]
struct Flat {
    #[serde(flatten)]
    db: Database,
    name: String,
}

#[test]
fn flattened_fields_have_no_name_before_theirs() {
    let vars = [("APP_URL", "a"), ("APP_NAME", "b"), ("APP_POOL", "3")];
    let flat = Flat::from_vars(vars).unwrap();
    assert_eq!((&*flat.db.url, flat.db.pool, &*flat.name), ("a", 3, "b"));
    let error = Flat::from_vars([vars[1], ("APP_POOL", "0")]).err().unwrap();
    let named = |name: &str| {
        error
            .problems()
            .iter()
            .any(|problem| problem.starts_with(&format!("`{name}` ")))
    };
    assert!(
        error.problems().len() == 2 && named("APP_URL") && named("APP_POOL"),
        "{error}"
    );
}
