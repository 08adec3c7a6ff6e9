//! OpenAPI 3.1: the document of an app in which nothing is annotated but the types.

use fastrs::extract::{Arg, BodyKind, Context, FromRequest, Operation, ParamSpec};
use fastrs::openapi::{
    BodyMedia, BodyParam, Document, HeaderDoc, Info, OperationMeta, ResponseDoc, Server, Tag,
};
use fastrs::{Value, json, prelude::*};

use super::{component_names, document};

/// Declares an argument that adds to the document and reads nothing.
macro_rules! documents {
    ($name:ident, $describe:expr) => {
        struct $name;

        impl FromRequest<'_> for $name {
            const BODY: BodyKind = BodyKind::None;

            fn describe(_: &ParamSpec, op: &mut Operation<'_>) {
                let describe: fn(&mut Operation<'_>) = $describe;
                describe(op);
            }

            fn extract(_: &ParamSpec, _: &mut Context<'_>) -> Arg<Self> {
                Arg::Value(Self)
            }
        }
    };
}

fn shop() -> App {
    App::new("Shop", "1.0.0")
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// An item as the shop sells it.
#[model]
struct Item {
    name: String,
    #[field(default)]
    tags: Vec<String>,
    price: Option<f64>,
}

#[derive(Debug, HttpError)]
enum ShopError {
    #[error("No such shop")]
    #[status(404)]
    Shop,
    #[error("No such item")]
    #[status(404)]
    Item,
}

/// Create an item,
/// or another.
///
/// Its name has to be new.
#[post("/items/<id>", status = 201)]
async fn create_item(
    /// The item to change
    id: u64,
    verbose: Option<bool>,
    item: Item,
) -> Result<Item, ShopError> {
    match (id, verbose) {
        (0, _) => Err(ShopError::Shop),
        (_, Some(true)) => Err(ShopError::Item),
        _ => Ok(item),
    }
}

#[test]
fn the_types_document_an_operation() {
    let app = shop().server(Server::new("/v1")).tag(Tag::new("items"));
    let mut written = document(app.routes(routes![create_item]));
    let names = component_names(&written);
    assert_eq!(
        names,
        [
            "HTTPError",
            "HTTPValidationError",
            "Item",
            "ValidationError"
        ]
    );
    let schemas = written["components"]["schemas"].take();
    let error = json!({"application/json": {"schema": reference("HTTPError")}});
    let item = json!({"application/json": {"schema": reference("Item")}});
    let invalid = json!({"application/json": {"schema": reference("HTTPValidationError")}});
    let expected = json!({
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
                "413": {"description": "Content Too Large", "content": error},
                "415": {"description": "Unsupported Media Type", "content": error},
                "422": {"description": "Validation Error", "content": invalid},
            },
        }}},
        "components": {"schemas": null},
        "tags": [{"name": "items"}],
    });
    assert_eq!(written, expected);
    let item = json!({
        "description": "An item as the shop sells it.",
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "tags": {"type": "array", "items": {"type": "string"}, "default": []},
            "price": {"type": ["number", "null"], "format": "double"},
        },
        "required": ["name"],
    });
    assert_eq!(schemas["Item"], item);
}

#[test]
fn models_of_one_name_are_qualified_whatever_the_order_of_the_routes() {
    mod other {
        use fastrs::prelude::*;

        #[model]
        pub(super) struct Item {
            weight: u8,
        }

        #[get("/b")]
        pub(super) async fn read_b() -> Item {
            Item { weight: 1 }
        }
    }

    #[get("/a")]
    async fn read_a() -> Item {
        Item {
            name: String::new(),
            tags: Vec::new(),
            price: None,
        }
    }

    let one = document(shop().routes(routes![read_a, other::read_b]));
    let two = document(shop().routes(routes![other::read_b, read_a]));
    assert_eq!(one["components"], two["components"]);
    let names = component_names(&one);
    let [here, there] = &names[..] else {
        panic!("{names:?}");
    };
    assert_eq!(*here, "suite__dialects__openapi31__Item");
    assert!(there.ends_with("__other__Item"), "{there}");
}

