use fastrs::prelude::*;

#[websocket("/chat", protocol = ["chat.v1"])]
async fn chat(_socket: WebSocket) {}

fn main() {}
