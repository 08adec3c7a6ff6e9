use fastrs::prelude::*;

#[dependency]
async fn current_user() -> String {
    "alice".into()
}

#[websocket("/items", require = current_user)]
async fn read_items(_socket: WebSocket) {}

fn main() {}
