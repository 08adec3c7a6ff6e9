//! FastAPI's tutorial, written with fastrs: `tutorial APP --port 8000` serves the application that FastAPI's
//! documentation calls `docs_src/APP`, for example `query_params.tutorial005`.
//!
//! Each file is a chapter of the tutorial, and each module in it one of the chapter's applications.

mod additional_status_codes;
mod advanced_middleware;
mod apps;
mod authentication_error_status_code;
mod background_tasks;
mod behind_a_proxy;
mod bigger_applications;
mod body;
mod body_fields;
mod body_multiple_params;
mod body_nested_models;
mod body_updates;
mod cookie_param_models;
mod cookie_params;
mod cors;
mod custom_request_and_route;
mod custom_response;
mod dependencies;
mod encoder;
mod events;
mod extra_data_types;
mod extra_models;
mod first_steps;
mod graphql_;
mod handling_errors;
mod header_param_models;
mod header_params;
mod json_base64_bytes;
mod middleware;
mod path_operation_configuration;
mod path_params;
mod path_params_numeric_validations;
mod query_param_models;
mod query_params;
mod query_params_str_validations;
mod request_body_limits;
mod request_files;
mod request_form_models;
mod request_forms;
mod request_forms_and_files;
mod response_change_status_code;
mod response_cookies;
mod response_directly;
mod response_headers;
mod response_model;
mod response_status_code;
mod schema_extra_example;
mod security;
mod server_sent_events;
mod settings;
mod static_files;
mod stream_data;
mod stream_json_lines;
mod strict_content_type;
mod sub_applications;
mod templates;
mod tests_main;
mod using_request_directly;
mod websockets_;
mod wsgi;

use fastrs::middleware::ProxyHeaders;
use fastrs::prelude::*;

#[fastrs::main]
async fn main() -> Result<(), StartError> {
    let arguments =
        Arguments::parse(std::env::args().skip(1)).unwrap_or_else(|mistake| fail(&mistake));
    let Some((_, app)) = apps::APPS.iter().find(|(name, _)| *name == arguments.app) else {
        fail(&format!("there is no application `{}`", arguments.app));
    };
    // As FastAPI's server does.
    let headers = ProxyHeaders::new().trust("127.0.0.1");
    let mut app = app().await?.proxy_headers(headers);
    if let Some(root_path) = arguments.root_path {
        app = app.root_path(root_path);
    }
    app.serve(("127.0.0.1", arguments.port)).await
}

struct Arguments {
    app: String,
    port: u16,
    root_path: Option<String>,
}

impl Arguments {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let (mut app, mut port, mut root_path) = (None, 8000, None);
        while let Some(argument) = arguments.next() {
            let mut value = || {
                arguments
                    .next()
                    .ok_or_else(|| format!("`{argument}` needs a value"))
            };
            match argument.as_str() {
                "--port" => {
                    port = value()?
                        .parse()
                        .map_err(|error| format!("`--port`: {error}"))?
                }
                "--root-path" => root_path = Some(value()?),
                _ if argument.starts_with('-') || app.is_some() => {
                    return Err(format!("unknown argument `{argument}`"));
                }
                _ => app = Some(argument),
            }
        }
        let app = app.ok_or("no application is given")?;
        Ok(Self {
            app,
            port,
            root_path,
        })
    }
}

fn fail(mistake: &str) -> ! {
    eprintln!(
        "{mistake}\n\nusage: tutorial APP [--port PORT] [--root-path PATH], where APP is one of"
    );
    for (name, _) in apps::APPS {
        eprintln!("  {name}");
    }
    std::process::exit(2)
}
