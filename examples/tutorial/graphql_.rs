//! FastAPI's tutorial, "GraphQL", with async-graphql in place of strawberry.

use async_graphql::http::{GraphQLPlaygroundConfig, playground_source};
use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema, SimpleObject};
use fastrs::prelude::*;
use fastrs::{Value, http};

pub(crate) mod tutorial001 {
    use super::*;

    #[derive(SimpleObject)]
    struct User {
        name: &'static str,
        age: u32,
    }

    pub(super) struct Query;

    #[Object]
    impl Query {
        async fn user(&self) -> User {
            User {
                name: "Patrick",
                age: 100,
            }
        }
    }

    #[dependency(scope = "app")]
    async fn schema() -> Schema<Query, EmptyMutation, EmptySubscription> {
        Schema::new(Query, EmptyMutation, EmptySubscription)
    }

    #[get(
        "",
        response_description = "The GraphiQL integrated development environment.",
        responses((404, "Not found if GraphiQL or query via GET are not enabled."))
    )]
    async fn handle_http_get() -> Result<Response> {
        let page = playground_source(GraphQLPlaygroundConfig::new("/graphql"));
        let response = http::Response::builder().header("content-type", "text/html; charset=utf-8");
        Ok(response.body(page.into())?)
    }

    #[post("")]
    async fn handle_http_post(
        request: Bytes,
        #[depends(schema)] schema: &Schema<Query, EmptyMutation, EmptySubscription>,
    ) -> Result<Value> {
        let request: async_graphql::Request = serde_json::from_slice(&request)
            .or_status(400, "Unable to parse request body as JSON")?;
        Ok(serde_json::to_value(schema.execute(request).await)?)
    }

    pub(crate) fn app() -> App {
        let graphql_app =
            Router::new("/graphql").routes(routes![handle_http_get, handle_http_post]);
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .include(graphql_app)
    }
}
