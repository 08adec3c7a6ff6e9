//! The registered claims (RFC 7519, 4.1).

use std::{fmt, time::Duration};

use serde::{
    Deserialize, Deserializer,
    de::{self, Visitor},
};

use super::{JwtError, error::Reason};

/// The last second of the year 9999: tokens contain no later time.
pub(super) const LAST_SECOND: u64 = 253_402_300_799;

/// What a token must say.
#[derive(Clone, Debug)]
pub(in crate::security) struct Expected {
    pub(in crate::security) issuer: Option<String>,
    pub(in crate::security) audience: Option<String>,
    pub(in crate::security) leeway: Duration,
    pub(in crate::security) typ: Option<String>,
}

impl Default for Expected {
    fn default() -> Self {
        Self {
            issuer: None,
            audience: None,
            leeway: Duration::from_secs(5),
            typ: None,
        }
    }
}

/// The registered claims of a token. A claim that appears twice, is null or has the wrong type is an error.
#[derive(Deserialize)]
pub(super) struct Registered {
    #[serde(default, deserialize_with = "present")]
    exp: Option<NumericDate>,
    #[serde(default, deserialize_with = "present")]
    nbf: Option<NumericDate>,
    #[serde(default, deserialize_with = "present")]
    iat: Option<NumericDate>,
    #[serde(default, deserialize_with = "present")]
    iss: Option<String>,
    #[serde(default, deserialize_with = "present")]
    aud: Option<Audience>,
}

/// Reads a value that is not null.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Registered {
    pub(super) fn read(claims: &str) -> Result<Self, JwtError> {
        let claims = serde_json::from_str(claims);
        claims.map_err(|error| JwtError::claims(&error))
    }

    pub(super) fn check(&self, expected: &Expected, now: Duration) -> Result<(), JwtError> {
        let (now, leeway) = (now.as_secs_f64(), expected.leeway.as_secs_f64());
        let Some(exp) = self.exp else {
            return Err(JwtError::new(Reason::Claims("`exp` is missing".into())));
        };
        let is_future = |date: &NumericDate| date.0 > now + leeway;
        if exp.0 + leeway <= now {
            return Err(JwtError::new(Reason::Expired));
        }
        if self.nbf.iter().chain(&self.iat).any(is_future) {
            return Err(JwtError::new(Reason::NotYetValid));
        }
        if expected.issuer.is_some() && self.iss != expected.issuer {
            return Err(JwtError::new(Reason::Issuer));
        }
        let is_for = |audience: &Audience, own: &String| match audience {
            Audience::One(one) => one == own,
            Audience::Several(several) => several.contains(own),
        };
        match (&self.aud, &expected.audience) {
            (None, None) => Ok(()),
            (Some(audience), Some(own)) if is_for(audience, own) => Ok(()),
            _ => Err(JwtError::new(Reason::Audience)),
        }
    }
}

/// Seconds since 1970, not necessarily whole.
#[derive(Clone, Copy)]
struct NumericDate(f64);

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Seconds;

        impl Visitor<'_> for Seconds {
            type Value = NumericDate;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time in seconds since 1970")
            }

            fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<NumericDate, E> {
                self.visit_f64(seconds as f64)
            }

            fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<NumericDate, E> {
                match (0.0..=LAST_SECOND as f64).contains(&seconds) {
                    true => Ok(NumericDate(seconds)),
                    false => Err(E::custom("a time is out of range")),
                }
            }
        }
        from.deserialize_f64(Seconds)
    }
}
