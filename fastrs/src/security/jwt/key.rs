//! The keys of tokens.

use std::fmt;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use ed25519_dalek::VerifyingKey;
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, crypto::CryptoProvider,
    crypto::rust_crypto::DEFAULT_PROVIDER,
};
use serde_json::Value;

use super::{JwtKeyError, header::Header};

/// The cryptography provider. It is named here, because jsonwebtoken's own default panics in a program where another
/// crate enables a second one.
pub(super) static PROVIDER: &CryptoProvider = &DEFAULT_PROVIDER;

/// The bytes of a secret, or of a key as PEM: a `&str`, a `String`, a `Vec<u8>`, an array, and so on.
///
/// ```
/// use fastrs::{Secret, security::Jwt};
///
/// let secret = Secret::new("a secret of at least 32 bytes, not in the code".to_owned());
/// let jwt = Jwt::hs256(secret.expose());
/// # assert!(jwt.is_ok());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the bytes of a key",
    label = "neither text nor bytes",
    note = "to use the value of a `Secret`, write `secret.expose()`"
)]
pub trait KeyBytes: AsRef<[u8]> {}

#[diagnostic::do_not_recommend]
impl<T: AsRef<[u8]>> KeyBytes for T {}

/// A key for one algorithm, which signs tokens or only checks them.
///
/// ```
/// use fastrs::security::{Jwt, JwtKey};
///
/// # fn main() -> Result<(), fastrs::security::JwtKeyError> {
/// # let (new, old) = ([1; 32], [2; 32]);
/// // The new key signs; tokens that the old one signed stay valid until they expire.
/// let jwt = Jwt::new(JwtKey::hs256(new)?.kid("2026-12")).accept(JwtKey::hs256(old)?.kid("2026-11"))?;
/// # drop(jwt);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use]
pub struct JwtKey {
    pub(super) algorithm: Algorithm,
    pub(super) kid: Option<String>,
    pub(super) check: DecodingKey,
    pub(super) sign: Option<EncodingKey>,
}

impl JwtKey {
    /// HMAC with SHA-256 and a secret of at least 32 bytes.
    pub fn hs256(secret: impl KeyBytes) -> Result<Self, JwtKeyError> {
        Self::hmac(Algorithm::HS256, 32, secret.as_ref())
    }

    /// HMAC with SHA-384 and a secret of at least 48 bytes.
    pub fn hs384(secret: impl KeyBytes) -> Result<Self, JwtKeyError> {
        Self::hmac(Algorithm::HS384, 48, secret.as_ref())
    }

    /// HMAC with SHA-512 and a secret of at least 64 bytes.
    pub fn hs512(secret: impl KeyBytes) -> Result<Self, JwtKeyError> {
        Self::hmac(Algorithm::HS512, 64, secret.as_ref())
    }

    /// RSA (PKCS #1 v1.5) with SHA-256, given the private and the public key as PEM.
    pub fn rs256(private: impl KeyBytes, public: impl KeyBytes) -> Result<Self, JwtKeyError> {
        let sign = EncodingKey::from_rsa_pem(private.as_ref());
        Self::pair(sign, Self::rs256_public(public)?)
    }

    /// The public key of [`rs256`](Self::rs256) alone, which only checks tokens.
    pub fn rs256_public(public: impl KeyBytes) -> Result<Self, JwtKeyError> {
        Self::rsa_public(Algorithm::RS256, public.as_ref())
    }

    /// RSA (PSS) with SHA-256, given the private and the public key as PEM.
    pub fn ps256(private: impl KeyBytes, public: impl KeyBytes) -> Result<Self, JwtKeyError> {
        let sign = EncodingKey::from_rsa_pem(private.as_ref());
        Self::pair(sign, Self::ps256_public(public)?)
    }

    /// The public key of [`ps256`](Self::ps256) alone, which only checks tokens.
    pub fn ps256_public(public: impl KeyBytes) -> Result<Self, JwtKeyError> {
        Self::rsa_public(Algorithm::PS256, public.as_ref())
    }

