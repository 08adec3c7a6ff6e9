//! The handler of static files.

use http::StatusCode;

use super::{
    files::{Fallback, StaticFiles},
    navigation::is_navigation,
    path::FilePath,
    source::Entry,
};
use crate::{
    depends::Injected,
    error::{HttpError, Result},
    openapi::Operation,
    request::{Context, Failure, Request, slash_reference},
    response::{File, IntoResponse, Redirect, ResponseResult},
    routing::{EndpointFuture, Handler, RouteMeta, RoutedRequest, drive_dyn, prepare},
};

/// Sends the [`StaticFiles`] of its route.
pub(super) struct FilesHandler;

impl Handler for FilesHandler {
    const META: RouteMeta =
        RouteMeta::new("static_files", &["GET"], "/<path..>", file!(), line!()).hidden();
    type Deps = ();
    type Args<'r> = (&'r StaticFiles, &'r Request, &'r str);

    fn describe(_: &mut Operation<'_>) {}

    fn extract<'r>(cx: &mut Context<'r>) -> Option<Self::Args<'r>> {
        let files = cx.route()?.files.as_ref()?.downcast_ref()?;
        Some((files, cx.request(), cx.path_value("path")?))
    }

    async fn call<'a, 'r>(
        (files, request, path): Self::Args<'r>,
        _: Injected<'a, 'r, ()>,
        _: &'a mut Context<'r>,
    ) -> ResponseResult {
        match files.respond(request, path).await {
            Ok(Answer::File(file)) => file.into_response(),
            Ok(Answer::NotFoundPage(file)) => (StatusCode::NOT_FOUND, file).into_response(),
            Ok(Answer::Redirect(to)) => Redirect::to(to).into_response(),
            Err(error) => Err(Failure::of(error)),
        }
    }

    fn drive(request: RoutedRequest) -> EndpointFuture {
        drive_dyn::<()>(request, prepare::<Self>)
    }
}

enum Answer {
    File(File),
    /// The page for paths that do not exist.
    NotFoundPage(File),
    Redirect(String),
}

impl StaticFiles {
    async fn respond(&self, request: &Request, path: &str) -> Result<Answer> {
        let path = FilePath::of(path, self.dotfiles).filter(|_| !request.path_was_lossy());
        if let Some(path) = path
            && let Some(found) = self.find(request, path).await?
        {
            return Ok(found);
        }
        match self.page(request).await? {
            Some(page) => Ok(page),
            None => Err(HttpError::from_status(StatusCode::NOT_FOUND)),
        }
    }

    async fn find(&self, request: &Request, path: FilePath<'_>) -> Result<Option<Answer>> {
        match self.source.find(path.text).await? {
            Some(Entry::File(file)) => Ok((!path.is_folder).then_some(Answer::File(file))),
            Some(Entry::Folder) if self.html => {
                let index = match path.text {
                    "" => "index.html".to_owned(),
                    folder => format!("{folder}/index.html"),
                };
                let Some(page) = self.file(&index).await? else {
                    return Ok(None);
                };
                // Without the slash, the links on the page would point outside the folder.
                let uri = request.uri();
                match path.is_folder {
                    true => Ok(Some(Answer::File(page))),
                    false => Ok(slash_reference(uri.path(), uri.query()).map(Answer::Redirect)),
                }
            }
            _ => Ok(None),
        }
    }

    /// Returns the page for a path that does not exist.
    async fn page(&self, request: &Request) -> Result<Option<Answer>> {
        if let Fallback::Page(page) = &self.fallback
            && is_navigation(request.headers())
            && let Some(page) = self.file(page).await?
        {
            return Ok(Some(Answer::File(page)));
        }
        if self.html
            && let Some(page) = self.file("404.html").await?
        {
            return Ok(Some(Answer::NotFoundPage(page)));
        }
        // FastAPI's `fallback="auto"` prefers `404.html`.
        match self.fallback == Fallback::Auto && is_navigation(request.headers()) {
            true => Ok(self.file("index.html").await?.map(Answer::File)),
            false => Ok(None),
        }
    }

    async fn file(&self, path: &str) -> Result<Option<File>> {
        match self.source.find(path).await? {
            Some(Entry::File(file)) => Ok(Some(file)),
            _ => Ok(None),
        }
    }
}
