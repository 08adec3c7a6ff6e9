//! The ids of sessions in a store: they are random, and hashed with SHA-256.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chacha20poly1305::aead::Generate;
use sha2::{Digest, Sha256};

use crate::error::Result;

/// What a client has in its cookie to name a session in a store: 32 random bytes.
pub(super) struct Id([u8; 32]);

impl Id {
    pub(super) fn random() -> Result<Self> {
        Ok(Self(Generate::try_generate()?))
    }

    /// Parses a cookie.
    pub(super) fn parse(cookie: &str) -> Option<Self> {
        let bytes = BASE64.decode(cookie).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }

    /// Returns the value of the cookie.
    pub(super) fn to_cookie(&self) -> String {
        BASE64.encode(self.0)
    }

    /// Returns the key of the session in its store, which differs between contexts.
    pub(super) fn key(&self, context: &[u8]) -> String {
        let hash = Sha256::new()
            .chain_update(b"fastrs: session ids, version 1\0")
            .chain_update(context)
            .chain_update(self.0);
        BASE64.encode(hash.finalize())
    }
}