    /// ECDSA on P-256 with SHA-256, given the private key (PKCS #8) and the public key as PEM.
    pub fn es256(private: impl KeyBytes, public: impl KeyBytes) -> Result<Self, JwtKeyError> {
        let sign = EncodingKey::from_ec_pem(private.as_ref());
        Self::pair(sign, Self::es256_public(public)?)
    }

    /// The public key of [`es256`](Self::es256) alone, which only checks tokens.
    pub fn es256_public(public: impl KeyBytes) -> Result<Self, JwtKeyError> {
        Self::public(Algorithm::ES256, DecodingKey::from_ec_pem(public.as_ref()))
    }

    /// ECDSA on P-384 with SHA-384, given the private key (PKCS #8) and the public key as PEM.
    pub fn es384(private: impl KeyBytes, public: impl KeyBytes) -> Result<Self, JwtKeyError> {
        let sign = EncodingKey::from_ec_pem(private.as_ref());
        Self::pair(sign, Self::es384_public(public)?)
    }

    /// The public key of [`es384`](Self::es384) alone, which only checks tokens.
    pub fn es384_public(public: impl KeyBytes) -> Result<Self, JwtKeyError> {
        Self::public(Algorithm::ES384, DecodingKey::from_ec_pem(public.as_ref()))
    }

    /// EdDSA on Curve25519, given the private key (PKCS #8) and the public key as PEM.
    pub fn eddsa(private: impl KeyBytes, public: impl KeyBytes) -> Result<Self, JwtKeyError> {
        let sign = EncodingKey::from_ed_pem(private.as_ref());
        Self::pair(sign, Self::eddsa_public(public)?)
    }

    /// The public key of [`eddsa`](Self::eddsa) alone, which only checks tokens.
    pub fn eddsa_public(public: impl KeyBytes) -> Result<Self, JwtKeyError> {
        Self::public(Algorithm::EdDSA, DecodingKey::from_ed_pem(public.as_ref()))
    }

    /// Sets the name of the key, which tokens contain, so that a token is checked only with the key that signed it.
    pub fn kid(mut self, kid: impl Into<String>) -> Self {
        self.kid = Some(kid.into());
        self
    }

    fn hmac(algorithm: Algorithm, least: usize, secret: &[u8]) -> Result<Self, JwtKeyError> {
        if let Some(form) = form_of_key(secret) {
            return Err(JwtKeyError(format!(
                "the secret for {algorithm:?} is a key in {form}: use `rs256`, `es256` or `eddsa`, since whoever has the public key could sign with it"
            )));
        }
        if secret.len() < least {
            return Err(JwtKeyError(format!(
                "the secret for {algorithm:?} has {} bytes, but needs at least {least} (RFC 7518, 3.2): generate one with `openssl rand -hex {least}`",
                secret.len()
            )));
        }
        Ok(Self {
            algorithm,
            kid: None,
            check: DecodingKey::from_secret(secret),
            sign: Some(EncodingKey::from_secret(secret)),
        })
    }

    fn rsa_public(algorithm: Algorithm, public: &[u8]) -> Result<Self, JwtKeyError> {
        if contains(public, b"PRIVATE KEY-----") {
            return Err(JwtKeyError(format!(
                "the public key for {algorithm:?} is a private one: `openssl pkey -pubout` writes its public part"
            )));
        }
        let key = Self::public(algorithm, DecodingKey::from_rsa_pem(public))?;
        // The key itself is a modulus and an exponent in DER: 270 bytes for 2048 bits.
        let length = key.check.try_get_as_bytes().map_or(0, <[u8]>::len);
        match length {
            262..=536 => Ok(key),
            _ => Err(JwtKeyError(format!(
                "the key for {algorithm:?} must have between 2048 and 4096 bits (RFC 7518, 3.3)"
            ))),
        }
    }

    pub(super) fn public(
        algorithm: Algorithm,
        check: jsonwebtoken::errors::Result<DecodingKey>,
    ) -> Result<Self, JwtKeyError> {
        let invalid = |what: &dyn fmt::Display| {
            JwtKeyError(format!(
                "the public key for {algorithm:?} is invalid: {what}"
            ))
        };
        let check = check.map_err(|error| invalid(&error))?;
        if algorithm == Algorithm::EdDSA && !is_strong_ed25519(&check) {
            return Err(invalid(
                &"it is no point of Curve25519, or one for which anybody can sign",
            ));
        }
        (PROVIDER.verifier_factory)(&algorithm, &check).map_err(|error| invalid(&error))?;
        Ok(Self {
            algorithm,
            kid: None,
            check,
            sign: None,
        })
    }

