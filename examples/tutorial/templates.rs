//! FastAPI's tutorial, "Templates".

use fastrs::prelude::*;
use fastrs::templates::{Templates, Urls, urls};

#[dependency(scope = "app")]
async fn templates(#[depends(urls)] urls: &Urls) -> Result<Templates> {
    Ok(Templates::load("templates", urls)?)
}

pub(crate) mod tutorial001 {
    use super::*;

    #[get("/items/<id>")]
    async fn read_item(
        req: &Request,
        id: String,
        #[depends(templates)] templates: &Templates,
    ) -> Result<Html> {
        templates.render(req, "item.html", json!({"id": id}))
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .static_files("/static", "static")
            .routes(routes![read_item])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    #[get("/items/<id>")]
    async fn read_item(
        req: &Request,
        id: String,
        #[depends(templates)] templates: &Templates,
    ) -> Result<Html> {
        templates.render(req, "item_path.html", json!({"id": id}))
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .static_files("/static", "static")
            .routes(routes![read_item])
    }
}
