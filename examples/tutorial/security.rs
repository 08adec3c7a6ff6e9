//! FastAPI's tutorial, "Security".

use fastrs::prelude::*;
use fastrs::security::{
    HttpBasic, HttpBasicCredentials, Jwt, OAuth2PasswordBearer, OAuth2PasswordRequestForm,
    Passwords, SecurityScopes,
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

/// What the two tutorials with hashed passwords share.
mod hashed {
    use super::*;

    const SECRET_KEY: &str = "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7";
    const ACCESS_TOKEN_EXPIRE_MINUTES: u64 = 30;

    #[model]
    pub(super) struct Token {
        pub(super) access_token: String,
        pub(super) token_type: String,
    }

    #[model]
    #[derive(Clone)]
    pub(super) struct User {
        pub(super) username: String,
        pub(super) email: Option<String>,
        pub(super) full_name: Option<String>,
        pub(super) disabled: Option<bool>,
    }

    pub(super) struct UserInDB {
        pub(super) user: User,
        pub(super) hashed_password: &'static str,
    }

    pub(super) fn johndoe() -> UserInDB {
        UserInDB {
            user: User {
                username: "johndoe".into(),
                full_name: Some("John Doe".into()),
                email: Some("johndoe@example.com".into()),
                disabled: Some(false),
            },
            hashed_password: "$argon2id$v=19$m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w$CYaIb8sB+wtD+Vu/P4uod1+Qof8h+1g7bbDlBID48Rc",
        }
    }

    /// Hashes at the cost of the hashes in the database.
    #[dependency(scope = "app")]
    pub(super) async fn passwords() -> Passwords {
        Passwords::new().memory_kib(65536).iterations(3)
    }

    #[dependency(scope = "app")]
    pub(super) async fn jwt() -> Result<Jwt> {
        let lifetime = std::time::Duration::from_secs(ACCESS_TOKEN_EXPIRE_MINUTES * 60);
        Ok(Jwt::hs256(SECRET_KEY)?.lifetime(lifetime))
    }

    pub(super) async fn authenticate_user(
        passwords: &Passwords,
        known: Option<UserInDB>,
        password: &str,
    ) -> Result<Option<User>> {
        let Some(known) = known else {
            passwords.verify_nobody(password).await?;
            return Ok(None);
        };
        let verified = passwords.verify(password, known.hashed_password).await?;
        Ok(verified.is_correct().then_some(known.user))
    }
}

pub(crate) mod tutorial004 {
    use super::hashed::*;
    use super::*;

    fn fake_users_db() -> [UserInDB; 1] {
        [johndoe()]
    }

    #[model]
    struct TokenData {
        sub: Option<String>,
    }

    const OAUTH2_SCHEME: OAuth2PasswordBearer = OAuth2PasswordBearer::new("token");

    fn get_user(username: &str) -> Option<UserInDB> {
        let mut users = fake_users_db().into_iter();
        users.find(|known| known.user.username == username)
    }

    #[dependency]
    async fn get_current_user(
        #[security(OAUTH2_SCHEME)] token: &str,
        #[depends(jwt)] jwt: &Jwt,
    ) -> Result<User> {
        let credentials_error = || {
            HttpError::new(401, "Could not validate credentials")
                .header("WWW-Authenticate", "Bearer")
        };
        let token_data: TokenData = jwt.decode(token).map_err(|_| credentials_error())?;
        let username = token_data.sub.ok_or_else(credentials_error)?;
        let known = get_user(&username).ok_or_else(credentials_error)?;
        Ok(known.user)
    }

    #[dependency]
    async fn get_current_active_user(
        #[depends(get_current_user)] current_user: User,
    ) -> Result<User> {
        match current_user.disabled {
            Some(true) => Err(HttpError::new(400, "Inactive user")),
            _ => Ok(current_user),
        }
    }

    #[post("/token")]
    async fn login_for_access_token(
        #[form] form_data: OAuth2PasswordRequestForm,
        #[depends(passwords)] passwords: &Passwords,
        #[depends(jwt)] jwt: &Jwt,
    ) -> Result<Token> {
        let password = form_data.password.expose();
        let user = authenticate_user(passwords, get_user(&form_data.username), password).await?;
        let user = user.ok_or_else(|| {
            HttpError::new(401, "Incorrect username or password")
                .header("WWW-Authenticate", "Bearer")
        })?;
        let sub = Some(user.username);
        Ok(Token {
            access_token: jwt.encode(&TokenData { sub })?,
            token_type: "bearer".into(),
        })
    }

    #[get("/users/me/")]
    async fn read_users_me(#[depends(get_current_active_user)] current_user: User) -> User {
        current_user
    }

    #[get("/users/me/items/")]
    async fn read_own_items(#[depends(get_current_active_user)] current_user: &User) -> Value {
        json!([{"item_id": "Foo", "owner": current_user.username}])
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![
                login_for_access_token,
                read_users_me,
                read_own_items
            ])
    }
}

