//! The servers in the document of a mounted app: FastAPI's `root_path_in_servers`.

use fastrs::openapi::Server;
use fastrs::prelude::*;
use fastrs::testing::TestClient;
use fastrs::{Value, json};

#[get("/sub")]
async fn read_sub() -> &'static str {
    "Hello World from sub API"
}

fn sub() -> App {
    App::new("Sub", "1")
        .routes(routes![read_sub])
        .openapi30_url("/openapi-3.0.json")
}

async fn servers(client: &TestClient, path: &str) -> Value {
    client.get(path).await.json::<Value>()["servers"].take()
}

#[tokio::test]
async fn a_mounted_apps_document_has_the_mounts_path_as_its_server() {
    let service = sub().into_service().await.unwrap();
    let elsewhere = App::new("Outer", "1").mount("/sub app", service.clone());
    let app = App::new("Main", "1")
        .mount("/subapi", service.clone())
        .mount("/outer", elsewhere.into_service().await.unwrap());
    let client = TestClient::start(app).await;
    // The second time, the document has already been written.
    for _ in 0..2 {
        for (path, expected) in [
            ("/subapi", "/subapi"),
            ("/outer/sub%20app", "/outer/sub%20app"),
        ] {
            for document in ["openapi.json", "openapi-3.0.json"] {
                let servers = servers(&client, &format!("{path}/{document}")).await;
                assert_eq!(servers, json!([{"url": expected}]), "{path}/{document}");
            }
        }
    }
    assert_eq!(servers(&client, "/openapi.json").await, Value::Null);
    client.stop().await;
    let client = TestClient::start(App::new("Root", "1").mount("/", service)).await;
    assert_eq!(servers(&client, "/openapi-3.0.json").await, Value::Null);
    client.stop().await;
    let client = TestClient::start(sub()).await;
    assert_eq!(servers(&client, "/openapi.json").await, Value::Null);
    client.stop().await;
}

#[tokio::test]
async fn the_servers_of_the_app_itself_come_after_the_mounts_path() {
    for (url, expected) in [
        (
            "https://example.com",
            json!([{"url": "/subapi"}, {"url": "https://example.com"}]),
        ),
        ("/subapi", json!([{"url": "/subapi"}])),
    ] {
        let service = sub().server(Server::new(url)).into_service().await.unwrap();
        let app = App::new("Main", "1").mount("/subapi", service);
        let client = TestClient::start(app.fastapi_documents()).await;
        assert_eq!(servers(&client, "/subapi/openapi.json").await, expected);
        client.stop().await;
    }
}
