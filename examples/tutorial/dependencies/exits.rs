//! Dependencies with `yield`.

use fastrs::prelude::*;
use fastrs::{Value, json};

pub(crate) mod tutorial008b {
    use super::*;

    #[derive(Debug, HttpError)]
    #[error("{0}")]
    #[status(500)]
    struct OwnerError(String);

    #[dependency]
    async fn get_username(lend: Yield<String>) -> Result<()> {
        let (_, outcome) = lend.until_done("Rick".to_owned()).await;
        if let Outcome::Failure(failure) = outcome
            && let Some(e) = failure.downcast_ref::<OwnerError>()
        {
            return Err(HttpError::new(400, format!("Owner error: {e}")));
        }
        Ok(())
    }

    struct Item {
        description: &'static str,
        owner: &'static str,
    }

    fn item(item_id: &str) -> Option<Item> {
        match item_id {
            "plumbus" => Some(Item {
                description: "Freshly pickled plumbus",
                owner: "Morty",
            }),
            "portal-gun" => Some(Item {
                description: "Gun to create portals",
                owner: "Rick",
            }),
            _ => None,
        }
    }

    #[get("/items/<item_id>")]
    async fn get_item(item_id: String, #[depends(get_username)] username: String) -> Result<Value> {
        let item = item(&item_id).or_404("Item not found")?;
        if item.owner != username {
            Err(OwnerError(username))?;
        }
        Ok(json!({"description": item.description, "owner": item.owner}))
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![get_item])
    }
}

#[derive(Debug, HttpError)]
#[error("{0}")]
#[status(500)]
struct InternalError(String);

pub(crate) mod tutorial008c {
    use super::*;

    #[dependency]
    async fn get_username(lend: Yield<String>) -> Result<()> {
        let (_, outcome) = lend.until_done("Rick".to_owned()).await;
        if let Outcome::Failure(failure) = outcome
            && failure.is::<InternalError>()
        {
            println!("Oops, we didn't raise again, Britney 😱");
        }
        Ok(())
    }

    #[get("/items/<item_id>")]
    async fn get_item(item_id: String, #[depends(get_username)] username: String) -> Result<Value> {
        if item_id == "portal-gun" {
            Err(InternalError(format!(
                "The portal gun is too dangerous to be owned by {username}"
            )))?;
        }
        if item_id != "plumbus" {
            return Err(HttpError::new(
                404,
                "Item not found, there's only a plumbus here",
            ));
        }
        Ok(json!(item_id))
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![get_item])
    }
}

pub(crate) mod tutorial008d {
    use super::*;

    #[dependency]
    async fn get_username(lend: Yield<String>) -> Result<()> {
        let (_, outcome) = lend.until_done("Rick".to_owned()).await;
        if let Outcome::Failure(failure) = outcome
            && failure.is::<InternalError>()
        {
            println!("We don't swallow the internal error here, we raise again 😎");
        }
        Ok(())
    }

    #[get("/items/<item_id>")]
    async fn get_item(item_id: String, #[depends(get_username)] username: String) -> Result<Value> {
        if item_id == "portal-gun" {
            Err(InternalError(format!(
                "The portal gun is too dangerous to be owned by {username}"
            )))?;
        }
        if item_id != "plumbus" {
            return Err(HttpError::new(
                404,
                "Item not found, there's only a plumbus here",
            ));
        }
        Ok(json!(item_id))
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![get_item])
    }
}

pub(crate) mod tutorial008e {
    use super::*;

    #[dependency]
    async fn get_username(lend: Yield<String>) {
        lend.until_done("Rick".to_owned()).await;
        println!("Cleanup up before response is sent");
    }

    #[get("/users/me")]
    async fn get_user_me(#[depends(get_username)] username: String) -> Value {
        json!(username)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![get_user_me])
    }
}
