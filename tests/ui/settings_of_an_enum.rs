use fastrs::prelude::*;

#[settings]
enum Mode {
    Development,
    Production,
}

#[get("/mode")]
async fn read_mode(#[depends(Mode)] mode: &Mode) -> bool {
    matches!(mode, Mode::Production)
}

fn main() {}
