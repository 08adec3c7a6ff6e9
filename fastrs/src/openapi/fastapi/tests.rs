//! The documents of FastAPI's own tutorial, as FastAPI's tests expect them.

use schemars::{JsonSchema, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::render;
use crate::openapi::{
    BodyMedia, BodyParam, Document, Info, OperationMeta, Parameter, ParameterLocation, ResponseDoc,
};

fn document() -> Document {
    Document::new(Info::new("FastAPI", "0.1.0"))
}

fn answer_anything(op: &mut crate::openapi::Operation<'_>) {
    let anything = op.output_schema::<Value>();
    op.response(200, ResponseDoc::json(anything));
}

fn schemas(written: &Value) -> Value {
    let mut schemas = written["components"]["schemas"].clone();
    for own in ["HTTPValidationError", "ValidationError"] {
        assert!(schemas[own].is_object(), "{own} is missing");
        schemas.as_object_mut().unwrap().shift_remove(own);
    }
    schemas
}

#[test]
fn first_steps() {
    let mut document = document();
    document.operation(OperationMeta::new("GET", "/", "root"), answer_anything);
    assert_eq!(
        render(&document),
        json!({
            "openapi": "3.1.0",
            "info": {"title": "FastAPI", "version": "0.1.0"},
            "paths": {"/": {"get": {
                "responses": {"200": {
                    "description": "Successful Response",
                    "content": {"application/json": {"schema": {}}},
                }},
                "summary": "Root",
                "operationId": "root__get",
            }}},
        })
    );
}

#[derive(JsonSchema, Serialize, Deserialize)]
struct Item {
    name: String,
    #[serde(default)]
    #[schemars(length(max = 300), title = "The description of the item")]
    description: Option<String>,
    /// The price must be greater than zero
    #[schemars(extend("exclusiveMinimum" = 0))]
    price: f64,
    #[serde(default)]
    tags: std::collections::BTreeSet<String>,
    image: Option<Image>,
    count: u32,
    weights: std::collections::BTreeMap<i64, f32>,
}

#[derive(JsonSchema, Serialize, Deserialize)]
struct Image {
    url: String,
}

#[test]
fn body_multiple_params() {
    let mut document = document();
    let meta = OperationMeta::new("PUT", "/items/{item_id}", "update_item");
    document.operation(meta, |op| {
        let schema = op.input_schema::<u64>();
        op.parameter(Parameter::new("item_id", ParameterLocation::Path, schema));
        let schema = op.input_schema::<String>();
        op.parameter(Parameter::new("q", ParameterLocation::Query, schema).nullable(true));
        let schema = op.input_schema::<Item>();
        op.body(BodyParam::new("item", BodyMedia::Json, schema));
        let schema = json_schema!({
            "type": "integer", "format": "uint32", "minimum": 0, "maximum": 9, "x-fastrs-bounds": ["maximum"],
        });
        op.body(BodyParam::new("importance", BodyMedia::Json, schema));
        let schema = op.input_schema::<Image>();
        op.body(BodyParam::new("image", BodyMedia::Json, schema).required(false).nullable(true));
        answer_anything(op);
        op.response(404, ResponseDoc::error());
    });
    let written = render(&document);
    let item = json!({"$ref": "#/components/schemas/Body_update_item_items__item_id__put"});
    assert_eq!(
        written["paths"]["/items/{item_id}"]["put"],
        json!({
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
            "requestBody": {"content": {"application/json": {"schema": item}}, "required": true},
            "responses": {
                "200": {
                    "description": "Successful Response",
                    "content": {"application/json": {"schema": {}}},
                },
                "422": {
                    "description": "Validation Error",
                    "content": {"application/json": {
                        "schema": {"$ref": "#/components/schemas/HTTPValidationError"},
                    }},
                },
            },
        })
    );
    assert_eq!(
        schemas(&written),
        json!({
            "Body_update_item_items__item_id__put": {
                "title": "Body_update_item_items__item_id__put",
                "required": ["item", "importance"],
                "type": "object",
                "properties": {
                    "item": {"$ref": "#/components/schemas/Item"},
                    "importance": {"title": "Importance", "type": "integer", "maximum": 9},
                    "image": {"anyOf": [{"$ref": "#/components/schemas/Image"}, {"type": "null"}]},
                },
            },
            "Image": {
                "title": "Image",
                "type": "object",
                "properties": {"url": {"title": "Url", "type": "string"}},
                "required": ["url"],
            },
            "Item": {
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
                    "image": {"anyOf": [{"$ref": "#/components/schemas/Image"}, {"type": "null"}]},
                    "count": {"title": "Count", "type": "integer"},
                    "weights": {
                        "title": "Weights",
                        "type": "object",
                        "additionalProperties": {"type": "number"},
                    },
                },
                "required": ["name", "price", "count", "weights"],
            },
        })
    );
}

#[derive(JsonSchema)]
#[allow(dead_code)] // only its schema is used
enum ModelName {
    /// The oldest.
    #[serde(rename = "alexnet")]
    Alexnet,
    #[serde(rename = "resnet")]
    Resnet,
}

