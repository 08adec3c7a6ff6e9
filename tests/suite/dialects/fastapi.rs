//! FastAPI's dialect: the documents of FastAPI's own tutorial, as FastAPI's tests expect them.

use std::collections::{BTreeMap, BTreeSet};

use fastrs::{Route, Value, json, prelude::*};
use rust_decimal::Decimal;

use super::component_names;

/// Returns the document of these routes as FastAPI would write it.
fn document(routes: impl IntoIterator<Item = Route>) -> Value {
    let app = App::new("FastAPI", "0.1.0").fastapi_documents();
    super::document(app.routes(routes))
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

#[test]
fn an_operation_without_input_has_one_response() {
    #[get("/")]
    async fn root() -> Value {
        Value::Null
    }
    let expected = json!({
        "openapi": "3.1.0",
        "info": {"title": "FastAPI", "version": "0.1.0"},
        "paths": {"/": {"get": {
            "summary": "Root",
            "operationId": "root__get",
            "responses": {"200": {
                "description": "Successful Response",
                "content": {"application/json": {"schema": {}}},
            }},
        }}},
    });
    assert_eq!(document(routes![root]), expected);
}

#[model]
struct Item {
    name: String,
    #[field(default, max_length = 300, title = "The description of the item")]
    description: Option<String>,
    /// The price must be greater than zero
    #[field(gt = 0.0)]
    price: f64,
    #[field(default)]
    tags: BTreeSet<String>,
    image: Option<Image>,
    count: u32,
    weights: BTreeMap<i64, f32>,
}

#[model]
struct Image {
    url: String,
}

#[derive(Debug, HttpError)]
enum ItemError {
    #[error("no such item")]
    #[status(404)]
    Missing,
}

#[put("/items/<item_id>")]
async fn update_item(
    item_id: u64,
    q: Option<String>,
    item: Item,
    #[body(le = 9)] importance: u32,
    image: Option<Image>,
) -> Result<Value, ItemError> {
    let known = item_id > 0 && importance > 0;
    match (known, q, image.or(item.image)) {
        (true, Some(_), Some(_)) => Ok(Value::Null),
        _ => Err(ItemError::Missing),
    }
}

#[test]
fn several_body_parameters_are_one_component() {
    let document = document(routes![update_item]);
    let operation = json!({
        "summary": "Update Item",
        "operationId": "update_item_items__item_id__put",
        "parameters": [
            {
                "required": true,
                "schema": {"title": "Item Id", "type": "integer"},
                "name": "item_id",
                "in": "path",
            },
            {
                "required": false,
                "schema": {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "Q"},
                "name": "q",
                "in": "query",
            },
        ],
        "requestBody": {
            "content": {"application/json": {
                "schema": reference("Body_update_item_items__item_id__put"),
            }},
            "required": true,
        },
        "responses": {
            "200": {
                "description": "Successful Response",
                "content": {"application/json": {"schema": {}}},
            },
            "422": {
                "description": "Validation Error",
                "content": {"application/json": {"schema": reference("HTTPValidationError")}},
            },
        },
    });
    assert_eq!(document["paths"]["/items/{item_id}"]["put"], operation);
    let names = component_names(&document);
    let expected = [
        "Body_update_item_items__item_id__put",
        "HTTPValidationError",
        "Image",
        "Item",
        "ValidationError",
    ];
    assert_eq!(names, expected);
    let body = json!({
        "title": "Body_update_item_items__item_id__put",
        "required": ["item", "importance"],
        "type": "object",
        "properties": {
            "item": reference("Item"),
            "importance": {"title": "Importance", "type": "integer", "maximum": 9},
            "image": {"anyOf": [reference("Image"), {"type": "null"}]},
        },
    });
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["Body_update_item_items__item_id__put"], body);
}

