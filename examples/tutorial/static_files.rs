//! FastAPI's tutorial, "Static Files".

pub(crate) mod tutorial001 {
    use fastrs::prelude::*;

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .static_files("/static", "static")
    }
}
