//! The parser of `.env` files.
//!
//! fastrs has its own because it must name a line without showing its content, and because the programs that read such
//! files disagree about `$`, about escapes, and about what follows a quote. Whatever they read differently is an error
//! here.

/// The contents of a `.env` file.
#[derive(Debug, Default)]
pub(super) struct EnvFile {
    pub(super) lines: Vec<Line>,
    /// The lines that are malformed, and why.
    pub(super) mistakes: Vec<(usize, &'static str)>,
    /// Whether a quote without an end hides the rest of the file.
    pub(super) is_cut: bool,
}

/// A variable, with the number of its line.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) number: usize,
    pub(super) name: String,
    /// `None` if the line is one of the mistakes.
    pub(super) value: Option<String>,
}

const NO_VARIABLE: &str = "it is not `NAME=value`, a comment or empty";
const NO_NAME: &str = "the name before the `=` may only have letters, digits, `_` and `.`";
const NO_END: &str = "the quote has no end";
const TRAILING: &str = "only a comment may follow the closing quote";
const DOLLAR: &str =
    "a `$` is ambiguous, since fastrs replaces no variables: put the value into single quotes";
const ESCAPE: &str = "in double quotes, a `\\` must be part of `\\\\`, `\\\"`, `\\$`, `\\n`, `\\r` or `\\t`; single quotes have no escapes";

/// Parses the text of a file.
pub(super) fn parse(text: &str) -> EnvFile {
    let mut file = EnvFile::default();
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut number = 1;
    while !rest.is_empty() {
        let before = rest;
        let parsed = entry(&mut rest);
        let name = match parsed {
            Ok(None) => None,
            Ok(Some((name, value))) => Some((name, Some(value))),
            Err((name, mistake)) => {
                file.mistakes.push((number, mistake));
                file.is_cut |= mistake == NO_END;
                rest = if file.is_cut { "" } else { after_line(before) };
                name.map(|name| (name, None))
            }
        };
        if let Some((name, value)) = name {
            let name = name.to_owned();
            file.lines.push(Line {
                number,
                name,
                value,
            });
        }
        number += before[..before.len() - rest.len()].matches('\n').count();
    }
    file
}

/// The name of the variable, if it is known, and what is wrong.
type Mistake<'t> = (Option<&'t str>, &'static str);

/// Takes the next line, or more of them if a quoted value has several.
fn entry<'t>(rest: &mut &'t str) -> Result<Option<(&'t str, String)>, Mistake<'t>> {
    let line = line_of(rest);
    let start = line.trim_start();
    if start.is_empty() || start.starts_with('#') {
        *rest = after_line(rest);
        return Ok(None);
    }
    let declared = match start.strip_prefix("export") {
        Some(after) if after.starts_with([' ', '\t']) => after.trim_start(),
        _ => start,
    };
    let Some((name, _)) = declared.split_once('=') else {
        return Err((None, NO_VARIABLE));
    };
    let at = line.len() - declared.len() + name.len() + 1;
    let name = name.trim_end();
    if !is_name(name) {
        return Err((None, NO_NAME));
    }
    *rest = rest[at..].trim_start_matches([' ', '\t']);
    let value = match rest.as_bytes().first() {
        Some(b'\'') => quoted(rest, '\''),
        Some(b'"') => quoted(rest, '"'),
        _ => plain(rest),
    };
    match value {
        Ok(value) => Ok(Some((name, value))),
        Err(mistake) => Err((Some(name), mistake)),
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))
}

/// Takes a value without quotes. A `#` after a space begins a comment.
fn plain(rest: &mut &str) -> Result<String, &'static str> {
    let line = line_of(rest);
    let comment = [" #", "\t#"]
        .iter()
        .filter_map(|mark| line.find(mark))
        .min();
    let value = match line.starts_with('#') {
        true => "",
        false => line[..comment.unwrap_or(line.len())].trim_end(),
    };
    *rest = after_line(rest);
    match value
        .char_indices()
        .any(|(at, c)| c == '$' && is_reference(&value[at..]))
    {
        true => Err(DOLLAR),
        false => Ok(value.to_owned()),
    }
}

/// Returns whether other programs may replace this `$` and what follows it.
fn is_reference(text: &str) -> bool {
    text[1..]
        .starts_with(|next: char| next.is_ascii_alphabetic() || matches!(next, '_' | '{' | '('))
}

