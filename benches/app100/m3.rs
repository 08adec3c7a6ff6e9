//! Endpoints 30 to 39.

use fastrs::prelude::*;

#[model]
pub struct Query30 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In30 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out30 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e30")]
pub async fn e30(#[query] query: Query30, body: In30) -> Out30 {
    Out30 {
        id: 30,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query31 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In31 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out31 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e31")]
pub async fn e31(#[query] query: Query31, body: In31) -> Out31 {
    Out31 {
        id: 31,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query32 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In32 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out32 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e32")]
pub async fn e32(#[query] query: Query32, body: In32) -> Out32 {
    Out32 {
        id: 32,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query33 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In33 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out33 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e33")]
pub async fn e33(#[query] query: Query33, body: In33) -> Out33 {
    Out33 {
        id: 33,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query34 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In34 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out34 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e34")]
pub async fn e34(#[query] query: Query34, body: In34) -> Out34 {
    Out34 {
        id: 34,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query35 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In35 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out35 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e35")]
pub async fn e35(#[query] query: Query35, body: In35) -> Out35 {
    Out35 {
        id: 35,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query36 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In36 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out36 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e36")]
pub async fn e36(#[query] query: Query36, body: In36) -> Out36 {
    Out36 {
        id: 36,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query37 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In37 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out37 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e37")]
pub async fn e37(#[query] query: Query37, body: In37) -> Out37 {
    Out37 {
        id: 37,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query38 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In38 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out38 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e38")]
pub async fn e38(#[query] query: Query38, body: In38) -> Out38 {
    Out38 {
        id: 38,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query39 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In39 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out39 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e39")]
pub async fn e39(#[query] query: Query39, body: In39) -> Out39 {
    Out39 {
        id: 39,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

pub fn router() -> Router {
    Router::new("").routes(routes![e30, e31, e32, e33, e34, e35, e36, e37, e38, e39])
}
