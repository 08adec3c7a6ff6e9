/// The signed-in user, of this role.
#[dependency]
async fn current_user(
    #[header] authorization: &str,
    #[depends(pool)] pool: Pool,
    #[arg] role: &'static str,
) -> Result<User, AuthError> {
    load(authorization, pool, role).await
}
