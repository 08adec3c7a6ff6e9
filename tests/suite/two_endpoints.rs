//! The API with which the other frameworks were measured: two endpoints, documented only by comments.

use fastrs::prelude::*;
use fastrs::testing::TestClient;
use fastrs::{Value, json};

use crate::support::{document, golden, shown};

/// An item as the shop sells it.
#[model]
struct Item {
    id: u64,
    name: String,
    price: f64,
}

/// An item to create.
#[model]
struct NewItem {
    #[field(min_length = 1, max_length = 20)]
    name: String,
    #[field(ge = 0.01)]
    price: f64,
}

#[derive(Debug, HttpError)]
enum ItemError {
    #[error("no item {0}")]
    #[status(404)]
    NotFound(u64),
}

/// Read one item.
#[get("/items/<id>")]
async fn get_item(id: u64, verbose: Option<bool>) -> Result<Item, ItemError> {
    if id == 0 {
        return Err(ItemError::NotFound(id));
    }
    let name = if verbose == Some(true) {
        "Lamp, the bright one"
    } else {
        "Lamp"
    };
    Ok(Item {
        id,
        name: name.to_owned(),
        price: 9.5,
    })
}

/// Create an item.
///
/// Its id is chosen here.
#[post("/items", status = 201)]
async fn create_item(item: NewItem) -> Item {
    Item {
        id: 1,
        name: item.name,
        price: item.price,
    }
}

fn app() -> App {
    App::new("Shop", "1.0.0").routes(routes![get_item, create_item])
}

#[tokio::test]
async fn the_document_has_every_column() {
    let document = document(app()).await;
    golden("two_endpoints.json", &document);

    // The columns of the survey, repeated here so that updating the golden file cannot remove one.
    let read = &document["paths"]["/items/{id}"]["get"];
    let create = &document["paths"]["/items"]["post"];
    let json = "application/json";
    let item = json!({ "$ref": "#/components/schemas/Item" });
    let columns: &[(&str, &Value, Value)] = &[
        ("version", &document["openapi"], json!("3.1.0")),
        (
            "path parameter",
            &read["parameters"][0]["schema"]["type"],
            json!("integer"),
        ),
        (
            "path parameter is required",
            &read["parameters"][0]["required"],
            json!(true),
        ),
        (
            "query parameter",
            &read["parameters"][1]["schema"]["type"],
            json!("boolean"),
        ),
        (
            "query parameter is optional",
            &read["parameters"][1]["required"],
            json!(false),
        ),
        (
            "201",
            &create["responses"]["201"]["content"][json]["schema"],
            item.clone(),
        ),
        (
            "no 200 next to 201",
            &create["responses"]["200"],
            Value::Null,
        ),
        (
            "200",
            &read["responses"]["200"]["content"][json]["schema"],
            item,
        ),
        (
            "404",
            &read["responses"]["404"]["description"],
            json!("no item …"),
        ),
        (
            "422",
            &read["responses"]["422"]["content"][json]["schema"],
            json!({ "$ref": "#/components/schemas/HTTPValidationError" }),
        ),
        (
            "body is required",
            &create["requestBody"]["required"],
            json!(true),
        ),
        ("summary", &read["summary"], json!("Read one item.")),
        (
            "description",
            &create["description"],
            json!("Its id is chosen here."),
        ),
        ("operation id", &read["operationId"], json!("get_item")),
        ("operation id", &create["operationId"], json!("create_item")),
    ];
    for (column, found, expected) in columns {
        assert_eq!(*found, expected, "{column}");
    }
    let new_item = &document["components"]["schemas"]["NewItem"];
    assert_eq!(new_item["required"], json!(["name", "price"]));
    assert_eq!(new_item["properties"]["name"]["minLength"], 1);
    assert_eq!(new_item["properties"]["name"]["maxLength"], 20);
    assert_eq!(new_item["properties"]["price"]["minimum"], 0.01);
}

#[tokio::test]
async fn every_bad_request_gets_all_its_errors() {
    let client = TestClient::start(app()).await;
    let post = |body: &Value| client.post("/items").json(body);
    let answers = [
        ("bad path id", client.get("/items/abc").send().await),
        (
            "bad query",
            client.get("/items/1?verbose=perhaps").send().await,
        ),
        (
            "bad path id and bad query",
            client.get("/items/-1?verbose=perhaps").send().await,
        ),
        ("no such item", client.get("/items/0").send().await),
        (
            "two wrong types",
            post(&json!({"name": 5, "price": "cheap"})).send().await,
        ),
        ("two missing", post(&json!({})).send().await),
        (
            "two violated constraints",
            post(&json!({"name": "", "price": -1})).send().await,
        ),
        (
            "broken JSON",
            client
                .post("/items")
                .header("content-type", "application/json")
                .body("{\"name\" 1}")
                .send()
                .await,
        ),
        ("no body", client.post("/items").send().await),
        (
            "wrong content type",
            client
                .post("/items")
                .header("content-type", "text/plain")
                .body("{}")
                .send()
                .await,
        ),
        ("wrong method", client.delete("/items/1").send().await),
        ("no such path", client.get("/nothing").send().await),
    ];
    for (case, answer) in &answers {
        let media = answer.header("content-type");
        assert_eq!(media, Some("application/json"), "{case}");
    }
    assert_eq!(answers[10].1.header("allow"), Some("GET, HEAD, OPTIONS"));
    let shown: Value = answers
        .iter()
        .map(|(case, answer)| (case.to_string(), shown(answer)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    golden("two_endpoints_errors.json", &shown);
}