#[test]
fn enums_are_referred_to_and_literals_are_not() {
    let mut document = document();
    let meta = OperationMeta::new("GET", "/models/{model_name}", "get_model");
    document.operation(meta, |op| {
        let schema = op.input_schema::<ModelName>();
        op.parameter(Parameter::new(
            "model_name",
            ParameterLocation::Path,
            schema.clone(),
        ));
        op.parameter(Parameter::new("other", ParameterLocation::Query, schema).nullable(true));
        let literal = json_schema!({"type": "string", "enum": ["asc"], "x-fastrs-literal": true});
        op.parameter(
            Parameter::new("order_by", ParameterLocation::Query, literal).default("asc".into()),
        );
        answer_anything(op);
    });
    let written = render(&document);
    let parameters = &written["paths"]["/models/{model_name}"]["get"]["parameters"];
    let model = json!({"$ref": "#/components/schemas/ModelName"});
    assert_eq!(parameters[0]["schema"], model);
    let other = json!({"anyOf": [model, {"type": "null"}], "title": "Other"});
    assert_eq!(parameters[1]["schema"], other);
    let order = json!({"const": "asc", "type": "string", "default": "asc", "title": "Order By"});
    assert_eq!(parameters[2]["schema"], order);
    let model = &written["components"]["schemas"]["ModelName"];
    assert_eq!(
        model,
        &json!({"title": "ModelName", "type": "string", "enum": ["resnet", "alexnet"]})
    );
}

#[test]
fn answers_that_are_no_model_have_a_title() {
    let mut document = document();
    let mut meta = OperationMeta::new("GET", "/items/", "read_items");
    meta.doc = Some("Read the items.\n\nAll of them.".into());
    document.operation(meta, |op| {
        let items = op.output_schema::<Vec<Item>>();
        op.response(200, ResponseDoc::json(items));
        let item = op.output_schema::<Image>();
        op.response(409, ResponseDoc::json(item).declared());
        op.response(
            410,
            ResponseDoc::new()
                .declared()
                .description("Permanently deleted"),
        );
    });
    document.operation(OperationMeta::new("GET", "/raw", "raw"), |op| {
        op.response(200, ResponseDoc::raw());
    });
    document.operation(OperationMeta::new("HEAD", "/raw", "raw"), |op| {
        op.response(200, ResponseDoc::raw());
    });
    let written = render(&document);
    let read = &written["paths"]["/items/"]["get"];
    assert_eq!(read["description"], "Read the items.\n\nAll of them.");
    assert_eq!(
        read["responses"],
        json!({
            "200": {
                "description": "Successful Response",
                "content": {"application/json": {"schema": {
                    "type": "array",
                    "items": {"$ref": "#/components/schemas/Item"},
                    "title": "Response Read Items Items  Get",
                }}},
            },
            "409": {
                "description": "Conflict",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Image"}}},
            },
            "410": {"description": "Permanently deleted"},
        })
    );
    let raw = &written["paths"]["/raw"];
    assert_eq!(
        raw["get"]["responses"]["200"]["content"],
        json!({"application/json": {"schema": {}}})
    );
    assert!(raw.get("head").is_none());
}

#[derive(JsonSchema, Serialize, Deserialize)]
struct Account {
    #[serde(skip_deserializing)]
    id: u64,
    name: Option<String>,
}

#[derive(JsonSchema, Serialize, Deserialize)]
#[schemars(rename = "Held_{T}_")]
struct Held<T> {
    by: T,
}

#[test]
fn input_and_output_are_split_as_in_fastapi() {
    let mut document = document();
    let meta = OperationMeta::new("POST", "/accounts", "create");
    document.operation(meta, |op| {
        let schema = op.input_schema::<Held<Account>>();
        op.body(BodyParam::new("account", BodyMedia::Json, schema));
        let schema = op.output_schema::<Held<Account>>();
        op.response(200, ResponseDoc::json(schema));
    });
    let written = schemas(&render(&document));
    let names: Vec<&String> = written.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "Account-Input",
            "Account-Output",
            "Held_Account_-Input",
            "Held_Account_-Output"
        ]
    );
    assert_eq!(written["Held_Account_-Input"]["title"], "Held[Account]");
    assert_eq!(written["Account-Output"]["title"], "Account");
    // `name` is always present, but FastAPI does not require it, as in the input.
    assert_eq!(written["Account-Output"]["required"], json!(["id"]));
    let id = json!({"type": "integer", "readOnly": true, "title": "Id"});
    assert_eq!(written["Account-Output"]["properties"]["id"], id);
    assert_eq!(
        written["Held_Account_-Output"]["properties"]["by"],
        json!({"$ref": "#/components/schemas/Account-Output"})
    );
}