#[test]
fn a_model_is_written_as_pydantic_writes_it() {
    let document = document(routes![update_item]);
    let schemas = &document["components"]["schemas"];
    let image = json!({
        "title": "Image",
        "type": "object",
        "properties": {"url": {"title": "Url", "type": "string"}},
        "required": ["url"],
    });
    assert_eq!(schemas["Image"], image);
    let item = json!({
        "title": "Item",
        "type": "object",
        "properties": {
            "name": {"title": "Name", "type": "string"},
            "description": {
                "title": "The description of the item",
                "anyOf": [{"maxLength": 300, "type": "string"}, {"type": "null"}],
            },
            "price": {
                "title": "Price",
                "description": "The price must be greater than zero",
                "exclusiveMinimum": 0,
                "type": "number",
            },
            "tags": {
                "title": "Tags",
                "type": "array",
                "uniqueItems": true,
                "items": {"type": "string"},
                "default": [],
            },
            "image": {"anyOf": [reference("Image"), {"type": "null"}]},
            "count": {"title": "Count", "type": "integer"},
            "weights": {
                "title": "Weights",
                "type": "object",
                "additionalProperties": {"type": "number"},
            },
        },
        "required": ["name", "price", "count", "weights"],
    });
    assert_eq!(schemas["Item"], item);
}

#[test]
fn enums_are_components_and_literals_are_not() {
    #[model]
    enum ModelName {
        /// The oldest.
        #[serde(rename = "alexnet")]
        Alexnet,
        #[serde(rename = "resnet")]
        Resnet,
    }

    #[model(literal)]
    #[derive(Debug)]
    enum Order {
        #[serde(rename = "asc")]
        Ascending,
    }

    #[get("/models/<model_name>")]
    async fn get_model(
        model_name: ModelName,
        other: Option<ModelName>,
        #[query(default = Order::Ascending)] order_by: Order,
    ) -> String {
        let same = other.map(|other| std::mem::discriminant(&other))
            == Some(std::mem::discriminant(&model_name));
        format!("{same} {order_by:?}")
    }

    let document = document(routes![get_model]);
    let parameters = &document["paths"]["/models/{model_name}"]["get"]["parameters"];
    let model = reference("ModelName");
    assert_eq!(parameters[0]["schema"], model);
    let other = json!({"anyOf": [model, {"type": "null"}], "title": "Other"});
    assert_eq!(parameters[1]["schema"], other);
    let order = json!({"const": "asc", "type": "string", "default": "asc", "title": "Order By"});
    assert_eq!(parameters[2]["schema"], order);
    let model = json!({"title": "ModelName", "type": "string", "enum": ["resnet", "alexnet"]});
    assert_eq!(document["components"]["schemas"]["ModelName"], model);
}

#[test]
fn a_response_that_is_not_a_model_has_a_title() {
    /// Read the items.
    ///
    /// All of them.
    #[get("/items/", responses((409, Image), (410, "Permanently deleted")))]
    async fn read_items() -> Vec<Item> {
        Vec::new()
    }

    let document = document(routes![read_items]);
    let read = &document["paths"]["/items/"]["get"];
    assert_eq!(read["description"], "Read the items.\n\nAll of them.");
    let responses = json!({
        "200": {
            "description": "Successful Response",
            "content": {"application/json": {"schema": {
                "type": "array",
                "items": reference("Item"),
                "title": "Response Read Items Items  Get",
            }}},
        },
        "409": {
            "description": "Conflict",
            "content": {"application/json": {"schema": reference("Image")}},
        },
        "410": {"description": "Permanently deleted"},
    });
    assert_eq!(read["responses"], responses);
}

#[test]
fn a_response_of_any_kind_is_documented_as_json_and_not_for_head() {
    #[get("/raw")]
    async fn raw() -> Response {
        Response::default()
    }

    let document = document(routes![raw]);
    let raw = &document["paths"]["/raw"];
    assert_eq!(
        raw["get"]["responses"]["200"]["content"],
        json!({"application/json": {"schema": {}}})
    );
    assert_eq!(raw.get("head"), None);
}

#[model]
struct Account {
    #[field(read_only)]
    id: u64,
    name: Option<String>,
}

#[model]
struct Held<T> {
    by: T,
}

#[test]
fn input_and_output_are_two_components() {
    #[post("/accounts")]
    async fn create(account: Held<Account>) -> Held<Account> {
        account
    }

    let document = document(routes![create]);
    let names = component_names(&document);
    let expected = [
        "Account-Input",
        "Account-Output",
        "HTTPValidationError",
        "Held_Account_-Input",
        "Held_Account_-Output",
        "ValidationError",
    ];
    assert_eq!(names, expected);
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["Held_Account_-Input"]["title"], "Held[Account]");
    assert_eq!(schemas["Account-Output"]["title"], "Account");
    // `name` is always present, but FastAPI does not require it, as in the input.
    assert_eq!(schemas["Account-Output"]["required"], json!(["id"]));
    let id = json!({"type": "integer", "readOnly": true, "title": "Id"});
    assert_eq!(schemas["Account-Output"]["properties"]["id"], id);
    let by = &schemas["Held_Account_-Output"]["properties"]["by"];
    assert_eq!(by, &reference("Account-Output"));
}

