//! Every application of the tutorial by the name that FastAPI gives it.

use fastrs::prelude::*;

use crate::{
    bigger_applications, body, body_fields, body_multiple_params, body_nested_models, body_updates,
    cookie_param_models, cookie_params, dependencies, extra_data_types, extra_models, first_steps,
    handling_errors, header_param_models, header_params, path_operation_configuration, path_params,
    path_params_numeric_validations, query_param_models, query_params,
    query_params_str_validations, response_model, response_status_code, schema_extra_example,
    tests_main,
};

// An application that differs from another one only in how Python spells it shares its function.
pub(crate) const APPS: &[(&str, fn() -> App)] = &[
    (
        "bigger_applications.app.main",
        bigger_applications::main::app,
    ),
    ("body.tutorial001", body::tutorial001::app),
    ("body.tutorial002", body::tutorial002::app),
    ("body.tutorial003", body::tutorial003::app),
    ("body.tutorial004", body::tutorial004::app),
    ("body_fields.tutorial001", body_fields::tutorial001::app),
    (
        "body_multiple_params.tutorial001",
        body_multiple_params::tutorial001::app,
    ),
    (
        "body_multiple_params.tutorial002",
        body_multiple_params::tutorial002::app,
    ),
    (
        "body_multiple_params.tutorial003",
        body_multiple_params::tutorial003::app,
    ),
    (
        "body_multiple_params.tutorial004",
        body_multiple_params::tutorial004::app,
    ),
    (
        "body_multiple_params.tutorial005",
        body_multiple_params::tutorial005::app,
    ),
    (
        "body_nested_models.tutorial001",
        body_nested_models::tutorial001::app,
    ),
    (
        "body_nested_models.tutorial002",
        body_nested_models::tutorial002::app,
    ),
    (
        "body_nested_models.tutorial003",
        body_nested_models::tutorial003::app,
    ),
    (
        "body_nested_models.tutorial004",
        body_nested_models::tutorial004::app,
    ),
    (
        "body_nested_models.tutorial005",
        body_nested_models::tutorial005::app,
    ),
    (
        "body_nested_models.tutorial006",
        body_nested_models::tutorial006::app,
    ),
    (
        "body_nested_models.tutorial007",
        body_nested_models::tutorial007::app,
    ),
    (
        "body_nested_models.tutorial008",
        body_nested_models::tutorial008::app,
    ),
    (
        "body_nested_models.tutorial009",
        body_nested_models::tutorial009::app,
    ),
    ("body_updates.tutorial001", body_updates::tutorial001::app),
    ("body_updates.tutorial002", body_updates::tutorial002::app),
    (
        "cookie_param_models.tutorial001",
        cookie_param_models::tutorial001::app,
    ),
    (
        "cookie_param_models.tutorial002",
        cookie_param_models::tutorial002::app,
    ),
    (
        "cookie_param_models.tutorial003",
        cookie_param_models::tutorial003::app,
    ),
    ("cookie_params.tutorial001", cookie_params::tutorial001::app),
    ("dependencies.tutorial001", dependencies::tutorial001::app),
    (
        "dependencies.tutorial001_02",
        dependencies::tutorial001::app,
    ),
    ("dependencies.tutorial002", dependencies::tutorial002::app),
    ("dependencies.tutorial003", dependencies::tutorial002::app),
    ("dependencies.tutorial004", dependencies::tutorial002::app),
    ("dependencies.tutorial005", dependencies::tutorial005::app),
    ("dependencies.tutorial006", dependencies::tutorial006::app),
    ("dependencies.tutorial008b", dependencies::tutorial008b::app),
    ("dependencies.tutorial008c", dependencies::tutorial008c::app),
    ("dependencies.tutorial008d", dependencies::tutorial008d::app),
    ("dependencies.tutorial008e", dependencies::tutorial008e::app),
    ("dependencies.tutorial011", dependencies::tutorial011::app),
    ("dependencies.tutorial012", dependencies::tutorial012::app),
    (
        "extra_data_types.tutorial001",
        extra_data_types::tutorial001::app,
    ),
    ("extra_models.tutorial001", extra_models::tutorial001::app),
    ("extra_models.tutorial002", extra_models::tutorial002::app),
    ("extra_models.tutorial003", extra_models::tutorial003::app),
    ("extra_models.tutorial004", extra_models::tutorial004::app),
    ("extra_models.tutorial005", extra_models::tutorial005::app),
    ("first_steps.tutorial001", first_steps::tutorial001::app),
    ("first_steps.tutorial003", first_steps::tutorial003::app),
    (
        "handling_errors.tutorial001",
        handling_errors::tutorial001::app,
    ),
    (
        "handling_errors.tutorial002",
        handling_errors::tutorial002::app,
    ),
    (
        "handling_errors.tutorial003",
        handling_errors::tutorial003::app,
    ),
    (
        "handling_errors.tutorial004",
        handling_errors::tutorial004::app,
    ),
    (
        "handling_errors.tutorial005",
        handling_errors::tutorial005::app,
    ),
    (
        "handling_errors.tutorial006",
        handling_errors::tutorial006::app,
    ),
    (
        "header_param_models.tutorial001",
        header_param_models::tutorial001::app,
    ),
    (
        "header_param_models.tutorial002",
        header_param_models::tutorial002::app,
    ),
    (
        "header_param_models.tutorial003",
        header_param_models::tutorial003::app,
    ),
    (
        "header_param_models.tutorial004",
        header_param_models::tutorial004::app,
    ),
    ("header_params.tutorial001", header_params::tutorial001::app),
    ("header_params.tutorial002", header_params::tutorial002::app),
    ("header_params.tutorial003", header_params::tutorial003::app),
    (
        "path_operation_configuration.tutorial001",
        path_operation_configuration::tutorial001::app,
    ),
    (
        "path_operation_configuration.tutorial002",
        path_operation_configuration::tutorial002::app,
    ),
    (
        "path_operation_configuration.tutorial002b",
        path_operation_configuration::tutorial002b::app,
    ),
    (
        "path_operation_configuration.tutorial003",
        path_operation_configuration::tutorial003::app,
    ),
    (
        "path_operation_configuration.tutorial004",
        path_operation_configuration::tutorial004::app,
    ),
    (
        "path_operation_configuration.tutorial005",
        path_operation_configuration::tutorial005::app,
    ),
    (
        "path_operation_configuration.tutorial006",
        path_operation_configuration::tutorial006::app,
    ),
    ("path_params.tutorial001", path_params::tutorial001::app),
    ("path_params.tutorial002", path_params::tutorial002::app),
    ("path_params.tutorial003", path_params::tutorial003::app),
    ("path_params.tutorial003b", path_params::tutorial003b::app),
    ("path_params.tutorial004", path_params::tutorial004::app),
    ("path_params.tutorial005", path_params::tutorial005::app),
    (
        "path_params_numeric_validations.tutorial001",
        path_params_numeric_validations::tutorial001::app,
    ),
    (
        "path_params_numeric_validations.tutorial002",
        path_params_numeric_validations::tutorial002::app,
    ),
    (
        "path_params_numeric_validations.tutorial003",
        path_params_numeric_validations::tutorial003::app,
    ),
    (
        "path_params_numeric_validations.tutorial004",
        path_params_numeric_validations::tutorial004::app,
    ),
    (
        "path_params_numeric_validations.tutorial005",
        path_params_numeric_validations::tutorial005::app,
    ),
    (
        "path_params_numeric_validations.tutorial006",
        path_params_numeric_validations::tutorial006::app,
    ),
    (
        "query_param_models.tutorial001",
        query_param_models::tutorial001::app,
    ),
    (
        "query_param_models.tutorial002",
        query_param_models::tutorial002::app,
    ),
    (
        "query_param_models.tutorial003",
        query_param_models::tutorial003::app,
    ),
    (
        "query_param_models.tutorial004",
        query_param_models::tutorial004::app,
    ),
    ("query_params.tutorial001", query_params::tutorial001::app),
    ("query_params.tutorial002", query_params::tutorial002::app),
    ("query_params.tutorial003", query_params::tutorial003::app),
    ("query_params.tutorial004", query_params::tutorial004::app),
    ("query_params.tutorial005", query_params::tutorial005::app),
    ("query_params.tutorial006", query_params::tutorial006::app),
    (
        "query_params_str_validations.tutorial001",
        query_params_str_validations::tutorial001::app,
    ),
    (
        "query_params_str_validations.tutorial002",
        query_params_str_validations::tutorial002::app,
    ),
    (
        "query_params_str_validations.tutorial003",
        query_params_str_validations::tutorial003::app,
    ),
    (
        "query_params_str_validations.tutorial004",
        query_params_str_validations::tutorial004::app,
    ),
    (
        "query_params_str_validations.tutorial005",
        query_params_str_validations::tutorial005::app,
    ),
    (
        "query_params_str_validations.tutorial006",
        query_params_str_validations::tutorial006::app,
    ),
    (
        "query_params_str_validations.tutorial006c",
        query_params_str_validations::tutorial006c::app,
    ),
    (
        "query_params_str_validations.tutorial007",
        query_params_str_validations::tutorial007::app,
    ),
    (
        "query_params_str_validations.tutorial008",
        query_params_str_validations::tutorial008::app,
    ),
    (
        "query_params_str_validations.tutorial009",
        query_params_str_validations::tutorial009::app,
    ),
    (
        "query_params_str_validations.tutorial010",
        query_params_str_validations::tutorial010::app,
    ),
    (
        "query_params_str_validations.tutorial011",
        query_params_str_validations::tutorial011::app,
    ),
    (
        "query_params_str_validations.tutorial012",
        query_params_str_validations::tutorial012::app,
    ),
    (
        "query_params_str_validations.tutorial013",
        query_params_str_validations::tutorial013::app,
    ),
    (
        "query_params_str_validations.tutorial014",
        query_params_str_validations::tutorial014::app,
    ),
    (
        "query_params_str_validations.tutorial015",
        query_params_str_validations::tutorial015::app,
    ),
    (
        "response_model.tutorial001",
        response_model::tutorial001::app,
    ),
    (
        "response_model.tutorial001_01",
        response_model::tutorial001::app,
    ),
    (
        "response_model.tutorial002",
        response_model::tutorial002::app,
    ),
    (
        "response_model.tutorial003",
        response_model::tutorial003::app,
    ),
    (
        "response_model.tutorial003_01",
        response_model::tutorial003_01::app,
    ),
    (
        "response_model.tutorial003_02",
        response_model::tutorial003_02::app,
    ),
    (
        "response_model.tutorial003_03",
        response_model::tutorial003_03::app,
    ),
    (
        "response_model.tutorial003_05",
        response_model::tutorial003_02::app,
    ),
    (
        "response_model.tutorial004",
        response_model::tutorial004::app,
    ),
    (
        "response_model.tutorial005",
        response_model::tutorial005::app,
    ),
    (
        "response_model.tutorial006",
        response_model::tutorial005::app,
    ),
    (
        "response_status_code.tutorial001",
        response_status_code::tutorial001::app,
    ),
    (
        "response_status_code.tutorial002",
        response_status_code::tutorial002::app,
    ),
    (
        "schema_extra_example.tutorial001",
        schema_extra_example::tutorial001::app,
    ),
    (
        "schema_extra_example.tutorial002",
        schema_extra_example::tutorial002::app,
    ),
    (
        "schema_extra_example.tutorial003",
        schema_extra_example::tutorial003::app,
    ),
    (
        "schema_extra_example.tutorial004",
        schema_extra_example::tutorial004::app,
    ),
    (
        "schema_extra_example.tutorial005",
        schema_extra_example::tutorial005::app,
    ),
    ("tests.main", tests_main::app),
];
