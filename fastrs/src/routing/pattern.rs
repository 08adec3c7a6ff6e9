//! The path of a route: `/shops/<shop>/items/<id>`.

use std::cmp::{Ordering, Reverse};

use crate::request::{PathValues, range_in};

/// A path with placeholders, in the forms for the router and the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    /// For the router: each segment that contains a placeholder becomes one numbered placeholder, so that paths that
    /// differ only in the names of their placeholders have the same key.
    pub(crate) key: String,
    /// For the document: `/shops/{shop}/items/{id}`.
    pub(crate) template: String,
    /// The names of the placeholders, in order.
    pub(crate) names: Vec<String>,
    /// Whether the last placeholder matches the rest of the path.
    pub(crate) has_rest: bool,
    segments: Vec<Segment>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Literal(String),
    Placeholder,
    /// `v<version>`, `<from>-<to>`.
    Mixed(Vec<Piece>),
    Rest,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Placeholder,
}

/// A piece of a path, for its URL.
#[cfg(feature = "templates")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PathPiece<'p> {
    Literal(&'p str),
    Placeholder(&'p str),
    /// The placeholder for the rest of the path.
    Rest(&'p str),
}

impl Pattern {
    /// Parses `/items/<id>`, `/files/<path..>` or `/<from>-<to>`.
    ///
    /// # Errors
    ///
    /// Fails with a message that says what is wrong with the path.
    pub(crate) fn parse(path: &str) -> Result<Self, String> {
        let mut pattern = Self {
            key: String::new(),
            template: String::new(),
            names: Vec::new(),
            has_rest: false,
            segments: Vec::new(),
        };
        if path.is_empty() {
            return Err(
                "neither the route nor a router around it has a path: write `\"/\"`".to_owned(),
            );
        }
        if !path.starts_with('/') {
            return Err(format!("the path `{path}` must start with `/`"));
        }
        for segment in path[1..].split('/') {
            if pattern.has_rest {
                return Err(format!(
                    "in `{path}`, `<..>` takes the rest of the path: nothing can follow it"
                ));
            }
            pattern.key.push('/');
            pattern.template.push('/');
            pattern
                .segment(segment)
                .map_err(|error| format!("in `{path}`, {error}"))?;
        }
        let names = &pattern.names;
        match (1..names.len()).any(|index| names[..index].contains(&names[index])) {
            false => Ok(pattern),
            true => Err(format!("in `{path}`, a placeholder appears twice")),
        }
    }

    fn segment(&mut self, segment: &str) -> Result<(), String> {
        let mut pieces = Vec::new();
        let mut rest = segment;
        while let Some((literal, tail)) = rest.split_once('<') {
            let (name, tail) = tail
                .split_once('>')
                .ok_or_else(|| format!("`<{tail}` is not closed"))?;
            if !literal.is_empty() {
                pieces.push(Piece::Literal(literal.to_owned()));
            }
            let name = match name.strip_suffix("..") {
                Some(name) => {
                    self.has_rest = true;
                    name
                }
                None => name,
            };
            if name.is_empty() {
                return Err("a placeholder has no name".to_owned());
            }
            self.names.push(name.to_owned());
            self.template.push_str(&format!("{}{{{name}}}", literal));
            pieces.push(Piece::Placeholder);
            rest = tail;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Literal(rest.to_owned()));
            self.template.push_str(rest);
        }
        if self.has_rest && !matches!(pieces[..], [Piece::Placeholder]) {
            return Err("`<..>` must be a whole segment".to_owned());
        }
        let number = self.segments.len();
        let segment = match pieces[..] {
            [] | [Piece::Literal(_)] => {
                self.key.push_str(&escape(segment));
                Segment::Literal(segment.to_owned())
            }
            [Piece::Placeholder] if self.has_rest => {
                self.key.push_str(&format!("{{*p{number}}}"));
                Segment::Rest
            }
            _ => {
                self.key.push_str(&format!("{{p{number}}}"));
                match pieces.len() {
                    1 => Segment::Placeholder,
                    _ => Segment::Mixed(pieces),
                }
            }
        };
        self.segments.push(segment);
        Ok(())
    }

    /// Returns whether both match the same paths.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.segments == other.segments
    }

    /// Returns whether the router's key is less specific than the pattern, so that [`matches`](Self::matches) has
    /// to decide.
    pub(crate) fn is_mixed(&self) -> bool {
        let mut segments = self.segments.iter();
        segments.any(|segment| matches!(segment, Segment::Mixed(_)))
    }

    /// Returns whether the keys of both can match the same path.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        use Segment::{Literal, Rest};
        for (own, other) in self.segments.iter().zip(&other.segments) {
            let is_disjoint = match (own, other) {
                (Rest, _) | (_, Rest) => return true,
                (Literal(own), Literal(other)) => own != other,
                (Literal(text), _) | (_, Literal(text)) => text.is_empty(),
                _ => false,
            };
            if is_disjoint {
                return false;
            }
        }
        self.segments.len() == other.segments.len()
    }

    /// Orders two overlapping patterns: from the left, the one with more literal text is tried first.
    pub(crate) fn precedence(&self, other: &Self) -> Ordering {
        let rank = |segment: &Segment| match segment {
            Segment::Literal(_) => (0, Reverse(0)),
            Segment::Mixed(pieces) => (1, Reverse(pieces.iter().map(Piece::length).sum())),
            Segment::Placeholder => (2, Reverse(0)),
            Segment::Rest => (3, Reverse(0)),
        };
        for (own, other) in self.segments.iter().zip(&other.segments) {
            let order = rank(own).cmp(&rank(other));
            if order.is_ne() {
                return order;
            }
        }
        self.segments.len().cmp(&other.segments.len())
    }

    /// Stores the positions of the placeholders in `path`, which the router has matched to this pattern's key. No
    /// segment is mixed.
    ///
    /// The router's own captures are not used: it checks again that each name and value is UTF-8, for 50 instructions
    /// each.
    #[inline]
    pub(crate) fn values(&self, path: &str, values: &mut PathValues) {
        if self.names.is_empty() {
            return;
        }
        values.clear();
        let mut end = 0;
        for segment in &self.segments {
            let start = path.len().min(end + 1);
            end = match segment {
                Segment::Literal(literal) => start + literal.len(),
                // `/files/` matches `/files/<path..>` with an empty rest.
                Segment::Rest => path.len(),
                Segment::Placeholder | Segment::Mixed(_) => {
                    let rest = path.as_bytes().get(start..).unwrap_or_default();
                    let length = rest.iter().position(|byte| *byte == b'/');
                    start + length.unwrap_or(rest.len())
                }
            };
            if !matches!(segment, Segment::Literal(_)) {
                values.push(start..end);
            }
        }
    }

    /// Returns whether `path` matches this pattern, and stores the positions of the placeholders.
    pub(crate) fn matches(&self, path: &str, values: &mut PathValues) -> bool {
        values.clear();
        let mut rest = Some(path);
        for segment in &self.segments {
            let Some(text) = rest.and_then(|rest| rest.strip_prefix('/')) else {
                return false;
            };
            let end = text.find('/').unwrap_or(text.len());
            let here = &text[..end];
            rest = text.get(end..).filter(|rest| !rest.is_empty());
            match segment {
                Segment::Literal(literal) if here == literal => {}
                Segment::Placeholder if !here.is_empty() => values.push(range_in(path, here)),
                Segment::Mixed(pieces) => {
                    let Some(found) = split(here, pieces) else {
                        return false;
                    };
                    for part in found {
                        values.push(range_in(path, part));
                    }
                }
                Segment::Rest => {
                    values.push(range_in(path, text));
                    return true;
                }
                _ => return false,
            }
        }
        rest.is_none()
    }

    /// Returns the path in pieces: its literal text, with the slashes, and its placeholders by name.
    #[cfg(feature = "templates")]
    pub(crate) fn pieces(&self) -> Vec<PathPiece<'_>> {
        let mut names = self.names.iter();
        let mut name = || names.next().map_or("", String::as_str);
        let mut pieces = Vec::new();
        for segment in &self.segments {
            pieces.push(PathPiece::Literal("/"));
            match segment {
                Segment::Literal(text) => pieces.push(PathPiece::Literal(text)),
                Segment::Placeholder => pieces.push(PathPiece::Placeholder(name())),
                Segment::Rest => pieces.push(PathPiece::Rest(name())),
                Segment::Mixed(mixed) => pieces.extend(mixed.iter().map(|piece| match piece {
                    Piece::Literal(text) => PathPiece::Literal(text),
                    Piece::Placeholder => PathPiece::Placeholder(name()),
                })),
            }
        }
        pieces
    }

    /// Returns the key that matches the path when its `<..>` placeholder is empty.
    pub(crate) fn key_without_rest(&self) -> Option<&str> {
        let (start, _) = self.key.rsplit_once('/').filter(|_| self.has_rest)?;
        Some(&self.key[..=start.len()])
    }
}