    /// Adds the private key, if it belongs to the public one.
    fn pair(
        sign: jsonwebtoken::errors::Result<EncodingKey>,
        public: Self,
    ) -> Result<Self, JwtKeyError> {
        let algorithm = public.algorithm;
        let sign = sign.map_err(|error| {
            JwtKeyError(format!(
                "the private key for {algorithm:?} is invalid: {error}"
            ))
        })?;
        let signs = || {
            let signer = (PROVIDER.signer_factory)(&algorithm, &sign).ok()?;
            let signature = signer.try_sign(b"x").ok()?;
            let verifier = (PROVIDER.verifier_factory)(&algorithm, &public.check).ok()?;
            verifier.verify(b"x", &signature).ok()
        };
        match signs() {
            Some(()) => Ok(Self {
                sign: Some(sign),
                ..public
            }),
            None => Err(JwtKeyError(format!(
                "the private and the public key for {algorithm:?} do not belong together"
            ))),
        }
    }

    /// Returns whether a token with this header may be signed with this key, which is one of `count`.
    pub(super) fn fits(&self, header: &Header, count: usize) -> bool {
        let is_named = match (&header.kid, &self.kid) {
            (Some(sent), Some(kid)) => sent == kid,
            // A key without a name is not the one that the token names, unless there is no other.
            (Some(_), None) | (None, Some(_)) => count == 1,
            (None, None) => true,
        };
        is_named && header.alg == self.algorithm
    }
}

/// Returns whether a key is a point of Curve25519 for which only the owner of the private key can sign: with one of
/// small order, a signature of zeros is valid (RFC 8032, 8).
fn is_strong_ed25519(key: &DecodingKey) -> bool {
    let bytes = key.try_get_as_bytes().ok();
    let bytes: Option<&[u8; 32]> = bytes.and_then(|bytes| bytes.try_into().ok());
    let point = bytes.and_then(|bytes| VerifyingKey::from_bytes(bytes).ok());
    point.is_some_and(|point| !point.is_weak())
}

/// Returns the format of a secret that is a key of another kind.
fn form_of_key(secret: &[u8]) -> Option<&'static str> {
    if contains(secret, b"-----BEGIN ") {
        return Some("PEM");
    }
    if let Ok(Value::Object(object)) = serde_json::from_slice(secret) {
        let is_key = object.contains_key("kty") || object.contains_key("keys");
        return is_key.then_some("JWK");
    }
    let mut text = secret.to_vec();
    text.retain(|byte| !byte.is_ascii_whitespace() && *byte != b'=');
    let decoded = STANDARD_NO_PAD
        .decode(&text)
        .or_else(|_| URL_SAFE_NO_PAD.decode(&text))
        .unwrap_or_default();
    (is_der(secret) || is_der(&decoded)).then_some("DER")
}

/// Returns whether these bytes are a sequence whose first element is another one or a number: a key or a certificate.
fn is_der(bytes: &[u8]) -> bool {
    let [0x30, length, rest @ ..] = bytes else {
        return false;
    };
    // The length is in the byte itself, or in the one or two bytes after it.
    let (length, rest) = match (length, rest) {
        (0x81, [length, rest @ ..]) => (usize::from(*length), rest),
        (0x82, [high, low, rest @ ..]) => (usize::from(u16::from_be_bytes([*high, *low])), rest),
        (length, rest) => (usize::from(*length), rest),
    };
    length == rest.len() && matches!(rest.first(), Some(0x02 | 0x30))
}

fn contains(whole: &[u8], part: &[u8]) -> bool {
    whole.windows(part.len()).any(|window| window == part)
}

/// Shows the algorithm and the name, but not the key.
impl fmt::Debug for JwtKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwtKey")
            .field("algorithm", &self.algorithm)
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}
