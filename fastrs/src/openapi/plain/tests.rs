//! Tests of whole documents, and of each guarantee of the dialect.

use schemars::{JsonSchema, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::openapi::{
    BodyMedia, BodyParam, Document, HeaderDoc, Info, OperationMeta, Parameter, ParameterLocation,
    ResponseDoc, Server, Tag,
};

fn document() -> Document {
    Document::new(Info::new("Shop", "1.0.0"))
}

/// An item as the shop sells it.
#[derive(JsonSchema, Serialize, Deserialize)]
struct Item {
    name: String,
    #[serde(default)]
    tags: Vec<String>,
    price: Option<f64>,
}

#[derive(JsonSchema, Serialize, Deserialize)]
#[allow(dead_code)] // only its schema is used
struct User {
    #[serde(skip_deserializing)]
    id: u64,
    #[serde(skip_serializing)]
    password: String,
}

mod other {
    use schemars::JsonSchema;

    #[derive(JsonSchema)]
    #[schemars(extend("x-fastrs-id" = <Self as JsonSchema>::schema_id()))]
    #[allow(dead_code)] // only its schema is used
    pub(super) struct Item {
        weight: u8,
    }

    #[derive(JsonSchema)]
    #[allow(dead_code)] // only its schema is used
    pub(super) struct Box {
        pub(super) item: Item,
        pub(super) user: super::User,
    }
}

/// Tests that every part of an operation is documented correctly without annotations.
#[test]
fn nothing_has_to_be_annotated() {
    let mut document = document();
    document.server(Server::new("/v1"));
    document.tag(Tag::new("items"));
    let mut meta = OperationMeta::new("POST", "/items/{id}", "create_item");
    meta.status = 201;
    meta.doc = Some("Create an item,\nor another.\n\nIts name has to be new.".into());
    document.operation(meta, |op| {
        let schema = op.input_schema::<u64>();
        op.parameter(
            Parameter::new("id", ParameterLocation::Path, schema).description("The item to change"),
        );
        let schema = op.input_schema::<Option<bool>>();
        op.parameter(Parameter::new("verbose", ParameterLocation::Query, schema));
        let schema = op.input_schema::<Item>();
        op.body(BodyParam::new("item", BodyMedia::Json, schema));
        op.may_reject();
        let schema = op.output_schema::<Item>();
        op.response(op.status(), ResponseDoc::json(schema));
        op.response(404, ResponseDoc::error().description("No such shop"));
        op.response(404, ResponseDoc::error().description("No such item"));
        op.response(415, ResponseDoc::error());
    });
    let error = json!({"application/json": {"schema": {"$ref": "#/components/schemas/HTTPError"}}});
    let item = json!({"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}});
    let mut written = document.finish();
    let schemas = written["components"]["schemas"].take();
    assert_eq!(
        written,
        json!({
            "openapi": "3.1.0",
            "info": {"title": "Shop", "version": "1.0.0"},
            "servers": [{"url": "/v1"}],
            "paths": {"/items/{id}": {"post": {
                "summary": "Create an item, or another.",
                "description": "Its name has to be new.",
                "operationId": "create_item",
                "parameters": [
                    {
                        "name": "id",
                        "in": "path",
                        "description": "The item to change",
                        "required": true,
                        "schema": {"type": "integer", "format": "uint64", "minimum": 0},
                    },
                    {"name": "verbose", "in": "query", "required": false, "schema": {"type": "boolean"}},
                ],
                "requestBody": {"content": item, "required": true},
                "responses": {
                    "201": {"description": "Successful Response", "content": item},
                    "404": {"description": "No such shop; No such item", "content": error},
                    "415": {"description": "Unsupported Media Type", "content": error},
                    "422": {
                        "description": "Validation Error",
                        "content": {"application/json": {
                            "schema": {"$ref": "#/components/schemas/HTTPValidationError"},
                        }},
                    },
                },
            }}},
            "components": {"schemas": null},
            "tags": [{"name": "items"}],
        })
    );
    let names: Vec<&String> = schemas.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "HTTPError",
            "HTTPValidationError",
            "Item",
            "ValidationError"
        ]
    );
    assert_eq!(
        schemas["Item"],
        json!({
            "description": "An item as the shop sells it.",
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "tags": {"type": "array", "items": {"type": "string"}, "default": []},
                "price": {"type": ["number", "null"], "format": "double"},
            },
            "required": ["name"],
        })
    );
}

