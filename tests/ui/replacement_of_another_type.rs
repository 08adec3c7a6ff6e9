use fastrs::prelude::*;

#[derive(Clone)]
struct User;

#[dependency]
async fn current_user() -> Result<User> {
    Ok(User)
}

#[dependency]
async fn fake_user() -> String {
    "rick".to_owned()
}

fn main() {
    let _ = App::new("Shop", "1.0.0").replace_dependency::<current_user, fake_user>();
}
