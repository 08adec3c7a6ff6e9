use fastrs::prelude::*;

async fn nightly() {}

async fn run(app: App) {
    let _ = app.run::<nightly>().await;
}

fn main() {}
