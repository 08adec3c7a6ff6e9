//! FastAPI's tutorial, "Path Parameters".

use fastrs::prelude::*;
use fastrs::{Value, json};

pub(crate) mod tutorial001 {
    use super::*;

    #[get("/items/<item_id>")]
    async fn read_item(#[path] item_id: Value) -> Value {
        json!({"item_id": item_id})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_item])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    #[get("/items/<item_id>")]
    async fn read_item(item_id: i64) -> Value {
        json!({"item_id": item_id})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_item])
    }
}

pub(crate) mod tutorial003 {
    use super::*;

    #[get("/users/me")]
    async fn read_user_me() -> Value {
        json!({"user_id": "the current user"})
    }

    #[get("/users/<user_id>")]
    async fn read_user(user_id: String) -> Value {
        json!({"user_id": user_id})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_user_me, read_user])
    }
}

pub(crate) mod tutorial003b {
    use super::*;

    // FastAPI's example registers the path a second time, to show that the first one wins. Here, that is a startup
    // error, so the shadowed function is left out.
    #[get("/users")]
    async fn read_users() -> Value {
        json!(["Rick", "Morty"])
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_users])
    }
}

pub(crate) mod tutorial004 {
    use super::*;

    #[get("/files/<file_path..>")]
    async fn read_file(file_path: String) -> Value {
        json!({"file_path": file_path})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_file])
    }
}

pub(crate) mod tutorial005 {
    use super::*;

    #[model]
    #[serde(rename_all = "lowercase")]
    enum ModelName {
        Alexnet,
        Resnet,
        Lenet,
    }

    #[get("/models/<model_name>")]
    async fn get_model(model_name: ModelName) -> Value {
        let message = match model_name {
            ModelName::Alexnet => "Deep Learning FTW!",
            ModelName::Lenet => "LeCNN all the images",
            ModelName::Resnet => "Have some residuals",
        };
        json!({"model_name": model_name, "message": message})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![get_model])
    }
}
