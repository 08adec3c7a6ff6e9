/// The settings of a shop.
#[settings(prefix = "SHOP_", env_file = [".env", ".env.local"], secrets_dir = "/run/secrets")]
struct Settings {
    /// The key that signs tokens.
    secret_key: Secret<String>,
    #[field(alias = "PORT", default = 8000)]
    port: u16,
}
