//! Turns functions into endpoints, and endpoints into a routing table.

mod cache_meta;
#[cfg(feature = "cache")]
mod cached;
#[cfg(feature = "cache")]
mod cached_route;
mod drive;
mod finish;
mod handler;
mod invalid;
mod job;
mod mount;
mod pattern;
mod route;
mod routed;
mod router;
mod router_dependency;
mod table;

pub use cache_meta::{CacheMeta, can_be_cached};
#[cfg(feature = "cache")]
pub use cached::{CacheVisit, finish_cached, finish_cached_with_exits, look_up};
#[cfg(feature = "cache")]
pub use cached_route::CachedRoute;
#[cfg(feature = "cache")]
pub use drive::drive_cached_dyn;
pub use drive::{
    PreparedCall, apply_reply, catch_panics, drive_dyn, inject, new_cache, prepare,
    resolve_dependencies,
};
pub use finish::{finish, finish_with_exits, take_exits};
pub use handler::{Handler, RouteMeta};
pub use invalid::validation_failure;
pub use job::{Job, JobOutput, JobValue};
pub use mount::{IntoMount, Mount};
pub use route::{IntoRoutes, Route, route};
pub use routed::{EndpointFuture, RoutedRequest};
pub use router::{IntoRouter, IntoTag, IntoTags, Router};

#[cfg(feature = "cache")]
pub(crate) use cached_route::{TagPiece, TagTemplate};
#[cfg(feature = "websocket")]
pub(crate) use drive::with_reply;
pub(crate) use job::drive_job;
#[cfg(feature = "templates")]
pub(crate) use pattern::PathPiece;
pub(crate) use pattern::Pattern;
pub(crate) use routed::BoundRoute;
pub(crate) use router::{FlatMount, FlatRoute};
pub(crate) use router_dependency::RouterDependency;
pub(crate) use table::{Conflict, Lookup, Row, Table, Target};
