use fastrs::prelude::*;

#[model]
struct Greeting {
    text: String,
}

#[websocket("/chat")]
async fn chat(greeting: Greeting, _socket: WebSocket) {
    drop(greeting);
}

fn main() {}
