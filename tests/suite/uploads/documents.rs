//! How forms with files are documented.

use fastrs::{Value, json, prelude::*};

use crate::support::document;

#[model]
struct Crop {
    width: u32,
}

#[model]
struct Profile {
    name: String,
}

#[post("/avatar")]
async fn upload_avatar(
    /// A picture.
    #[file(max_size = 5_000_000, content_types = ["image/png", "image/jpeg"], alias = "image")]
    picture: UploadFile,
    #[file] thumbnail: Option<Bytes>,
    more: Vec<UploadFile>,
    #[form] crop: Json<Crop>,
    #[form] caption: Option<String>,
    #[form] profile: Profile,
) {
    drop((picture, thumbnail, more, crop, caption, profile));
}

#[post("/raw")]
async fn raw(form: Multipart) {
    drop(form);
}

fn app() -> App {
    App::new("Documents", "1").routes(routes![upload_avatar, raw])
}

fn body<'d>(document: &'d Value, path: &str) -> &'d Value {
    &document["paths"][path]["post"]["requestBody"]
}

#[tokio::test]
async fn for_generators_files_are_binary_and_parts_have_their_types() {
    let document = document(app()).await;
    let avatar = body(&document, "/avatar");
    let file = json!({"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"});
    let mut image = file.clone();
    image["maxLength"] = json!(5_000_000);
    image["description"] = json!("A picture.");
    assert_eq!(avatar["required"], true);
    let form = &avatar["content"]["multipart/form-data"];
    assert_eq!(
        form["schema"],
        json!({
            "type": "object",
            "required": ["image", "more", "crop", "name"],
            "properties": {
                "image": image,
                "thumbnail": file,
                "more": {"type": "array", "items": file},
                "crop": {"$ref": "#/components/schemas/Crop"},
                "caption": {"type": "string"},
                "name": {"type": "string"}
            }
        })
    );
    let encoding = json!({
        "image": {"contentType": "image/png, image/jpeg"},
        "crop": {"contentType": "application/json"}
    });
    assert_eq!(form["encoding"], encoding);
    let responses = &document["paths"]["/avatar"]["post"]["responses"];
    let statuses: Vec<&String> = responses.as_object().unwrap().keys().collect();
    assert_eq!(statuses, ["200", "400", "413", "422"]);
    let raw = json!({"multipart/form-data": {"schema": {"type": "object"}}});
    assert_eq!(body(&document, "/raw")["content"], raw);
    let responses = &document["paths"]["/raw"]["post"]["responses"];
    let statuses: Vec<&String> = responses.as_object().unwrap().keys().collect();
    assert_eq!(statuses, ["200", "400", "413", "415"]);
}

#[tokio::test]
async fn in_fastapis_dialect_models_are_conditions_and_json_is_a_string() {
    let document = document(app().fastapi_documents()).await;
    let name = "Body_upload_avatar_avatar_post";
    let reference = json!({"$ref": format!("#/components/schemas/{name}")});
    let form = &body(&document, "/avatar")["content"]["multipart/form-data"];
    assert_eq!(form, &json!({ "schema": reference }));
    let file = |title: &str| json!({"type": "string", "contentMediaType": "application/octet-stream", "title": title});
    let untitled = json!({"type": "string", "contentMediaType": "application/octet-stream"});
    let mut image = file("Image");
    image["maxLength"] = json!(5_000_000);
    image["description"] = json!("A picture.");
    assert_eq!(
        document["components"]["schemas"][name],
        json!({
            "title": name,
            "type": "object",
            "required": ["image", "more", "crop"],
            "allOf": [{"$ref": "#/components/schemas/Profile"}],
            "properties": {
                "image": image,
                "thumbnail": {"anyOf": [untitled, {"type": "null"}], "title": "Thumbnail"},
                "more": {"type": "array", "items": untitled, "title": "More"},
                "crop": {
                    "type": "string", "title": "Crop", "contentMediaType": "application/json",
                    "contentSchema": {"$ref": "#/components/schemas/Crop"}
                },
                "caption": {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "Caption"}
            }
        })
    );
}

#[model]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Contact {
    Person { name: String },
    Company { company_name: String },
}

#[model]
#[serde(deny_unknown_fields)]
struct Closed {
    name: String,
}

#[post("/contact")]
async fn contact(#[form] contact: Option<Contact>) {
    drop(contact);
}

#[post("/closed")]
async fn closed(#[form] token: String, #[form] closed: Option<Closed>) {
    drop((token, closed));
}

/// The expected document is FastAPI 0.165's.
#[tokio::test]
async fn in_fastapis_dialect_an_optional_model_may_be_absent_as_a_whole() {
    let app = App::new("Optional", "1").routes(routes![contact, closed]);
    let document = document(app.fastapi_documents()).await;
    let schemas = &document["components"]["schemas"];
    let required = |name: &str| json!({ "required": [name] });
    let absent =
        json!({"not": {"anyOf": [required("company_name"), required("kind"), required("name")]}});
    let found = &schemas["Body_contact_contact_post"];
    assert_eq!(found["allOf"][0]["anyOf"][0], absent);
    assert_eq!(found["allOf"][0]["anyOf"][1]["title"], "Contact");
    assert_eq!(found.get("properties"), None);
    assert_eq!(
        schemas["Body_closed_closed_post"]["allOf"],
        json!([{"anyOf": [
            {"maxProperties": 0},
            {"anyOf": [{"$ref": "#/components/schemas/Closed"}], "title": "Closed"}
        ]}])
    );
}
