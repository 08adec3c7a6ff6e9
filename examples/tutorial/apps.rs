//! Every application of the tutorial, by the name that FastAPI gives it.

use std::pin::Pin;

use fastrs::prelude::*;

macro_rules! apps {
    ($($chapter:ident: $($app:ident),+;)+) => {
        &[
            ("bigger_applications.app.main", maker!(crate::bigger_applications::main::app)),
            ("settings.app01.main", maker!(crate::settings::tutorial001::app)),
            ("settings.app02.main", maker!(crate::settings::tutorial001::app)),
            ("settings.app03.main", maker!(crate::settings::app03::app)),
            ("sub_applications.tutorial001", || {
                Box::pin(crate::sub_applications::tutorial001::app())
            }),
            ("tests.main", maker!(crate::tests_main::app)),
            $($((
                concat!(stringify!($chapter), ".", stringify!($app)),
                maker!(crate::$chapter::$app::app),
            ),)+)+
        ]
    };
}

type Maker = fn() -> Pin<Box<dyn Future<Output = Result<App, StartError>>>>;

/// An application that starts nothing else before it.
macro_rules! maker {
    ($app:path) => {
        || Box::pin(async { Ok($app()) })
    };
}

pub(crate) const APPS: &[(&str, Maker)] = apps! {
    additional_status_codes: tutorial001;
    advanced_middleware: tutorial001, tutorial002;
    authentication_error_status_code: tutorial001;
    background_tasks: tutorial001, tutorial002;
    behind_a_proxy: tutorial001, tutorial001_01, tutorial002, tutorial003, tutorial004;
    body: tutorial001, tutorial002, tutorial003, tutorial004;
    body_fields: tutorial001;
    body_multiple_params: tutorial001, tutorial002, tutorial003, tutorial004, tutorial005;
    body_nested_models:
        tutorial001, tutorial002, tutorial003, tutorial004, tutorial005, tutorial006,
        tutorial007, tutorial008, tutorial009;
    body_updates: tutorial001, tutorial002;
    cookie_param_models: tutorial001, tutorial002, tutorial003;
    cookie_params: tutorial001;
    cors: tutorial001;
    custom_request_and_route: tutorial002, tutorial003;
    custom_response:
        tutorial002, tutorial003, tutorial004, tutorial005, tutorial006, tutorial006b,
        tutorial006c, tutorial007, tutorial009, tutorial010;
    dependencies:
        tutorial001, tutorial001_02, tutorial002, tutorial003, tutorial004, tutorial005,
        tutorial006, tutorial008b, tutorial008c, tutorial008d, tutorial008e, tutorial011,
        tutorial012;
    encoder: tutorial001;
    events: tutorial001, tutorial002, tutorial003;
    extra_data_types: tutorial001;
    extra_models: tutorial001, tutorial002, tutorial003, tutorial004, tutorial005;
    first_steps: tutorial001, tutorial003;
    graphql_: tutorial001;
    handling_errors: tutorial001, tutorial002, tutorial003, tutorial004, tutorial005, tutorial006;
    header_param_models: tutorial001, tutorial002, tutorial003, tutorial004;
    header_params: tutorial001, tutorial002, tutorial003;
    json_base64_bytes: tutorial001;
    middleware: tutorial001;
    path_operation_configuration:
        tutorial001, tutorial002, tutorial002b, tutorial003, tutorial004, tutorial005,
        tutorial006;
    path_params: tutorial001, tutorial002, tutorial003, tutorial003b, tutorial004, tutorial005;
    path_params_numeric_validations:
        tutorial001, tutorial002, tutorial003, tutorial004, tutorial005, tutorial006;
    query_param_models: tutorial001, tutorial002, tutorial003, tutorial004;
    query_params: tutorial001, tutorial002, tutorial003, tutorial004, tutorial005, tutorial006;
    query_params_str_validations:
        tutorial001, tutorial002, tutorial003, tutorial004, tutorial005, tutorial006,
        tutorial006c, tutorial007, tutorial008, tutorial009, tutorial010, tutorial011,
        tutorial012, tutorial013, tutorial014, tutorial015;
    request_body_limits: tutorial001, tutorial002;
    request_files: tutorial001, tutorial001_02, tutorial001_03, tutorial002, tutorial003;
    request_form_models:
        tutorial001, tutorial002, tutorial003, tutorial004, tutorial005, tutorial006,
        tutorial007;
    request_forms: tutorial001, tutorial002;
    request_forms_and_files: tutorial001;
    response_change_status_code: tutorial001;
    response_cookies: tutorial001, tutorial002;
    response_directly: tutorial001, tutorial002;
    response_headers: tutorial001, tutorial002;
    response_model:
        tutorial001, tutorial001_01, tutorial002, tutorial003, tutorial003_01,
        tutorial003_02, tutorial003_03, tutorial003_05, tutorial004, tutorial005,
        tutorial006;
    response_status_code: tutorial001, tutorial002;
    schema_extra_example: tutorial001, tutorial002, tutorial003, tutorial004, tutorial005;
    security:
        tutorial001, tutorial002, tutorial003, tutorial004, tutorial005, tutorial006, tutorial007;
    server_sent_events: tutorial001, tutorial002, tutorial003, tutorial004, tutorial005;
    settings: tutorial001;
    static_files: tutorial001;
    stream_data: tutorial001, tutorial002;
    stream_json_lines: tutorial001;
    strict_content_type: tutorial001;
    templates: tutorial001, tutorial002;
    using_request_directly: tutorial001;
    websockets_: tutorial001, tutorial002, tutorial003;
    wsgi: tutorial001;
};
