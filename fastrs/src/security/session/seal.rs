//! The cryptography: cookies are encrypted with XChaCha20-Poly1305 and keys that HKDF-SHA-256 derives from secrets; the
//! ids of sessions in a store are random, and hashed with SHA-256.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, Generate, KeyInit, Payload},
};
use hkdf::Hkdf;
use sha2::{Digest, Sha256};

use crate::error::Result;

/// The minimum length of a secret, in bytes.
pub(super) const MIN_SECRET: usize = 32;

/// The length of a nonce. It is random, and long enough that no two are ever the same.
const NONCE: usize = 24;

/// A key that encrypts cookies.
pub(super) struct Key(XChaCha20Poly1305);

impl Key {
    /// Derives the key from a secret, so that the secret may also have other uses.
    pub(super) fn derive(secret: &[u8]) -> Self {
        let mut key = [0; 32];
        Hkdf::<Sha256>::new(None, secret)
            .expand(b"fastrs: session cookies, version 1", &mut key)
            .expect("HKDF derives up to 8160 bytes");
        Self(XChaCha20Poly1305::new(&key.into()))
    }

    /// Encrypts a text, which only [`open`](Self::open) with the same context decrypts.
    pub(super) fn seal(&self, text: &[u8], context: &[u8]) -> Result<String> {
        let nonce = XNonce::try_generate()?;
        let payload = Payload {
            msg: text,
            aad: context,
        };
        let sealed = self.0.encrypt(&nonce, payload);
        let sealed = sealed.map_err(|_| "a session is too long to be encrypted")?;
        Ok(BASE64.encode([&nonce[..], &sealed[..]].concat()))
    }

    /// Decrypts what [`seal`](Self::seal) returned.
    pub(super) fn open(&self, sealed: &str, context: &[u8]) -> Option<Vec<u8>> {
        let bytes = BASE64.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
        let payload = Payload {
            msg: sealed,
            aad: context,
        };
        self.0.decrypt(&XNonce::from(*nonce), payload).ok()
    }
}

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
