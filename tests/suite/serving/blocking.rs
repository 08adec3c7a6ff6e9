//! A handler that blocks its thread.

use super::program::Program;
use crate::{waiting::soon, wire::Wire};

#[tokio::test]
async fn another_thread_serves_the_others() {
    let mut program = Program::start(&["words", "127.0.0.1:0"], &[("WORKERS", "2")]);
    let address = program.started().await;
    let mut blocked = Wire::to(address).await;
    blocked.request("GET /blocks").await;
    assert_eq!(soon(program.line()).await, "blocked");
    for _ in 0..20 {
        let mut wire = Wire::to(address).await;
        wire.request("GET /word").await;
        assert_eq!(soon(wire.answer()).await.body, "word");
    }
    let mut wire = Wire::to(address).await;
    wire.request("GET /releases").await;
    assert_eq!(soon(wire.answer()).await.status(), "200");
    assert_eq!(soon(blocked.answer()).await.status(), "200");
}
