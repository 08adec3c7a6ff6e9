//! Turns functions into endpoints, and endpoints into a routing table.

mod drive;
mod finish;
mod handler;
mod job;
mod layer;
mod mount;
mod pattern;
mod route;
mod routed;
mod router;
mod router_dependency;
mod table;

pub use drive::{
    Ready, apply_reply, cache, catch_panics, drive_dyn, invalid, lent, provide, ready,
};
pub use finish::{finish, finish_with_exits, take_exits};
pub use handler::{Handler, RouteMeta};
pub use job::{Job, JobReturned, JobValue};
pub use layer::Next;
pub use mount::{Mount, Mounted};
pub use route::{Route, RouteList, route};
pub use routed::{EndpointFuture, RoutedRequest};
pub use router::{Included, Router};

pub(crate) use job::drive_job;
pub(crate) use layer::{ErasedLayer, SharedService, erase, erase_layer};
pub(crate) use pattern::Pattern;
pub(crate) use routed::BoundRoute;
pub(crate) use router::{FlatMount, FlatRoute};
pub(crate) use router_dependency::RouterDependency;
pub(crate) use table::{Conflict, Found, Row, Table, Target};
