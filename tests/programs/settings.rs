//! A program that prints its settings, or what is wrong with them.

use fastrs::prelude::*;

#[settings(prefix = "SHOP_", env_file = ".env")]
struct Settings {
    secret_key: Secret<String>,
    db: Database,
    #[field(default = 30)]
    token_minutes: u32,
}

#[model]
struct Database {
    url: String,
}

fn main() {
    match Settings::load() {
        Ok(settings) => println!(
            "{} {} {}",
            settings.token_minutes,
            settings.db.url,
            settings.secret_key.expose()
        ),
        Err(error) => println!("{error}"),
    }
}
