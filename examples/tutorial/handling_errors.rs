//! FastAPI's tutorial, "Handling Errors".

use fastrs::prelude::*;
use fastrs::{ValidationError, Value, json};

pub(crate) mod tutorial001 {
    use super::*;

    fn item(item_id: &str) -> Option<&'static str> {
        (item_id == "foo").then_some("The Foo Wrestlers")
    }

    #[get("/items/<item_id>")]
    async fn read_item(item_id: String) -> Result<Value> {
        let item = item(&item_id).or_404("Item not found")?;
        Ok(json!({"item": item}))
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_item])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    fn item(item_id: &str) -> Option<&'static str> {
        (item_id == "foo").then_some("The Foo Wrestlers")
    }

    #[get("/items-header/<item_id>")]
    async fn read_item_header(item_id: String) -> Result<Value> {
        let Some(item) = item(&item_id) else {
            return Err(
                HttpError::new(404, "Item not found").header("X-Error", "There goes my error")
            );
        };
        Ok(json!({"item": item}))
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_item_header])
    }
}

pub(crate) mod tutorial003 {
    use super::*;

    #[derive(Debug, HttpError)]
    #[error("{name} did something")]
    #[status(418)]
    struct UnicornException {
        name: String,
    }

    fn unicorn_exception_handler(exc: &UnicornException, _request: &Request) -> Value {
        json!({"message": format!("Oops! {} did something. There goes a rainbow...", exc.name)})
    }

    #[get("/unicorns/<name>")]
    async fn read_unicorn(name: String) -> Result<Value, UnicornException> {
        if name == "yolo" {
            return Err(UnicornException { name });
        }
        Ok(json!({"unicorn_name": name}))
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .exception_handler(unicorn_exception_handler)
            .routes(routes![read_unicorn])
    }
}

pub(crate) mod tutorial004 {
    use fastrs::LocItem;

    use super::*;

    fn http_exception_handler(exc: &HttpError, _request: &Request) -> PlainText {
        PlainText(match exc.detail() {
            Value::String(detail) => detail.clone(),
            detail => detail.to_string(),
        })
    }

    fn validation_exception_handler(
        exc: &ValidationError,
        _request: &Request,
    ) -> (StatusCode, PlainText) {
        let mut message = "Validation errors:".to_owned();
        for error in exc.errors() {
            let loc: Vec<String> = error.loc.iter().map(part).collect();
            message += &format!("\nField: ({}), Error: {}", loc.join(", "), error.msg);
        }
        (StatusCode::BAD_REQUEST, PlainText(message))
    }

    fn part(item: &LocItem) -> String {
        match item {
            LocItem::Key(key) => format!("'{key}'"),
            LocItem::Index(index) => index.to_string(),
        }
    }

    #[get("/items/<item_id>")]
    async fn read_item(item_id: i64) -> Result<Value> {
        if item_id == 3 {
            return Err(HttpError::new(418, "Nope! I don't like 3."));
        }
        Ok(json!({"item_id": item_id}))
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .exception_handler(http_exception_handler)
            .exception_handler(validation_exception_handler)
            .routes(routes![read_item])
    }
}

pub(crate) mod tutorial005 {
    use super::*;

    fn validation_exception_handler(exc: &ValidationError, _request: &Request) -> Value {
        json!({"detail": exc.errors(), "body": exc.body()})
    }

    #[model]
    struct Item {
        title: String,
        size: i64,
    }

    #[post("/items/")]
    async fn create_item(item: Item) -> Value {
        json!(item)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .exception_handler(validation_exception_handler)
            .routes(routes![create_item])
    }
}

pub(crate) mod tutorial006 {
    use super::*;

    fn custom_http_exception_handler(exc: &HttpError, _request: &Request) -> Result<()> {
        println!("OMG! An HTTP error!: {exc:?}");
        Err(exc.clone())
    }

    fn validation_exception_handler(
        exc: &ValidationError,
        _request: &Request,
    ) -> Result<(), ValidationError> {
        println!("OMG! The client sent invalid data!: {exc}");
        Err(exc.clone())
    }

    #[get("/items/<item_id>")]
    async fn read_item(item_id: i64) -> Result<Value> {
        if item_id == 3 {
            return Err(HttpError::new(418, "Nope! I don't like 3."));
        }
        Ok(json!({"item_id": item_id}))
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .exception_handler(custom_http_exception_handler)
            .exception_handler(validation_exception_handler)
            .routes(routes![read_item])
    }
}
