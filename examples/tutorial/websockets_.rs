//! FastAPI's tutorial, "WebSockets".

use fastrs::Broadcast;
use fastrs::prelude::*;

/// A page with a form that sends what is written, and a list of what is received.
const HTML: &str = r#"<!DOCTYPE html>
<html>
    <head>
        <title>Chat</title>
    </head>
    <body>
        <h1>WebSocket Chat</h1>
        <form onsubmit="sendMessage(event)">
            <input id="messageText" autocomplete="off"/>
            <button>Send</button>
        </form>
        <ul id="messages"></ul>
        <script>
            const ws = new WebSocket(`ws://${location.host}${location.hash.slice(1) || "/ws"}`);
            ws.onmessage = (event) => {
                const message = document.createElement("li");
                message.textContent = event.data;
                document.getElementById("messages").append(message);
            };
            function sendMessage(event) {
                const input = document.getElementById("messageText");
                ws.send(input.value);
                input.value = "";
                event.preventDefault();
            }
        </script>
    </body>
</html>
"#;

#[get("/")]
async fn page() -> Html {
    Html(HTML.into())
}

pub(crate) mod tutorial001 {
    use super::*;

    #[websocket("/ws")]
    async fn websocket_endpoint(mut socket: WebSocket) -> Result<()> {
        while let Some(message) = socket.recv().await? {
            let data = message.text().unwrap_or_default();
            socket.send(format!("Message text was: {data}")).await?;
        }
        Ok(())
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![page, websocket_endpoint])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    #[dependency]
    async fn cookie_or_token(
        #[cookie] session: Option<String>,
        #[query] token: Option<String>,
    ) -> Result<String, WebSocketError> {
        session.or(token).ok_or(WebSocketError::new(1008, ""))
    }

    #[websocket("/items/<item_id>/ws")]
    async fn websocket_endpoint(
        item_id: String,
        q: Option<i32>,
        #[depends(cookie_or_token)] cookie_or_token: &String,
        mut socket: WebSocket,
    ) -> Result<()> {
        while let Some(message) = socket.recv().await? {
            let data = message.text().unwrap_or_default();
            let value = format!("Session cookie or query token value is: {cookie_or_token}");
            socket.send(value).await?;
            if let Some(q) = q {
                socket.send(format!("Query parameter q is: {q}")).await?;
            }
            let text = format!("Message text was: {data}, for item ID: {item_id}");
            socket.send(text).await?;
        }
        Ok(())
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![page, websocket_endpoint])
    }
}

pub(crate) mod tutorial003 {
    use super::*;

    #[dependency(scope = "app")]
    async fn room() -> Broadcast<String> {
        Broadcast::new(100)
    }

    #[websocket("/ws/<client_id>")]
    async fn websocket_endpoint(
        client_id: u64,
        #[depends(room)] room: &Broadcast<String>,
        mut socket: WebSocket,
    ) -> Result<()> {
        let mut said = room.subscribe();
        loop {
            tokio::select! {
                message = socket.recv() => {
                    let Some(message) = message? else { break };
                    let data = message.text().unwrap_or_default();
                    socket.send(format!("You wrote: {data}")).await?;
                    room.publish(format!("Client #{client_id} says: {data}")).await?;
                }
                said = said.recv() => {
                    let Some(said) = said? else { break };
                    socket.send(said).await?;
                }
            }
        }
        room.publish(format!("Client #{client_id} left the chat"))
            .await
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![page, websocket_endpoint])
    }
}
