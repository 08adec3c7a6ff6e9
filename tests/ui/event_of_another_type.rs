use fastrs::prelude::*;

#[get("/numbers")]
async fn numbers() -> Sse<u8> {
    Sse::generate(|out| async move {
        out.send(ServerSentEvent::new("one")).await
    })
}

fn main() {}
