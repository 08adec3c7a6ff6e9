//! What the compiler reports about types whose feature is off. The tests' crate enables all features, so this uses its
//! own package.

use std::{env, fs, path::Path, process::Command};

const MANIFEST: &str = r#"
[package]
name = "features-off"
version = "0.0.0"
edition = "2024"

[workspace]

[dependencies]
fastrs = { path = "{root}/fastrs" }
chrono = { version = "0.4", default-features = false, features = ["std", "serde"] }
rust_decimal = { version = "1", default-features = false, features = ["std", "serde"] }
uuid = { version = "1", default-features = false, features = ["std", "serde"] }
"#;

/// One mistake per line, and the feature that its error names.
const MISTAKES: &[(&str, &str)] = &[
    ("#[model] struct A { id: Uuid }", "uuid"),
    ("#[model] struct B { ids: Option<Vec<uuid::Uuid>> }", "uuid"),
    (
        "#[get(\"/c/<id>\")] async fn c(id: Uuid) -> String { id.to_string() }",
        "uuid",
    ),
    ("#[model] struct D { at: DateTime<Utc> }", "chrono"),
    (
        "#[get(\"/e\")] async fn e(#[query] on: NaiveDate) -> String { on.to_string() }",
        "chrono",
    ),
    (
        "#[get(\"/f\")] async fn f(on: Option<NaiveDate>) -> bool { on.is_some() }",
        "chrono",
    ),
    (
        "#[model] struct G { #[field(gt = 0)] price: Decimal }",
        "decimal",
    ),
    (
        "#[get(\"/h\")] async fn h() -> Decimal { Decimal::ONE }",
        "decimal",
    ),
    (
        "#[get(\"/i\")] async fn i(#[query(pattern = \"^a\")] q: String) -> String { q }",
        "regex",
    ),
    (
        "#[get(\"/file\")] async fn file() -> Result<File> { Ok(File::open(\"a\").await?.attachment(\"b\")) }",
        "files",
    ),
    (
        "#[get(\"/cached\", cache(seconds = 60))] async fn cached() -> u8 { 1 }",
        "cache",
    ),
    (
        "#[websocket(\"/j\")] async fn j(_socket: String) {}",
        "websocket",
    ),
    (
        "fn k() -> App { App::default().static_files(\"/\", \"static\") }",
        "files",
    ),
    (
        "fn l() -> App { App::default().frontend(\"/\", \"dist\") }",
        "files",
    ),
    (
        "fn m() -> Router { Router::new(\"/m\").static_files(\"/\", \"static\") }",
        "files",
    ),
];

#[test]
fn a_type_whose_feature_is_off_names_the_feature() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folder = root.join("target/tests/features-off");
    fs::create_dir_all(folder.join("src")).unwrap();
    let manifest = MANIFEST.replace("{root}", &root.display().to_string());
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let mistakes: Vec<&str> = MISTAKES.iter().map(|(mistake, _)| *mistake).collect();
    let imports = "#![allow(dead_code)]\nuse chrono::{DateTime, NaiveDate, Utc};\nuse fastrs::prelude::*;\nuse rust_decimal::Decimal;\nuse uuid::Uuid;\n";
    let code = format!("{imports}{}\n", mistakes.join("\n"));
    fs::write(folder.join("src/lib.rs"), code).unwrap();

    let output = Command::new(env!("CARGO"))
        .args([
            "check",
            "--quiet",
            "--offline",
            "--color",
            "never",
            "--target-dir",
        ])
        .arg(root.join("target/tests/features-off/target"))
        .current_dir(&folder)
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    let errors: Vec<&str> = text
        .split("\n\n")
        .filter(|part| part.contains("src/lib.rs:"))
        .collect();
    assert_eq!(errors.len(), MISTAKES.len(), "{text}");
    let first_line = imports.lines().count() + 1;
    for (i, (mistake, feature)) in MISTAKES.iter().enumerate() {
        let place = format!("src/lib.rs:{}:", first_line + i);
        let told = errors.iter().find(|error| error.contains(&place));
        let told = told.unwrap_or_else(|| panic!("no error for {mistake}: {text}"));
        assert!(
            told.contains(&format!("needs the feature `{feature}`")),
            "{told}"
        );
        assert!(told.contains(&format!("--features {feature}")), "{told}");
        assert!(told.lines().count() <= 20, "{told}");
    }
}
