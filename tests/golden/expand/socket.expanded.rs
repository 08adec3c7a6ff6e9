/// Talk in a room.
#[allow(
    clippy::too_many_arguments,
    clippy::ptr_arg,
    clippy::borrowed_box,
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_async
)]
async fn chat(
    room: String,
    user: &User,
    mut socket: WebSocket<Said, Heard>,
) -> Result<(), ChatError> {
    while let Some(said) = socket.recv().await? {
        socket.send(&said.heard_by(room, user)).await?;
    }
    Ok(())
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations)]
struct __handler_chat {}
#[doc(hidden)]
#[allow(non_camel_case_types)]
type chat = __handler_chat;
const _: () = {
    #[allow(unused_imports)]
    use ::fastrs::__private::fallback::*;
    {
        static __S0: ::fastrs::__private::ParamSpec = ::fastrs::__private::ParamSpec::new(
            "room",
            ::fastrs::__private::Location::Path,
        );
        static __S1: ::fastrs::__private::ParamSpec = ::fastrs::__private::ParamSpec::new(
                "socket",
                ::fastrs::__private::Location::Bare,
            )
            .keys(::fastrs::__private::Can::<WebSocket<Said, Heard>>::KEYS);
        use self::current_user as __Named0;
        type __Provider0 = <::fastrs::__private::If<
            { ::fastrs::__private::is_dependency(<__Named0>::__DEPENDENCY) },
        > as ::fastrs::__private::Then<__Named0>>::Type;
        type __Dep0 = __Provider0;
        struct __Endpoint;
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl ::fastrs::__private::IntoRoute for __handler_chat {
            fn into_route(self) -> ::fastrs::__private::Route {
                ::fastrs::__private::route::<__Endpoint>()
            }
        }
        #[automatically_derived]
        #[allow(unused_variables, deprecated, clippy::all)]
        impl ::fastrs::__private::Handler for __Endpoint {
            const META: ::fastrs::__private::RouteMeta = ::fastrs::__private::RouteMeta::new(
                    "chat",
                    &["GET"],
                    "/rooms/<room>",
                    ::core::file!(),
                    ::core::line!(),
                )
                .doc_comment("Talk in a room.")
                .max_message_size(4096)
                .websocket(&["chat.v1"]);
            type Deps = (__Dep0, ());
            type Args<'r> = (String, (WebSocket<Said, Heard>, ()));
            fn describe(op: &mut ::fastrs::__private::Operation<'_>) {
                ::fastrs::__private::Bare::<String>::describe(&__S0, op);
                ::fastrs::__private::Bare::<WebSocket<Said, Heard>>::describe(&__S1, op);
            }
            fn extract<'r>(
                cx: &mut ::fastrs::__private::Context<'r>,
            ) -> ::core::option::Option<Self::Args<'r>> {
                ::fastrs::__private::both(
                    ::fastrs::__private::Bare::<String>::extract(&__S0, cx),
                    ::fastrs::__private::both(
                        ::fastrs::__private::Bare::<
                            WebSocket<Said, Heard>,
                        >::extract(&__S1, cx),
                        ::core::option::Option::Some(()),
                    ),
                )
            }
            async fn call<'a, 'r>(
                args: Self::Args<'r>,
                injected: ::fastrs::__private::Injected<'a, 'r, Self::Deps>,
                cx: &'a mut ::fastrs::__private::Context<'r>,
            ) -> ::fastrs::__private::ResponseResult {
                let (a0, (a1, ())) = args;
                let (d0, ()) = injected;
                let d0 = ::fastrs::__private::lend_ref::<__Dep0, User>(d0);
                let handler = async move {
                    ::fastrs::__private::SocketReturn::<
                        Result<(), ChatError>,
                    >::finish(chat(a0, d0, a1).await)
                };
                ::fastrs::__private::run_socket(cx, ::core::pin::pin!(handler)).await
            }
            fn drive(
                request: ::fastrs::__private::RoutedRequest,
            ) -> ::fastrs::__private::EndpointFuture {
                ::fastrs::__drive!(Self, request)
            }
        }
        ::fastrs::__private::argument::<String>();
        ::fastrs::__private::argument::<
            <::fastrs::__private::If<
                {
                    ::fastrs::__private::is_held(
                        ::fastrs::__private::Holds::<
                            WebSocket<Said, Heard>,
                        >::BE_READ_BARE,
                        "a `WebSocket` with types receives and sends models: put `#[model]` on `Heard` and `Said`; one without types receives and sends text and bytes",
                    )
                },
            > as ::fastrs::__private::Then<WebSocket<Said, Heard>>>::Type,
        >();
        ::fastrs::__private::complete::<__Dep0>();
        ::fastrs::__private::one_socket(
            &[("socket", ::fastrs::__private::Bare::<WebSocket<Said, Heard>>::BODY)],
        );
        let _: [fn(); 2] = [
            ::fastrs::__private::Returns::<Result<(), ChatError>>::socket,
            ::fastrs::__private::Returns::<Result<(), ChatError>>::error,
        ];
    }
};
