//! Mistakes, and the compiler's errors about them: the rules are listed in `tests/ui/README.md`.

use std::{collections::BTreeSet, fs, path::Path};

/// The maximum number of lines for one mistake.
const LINES: usize = 20;

/// The table's entry for a file.
struct Case {
    file: String,
    caret: String,
}

#[test]
fn what_the_compiler_says() {
    trybuild::TestCases::new().compile_fail("ui/*.rs");
}

#[test]
fn every_mistake_is_in_the_table_once() {
    let listed: Vec<String> = table().into_iter().map(|case| case.file).collect();
    let distinct: BTreeSet<String> = listed.iter().cloned().collect();
    assert_eq!(listed.len(), distinct.len(), "a file is listed twice");
    assert_eq!(distinct, files("rs"), "the table and the files differ");
    assert_eq!(files("stderr"), files("rs"), "a file has no `.stderr`");
    assert!(listed.len() >= 40, "{}", listed.len());
}

#[test]
fn every_mistake_is_one_short_error_at_the_token_to_change() {
    let mut wrong = Vec::new();
    for Case { file, caret } in table() {
        let text = fs::read_to_string(folder().join(format!("{file}.stderr"))).unwrap();
        let errors = text
            .lines()
            .filter(|line| line.starts_with("error") || line.starts_with("warning"));
        let (errors, lines, at) = (
            errors.count(),
            text.trim_end().lines().count(),
            pointed_at(&text),
        );
        if errors != 1 || lines > LINES || at != Some(&caret) {
            wrong.push(format!("{file}: {errors} errors, {lines} lines, at {at:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Returns the code above the first `^^^^`.
fn pointed_at(text: &str) -> Option<&str> {
    let lines: Vec<&str> = text.lines().collect();
    let [code, marks] = lines.windows(2).find_map(|pair| match pair {
        [code, marks] if marks.contains('^') && marks.contains('|') => Some([*code, *marks]),
        _ => None,
    })?;
    let start = marks.find('^')?;
    let length = marks[start..].bytes().take_while(|b| *b == b'^').count();
    code.get(start..start + length)
}

/// Returns the rows of the tables in the README: `| rule | file | caret |`.
fn table() -> Vec<Case> {
    let text = fs::read_to_string(folder().join("README.md")).unwrap();
    let rows = text
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| rule "));
    let case = |row: &str| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        Case {
            file: cells[2].to_owned(),
            caret: cells[3].trim_matches('`').to_owned(),
        }
    };
    rows.map(case).collect()
}

fn files(extension: &str) -> BTreeSet<String> {
    let paths = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let wanted = paths.filter(|path| path.extension().is_some_and(|found| found == extension));
    wanted
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect()
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/ui"))
}
