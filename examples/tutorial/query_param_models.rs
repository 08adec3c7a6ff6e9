//! FastAPI's tutorial, "Query Parameter Models".

use fastrs::prelude::*;
use fastrs::{Value, json};

#[model(literal)]
#[serde(rename_all = "snake_case")]
enum OrderBy {
    CreatedAt,
    UpdatedAt,
}

pub(crate) mod tutorial001 {
    use super::*;

    #[model]
    struct FilterParams {
        #[field(gt = 0, le = 100, default = 100)]
        limit: i64,
        #[field(ge = 0, default = 0)]
        offset: i64,
        #[field(default = OrderBy::CreatedAt)]
        order_by: OrderBy,
        #[field(default)]
        tags: Vec<String>,
    }

    #[get("/items/")]
    async fn read_items(#[query] filter_query: FilterParams) -> Value {
        json!(filter_query)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    #[model]
    #[serde(deny_unknown_fields)]
    struct FilterParams {
        #[field(gt = 0, le = 100, default = 100)]
        limit: i64,
        #[field(ge = 0, default = 0)]
        offset: i64,
        #[field(default = OrderBy::CreatedAt)]
        order_by: OrderBy,
        #[field(default)]
        tags: Vec<String>,
    }

    #[get("/items/")]
    async fn read_items(#[query] filter_query: FilterParams) -> Value {
        json!(filter_query)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial003 {
    use super::*;

    #[model]
    struct Pagination {
        #[field(ge = 1, default = 10)]
        limit: i64,
        #[field(ge = 0, default = 0)]
        offset: i64,
    }

    #[model]
    struct Filters {
        #[field(default)]
        tags: Vec<String>,
    }

    #[get("/items/")]
    async fn read_items(
        #[query] pagination: Pagination,
        #[query] filters: Filters,
        search: Option<String>,
    ) -> Value {
        json!({"pagination": pagination, "filters": filters, "search": search})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial004 {
    use chrono::NaiveDate;

    use super::*;

    #[model]
    struct DateRange {
        start: NaiveDate,
        end: NaiveDate,
    }

    #[get("/items/")]
    async fn read_items(
        #[query(default = 10)] limit: i64,
        #[query] date_range: Option<DateRange>,
    ) -> Value {
        json!({"limit": limit, "date_range": date_range})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}
