//! Nothing but tests: they are one program, `suite/main.rs`, since each more costs a link.
