//! FastAPI's tutorial, "Query Parameters and String Validations".

use fastrs::prelude::*;
use fastrs::{Value, json};

// The response of most path operations in this chapter: an empty `q` is left out.
fn results(q: Option<String>) -> Value {
    let mut results = json!({"items": [{"item_id": "Foo"}, {"item_id": "Bar"}]});
    if let Some(q) = q.filter(|q| !q.is_empty()) {
        results["q"] = json!(q);
    }
    results
}

pub(crate) mod tutorial001 {
    use super::*;

    #[get("/items/")]
    async fn read_items(q: Option<String>) -> Value {
        results(q)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    #[get("/items/")]
    async fn read_items(#[query(max_length = 50)] q: Option<String>) -> Value {
        results(q)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial003 {
    use super::*;

    #[get("/items/")]
    async fn read_items(#[query(min_length = 3, max_length = 50)] q: Option<String>) -> Value {
        results(q)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial004 {
    use super::*;

    #[get("/items/")]
    async fn read_items(
        #[query(min_length = 3, max_length = 50, pattern = "^fixedquery$")] q: Option<String>,
    ) -> Value {
        results(q)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial005 {
    use super::*;

    #[get("/items/")]
    async fn read_items(#[query(default = "fixedquery", min_length = 3)] q: String) -> Value {
        results(Some(q))
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial006 {
    use super::*;

    #[get("/items/")]
    async fn read_items(#[query(min_length = 3)] q: String) -> Value {
        results(Some(q))
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial006c {
    use super::*;

    #[get("/items/")]
    async fn read_items(#[query(required, min_length = 3)] q: Option<String>) -> Value {
        results(q)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial007 {
    use super::*;

    #[get("/items/")]
    async fn read_items(
        #[query(title = "Query string", min_length = 3)] q: Option<String>,
    ) -> Value {
        results(q)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial008 {
    use super::*;

    #[get("/items/")]
    async fn read_items(
        #[query(
            title = "Query string",
            description = "Query string for the items to search in the database that have a good match",
            min_length = 3
        )]
        q: Option<String>,
    ) -> Value {
        results(q)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial009 {
    use super::*;

    #[get("/items/")]
    async fn read_items(#[query(alias = "item-query")] q: Option<String>) -> Value {
        results(q)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial010 {
    use super::*;

    #[get("/items/")]
    async fn read_items(
        #[query(
            alias = "item-query",
            title = "Query string",
            description = "Query string for the items to search in the database that have a good match",
            min_length = 3,
            max_length = 50,
            pattern = "^fixedquery$",
            deprecated
        )]
        q: Option<String>,
    ) -> Value {
        results(q)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial011 {
    use super::*;

    #[get("/items/")]
    async fn read_items(#[query] q: Option<Vec<String>>) -> Value {
        json!({"q": q})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial012 {
    use super::*;

    #[get("/items/")]
    async fn read_items(#[query(default = ["foo", "bar"])] q: Vec<String>) -> Value {
        json!({"q": q})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial013 {
    use super::*;

    #[get("/items/")]
    async fn read_items(#[query(default = Vec::new())] q: Vec<Value>) -> Value {
        json!({"q": q})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial014 {
    use super::*;

    #[get("/items/")]
    async fn read_items(#[query(include_in_schema = false)] hidden_query: Option<String>) -> Value {
        match hidden_query.filter(|hidden_query| !hidden_query.is_empty()) {
            Some(hidden_query) => json!({"hidden_query": hidden_query}),
            None => json!({"hidden_query": "Not found"}),
        }
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial015 {
    use std::collections::hash_map::RandomState;
    use std::hash::BuildHasher;

    use super::*;

    const DATA: [(&str, &str); 3] = [
        ("isbn-9781529046137", "The Hitchhiker's Guide to the Galaxy"),
        ("imdb-tt0371724", "The Hitchhiker's Guide to the Galaxy"),
        (
            "isbn-9781439512982",
            "Isaac Asimov: The Complete Stories, Vol. 2",
        ),
    ];

    fn check_valid_id(id: &Option<String>) -> Result<(), &'static str> {
        match id {
            Some(id) if !id.starts_with("isbn-") && !id.starts_with("imdb-") => {
                Err(r#"Invalid ID format, it must start with "isbn-" or "imdb-""#)
            }
            _ => Ok(()),
        }
    }

    // The keys of a new hasher are the standard library's only source of randomness.
    fn any_item() -> (&'static str, &'static str) {
        let random = RandomState::new().hash_one(DATA.len());
        DATA[random as usize % DATA.len()]
    }

    #[get("/items/")]
    async fn read_items(#[query(validate = check_valid_id)] id: Option<String>) -> Value {
        match id.filter(|id| !id.is_empty()) {
            Some(id) => {
                let item = DATA.iter().find(|(known, _)| *known == id);
                json!({"id": id, "name": item.map(|(_, name)| name)})
            }
            None => {
                let (id, name) = any_item();
                json!({"id": id, "name": name})
            }
        }
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}
