use super::*;

/// Returns what a hash costs, as far as its time is concerned.
fn cost_of(stored: &Stored) -> String {
    match stored {
        Stored::Argon2 {
            argon2,
            salt,
            output,
            ..
        } => {
            format!(
                "{argon2:?}, {} and {} bytes",
                salt.len(),
                output.expose().len()
            )
        }
        Stored::Bcrypt(hash) => hash[..7].to_owned(),
    }
}

#[test]
fn nobody_costs_as_much_as_a_user() {
    for passwords in [
        Passwords::new(),
        Passwords::new().memory_kib(64).iterations(3),
    ] {
        let hash = passwords.cost.hash("wonderland").unwrap();
        let user = Stored::parse(&hash, "wonderland", passwords.limits).unwrap();
        let nobody = Stored::of_nobody(passwords.cost).unwrap();
        let without_length = cost_of(&user).replace("output_len: Some(32)", "output_len: None");
        assert_eq!(without_length, cost_of(&nobody));
        assert!(user.matches("wonderland").unwrap());
        assert!(!nobody.matches("wonderland").unwrap());
    }
}
