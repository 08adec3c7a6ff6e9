//! The errors about missing, invalid and unreadable settings: they list everything at once, and never show a value.

use std::fs;

use super::*;

/// Returns the problems of reading these variables and this `.env` file.
fn problems(vars: &[(&str, &str)], file: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".env");
    fs::write(&path, file).unwrap();
    let error = Settings::sources()
        .vars(vars.iter().copied())
        .env_file(&path)
        .load()
        .err();
    let Some(error) = error else {
        return Vec::new();
    };
    let shown = path.display().to_string();
    error
        .problems()
        .iter()
        .map(|problem| problem.replace(&shown, ".env"))
        .collect()
}

#[test]
fn every_mistake_is_named_with_its_type_and_documentation() {
    let vars = [
        ("SHOP_TOKEN_MINUTES", "0"),
        ("SHOP_CORS_ORIGINS", "https://a.example, b"),
        ("SHOP_MODE", "production"),
        ("SHOP_REPLICA", r#"{"pool": 1000}"#),
        ("SENTRY_DSN", "hunter2"),
    ];
    let file = "SHOP_SECRET_KEY=short\n\nSHOP_DB__POOL=many\nSHOP_LIMITS={a\n";
    assert_eq!(
        problems(&vars, file),
        [
            "`SHOP_LIMITS` in `.env`, line 4, is not valid: Invalid JSON: key must be a string at line 1 column 2. \
             It is a JSON object.",
            "`SHOP_SECRET_KEY` in `.env`, line 1, is not valid: String should have at least 8 characters. \
             It is a secret, at least 8 characters. The key that signs tokens.",
            "`SHOP_DB__URL` is not set. It is text. The address of the database.",
            "`SHOP_DB__POOL` in `.env`, line 3, is not valid: Input should be a valid integer, unable to parse string \
             as an integer. It is an integer, from 1 to 100. How many connections are open at most.",
            "`SHOP_TOKEN_MINUTES` is not valid: Input should be greater than or equal to 1. It is an integer, at least 1.",
            "`SHOP_CORS_ORIGINS` is not valid at item 2: Input should be a valid URL, relative URL without a base. \
             It is a list, with commas or as JSON, of which each item is a URL.",
            "`SHOP_MODE` is not valid: Input should be 'Development' or 'Production'. \
             It is one of `Development`, `Production`. The mode that the shop runs in.",
            "`SHOP_REPLICA__URL` is not set. It is text. The address of the database.",
            "`SHOP_REPLICA` is not valid at `pool`: Input should be less than or equal to 100. \
             It is an integer, from 1 to 100. How many connections are open at most.",
            "`SENTRY_DSN` is not valid: Input should be a valid URL, relative URL without a base. It is a URL.",
        ]
    );
}

/// Returns the only problem of reading these variables, `SHOP_SECRET_KEY` and this `.env` file.
fn problem(vars: &[(&str, &str)], file: &str) -> String {
    let problems = problems(&[&GIVEN[..1], vars].concat(), file);
    let [only] = &problems[..] else {
        panic!("{problems:?}");
    };
    only.clone()
}

#[test]
fn a_similar_name_is_named() {
    for name in [
        "SHOP_DB_URL",
        "SHOPDB__URL",
        "SHOP_DB__ULR",
        "SHOP_DB__URLS",
        "SHOP_DB__RL",
        "SHOP_DP__URL",
        "db__url",
    ] {
        let shown = name.to_uppercase();
        let about = "It is text. The address of the database.";
        assert_eq!(
            problem(&[(name, "a")], ""),
            format!("`SHOP_DB__URL` is not set, but `{shown}` is. {about}"),
        );
        let file = format!("SHOP_TOKEN_MINUTES=1\n{name}=a");
        assert_eq!(
            problem(&[], &file),
            format!("`SHOP_DB__URL` is not set, but `{shown}` in `.env`, line 2, is. {about}"),
        );
    }
    for (name, value) in [
        // A name of another setting, one that differs more, and one without a value.
        ("SHOP_DB__POOL", "1"),
        ("SHOP_DB__LURS", "a"),
        ("URL", "a"),
        ("SHOP_DB_URL", ""),
    ] {
        assert!(
            problem(&[(name, value)], "").starts_with("`SHOP_DB__URL` is not set. "),
            "{name}"
        );
    }
}

#[test]
fn similar_settings_and_short_names_are_not_confused() {
    #[settings]
    struct Pair {
        first_host: String,
        first_hosts: Option<String>,
        id: String,
    }

    let set = Pair::from_vars([("FIRST_HOSTS", "a"), ("IP", "1")])
        .err()
        .unwrap();
    assert_eq!(
        set.problems(),
        [
            "`FIRST_HOST` is not set. It is text.",
            "`ID` is not set. It is text."
        ]
    );
    let pair = Pair::from_vars([("FIRST_HOST", "a"), ("ID", "1")]).unwrap();
    assert_eq!((&*pair.first_host, &*pair.id), ("a", "1"));
    assert!(pair.first_hosts.is_none());
}

#[test]
fn files_that_do_not_exist_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let [env, other, secrets] =
        [".env", ".env.local", "secrets"].map(|name| folder.path().join(name));
    fs::write(&env, "SHOP_DBURL=a").unwrap();
    let error = Settings::sources()
        .vars([GIVEN[0]])
        .env_files([&env, &other])
        .secrets_dir(&secrets)
        .load()
        .err()
        .unwrap();
    let [env, other, secrets] = [env, other, secrets].map(|path| path.display().to_string());
    assert_eq!(
        error.to_string(),
        format!(
            "`SHOP_DB__URL` is not set, but `SHOP_DBURL` in `{env}`, line 1, is, and there is no `{secrets}` or `{other}`. \
             It is text. The address of the database."
        )
    );
}

