//! Runs a command with `DATABASE_URL` set to a PostgreSQL server that lives as long as the command:
//! `on_postgres cargo test --example shop`.

#[path = "../suite/postgres.rs"]
#[expect(dead_code, reason = "the suite uses the rest")]
mod postgres;
#[path = "../suite/skipping.rs"]
mod skipping;

use std::{
    env,
    process::{Command, ExitCode},
};

use crate::postgres::Postgres;

fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1);
    let Some(program) = arguments.next() else {
        eprintln!("usage: on_postgres COMMAND [ARGUMENT]..");
        return ExitCode::FAILURE;
    };
    let Some(server) = Postgres::start("on_postgres") else {
        return ExitCode::FAILURE;
    };
    let mut command = Command::new(program);
    let command = command.args(arguments).env("DATABASE_URL", server.url());
    let is_success = command.status().is_ok_and(|status| status.success());
    drop(server);
    if is_success {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
