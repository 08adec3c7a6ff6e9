//! Which URL paths can name a file.

/// The path of a file or a folder below the root. All of its segments are plain names, so joining it to the root cannot
/// lead out of it, except through a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FilePath<'p> {
    /// Without slashes at either end; empty for the root.
    pub(super) text: &'p str,
    /// Whether the URL ends with a slash, so that it can only name a folder.
    pub(super) is_folder: bool,
}

impl<'p> FilePath<'p> {
    /// Reads the percent-decoded rest of a URL's path. Returns `None` if it cannot name a file.
    pub(super) fn of(path: &'p str, dotfiles: bool) -> Option<Self> {
        Self::on(cfg!(windows), path, dotfiles)
    }

    fn on(windows: bool, path: &'p str, dotfiles: bool) -> Option<Self> {
        let (text, is_folder) = match path.strip_suffix('/') {
            Some(text) => (text, true),
            None => (path, path.is_empty()),
        };
        if path.is_empty() {
            return Some(Self { text, is_folder });
        }
        let is_valid = |(index, segment): (usize, &str)| {
            is_name(segment, windows)
                && (dotfiles || !segment.starts_with('.') || index == 0 && segment == ".well-known")
        };
        let is_file = text.split('/').enumerate().all(is_valid);
        is_file.then_some(Self { text, is_folder })
    }
}

/// Returns whether the operating system reads a segment as the name of a file, and nothing else.
fn is_name(segment: &str, windows: bool) -> bool {
    // A backslash is only a separator on Windows, but browsers treat it as a slash everywhere.
    let has_meaning = matches!(segment, "" | "." | "..") || segment.contains(['\\', '\0']);
    !(has_meaning || windows && is_special_on_windows(segment))
}

/// Returns whether a name has a special meaning on Windows: a drive or a stream (`C:`, `a.txt:x`), a wildcard, an
/// ending that is ignored, or a device, with any extension (`nul.txt`).
fn is_special_on_windows(segment: &str) -> bool {
    const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];
    let is_control =
        |c: char| c.is_control() || matches!(c, ':' | '*' | '?' | '"' | '<' | '>' | '|');
    if segment.contains(is_control) || segment.ends_with(['.', ' ']) {
        return true;
    }
    let stem = segment.split('.').next().unwrap_or_default();
    let stem = stem.trim_end().to_ascii_uppercase();
    let port = stem.strip_prefix("COM").or(stem.strip_prefix("LPT"));
    let is_port = port.is_some_and(|port| {
        let mut digits = port.chars();
        let digit = digits.next();
        digits.next().is_none() && digit.is_some_and(|c| c.is_ascii_digit() || "¹²³".contains(c))
    });
    is_port || DEVICES.contains(&stem.as_str())
}

#[cfg(test)]
mod tests {
    use super::FilePath;

    fn accepts(windows: bool, path: &str) -> bool {
        FilePath::on(windows, path, false).is_some()
    }

    #[test]
    fn a_path_consists_of_plain_names() {
        for path in [
            "a.txt",
            "a/b/c.txt",
            "a b/ü.txt",
            "...",
            "a..b",
            "a.",
            "%2e%2e",
            "~",
            "a:b",
        ] {
            let expected = !path.starts_with('.');
            assert_eq!(accepts(false, path), expected, "{path}");
        }
        for path in [
            "/",
            "//",
            "/a",
            "a//b",
            "a//",
            ".",
            "..",
            "./a",
            "../a",
            "a/..",
            "a/../b",
            "a/./b",
            "..\\a",
            "a\\..\\b",
            "\\\\host\\share",
            "a\0",
            "a/\0/b",
        ] {
            assert!(!accepts(false, path), "{path:?}");
            assert!(!accepts(true, path), "{path:?}");
        }
    }

    #[test]
    fn a_trailing_slash_means_a_folder() {
        let read = |path| FilePath::of(path, false).map(|it| (it.text, it.is_folder));
        assert_eq!(read(""), Some(("", true)));
        assert_eq!(read("a"), Some(("a", false)));
        assert_eq!(read("a/b/"), Some(("a/b", true)));
    }

    #[test]
    fn names_with_a_dot_are_hidden() {
        for path in [".env", ".git/config", "a/.b/c", "a/.well-known/b"] {
            assert!(!accepts(false, path), "{path}");
            assert!(FilePath::of(path, true).is_some(), "{path}");
        }
        assert!(accepts(false, ".well-known/security.txt"));
        assert!(!accepts(false, ".well-known/.env"));
        assert!(FilePath::of("a/..", true).is_none());
    }

    #[test]
    fn windows_gives_names_a_meaning() {
        for path in [
            "C:",
            "C:/a",
            "c:a.txt",
            "a/C:/b",
            "a.txt:stream",
            "a.txt::$DATA",
            "con",
            "CON.txt",
            "nul",
            "a/nul.tar.gz",
            "aux",
            "Prn.x",
            "com1",
            "COM¹",
            "lpt9.log",
            "com0",
            "conin$",
            "CONOUT$",
            "a.",
            "a ",
            "a/b. /c",
            "a?",
            "a*",
            "a|b",
            "a<b",
            "a\"",
            "nul .txt",
            "\u{1}",
        ] {
            assert!(!accepts(true, path), "{path}");
        }
        for path in [
            "a.txt",
            "console.js",
            "com.js",
            "com10",
            "nulls.txt",
            "a b.txt",
            "a/lpt/b",
        ] {
            assert!(accepts(true, path), "{path}");
        }
    }
}
