//! Random tokens, of which only the hashes are stored, and random ids.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use fastrs::prelude::*;
use sha2::{Digest, Sha256};

/// A new token with 256 random bits.
pub struct NewToken {
    /// What the client receives, and nobody else.
    pub text: String,
    /// What the database stores.
    pub hash: String,
}

impl NewToken {
    pub fn generate() -> Result<Self> {
        let text = random()?;
        let hash = hash(&text);
        Ok(Self { text, hash })
    }
}

/// Returns 256 random bits as text.
pub fn random() -> Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Returns the hash by which a token is found.
///
/// A fast hash is enough here, unlike for passwords: nobody can guess 256 random bits.
pub fn hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token))
}
