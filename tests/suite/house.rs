//! The structure of the library itself: the order of its modules, the size of its files, and its dependencies.

mod book;
mod cycles;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A module imports only modules listed before it.
const MODULES: [&str; 32] = [
    "log",
    "random",
    "error",
    "body",
    "multipart",
    "schema",
    "openapi",
    "model",
    "request",
    "response",
    "extract",
    "security",
    "pages",
    "depends",
    "settings",
    "sql",
    "background",
    "broadcast",
    "redis",
    "cache",
    "middleware",
    "routing",
    "static_files",
    "templates",
    "websocket",
    "metrics",
    "batcher",
    "serve",
    "app",
    "testing",
    "macros",
    "private",
];

/// Modules whose order would allow an import that must not exist: the first must not refer to the second.
const FORBIDDEN_IMPORTS: [(&str, &str); 1] = [("model", "openapi")];

/// Crates that only these modules may refer to, so that they can be replaced there.
const CONFINED_CRATES: [(&str, &[&str]); 25] = [
    ("matchit", &["routing/table.rs"]),
    ("memchr", &["serve/framing.rs", "multipart/"]),
    ("hyper_util", &["serve/", "security/jwks/"]),
    ("hyper::client", &["security/jwks/"]),
    ("tokio_rustls", &["security/jwks/", "serve/tls/"]),
    ("webpki_roots", &["security/jwks/"]),
    ("hyper::server", &["serve/"]),
    ("smallvec", &["request/", "middleware/built_in.rs"]),
    ("flate2", &["openapi/asset.rs", "middleware/compression/"]),
    ("brotli", &["middleware/compression/"]),
    ("zstd", &["middleware/compression/"]),
    ("listenfd", &["serve/systemd.rs"]),
    ("minijinja", &["templates/"]),
    (
        "rustix",
        &["serve/descriptors.rs", "static_files/folder.rs"],
    ),
    ("regex", &["model/", "middleware/cors.rs"]),
    ("fastrs_macros", &["macros.rs"]),
    ("tungstenite", &["websocket/"]),
    ("ed25519_dalek", &["security/jwt/"]),
    ("jsonwebtoken", &["security/jwt/"]),
    (
        "base64::",
        &[
            "security/jwt/",
            "security/seal.rs",
            "security/session/id.rs",
        ],
    ),
    (
        "chacha20poly1305",
        &["security/seal.rs", "security/session/id.rs"],
    ),
    ("hkdf", &["security/seal.rs"]),
    (
        "sqlx",
        &[
            "private/",
            "response/database.rs",
            "response/error.rs",
            "security/session/sqlite.rs",
            "sql/",
        ],
    ),
    ("argon2", &["security/passwords/"]),
    ("bcrypt", &["security/passwords/"]),
];

/// The files whose tests are about time and therefore sleep, and how often `sleep` occurs in each. All other tests wait
/// for an event, or with `waiting::until` for a condition.
const SLEEPS: [(&str, usize); 23] = [
    ("fastrs/src/serve/tests/deadlines.rs", 2),
    ("fastrs/src/serve/tests/http.rs", 1),
    ("tests/programs/busy.rs", 1),
    ("tests/programs/overload.rs", 3),
    ("tests/programs/served.rs", 1),
    ("tests/programs/soak.rs", 2),
    ("tests/programs/torture.rs", 2),
    ("tests/suite/flows/slow.rs", 3),
    ("tests/suite/lifecycle/bodies.rs", 1),
    ("tests/suite/limits/handlers.rs", 5),
    ("tests/suite/postgres.rs", 1),
    ("tests/suite/serving/descriptors.rs", 1),
    ("tests/suite/serving/load.rs", 1),
    ("tests/suite/serving/paused.rs", 1),
    ("tests/suite/serving/resting.rs", 1),
    ("tests/suite/serving/sources.rs", 1),
    ("tests/suite/serving/unread_bodies.rs", 2),
    ("tests/suite/serving/upgrades.rs", 1),
    ("tests/suite/sql/chaos.rs", 3),
    ("tests/suite/sql/waits.rs", 3),
    ("tests/suite/tls/connections.rs", 1),
    ("tests/suite/websockets/http2.rs", 1),
    ("tests/suite/websockets/keeping.rs", 1),
];

/// The maximum length of a file, in lines.
const LINES: usize = 500;

/// The maximum number of crates below `fastrs`, including itself.
const CRATES: usize = 75;

