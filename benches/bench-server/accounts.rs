//! The signed-in account: from a bearer token through its claims to an account.

use std::{collections::HashMap, sync::Arc};

use fastrs::{
    prelude::*,
    security::{HttpBearer, Jwt, JwtError},
};

const SECRET: &[u8] = b"benchmark-secret-benchmark-secret";
const BEARER: HttpBearer = HttpBearer::new();

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
}

#[derive(Debug, HttpError)]
#[error("Not authenticated")]
#[status(401)]
pub struct NoAccount;

#[dependency(scope = "app")]
pub async fn jwt() -> Result<Jwt> {
    Ok(Jwt::hs256(SECRET)?)
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
    #[security(BEARER)] token: &str,
    #[depends(jwt)] jwt: &Jwt,
) -> Result<Claims, JwtError> {
    jwt.decode(token)
}

#[dependency]
pub async fn current_account(
    #[depends(claims)] claims: &Claims,
    #[depends(accounts)] accounts: &HashMap<u64, Arc<Account>>,
) -> Result<Arc<Account>, NoAccount> {
    let id = claims.sub.parse().map_err(|_| NoAccount)?;
    accounts.get(&id).cloned().ok_or(NoAccount)
}

#[get("/me")]
pub async fn me(#[depends(current_account)] account: &Arc<Account>) -> Arc<Account> {
    account.clone()
}
