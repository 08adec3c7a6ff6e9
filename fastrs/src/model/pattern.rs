//! Regular expressions, compiled once.

#[cfg(feature = "regex")]
pub(super) use with::{Regex, compile, error, matches, shared};

#[cfg(not(feature = "regex"))]
pub(super) use without::{Regex, compile, error, matches, shared};

/// Returns what is wrong with a pattern, if it is not a regular expression.
pub(crate) fn pattern_error(pattern: &str) -> Option<String> {
    compile(pattern).err()
}

#[cfg(feature = "regex")]
mod with {
    use std::cell::RefCell;
    use std::collections::HashMap;
    use std::sync::Mutex;

    pub(in crate::model) use regex::Regex;

    /// Returns whether the pattern matches anywhere in the text. An invalid pattern matches nothing; the startup check
    /// has already rejected it.
    pub(in crate::model) fn matches(pattern: &'static str, text: &str) -> bool {
        thread_local! {
            // The key is the address, since a pattern is a literal of the program. Each thread has its own copy,
            // because threads that share one regex contend for its scratch space.
            static LOCAL: RefCell<HashMap<(usize, usize), Option<Regex>>> = RefCell::default();
        }
        LOCAL.with_borrow_mut(|local| {
            local
                .entry((pattern.as_ptr().addr(), pattern.len()))
                .or_insert_with(|| shared(pattern))
                .as_ref()
                .is_some_and(|regex| regex.is_match(text))
        })
    }

    /// Compiles a pattern, or returns what is wrong with it.
    pub(in crate::model) fn compile(pattern: &str) -> Result<Regex, String> {
        Regex::new(pattern).map_err(|error| {
            // Only the last line is kept: those before it repeat the pattern and mark the mistake, and the messages
            // quote the pattern anyway.
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default();
            last.trim_start_matches("error: ").to_owned()
        })
    }

    /// Returns what is wrong with a pattern. The compiled form of a valid one is kept for the requests.
    pub(in crate::model) fn error(pattern: &'static str) -> Option<String> {
        match shared(pattern) {
            Some(_) => None,
            None => compile(pattern).err(),
        }
    }

    /// Returns the compiled form of the pattern that the whole program shares.
    pub(in crate::model) fn shared(pattern: &'static str) -> Option<Regex> {
        static ALL: Mutex<Option<HashMap<&'static str, Option<Regex>>>> = Mutex::new(None);
        let mut all = ALL.lock().unwrap_or_else(|poison| poison.into_inner());
        all.get_or_insert_default()
            .entry(pattern)
            .or_insert_with(|| compile(pattern).ok())
            .clone()
    }
}

/// Without the feature, users cannot write a pattern, and the patterns of fastrs's own types are literals. A pattern in
/// the schema of another crate's type is left for that type to check.
#[cfg(not(feature = "regex"))]
mod without {
    #[derive(Clone, Debug)]
    pub(in crate::model) struct Regex(Option<String>);

    impl Regex {
        /// Creates the pattern: `^text$` is the literal `text`.
        fn new(pattern: &str) -> Self {
            let literal = pattern
                .strip_prefix('^')
                .and_then(|it| it.strip_suffix('$'));
            let literal = literal.filter(|it| it.bytes().all(|byte| byte.is_ascii_alphanumeric()));
            Self(literal.map(str::to_owned))
        }

        pub(in crate::model) fn is_match(&self, text: &str) -> bool {
            self.0.as_ref().is_none_or(|literal| literal == text)
        }
    }

    pub(in crate::model) fn matches(pattern: &'static str, text: &str) -> bool {
        Regex::new(pattern).is_match(text)
    }

    pub(in crate::model) fn compile(pattern: &str) -> Result<Regex, String> {
        Ok(Regex::new(pattern))
    }

    pub(in crate::model) fn error(_: &'static str) -> Option<String> {
        None
    }

    pub(in crate::model) fn shared(pattern: &'static str) -> Option<Regex> {
        Some(Regex::new(pattern))
    }
}

#[cfg(all(test, feature = "regex"))]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_anywhere_in_the_text() {
        assert!(matches("b+", "abc"));
        assert!(!matches("^b+$", "abc"));
        assert!(!matches("(", "("));
    }
}
