/// Read one item.
///
/// The response includes the remaining stock.
#[get("/items/<id>", tags = ["items"], depends = [verify], responses((404, "No such item")))]
async fn read_item(
    /// The item to read.
    id: u64,
    q: Option<&str>,
    #[query(ge = 1, le = 100, default = 10)] limit: u32,
    #[depends(current_user)] user: &User,
    #[depends(has_role(role = "admin"))] tx: &mut Transaction,
    reply: &mut Reply,
) -> Result<Item, ItemError> {
    find(id, q, limit, user, tx, reply).await
}
