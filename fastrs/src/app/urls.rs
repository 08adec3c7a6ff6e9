//! The paths of an app's routes by the names of their handlers.

use super::AppService;
use crate::{
    routing::{FlatMount, FlatRoute, Row, Target},
    templates::{NamedRoute, Urls},
};

/// Returns the paths of the routes, including mounted apps' routes, by the names of their handlers.
pub(super) fn urls_of(flat: &[FlatRoute], rows: &[Row], mounts: &[FlatMount]) -> Urls {
    let named = rows.iter().filter_map(|row| match row.target {
        Target::Route(number) | Target::Files(number) => {
            let route = flat.get(number)?;
            let name = route.route.meta.name;
            #[cfg(feature = "files")]
            let name = crate::static_files::url_name(route).unwrap_or(name);
            Some(NamedRoute {
                name: name.to_owned(),
                prefix: String::new(),
                path: row.pattern.clone(),
                is_websocket: route.route.meta.websocket.is_some(),
            })
        }
        _ => None,
    });
    let mounted = mounts.iter().filter_map(|mount| {
        let app = mount.mount.downcast::<AppService>()?;
        Some(app.dispatcher.urls.below(&mount.path))
    });
    Urls::new(named.chain(mounted.flatten()))
}
