use fastrs::prelude::*;

#[websocket("/chat")]
async fn chat(_socket: WebSocket, reply: &mut Reply) {
    reply.header("x-room", "7");
}

fn main() {}
