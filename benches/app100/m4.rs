//! Endpoints 40 to 49.

use fastrs::prelude::*;

#[model]
pub struct Query40 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In40 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out40 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e40")]
pub async fn e40(#[query] query: Query40, body: In40) -> Out40 {
    Out40 {
        id: 40,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query41 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In41 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out41 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e41")]
pub async fn e41(#[query] query: Query41, body: In41) -> Out41 {
    Out41 {
        id: 41,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query42 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In42 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out42 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e42")]
pub async fn e42(#[query] query: Query42, body: In42) -> Out42 {
    Out42 {
        id: 42,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query43 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In43 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out43 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e43")]
pub async fn e43(#[query] query: Query43, body: In43) -> Out43 {
    Out43 {
        id: 43,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query44 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In44 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out44 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e44")]
pub async fn e44(#[query] query: Query44, body: In44) -> Out44 {
    Out44 {
        id: 44,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query45 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In45 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out45 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e45")]
pub async fn e45(#[query] query: Query45, body: In45) -> Out45 {
    Out45 {
        id: 45,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query46 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In46 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out46 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e46")]
pub async fn e46(#[query] query: Query46, body: In46) -> Out46 {
    Out46 {
        id: 46,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query47 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In47 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out47 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e47")]
pub async fn e47(#[query] query: Query47, body: In47) -> Out47 {
    Out47 {
        id: 47,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query48 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In48 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out48 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e48")]
pub async fn e48(#[query] query: Query48, body: In48) -> Out48 {
    Out48 {
        id: 48,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query49 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In49 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out49 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e49")]
pub async fn e49(#[query] query: Query49, body: In49) -> Out49 {
    Out49 {
        id: 49,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

pub fn router() -> Router {
    Router::new("").routes(routes![e40, e41, e42, e43, e44, e45, e46, e47, e48, e49])
}
