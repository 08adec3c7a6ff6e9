//! The session of one request, from the request's cookie to the response's.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{SessionData, Sessions};
use crate::{error::Result, request::Cookie};

/// The maximum length of a cookie's name and value. Browsers drop a longer cookie without a word (RFC 6265bis, 5.7).
const MAX_COOKIE: usize = 4096;

/// By how many seconds the clocks of an app's machines may differ.
const LEEWAY: u64 = 60;

/// The session of one request.
pub(super) struct Slot<T> {
    sessions: Arc<Sessions<T>>,
    sent: Sent,
    state: Mutex<State<T>>,
}

/// What the request said about the session.
#[derive(Clone, Copy)]
enum Sent {
    Nothing,
    /// A cookie that is not valid, or no longer.
    Invalid,
    Valid(Times),
}

/// The times of a session, in seconds since 1970.
#[derive(Clone, Copy)]
struct Times {
    started: u64,
    /// When it was used for the last time, as far as it was written.
    used: u64,
    /// Whether it has to be written again, because its key is being replaced.
    is_outdated: bool,
}

/// The session as the handler and the dependencies see it.
pub(super) struct State<T> {
    pub(super) value: Option<T>,
    change: Option<Change>,
    is_final: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Start,
    Set,
    End,
}

impl<T> State<T> {
    pub(super) fn start(&mut self, value: T) {
        self.change(Change::Start, Some(value));
    }

    pub(super) fn set(&mut self, value: T) {
        let change = match self.value.is_some() && self.change != Some(Change::Start) {
            true => Change::Set,
            false => Change::Start,
        };
        self.change(change, Some(value));
    }

    pub(super) fn end(&mut self) {
        self.change(Change::End, None);
    }

    fn change(&mut self, change: Change, value: Option<T>) {
        if self.is_final {
            tracing::error!("a session was changed after the head of its response was sent");
            crate::log::to_stderr(format_args!(
                "ERROR a session was changed after the head of its response was sent: the change is lost"
            ));
            return;
        }
        (self.change, self.value) = (Some(change), value);
    }
}

impl<T: SessionData> Slot<T> {
    /// Reads the session from the cookies that have its name. Usually that is one; on a host whose domain others can set
    /// cookies for, it is the first that is valid.
    pub(super) fn read(sessions: Arc<Sessions<T>>, cookies: &[String]) -> Self {
        let mut cookies = cookies.iter().peekable();
        let mut sent = match cookies.peek() {
            Some(_) => Sent::Invalid,
            None => Sent::Nothing,
        };
        let valid = cookies.find_map(|cookie| opened(&sessions, cookie));
        let value = valid.map(|(times, value)| {
            sent = Sent::Valid(times);
            value
        });
        Self {
            sessions,
            sent,
            state: Mutex::new(State {
                value,
                change: None,
                is_final: false,
            }),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the cookie of the response, if it needs one.
    pub(super) fn cookie(&self, is_failure: bool) -> Result<Option<Cookie>> {
        let mut state = self.state();
        state.is_final = true;
        let change = state
            .change
            .filter(|change| !is_failure || *change == Change::End);
        let now = self.sessions.now();
        let started = match (change, self.sent) {
            (Some(Change::End), Sent::Nothing) => return Ok(None),
            (Some(Change::End), _) | (None, Sent::Invalid) => return Ok(Some(self.removal())),
            (Some(Change::Set), Sent::Valid(times)) => times.started,
            (Some(Change::Set | Change::Start), _) => now,
            (None, Sent::Valid(times)) if state.change.is_none() && self.is_due(times, now) => {
                times.started
            }
            (None, _) => return Ok(None),
        };
        match &state.value {
            Some(value) => self.sealed(value, started, now).map(Some),
            None => Ok(None),
        }
    }

    /// Returns whether the time of the last request has to be written.
    fn is_due(&self, times: Times, now: u64) -> bool {
        let unwritten = now.saturating_sub(times.used);
        times.is_outdated || unwritten > self.sessions.idle.as_secs() / 10
    }

    fn sealed(&self, value: &T, started: u64, now: u64) -> Result<Cookie> {
        let sessions = &self.sessions;
        let name = sessions.cookie_name();
        let mut text = [started.to_be_bytes(), now.to_be_bytes()].concat();
        serde_json::to_writer(&mut text, value)?;
        let [key, ..] = &sessions.keys[..] else {
            return Err("sessions have no key".into());
        };
        let sealed = key.seal(&text, &context(sessions))?;
        let length = name.len() + sealed.len();
        if length > MAX_COOKIE {
            return Err(format!(
                "the cookie `{name}` has {length} bytes, but browsers drop one with more than {MAX_COOKIE}: keep less in the session"
            )
            .into());
        }
        let end = expiry(sessions, started, now);
        let cookie = Cookie::new(name, sealed).max_age(Duration::from_secs(end - now));
        Ok(self.with_attributes(cookie))
    }

    fn removal(&self) -> Cookie {
        let cookie = Cookie::new(self.sessions.cookie_name(), "");
        self.with_attributes(cookie.max_age(Duration::ZERO))
    }

    fn with_attributes(&self, cookie: Cookie) -> Cookie {
        cookie
            .http_only(true)
            .secure(self.sessions.is_secure)
            .same_site(self.sessions.same_site)
    }
}

/// Decrypts a cookie. It is `None` if it is not one of these sessions, if it has expired, or if its data is not a `T`.
fn opened<T: SessionData>(sessions: &Sessions<T>, cookie: &str) -> Option<(Times, T)> {
    if cookie.len() > MAX_COOKIE {
        return None;
    }
    let context = context(sessions);
    let keys = sessions.keys.iter().enumerate();
    let (number, text) = keys
        .filter_map(|(number, key)| Some((number, key.open(cookie, &context)?)))
        .next()?;
    let (started, text) = text.split_first_chunk()?;
    let (used, json) = text.split_first_chunk()?;
    let times = Times {
        started: u64::from_be_bytes(*started),
        used: u64::from_be_bytes(*used),
        is_outdated: number > 0,
    };
    let now = sessions.now();
    let is_past = times.started.max(times.used) <= now.saturating_add(LEEWAY);
    let is_alive = is_past && now < expiry(sessions, times.started, times.used);
    let value = serde_json::from_slice(json).ok().filter(|_| is_alive)?;
    Some((times, value))
}

/// Returns when a session ends that is not used again.
fn expiry<T>(sessions: &Sessions<T>, started: u64, used: u64) -> u64 {
    let idle = used.saturating_add(sessions.idle.as_secs());
    idle.min(started.saturating_add(sessions.lifetime.as_secs()))
}

/// Returns what a cookie is bound to: its name, which contains no zero byte, and its purpose.
fn context<T>(sessions: &Sessions<T>) -> Vec<u8> {
    [&*sessions.cookie_name(), "\0", &sessions.purpose]
        .concat()
        .into_bytes()
}
