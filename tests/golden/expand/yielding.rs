#[dependency]
async fn transaction(#[depends(pool)] pool: &Pool, lend: Yield<Transaction>) -> Result<()> {
    run(pool, lend).await
}
