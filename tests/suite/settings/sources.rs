//! The sources of settings, and which of them takes precedence.

use std::{ffi::OsStr, fs, path::Path, process::Command};

use tempfile::TempDir;

use super::*;

/// Returns a folder with these files.
fn folder_of(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[test]
fn variables_precede_files_which_precede_secrets_which_precede_defaults() {
    let folder = folder_of(&[
        (
            "first.env",
            "SHOP_TOKEN_MINUTES=3\nSHOP_DB__POOL=3\nSHOP_MODE=Production\n",
        ),
        ("second.env", "SHOP_TOKEN_MINUTES=4\nSHOP_DB__POOL=4"),
    ]);
    let secrets = folder_of(&[
        ("SHOP_DB__POOL", "2\n"),
        ("shop_secret_key", "from the folder\r\n"),
        ("SHOP_LIMITS", "{\"a\": 2}"),
    ]);
    let at = |name: &str| folder.path().join(name);
    let settings = Settings::sources()
        .vars([("SHOP_TOKEN_MINUTES", "5"), ("SHOP_DB__URL", "x")])
        .env_files([at("first.env"), at("second.env"), at("absent.env")])
        .secrets_dir(secrets.path())
        .load()
        .unwrap();
    assert_eq!(settings.token_minutes, 5);
    assert_eq!((&*settings.db.url, settings.db.pool), ("x", 4));
    assert_eq!(settings.mode, Mode::Production);
    assert_eq!(settings.secret_key.expose(), "from the folder");
    assert_eq!(settings.limits["a"], 2);
    assert!(settings.cors_origins.is_empty());
}

#[test]
fn a_struct_is_merged_from_several_sources() {
    let folder = folder_of(&[(
        ".env",
        "SHOP_DB='{\"url\": \"a\", \"pool\": 3}'\nSHOP_LIMITS='{\"a\": 1}'",
    )]);
    let settings = Settings::sources()
        .vars([
            GIVEN[0],
            ("SHOP_DB__POOL", "4"),
            ("SHOP_LIMITS", "{\"b\": 1}"),
        ])
        .env_file(folder.path().join(".env"))
        .load()
        .unwrap();
    assert_eq!((&*settings.db.url, settings.db.pool), ("a", 4));
    // A map is one value.
    assert_eq!(settings.limits.keys().collect::<Vec<_>>(), ["b"]);
}

#[test]
fn of_several_spellings_the_one_in_upper_case_counts_in_every_source() {
    let name = "SHOP_TOKEN_MINUTES";
    let [mixed, lower] = ["Shop_Token_Minutes", "shop_token_minutes"];
    for (spellings, expected) in [
        ([name, mixed, lower], [1, 1, 1]),
        ([lower, name, mixed], [2, 2, 2]),
        ([mixed, lower, name], [3, 3, 3]),
        // Otherwise the first variable, the last line, and the file whose name comes first count.
        ([lower, mixed, lower], [1, 3, 2]),
    ] {
        let values = ["1", "2", "3"];
        let vars: Vec<_> = spellings.into_iter().zip(values).collect();
        let secrets = folder_of(&vars);
        let lines: Vec<_> = vars
            .iter()
            .map(|(name, value)| format!("{name}={value}\n"))
            .collect();
        let folder = folder_of(&[(".env", &lines.concat())]);
        let given = || Settings::sources().vars(GIVEN).without_files();
        let sources = [
            Settings::sources().vars(GIVEN.into_iter().chain(vars)),
            given().env_file(folder.path().join(".env")),
            given().secrets_dir(secrets.path()),
        ];
        let read = sources.map(|sources| sources.load().unwrap().token_minutes);
        assert_eq!(read, expected, "{spellings:?}");
    }
}

#[test]
fn an_absent_folder_of_secrets_is_empty() {
    let absent = folder_of(&[]).path().join("absent");
    let settings = Settings::sources().vars(GIVEN).secrets_dir(absent).load();
    assert!(settings.is_ok());
}

#[test]
fn a_file_that_cannot_be_read_is_an_error() {
    let folder = folder_of(&[
        ("SHOP_TOKEN_MINUTES", &"1".repeat((1 << 20) + 1)),
        ("unknown", &"1".repeat(1 << 21)),
    ]);
    fs::create_dir(folder.path().join("SHOP_MODE")).unwrap();
    fs::write(folder.path().join("SHOP_LIMITS"), b"\xff").unwrap();
    let error = Settings::sources()
        .vars(GIVEN)
        .secrets_dir(folder.path())
        .load()
        .err()
        .unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let mut problems = error.problems().to_vec();
    problems.sort();
    assert_eq!(
        problems,
        [
            format!("`{}` is not valid UTF-8.", at("SHOP_LIMITS")),
            format!("`{}` is not a file.", at("SHOP_MODE")),
            format!("`{}` is larger than 1 MiB.", at("SHOP_TOKEN_MINUTES")),
        ]
    );
    let error = Settings::sources()
        .vars(GIVEN)
        .env_file(folder.path())
        .load()
        .err()
        .unwrap();
    assert_eq!(
        error.to_string(),
        format!("`{}` is not a file.", folder.path().display())
    );
    let error = Settings::sources()
        .vars(GIVEN)
        .secrets_dir(at("SHOP_LIMITS"))
        .load()
        .err()
        .unwrap();
    assert!(error.to_string().contains("cannot be read"), "{error}");
}

/// Starts a program in a folder with these variables beside its own, and returns what it prints.
fn run(folder: &Path, vars: &[(&str, &OsStr)]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_settings"));
    command.envs(vars.iter().copied()).current_dir(folder);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_program_reads_its_environment_and_the_env_file_of_its_working_directory() {
    let folder = folder_of(&[(".env", "SHOP_TOKEN_MINUTES=3\nSHOP_DB__URL=file\n")]);
    let run = |minutes: &str| {
        let minutes = ("SHOP_TOKEN_MINUTES", minutes.as_ref());
        run(folder.path(), &[minutes, (GIVEN[0].0, GIVEN[0].1.as_ref())])
    };
    let printed = run("4");
    assert!(printed.contains("4 file correct horse\n"), "{printed}");
    let printed = run("none");
    assert!(
        printed.contains("`SHOP_TOKEN_MINUTES` in the environment is not valid: "),
        "{printed}"
    );
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_utf8_is_an_error_only_if_it_is_a_setting() {
    use std::os::unix::ffi::OsStrExt;
    let folder = folder_of(&[(".env", "SHOP_DB__URL=file")]);
    let run = |name: &str| {
        let invalid = (name, OsStr::from_bytes(b"\xff"));
        run(folder.path(), &[invalid, (GIVEN[0].0, GIVEN[0].1.as_ref())])
    };
    let printed = run("SHOP_TOKEN_MINUTES");
    assert!(
        printed.contains("`SHOP_TOKEN_MINUTES` in the environment is not valid UTF-8.\n"),
        "{printed}"
    );
    assert!(run("OTHER").contains("30 file"), "{}", run("OTHER"));
}

#[tokio::test]
async fn an_app_reads_its_settings_unless_it_is_given_some() {
    let settings = read(&[("SHOP_TOKEN_MINUTES", "7")]).unwrap();
    let client = TestClient::start(app().provide::<Settings>(settings)).await;
    assert_eq!(client.get("/minutes").await.text(), "7");
    assert_eq!(client.get("/url").await.text(), r#""sqlite:a""#);
}
