//! FastAPI's tutorial, "Custom Request and APIRoute class". What FastAPI does with a class of routes, fastrs does with
//! an exception handler or a layer.

use fastrs::prelude::*;
use fastrs::{ValidationError, Value};

pub(crate) mod tutorial002 {
    use super::*;

    fn with_body(exc: &ValidationError, _request: &Request) -> Result<()> {
        let detail = json!({"errors": exc.errors(), "body": exc.body().map(Value::to_string)});
        Err(HttpError::new(422, detail))
    }

    #[post("/")]
    async fn sum_numbers(#[body] numbers: Vec<i64>) -> i64 {
        numbers.iter().sum()
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .exception_handler(with_body)
            .routes(routes![sum_numbers])
    }
}

pub(crate) mod tutorial003 {
    use std::convert::Infallible;
    use std::time::Instant;

    use fastrs::http;
    use tower::layer::layer_fn;
    use tower::{Service, service_fn};

    use super::*;

    #[get("/")]
    async fn not_timed() -> Value {
        json!({"message": "Not timed"})
    }

    #[get("/timed")]
    async fn timed() -> Value {
        json!({"message": "It's the time of my life"})
    }

    pub(crate) fn app() -> App {
        let timed_route = layer_fn(|next: fastrs::Next| {
            service_fn(move |request: http::Request<fastrs::Body>| {
                let mut next = next.clone();
                async move {
                    let before = Instant::now();
                    let mut response = next.call(request).await?;
                    let duration = before.elapsed().as_secs_f64().to_string();
                    let duration = http::HeaderValue::try_from(duration).expect("a number");
                    response.headers_mut().insert("x-response-time", duration);
                    Ok::<_, Infallible>(response)
                }
            })
        });
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![not_timed])
            .include(Router::new("").layer(timed_route).routes(routes![timed]))
    }
}
