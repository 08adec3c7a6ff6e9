//! Endpoints 10 to 19.

use fastrs::prelude::*;

#[model]
pub struct Query10 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In10 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out10 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e10")]
pub async fn e10(#[query] query: Query10, body: In10) -> Out10 {
    Out10 {
        id: 10,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query11 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In11 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out11 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e11")]
pub async fn e11(#[query] query: Query11, body: In11) -> Out11 {
    Out11 {
        id: 11,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query12 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In12 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out12 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e12")]
pub async fn e12(#[query] query: Query12, body: In12) -> Out12 {
    Out12 {
        id: 12,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query13 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In13 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out13 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e13")]
pub async fn e13(#[query] query: Query13, body: In13) -> Out13 {
    Out13 {
        id: 13,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query14 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In14 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out14 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e14")]
pub async fn e14(#[query] query: Query14, body: In14) -> Out14 {
    Out14 {
        id: 14,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query15 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In15 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out15 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e15")]
pub async fn e15(#[query] query: Query15, body: In15) -> Out15 {
    Out15 {
        id: 15,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query16 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In16 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out16 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e16")]
pub async fn e16(#[query] query: Query16, body: In16) -> Out16 {
    Out16 {
        id: 16,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query17 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In17 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out17 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e17")]
pub async fn e17(#[query] query: Query17, body: In17) -> Out17 {
    Out17 {
        id: 17,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query18 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In18 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out18 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e18")]
pub async fn e18(#[query] query: Query18, body: In18) -> Out18 {
    Out18 {
        id: 18,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query19 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In19 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out19 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e19")]
pub async fn e19(#[query] query: Query19, body: In19) -> Out19 {
    Out19 {
        id: 19,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

pub fn router() -> Router {
    Router::new("").routes(routes![e10, e11, e12, e13, e14, e15, e16, e17, e18, e19])
}