#[test]
fn input_and_output_are_split_only_where_they_differ() {
    let mut document = document();
    document.operation(OperationMeta::new("POST", "/", "create"), |op| {
        let schema = op.input_schema::<(Item, User)>();
        op.body(BodyParam::new("it", BodyMedia::Json, schema));
        let schema = op.output_schema::<(User, Item)>();
        op.response(200, ResponseDoc::json(schema));
    });
    let written = document.finish();
    let schemas = &written["components"]["schemas"];
    let names: Vec<&String> = schemas.as_object().unwrap().keys().collect();
    assert_eq!(names, ["Item", "User-Input", "User-Output"]);
    assert_eq!(schemas["User-Input"]["title"], "UserInput");
    assert_eq!(schemas["User-Output"]["title"], "UserOutput");
    assert_eq!(schemas["User-Input"]["required"], json!(["password"]));
    assert!(
        schemas["User-Output"]["properties"]
            .get("password")
            .is_none()
    );
}

#[test]
fn models_of_one_name_are_both_qualified_in_any_order() {
    let of = |first: fn(&mut crate::openapi::Operation<'_>),
              second: fn(&mut crate::openapi::Operation<'_>)| {
        let mut document = document();
        document.operation(OperationMeta::new("GET", "/a", "a"), first);
        document.operation(OperationMeta::new("GET", "/b", "b"), second);
        document.finish()["components"].clone()
    };
    let item = |op: &mut crate::openapi::Operation<'_>| {
        let schema = op.output_schema::<Item>();
        op.response(200, ResponseDoc::json(schema));
    };
    let boxed = |op: &mut crate::openapi::Operation<'_>| {
        let schema = op.output_schema::<other::Box>();
        op.response(200, ResponseDoc::json(schema));
    };
    let one = of(item, boxed);
    assert_eq!(one, of(boxed, item));
    let here = "fastrs__openapi__plain__tests__";
    let names: Vec<&String> = one["schemas"].as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "Box",
            "User",
            &format!("{here}Item"),
            &format!("{here}other__Item")
        ]
    );
}

#[test]
fn several_bodies_are_one_object() {
    let mut document = document();
    document.operation(OperationMeta::new("PUT", "/", "put"), |op| {
        let schema = op.input_schema::<Item>();
        op.body(BodyParam::new("item", BodyMedia::Json, schema).description("The item to sell"));
        let schema = op.input_schema::<u8>();
        let count = BodyParam::new("count", BodyMedia::Json, schema).required(false);
        op.body(count.default(1.into()).nullable(true));
    });
    assert_eq!(
        document.finish()["paths"]["/"]["put"]["requestBody"],
        json!({
            "content": {"application/json": {"schema": {
                "type": "object",
                "properties": {
                    "item": {"$ref": "#/components/schemas/Item", "description": "The item to sell"},
                    "count": {
                        "type": ["integer", "null"],
                        "format": "uint8",
                        "minimum": 0,
                        "maximum": 255,
                        "default": 1,
                    },
                },
                "required": ["item"],
            }}},
            "required": true,
        })
    );
}

