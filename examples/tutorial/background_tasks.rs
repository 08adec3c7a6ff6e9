//! FastAPI's tutorial, "Background Tasks".

use std::fs::{self, OpenOptions};
use std::io::Write;

use fastrs::Value;
use fastrs::prelude::*;

pub(crate) mod tutorial001 {
    use super::*;

    async fn write_notification(email: String, message: &str) {
        let content = format!("notification for {email}: {message}");
        fs::write("log.txt", content).expect("the log can be written");
    }

    #[post("/send-notification/<email>")]
    async fn send_notification(email: String, background_tasks: BackgroundTasks) -> Value {
        background_tasks.add(write_notification(email, "some notification"));
        json!({"message": "Notification sent in the background"})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![send_notification])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    async fn write_log(message: String) {
        let log = OpenOptions::new().create(true).append(true).open("log.txt");
        let mut log = log.expect("the log can be opened");
        log.write_all(message.as_bytes())
            .expect("the log can be written");
    }

    #[dependency]
    async fn get_query(background_tasks: BackgroundTasks, q: Option<String>) -> Option<String> {
        if let Some(q) = &q {
            background_tasks.add(write_log(format!("found query: {q}\n")));
        }
        q
    }

    #[post("/send-notification/<email>", depends = [get_query])]
    async fn send_notification(email: String, background_tasks: BackgroundTasks) -> Value {
        background_tasks.add(write_log(format!("message to {email}\n")));
        json!({"message": "Message sent"})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![send_notification])
    }
}