impl Piece {
    fn length(&self) -> usize {
        match self {
            Self::Literal(text) => text.len(),
            Self::Placeholder => 0,
        }
    }
}

/// Splits a segment into the values of its placeholders.
///
/// As in FastAPI, the first placeholder is greedy. So the literals are matched from the last to the first, each as
/// far to the right as possible. This needs no backtracking, however long the segment is.
fn split<'a>(text: &'a str, pieces: &[Piece]) -> Option<Vec<&'a str>> {
    let mut found = Vec::with_capacity(pieces.len());
    let mut rest = text;
    // Whether the placeholder to the right still needs its start.
    let mut is_open = false;
    for (index, piece) in pieces.iter().enumerate().rev() {
        let last = rest.chars().next_back().map_or(0, char::len_utf8);
        match piece {
            Piece::Literal(literal) if !is_open => rest = rest.strip_suffix(&**literal)?,
            Piece::Literal(literal) => {
                let room = &rest[..rest.len() - last];
                let start = match index {
                    0 => room.starts_with(&**literal).then_some(0)?,
                    _ => room.rfind(&**literal)?,
                };
                found.push(&rest[start + literal.len()..]);
                rest = &rest[..start];
                is_open = false;
            }
            Piece::Placeholder => {
                if is_open {
                    let (before, one) = rest.split_at(rest.len() - last);
                    found.push(one);
                    rest = before;
                }
                is_open = true;
            }
        }
    }
    if is_open {
        found.push(std::mem::take(&mut rest));
    }
    found.reverse();
    (rest.is_empty() && found.iter().all(|part| !part.is_empty())).then_some(found)
}