#[test]
fn the_fields_of_a_form_are_one_component() {
    #[post("/login/")]
    async fn login(#[form] username: String, #[form] password: String) -> usize {
        username.len() + password.len()
    }

    #[post("/image")]
    async fn image(#[form] image: Image) -> String {
        image.url
    }

    let document = document(routes![login, image]);
    let form = |path: &str| {
        document["paths"][path]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"].clone()
    };
    assert_eq!(form("/login/"), reference("Body_login_login__post"));
    assert_eq!(form("/image"), reference("Image"));
    let login = json!({
        "title": "Body_login_login__post",
        "required": ["username", "password"],
        "type": "object",
        "properties": {
            "username": {"title": "Username", "type": "string"},
            "password": {"title": "Password", "type": "string"},
        },
    });
    assert_eq!(
        document["components"]["schemas"]["Body_login_login__post"],
        login
    );
}

#[test]
fn the_fields_of_a_header_model_are_headers() {
    #[model]
    struct CommonHeaders {
        host: String,
        if_modified_since: Option<String>,
        #[field(default)]
        x_tag: Vec<String>,
    }

    #[get("/items/")]
    async fn read_items(
        #[header] headers: CommonHeaders,
        /// A token
        #[header(deprecated)]
        x_token: Option<String>,
    ) -> usize {
        let sent = [headers.if_modified_since, x_token]
            .iter()
            .flatten()
            .count();
        headers.host.len() + headers.x_tag.len() + sent
    }

    let text =
        |title: &str| json!({"anyOf": [{"type": "string"}, {"type": "null"}], "title": title});
    let tags =
        json!({"type": "array", "items": {"type": "string"}, "default": [], "title": "X Tag"});
    let token = json!({
        "anyOf": [{"type": "string"}, {"type": "null"}],
        "title": "X-Token",
        "description": "A token",
        "deprecated": true,
    });
    let document = document(routes![read_items]);
    assert_eq!(
        document["paths"]["/items/"]["get"]["parameters"],
        json!([
            {"name": "host", "in": "header", "required": true, "schema": {"type": "string", "title": "Host"}},
            {"name": "if-modified-since", "in": "header", "required": false, "schema": text("If Modified Since")},
            {"name": "x-tag", "in": "header", "required": false, "schema": tags},
            {
                "name": "x-token", "in": "header", "required": false, "schema": token,
                "description": "A token", "deprecated": true,
            },
        ])
    );
}

#[test]
fn a_decimal_is_a_number_or_a_string() {
    #[get("/")]
    async fn root(#[query(gt = 0)] price: Option<Decimal>) -> bool {
        price.is_some()
    }

    let document = document(routes![root]);
    let price = &document["paths"]["/"]["get"]["parameters"][0]["schema"];
    let choices =
        json!([{"type": "number", "exclusiveMinimum": 0}, {"type": "string"}, {"type": "null"}]);
    assert_eq!(*price, json!({"anyOf": choices, "title": "Price"}));
}

#[test]
fn a_union_is_not_a_component() {
    #[model]
    #[serde(untagged)]
    enum Either {
        Item(Box<Item>),
        Image(Image),
    }

    #[model]
    struct Holder {
        one: Either,
        perhaps: Option<Either>,
    }

    #[get("/items/<item_id>", responses((409, Holder)))]
    async fn read_item(item_id: String) -> Either {
        Either::Image(Image { url: item_id })
    }

    let document = document(routes![read_item]);
    let either = [reference("Item"), reference("Image")];
    let schema = json!({"anyOf": either, "title": "Response Read Item Items  Item Id  Get"});
    let responses = &document["paths"]["/items/{item_id}"]["get"]["responses"];
    assert_eq!(
        responses["200"]["content"]["application/json"]["schema"],
        schema
    );
    let schemas = &document["components"]["schemas"];
    let holder = &schemas["Holder"]["properties"];
    assert_eq!(holder["one"], json!({"anyOf": either, "title": "One"}));
    let [item, image] = either;
    let perhaps = json!({"anyOf": [item, image, {"type": "null"}], "title": "Perhaps"});
    assert_eq!(holder["perhaps"], perhaps);
    assert_eq!(schemas.get("Either"), None);
}
