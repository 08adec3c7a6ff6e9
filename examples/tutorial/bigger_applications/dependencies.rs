//! The dependencies that several routers share.

use fastrs::prelude::*;

#[dependency]
pub(crate) async fn get_token_header(#[header] x_token: String) -> Result<()> {
    if x_token != "fake-super-secret-token" {
        return Err(HttpError::new(400, "X-Token header invalid"));
    }
    Ok(())
}

#[dependency]
pub(crate) async fn get_query_token(token: String) -> Result<()> {
    if token != "jessica" {
        return Err(HttpError::new(400, "No Jessica token provided"));
    }
    Ok(())
}
