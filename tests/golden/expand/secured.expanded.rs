#[allow(
    clippy::too_many_arguments,
    clippy::ptr_arg,
    clippy::borrowed_box,
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_async
)]
async fn items(token: &str, user: &User) -> Vec<Item> {
    all(token, user)
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations)]
struct __handler_items {}
#[doc(hidden)]
#[allow(non_camel_case_types)]
type items = __handler_items;
const _: () = {
    #[allow(unused_imports)]
    use ::fastrs::__private::fallback::*;
    {
        #[doc(hidden)]
        pub struct __Scopes0;
        impl ::fastrs::__private::ScopeList for __Scopes0 {
            const SCOPES: &'static [&'static str] = &["items"];
        }
        use self::current_user as __Named0;
        type __Provider0 = <::fastrs::__private::If<
            { ::fastrs::__private::is_dependency(<__Named0>::__DEPENDENCY) },
        > as ::fastrs::__private::Then<__Named0>>::Type;
        type __Dep0 = ::fastrs::__private::Scoped<__Provider0, __Scopes0>;
        struct __Endpoint;
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl ::fastrs::__private::IntoRoute for __handler_items {
            fn into_route(self) -> ::fastrs::__private::Route {
                ::fastrs::__private::route::<__Endpoint>()
            }
        }
        #[automatically_derived]
        #[allow(unused_variables, deprecated, clippy::all)]
        impl ::fastrs::__private::Handler for __Endpoint {
            const META: ::fastrs::__private::RouteMeta = ::fastrs::__private::RouteMeta::new(
                "items",
                &["GET"],
                "/items",
                ::core::file!(),
                ::core::line!(),
            );
            type Deps = (__Dep0, ());
            type Args<'r> = (&'r str, ());
            fn describe(op: &mut ::fastrs::__private::Operation<'_>) {
                ::fastrs::__private::secured::<&str, _>(&OAUTH2).describe_scheme(op);
                ::fastrs::__private::Return::<Vec<Item>>::describe(op);
            }
            fn extract<'r>(
                cx: &mut ::fastrs::__private::Context<'r>,
            ) -> ::core::option::Option<Self::Args<'r>> {
                ::fastrs::__private::both(
                    ::fastrs::__private::secured::<&'r str, _>(&OAUTH2)
                        .read_credential(cx),
                    ::core::option::Option::Some(()),
                )
            }
            async fn call<'a, 'r>(
                args: Self::Args<'r>,
                injected: ::fastrs::__private::Injected<'a, 'r, Self::Deps>,
                cx: &'a mut ::fastrs::__private::Context<'r>,
            ) -> ::fastrs::__private::ResponseResult {
                let (a0, ()) = args;
                let (d0, ()) = injected;
                let d0 = ::fastrs::__private::lend_ref::<__Dep0, User>(d0);
                let value = items(a0, d0).await;
                ::fastrs::__private::Return::<Vec<Item>>::respond(value, &Self::META, cx)
            }
            fn drive(
                request: ::fastrs::__private::RoutedRequest,
            ) -> ::fastrs::__private::EndpointFuture {
                ::fastrs::__drive!(Self, request)
            }
        }
        ::fastrs::__private::is_scheme(&OAUTH2);
        let _ = || {
            ::fastrs::__private::secured::<&str, _>(&OAUTH2)
                .scheme()
                .is_held_by::<&str>()
        };
        ::fastrs::__private::complete::<__Dep0>();
        let _: [fn(); 2] = [
            ::fastrs::__private::Returns::<Vec<Item>>::response,
            ::fastrs::__private::Returns::<Vec<Item>>::error,
        ];
        ::fastrs::__private::is_sent_as_json(
            ::fastrs::__private::Can::<Vec<Item>>::HAVE_FILES,
        );
    }
};
