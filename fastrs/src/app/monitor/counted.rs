//! What requests are counted for (feature `metrics`).

use std::collections::HashMap;

use http::{Method, Uri};

use crate::{
    app::mount::without_prefix,
    metrics::Metrics,
    routing::{Row, Target},
};

/// What requests of this app, or of the app in which it is mounted, are counted for: paths, each of which has a number,
/// and the numbers of all targets.
pub(in crate::app) struct Counted {
    /// Set if this app counts its requests.
    pub(in crate::app) metrics: Option<Metrics>,
    /// The first is for requests that no route matches.
    pub(in crate::app) paths: Vec<String>,
    routes: Vec<usize>,
    assets: Vec<usize>,
    monitors: Vec<usize>,
    mounts: Vec<CountedMount>,
}

/// A mount, whose requests are counted for the routes of the app that is mounted, or else for the mount itself.
struct CountedMount {
    path: String,
    number: usize,
    app: Option<MountedApp>,
    /// The numbers of the paths of the app.
    of_app: Vec<usize>,
}

/// Returns the number of a request's path in a mounted app.
type PathOf = dyn Fn(&Method, &Uri) -> usize + Send + Sync;

/// A mounted app, whose requests are counted for its routes.
pub(in crate::app) struct MountedApp {
    pub(in crate::app) paths: Vec<String>,
    pub(in crate::app) path_of: Box<PathOf>,
}

impl Counted {
    /// Numbers the paths of routes, and of mounts with the apps that are mounted there.
    pub(in crate::app) fn new(rows: &[Row], mounts: Vec<(String, Option<MountedApp>)>) -> Self {
        let mut numbers = Numbers::default();
        numbers.of("");
        let (mut routes, mut assets, mut monitors) = (Vec::new(), Vec::new(), Vec::new());
        for row in rows {
            let number = numbers.of(&row.pattern.template);
            match row.target {
                Target::Route(_) | Target::Files(_) => routes.push(number),
                Target::Asset(_) => assets.push(number),
                Target::Monitor(_) => monitors.push(number),
                Target::Mount(_) => {}
            }
        }
        let mut counted = Vec::with_capacity(mounts.len());
        for (path, app) in mounts {
            let inner = app.iter().flat_map(|app| &app.paths);
            let of_app = inner.map(|inner| numbers.of(&format!("{path}{inner}")));
            let of_app = of_app.collect();
            counted.push(CountedMount {
                number: numbers.of(&path),
                path,
                app,
                of_app,
            });
        }
        Self {
            metrics: None,
            paths: numbers.paths,
            routes,
            assets,
            monitors,
            mounts: counted,
        }
    }

    /// Returns the number of the path that a request for a target is counted for.
    pub(in crate::app) fn number(&self, target: Target, method: &Method, uri: &Uri) -> usize {
        let number = match target {
            Target::Route(number) | Target::Files(number) => self.routes.get(number),
            Target::Asset(number) => self.assets.get(number),
            Target::Monitor(number) => self.monitors.get(number),
            Target::Mount(number) => {
                let mount = self.mounts.get(number);
                return mount.map_or(0, |mount| mount.number(method, uri));
            }
        };
        number.copied().unwrap_or_default()
    }
}

impl CountedMount {
    fn number(&self, method: &Method, uri: &Uri) -> usize {
        let inner = self.app.as_ref().and_then(|app| {
            let uri = without_prefix(uri, &self.path)?;
            self.of_app.get((app.path_of)(method, &uri))
        });
        inner.copied().unwrap_or(self.number)
    }
}

/// Paths, each of which has a number.
#[derive(Default)]
struct Numbers {
    paths: Vec<String>,
    known: HashMap<String, usize>,
}

impl Numbers {
    fn of(&mut self, path: &str) -> usize {
        if let Some(number) = self.known.get(path) {
            return *number;
        }
        let number = self.paths.len();
        self.paths.push(path.to_owned());
        self.known.insert(path.to_owned(), number);
        number
    }
}
