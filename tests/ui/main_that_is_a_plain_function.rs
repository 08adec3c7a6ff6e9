#[fastrs::main]
fn main() {}
