//! Encryption of what clients keep for the app: XChaCha20-Poly1305, with keys that HKDF-SHA-256 derives from secrets.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use hkdf::Hkdf;
use sha2::Sha256;

/// The minimum length of a secret, in bytes.
const MIN_SECRET: usize = 32;

/// The length of a nonce, which is long enough that no two random ones are ever the same.
const NONCE: usize = 24;

/// Returns what is wrong with a secret.
pub(crate) fn secret_mistake(secret: &[u8]) -> Option<String> {
    let length = secret.len();
    (length < MIN_SECRET).then(|| {
        format!("a secret has {length} bytes, but needs at least {MIN_SECRET}: generate one with `openssl rand -hex 32`")
    })
}

/// A key that encrypts texts.
pub(crate) struct Key {
    cipher: XChaCha20Poly1305,
    #[cfg(feature = "cursors")]
    nonces: Hkdf<Sha256>,
}

impl Key {
    /// Derives the key for a purpose from a secret, so that the secret may also have other uses.
    pub(crate) fn derive(secret: &[u8], purpose: &str) -> Self {
        let mut key = [0; 32];
        let derived = Hkdf::<Sha256>::new(None, secret);
        derived
            .expand(purpose.as_bytes(), &mut key)
            .expect("HKDF derives up to 8160 bytes");
        Self {
            cipher: XChaCha20Poly1305::new(&key.into()),
            #[cfg(feature = "cursors")]
            nonces: Hkdf::new(Some(b"fastrs: nonces, version 1"), secret),
        }
    }

    /// Creates a random key.
    #[cfg(feature = "cursors")]
    pub(crate) fn random() -> crate::error::Result<Self> {
        let secret: [u8; 32] = chacha20poly1305::aead::Generate::try_generate()?;
        Ok(Self::derive(&secret, ""))
    }

    /// Encrypts a text, which only [`open`](Self::open) with the same context decrypts. The same text looks different
    /// each time.
    #[cfg(feature = "sessions")]
    pub(super) fn seal(&self, text: &[u8], context: &[u8]) -> crate::error::Result<String> {
        let nonce = chacha20poly1305::aead::Generate::try_generate()?;
        self.seal_with(nonce, text, context)
            .ok_or_else(|| "a session is too long to be encrypted".into())
    }

    /// Encrypts a text like `seal`, but the same text in the same context always looks the same. Its nonce is derived
    /// from both, so no two texts have the same one (RFC 5297 calls it a synthetic initialization vector).
    #[cfg(feature = "cursors")]
    pub(crate) fn seal_alike(&self, text: &[u8], context: &[u8]) -> Option<String> {
        let mut nonce = [0; NONCE];
        let length = (context.len() as u64).to_be_bytes();
        self.nonces
            .expand_multi_info(&[&length, context, text], &mut nonce)
            .expect("HKDF derives up to 8160 bytes");
        self.seal_with(nonce.into(), text, context)
    }

    fn seal_with(&self, nonce: XNonce, text: &[u8], context: &[u8]) -> Option<String> {
        let payload = Payload {
            msg: text,
            aad: context,
        };
        let sealed = self.cipher.encrypt(&nonce, payload).ok()?;
        Some(BASE64.encode([&nonce[..], &sealed[..]].concat()))
    }

    /// Decrypts what was encrypted in this context.
    pub(crate) fn open(&self, sealed: &str, context: &[u8]) -> Option<Vec<u8>> {
        let bytes = BASE64.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
        let payload = Payload {
            msg: sealed,
            aad: context,
        };
        self.cipher.decrypt(&XNonce::from(*nonce), payload).ok()
    }
}
