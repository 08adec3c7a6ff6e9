use fastrs::prelude::*;

#[dependency(scope = "app")]
fn settings() -> String {
    "debug".to_owned()
}

#[dependency(scope = "app")]
async fn debug(#[depends(settings)] settings: &String) -> bool {
    settings == "debug"
}

#[get("/debug")]
async fn is_debug(#[depends(debug)] debug: &bool) -> bool {
    *debug
}

fn main() {}
