//! Scopes: what a token may do.

use crate::users::models::Role;

/// The scopes, as the document lists them.
pub const SCOPES: &[(&str, &str)] = &[
    ("profile", "Read and change your account."),
    ("api-keys", "Create, list and revoke your API keys."),
    (
        "admin",
        "Manage all users and read the audit log. Only for admins.",
    ),
];

/// Returns what users of a role can be granted.
pub fn of_role(role: Role) -> &'static [&'static str] {
    match role {
        Role::User => &["profile", "api-keys"],
        Role::Admin => &["profile", "api-keys", "admin"],
    }
}

/// Returns the scopes to grant, as OAuth 2 writes them: those that were asked for. If there are none, or if one of them
/// is not allowed, nothing is granted.
pub fn granted(requested: &str, allowed: &[&str]) -> Option<String> {
    let mut scopes: Vec<&str> = requested.split_whitespace().collect();
    scopes.sort_unstable();
    scopes.dedup();
    let is_allowed = scopes.iter().all(|scope| allowed.contains(scope));
    (is_allowed && !scopes.is_empty()).then(|| scopes.join(" "))
}

/// The same, for users themselves, who get all scopes that are allowed if they ask for none.
pub fn granted_or_all(requested: &str, allowed: &[&str]) -> Option<String> {
    match requested.trim().is_empty() {
        true => granted(&allowed.join(" "), allowed),
        false => granted(requested, allowed),
    }
}

/// Returns those of the scopes that are allowed.
pub fn intersection(scope: &str, allowed: &[&str]) -> String {
    let scopes = scope.split(' ').filter(|scope| allowed.contains(scope));
    scopes.collect::<Vec<_>>().join(" ")
}
