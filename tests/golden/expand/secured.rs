#[get("/items")]
async fn items(
    #[security(OAUTH2)] token: &str,
    #[depends(current_user, scopes = ["items"])] user: &User,
) -> Vec<Item> {
    all(token, user)
}