#[test]
fn a_form_is_flat_and_multipart_if_it_has_a_file() {
    documents!(File, |op| {
        let mut file = op.input_schema::<String>();
        file.insert(
            "contentMediaType".to_owned(),
            json!("application/octet-stream"),
        );
        op.body(BodyParam::new("file", BodyMedia::Multipart, file).embed(true));
    });

    #[post("/")]
    async fn upload(#[form] item: Item, _file: File) -> String {
        item.name
    }

    let document = document(shop().routes(routes![upload]));
    let content = &document["paths"]["/"]["post"]["requestBody"]["content"];
    let schema = &content["multipart/form-data"]["schema"];
    let fields = schema["properties"].as_object().expect("fields").keys();
    assert_eq!(
        fields.collect::<Vec<_>>(),
        ["name", "tags", "price", "file"]
    );
    assert_eq!(schema["required"], json!(["name", "file"]));
    assert!(
        !component_names(&document).contains(&&"Item".to_owned()),
        "nothing refers to it"
    );
}

#[test]
fn a_declared_response_overrides_the_description_of_a_derived_one() {
    documents!(Declared, |op| {
        let problem = op.output_schema::<Value>();
        let problem = ResponseDoc::media("application/problem+json", problem).declared();
        op.response(404, ResponseDoc::error().description("derived"));
        op.response(
            404,
            problem
                .description("declared")
                .header(HeaderDoc::new("x-reason")),
        );
    });

    #[get("/")]
    async fn read(_declared: Declared) {}

    let document = document(shop().routes(routes![read]));
    let expected = json!({
        "description": "declared",
        "headers": {"x-reason": {"schema": {"type": "string"}}},
        "content": {
            "application/problem+json": {"schema": {}},
            "application/json": {"schema": reference("HTTPError")},
        },
    });
    assert_eq!(document["paths"]["/"]["get"]["responses"]["404"], expected);
}

#[test]
fn summary_and_description_come_from_the_comment_unless_they_are_given() {
    #[get("/none")]
    async fn read_one() {}
    /// Read one.
    #[get("/short")]
    async fn short() {}
    /// Read one.
    ///
    /// More.
    ///
    /// - and more
    #[get("/long")]
    async fn long() {}
    /// Read one.
    ///
    /// More.
    #[get("/summary", summary = "Mine")]
    async fn summary() {}
    /// Read one.
    ///
    /// More.
    #[get("/description", description = "Told")]
    async fn description() {}

    let document = document(shop().routes(routes![read_one, short, long, summary, description]));
    for (path, summary, description) in [
        ("/none", "Read One", Value::Null),
        ("/short", "Read one.", Value::Null),
        ("/long", "Read one.", json!("More.\n\n- and more")),
        ("/summary", "Mine", json!("Read one.\n\nMore.")),
        ("/description", "Read one.", json!("Told")),
    ] {
        let written = &document["paths"][path]["get"];
        assert_eq!(written["summary"], summary, "{path}");
        assert_eq!(written["description"], description, "{path}");
    }
}

#[test]
fn security_schemes_are_required_together() {
    documents!(Credentials, |op| {
        let bearer = || json!({"type": "http", "scheme": "bearer"});
        op.security("bearer", bearer(), &["read"]);
        op.security("bearer", bearer(), &["read", "write"]);
        op.security(
            "key",
            json!({"type": "apiKey", "in": "header", "name": "x-key"}),
            &[],
        );
    });

    #[route("/", methods = ["PURGE"])]
    async fn purge(_credentials: Credentials) {}

    let document = document(shop().routes(routes![purge]));
    let purge = &document["paths"]["/"]["x-purge"];
    assert_eq!(
        purge["security"],
        json!([{"bearer": ["read", "write"], "key": []}])
    );
    let schemes = document["components"]["securitySchemes"].as_object();
    let names = schemes.expect("schemes").keys();
    assert_eq!(names.collect::<Vec<_>>(), ["bearer", "key"]);
}