/// Escapes braces for matchit by doubling them.
fn escape(literal: &str) -> String {
    literal.replace('{', "{{").replace('}', "}}")
}

#[cfg(test)]
mod tests {
    use super::{PathValues, Pattern};

    fn pattern(path: &str) -> Pattern {
        Pattern::parse(path).unwrap()
    }

    /// Returns the values of the placeholders.
    fn values<'p>(of: &str, path: &'p str) -> Option<Vec<&'p str>> {
        let (pattern, mut values) = (pattern(of), PathValues::default());
        let is_match = pattern.matches(path, &mut values);
        let value = |index| &path[values.range(index).unwrap()];
        is_match.then(|| (0..pattern.names.len()).map(value).collect())
    }

    #[test]
    fn paths_are_read() {
        let pattern = pattern("/shops/<shop>/v<version>/<rest..>");
        assert_eq!(pattern.key, "/shops/{p1}/{p2}/{*p3}");
        assert_eq!(pattern.template, "/shops/{shop}/v{version}/{rest}");
        assert_eq!(pattern.names, ["shop", "version", "rest"]);
        assert_eq!(pattern.key_without_rest(), Some("/shops/{p1}/{p2}/"));
    }

    #[test]
    fn segments_are_split_greedily() {
        for (of, path, expected) in [
            ("/<from>-<to>", "/a-b-c", Some(&["a-b", "c"][..])),
            ("/<from>-<to>", "/ab", None),
            ("/<from>-<to>", "/a-b/c", None),
            ("/<from>-<to>", "/-b", None),
            ("/<from>-<to>", "/a-", None),
            ("/<from>-<to>", "/---", Some(&["-", "-"])),
            ("/<a>-<b>-<c>", "/1-2-3-4", Some(&["1-2", "3", "4"])),
            ("/a<a>a<b>a", "/aaaaaa", Some(&["aa", "a"])),
            ("/<a><b>", "/xyz", Some(&["xy", "z"])),
            ("/x/<a>...<b>", "/x/v1...v2", Some(&["v1", "v2"])),
            ("/x/v<a>.ts/<r..>", "/x/v1.ts/a/b", Some(&["1", "a/b"])),
            ("/x/v<a>.ts/<r..>", "/x/v1.ts/", Some(&["1", ""])),
            ("/x/v<a>.ts/<r..>", "/x/v1.ts", None),
            ("/<a>/é<b>", "/ö/éü", Some(&["ö", "ü"])),
            ("/<a>", "/", None),
            ("/<a>", "/a/", None),
        ] {
            let expected = expected.map(<[&str]>::to_vec);
            assert_eq!(values(of, path), expected, "{of} {path}");
        }
    }

    #[test]
    fn overlaps_and_their_precedence_are_found() {
        use std::cmp::Ordering::{Equal, Less};
        for (first, second, order) in [
            ("/compare/<a>...<b>", "/compare/<a>", Less),
            ("/f/<a>.ts", "/f/v<a>", Less),
            ("/f/<a>-<b>", "/f/<a>_<b>", Equal),
            ("/f/a-b", "/f/<a>-<b>", Less),
            ("/f/v<a>/<b>", "/f/<a>/z", Less),
            ("/f/<a>-<b>", "/<rest..>", Less),
        ] {
            assert!(
                pattern(first).overlaps(&pattern(second)),
                "{first} {second}"
            );
            assert!(
                pattern(second).overlaps(&pattern(first)),
                "{first} {second}"
            );
            assert_eq!(
                pattern(first).precedence(&pattern(second)),
                order,
                "{first} {second}"
            );
        }
        for (one, other) in [
            ("/f/ab", "/g/<a>-<b>"),
            ("/f/<a>", "/f/<a>/b"),
            ("/f/", "/f/<a>"),
        ] {
            assert!(!pattern(one).overlaps(&pattern(other)), "{one} {other}");
        }
    }

    #[test]
    fn what_cannot_be_routed_is_refused() {
        for wrong in ["items", "/<id", "/<>", "/<a..>/b", "/x<a..>", "/<a>/<a>"] {
            assert!(Pattern::parse(wrong).is_err(), "{wrong}");
        }
    }
}
