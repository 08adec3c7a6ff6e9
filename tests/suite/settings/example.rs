//! The text of a `.env.example`.

use std::{
    fs,
    sync::atomic::{AtomicU32, Ordering},
};

use super::*;

#[test]
fn every_variable_is_listed() {
    let expected = "\
# The settings of a shop.

# The key that signs tokens.
# A secret, at least 8 characters. Required.
SHOP_SECRET_KEY=

# Where the shop keeps its data.

# The address of the database.
# Text. Required.
SHOP_DB__URL=

# How many connections are open at most.
# An integer, from 1 to 100. Default: 8
SHOP_DB__POOL=8

# An integer, at least 1. Default: 30
SHOP_TOKEN_MINUTES=30

# A list, with commas or as JSON, of which each item is a URL. Default: []
SHOP_CORS_ORIGINS=[]

# A JSON object. Default: {}
SHOP_LIMITS={}

# The mode that the shop runs in.
# One of `Development`, `Production`. Default: Development
SHOP_MODE=Development

# Where the shop keeps its data.
# Optional: none of these variables needs to be set.

# The address of the database.
# Text. Required.
# SHOP_REPLICA__URL=

# How many connections are open at most.
# An integer, from 1 to 100. Default: 8
# SHOP_REPLICA__POOL=8

# A URL. Optional.
SENTRY_DSN=
";
    assert_eq!(Settings::env_example(), expected);
}

#[model]
struct Undocumented {
    port: u16,
}

/// Settings of which not all are documented.
#[settings]
struct Sparse {
    first: Undocumented,
    second: Undocumented,
    third: Option<Undocumented>,
}

#[test]
fn a_variable_follows_exactly_one_empty_line() {
    let expected = "\
# Settings of which not all are documented.

# An integer, at most 65535. Required.
FIRST__PORT=

# An integer, at most 65535. Required.
SECOND__PORT=

# Optional: none of these variables needs to be set.

# An integer, at most 65535. Required.
# THIRD__PORT=
";
    assert_eq!(Sparse::env_example(), expected);
    let [first, second] = ["FIRST__PORT", "SECOND__PORT"].map(|name| (name, "1"));
    let read = Sparse::from_vars([first, second]).unwrap();
    assert_eq!([read.first.port, read.second.port], [1, 1]);
    assert!(read.third.is_none_or(|third| third.port == 0));
}

/// Settings whose defaults have characters that a `.env` file treats specially.
#[settings]
#[derive(Debug)]
struct Defaults {
    #[field(default = "a b # c")]
    spaced: String,
    #[field(default = "it's 5$ \\ \"or\" $HOME")]
    quoted: String,
    #[field(default = "first\nsecond")]
    lines: String,
    #[field(default = ["a", "b,c"])]
    list: Vec<String>,
    #[field(default = 1.5)]
    number: f64,
    #[field(default = Secret::new("hunter2".to_owned()))]
    secret: Secret<String>,
    #[field(default = new_key())]
    computed: String,
}

/// Returns another value each time.
fn new_key() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("key {}", NEXT.fetch_add(1, Ordering::Relaxed))
}

#[test]
fn an_example_reads_back_as_the_defaults() {
    let text = Defaults::env_example();
    assert!(!text.contains("hunter2"), "{text}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".env");
    fs::write(&path, &text).unwrap();
    let none: [(&str, &str); 0] = [];
    assert!(
        text.ends_with("\n# Text. It has a default.\nCOMPUTED=\n"),
        "{text}"
    );
    let mut read = Defaults::sources()
        .vars(none)
        .env_file(&path)
        .load()
        .unwrap();
    let defaults = Defaults::from_vars(none).unwrap();
    read.computed = defaults.computed.clone();
    assert_eq!(format!("{read:?}"), format!("{defaults:?}"));
    assert_eq!(defaults.secret.expose(), "hunter2");
    assert_eq!(read.lines, "first\nsecond");
    // Every variable is in it.
    for name in ["SPACED", "QUOTED", "LINES", "LIST", "NUMBER", "SECRET"] {
        assert!(text.contains(&format!("\n{name}=")), "{text}");
    }
}
