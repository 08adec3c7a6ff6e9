#[allow(
    clippy::too_many_arguments,
    clippy::ptr_arg,
    clippy::borrowed_box,
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_async
)]
async fn transaction(pool: &Pool, lend: Yield<Transaction>) -> Result<()> {
    run(pool, lend).await
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations)]
struct transaction {}
const _: () = {
    #[allow(unused_imports)]
    use ::fastrs::__private::fallback::*;
    {
        use self::pool as __Named0;
        type __Provider0 = <::fastrs::__private::If<
            { ::fastrs::__private::is_dependency(<__Named0>::__DEPENDENCY) },
        > as ::fastrs::__private::Then<__Named0>>::Type;
        type __Dep0 = __Provider0;
        impl transaction {
            #[doc(hidden)]
            #[allow(dead_code)]
            pub const __DEPENDENCY: ::fastrs::__private::Dependency = ::fastrs::__private::Dependency::WithoutArguments;
            #[doc(hidden)]
            #[allow(dead_code)]
            const fn __node() -> &'static ::fastrs::__private::Node {
                static NODE: ::fastrs::__private::Node = ::fastrs::__private::Node {
                    name: "transaction",
                    at: ::core::concat!(
                        ::core::module_path!(), "::", "transaction", ":",
                        ::core::line!(), ":", ::core::column!()
                    ),
                    deps: &[<__Provider0>::__node()],
                    credential: false,
                };
                &NODE
            }
        }
        const _: () = ::fastrs::__private::no_cycle(transaction::__node());
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        #[allow(unused_variables, deprecated, clippy::all)]
        impl ::fastrs::__private::Provider for transaction {
            type Returned = <::fastrs::__private::If<
                {
                    ::fastrs::__private::is_sent(
                        ::fastrs::__private::Can::<Transaction>::BE_SENT,
                    )
                },
            > as ::fastrs::__private::Then<Transaction>>::Type;
            type Deps = (__Dep0, ());
            type Scope = ::fastrs::__private::RequestScope;
            type Args<'r> = ();
            type Params = ();
            const NAME: &'static str = "transaction";
            const YIELDS: bool = true;
            const ONCE: ::core::option::Option<
                ::fastrs::__private::OnceCheck<Self::Returned>,
            > = ::fastrs::__private::ProbeType::<Transaction>::ONCE;
            fn describe(op: &mut ::fastrs::__private::Operation<'_>) {
                ::fastrs::__private::ProbeType::<Result<()>>::describe(op);
            }
            fn extract<'r>(
                cx: &mut ::fastrs::__private::Context<'r>,
            ) -> ::core::option::Option<Self::Args<'r>> {
                ::core::option::Option::Some(())
            }
            async fn run<'a, 'r>(
                args: Self::Args<'r>,
                injected: ::fastrs::__private::Injected<'a, 'r, Self::Deps>,
                params: &'a Self::Params,
                cx: &'a mut ::fastrs::__private::Context<'r>,
            ) -> ::core::result::Result<Self::Returned, ::fastrs::__private::Failure> {
                let () = args;
                let (d0, ()) = injected;
                let d0 = ::fastrs::__private::keep_ref::<__Dep0>(d0);
                ::fastrs::__private::lend::<
                    Self,
                    _,
                    _,
                >(
                        cx,
                        move |lend| async move {
                            ::fastrs::__private::Probe(
                                    transaction(d0.get::<Pool>(), lend).await,
                                )
                                .into_exit_result()
                        },
                    )
                    .await
            }
        }
        ::fastrs::__private::complete::<__Dep0>();
        let _: [fn(); 2] = [
            ::fastrs::__private::Returns::<Result<()>>::end,
            ::fastrs::__private::Returns::<Result<()>>::error,
        ];
    }
};