pub(crate) mod tutorial005 {
    use super::hashed::*;
    use super::*;

    fn fake_users_db() -> [UserInDB; 2] {
        [
            johndoe(),
            UserInDB {
                user: User {
                    username: "alice".into(),
                    full_name: Some("Alice Chains".into()),
                    email: Some("alicechains@example.com".into()),
                    disabled: Some(true),
                },
                hashed_password: "$argon2id$v=19$m=65536,t=3,p=4$g2/AV1zwopqUntPKJavBFw$BwpRGDCyUHLvHICnwijyX8ROGoiUPwNKZ7915MeYfCE",
            },
        ]
    }

    #[model]
    struct TokenData {
        sub: Option<String>,
        #[field(default)]
        scope: String,
    }

    const OAUTH2_SCHEME: OAuth2PasswordBearer = OAuth2PasswordBearer::new("token").scopes(&[
        ("me", "Read information about the current user."),
        ("items", "Read items."),
    ]);

    fn get_user(username: &str) -> Option<UserInDB> {
        let mut users = fake_users_db().into_iter();
        users.find(|known| known.user.username == username)
    }

    #[dependency]
    async fn get_current_user(
        security_scopes: SecurityScopes,
        #[security(OAUTH2_SCHEME)] token: &str,
        #[depends(jwt)] jwt: &Jwt,
    ) -> Result<User> {
        let authenticate_value = match security_scopes.scope_str().as_str() {
            "" => "Bearer".to_owned(),
            scopes => format!("Bearer scope=\"{scopes}\""),
        };
        let unauthorized = |detail: &str| {
            HttpError::new(401, detail).header("WWW-Authenticate", &authenticate_value)
        };
        let credentials_error = || unauthorized("Could not validate credentials");
        let token_data: TokenData = jwt.decode(token).map_err(|_| credentials_error())?;
        let username = token_data.sub.ok_or_else(credentials_error)?;
        let known = get_user(&username).ok_or_else(credentials_error)?;
        let granted: Vec<&str> = token_data.scope.split(' ').collect();
        if !security_scopes
            .scopes()
            .iter()
            .all(|scope| granted.contains(&scope.as_str()))
        {
            return Err(unauthorized("Not enough permissions"));
        }
        Ok(known.user)
    }

    #[dependency]
    async fn get_current_active_user(
        #[depends(get_current_user, scopes = ["me"])] current_user: User,
    ) -> Result<User> {
        match current_user.disabled {
            Some(true) => Err(HttpError::new(400, "Inactive user")),
            _ => Ok(current_user),
        }
    }

    #[post("/token")]
    async fn login_for_access_token(
        #[form] form_data: OAuth2PasswordRequestForm,
        #[depends(passwords)] passwords: &Passwords,
        #[depends(jwt)] jwt: &Jwt,
    ) -> Result<Token> {
        let password = form_data.password.expose();
        let user = authenticate_user(passwords, get_user(&form_data.username), password).await?;
        let user = user.ok_or_else(|| HttpError::new(400, "Incorrect username or password"))?;
        let sub = Some(user.username);
        let scope = form_data.scope;
        Ok(Token {
            access_token: jwt.encode(&TokenData { sub, scope })?,
            token_type: "bearer".into(),
        })
    }

    #[get("/users/me/")]
    async fn read_users_me(#[depends(get_current_active_user)] current_user: User) -> User {
        current_user
    }

    #[get("/users/me/items/")]
    async fn read_own_items(
        #[depends(get_current_active_user, scopes = ["items"])] current_user: &User,
    ) -> Value {
        json!([{"item_id": "Foo", "owner": current_user.username}])
    }

    #[get("/status/")]
    async fn read_system_status(#[depends(get_current_user)] _current_user: &User) -> Value {
        json!({"status": "ok"})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![
                login_for_access_token,
                read_users_me,
                read_own_items,
                read_system_status
            ])
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
