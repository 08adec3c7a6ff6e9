//! The header of a token (RFC 7515, 4.1).

use jsonwebtoken::Algorithm;
use serde::{Deserialize, de::IgnoredAny};

use super::claims::present;

/// The header of a token. What it says about keys elsewhere (`jku`, `jwk`, `x5u`, `x5c`) is ignored.
#[derive(Deserialize)]
pub(super) struct Header {
    pub(super) alg: Algorithm,
    #[serde(default)]
    pub(super) kid: Option<String>,
    /// Extensions that the reader must understand (RFC 7515, 4.1.11).
    #[serde(default, deserialize_with = "present")]
    crit: Option<IgnoredAny>,
    /// Whether the claims are encoded (RFC 7797).
    #[serde(default, deserialize_with = "present")]
    b64: Option<IgnoredAny>,
}

impl Header {
    /// Returns whether the token can only be read by those who know an extension.
    pub(super) fn has_extensions(&self) -> bool {
        self.crit.is_some() || self.b64.is_some()
    }
}
