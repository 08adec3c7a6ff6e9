//! Endpoints 50 to 59.

use fastrs::prelude::*;

#[model]
pub struct Query50 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In50 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out50 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e50")]
pub async fn e50(#[query] query: Query50, body: In50) -> Out50 {
    Out50 {
        id: 50,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query51 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In51 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out51 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e51")]
pub async fn e51(#[query] query: Query51, body: In51) -> Out51 {
    Out51 {
        id: 51,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query52 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In52 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out52 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e52")]
pub async fn e52(#[query] query: Query52, body: In52) -> Out52 {
    Out52 {
        id: 52,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query53 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In53 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out53 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e53")]
pub async fn e53(#[query] query: Query53, body: In53) -> Out53 {
    Out53 {
        id: 53,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query54 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In54 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out54 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e54")]
pub async fn e54(#[query] query: Query54, body: In54) -> Out54 {
    Out54 {
        id: 54,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query55 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In55 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out55 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e55")]
pub async fn e55(#[query] query: Query55, body: In55) -> Out55 {
    Out55 {
        id: 55,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query56 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In56 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out56 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e56")]
pub async fn e56(#[query] query: Query56, body: In56) -> Out56 {
    Out56 {
        id: 56,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query57 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In57 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out57 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e57")]
pub async fn e57(#[query] query: Query57, body: In57) -> Out57 {
    Out57 {
        id: 57,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query58 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In58 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out58 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e58")]
pub async fn e58(#[query] query: Query58, body: In58) -> Out58 {
    Out58 {
        id: 58,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query59 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In59 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out59 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e59")]
pub async fn e59(#[query] query: Query59, body: In59) -> Out59 {
    Out59 {
        id: 59,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

pub fn router() -> Router {
    Router::new("").routes(routes![e50, e51, e52, e53, e54, e55, e56, e57, e58, e59])
}