#[test]
fn a_malformed_file_is_named_with_its_line() {
    let vars = [GIVEN[1]];
    assert_eq!(
        problems(
            &vars,
            "SHOP_SECRET_KEY=pa$word1234\nSHOP_TOKEN_MINUTES=x\nSHOP MODE=1\n"
        ),
        [
            "`.env`, line 1: a `$` is ambiguous, since fastrs replaces no variables: put the value into single quotes.",
            "`.env`, line 3: the name before the `=` may only have letters, digits, `_` and `.`.",
            "`SHOP_TOKEN_MINUTES` in `.env`, line 2, is not valid: Input should be a valid integer, unable to parse \
             string as an integer. It is an integer, at least 1.",
        ]
    );
    // What follows a quote without an end may set any variable.
    assert_eq!(
        problems(
            &[],
            "SHOP_TOKEN_MINUTES=\"5\nSHOP_SECRET_KEY=correct horse\nSHOP_DB__URL=a"
        ),
        ["`.env`, line 1: the quote has no end."]
    );
}

#[test]
fn windows_files_are_read() {
    let file =
        "\u{feff}SHOP_SECRET_KEY=correct horse\r\nSHOP_DB__URL=\"a\"\r\nexport SHOP_DB__POOL=5\r\n";
    assert_eq!(problems(&[], file), <[String; 0]>::default());
}

/// Settings whose types reject their values with messages of their own.
#[settings(validate = Picky::is_complete)]
struct Picky {
    /// The token of the deployment.
    #[field(validate = is_short)]
    token: Option<Secret<String>>,
    tokens: Option<Vec<Secret<uuid::Uuid>>>,
    login: Option<Login>,
    name: Option<String>,
    #[field(validate = is_even)]
    number: Option<u32>,
    id: Option<uuid::Uuid>,
    shapes: Option<BTreeMap<String, u8>>,
    kind: Option<Kind>,
}

impl Picky {
    fn is_complete(&self) -> Result<(), String> {
        match &self.name {
            None => Ok(()),
            Some(name) => Err(format!("{} needs a login", name.to_uppercase())),
        }
    }
}

#[model(validate = Login::is_complete)]
struct Login {
    name: String,
    password: Secret<String>,
}

impl Login {
    fn is_complete(&self) -> Result<(), String> {
        match self.name.is_empty() || self.password.expose().is_empty() {
            true => Err("a login has a name and a password".to_owned()),
            false => Err(format!(
                "{} is too weak",
                self.password.expose().to_uppercase()
            )),
        }
    }
}

#[model]
#[serde(tag = "kind")]
enum Kind {
    A { a: u8 },
    B { b: u8 },
}

