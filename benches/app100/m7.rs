//! Endpoints 70 to 79.

use fastrs::prelude::*;

#[model]
pub struct Query70 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In70 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out70 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e70")]
pub async fn e70(#[query] query: Query70, body: In70) -> Out70 {
    Out70 {
        id: 70,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query71 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In71 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out71 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e71")]
pub async fn e71(#[query] query: Query71, body: In71) -> Out71 {
    Out71 {
        id: 71,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query72 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In72 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out72 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e72")]
pub async fn e72(#[query] query: Query72, body: In72) -> Out72 {
    Out72 {
        id: 72,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query73 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In73 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out73 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e73")]
pub async fn e73(#[query] query: Query73, body: In73) -> Out73 {
    Out73 {
        id: 73,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query74 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In74 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out74 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e74")]
pub async fn e74(#[query] query: Query74, body: In74) -> Out74 {
    Out74 {
        id: 74,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query75 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In75 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out75 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e75")]
pub async fn e75(#[query] query: Query75, body: In75) -> Out75 {
    Out75 {
        id: 75,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query76 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In76 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out76 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e76")]
pub async fn e76(#[query] query: Query76, body: In76) -> Out76 {
    Out76 {
        id: 76,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query77 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In77 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out77 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e77")]
pub async fn e77(#[query] query: Query77, body: In77) -> Out77 {
    Out77 {
        id: 77,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query78 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In78 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out78 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e78")]
pub async fn e78(#[query] query: Query78, body: In78) -> Out78 {
    Out78 {
        id: 78,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query79 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In79 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out79 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e79")]
pub async fn e79(#[query] query: Query79, body: In79) -> Out79 {
    Out79 {
        id: 79,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

pub fn router() -> Router {
    Router::new("").routes(routes![e70, e71, e72, e73, e74, e75, e76, e77, e78, e79])
}
