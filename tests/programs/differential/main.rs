//! The application of `tests/differential/app.py`, in fastrs: the same endpoints, which receive the same requests.

use fastrs::prelude::*;

mod answers;
mod bodies;
mod dependencies;
mod forms;
mod parameters;
mod paths;
mod places;

/// A choice.
#[model]
#[derive(Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum Color {
    Red,
    DarkGreen,
    Blue,
}

#[fastrs::main]
async fn main() -> Result<(), StartError> {
    App::new("Differential", "1")
        .docs_url(None)
        .redoc_url(None)
        .openapi_url(None)
        .include(parameters::router())
        .include(paths::router())
        .include(places::router())
        .include(bodies::router())
        .include(forms::router())
        .include(answers::router())
        .include(dependencies::router())
        .launch()
        .await
}
