//! From an app as it was written to one that can start.

use std::sync::Arc;

use http::Method;

use super::{
    App, StartError,
    check::Checks,
    ready::{AppService, Core, Endpoint, Inner, Whole},
};
use crate::{
    body::Sizes,
    depends::AppValue,
    openapi::{Asset, Document, OperationMeta, Place, ReDoc, fastapi, openapi30},
    request::{RouteInfo, Shared},
    routing::{FlatRoute, Pattern, Row, Table, Target, erase},
};

/// An app whose wiring is right.
pub(super) struct Built {
    pub(super) shared: Arc<Shared>,
    pub(super) service: AppService,
    pub(super) values: Vec<AppValue>,
}

impl App {
    /// Checks the whole wiring, and makes the documents, without starting anything.
    ///
    /// # Errors
    ///
    /// Every mistake, with its place: two handlers for one path and method, two of one operation id, parameters that
    /// no path provides, app-scoped values that nobody has given, ..
    pub fn build(self) -> Result<BuiltApp, StartError> {
        // An app that serves no document does not make it while it is built.
        let unserved = self.urls.openapi.is_none().then(|| self.document());
        let (_, served) = self.wire()?;
        Ok(BuiltApp {
            document: served.or(unserved).unwrap_or_default(),
        })
    }

    pub(super) fn build_all(self) -> Result<Built, StartError> {
        Ok(self.wire()?.0)
    }

    /// Builds the app; and its document, if it is served.
    fn wire(mut self) -> Result<(Built, Option<serde_json::Value>), StartError> {
        let mut checks = Checks::default();
        let (flat, mounts) = self.root.flatten(&mut checks.wrong);
        let mut rows = Vec::new();
        let mut infos = Vec::new();
        let mut document = self.empty_document();
        for (number, route) in flat.iter().enumerate() {
            let Some(pattern) = checks.path(route) else {
                continue;
            };
            let methods = checks.methods(route);
            infos.push(describe(
                &mut document,
                route,
                &pattern,
                &methods,
                self.body_limit,
                &mut checks,
            ));
            rows.push(Row {
                pattern,
                methods,
                target: Target::Route(number),
                place: route.route.meta.place(),
            });
            for before in &route.inherited.before {
                self.plan.of("a router".to_owned(), before.plan);
            }
            self.plan.of(route.route.meta.place(), route.route.plan);
        }
        for (name, dependencies) in &self.jobs {
            self.plan.of(format!("the job `{name}`"), *dependencies);
        }
        checks.clashes(document.clashes());
        let served = self.urls.openapi.is_some().then(|| self.render(&document));
        let assets = self.assets(&document, served.as_ref());
        rows.extend(assets.iter().enumerate().filter_map(|(number, (path, _))| {
            let place = "the app's documents".to_owned();
            Some(Row {
                pattern: Pattern::parse(path).ok()?,
                methods: vec![Method::GET],
                target: Target::Asset(number),
                place,
            })
        }));
        mounts.iter().for_each(|mount| checks.mount(&mount.path));
        let paths: Vec<_> = mounts
            .iter()
            .map(|mount| (mount.path.clone(), format!("the mount at `{}`", mount.path)))
            .collect();
        let (table, conflicts) = Table::build(&rows, &paths);
        checks.conflicts(&conflicts);
        let values = std::mem::take(&mut self.plan).finish(&mut checks.wrong);
        checks.finish()?;

        let App {
            mut shared,
            wraps,
            redirect_slashes,
            ..
        } = self;
        shared.routes = infos;
        for value in &values {
            shared.values.entry(value.id).or_default();
        }
        shared.order = values.iter().map(|value| value.id).collect();
        let shared = Arc::new(shared);
        let endpoints = flat
            .into_iter()
            .enumerate()
            .map(|(number, route)| endpoint(&shared, number, route))
            .collect();
        let assets = assets.into_iter().map(|(_, asset)| asset).collect();
        let mounts = mounts.into_iter().map(|mount| mount.service).collect();
        let core = Arc::new(Core {
            shared: shared.clone(),
            table,
            endpoints,
            mounts,
            assets,
            redirect_slashes,
        });
        let whole = (!wraps.is_empty()).then(|| erase(Whole(core.clone())));
        let outer = whole.map(|whole| wraps.iter().fold(whole, |inner, wrap| wrap(inner)));
        let built = Built {
            shared,
            service: AppService::new(core, outer),
            values,
        };
        Ok((built, served))
    }

    /// The OpenAPI document, as it will be served.
    pub fn document(&self) -> serde_json::Value {
        let mut document = self.empty_document();
        let mut checks = Checks::default();
        let (flat, _) = self.root.flatten(&mut checks.wrong);
        for route in &flat {
            if let Some(pattern) = checks.path(route) {
                let methods = checks.methods(route);
                describe(
                    &mut document,
                    route,
                    &pattern,
                    &methods,
                    self.body_limit,
                    &mut checks,
                );
            }
        }
        self.render(&document)
    }

