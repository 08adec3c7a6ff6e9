//! Endpoints 90 to 99.

use fastrs::prelude::*;

#[model]
pub struct Query90 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In90 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out90 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e90")]
pub async fn e90(#[query] query: Query90, body: In90) -> Out90 {
    Out90 {
        id: 90,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query91 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In91 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out91 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e91")]
pub async fn e91(#[query] query: Query91, body: In91) -> Out91 {
    Out91 {
        id: 91,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query92 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In92 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out92 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e92")]
pub async fn e92(#[query] query: Query92, body: In92) -> Out92 {
    Out92 {
        id: 92,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query93 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In93 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out93 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e93")]
pub async fn e93(#[query] query: Query93, body: In93) -> Out93 {
    Out93 {
        id: 93,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query94 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In94 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out94 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e94")]
pub async fn e94(#[query] query: Query94, body: In94) -> Out94 {
    Out94 {
        id: 94,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query95 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In95 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out95 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e95")]
pub async fn e95(#[query] query: Query95, body: In95) -> Out95 {
    Out95 {
        id: 95,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query96 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In96 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out96 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e96")]
pub async fn e96(#[query] query: Query96, body: In96) -> Out96 {
    Out96 {
        id: 96,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query97 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In97 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out97 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e97")]
pub async fn e97(#[query] query: Query97, body: In97) -> Out97 {
    Out97 {
        id: 97,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query98 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In98 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out98 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e98")]
pub async fn e98(#[query] query: Query98, body: In98) -> Out98 {
    Out98 {
        id: 98,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query99 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In99 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out99 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e99")]
pub async fn e99(#[query] query: Query99, body: In99) -> Out99 {
    Out99 {
        id: 99,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

pub fn router() -> Router {
    Router::new("").routes(routes![e90, e91, e92, e93, e94, e95, e96, e97, e98, e99])
}