#[test]
fn the_fields_of_a_form_are_one_body() {
    let mut document = document();
    let text = || json_schema!({"type": "string"});
    let meta = OperationMeta::new("POST", "/login/", "login");
    document.operation(meta, |op| {
        op.body(BodyParam::new("username", BodyMedia::Form, text()).embed(true));
        op.body(BodyParam::new("password", BodyMedia::Form, text()).embed(true));
    });
    document.operation(OperationMeta::new("POST", "/image", "image"), |op| {
        let schema = op.input_schema::<Image>();
        op.body(BodyParam::new("image", BodyMedia::Form, schema));
    });
    let written = render(&document);
    let content = &written["paths"]["/login/"]["post"]["requestBody"]["content"];
    let reference = json!({"$ref": "#/components/schemas/Body_login_login__post"});
    assert_eq!(
        content,
        &json!({"application/x-www-form-urlencoded": {"schema": reference}})
    );
    assert_eq!(
        written["components"]["schemas"]["Body_login_login__post"],
        json!({
            "title": "Body_login_login__post",
            "required": ["username", "password"],
            "type": "object",
            "properties": {
                "username": {"title": "Username", "type": "string"},
                "password": {"title": "Password", "type": "string"},
            },
        })
    );
    let content = &written["paths"]["/image"]["post"]["requestBody"]["content"];
    let reference = json!({"$ref": "#/components/schemas/Image"});
    assert_eq!(
        content,
        &json!({"application/x-www-form-urlencoded": {"schema": reference}})
    );
}

#[derive(JsonSchema)]
#[allow(dead_code)] // only its schema is used
struct CommonHeaders {
    host: String,
    if_modified_since: Option<String>,
    #[serde(default)]
    x_tag: Vec<String>,
}

#[test]
fn header_models() {
    let mut document = document();
    document.operation(OperationMeta::new("GET", "/items/", "read_items"), |op| {
        for mut field in op
            .fields_of::<CommonHeaders>(ParameterLocation::Header)
            .unwrap()
        {
            field.name = field.name.replace('_', "-");
            op.parameter(field);
        }
        let token = Parameter::new(
            "x-token",
            ParameterLocation::Header,
            json_schema!({"type": "string"}),
        );
        op.parameter(token.deprecated(true).description("A token"));
    });
    let text =
        json!({"anyOf": [{"type": "string"}, {"type": "null"}], "title": "If Modified Since"});
    let tags =
        json!({"type": "array", "items": {"type": "string"}, "default": [], "title": "X Tag"});
    let token = json!({
        "type": "string", "title": "X-Token", "description": "A token", "deprecated": true,
    });
    assert_eq!(
        render(&document)["paths"]["/items/"]["get"]["parameters"],
        json!([
            {"name": "host", "in": "header", "required": true, "schema": {"type": "string", "title": "Host"}},
            {"name": "if-modified-since", "in": "header", "required": false, "schema": text},
            {"name": "x-tag", "in": "header", "required": false, "schema": tags},
            {
                "name": "x-token", "in": "header", "required": false, "schema": token,
                "description": "A token", "deprecated": true,
            },
        ])
    );
}

#[test]
fn decimals_are_a_choice_of_number_and_string() {
    let mut document = document();
    document.operation(OperationMeta::new("GET", "/", "root"), |op| {
        let price = json_schema!({
            "type": ["string", "number", "null"],
            "pattern": r"^-?\d+(\.\d+)?([eE]\d+)?$",
            "exclusiveMinimum": 0,
        });
        op.parameter(Parameter::new("price", ParameterLocation::Query, price));
    });
    assert_eq!(
        render(&document)["paths"]["/"]["get"]["parameters"][0]["schema"],
        json!({
            "anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string"}, {"type": "null"}],
            "title": "Price",
        })
    );
}

#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code)] // only its schema is used
enum Either {
    Item(Item),
    Image(Image),
}

#[derive(JsonSchema)]
#[allow(dead_code)] // only its schema is used
struct Holder {
    one: Either,
    perhaps: Option<Either>,
}

#[test]
fn unions_have_no_name() {
    let mut document = document();
    let meta = OperationMeta::new("GET", "/items/{item_id}", "read_item");
    document.operation(meta, |op| {
        let either = op.output_schema::<Either>();
        op.response(200, ResponseDoc::json(either));
        let holder = op.output_schema::<Holder>();
        op.response(409, ResponseDoc::json(holder).declared());
    });
    let written = render(&document);
    let item = json!({"$ref": "#/components/schemas/Item"});
    let image = json!({"$ref": "#/components/schemas/Image"});
    assert_eq!(
        written["paths"]["/items/{item_id}"]["get"]["responses"]["200"]["content"]["application/json"],
        json!({"schema": {
            "anyOf": [item, image],
            "title": "Response Read Item Items  Item Id  Get",
        }})
    );
    let holder = &written["components"]["schemas"]["Holder"]["properties"];
    assert_eq!(
        holder["one"],
        json!({"anyOf": [item, image], "title": "One"})
    );
    let perhaps = json!({"anyOf": [item, image, {"type": "null"}], "title": "Perhaps"});
    assert_eq!(holder["perhaps"], perhaps);
    assert!(written["components"]["schemas"].get("Either").is_none());
}
