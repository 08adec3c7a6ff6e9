//! The test client's cookie jar (RFC 6265, 5), for one host.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

/// The cookies that a client stores. `Domain` and `Secure` are ignored, because there is only one host and no
/// network.
#[derive(Debug, Default)]
pub(super) struct Jar(Vec<Cookie>);

#[derive(Debug)]
struct Cookie {
    name: String,
    value: String,
    path: String,
    expires: Option<SystemTime>,
}

impl Jar {
    pub(super) fn set(&mut self, name: &str, value: &str) {
        let (name, value) = (name.to_owned(), value.to_owned());
        self.put(Cookie {
            name,
            value,
            path: "/".to_owned(),
            expires: None,
        });
    }

    pub(super) fn pairs(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        for cookie in &self.0 {
            if cookie.is_alive() {
                pairs.push((cookie.name.clone(), cookie.value.clone()));
            }
        }
        pairs
    }

    /// Stores the cookies of a response to a request for `path`.
    pub(super) fn keep(&mut self, headers: &HeaderMap, path: &str) {
        for line in headers.get_all(SET_COOKIE) {
            if let Some(cookie) = line
                .to_str()
                .ok()
                .and_then(|line| Cookie::parse(line, path))
            {
                self.put(cookie);
            }
        }
    }

    /// Adds the `Cookie` header of a request for `path`; `extra` overrides the stored cookies.
    pub(super) fn add_to(&self, headers: &mut HeaderMap, path: &str, extra: &[(String, String)]) {
        let sent = |cookie: &&Cookie| {
            let replaced = extra.iter().any(|(name, _)| *name == cookie.name);
            cookie.is_alive() && cookie.matches(path) && !replaced
        };
        // Longer paths come first; among paths of the same length, older cookies come first (RFC 6265, 5.4).
        let mut kept: Vec<&Cookie> = Vec::new();
        for cookie in self.0.iter().filter(sent) {
            let longer = |known: &&Cookie| known.path.len() >= cookie.path.len();
            kept.insert(kept.partition_point(longer), cookie);
        }
        let mut pairs = Vec::new();
        for Cookie { name, value, .. } in kept {
            pairs.push(format!("{name}={value}"));
        }
        for (name, value) in extra {
            pairs.push(format!("{name}={value}"));
        }
        let line = pairs.join("; ");
        if line.is_empty() {
            return;
        }
        match HeaderValue::try_from(line) {
            Ok(line) => drop(headers.append(COOKIE, line)),
            Err(_) => panic!("a cookie's name or value is not valid in a header: {extra:?}"),
        }
    }

    fn put(&mut self, new: Cookie) {
        self.0
            .retain(|old| old.name != new.name || old.path != new.path);
        if new.is_alive() {
            self.0.push(new);
        }
    }
}

impl Cookie {
    fn parse(line: &str, request_path: &str) -> Option<Self> {
        let (name, value) = pair(line)?;
        let directory = request_path.rfind('/').filter(|at| *at > 0).unwrap_or(1);
        let mut cookie = Self {
            name,
            value,
            path: request_path[..directory].to_owned(),
            expires: None,
        };
        let mut max_age = None;
        for attribute in line.split(';').skip(1) {
            let (key, value) = attribute.split_once('=').unwrap_or((attribute, ""));
            let value = value.trim().trim_matches('"');
            match key.trim().to_ascii_lowercase().as_str() {
                "path" if value.starts_with('/') => cookie.path = value.to_owned(),
                "expires" => cookie.expires = parse_date(value),
                "max-age" => max_age = value.parse::<i64>().ok(),
                _ => {}
            }
        }
        if let Some(seconds) = max_age {
            cookie.expires = match u64::try_from(seconds) {
                Ok(seconds) => SystemTime::now().checked_add(Duration::from_secs(seconds)),
                Err(_) => Some(UNIX_EPOCH),
            };
        }
        Some(cookie)
    }

    fn is_alive(&self) -> bool {
        self.expires.is_none_or(|at| at > SystemTime::now())
    }

    fn matches(&self, path: &str) -> bool {
        path.strip_prefix(&*self.path).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with('/') || self.path.ends_with('/')
        })
    }
}

/// Returns the name and value of a `Set-Cookie` line.
pub(super) fn pair(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split(';').next()?.split_once('=')?;
    Some((name.trim().to_owned(), value.trim().to_owned()))
}

/// Parses a date such as `Wed, 21 Oct 2015 07:28:00 GMT` (RFC 9110, 5.6.7).
fn parse_date(text: &str) -> Option<SystemTime> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let mut words = text.split_once(", ")?.1.split([' ', '-', ':']);
    let day: u64 = words.next()?.parse().ok()?;
    let month = MONTHS.find(words.next()?)? as u64 / 3;
    let year: u64 = words.next()?.parse().ok()?;
    let mut clock = || words.next()?.parse::<u64>().ok();
    let seconds = clock()? * 3600 + clock()? * 60 + clock()?;
    // Counts the days since the epoch, with years that begin in March.
    let (year, month) = if month < 2 {
        (year.checked_sub(1)?, month + 10)
    } else {
        (year, month - 2)
    };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 306 + 5) / 10 + day;
    let days = days.saturating_sub(719_469);
    Some(UNIX_EPOCH + Duration::from_secs(days * 86_400 + seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let seconds = |text| {
            parse_date(text)?
                .duration_since(UNIX_EPOCH)
                .ok()
                .map(|d| d.as_secs())
        };
        assert_eq!(seconds("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(
            seconds("Wed, 21 Oct 2015 07:28:00 GMT"),
            Some(1_445_412_480)
        );
        assert_eq!(
            seconds("Thu, 29 Feb 2024 23:59:59 GMT"),
            Some(1_709_251_199)
        );
        assert_eq!(seconds("tomorrow"), None);
    }

    #[test]
    fn paths() {
        let sent = |line, set_at, path| {
            let mut jar = Jar::default();
            jar.0.extend(Cookie::parse(line, set_at));
            let mut headers = HeaderMap::new();
            jar.add_to(&mut headers, path, &[]);
            !headers.is_empty()
        };
        assert!(sent("a=1; Path=/", "/x/y", "/"));
        assert!(sent("a=1", "/x/y", "/x/z"));
        assert!(!sent("a=1", "/x/y", "/other"));
        assert!(!sent("a=1; Path=/x", "/", "/xy"));
        assert!(!sent("a=1; Max-Age=0; Path=/", "/", "/"));
        assert!(!sent(
            "a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/",
            "/",
            "/"
        ));
    }
}
