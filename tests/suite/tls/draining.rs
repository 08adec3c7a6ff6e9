//! A shutdown under load: no request is lost.

use std::sync::Arc;

use fastrs::prelude::*;

use super::{
    authority::Authority,
    load::{Load, WORD},
};
use crate::waiting::soon;

#[get("/word")]
async fn word() -> PlainText {
    PlainText(WORD.1.into())
}

#[tokio::test]
async fn a_shutdown_loses_no_request() {
    let Some(authority) = Authority::new().map(Arc::new) else {
        return;
    };
    for _ in 0..3 {
        let app = App::new("Draining", "1").routes(routes![word]);
        let server = authority.serve(app).await;
        let mut load = Load::start(&authority, server.addr());
        load.goes_on().await;
        soon(server.stop()).await;
        soon(load.end()).await;
    }
}
