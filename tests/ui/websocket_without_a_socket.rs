use fastrs::prelude::*;

#[websocket("/rooms/<room>")]
async fn chat(room: String) {
    drop(room);
}

fn main() {}
