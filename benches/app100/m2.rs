//! Endpoints 20 to 29.

use fastrs::prelude::*;

#[model]
pub struct Query20 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In20 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out20 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e20")]
pub async fn e20(#[query] query: Query20, body: In20) -> Out20 {
    Out20 {
        id: 20,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query21 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In21 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out21 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e21")]
pub async fn e21(#[query] query: Query21, body: In21) -> Out21 {
    Out21 {
        id: 21,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query22 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In22 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out22 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e22")]
pub async fn e22(#[query] query: Query22, body: In22) -> Out22 {
    Out22 {
        id: 22,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query23 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In23 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out23 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e23")]
pub async fn e23(#[query] query: Query23, body: In23) -> Out23 {
    Out23 {
        id: 23,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query24 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In24 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out24 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e24")]
pub async fn e24(#[query] query: Query24, body: In24) -> Out24 {
    Out24 {
        id: 24,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query25 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In25 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out25 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e25")]
pub async fn e25(#[query] query: Query25, body: In25) -> Out25 {
    Out25 {
        id: 25,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query26 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In26 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out26 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e26")]
pub async fn e26(#[query] query: Query26, body: In26) -> Out26 {
    Out26 {
        id: 26,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query27 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In27 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out27 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e27")]
pub async fn e27(#[query] query: Query27, body: In27) -> Out27 {
    Out27 {
        id: 27,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query28 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In28 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out28 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e28")]
pub async fn e28(#[query] query: Query28, body: In28) -> Out28 {
    Out28 {
        id: 28,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query29 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In29 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out29 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e29")]
pub async fn e29(#[query] query: Query29, body: In29) -> Out29 {
    Out29 {
        id: 29,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

pub fn router() -> Router {
    Router::new("").routes(routes![e20, e21, e22, e23, e24, e25, e26, e27, e28, e29])
}
