//! FastAPI's tutorial, "Response - Change Status Code".

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use fastrs::prelude::*;

pub(crate) mod tutorial001 {
    use super::*;

    type Tasks = Mutex<HashMap<String, String>>;

    #[dependency(scope = "app")]
    async fn tasks() -> Tasks {
        Mutex::new([("foo".into(), "Listen to the Bar Fighters".into())].into())
    }

    #[put("/get-or-create-task/<task_id>", status = 200)]
    async fn get_or_create_task(
        task_id: String,
        reply: &mut Reply,
        #[depends(tasks)] tasks: &Tasks,
    ) -> String {
        let mut tasks = tasks.lock().unwrap_or_else(PoisonError::into_inner);
        let created = || {
            reply.status(StatusCode::CREATED);
            "This didn't exist before".into()
        };
        tasks.entry(task_id).or_insert_with(created).clone()
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![get_or_create_task])
    }
}