fn is_short(token: &Option<Secret<String>>) -> Result<(), String> {
    match token {
        None => Ok(()),
        Some(token) => Err(format!(
            "the letter {:?} is too much",
            token.expose().chars().next()
        )),
    }
}

fn is_even(number: &Option<u32>) -> Result<(), &'static str> {
    match number.unwrap_or(0) % 2 {
        0 => Ok(()),
        _ => Err("it must be even"),
    }
}

#[test]
fn no_text_shows_a_value() {
    let of = |name: &str, value: &str| Picky::from_vars([(name, value)]).err().unwrap();
    for (name, value, hidden) in [
        ("TOKEN", "zebra", "z"),
        ("TOKENS", "zebra", "z"),
        ("LOGIN", r#"{"name": "a", "password": "hunter2"}"#, "HUNTER"),
        ("ID", "zebra", "`z`"),
        ("SHAPES", r#"{"hunter2": -1}"#, "hunter"),
        ("SHAPES", r#"{"hunter2": hunter2}"#, "hunter"),
        ("SHAPES", "hunter2", "hunter"),
        ("KIND", r#"{"kind": "hunter2"}"#, "hunter"),
        ("NUMBER", "hunter2", "hunter"),
    ] {
        let error = of(name, value);
        assert!(
            error
                .to_string()
                .starts_with(&format!("`{name}` is not valid")),
            "{error}"
        );
        assert!(!format!("{error} {error:?}").contains(hidden), "{error}");
    }
    let error = of("NUMBER", "3");
    assert_eq!(
        error.to_string(),
        "`NUMBER` is not valid: Value error, it must be even. It is an integer."
    );
    let error = of("TOKEN", "hunter2");
    assert_eq!(
        error.to_string(),
        "`TOKEN` is not valid: Its type or a validator rejects it, for a reason that is hidden because it may show a \
         part of the value. It is a secret. The token of the deployment."
    );
    // A validator of a struct can check all of its fields.
    let error = of("NAME", "hunter2");
    assert_eq!(
        error.to_string(),
        "the settings are not valid: Its type or a validator rejects it, for a reason that is hidden because it may show \
         a part of the value."
    );
    let error = of("LOGIN", r#"{"name": "ada", "password": ""}"#);
    assert_eq!(
        error.to_string(),
        "`LOGIN` is not valid: Value error, a login has a name and a password. It is a JSON object."
    );
}

/// Settings that can be printed.
#[settings]
#[derive(Debug)]
struct Printed {
    key: Secret<String>,
}

#[test]
fn neither_settings_nor_sources_show_secrets() {
    let settings = Printed::from_vars([("KEY", "hunter2")]).unwrap();
    assert_eq!(
        format!("{settings:?}"),
        "Printed { key: Secret(**********) }"
    );
    let sources = format!("{:?}", Printed::sources().vars([("KEY", "hunter2")]));
    assert!(!sources.contains("hunter2"), "{sources}");
}

#[tokio::test]
async fn an_app_lists_every_setting_beside_its_other_mistakes() {
    /// A value that cannot be created.
    #[dependency(scope = "app")]
    async fn broken() -> Result<u32> {
        Err(HttpError::new(500, "broken"))
    }

    #[get("/broken")]
    async fn read_broken(#[depends(broken)] number: u32) -> u32 {
        number
    }

    let error = app()
        .routes(routes![read_broken])
        .into_service()
        .await
        .err()
        .unwrap();
    let problems = error.problems();
    assert_eq!(problems.len(), 3, "{error}");
    assert!(
        problems[0]
            .starts_with("`SHOP_SECRET_KEY` is not set, and there is no `.env`. It is a secret"),
        "{error}"
    );
    assert!(
        problems[1].starts_with("`SHOP_DB__URL` is not set, and there is no `.env`. "),
        "{error}"
    );
    assert!(problems[2].contains("`broken` failed to start"), "{error}");
    // The document needs no settings.
    assert!(app().build().is_ok());
}

#[test]
fn the_error_of_main_is_the_same() {
    let error = Settings::from_vars([GIVEN[0]]).err().unwrap();
    let text = error.to_string();
    let error = StartError::from(error);
    assert_eq!(error.to_string(), format!("the app cannot start: {text}"));
}
