//! Runs the program of the same name for a few rounds; CI runs it for a minute.

use std::process::Command;

#[test]
fn no_response_is_lost_or_mixed_up() {
    let output = Command::new(env!("CARGO_BIN_EXE_torture"))
        .args(["rounds", "5"])
        .output()
        .expect("the program starts");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
}
