#[get("/")]
async fn hello() -> &'static str {
    "Hello"
}
