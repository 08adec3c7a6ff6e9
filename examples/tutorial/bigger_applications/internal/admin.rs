//! The admin's path operations. The code that includes them sets their prefix and who may call them.

use fastrs::prelude::*;
use fastrs::{Value, json};

#[post("/")]
async fn update_admin() -> Value {
    json!({"message": "Admin getting schwifty"})
}

pub(crate) fn router() -> Router {
    Router::new("").routes(routes![update_admin])
}
