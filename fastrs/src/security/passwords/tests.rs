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

/// bcrypt is not used for a password that it would truncate, whether or not the user exists.
#[test]
fn nobody_costs_as_much_as_the_dummy_hash() {
    let bcrypt = "$2b$12$WE59zgTp8CEJNfzLNrR7MeoOskj6qw0CL4YkwaibteepaaPBRov16";
    let argon2 = "$argon2id$v=19$m=65536,t=3,p=4$7q/WZHX/225C7sSlOsMClg$oipxnEVPen7ALQUXrtS4WXzxIBtRkJ59m6mXMYJ4KBc";
    let long = "x".repeat(73);
    let own = cost_of(&Stored::of_nobody(Passwords::new().cost).unwrap());
    for (dummy, password) in [(bcrypt, "x"), (argon2, "x"), (argon2, &*long)] {
        let passwords = Passwords::new().dummy_hash(dummy);
        let user = Stored::parse(dummy, password, passwords.limits).unwrap();
        let nobody = passwords.of_nobody(password).unwrap();
        assert_eq!(cost_of(&nobody), cost_of(&user), "{dummy} {password}");
        assert_ne!(cost_of(&nobody), own, "{dummy} {password}");
    }
    let cut_off = Passwords::new().dummy_hash(bcrypt).of_nobody(&long);
    assert_eq!(cost_of(&cut_off.unwrap()), own);
}
