//! FastAPI's tutorial, "Extra Models".

use std::collections::BTreeMap;

use fastrs::prelude::*;

pub(crate) mod tutorial001 {
    use super::*;

    #[model]
    struct UserIn {
        username: String,
        password: String,
        email: EmailStr,
        full_name: Option<String>,
    }

    #[model]
    struct UserOut {
        username: String,
        email: EmailStr,
        full_name: Option<String>,
    }

    impl From<UserInDB> for UserOut {
        fn from(user: UserInDB) -> Self {
            let UserInDB {
                username,
                email,
                full_name,
                ..
            } = user;
            Self {
                username,
                email,
                full_name,
            }
        }
    }

    #[model]
    struct UserInDB {
        username: String,
        hashed_password: String,
        email: EmailStr,
        full_name: Option<String>,
    }

    fn fake_password_hasher(raw_password: &str) -> String {
        format!("supersecret{raw_password}")
    }

    fn fake_save_user(user_in: UserIn) -> UserInDB {
        let hashed_password = fake_password_hasher(&user_in.password);
        let UserIn {
            username,
            email,
            full_name,
            ..
        } = user_in;
        println!("User saved! ..not really");
        UserInDB {
            username,
            hashed_password,
            email,
            full_name,
        }
    }

    #[post("/user/")]
    async fn create_user(user_in: UserIn) -> UserOut {
        fake_save_user(user_in).into()
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_user])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    #[model]
    struct UserBase {
        username: String,
        email: EmailStr,
        full_name: Option<String>,
    }

    #[model]
    struct UserIn {
        #[serde(flatten)]
        base: UserBase,
        password: String,
    }

    #[model]
    struct UserOut {
        #[serde(flatten)]
        base: UserBase,
    }

    #[model]
    struct UserInDB {
        #[serde(flatten)]
        base: UserBase,
        hashed_password: String,
    }

    fn fake_password_hasher(raw_password: &str) -> String {
        format!("supersecret{raw_password}")
    }

    fn fake_save_user(user_in: UserIn) -> UserInDB {
        let hashed_password = fake_password_hasher(&user_in.password);
        println!("User saved! ..not really");
        UserInDB {
            base: user_in.base,
            hashed_password,
        }
    }

    #[post("/user/")]
    async fn create_user(user_in: UserIn) -> UserOut {
        let user_saved = fake_save_user(user_in);
        UserOut {
            base: user_saved.base,
        }
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
    struct CarItem {
        description: String,
        #[field(default = "car")]
        r#type: String,
    }

    #[model]
    struct PlaneItem {
        description: String,
        #[field(default = "plane")]
        r#type: String,
        size: i64,
    }

    #[model]
    #[serde(untagged)]
    #[schemars(inline)]
    enum Item {
        Plane(PlaneItem),
        Car(CarItem),
    }

    fn item(item_id: &str) -> Option<Item> {
        match item_id {
            "item1" => Some(Item::Car(CarItem {
                description: "All my friends drive a low rider".to_owned(),
                r#type: "car".to_owned(),
            })),
            "item2" => Some(Item::Plane(PlaneItem {
                description: "Music is my aeroplane, it's my aeroplane".to_owned(),
                r#type: "plane".to_owned(),
                size: 5,
            })),
            _ => None,
        }
    }

    #[get("/items/<item_id>")]
    async fn read_item(item_id: String) -> Result<Item> {
        item(&item_id).or_404("Item not found")
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_item])
    }
}

pub(crate) mod tutorial004 {
    use super::*;

    #[model]
    struct Item {
        name: String,
        description: String,
    }

    #[get("/items/")]
    async fn read_items() -> Vec<Item> {
        [("Foo", "There comes my hero"), ("Red", "It's my aeroplane")]
            .map(|(name, description)| Item {
                name: name.to_owned(),
                description: description.to_owned(),
            })
            .into()
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial005 {
    use super::*;

    #[get("/keyword-weights/")]
    async fn read_keyword_weights() -> BTreeMap<String, f64> {
        BTreeMap::from([("foo".to_owned(), 2.3), ("bar".to_owned(), 3.4)])
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_keyword_weights])
    }
}
