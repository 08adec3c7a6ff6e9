//! Hashes: made, read and compared.

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, Version, password_hash::phc::PasswordHash,
};

use super::PasswordError;
use crate::model::Secret;

/// The cost of a hash that is made here.
#[derive(Clone, Copy)]
pub(super) struct Cost {
    pub(super) memory_kib: u32,
    pub(super) iterations: u32,
}

impl Cost {
    /// <https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html>
    pub(super) const OWASP_MINIMUM: Self = Self {
        memory_kib: 19 * 1024,
        iterations: 2,
    };

    pub(super) fn hash(self, password: &str) -> Result<String, PasswordError> {
        let params = self.params().map_err(PasswordError::failed)?;
        let hash = Argon2::from(params).hash_password(password.as_bytes());
        Ok(hash.map_err(PasswordError::failed)?.to_string())
    }

    fn params(self) -> argon2::Result<Params> {
        Params::new(self.memory_kib, self.iterations, 1, None)
    }

    fn work(self) -> u64 {
        u64::from(self.memory_kib) * u64::from(self.iterations)
    }
}

/// What verifying a stored hash may cost.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) memory_kib: u32,
    pub(super) truncates_for_bcrypt: bool,
    iterations: u32,
    lanes: u32,
    /// The logarithm of the number of rounds.
    bcrypt: u32,
}

impl Limits {
    pub(super) const DEFAULT: Self = Self {
        memory_kib: 256 * 1024,
        truncates_for_bcrypt: false,
        iterations: 16,
        lanes: 16,
        bcrypt: 14,
    };

    /// Allows at least the hashes that are made here.
    pub(super) fn allowing(self, own: Cost) -> Self {
        Self {
            memory_kib: self.memory_kib.max(own.memory_kib),
            iterations: self.iterations.max(own.iterations),
            ..self
        }
    }
}

/// The minimum cost of bcrypt.
const BCRYPT_LEAST: u32 = 4;

/// The bytes of a password that bcrypt uses.
const BCRYPT_BYTES: usize = 72;

/// A hash that can be compared with a password.
pub(super) enum Stored {
    Argon2 {
        argon2: Argon2<'static>,
        salt: Vec<u8>,
        output: Secret<Vec<u8>>,
        /// Whether it is Argon2id in its current version.
        is_current: bool,
    },
    Bcrypt(String),
}

impl Stored {
    /// Reads a hash that is well-formed, not too expensive, and could be that of this password.
    pub(super) fn parse(text: &str, password: &str, limits: Limits) -> Option<Self> {
        match text.starts_with("$argon2") {
            true => Self::parse_argon2(text, limits),
            false => Self::parse_bcrypt(text, password, limits),
        }
    }

    fn parse_argon2(text: &str, limits: Limits) -> Option<Self> {
        let hash = PasswordHash::new(text).ok()?;
        let algorithm = Algorithm::new(hash.algorithm).ok()?;
        // A hash without a version was made before hashes had one.
        let version = hash.version.map_or(Ok(Version::V0x10), Version::try_from);
        let (version, params) = (version.ok()?, Params::try_from(&hash).ok()?);
        let is_affordable = params.m_cost() <= limits.memory_kib
            && params.t_cost() <= limits.iterations
            && params.p_cost() <= limits.lanes;
        is_affordable.then_some(Self::Argon2 {
            argon2: Argon2::new(algorithm, version, params),
            salt: hash.salt?.to_vec(),
            output: hash.hash?.as_bytes().to_vec().into(),
            is_current: (algorithm, version) == (Algorithm::Argon2id, Version::V0x13),
        })
    }

    fn parse_bcrypt(text: &str, password: &str, limits: Limits) -> Option<Self> {
        // Not `$2x$`, which marks the hashes of an early library with a bug.
        let is_known = ["$2a$", "$2b$", "$2y$"]
            .iter()
            .any(|known| text.starts_with(known));
        // bcrypt repeats a password and its final NUL up to 72 bytes, so it cannot tell `a` from `a\0a`.
        let is_possible = !password.contains('\0')
            && (password.len() <= BCRYPT_BYTES || limits.truncates_for_bcrypt);
        let parts: bcrypt::HashParts = text.parse().ok()?;
        let is_affordable = (BCRYPT_LEAST..=limits.bcrypt).contains(&parts.get_cost());
        (is_known && is_possible && is_affordable).then(|| Self::Bcrypt(text.to_owned()))
    }

    /// Returns a hash of this cost that no password matches.
    pub(super) fn of_nobody(cost: Cost) -> Result<Self, PasswordError> {
        Ok(Self::Argon2 {
            argon2: cost.params().map_err(PasswordError::failed)?.into(),
            salt: vec![0; 16],
            output: vec![0; Params::DEFAULT_OUTPUT_LEN].into(),
            is_current: true,
        })
    }

    pub(super) fn matches(&self, password: &str) -> Result<bool, PasswordError> {
        match self {
            Self::Argon2 {
                argon2,
                salt,
                output,
                ..
            } => {
                let mut own = vec![0; output.expose().len()];
                let hashed = argon2.hash_password_into(password.as_bytes(), salt, &mut own);
                hashed.map_err(PasswordError::failed)?;
                Ok(Secret::new(own) == *output)
            }
            // bcrypt truncates the password to 72 bytes: `parse_bcrypt` accepts a longer one only if the app allows it.
            Self::Bcrypt(hash) => bcrypt::verify(password, hash).map_err(PasswordError::failed),
        }
    }

    /// Returns whether a hash of this cost should replace it.
    pub(super) fn is_outdated(&self, own: Cost) -> bool {
        match self {
            Self::Argon2 {
                argon2, is_current, ..
            } => {
                let params = argon2.params();
                let cost = Cost {
                    memory_kib: params.m_cost(),
                    iterations: params.t_cost(),
                };
                !is_current || cost.memory_kib < own.memory_kib || cost.work() < own.work()
            }
            Self::Bcrypt(_) => true,
        }
    }
}
