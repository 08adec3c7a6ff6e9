//! Endpoints 60 to 69.

use fastrs::prelude::*;

#[model]
pub struct Query60 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In60 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out60 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e60")]
pub async fn e60(#[query] query: Query60, body: In60) -> Out60 {
    Out60 {
        id: 60,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query61 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In61 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out61 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e61")]
pub async fn e61(#[query] query: Query61, body: In61) -> Out61 {
    Out61 {
        id: 61,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query62 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In62 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out62 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e62")]
pub async fn e62(#[query] query: Query62, body: In62) -> Out62 {
    Out62 {
        id: 62,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query63 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In63 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out63 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e63")]
pub async fn e63(#[query] query: Query63, body: In63) -> Out63 {
    Out63 {
        id: 63,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query64 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In64 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out64 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e64")]
pub async fn e64(#[query] query: Query64, body: In64) -> Out64 {
    Out64 {
        id: 64,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query65 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In65 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out65 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e65")]
pub async fn e65(#[query] query: Query65, body: In65) -> Out65 {
    Out65 {
        id: 65,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query66 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In66 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out66 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e66")]
pub async fn e66(#[query] query: Query66, body: In66) -> Out66 {
    Out66 {
        id: 66,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query67 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In67 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out67 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e67")]
pub async fn e67(#[query] query: Query67, body: In67) -> Out67 {
    Out67 {
        id: 67,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query68 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In68 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out68 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e68")]
pub async fn e68(#[query] query: Query68, body: In68) -> Out68 {
    Out68 {
        id: 68,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query69 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In69 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out69 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e69")]
pub async fn e69(#[query] query: Query69, body: In69) -> Out69 {
    Out69 {
        id: 69,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

pub fn router() -> Router {
    Router::new("").routes(routes![e60, e61, e62, e63, e64, e65, e66, e67, e68, e69])
}