#[test]
fn a_form_is_flat_and_multipart_if_it_has_a_file() {
    let mut document = document();
    document.operation(OperationMeta::new("POST", "/", "upload"), |op| {
        let schema = op.input_schema::<Item>();
        op.body(BodyParam::new("item", BodyMedia::Form, schema));
        let file = json_schema!({"type": "string", "contentMediaType": "application/octet-stream"});
        op.body(BodyParam::new("file", BodyMedia::Multipart, file.clone()).embed(true));
    });
    let written = document.finish();
    let content = &written["paths"]["/"]["post"]["requestBody"]["content"]["multipart/form-data"];
    let fields: Vec<&String> = content["schema"]["properties"]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    assert_eq!(fields, ["name", "tags", "price", "file"]);
    assert_eq!(content["schema"]["required"], json!(["name", "file"]));
    assert!(
        written.get("components").is_none(),
        "nothing refers to the form's struct"
    );
}

#[test]
fn a_status_is_described_by_the_strongest_word() {
    let mut document = document();
    document.operation(OperationMeta::new("GET", "/", "read"), |op| {
        op.response(404, ResponseDoc::error().description("derived"));
        let header = HeaderDoc::new("x-reason");
        let problem = ResponseDoc::media("application/problem+json", json_schema!(true));
        op.response(
            404,
            problem.declared().description("declared").header(header),
        );
        op.response(200, ResponseDoc::raw());
        op.response(204, ResponseDoc::new());
    });
    let error = json!({"schema": {"$ref": "#/components/schemas/HTTPError"}});
    assert_eq!(
        document.finish()["paths"]["/"]["get"]["responses"],
        json!({
            "200": {"description": "Successful Response", "content": {"*/*": {}}},
            "204": {"description": "Successful Response"},
            "404": {
                "description": "declared",
                "headers": {"x-reason": {"schema": {"type": "string"}}},
                "content": {"application/problem+json": {"schema": {}}, "application/json": error},
            },
        })
    );
}

#[test]
fn texts_come_from_the_comment() {
    let doc = "Read one.\n\nMore.\n\n- and more\n";
    let cases = [
        (None, None, None, ("Read One", Value::Null)),
        (Some("Read one."), None, None, ("Read one.", Value::Null)),
        (
            Some(doc),
            None,
            None,
            ("Read one.", json!("More.\n\n- and more")),
        ),
        (Some(doc), Some("Mine"), None, ("Mine", json!(doc.trim()))),
        (Some(doc), None, Some("Told"), ("Read one.", json!("Told"))),
    ];
    for (doc, summary, description, expected) in cases {
        let mut document = document();
        let mut meta = OperationMeta::new("GET", "/", "read_one");
        meta.doc = doc.map(str::to_owned);
        meta.summary = summary.map(str::to_owned);
        meta.description = description.map(str::to_owned);
        document.operation(meta, |_| {});
        let written = &document.finish()["paths"]["/"]["get"];
        assert_eq!(written["summary"], expected.0);
        assert_eq!(
            written.get("description").unwrap_or(&Value::Null),
            &expected.1
        );
    }
}

#[test]
fn security_schemes_are_asked_for_together() {
    let mut document = document();
    let mut meta = OperationMeta::new("PURGE", "/", "purge");
    meta.extra = Some(json!({"x-cost": 3, "tags": ["cache"]}));
    document.operation(meta, |op| {
        op.security(
            "bearer",
            json!({"type": "http", "scheme": "bearer"}),
            &["read"],
        );
        op.security(
            "bearer",
            json!({"type": "http", "scheme": "bearer"}),
            &["read", "write"],
        );
        op.security(
            "key",
            json!({"type": "apiKey", "in": "header", "name": "x-key"}),
            &[],
        );
    });
    let written = document.finish();
    let purge = &written["paths"]["/"]["x-purge"];
    assert_eq!(
        purge["security"],
        json!([{"bearer": ["read", "write"], "key": []}])
    );
    assert_eq!(
        (&purge["x-cost"], &purge["tags"]),
        (&json!(3), &json!(["cache"]))
    );
    let schemes = written["components"]["securitySchemes"]
        .as_object()
        .unwrap();
    assert_eq!(schemes.keys().collect::<Vec<_>>(), ["bearer", "key"]);
}
