//! Endpoints 0 to 9.

use fastrs::prelude::*;

#[model]
pub struct Query0 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In0 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out0 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e0")]
pub async fn e0(#[query] query: Query0, body: In0) -> Out0 {
    Out0 {
        id: 0,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query1 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In1 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out1 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e1")]
pub async fn e1(#[query] query: Query1, body: In1) -> Out1 {
    Out1 {
        id: 1,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query2 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In2 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out2 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e2")]
pub async fn e2(#[query] query: Query2, body: In2) -> Out2 {
    Out2 {
        id: 2,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query3 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In3 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out3 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e3")]
pub async fn e3(#[query] query: Query3, body: In3) -> Out3 {
    Out3 {
        id: 3,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query4 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In4 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out4 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e4")]
pub async fn e4(#[query] query: Query4, body: In4) -> Out4 {
    Out4 {
        id: 4,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query5 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In5 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out5 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e5")]
pub async fn e5(#[query] query: Query5, body: In5) -> Out5 {
    Out5 {
        id: 5,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query6 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In6 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out6 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e6")]
pub async fn e6(#[query] query: Query6, body: In6) -> Out6 {
    Out6 {
        id: 6,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query7 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In7 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out7 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e7")]
pub async fn e7(#[query] query: Query7, body: In7) -> Out7 {
    Out7 {
        id: 7,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query8 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In8 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out8 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e8")]
pub async fn e8(#[query] query: Query8, body: In8) -> Out8 {
    Out8 {
        id: 8,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

#[model]
pub struct Query9 {
    pub page: u32,
    pub size: u32,
}

#[model]
pub struct In9 {
    pub name: String,
    pub count: u32,
    pub tags: Vec<String>,
}

#[model]
pub struct Out9 {
    pub id: u64,
    pub name: String,
    pub total: u32,
}

#[post("/e9")]
pub async fn e9(#[query] query: Query9, body: In9) -> Out9 {
    Out9 {
        id: 9,
        name: body.name,
        total: body.count + query.page * query.size,
    }
}

pub fn router() -> Router {
    Router::new("").routes(routes![e0, e1, e2, e3, e4, e5, e6, e7, e8, e9])
}
