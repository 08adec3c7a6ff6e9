/// Read one item.
///
/// The response includes the remaining stock.
#[allow(
    clippy::too_many_arguments,
    clippy::ptr_arg,
    clippy::borrowed_box,
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_async
)]
async fn read_item(
    id: u64,
    q: Option<&str>,
    limit: u32,
    user: &User,
    tx: &mut Transaction,
    reply: &mut Reply,
) -> Result<Item, ItemError> {
    find(id, q, limit, user, tx, reply).await
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations)]
struct __handler_read_item {}
#[doc(hidden)]
#[allow(non_camel_case_types)]
type read_item = __handler_read_item;
const _: () = {
    #[allow(unused_imports)]
    use ::fastrs::__private::fallback::*;
    {
        static __S0: ::fastrs::__private::ParamSpec = ::fastrs::__private::ParamSpec::new(
                "id",
                ::fastrs::__private::Location::Path,
            )
            .description("The item to read.");
        static __S1: ::fastrs::__private::ParamSpec = ::fastrs::__private::ParamSpec::new(
            "q",
            ::fastrs::__private::Location::Bare,
        );
        static __S2: ::fastrs::__private::ParamSpec = ::fastrs::__private::ParamSpec::new(
                "limit",
                ::fastrs::__private::Location::Query,
            )
            .constraints(
                ::fastrs::__private::Constraints::new()
                    .ge(::fastrs::__private::Number::Int(1))
                    .le(::fastrs::__private::Number::Int(100)),
            );
        fn __default2() -> u32 {
            ::fastrs::__private::default(10)
        }
        #[doc(hidden)]
        pub struct __Site2;
        impl ::fastrs::__private::Site<__Provider2> for __Site2 {
            fn params() -> <__Provider2 as ::fastrs::__private::Provider>::Params {
                ::fastrs::__private::given::<
                    __Provider2,
                    _,
                >(<__Provider2>::__with_arguments().role("admin"))
            }
        }
        use self::verify as __Named0;
        type __Provider0 = <::fastrs::__private::If<
            { ::fastrs::__private::is_dependency(<__Named0>::__DEPENDENCY) },
        > as ::fastrs::__private::Then<__Named0>>::Type;
        type __Dep0 = __Provider0;
        use self::current_user as __Named1;
        type __Provider1 = <::fastrs::__private::If<
            { ::fastrs::__private::is_dependency(<__Named1>::__DEPENDENCY) },
        > as ::fastrs::__private::Then<__Named1>>::Type;
        type __Dep1 = __Provider1;
        use self::has_role as __Named2;
        type __Provider2 = <::fastrs::__private::If<
            { ::fastrs::__private::takes_arguments(<__Named2>::__DEPENDENCY) },
        > as ::fastrs::__private::Then<__Named2>>::Type;
        type __Dep2 = ::fastrs::__private::With<__Provider2, __Site2>;
        struct __Endpoint;
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl ::fastrs::__private::IntoRoute for __handler_read_item {
            fn into_route(self) -> ::fastrs::__private::Route {
                ::fastrs::__private::route::<__Endpoint>()
            }
        }
        #[automatically_derived]
        #[allow(unused_variables, deprecated, clippy::all)]
        impl ::fastrs::__private::Handler for __Endpoint {
            const META: ::fastrs::__private::RouteMeta = ::fastrs::__private::RouteMeta::new(
                    "read_item",
                    &["GET"],
                    "/items/<id>",
                    ::core::file!(),
                    ::core::line!(),
                )
                .doc_comment(
                    "Read one item.\n\nThe response includes the remaining stock.",
                )
                .tags(&["items"]);
            type Deps = (::fastrs::__private::Effect<__Dep0>, (__Dep1, (__Dep2, ())));
            type Args<'r> = (u64, (Option<&'r str>, (u32, ())));
            fn describe(op: &mut ::fastrs::__private::Operation<'_>) {
                ::fastrs::__private::Bare::<u64>::describe(&__S0, op);
                ::fastrs::__private::Bare::<Option<&str>>::describe(&__S1, op);
                ::fastrs::__private::Located::<
                    u32,
                    ::fastrs::__private::location::Query,
                >::describe_or(&__S2, op, __default2);
                ::fastrs::__private::Return::<Result<Item, ItemError>>::describe(op);
                ::fastrs::__private::declared(op, 404, "No such item");
            }
            fn extract<'r>(
                cx: &mut ::fastrs::__private::Context<'r>,
            ) -> ::core::option::Option<Self::Args<'r>> {
                ::fastrs::__private::both(
                    ::fastrs::__private::Bare::<u64>::extract(&__S0, cx),
                    ::fastrs::__private::both(
                        ::fastrs::__private::Bare::<Option<&'r str>>::extract(&__S1, cx),
                        ::fastrs::__private::both(
                            ::fastrs::__private::Constrained::<
                                u32,
                            >::check(
                                ::fastrs::__private::Validated::<
                                    u32,
                                >::check(
                                    ::fastrs::__private::Located::<
                                        u32,
                                        ::fastrs::__private::location::Query,
                                    >::extract_or(&__S2, cx, __default2),
                                    &__S2,
                                    cx,
                                ),
                                &__S2,
                                cx,
                            ),
                            ::core::option::Option::Some(()),
                        ),
                    ),
                )
            }
            async fn call<'a, 'r>(
                args: Self::Args<'r>,
                injected: ::fastrs::__private::Injected<'a, 'r, Self::Deps>,
                cx: &'a mut ::fastrs::__private::Context<'r>,
            ) -> ::fastrs::__private::ResponseResult {
                let (a0, (a1, (a2, ()))) = args;
                let (_, (d1, (d2, ()))) = injected;
                let d1 = ::fastrs::__private::lend_ref::<__Dep1, User>(d1);
                let d2 = ::fastrs::__private::lend_mut::<__Dep2, Transaction>(d2);
                let value = read_item(a0, a1, a2, d1, d2, cx.reply_mut()).await;
                ::fastrs::__private::Return::<
                    Result<Item, ItemError>,
                >::respond(value, &Self::META, cx)
            }
            fn drive(
                request: ::fastrs::__private::RoutedRequest,
            ) -> ::fastrs::__private::EndpointFuture {
                ::fastrs::__drive!(Self, request)
            }
        }
        ::fastrs::__private::argument::<u64>();
        ::fastrs::__private::argument::<Option<&str>>();
        ::fastrs::__private::argument_in::<u32, ::fastrs::__private::location::Query>();
        ::fastrs::__private::fits::<
            u32,
        >(
            &::fastrs::__private::Constraints::new()
                .ge(::fastrs::__private::Number::Int(1)),
        );
        ::fastrs::__private::fits::<
            u32,
        >(
            &::fastrs::__private::Constraints::new()
                .le(::fastrs::__private::Number::Int(100)),
        );
        ::fastrs::__private::complete::<__Dep0>();
        ::fastrs::__private::complete::<__Dep1>();
        let _: [fn(); 2] = [
            ::fastrs::__private::Returns::<Result<Item, ItemError>>::response,
            ::fastrs::__private::Returns::<Result<Item, ItemError>>::error,
        ];
        ::fastrs::__private::is_sent_as_json(
            ::fastrs::__private::Can::<Item>::HAVE_FILES,
        );
    }
};
