//! API keys that the app itself issues.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::{
    error::{HttpError, Result},
    model::Secret,
};

/// The hexadecimal digits of the secret part of a key: 256 bits.
const SECRET_DIGITS: usize = 64;

/// A new API key. The client gets the key itself, once, and the app stores only its id and its hash.
///
/// A key consists of its id and a secret: `shop_3f2a9c0d1e4b5a69_` and 64 hexadecimal digits. The id is not a secret.
/// It begins with the app's own prefix, so that people and scanners recognize a key that has leaked.
///
/// The hash is SHA-256, as text, not the slow hash that a password needs: nobody can try all secrets of 256 random
/// bits, however fast the hash is.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::security::{ApiKey, ApiKeyHeader};
///
/// const KEY: ApiKeyHeader = ApiKeyHeader::new("x-api-key");
///
/// # fn find_hash(_: &str) -> Option<String> { None }
/// # fn store(_: &str, _: &str) {}
/// #[post("/keys", status = 201)]
/// async fn create_key() -> Result<String> {
///     let key = ApiKey::generate("shop")?;
///     store(key.id(), key.hash());
///     Ok(key.expose().to_owned())
/// }
///
/// #[dependency]
/// async fn partner(#[security(KEY)] sent: &str) -> Result<String> {
///     let known = ApiKey::id_of(sent).and_then(|id| Some((id, find_hash(id)?)));
///     match known {
///         Some((id, hash)) if ApiKey::verify(sent, &hash) => Ok(id.to_owned()),
///         _ => Err(HttpError::new(401, "Invalid API key").header("WWW-Authenticate", "APIKey")),
///     }
/// }
/// # let _ = (create_key, partner);
/// ```
#[must_use = "the client needs the key, and the app its hash"]
pub struct ApiKey {
    key: String,
    id_length: usize,
    hash: String,
}

impl ApiKey {
    /// Generates a key with the random numbers of the operating system.
    ///
    /// The prefix consists of at most 32 ASCII letters, digits, `_` and `-`. Any other prefix is a 500, and so is a
    /// system without random numbers.
    pub fn generate(prefix: &str) -> Result<Self> {
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if !(1..=32).contains(&prefix.len()) || !prefix.chars().all(is_allowed) {
            let cause = format!(
                "{prefix:?} cannot be the prefix of an API key: use up to 32 ASCII letters, digits, `_` and `-`"
            );
            return Err(HttpError::from_status(500).cause(cause));
        }
        let (mut id, mut secret) = ([0; 8], [0; SECRET_DIGITS / 2]);
        getrandom::fill(&mut id)?;
        getrandom::fill(&mut secret)?;
        let id = format!("{prefix}_{}", hexadecimal(&id));
        let key = format!("{id}_{}", hexadecimal(&secret));
        Ok(Self {
            id_length: id.len(),
            hash: hash(&key),
            key,
        })
    }

    /// Returns the key itself, for the client. It cannot be recovered later.
    pub fn expose(&self) -> &str {
        &self.key
    }

    /// Returns the key's id, which is unique and not a secret: the app stores it to find the hash of a key that a
    /// client sends, and can show it in lists and logs.
    pub fn id(&self) -> &str {
        &self.key[..self.id_length]
    }

    /// Returns the key's hash, which the app stores: the SHA-256 of the whole key, as 64 hexadecimal digits.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Returns the id of a key that a client sent, or `None` if the text does not look like a generated key.
    pub fn id_of(sent: &str) -> Option<&str> {
        let (id, secret) = sent.rsplit_once('_')?;
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (secret.len() == SECRET_DIGITS && secret.bytes().all(is_digit)).then_some(id)
    }

    /// Returns whether a client sent the key with this hash. It compares in constant time.
    ///
    /// The key need not be a generated one: any random key works whose SHA-256 is stored in lowercase, as Python's
    /// `hexdigest()` writes it.
    #[must_use = "the key may be wrong"]
    pub fn verify(sent: &str, stored_hash: &str) -> bool {
        Secret::new(hash(sent)) == Secret::new(stored_hash)
    }
}

/// Shows the id, which is not a secret.
impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey")
            .field("id", &self.id())
            .finish_non_exhaustive()
    }
}

fn hash(key: &str) -> String {
    hexadecimal(&Sha256::digest(key))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
