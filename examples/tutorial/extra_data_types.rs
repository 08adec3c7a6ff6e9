//! FastAPI's tutorial, "Extra Data Types".

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use fastrs::prelude::*;
use fastrs::{Value, json};
use uuid::Uuid;

pub(crate) mod tutorial001 {
    use super::*;

    // In an untyped response, FastAPI writes times with their offset, and durations as seconds.
    #[put("/items/<item_id>")]
    async fn read_items(
        item_id: Uuid,
        #[body] start_datetime: DateTime<Utc>,
        #[body] end_datetime: DateTime<Utc>,
        #[body] process_after: Duration,
        #[body] repeat_at: Option<NaiveTime>,
    ) -> Value {
        let process_after = TimeDelta::from(process_after);
        let start_process = start_datetime + process_after;
        let duration = end_datetime - start_process;
        json!({
            "item_id": item_id,
            "start_datetime": start_datetime.to_rfc3339(),
            "end_datetime": end_datetime.to_rfc3339(),
            "process_after": process_after.as_seconds_f64(),
            "repeat_at": repeat_at,
            "start_process": start_process.to_rfc3339(),
            "duration": duration.as_seconds_f64(),
        })
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}
