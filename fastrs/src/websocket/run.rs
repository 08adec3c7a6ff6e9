//! Opens the socket of a request, and runs its handler.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    sync::Arc,
    task::Poll,
};

use http::StatusCode;

use super::{connection::Socket, handshake::Accepted, keeper::Keeper, shared::Shared};
use crate::{
    body::Response,
    error::HttpError,
    request::{BoxFuture, Context, Failure, release_now},
    response::{ResponseParts, ResponseResult},
    routing::with_reply,
};

/// Sends the response that switches protocols, and runs the handler on the connection. From then on, the future that
/// calls this runs as a separate task.
pub fn run<'x>(
    cx: &'x mut Context<'_>,
    handler: Pin<&'x mut (dyn Future<Output = Result<(), Failure>> + Send + 'x)>,
) -> BoxFuture<'x, ResponseResult> {
    Box::pin(async move {
        let (mut keeper, cancels) = open(cx).await?;
        let mut handler = handler;
        let run = poll_fn(|task| {
            keeper.begin();
            match handler.as_mut().poll(task) {
                Poll::Pending if keeper.keep(task) && cancels => {
                    Poll::Ready(Err(Failure::aborted()))
                }
                polled => polled,
            }
        });
        run.await?;
        Ok(ResponseParts::from(Response::default()))
    })
}

/// Opens the socket. Returns its keeper, and whether the handler is dropped when the socket closes.
async fn open(cx: &mut Context<'_>) -> Result<(Keeper, bool), Failure> {
    let socket = cx.take_socket().and_then(|any| any.downcast().ok());
    let route = cx.route().and_then(|route| route.websocket.as_ref());
    let (Some(socket), Some(route)) = (socket, route) else {
        let error = HttpError::from_status(StatusCode::INTERNAL_SERVER_ERROR);
        return Err(Failure::of(
            error.cause("the handler of a WebSocket takes no `WebSocket`"),
        ));
    };
    let (shared, accepted): (Arc<Shared>, Accepted) = *socket;
    let shutdown = cx.shutdown();
    let response = Ok(ResponseParts::from(accepted.response()));
    let response = match cx.take_reply() {
        Some(reply) => with_reply(response, reply)?,
        None => response?,
    };
    let work = cx.work();
    release_now(response.into_response(), work.count_socket(), work).await;
    cx.set_responded();
    match accepted.connection().await {
        Ok(connection) => {
            let config = &route.config;
            let socket = Socket::new(connection, config.max_message_size, &shared.tasks);
            shared.lock().open(socket);
            Ok((
                Keeper::new(&shared, config.ping_interval, shutdown),
                route.cancels,
            ))
        }
        // The client has disconnected, or a layer has replaced the response.
        Err(error) => {
            tracing::debug!(%error, "a WebSocket was not opened");
            Err(Failure::aborted())
        }
    }
}
