//! Scripts, which Redis runs as one step.

use std::sync::{Arc, OnceLock};

use redis::{Cmd, Value};

use super::{breaker::Breaker, error::RedisError, reply::bytes};

/// A script, whose text is sent only once.
pub(crate) struct Script {
    text: &'static str,
    /// The name by which Redis knows it, a hash of the text.
    name: OnceLock<String>,
}

impl Script {
    pub(crate) const fn new(text: &'static str) -> Self {
        Self {
            text,
            name: OnceLock::new(),
        }
    }

    pub(super) async fn run(
        &self,
        redis: &Arc<Breaker>,
        keys: &[&str],
        arguments: &[&[u8]],
    ) -> Result<Value, RedisError> {
        if let Some(name) = self.name.get() {
            let command = call("EVALSHA", name, keys, arguments);
            match redis.send(&command).await {
                // Another server, or one that has started again.
                Err(error) if error.has_no_script => {}
                result => return result,
            }
        }
        let mut load = Cmd::new();
        load.arg("SCRIPT").arg("LOAD").arg(self.text);
        if let Some(name) = bytes(redis.send(&load).await?) {
            let name = String::from_utf8_lossy(&name).into_owned();
            self.name.get_or_init(|| name);
        }
        redis.send(&call("EVAL", self.text, keys, arguments)).await
    }
}

fn call(name: &str, script: &str, keys: &[&str], arguments: &[&[u8]]) -> Cmd {
    let mut command = Cmd::new();
    command.arg(name).arg(script).arg(keys.len());
    command.arg(keys).arg(arguments);
    command
}
