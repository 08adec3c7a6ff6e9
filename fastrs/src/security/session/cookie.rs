//! Sessions whose data is in the cookie.

use super::{SessionData, Sessions, times::Times};
use crate::{error::Result, security::seal::Key};

/// The maximum length of a cookie's name and value. Browsers silently drop a longer cookie (RFC 6265bis, 5.7).
pub(super) const MAX_COOKIE: usize = 4096;

/// Returns the value of a cookie with the data and the times of a session. The first key encrypts it.
pub(super) fn sealed<T: SessionData>(
    sessions: &Sessions<T>,
    keys: &[Key],
    value: &T,
    times: Times,
) -> Result<String> {
    let name = sessions.cookie_name();
    let mut text = [times.started.to_be_bytes(), times.used.to_be_bytes()].concat();
    serde_json::to_writer(&mut text, value)?;
    let [key, ..] = keys else {
        return Err("sessions have no key".into());
    };
    let sealed = key.seal(&text, &sessions.context())?;
    let length = name.len() + sealed.len();
    match length <= MAX_COOKIE {
        true => Ok(sealed),
        false => Err(format!(
            "the cookie `{name}` has {length} bytes, but browsers drop one with more than {MAX_COOKIE}: keep less in the session, or keep sessions in a store"
        )
        .into()),
    }
}

/// What a cookie contains.
pub(super) struct Opened<T> {
    pub(super) value: T,
    pub(super) times: Times,
    /// Whether its key is being replaced.
    pub(super) is_outdated: bool,
}

/// Decrypts a cookie. It is `None` if it is not one of these sessions, or if its data is not a `T`.
pub(super) fn opened<T: SessionData>(
    sessions: &Sessions<T>,
    keys: &[Key],
    cookie: &str,
) -> Option<Opened<T>> {
    if cookie.len() > MAX_COOKIE {
        return None;
    }
    let context = sessions.context();
    let mut opened = keys
        .iter()
        .map(|key| key.open(cookie, &context))
        .enumerate();
    let (number, text) = opened.find_map(|(number, text)| Some((number, text?)))?;
    let (started, text) = text.split_first_chunk()?;
    let (used, json) = text.split_first_chunk()?;
    Some(Opened {
        value: serde_json::from_slice(json).ok()?,
        times: Times {
            started: u64::from_be_bytes(*started),
            used: u64::from_be_bytes(*used),
        },
        is_outdated: number > 0,
    })
}
