//! FastAPI's tutorial, "Lifespan Events". What FastAPI does before and after the `yield` of a lifespan, an app-scoped
//! dependency does before and after it lends its value.

use std::fs::OpenOptions;
use std::io::Write;

use fastrs::Value;
use fastrs::prelude::*;

pub(crate) mod tutorial001 {
    use std::collections::HashMap;

    use super::*;

    #[dependency(scope = "app")]
    async fn items() -> HashMap<&'static str, Value> {
        HashMap::from([
            ("foo", json!({"name": "Fighters"})),
            ("bar", json!({"name": "Tenders"})),
        ])
    }

    #[get("/items/<item_id>")]
    async fn read_items(
        item_id: String,
        #[depends(items)] items: &HashMap<&'static str, Value>,
    ) -> Result<Value> {
        items.get(&*item_id).cloned().or_404("Item not found")
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    #[dependency(scope = "app")]
    async fn shutdown_event(lend: Yield<()>) -> Result<()> {
        lend.until_done(()).await;
        let mut log = OpenOptions::new()
            .create(true)
            .append(true)
            .open("log.txt")?;
        log.write_all(b"Application shutdown")?;
        Ok(())
    }

    #[get("/items/", depends = [shutdown_event])]
    async fn read_items() -> Value {
        json!([{"name": "Foo"}])
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial003 {
    use super::*;

    type Model = fn(f64) -> f64;

    fn fake_answer_to_everything_ml_model(x: f64) -> f64 {
        x * 42.0
    }

    #[dependency(scope = "app")]
    async fn ml_model(lend: Yield<Model>) {
        // Load the ML model
        let model: Model = fake_answer_to_everything_ml_model;
        let (_model, _outcome) = lend.until_done(model).await;
        // Clean up the ML models and release the resources
    }

    #[get("/predict")]
    async fn predict(x: f64, #[depends(ml_model)] model: &Model) -> Value {
        json!({"result": model(x)})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![predict])
    }
}
