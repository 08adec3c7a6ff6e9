//! FastAPI's tutorial, "Middleware".

use std::time::Instant;

use fastrs::http;
use fastrs::prelude::*;

pub(crate) mod tutorial001 {
    use super::*;

    #[middleware]
    async fn add_process_time_header(request: http::Request<Body>, next: Next) -> Response {
        let start_time = Instant::now();
        let mut response = next.run(request).await;
        let process_time = start_time.elapsed().as_secs_f64().to_string();
        let process_time = http::HeaderValue::try_from(process_time).expect("a number");
        response
            .headers_mut()
            .insert("x-process-time", process_time);
        response
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .middleware::<add_process_time_header>()
    }
}
