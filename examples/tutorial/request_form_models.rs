//! FastAPI's tutorial, "Form Models".

use fastrs::prelude::*;
use fastrs::{Value, json};

#[model]
struct Profile {
    name: String,
}

pub(crate) mod tutorial001 {
    use super::*;

    #[model]
    struct FormData {
        username: String,
        password: String,
    }

    #[post("/login/")]
    async fn login(#[form] data: FormData) -> Value {
        json!(data)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![login])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    #[model]
    #[serde(deny_unknown_fields)]
    struct FormData {
        username: String,
        password: String,
    }

    #[post("/login/")]
    async fn login(#[form] data: FormData) -> Value {
        json!(data)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![login])
    }
}

pub(crate) mod tutorial003 {
    use super::*;

    #[model]
    struct Preferences {
        #[field(default)]
        tags: Vec<String>,
    }

    #[post("/profiles/")]
    async fn create_profile(
        #[form] profile: Profile,
        #[form] preferences: Preferences,
        #[form] token: String,
    ) -> Value {
        json!({"profile": profile, "preferences": preferences, "token": token})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_profile])
    }
}

pub(crate) mod tutorial004 {
    use super::*;

    #[post("/profiles/")]
    async fn create_profile(#[form] profile: Profile, avatar: UploadFile) -> Value {
        json!({"profile": profile, "filename": avatar.filename()})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_profile])
    }
}

pub(crate) mod tutorial005 {
    use super::*;

    #[model]
    struct Profile {
        name: String,
        age: i64,
    }

    #[post("/profiles/")]
    async fn create_profile(#[form] token: String, #[form] profile: Option<Profile>) -> Value {
        json!({"token": token, "profile": profile})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_profile])
    }
}

pub(crate) mod tutorial006 {
    use super::*;

    #[model]
    #[serde(tag = "kind", rename_all = "lowercase")]
    enum Contact {
        Person { name: String },
        Company { company_name: String },
    }

    #[post("/contacts/")]
    async fn create_contact(#[form] contact: Option<Contact>) -> Value {
        json!(contact)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_contact])
    }
}

pub(crate) mod tutorial007 {
    use super::*;

    #[model]
    #[serde(tag = "contact_type", rename_all = "lowercase")]
    enum Contact {
        Person { name: String },
        Company { company_name: String },
    }

    #[model]
    #[serde(tag = "notification_type", rename_all = "lowercase")]
    enum Notification {
        Email { email: String },
        Sms { phone: String },
    }

    #[post("/contacts/")]
    async fn create_contact(
        #[form] contact: Contact,
        #[form] token: String,
        #[form] notification: Option<Notification>,
    ) -> Value {
        json!({"contact": contact, "notification": notification, "token": token})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_contact])
    }
}
