use fastrs::{Shutdown, prelude::*};

#[get("/ticks")]
async fn ticks(shutdown: &Shutdown) -> bool {
    shutdown.is_requested()
}

fn main() {}
