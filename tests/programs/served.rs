//! A program for the serving tests: `served APP [ADDRESS]`. Without an address, it uses the environment's.

use fastrs::prelude::*;

/// Reports on standard error when it is created and when it is closed.
#[dependency(scope = "app")]
async fn resource(lend: Yield<()>) {
    eprintln!("opened");
    lend.until_done(()).await;
    eprintln!("closed");
}

/// In flight for as long as its body is still arriving.
#[post("/upload", depends = [resource])]
async fn upload(#[body] text: String) -> usize {
    text.len()
}

#[dependency(scope = "app")]
async fn broken(#[depends(resource)] _resource: &()) -> Result<()> {
    Err(HttpError::new(503, "no database"))
}

#[get("/broken", depends = [broken])]
async fn needs_broken() {}

#[dependency(scope = "app")]
async fn hanging(#[depends(resource)] _resource: &()) {
    eprintln!("hanging");
    std::future::pending().await
}

#[get("/hanging", depends = [hanging])]
async fn needs_hanging() {}

#[get("/fails")]
async fn fails() -> Result<()> {
    Err(HttpError::new(500, "on purpose"))
}

#[fastrs::main]
async fn main() -> Result<(), StartError> {
    let mut arguments = std::env::args().skip(1);
    let app = App::new("Served", "1").routes(routes![upload]);
    let app = match arguments.next().as_deref() {
        Some("broken") => app.routes(routes![needs_broken]),
        Some("hanging") => app.routes(routes![needs_hanging]),
        Some("mounted") => {
            let inner = App::new("Inner", "1").routes(routes![fails]);
            app.mount("/inner", inner.into_service().await?)
        }
        Some("without-docs") => app.docs_url(None),
        _ => app,
    };
    match arguments.next() {
        Some(address) => app.serve(address).await,
        None => app.launch().await,
    }
}
