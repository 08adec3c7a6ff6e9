#[allow(
    clippy::too_many_arguments,
    clippy::ptr_arg,
    clippy::borrowed_box,
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_async
)]
async fn hello() -> &'static str {
    "Hello"
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations)]
struct __handler_hello {}
#[doc(hidden)]
#[allow(non_camel_case_types)]
type hello = __handler_hello;
const _: () = {
    #[allow(unused_imports)]
    use ::fastrs::__private::fallback::*;
    {
        struct __Endpoint;
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl ::fastrs::__private::IntoRoute for __handler_hello {
            fn into_route(self) -> ::fastrs::__private::Route {
                ::fastrs::__private::route::<__Endpoint>()
            }
        }
        #[automatically_derived]
        #[allow(unused_variables, deprecated, clippy::all)]
        impl ::fastrs::__private::Handler for __Endpoint {
            const META: ::fastrs::__private::RouteMeta = ::fastrs::__private::RouteMeta::new(
                "hello",
                &["GET"],
                "/",
                ::core::file!(),
                ::core::line!(),
            );
            type Deps = ();
            type Args<'r> = ();
            fn describe(op: &mut ::fastrs::__private::Operation<'_>) {
                ::fastrs::__private::Return::<&'static str>::describe(op);
            }
            fn extract<'r>(
                cx: &mut ::fastrs::__private::Context<'r>,
            ) -> ::core::option::Option<Self::Args<'r>> {
                ::core::option::Option::Some(())
            }
            async fn call<'a, 'r>(
                args: Self::Args<'r>,
                injected: ::fastrs::__private::Injected<'a, 'r, Self::Deps>,
                cx: &'a mut ::fastrs::__private::Context<'r>,
            ) -> ::fastrs::__private::ResponseResult {
                let () = args;
                let () = injected;
                let value = hello().await;
                ::fastrs::__private::Return::<
                    &'static str,
                >::respond(value, &Self::META, cx)
            }
            fn drive(
                request: ::fastrs::__private::RoutedRequest,
            ) -> ::fastrs::__private::EndpointFuture {
                ::fastrs::__drive!(Self, request)
            }
        }
        let _: [fn(); 2] = [
            ::fastrs::__private::Returns::<&'static str>::response,
            ::fastrs::__private::Returns::<&'static str>::error,
        ];
    }
};
