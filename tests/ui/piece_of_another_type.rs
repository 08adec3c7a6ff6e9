use fastrs::prelude::*;

#[get("/ticks")]
async fn ticks() -> Streaming {
    Streaming::generate(|out| async move {
        out.send(5).await?;
        Ok(())
    })
}

fn main() {}
