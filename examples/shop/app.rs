//! The application: its title, and the routers that it consists of.

use fastrs::any_database::migrations;
use fastrs::{Health, prelude::*};

use crate::db;
use crate::routes::{customers, items, orders, reviews};

/// Returns the shop.
pub fn app() -> App {
    App::new("Shop", "1.0.0")
        .description(
            "A shop on SQLite or PostgreSQL. Prices are in cents, times in UTC.\n\n\
             A resource in the path that doesn't exist is a 404. A resource in the body that doesn't exist, \
             or a value that is already taken, is a 409.",
        )
        .include(items::router())
        .include(customers::router())
        .include(orders::router())
        .include(reviews::router())
        .provide::<migrations>(db::migrations())
        .health(Health::new().check::<db::responds>())
}
