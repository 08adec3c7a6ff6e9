use fastrs::prelude::*;

#[websocket("/chat")]
async fn chat(_socket: WebSocket) -> String {
    "hello".to_owned()
}

fn main() {}
