//! The application of FastAPI's own tests (`tests/main.py`): a path operation for each kind of parameter.

use std::collections::BTreeSet;

use fastrs::openapi::ExternalDocs;
use fastrs::prelude::*;
use fastrs::{Value, json};

#[get("/api_route")]
async fn non_operation() -> Value {
    json!({"message": "Hello World"})
}

#[get("/non_decorated_route")]
async fn non_decorated_route() -> Value {
    json!({"message": "Hello World"})
}

#[get("/text")]
async fn get_text() -> Value {
    json!("Hello World")
}

#[get("/path/<item_id>")]
async fn get_id(#[path] item_id: Value) -> Value {
    item_id
}

#[get("/path/str/<item_id>")]
async fn get_str_id(item_id: String) -> Value {
    json!(item_id)
}

#[get("/path/int/<item_id>")]
async fn get_int_id(item_id: i64) -> Value {
    json!(item_id)
}

#[get("/path/float/<item_id>")]
async fn get_float_id(item_id: f64) -> Value {
    json!(item_id)
}

#[get("/path/bool/<item_id>")]
async fn get_bool_id(item_id: bool) -> Value {
    json!(item_id)
}

#[get("/path/param/<item_id>")]
async fn get_path_param_id(#[path] item_id: Option<String>) -> Value {
    json!(item_id)
}

#[get("/path/param-minlength/<item_id>")]
async fn get_path_param_min_length(#[path(min_length = 3)] item_id: String) -> Value {
    json!(item_id)
}

#[get("/path/param-maxlength/<item_id>")]
async fn get_path_param_max_length(#[path(max_length = 3)] item_id: String) -> Value {
    json!(item_id)
}

#[get("/path/param-min_maxlength/<item_id>")]
async fn get_path_param_min_max_length(
    #[path(max_length = 3, min_length = 2)] item_id: String,
) -> Value {
    json!(item_id)
}

#[get("/path/param-gt/<item_id>")]
async fn get_path_param_gt(#[path(gt = 3)] item_id: f64) -> Value {
    json!(item_id)
}

#[get("/path/param-gt0/<item_id>")]
async fn get_path_param_gt0(#[path(gt = 0)] item_id: f64) -> Value {
    json!(item_id)
}

#[get("/path/param-ge/<item_id>")]
async fn get_path_param_ge(#[path(ge = 3)] item_id: f64) -> Value {
    json!(item_id)
}

#[get("/path/param-lt/<item_id>")]
async fn get_path_param_lt(#[path(lt = 3)] item_id: f64) -> Value {
    json!(item_id)
}

#[get("/path/param-lt0/<item_id>")]
async fn get_path_param_lt0(#[path(lt = 0)] item_id: f64) -> Value {
    json!(item_id)
}

#[get("/path/param-le/<item_id>")]
async fn get_path_param_le(#[path(le = 3)] item_id: f64) -> Value {
    json!(item_id)
}

#[get("/path/param-lt-gt/<item_id>")]
async fn get_path_param_lt_gt(#[path(lt = 3, gt = 1)] item_id: f64) -> Value {
    json!(item_id)
}

#[get("/path/param-le-ge/<item_id>")]
async fn get_path_param_le_ge(#[path(le = 3, ge = 1)] item_id: f64) -> Value {
    json!(item_id)
}

#[get("/path/param-lt-int/<item_id>")]
async fn get_path_param_lt_int(#[path(lt = 3)] item_id: i64) -> Value {
    json!(item_id)
}

#[get("/path/param-gt-int/<item_id>")]
async fn get_path_param_gt_int(#[path(gt = 3)] item_id: i64) -> Value {
    json!(item_id)
}

#[get("/path/param-le-int/<item_id>")]
async fn get_path_param_le_int(#[path(le = 3)] item_id: i64) -> Value {
    json!(item_id)
}

