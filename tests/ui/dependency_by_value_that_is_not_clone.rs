use fastrs::prelude::*;

struct Transaction;

#[dependency]
async fn transaction() -> Transaction {
    Transaction
}

#[get("/items")]
async fn read_items(#[depends(transaction)] tx: Transaction) -> u64 {
    drop(tx);
    1
}

fn main() {}
