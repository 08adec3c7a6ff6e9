//! A shop that asks another service for its stock. Here, it is its own stock service.

use fastrs::prelude::*;
use tracing::info;

use crate::telemetry;

/// How the stock service is reached.
#[derive(Clone)]
pub struct Stock {
    client: reqwest::Client,
    url: String,
}

#[dependency(scope = "app")]
async fn stock() -> Stock;

/// Get an item, and how many are left.
#[get("/items/<id>")]
async fn item(id: u32, #[depends(stock)] stock: &Stock, tasks: BackgroundTasks) -> Result<String> {
    let url = format!("{}/stock/{id}", stock.url);
    let request = stock.client.get(url).headers(telemetry::outgoing());
    let left = request.send().await?.error_for_status()?.text().await?;
    tasks.add(async move { info!(id, "an item was looked at") });
    Ok(format!("item {id}, {left} left"))
}

/// Get how many of an item are left.
#[get("/stock/<id>")]
async fn in_stock(id: u32) -> Result<u32> {
    info!(id, "counting");
    match id {
        0 => Err(HttpError::new(503, "no stock of item 0 is known")),
        _ => Ok(id % 10),
    }
}

pub fn app(stock_url: &str) -> App {
    App::new("Shop", "1.0.0")
        .on_span(telemetry::continue_trace)
        .provide::<stock>(Stock {
            client: reqwest::Client::new(),
            url: stock_url.to_owned(),
        })
        .routes(routes![item, in_stock])
}