/// Takes a value in quotes, which may have several lines. Single quotes have no escapes.
fn quoted(rest: &mut &str, quote: char) -> Result<String, &'static str> {
    let text = &rest[1..];
    let (mut value, mut chars) = (String::new(), text.char_indices());
    while let Some((at, c)) = chars.next() {
        match c {
            _ if c == quote => {
                *rest = &text[at + 1..];
                let after = line_of(rest).trim_start();
                *rest = after_line(rest);
                return match after.is_empty() || after.starts_with('#') {
                    true => Ok(value),
                    false => Err(TRAILING),
                };
            }
            '\\' if quote == '"' => match chars.next() {
                Some((_, escaped @ ('\\' | '"' | '$'))) => value.push(escaped),
                Some((_, 'n')) => value.push('\n'),
                Some((_, 'r')) => value.push('\r'),
                Some((_, 't')) => value.push('\t'),
                _ => return Err(ESCAPE),
            },
            '$' if quote == '"' && is_reference(&text[at..]) => return Err(DOLLAR),
            '\r' if text[at + 1..].starts_with('\n') => {}
            _ => value.push(c),
        }
    }
    Err(NO_END)
}

/// Returns the first line, without its end.
fn line_of(text: &str) -> &str {
    let line = text.split('\n').next().unwrap_or_default();
    line.strip_suffix('\r').unwrap_or(line)
}

/// Returns what follows the first line.
fn after_line(text: &str) -> &str {
    text.split_once('\n').map_or("", |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(usize, String, String)> {
        let file = parse(text);
        assert_eq!(file.mistakes, [], "{text}");
        let lines = file.lines.into_iter();
        lines
            .map(|line| (line.number, line.name, line.value.unwrap()))
            .collect()
    }

    fn value(text: &str) -> String {
        let mut pairs = pairs(text);
        assert_eq!(pairs.len(), 1, "{text}");
        pairs.remove(0).2
    }

    fn mistake(text: &str) -> (usize, &'static str) {
        let file = parse(text);
        assert_eq!(file.mistakes.len(), 1, "{text}: {file:?}");
        file.mistakes[0]
    }

    #[test]
    fn values_are_plain_or_quoted() {
        for (text, expected) in [
            ("A=b", "b"),
            ("A = b ", "b"),
            ("  export A=b", "b"),
            ("export\tA=b", "b"),
            ("A=", ""),
            ("A=b c # d", "b c"),
            ("A=b#c", "b#c"),
            ("A=# c", ""),
            ("A=it's", "it's"),
            (r"A=C:\new", r"C:\new"),
            ("A='b # c' # d", "b # c"),
            (r"A='b\n$c'", r"b\n$c"),
            (r#"A="b\n\"c\" \\ \$d""#, "b\n\"c\" \\ $d"),
            ("A=\"b\r\nc\"", "b\nc"),
            ("A=b=c==", "b=c=="),
            ("A=5$", "5$"),
            ("A=$5", "$5"),
            ("\u{feff}A=b\r\n", "b"),
            ("export=1", "1"),
        ] {
            assert_eq!(value(text), expected, "{text:?}");
        }
    }

    #[test]
    fn every_line_has_its_number() {
        let text = "# c\n\nA='1\n2'\r\nB=3\n";
        let expected = [(3, "A", "1\n2"), (5, "B", "3")]
            .map(|(number, name, value)| (number, name.to_owned(), value.to_owned()));
        assert_eq!(pairs(text), expected);
    }

    #[test]
    fn what_programs_read_differently_is_a_mistake() {
        for (text, line, why) in [
            ("A=1\nB", 2, NO_VARIABLE),
            ("export A", 1, NO_VARIABLE),
            ("A B=1", 1, NO_NAME),
            ("=1", 1, NO_NAME),
            ("1A=1", 1, NO_NAME),
            ("A='b' c", 1, TRAILING),
            ("A=\"b\nc", 1, NO_END),
            ("A=1\nB='", 2, NO_END),
            ("A=pa$$word", 1, DOLLAR),
            ("A=${HOME}", 1, DOLLAR),
            ("A=\"$HOME\"", 1, DOLLAR),
            ("A=$(date)", 1, DOLLAR),
            (r#"A="C:\dir""#, 1, ESCAPE),
        ] {
            assert_eq!(mistake(text), (line, why), "{text:?}");
        }
    }

    #[test]
    fn a_mistake_hides_no_other_line() {
        let file = parse("A='1' 2\nB=\"\\x\"\nC=3\n");
        assert_eq!(file.mistakes, [(1, TRAILING), (2, ESCAPE)]);
        let names: Vec<_> = file.lines.iter().map(|line| &*line.name).collect();
        assert_eq!(names, ["A", "B", "C"]);
        assert!(!file.is_cut && file.lines[2].value.as_deref() == Some("3"));
    }
}
