//! Different models for input and output.

use fastrs::prelude::*;

#[model]
struct UserIn {
    username: String,
    password: String,
    email: EmailStr,
    full_name: Option<String>,
}

pub(crate) mod tutorial002 {
    use super::*;

    // Don't do this in production!
    #[post("/user/")]
    async fn create_user(user: UserIn) -> UserIn {
        user
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_user])
    }
}

pub(crate) mod tutorial003 {
    use super::*;

    #[model]
    struct UserOut {
        username: String,
        email: EmailStr,
        full_name: Option<String>,
    }

    #[post("/user/")]
    async fn create_user(user: UserIn) -> UserOut {
        let UserIn {
            username,
            email,
            full_name,
            ..
        } = user;
        UserOut {
            username,
            email,
            full_name,
        }
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_user])
    }
}

pub(crate) mod tutorial003_01 {
    use fastrs::prelude::*;

    #[model]
    struct BaseUser {
        username: String,
        email: EmailStr,
        full_name: Option<String>,
    }

    #[model]
    struct UserIn {
        #[serde(flatten)]
        base: BaseUser,
        password: String,
    }

    #[post("/user/")]
    async fn create_user(user: UserIn) -> BaseUser {
        user.base
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_user])
    }
}