    fn render(&self, document: &Document) -> serde_json::Value {
        match self.fastapi_documents {
            true => fastapi::render(document),
            false => document.finish(),
        }
    }

    fn empty_document(&self) -> Document {
        let mut document = Document::new(self.info.clone());
        self.servers
            .iter()
            .for_each(|server| document.server(server.clone()));
        self.tags.iter().for_each(|tag| document.tag(tag.clone()));
        self.external_docs
            .iter()
            .for_each(|docs| document.external_docs(docs.clone()));
        document
    }

    /// The document and its pages, ready to be sent, with their paths.
    fn assets(
        &self,
        document: &Document,
        served: Option<&serde_json::Value>,
    ) -> Vec<(String, Asset)> {
        let mut assets = Vec::new();
        if let Some(url) = &self.urls.openapi30 {
            assets.push((url.clone(), Asset::json(&openapi30::render(document))));
        }
        let (Some(openapi), Some(served)) = (&self.urls.openapi, served) else {
            return assets;
        };
        assets.push((openapi.clone(), Asset::json(served)));
        #[cfg(feature = "docs-ui")]
        if let Some(docs) = &self.urls.docs {
            assets.extend(crate::openapi::SwaggerUi::new(&self.info.title, docs, openapi).assets());
        }
        if let Some(redoc) = &self.urls.redoc {
            assets.extend(ReDoc::new(&self.info.title, redoc, openapi).assets());
        }
        assets
    }
}

/// An app whose wiring was checked: what [`App::build`] gives.
#[derive(Debug)]
pub struct BuiltApp {
    document: serde_json::Value,
}

impl BuiltApp {
    /// The OpenAPI document, as it will be served.
    pub fn document(&self) -> &serde_json::Value {
        &self.document
    }
}

/// Writes a route to the document, and notes what a request needs to know of it.
fn describe(
    document: &mut Document,
    route: &FlatRoute,
    pattern: &Pattern,
    methods: &[Method],
    body_limit: usize,
    checks: &mut Checks,
) -> RouteInfo {
    let meta = &route.route.meta;
    let hidden = meta.hidden || route.inherited.hidden;
    let mut info = RouteInfo {
        names: pattern.names.clone(),
        embed: false,
        reads_body: false,
        reads_query: false,
        body_limit: meta
            .body_limit
            .or(route.inherited.body_limit)
            .unwrap_or(body_limit),
        sizes: Sizes::default(),
        parameters: Vec::new(),
    };
    // A route outside the document is described as well: its arguments are checked like any other's.
    let mut aside = Document::new(crate::openapi::Info::new("", ""));
    for method in methods {
        let document = if hidden { &mut aside } else { &mut *document };
        document.operation(operation(route, pattern, method), |op| {
            route.describe(op);
            checks.arguments(route, pattern, op);
            info.embed = op.embeds();
            info.reads_body = op.reads_body();
            info.reads_query = !op.names_in(Place::Query).is_empty();
            info.parameters = [Place::Path, Place::Query, Place::Header, Place::Cookie]
                .map(|place| (place.as_str(), op.names_in(place)))
                .into();
            info.parameters.push(("body", op.names_in_form()));
        });
    }
    info
}

fn operation(route: &FlatRoute, pattern: &Pattern, method: &Method) -> OperationMeta {
    let meta = &route.route.meta;
    let owned = |text: Option<&'static str>| text.map(str::to_owned);
    OperationMeta {
        place: format!("{}:{}", meta.file, meta.line),
        status: meta.status,
        operation_id: owned(meta.operation_id),
        tags: route.tags(),
        summary: owned(meta.summary),
        description: owned(meta.description),
        doc: owned(meta.doc),
        response_description: owned(meta.response_description),
        deprecated: meta.deprecated || route.inherited.deprecated,
        ..OperationMeta::new(method.as_str(), &pattern.template, meta.name)
    }
}

fn endpoint(shared: &Arc<Shared>, number: usize, flat: FlatRoute) -> Endpoint {
    let before = (!flat.inherited.before.is_empty()).then(|| Arc::from(&flat.inherited.before[..]));
    let body_limit = shared
        .routes
        .get(number)
        .map_or(usize::MAX, |route| route.body_limit);
    let wraps: Vec<_> = flat.wraps().cloned().collect();
    let route = flat.route;
    let inner = || {
        erase(Inner {
            shared: shared.clone(),
            route: route.clone(),
            before: before.clone(),
            number,
        })
    };
    let layered =
        (!wraps.is_empty()).then(|| wraps.iter().fold(inner(), |inner, wrap| wrap(inner)));
    Endpoint {
        route,
        before,
        layered,
        body_limit,
    }
}