#[get("/path/param-ge-int/<item_id>")]
async fn get_path_param_ge_int(#[path(ge = 3)] item_id: i64) -> Value {
    json!(item_id)
}

#[get("/path/param-lt-gt-int/<item_id>")]
async fn get_path_param_lt_gt_int(#[path(lt = 3, gt = 1)] item_id: i64) -> Value {
    json!(item_id)
}

#[get("/path/param-le-ge-int/<item_id>")]
async fn get_path_param_le_ge_int(#[path(le = 3, ge = 1)] item_id: i64) -> Value {
    json!(item_id)
}

#[get("/query")]
async fn get_query(#[query] query: Value) -> Value {
    json!(format!("foo bar {}", text(&query)))
}

#[get("/query/optional")]
async fn get_query_optional(#[query] query: Option<Value>) -> Value {
    match query {
        Some(query) => json!(format!("foo bar {}", text(&query))),
        None => json!("foo bar"),
    }
}

#[get("/query/int")]
async fn get_query_type(query: i64) -> Value {
    json!(format!("foo bar {query}"))
}

#[get("/query/int/optional")]
async fn get_query_type_optional(query: Option<i64>) -> Value {
    match query {
        Some(query) => json!(format!("foo bar {query}")),
        None => json!("foo bar"),
    }
}

#[get("/query/int/default")]
async fn get_query_type_int_default(#[query(default = 10)] query: i64) -> Value {
    json!(format!("foo bar {query}"))
}

#[get("/query/param")]
async fn get_query_param(#[query] query: Option<Value>) -> Value {
    match query {
        Some(query) => json!(format!("foo bar {}", text(&query))),
        None => json!("foo bar"),
    }
}

#[get("/query/param-required")]
async fn get_query_param_required(#[query] query: Value) -> Value {
    json!(format!("foo bar {}", text(&query)))
}

#[get("/query/param-required/int")]
async fn get_query_param_required_type(#[query] query: i64) -> Value {
    json!(format!("foo bar {query}"))
}

#[get("/enum-status-code", status = StatusCode::CREATED)]
async fn get_enum_status_code() -> Value {
    json!("foo bar")
}

#[get("/query/frozenset")]
async fn get_query_type_frozenset(#[query] query: BTreeSet<i64>) -> Value {
    let query: Vec<String> = query.iter().map(i64::to_string).collect();
    json!(query.join(","))
}

#[get("/query/list")]
async fn get_query_list(#[query] device_ids: Vec<i64>) -> Vec<i64> {
    device_ids
}

#[get("/query/list-default")]
async fn get_query_list_default(#[query(default)] device_ids: Vec<i64>) -> Vec<i64> {
    device_ids
}

// An untyped parameter is the text as it was sent.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0")
        .fastapi_documents()
        .external_docs(
            ExternalDocs::new("https://docs.example.com/api-general")
                .description("External API documentation."),
        )
        .routes(routes![
            non_operation,
            non_decorated_route,
            get_text,
            get_id,
            get_str_id,
            get_int_id,
            get_float_id,
            get_bool_id,
            get_path_param_id,
            get_path_param_min_length,
            get_path_param_max_length,
            get_path_param_min_max_length,
            get_path_param_gt,
            get_path_param_gt0,
            get_path_param_ge,
            get_path_param_lt,
            get_path_param_lt0,
            get_path_param_le,
            get_path_param_lt_gt,
            get_path_param_le_ge,
            get_path_param_lt_int,
            get_path_param_gt_int,
            get_path_param_le_int,
            get_path_param_ge_int,
            get_path_param_lt_gt_int,
            get_path_param_le_ge_int,
            get_query,
            get_query_optional,
            get_query_type,
            get_query_type_optional,
            get_query_type_int_default,
            get_query_param,
            get_query_param_required,
            get_query_param_required_type,
            get_enum_status_code,
            get_query_type_frozenset,
            get_query_list,
            get_query_list_default
        ])
}
