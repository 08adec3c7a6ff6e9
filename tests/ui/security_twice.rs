use fastrs::prelude::*;
use fastrs::security::{ApiKeyHeader, HttpBearer};

const KEY: ApiKeyHeader = ApiKeyHeader::new("x-api-key");
const BEARER: HttpBearer = HttpBearer::new();

#[dependency]
async fn client(
    #[security(KEY)]
    #[security(BEARER)]
    sent: String,
) -> String {
    sent
}

fn main() {}