#[test]
fn the_extra_keys_of_an_operation_are_merged_into_it() {
    let mut document = Document::new(Info::new("Shop", "1.0.0"));
    let mut meta = OperationMeta::new("GET", "/", "read");
    meta.tags = vec!["items".to_owned()];
    meta.extra = Some(json!({"x-cost": 3, "tags": ["cache"]}));
    document.operation(meta, |_| {});
    for written in [
        document.finish(),
        fastrs::openapi::fastapi::render(&document),
    ] {
        let read = &written["paths"]["/"]["get"];
        assert_eq!(
            (&read["x-cost"], &read["tags"]),
            (&json!(3), &json!(["items", "cache"]))
        );
    }
}

#[test]
fn a_route_renames_no_variant() {
    #[model]
    #[serde(tag = "kind", rename_all = "lowercase")]
    enum Pet {
        Cat(Cat),
        Fish,
    }

    #[model]
    struct Cat {
        lives: u8,
    }

    #[get("/pet")]
    async fn read_pet() -> Pet {
        Pet::Fish
    }

    #[get("/cat")]
    async fn read_cat() -> Cat {
        Cat { lives: 9 }
    }

    let required =
        |document: &Value, name: &str| document["components"]["schemas"][name]["required"].clone();
    let alone = document(shop().routes(routes![read_pet]));
    assert_eq!(required(&alone, "PetCat"), json!(["kind", "lives"]));
    assert_eq!(required(&alone, "Cat"), Value::Null);
    let both = document(shop().routes(routes![read_pet, read_cat]));
    assert_eq!(required(&both, "Cat"), json!(["lives"]));
    assert_eq!(required(&both, "PetCat"), json!(["kind", "lives"]));
}

#[test]
fn the_fields_of_an_enum_are_optional_parameters_next_to_its_tag() {
    #[model]
    struct Page {
        #[field(default = 10)]
        limit: u8,
        after: Option<String>,
        #[serde(flatten)]
        order: Order,
    }

    #[model]
    struct Order {
        #[serde(rename = "order-by")]
        by: String,
    }

    #[model]
    #[serde(tag = "by", rename_all = "lowercase")]
    enum Find {
        Page(Page),
        Name { name: String, limit: Option<u8> },
    }

    #[get("/page")]
    async fn page(#[query] page: Page) -> String {
        page.after.unwrap_or(page.order.by) + &page.limit.to_string()
    }

    #[get("/optional")]
    async fn optional(#[query] page: Option<Page>) -> bool {
        page.is_some()
    }

    #[get("/find")]
    async fn find(#[query] find: Find) -> String {
        match find {
            Find::Page(page) => page.order.by,
            Find::Name { name, limit } => format!("{name} {limit:?}"),
        }
    }

    let document = document(shop().routes(routes![page, optional, find]));
    let parameters = |path: &str| {
        let parameters = document["paths"][path]["get"]["parameters"]
            .as_array()
            .cloned();
        parameters.expect("parameters")
    };
    let required = |path: &str| -> Vec<(String, bool)> {
        let fact =
            |one: &Value| Some((one["name"].as_str()?.to_owned(), one["required"].as_bool()?));
        parameters(path).iter().filter_map(fact).collect()
    };
    let facts = |facts: &[(&str, bool)]| -> Vec<(String, bool)> {
        facts
            .iter()
            .map(|(name, required)| ((*name).to_owned(), *required))
            .collect()
    };
    assert_eq!(
        required("/page"),
        facts(&[("limit", false), ("after", false), ("order-by", true)])
    );
    assert_eq!(
        required("/optional"),
        facts(&[("limit", false), ("after", false), ("order-by", false)])
    );
    assert_eq!(
        required("/find"),
        facts(&[
            ("by", true),
            ("limit", false),
            ("after", false),
            ("order-by", false),
            ("name", false)
        ])
    );
    let tag = json!({"type": "string", "enum": ["page", "name"]});
    assert_eq!(parameters("/find")[0]["schema"], tag);
    assert_eq!(parameters("/find")[1]["schema"].get("default"), None);
}
