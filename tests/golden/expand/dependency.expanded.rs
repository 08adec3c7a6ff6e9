/// The signed-in user, of this role.
#[allow(
    clippy::too_many_arguments,
    clippy::ptr_arg,
    clippy::borrowed_box,
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_async
)]
async fn current_user(
    authorization: &str,
    pool: Pool,
    role: &'static str,
) -> Result<User, AuthError> {
    load(authorization, pool, role).await
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations)]
struct current_user {}
#[doc(hidden)]
#[allow(non_camel_case_types)]
#[derive(Clone, Debug, PartialEq)]
struct __current_user_params<__A0> {
    role: __A0,
}
impl current_user {
    #[doc(hidden)]
    #[allow(dead_code)]
    const fn __with_arguments() -> __current_user_params<::fastrs::__private::NotGiven> {
        __current_user_params {
            role: ::fastrs::__private::NotGiven,
        }
    }
}
impl __current_user_params<::fastrs::__private::NotGiven> {
    #[allow(dead_code)]
    fn role(self, value: &'static str) -> __current_user_params<&'static str> {
        __current_user_params {
            role: value,
        }
    }
}
const _: () = {
    #[allow(unused_imports)]
    use ::fastrs::__private::fallback::*;
    {
        static __S0: ::fastrs::__private::ParamSpec = ::fastrs::__private::ParamSpec::new(
                "authorization",
                ::fastrs::__private::Location::Header,
            )
            .header_name("authorization");
        use self::pool as __Named0;
        type __Provider0 = <::fastrs::__private::If<
            { ::fastrs::__private::is_dependency(<__Named0>::__DEPENDENCY) },
        > as ::fastrs::__private::Then<__Named0>>::Type;
        type __Dep0 = __Provider0;
        type __Given = __current_user_params<
            <::fastrs::__private::If<
                {
                    ::fastrs::__private::is_arg(
                        ::fastrs::__private::Can::<&'static str>::BE_AN_ARG,
                    )
                },
            > as ::fastrs::__private::Then<&'static str>>::Type,
        >;
        #[automatically_derived]
        impl ::fastrs::__private::Params for __Given {
            fn none() -> &'static Self {
                ::core::unreachable!()
            }
        }
        impl current_user {
            #[doc(hidden)]
            #[allow(dead_code)]
            pub const __DEPENDENCY: ::fastrs::__private::Dependency = ::fastrs::__private::Dependency::WithArguments;
            #[doc(hidden)]
            #[allow(dead_code)]
            const fn __node() -> &'static ::fastrs::__private::Node {
                static NODE: ::fastrs::__private::Node = ::fastrs::__private::Node {
                    name: "current_user",
                    at: ::core::concat!(
                        ::core::module_path!(), "::", "current_user", ":",
                        ::core::line!(), ":", ::core::column!()
                    ),
                    deps: &[<__Provider0>::__node()],
                    credential: false,
                };
                &NODE
            }
        }
        const _: () = ::fastrs::__private::no_cycle(current_user::__node());
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        #[allow(unused_variables, deprecated, clippy::all)]
        impl ::fastrs::__private::Provider for current_user {
            type Returned = <::fastrs::__private::If<
                {
                    ::fastrs::__private::is_sent(
                        ::fastrs::__private::Can::<Result<User, AuthError>>::BE_SENT,
                    )
                },
            > as ::fastrs::__private::Then<Result<User, AuthError>>>::Type;
            type Deps = (__Dep0, ());
            type Scope = ::fastrs::__private::RequestScope;
            type Args<'r> = (&'r str, ());
            type Params = __Given;
            const NAME: &'static str = "current_user";
            const ONCE: ::core::option::Option<
                ::fastrs::__private::OnceCheck<Self::Returned>,
            > = ::fastrs::__private::ProbeType::<Result<User, AuthError>>::ONCE;
            fn describe(op: &mut ::fastrs::__private::Operation<'_>) {
                ::fastrs::__private::Located::<
                    &str,
                    ::fastrs::__private::location::Header,
                >::describe(&__S0, op);
                ::fastrs::__private::ProbeType::<Result<User, AuthError>>::describe(op);
            }
            fn extract<'r>(
                cx: &mut ::fastrs::__private::Context<'r>,
            ) -> ::core::option::Option<Self::Args<'r>> {
                ::fastrs::__private::both(
                    ::fastrs::__private::Validated::<
                        &'r str,
                    >::check(
                        ::fastrs::__private::Located::<
                            &'r str,
                            ::fastrs::__private::location::Header,
                        >::extract(&__S0, cx),
                        &__S0,
                        cx,
                    ),
                    ::core::option::Option::Some(()),
                )
            }
            async fn run<'a, 'r>(
                args: Self::Args<'r>,
                injected: ::fastrs::__private::Injected<'a, 'r, Self::Deps>,
                params: &'a Self::Params,
                cx: &'a mut ::fastrs::__private::Context<'r>,
            ) -> ::core::result::Result<Self::Returned, ::fastrs::__private::Failure> {
                let (a0, ()) = args;
                let (d0, ()) = injected;
                let d0 = ::fastrs::__private::lend_clone::<__Dep0, Pool>(d0);
                let params = ::core::clone::Clone::clone(params);
                let __role = params.role;
                let value = current_user(a0, d0, __role).await;
                ::fastrs::__private::Probe(value).check()
            }
        }
        ::fastrs::__private::argument_in::<
            &str,
            ::fastrs::__private::location::Header,
        >();
        ::fastrs::__private::complete::<__Dep0>();
        let _: [fn(); 2] = [
            ::fastrs::__private::Returns::<Result<User, AuthError>>::value,
            ::fastrs::__private::Returns::<Result<User, AuthError>>::error,
        ];
    }
};
