//! Endpoints 80 to 89.

use fastrs::prelude::*;

#[model]
pub struct Query80 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In80 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out80 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e80")]
pub async fn e80(#[query] query: Query80, body: In80) -> Out80 {
    Out80 {
        id: 80,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query81 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In81 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out81 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e81")]
pub async fn e81(#[query] query: Query81, body: In81) -> Out81 {
    Out81 {
        id: 81,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query82 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In82 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out82 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e82")]
pub async fn e82(#[query] query: Query82, body: In82) -> Out82 {
    Out82 {
        id: 82,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query83 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In83 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out83 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e83")]
pub async fn e83(#[query] query: Query83, body: In83) -> Out83 {
    Out83 {
        id: 83,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query84 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In84 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out84 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e84")]
pub async fn e84(#[query] query: Query84, body: In84) -> Out84 {
    Out84 {
        id: 84,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query85 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In85 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out85 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e85")]
pub async fn e85(#[query] query: Query85, body: In85) -> Out85 {
    Out85 {
        id: 85,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query86 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In86 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out86 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e86")]
pub async fn e86(#[query] query: Query86, body: In86) -> Out86 {
    Out86 {
        id: 86,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query87 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In87 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out87 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e87")]
pub async fn e87(#[query] query: Query87, body: In87) -> Out87 {
    Out87 {
        id: 87,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query88 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In88 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out88 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e88")]
pub async fn e88(#[query] query: Query88, body: In88) -> Out88 {
    Out88 {
        id: 88,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query89 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In89 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out89 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e89")]
pub async fn e89(#[query] query: Query89, body: In89) -> Out89 {
    Out89 {
        id: 89,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

pub fn router() -> Router {
    Router::new("").routes(routes![e80, e81, e82, e83, e84, e85, e86, e87, e88, e89])
}
