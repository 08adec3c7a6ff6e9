use fastrs::prelude::*;

#[derive(Clone)]
struct User;

#[dependency]
async fn current_user() -> Result<User> {
    Ok(User)
}

fn main() {
    let _ = App::new("Shop", "1.0.0").override_dependency::<current_user>(String::new);
}
