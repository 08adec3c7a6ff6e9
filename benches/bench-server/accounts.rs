//! The signed-in account: from a bearer token through its claims to an account.

use std::{collections::HashMap, sync::Arc};

use fastrs::prelude::*;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};

const SECRET: &[u8] = b"benchmark-secret-benchmark-secret";

#[model]
pub struct Account {
    id: u64,
    name: String,
    email: String,
    admin: bool,
}

#[model]
pub struct Claims {
    sub: String,
    exp: u64,
}

#[derive(Debug, HttpError)]
pub enum AuthError {
    #[error("Not authenticated")]
    #[status(401)]
    Unauthorized,
}

pub struct Keys {
    key: DecodingKey,
    validation: Validation,
}

#[dependency(scope = "app")]
pub async fn keys() -> Keys {
    Keys {
        key: DecodingKey::from_secret(SECRET),
        validation: Validation::new(Algorithm::HS256),
    }
}

#[dependency(scope = "app")]
pub async fn accounts() -> HashMap<u64, Arc<Account>> {
    let account = |id| {
        Arc::new(Account {
            id,
            name: format!("user-{id}"),
            email: format!("user{id}@example.com"),
            admin: id == 0,
        })
    };
    (0..1000).map(|id| (id, account(id))).collect()
}

#[dependency]
pub async fn claims(
    #[header] authorization: Option<&str>,
    #[depends(keys)] keys: &Keys,
) -> Result<Claims, AuthError> {
    let token = authorization.and_then(|value| value.strip_prefix("Bearer "));
    let token = token.ok_or(AuthError::Unauthorized)?;
    let decoded = decode(token, &keys.key, &keys.validation);
    Ok(decoded.map_err(|_| AuthError::Unauthorized)?.claims)
}

#[dependency]
pub async fn current_account(
    #[depends(claims)] claims: &Claims,
    #[depends(accounts)] accounts: &HashMap<u64, Arc<Account>>,
) -> Result<Arc<Account>, AuthError> {
    let id = claims.sub.parse().map_err(|_| AuthError::Unauthorized)?;
    accounts.get(&id).cloned().ok_or(AuthError::Unauthorized)
}

#[get("/me")]
pub async fn me(#[depends(current_account)] account: &Arc<Account>) -> Arc<Account> {
    account.clone()
}
