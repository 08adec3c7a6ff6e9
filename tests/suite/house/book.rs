//! The tests that pages of the book name.

use std::{collections::BTreeSet, fs, path::Path};

use super::{root, rust_files};

/// Returns the names of all tests in a folder, as the test program prints them.
fn tests_in(folder: &str) -> BTreeSet<String> {
    let folder = root().join(folder);
    let mut found = BTreeSet::new();
    for path in rust_files(&folder) {
        let text = fs::read_to_string(&path).unwrap();
        let module = module(path.strip_prefix(&folder).unwrap());
        let inner = match text.contains("\nmod tests {") {
            true => "tests::",
            false => "",
        };
        let mut is_test = false;
        for line in text.lines().map(str::trim) {
            is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
            let line = line.strip_prefix("async ").unwrap_or(line);
            if let Some(rest) = line.strip_prefix("fn ")
                && std::mem::take(&mut is_test)
                && let Some((name, _)) = rest.split_once('(')
            {
                found.insert(format!("{module}{inner}{name}"));
            }
        }
    }
    found
}

/// Returns the path of a file's module, with `::` at its end.
fn module(path: &Path) -> String {
    let path = path.with_extension("");
    let parts = path.iter().filter(|part| *part != "mod");
    parts
        .map(|part| format!("{}::", part.to_str().unwrap()))
        .collect()
}

/// Returns what a page puts in backticks that may be the name of a test or of a chapter.
fn named(page: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(root().join(page)).unwrap();
    let is_name = |text: &&str| {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_:".contains(c);
        text.contains("::") && text.chars().all(is_plain)
    };
    let quoted = text.split('`').skip(1).step_by(2);
    quoted.filter(is_name).map(str::to_owned).collect()
}

#[test]
fn every_test_that_the_book_names_exists() {
    let mut tests = tests_in("tests/suite");
    tests.extend(tests_in("fastrs/src"));
    let mut absent = Vec::new();
    for (page, least) in [
        ("docs/reliability.md", 100),
        ("docs/security-threats.md", 10),
    ] {
        let names = named(page);
        assert!(names.len() > least, "{page}: {}", names.len());
        for name in names {
            let chapter = format!("{name}::");
            let is_there = |test: &String| *test == name || test.starts_with(&chapter);
            if !name.ends_with("::") && !tests.iter().any(is_there) {
                absent.push(format!("{page}: {name}"));
            }
        }
    }
    assert!(absent.is_empty(), "{}", absent.join("\n"));
}

/// The cases are numbered, so that none is left out.
#[test]
fn every_case_has_a_row() {
    let page = fs::read_to_string(root().join("docs/reliability.md")).unwrap();
    for (section, last) in [
        ("F", 21),
        ("L", 14),
        ("W", 6),
        ("WS", 6),
        ("H", 8),
        ("R", 28),
        ("G", 5),
    ] {
        for number in 1..=last {
            let case = format!("{section}{number}");
            let has_row = page.lines().any(|line| {
                let cell = line
                    .strip_prefix("| ")
                    .and_then(|row| row.split(" |").next());
                cell.is_some_and(|cell| cell.split(", ").any(|known| known == case))
            });
            assert!(has_row, "{case}");
        }
    }
}
