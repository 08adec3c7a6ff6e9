use fastrs::{prelude::*, response::Sender};

struct Tick {
    n: u64,
}

async fn count(out: Sender<JsonLines<Tick>>) -> Result<()> {
    out.send(Tick { n: 1 }).await
}

#[get("/ticks")]
async fn ticks() -> Result<JsonLines<Tick>> {
    Ok(JsonLines::generate(count))
}

fn main() {}
