use fastrs::prelude::*;
use std::rc::Rc;

#[job]
async fn nightly() -> Result<Rc<u64>> {
    Ok(Rc::new(1))
}

async fn run(app: App) {
    let _ = app.run::<nightly>().await;
}

fn main() {}
