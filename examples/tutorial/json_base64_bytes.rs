//! FastAPI's tutorial, "JSON with Bytes as Base64".

use fastrs::Value;
use fastrs::prelude::*;

pub(crate) mod tutorial001 {
    use super::*;

    #[model]
    struct DataInput {
        description: String,
        data: Base64Bytes,
    }

    #[model]
    struct DataOutput {
        description: String,
        data: Base64Bytes,
    }

    #[model]
    struct DataInputOutput {
        description: String,
        data: Base64Bytes,
    }

    #[post("/data")]
    async fn post_data(#[body] body: DataInput) -> Value {
        let content = String::from_utf8_lossy(&body.data);
        json!({"description": body.description, "content": content})
    }

    #[get("/data")]
    async fn get_data() -> DataOutput {
        DataOutput {
            description: "A plumbus".into(),
            data: b"hello".to_vec().into(),
        }
    }

    #[post("/data-in-out")]
    async fn post_data_in_out(#[body] body: DataInputOutput) -> DataInputOutput {
        body
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![post_data, get_data, post_data_in_out])
    }
}
