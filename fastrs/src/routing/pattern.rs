//! A route's path: `/shops/<shop>/items/<id>`.

use crate::request::{PathValues, range_in};

/// A path with placeholders, as routing, the document and the user write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    /// For the router: placeholders are numbered, so that two names of one place are one place.
    pub(crate) key: String,
    /// For the document: `/shops/{shop}/items/{id}`.
    pub(crate) template: String,
    /// The names of the placeholders, in order.
    pub(crate) names: Vec<String>,
    /// Whether the last one takes the rest of the path.
    pub(crate) has_rest: bool,
    /// For each capture of the router: the pieces of a segment that holds several placeholders.
    splits: Vec<Option<Vec<Piece>>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Placeholder,
}

impl Pattern {
    /// Reads `/items/<id>`, `/files/<path..>` or `/<from>-<to>`.
    ///
    /// # Errors
    ///
    /// What is wrong with the path, in words.
    pub(crate) fn parse(path: &str) -> Result<Self, String> {
        let mut pattern = Self {
            key: String::new(),
            template: String::new(),
            names: Vec::new(),
            has_rest: false,
            splits: Vec::new(),
        };
        if path.is_empty() {
            return Err(
                "neither the route nor a router around it has a path: write `\"/\"`".to_owned(),
            );
        }
        if !path.starts_with('/') {
            return Err(format!("the path `{path}` does not start with `/`"));
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
            true => Err(format!("in `{path}`, a placeholder stands twice")),
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
            let plain = match name.strip_suffix("..") {
                Some(plain) => {
                    self.has_rest = true;
                    plain
                }
                None => name,
            };
            if plain.is_empty() {
                return Err("a placeholder has no name".to_owned());
            }
            self.names.push(plain.to_owned());
            self.template.push_str(&format!("{}{{{plain}}}", literal));
            pieces.push(Piece::Placeholder);
            rest = tail;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Literal(rest.to_owned()));
            self.template.push_str(rest);
        }
        let placeholders = pieces
            .iter()
            .filter(|piece| **piece == Piece::Placeholder)
            .count();
        if self.has_rest && (placeholders != 1 || pieces.len() != 1) {
            return Err("`<..>` is a whole segment".to_owned());
        }
        let number = self.splits.len();
        match placeholders {
            0 => self.key.push_str(&escape(rest)),
            1 if self.has_rest => {
                self.key.push_str(&format!("{{*p{number}}}"));
                self.splits.push(None);
            }
            1 => {
                for piece in &pieces {
                    match piece {
                        Piece::Literal(text) => self.key.push_str(&escape(text)),
                        Piece::Placeholder => self.key.push_str(&format!("{{p{number}}}")),
                    }
                }
                self.splits.push(None);
            }
            _ => {
                self.key.push_str(&format!("{{p{number}}}"));
                self.splits.push(Some(pieces));
            }
        }
        Ok(())
    }

    /// Where the placeholders stand in `path`, given what the router captured; `None` if a segment of several
    /// placeholders does not match after all.
    #[inline]
    pub(crate) fn values<'a>(
        &self,
        path: &str,
        captures: impl Iterator<Item = &'a str>,
        values: &mut PathValues,
    ) -> Option<()> {
        if self.splits.is_empty() {
            return Some(());
        }
        values.clear();
        let mut splits = self.splits.iter();
        for capture in captures {
            match splits.next() {
                Some(Some(pieces)) => split(path, capture, pieces, values)?,
                _ => values.push(range_in(path, capture)),
            }
        }
        // `/files/` is `/files/<path..>` with an empty rest.
        if splits.next().is_some() {
            values.push(path.len()..path.len());
        }
        Some(())
    }

    /// The key under which the path is found when its `<..>` takes nothing.
    pub(crate) fn key_without_rest(&self) -> Option<&str> {
        let (start, _) = self.key.rsplit_once('/').filter(|_| self.has_rest)?;
        Some(&self.key[..=start.len()])
    }
}

/// The first placeholder takes as much as it can, as FastAPI's does.
fn split(path: &str, segment: &str, pieces: &[Piece], values: &mut PathValues) -> Option<()> {
    fn go<'a>(text: &'a str, pieces: &[Piece], found: &mut Vec<&'a str>) -> bool {
        match pieces {
            [] => text.is_empty(),
            [Piece::Literal(literal), rest @ ..] => text
                .strip_prefix(&**literal)
                .is_some_and(|text| go(text, rest, found)),
            [Piece::Placeholder, rest @ ..] => {
                let ends = text.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
                for end in ends {
                    found.push(&text[..end]);
                    if go(&text[end..], rest, found) {
                        return true;
                    }
                    found.pop();
                }
                false
            }
        }
    }
    let mut found = Vec::new();
    go(segment, pieces, &mut found).then_some(())?;
    found
        .into_iter()
        .for_each(|part| values.push(range_in(path, part)));
    Some(())
}

/// matchit's braces are written twice where they are text.
fn escape(literal: &str) -> String {
    literal.replace('{', "{{").replace('}', "}}")
}

#[cfg(test)]
mod tests {
    use super::{PathValues, Pattern};

    #[test]
    fn reads_paths() {
        let pattern = Pattern::parse("/shops/<shop>/v<version>/<rest..>").unwrap();
        assert_eq!(pattern.key, "/shops/{p0}/v{p1}/{*p2}");
        assert_eq!(pattern.template, "/shops/{shop}/v{version}/{rest}");
        assert_eq!(pattern.names, ["shop", "version", "rest"]);
        assert_eq!(pattern.key_without_rest(), Some("/shops/{p0}/v{p1}/"));
    }

    #[test]
    fn splits_segments_greedily() {
        let pattern = Pattern::parse("/<from>-<to>").unwrap();
        assert_eq!(pattern.key, "/{p0}");
        let path = "/a-b-c";
        let mut values = PathValues::default();
        pattern
            .values(path, std::iter::once(&path[1..]), &mut values)
            .unwrap();
        assert_eq!(&path[values.range(0).unwrap()], "a-b");
        assert_eq!(&path[values.range(1).unwrap()], "c");
        let path = "/ab";
        let found = pattern.values(path, std::iter::once(&path[1..]), &mut values);
        assert!(found.is_none());
    }

    #[test]
    fn refuses_what_cannot_be_routed() {
        for wrong in ["items", "/<id", "/<>", "/<a..>/b", "/x<a..>", "/<a>/<a>"] {
            assert!(Pattern::parse(wrong).is_err(), "{wrong}");
        }
    }
}
