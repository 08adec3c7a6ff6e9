//! The README's first program: a path parameter, a query parameter, a model.
//!
//! ```text
//! cargo run --example hello
//! ```
//!
//! Then open `http://127.0.0.1:8000/docs`.

use fastrs::prelude::*;

#[model]
struct Item {
    #[field(min_length = 1)]
    name: String,
    #[field(gt = 0.0)]
    price: f64,
}

/// Greet somebody.
#[get("/hello/<name>")]
async fn hello(name: String, excited: Option<bool>) -> String {
    let end = if excited.unwrap_or(false) { "!" } else { "." };
    format!("Hello, {name}{end}")
}

/// Create an item.
#[post("/items", status = 201)]
async fn create_item(item: Item) -> Item {
    item
}

fn app() -> App {
    App::new("Hello", "1.0.0").routes(routes![hello, create_item])
}

#[fastrs::main]
async fn main() -> Result<(), StartError> {
    app().launch().await
}

#[cfg(test)]
mod tests {
    use fastrs::testing::TestClient;
    use serde_json::{Value, json};

    use super::*;

    #[tokio::test]
    async fn greets() {
        let client = TestClient::start(app()).await;
        let answer = client.get("/hello/Ada?excited=yes").send().await;
        assert_eq!(answer.json::<Value>(), "Hello, Ada!");
    }

    #[tokio::test]
    async fn rejects_what_is_not_an_item() {
        let client = TestClient::start(app()).await;
        let item = json!({"name": "Lamp", "price": 12.5});
        let answer = client.post("/items").json(&item).send().await;
        assert_eq!(answer.status(), 201);
        assert_eq!(answer.json::<Value>(), item);

        let answer = client
            .post("/items")
            .json(&json!({"price": 0}))
            .send()
            .await;
        assert_eq!(answer.status(), 422);
        let errors = answer.json::<Value>();
        assert_eq!(errors["detail"][0]["loc"], json!(["body", "name"]));
        assert_eq!(errors["detail"][1]["type"], "greater_than");
    }
}
