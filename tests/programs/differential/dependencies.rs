//! Dependencies, on a handler and on a router.

use fastrs::{Value, prelude::*};

use super::bodies::Cat;

pub(super) fn router() -> Router {
    let admin = Router::new("/admin")
        .depends::<token>()
        .routes(routes![stats, notes]);
    Router::new("").routes(routes![guarded]).include(admin)
}

#[dependency]
async fn token(#[header] x_token: String) -> Result<String> {
    match &*x_token {
        "secret" => Ok(x_token),
        _ => Err(HttpError::new(401, "Who are you?").header("www-authenticate", "Token")),
    }
}

#[dependency]
async fn paging(
    #[query(default = 0)] skip: u32,
    #[query(le = 100, default = 10)] limit: u32,
) -> (u32, u32) {
    (skip, limit)
}

#[dependency]
async fn user(#[depends(token)] token: &String, #[header] x_user: i64) -> Result<String> {
    match x_user {
        ..0 => Err(HttpError::new(403, "Not you")),
        _ => Ok(format!("{token} {x_user}")),
    }
}

#[get("/guarded/<id>")]
async fn guarded(
    id: u32,
    #[depends(user)] user: &String,
    #[depends(paging)] paging: (u32, u32),
    q: String,
) -> Value {
    json!({ "id": id, "user": user, "skip": paging.0, "limit": paging.1, "q": q })
}

#[get("/stats")]
async fn stats(#[query(default = 7)] days: u8) -> u8 {
    days
}

#[post("/notes")]
async fn notes(cat: Cat) -> Cat {
    cat
}
