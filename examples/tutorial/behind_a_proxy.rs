//! FastAPI's tutorial, "Behind a Proxy". The root path and the proxy to trust are options of the program, as FastAPI's are
//! of its server: see `main.rs`.

use fastrs::Value;
use fastrs::openapi::Server;
use fastrs::prelude::*;

#[get("/app")]
async fn read_main(request: &Request) -> Value {
    json!({"message": "Hello World", "root_path": request.root_path()})
}

pub(crate) mod tutorial001 {
    use super::*;

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_main])
    }
}

pub(crate) mod tutorial001_01 {
    use super::*;

    #[get("/items/")]
    async fn read_items() -> Value {
        json!(["plumbus", "portal gun"])
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    pub(crate) fn app() -> App {
        tutorial001::app().root_path("/api/v1")
    }
}

pub(crate) mod tutorial003 {
    use super::*;

    pub(crate) fn app() -> App {
        tutorial001::app()
            .server(Server::new("https://stag.example.com").description("Staging environment"))
            .server(Server::new("https://prod.example.com").description("Production environment"))
    }
}

pub(crate) mod tutorial004 {
    use super::*;

    pub(crate) fn app() -> App {
        tutorial003::app().root_path_in_servers(false)
    }
}
