//! Turns functions into endpoints, and endpoints into a routing table.

mod drive;
mod endpoint;
mod job;
mod layer;
mod leave;
mod parts;
mod pattern;
mod routed;
mod router;
mod table;

pub use drive::{
    EndpointFuture, Ready, cache, caught, conclude, drive_dyn, invalid, lent, provide, ready,
};
pub use endpoint::{Handler, Route, RouteMeta, route};
pub use job::{Job, JobReturned, JobValue};
pub use layer::Next;
pub use leave::{finish, leave, open};
pub use parts::{Included, Mount, Mounted, RouteList};
pub use routed::RoutedRequest;
pub use router::Router;

pub(crate) use drive::RouterDependency;
pub(crate) use job::drive_job;
pub(crate) use layer::{ErasedLayer, SharedService, erase, erase_layer};
pub(crate) use pattern::Pattern;
pub(crate) use routed::BoundRoute;
pub(crate) use router::{FlatMount, FlatRoute};
pub(crate) use table::{Conflict, Found, Row, Table, Target};
