//! The pages of the book and the README: their snippets are this crate's doctests. Its other tests are one program,
//! `suite/main.rs`, since each additional program has to be linked.

/// Declares a module for each page, by its path. Add a line here for a new page.
macro_rules! pages {
    ($($page:ident $path:literal;)*) => {
        $(#[doc = include_str!(concat!("../../", $path))] pub mod $page {})*

        #[cfg(test)]
        const PAGES: &[&str] = &[$($path),*];
    };
}

pages! {
    readme "README.md";
    book "docs/README.md";
    contents "docs/SUMMARY.md";
    pagination "docs/pagination.md";
    batching "docs/batching.md";
    ml_serving "docs/ml-serving.md";
    first_steps "docs/first-steps.md";
    path_params "docs/path-params.md";
    query_params "docs/query-params.md";
    body "docs/body.md";
    query_params_str_validations "docs/query-params-str-validations.md";
    path_params_numeric_validations "docs/path-params-numeric-validations.md";
    query_param_models "docs/query-param-models.md";
    body_multiple_params "docs/body-multiple-params.md";
    body_fields "docs/body-fields.md";
    body_nested_models "docs/body-nested-models.md";
    schema_extra_example "docs/schema-extra-example.md";
    extra_data_types "docs/extra-data-types.md";
    cookie_params "docs/cookie-params.md";
    header_params "docs/header-params.md";
    cookie_param_models "docs/cookie-param-models.md";
    header_param_models "docs/header-param-models.md";
    response_model "docs/response-model.md";
    extra_models "docs/extra-models.md";
    response_status_code "docs/response-status-code.md";
    response_directly "docs/response-directly.md";
    custom_response "docs/custom-response.md";
    additional_status_codes "docs/additional-status-codes.md";
    response_change_status_code "docs/response-change-status-code.md";
    encoder "docs/encoder.md";
    json_base64_bytes "docs/json-base64-bytes.md";
    custom_request_and_route "docs/custom-request-and-route.md";
    stream_json_lines "docs/stream-json-lines.md";
    server_sent_events "docs/server-sent-events.md";
    stream_data "docs/stream-data.md";
    response_headers "docs/response-headers.md";
    request_forms "docs/request-forms.md";
    request_form_models "docs/request-form-models.md";
    request_files "docs/request-files.md";
    request_forms_and_files "docs/request-forms-and-files.md";
    request_directly "docs/request-directly.md";
    handling_errors "docs/handling-errors.md";
    path_operation_configuration "docs/path-operation-configuration.md";
    body_updates "docs/body-updates.md";
    dependencies "docs/dependencies.md";
    sub_dependencies "docs/sub-dependencies.md";
    dependencies_in_decorators "docs/dependencies-in-decorators.md";
    global_dependencies "docs/global-dependencies.md";
    dependencies_with_yield "docs/dependencies-with-yield.md";
    app_scope "docs/app-scope.md";
    parameterized_dependencies "docs/parameterized-dependencies.md";
    jobs "docs/jobs.md";
    security_first_steps "docs/security-first-steps.md";
    security_simple_oauth2 "docs/security-simple-oauth2.md";
    security_oauth2_jwt "docs/security-oauth2-jwt.md";
    security_api_keys "docs/security-api-keys.md";
    security_scopes "docs/security-scopes.md";
    security_http_basic_auth "docs/security-http-basic-auth.md";
    security_guards "docs/security-guards.md";
    security_schemes "docs/security-schemes.md";
    sessions "docs/sessions.md";
    csrf "docs/csrf.md";
    security_threats "docs/security-threats.md";
    example_auth "docs/example-auth.md";
    security_openid_connect "docs/security-openid-connect.md";
    bigger_applications "docs/bigger-applications.md";
    background_tasks "docs/background-tasks.md";
    metadata "docs/metadata.md";
    static_files "docs/static-files.md";
    testing "docs/testing.md";
    testing_dependencies "docs/testing-dependencies.md";
    websockets "docs/websockets.md";
    broadcast "docs/broadcast.md";
    cache "docs/cache.md";
    redis "docs/redis.md";
    middleware "docs/middleware.md";
    built_in_middleware "docs/built-in-middleware.md";
    cors "docs/cors.md";
    mounting "docs/mounting.md";
    templates "docs/templates.md";
    settings "docs/settings.md";
    sql_databases "docs/sql-databases.md";
    running "docs/running.md";
    reliability "docs/reliability.md";
    tracing "docs/tracing.md";
    tls "docs/tls.md";
    behind_a_proxy "docs/behind-a-proxy.md";
    observability "docs/observability.md";
    deployment "docs/deployment.md";
    openapi "docs/openapi.md";
    coming_from_fastapi "docs/coming-from-fastapi.md";
    coming_from_passlib "docs/coming-from-passlib.md";
    coming_from_rust "docs/coming-from-rust.md";
    rough_edges "docs/rough-edges.md";
    architecture "docs/architecture.md";
    conformance "docs/conformance.md";
    performance "docs/performance.md";
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::PAGES;

    fn root() -> &'static Path {
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
    }

    fn read(page: &str) -> String {
        fs::read_to_string(root().join(page)).unwrap()
    }

    #[test]
    fn every_page_is_tested() {
        let files = fs::read_dir(root().join("docs")).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let there: BTreeSet<String> = names
            .filter(|name| name.ends_with(".md"))
            .map(|name| format!("docs/{name}"))
            .chain(["README.md".to_owned()])
            .collect();
        let tested: BTreeSet<String> = PAGES.iter().map(|page| (*page).to_owned()).collect();
        assert_eq!(there, tested, "tests/src/lib.rs lists the pages");
    }

    #[test]
    fn every_page_is_in_the_contents() {
        let contents = read("docs/SUMMARY.md");
        for page in PAGES.iter().filter_map(|page| page.strip_prefix("docs/")) {
            let is_listed = contents.contains(&format!("({page})"));
            assert!(is_listed || page == "SUMMARY.md", "{page} is not listed");
        }
    }

    #[test]
    fn every_link_leads_somewhere() {
        for page in PAGES {
            let (text, folder) = (read(page), Path::new(page).parent().unwrap());
            for link in links(&text) {
                let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
                let target = match file {
                    "" => root().join(page),
                    file => root().join(folder).join(file),
                };
                assert!(target.exists(), "{page}: broken link {link}");
                if !anchor.is_empty() {
                    let target = fs::read_to_string(target).unwrap();
                    let is_there = headings(&target).any(|heading| heading == anchor);
                    assert!(is_there, "{page}: {link} has no such heading");
                }
            }
        }
    }

    /// The README starts with the `hello` example.
    #[test]
    fn the_readme_starts_with_an_example_that_exists() {
        let (readme, hello) = (read("README.md"), read("examples/hello.rs"));
        let (_, code) = readme.split_once("```rust,no_run\n").unwrap();
        let (code, _) = code.split_once("```").unwrap();
        assert!(hello.contains(code.trim_end()), "{code}");
        assert!(code.lines().count() < 35);
    }

    /// Returns the targets of links within the repository, outside code.
    fn links(text: &str) -> impl Iterator<Item = &str> {
        let prose = text.split("```").step_by(2);
        let links = prose.flat_map(|prose| prose.split("](").skip(1));
        links
            .filter_map(|rest| rest.split_once(')').map(|(link, _)| link))
            .filter(|link| !link.contains("://"))
    }

    /// Returns the anchors of a page's headings, as Markdown renderers create them.
    fn headings(text: &str) -> impl Iterator<Item = String> {
        let lines = text.lines().filter(|line| line.starts_with('#'));
        lines.map(|line| {
            let heading = line.trim_start_matches('#').trim().to_lowercase();
            let kept = heading.chars().filter_map(|c| match c {
                ' ' => Some('-'),
                c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
                _ => None,
            });
            kept.collect()
        })
    }
}
