//! A program with faults, for tests of what they do in builds with different profiles: `faults`.

use fastrs::prelude::*;

/// Reports on standard error when it is created and when it is closed.
#[dependency(scope = "app")]
async fn resource(lend: Yield<()>) {
    eprintln!("opened");
    lend.until_done(()).await;
    eprintln!("closed");
}

#[get("/panic", depends = [resource])]
async fn panics() {
    panic!("on purpose")
}

/// Adds without care.
#[get("/sum")]
async fn sum(a: u8, b: u8) -> u8 {
    a + b
}

#[fastrs::main]
async fn main() -> Result<(), StartError> {
    let app = App::new("Faults", "1").routes(routes![panics, sum]);
    app.serve("127.0.0.1:0").await
}
