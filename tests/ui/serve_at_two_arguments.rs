use fastrs::prelude::*;

#[fastrs::main]
async fn main() -> Result<(), StartError> {
    App::new("Shop", "1.0.0").serve("127.0.0.1", 8000).await
}
