//! Responses that leave fields out.

use fastrs::prelude::*;

pub(crate) mod tutorial004 {
    use super::*;

    #[model]
    struct Item {
        name: String,
        description: Option<String>,
        price: f64,
        #[field(default = 10.5)]
        tax: f64,
        #[field(default)]
        tags: Vec<String>,
    }

    fn item(item_id: &str) -> Option<Partial<Item>> {
        let item = |name: &str, description: Option<&str>, price, tax| {
            Partial::of(Item {
                name: name.to_owned(),
                description: description.map(str::to_owned),
                price,
                tax,
                tags: Vec::new(),
            })
        };
        match item_id {
            "foo" => Some(item("Foo", None, 50.2, 10.5).only(&["name", "price"])),
            "bar" => Some(item("Bar", Some("The bartenders"), 62.0, 20.2).without(&["tags"])),
            "baz" => Some(item("Baz", None, 50.2, 10.5)),
            _ => None,
        }
    }

    #[get("/items/<item_id>")]
    async fn read_item(item_id: String) -> Result<Partial<Item>> {
        item(&item_id).or_404("Item not found")
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_item])
    }
}

pub(crate) mod tutorial005 {
    use super::*;

    #[model]
    struct Item {
        name: String,
        description: Option<String>,
        price: f64,
        #[field(default = 10.5)]
        tax: f64,
    }

    fn item(item_id: &str) -> Option<Item> {
        let item = |name: &str, description: Option<&str>, price, tax| Item {
            name: name.to_owned(),
            description: description.map(str::to_owned),
            price,
            tax,
        };
        match item_id {
            "foo" => Some(item("Foo", None, 50.2, 10.5)),
            "bar" => Some(item("Bar", Some("The Bar fighters"), 62.0, 20.2)),
            "baz" => Some(item("Baz", Some("There goes my baz"), 50.2, 10.5)),
            _ => None,
        }
    }

    #[get("/items/<item_id>/name")]
    async fn read_item_name(item_id: String) -> Result<Partial<Item>> {
        let item = item(&item_id).or_404("Item not found")?;
        Ok(Partial::of(item).only(&["name", "description"]))
    }

    #[get("/items/<item_id>/public")]
    async fn read_item_public_data(item_id: String) -> Result<Partial<Item>> {
        let item = item(&item_id).or_404("Item not found")?;
        Ok(Partial::of(item).without(&["tax"]))
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_item_name, read_item_public_data])
    }
}