#[test]
fn a_module_imports_only_modules_above_it() {
    let position = |module: &str| MODULES.iter().position(|known| *known == module);
    let mut wrong = Vec::new();
    for (path, code) in library() {
        let module = path.split(['/', '.']).next().unwrap_or_default();
        for name in imports(&code) {
            let is_above = position(&name).is_some_and(|above| Some(above) <= position(module));
            if !is_above || FORBIDDEN_IMPORTS.contains(&(module, name.as_str())) {
                wrong.push(format!("{path} imports {name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_modules_are_declared_in_their_order() {
    let lib = fs::read_to_string(root().join("fastrs/src/lib.rs")).unwrap();
    let declared: Vec<&str> = lib
        .lines()
        .filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod "))
        .filter_map(|rest| rest.strip_suffix(';'))
        .map(|name| name.trim_start_matches("__"))
        .collect();
    assert_eq!(declared, MODULES);
}

#[test]
fn a_crate_is_used_only_in_its_modules() {
    let mut wrong = Vec::new();
    for (path, code) in library() {
        for (name, homes) in CONFINED_CRATES {
            let named = code.contains(&format!("{name}::"));
            if named && !homes.iter().any(|home| path.starts_with(home)) {
                wrong.push(format!(
                    "{path} refers to {name}, which only {homes:?} may do"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_file_is_long() {
    let mut long = Vec::new();
    for folder in ["fastrs/src", "fastrs-macros/src"] {
        for path in rust_files(&root().join(folder)) {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            if lines > LINES {
                long.push(format!("{}: {lines} lines", path.display()));
            }
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn tests_sleep_only_in_the_listed_files() {
    let mut found = Vec::new();
    for folder in ["fastrs/src", "fastrs-macros/src", "tests", "examples"] {
        for path in rust_files(&root().join(folder)) {
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap();
            let name = name.replace('\\', "/");
            let text = code(&path);
            let tests = match folder {
                "tests" | "examples" => text.as_str(),
                _ if is_test(&path) => text.as_str(),
                _ => text
                    .split_once("#[cfg(test)]")
                    .map_or("", |(_, tests)| tests),
            };
            // Assembled, so that this line is not counted.
            let count = tests.matches(concat!("sleep", "(")).count();
            if count > 0 {
                found.push((name, count));
            }
        }
    }
    found.sort();
    let listed = SLEEPS.map(|(name, count)| (name.to_owned(), count));
    assert_eq!(found, listed);
}

#[test]
fn few_crates_and_none_twice() {
    let output = Command::new(env!("CARGO"))
        .current_dir(root())
        .args([
            "tree",
            "--locked",
            "--offline",
            "-p",
            "fastrs",
            "-e",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let name_and_version = |line: &str| {
        let mut words = line.split_whitespace();
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    };
    let crates: BTreeSet<(String, String)> = text.lines().filter_map(name_and_version).collect();
    let names: BTreeSet<&String> = crates.iter().map(|(name, _)| name).collect();
    assert_eq!(
        crates.len(),
        names.len(),
        "a crate occurs in two versions: {crates:?}"
    );
    assert!(crates.len() <= CRATES, "{} crates", crates.len());
}

/// Returns the library's files by their path under `src`, without `lib.rs`, comments and tests.
fn library() -> Vec<(String, String)> {
    let mut files = sources("fastrs/src");
    files.retain(|(path, _)| path != "lib.rs");
    files
}

/// Returns the files of a crate by their path under `src`, without comments and tests.
fn sources(src: &str) -> Vec<(String, String)> {
    let src = root().join(src);
    let files = rust_files(&src).into_iter().filter(|path| !is_test(path));
    let read = |path: PathBuf| {
        let code = without_tests(&code(&path));
        let name = path.strip_prefix(&src).unwrap().to_str().unwrap();
        (name.replace('\\', "/"), code)
    };
    files.map(read).collect()
}

fn is_test(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs")
}

/// Returns a file without its comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines();
    let code: Vec<&str> = lines
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    code.join("\n")
}

/// Returns the code without its items under `#[cfg(test)]`, wherever in the file they are.
fn without_tests(code: &str) -> String {
    let mut parts = code.split("#[cfg(test)]");
    let before = parts.next().unwrap_or_default().to_owned();
    parts.fold(before, |kept, part| kept + &part[end_of_item(part)..])
}

/// Returns the end of the item that begins `code`: after its `;`, or after the brace that closes it.
fn end_of_item(code: &str) -> usize {
    let mut depth = 0;
    for (at, c) in code.char_indices() {
        match c {
            ';' if depth == 0 => return at + 1,
            '{' => depth += 1,
            '}' if depth == 1 => return at + 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

#[test]
fn only_items_under_cfg_test_are_skipped() {
    let code = "mod a;\n#[cfg(test)]\nmod tests;\nuse crate::b;\n#[cfg(test)]\nmod more { fn f() { let x = 1; } }\nuse crate::c;";
    assert_eq!(
        without_tests(code),
        "mod a;\n\nuse crate::b;\n\nuse crate::c;"
    );
}

/// Returns the modules named in `crate::module` and `crate::{module, other::..}`.
fn imports(code: &str) -> BTreeSet<String> {
    let mut modules = BTreeSet::new();
    // A path in a macro counts as an import of the modules that use the macro.
    let code = code.replace("$crate::", "");
    for after in code.split("crate::").skip(1) {
        match after.strip_prefix('{') {
            Some(list) => modules.extend(outermost(list)),
            None => modules.extend(word(after)),
        }
    }
    modules
}

/// Returns the first names of a list in braces, whose opening brace is already removed.
fn outermost(list: &str) -> Vec<String> {
    let (mut depth, mut flat) = (0, String::new());
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            c if depth == 0 => flat.push(c),
            _ => {}
        }
    }
    flat.split(',')
        .filter_map(|item| word(item.trim_start()))
        .collect()
}

fn word(text: &str) -> Option<String> {
    let word: String = text
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    (!word.is_empty()).then_some(word)
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}
