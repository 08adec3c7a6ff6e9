//! FastAPI's tutorial, "Custom Response - HTML, Stream, File, others".

use fastrs::prelude::*;

const PAGE: &str = "
    <html>
        <head>
            <title>Some HTML in here</title>
        </head>
        <body>
            <h1>Look ma! HTML!</h1>
        </body>
    </html>
    ";

pub(crate) mod tutorial002 {
    use super::*;

    #[get("/items/")]
    async fn read_items() -> Html<&'static str> {
        Html(PAGE)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial003 {
    use super::*;

    // The document cannot show what a raw response is.
    #[get("/items/")]
    async fn read_items() -> Result<Response> {
        let response = Response::builder().header("content-type", "text/html; charset=utf-8");
        Ok(response.body(PAGE.into())?)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial004 {
    use super::*;

    fn generate_html_response() -> Html<&'static str> {
        Html(PAGE)
    }

    #[get("/items/")]
    async fn read_items() -> Html<&'static str> {
        generate_html_response()
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial005 {
    use super::*;

    #[get("/")]
    async fn main() -> PlainText<&'static str> {
        PlainText("Hello World")
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![main])
    }
}

pub(crate) mod tutorial006 {
    use super::*;

    #[get("/typer")]
    async fn redirect_typer() -> Redirect {
        Redirect::to("https://typer.tiangolo.com")
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![redirect_typer])
    }
}

pub(crate) mod tutorial006b {
    use super::*;

    #[get("/fastapi", status = 307)]
    async fn redirect_fastapi() -> Redirect {
        Redirect::to("https://fastapi.tiangolo.com")
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![redirect_fastapi])
    }
}

pub(crate) mod tutorial006c {
    use super::*;

    #[get("/pydantic", status = 302)]
    async fn redirect_pydantic() -> Redirect {
        Redirect::to("https://docs.pydantic.dev/")
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![redirect_pydantic])
    }
}

pub(crate) mod tutorial007 {
    use super::*;

    #[get("/")]
    async fn main() -> Streaming {
        Streaming::generate(|out| async move {
            for _ in 0..10 {
                out.send("some fake video bytes").await?;
            }
            Ok(())
        })
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![main])
    }
}

pub(crate) mod tutorial009 {
    use super::*;

    const SOME_FILE_PATH: &str = "large-video-file.mp4";

    #[get("/")]
    async fn main() -> Result<File> {
        Ok(File::open(SOME_FILE_PATH).await?)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![main])
    }
}

pub(crate) mod tutorial010 {
    use super::*;

    #[get("/items/")]
    async fn read_items() -> Html<&'static str> {
        Html("<h1>Items</h1><p>This is a list of items.</p>")
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}
