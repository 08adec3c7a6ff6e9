//! FastAPI's tutorial, "Security".

use fastrs::prelude::*;
use fastrs::security::{
    HttpBasic, HttpBasicCredentials, OAuth2PasswordBearer, OAuth2PasswordRequestForm,
};
use fastrs::{Value, json};

pub(crate) mod tutorial001 {
    use super::*;

    const OAUTH2_SCHEME: OAuth2PasswordBearer = OAuth2PasswordBearer::new("token");

    #[get("/items/")]
    async fn read_items(#[security(OAUTH2_SCHEME)] token: &str) -> Value {
        json!({"token": token})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    const OAUTH2_SCHEME: OAuth2PasswordBearer = OAuth2PasswordBearer::new("token");

    #[model]
    struct User {
        username: String,
        email: Option<String>,
        full_name: Option<String>,
        disabled: Option<bool>,
    }

    fn fake_decode_token(token: &str) -> User {
        User {
            username: format!("{token}fakedecoded"),
            email: Some("john@example.com".into()),
            full_name: Some("John Doe".into()),
            disabled: None,
        }
    }

    #[dependency]
    async fn get_current_user(#[security(OAUTH2_SCHEME)] token: &str) -> User {
        fake_decode_token(token)
    }

    #[get("/users/me")]
    async fn read_users_me(#[depends(get_current_user)] current_user: &User) -> Value {
        json!(current_user)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_users_me])
    }
}

pub(crate) mod tutorial003 {
    use super::*;

    #[model]
    #[derive(Clone)]
    struct UserInDB {
        username: String,
        email: Option<String>,
        full_name: Option<String>,
        disabled: Option<bool>,
        hashed_password: String,
    }

    fn fake_users_db() -> [UserInDB; 2] {
        [
            UserInDB {
                username: "johndoe".into(),
                full_name: Some("John Doe".into()),
                email: Some("johndoe@example.com".into()),
                hashed_password: "fakehashedsecret".into(),
                disabled: Some(false),
            },
            UserInDB {
                username: "alice".into(),
                full_name: Some("Alice Wonderson".into()),
                email: Some("alice@example.com".into()),
                hashed_password: "fakehashedsecret2".into(),
                disabled: Some(true),
            },
        ]
    }

    fn fake_hash_password(password: &str) -> String {
        format!("fakehashed{password}")
    }

    const OAUTH2_SCHEME: OAuth2PasswordBearer = OAuth2PasswordBearer::new("token");

    fn get_user(username: &str) -> Option<UserInDB> {
        let mut users = fake_users_db().into_iter();
        users.find(|user| user.username == username)
    }

    /// This is not secure: the token is the user's name.
    fn fake_decode_token(token: &str) -> Option<UserInDB> {
        get_user(token)
    }

    #[dependency]
    async fn get_current_user(#[security(OAUTH2_SCHEME)] token: &str) -> Result<UserInDB> {
        let unauthorized =
            || HttpError::new(401, "Not authenticated").header("WWW-Authenticate", "Bearer");
        fake_decode_token(token).ok_or_else(unauthorized)
    }

    #[dependency]
    async fn get_current_active_user(
        #[depends(get_current_user)] current_user: UserInDB,
    ) -> Result<UserInDB> {
        match current_user.disabled {
            Some(true) => Err(HttpError::new(400, "Inactive user")),
            _ => Ok(current_user),
        }
    }

    #[post("/token")]
    async fn login(#[form] form_data: OAuth2PasswordRequestForm) -> Result<Value> {
        let incorrect = || HttpError::new(400, "Incorrect username or password");
        let user = get_user(&form_data.username).ok_or_else(incorrect)?;
        let hashed_password = fake_hash_password(form_data.password.expose());
        if hashed_password != user.hashed_password {
            return Err(incorrect());
        }
        Ok(json!({"access_token": user.username, "token_type": "bearer"}))
    }

    #[get("/users/me")]
    async fn read_users_me(#[depends(get_current_active_user)] current_user: &UserInDB) -> Value {
        json!(current_user)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![login, read_users_me])
    }
}

pub(crate) mod tutorial006 {
    use super::*;

    const SECURITY: HttpBasic = HttpBasic::new();

    #[get("/users/me")]
    async fn read_current_user(#[security(SECURITY)] credentials: HttpBasicCredentials) -> Value {
        json!({"username": credentials.username, "password": credentials.password.expose()})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_current_user])
    }
}

pub(crate) mod tutorial007 {
    use super::*;

    const SECURITY: HttpBasic = HttpBasic::new();

    #[dependency]
    async fn get_current_username(
        #[security(SECURITY)] credentials: HttpBasicCredentials,
    ) -> Result<String> {
        // `==` compares secrets in constant time.
        let is_correct_username =
            Secret::from(credentials.username.clone()) == Secret::from("stanleyjobson".to_owned());
        let is_correct_password = credentials.password == Secret::from("swordfish".to_owned());
        if !(is_correct_username && is_correct_password) {
            let incorrect = HttpError::new(401, "Incorrect username or password");
            return Err(incorrect.header("WWW-Authenticate", "Basic"));
        }
        Ok(credentials.username)
    }

    #[get("/users/me")]
    async fn read_current_user(#[depends(get_current_username)] username: String) -> Value {
        json!({"username": username})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_current_user])
    }
}
