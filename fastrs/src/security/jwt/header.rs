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
    #[serde(default, deserialize_with = "present")]
    typ: Option<String>,
    /// The type of the claims, `JWT` if they are another token (RFC 7519, 5.2).
    #[serde(default, deserialize_with = "present")]
    cty: Option<String>,
    /// Extensions that the reader must understand (RFC 7515, 4.1.11).
    #[serde(default, deserialize_with = "present")]
    crit: Option<IgnoredAny>,
    /// Whether the claims are encoded (RFC 7797).
    #[serde(default, deserialize_with = "present")]
    b64: Option<IgnoredAny>,
}

impl Header {
    /// Returns whether the token can be read only by those who know an extension.
    pub(super) fn has_extensions(&self) -> bool {
        self.crit.is_some() || self.b64.is_some() || is_type(&self.cty, "JWT")
    }

    /// Returns whether the token has this type.
    pub(super) fn has_type(&self, typ: &str) -> bool {
        is_type(&self.typ, typ)
    }
}

/// Compares media types, whose case does not matter, and from which `application/` is usually omitted (RFC 7515,
/// 4.1.9).
fn is_type(found: &Option<String>, typ: &str) -> bool {
    let short = |typ: &str| {
        let typ = typ.to_ascii_lowercase();
        typ.strip_prefix("application/")
            .map_or(typ.clone(), str::to_owned)
    };
    found
        .as_ref()
        .is_some_and(|found| short(found) == short(typ))
}
