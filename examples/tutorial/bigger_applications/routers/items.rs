//! The items.

use fastrs::prelude::*;
use fastrs::{Value, json};

use crate::bigger_applications::dependencies::get_token_header;

fn item_name(item_id: &str) -> Option<&'static str> {
    match item_id {
        "plumbus" => Some("Plumbus"),
        "gun" => Some("Portal Gun"),
        _ => None,
    }
}

#[get("/")]
async fn read_items() -> Value {
    json!({"plumbus": {"name": "Plumbus"}, "gun": {"name": "Portal Gun"}})
}

#[get("/<item_id>")]
async fn read_item(item_id: String) -> Result<Value> {
    let name = item_name(&item_id).or_404("Item not found")?;
    Ok(json!({"name": name, "item_id": item_id}))
}

#[put("/<item_id>", tags = ["custom"], responses((403, "Operation forbidden")))]
async fn update_item(item_id: String) -> Result<Value> {
    if item_id != "plumbus" {
        return Err(HttpError::new(403, "You can only update the item: plumbus"));
    }
    Ok(json!({"item_id": item_id, "name": "The great Plumbus"}))
}

pub(crate) fn router() -> Router {
    Router::new("/items")
        .tag("items")
        .depends::<get_token_header>()
        .response(404, "Not found")
        .routes(routes![read_items, read_item, update_item])
}
