//! Clients that send one request after the other, and lose none.

use std::{io, net::SocketAddr, sync::Arc};

use h2::client;
use tokio::{sync::watch, task::JoinSet};

use super::authority::Authority;
use crate::wire::Wire;

/// The path that the clients request, and its response.
pub(super) const WORD: (&str, &str) = ("/word", "word");

/// The clients of a server.
pub(super) struct Load {
    clients: JoinSet<()>,
    /// How many responses each client has received.
    answered: Vec<watch::Receiver<usize>>,
}

impl Load {
    /// Starts clients of both protocols, which run until the server accepts no connection.
    pub(super) fn start(authority: &Arc<Authority>, address: SocketAddr) -> Self {
        let mut load = Self {
            clients: JoinSet::new(),
            answered: Vec::new(),
        };
        for _ in 0..4 {
            for protocol in ["http/1.1", "h2"] {
                let (count, answered) = watch::channel(0);
                let authority = Arc::clone(authority);
                load.clients.spawn(async move {
                    while let Some(stream) = connect(&authority, address, protocol).await {
                        match protocol {
                            "h2" => http2(stream, &count).await,
                            _ => http1(stream, &count).await,
                        }
                    }
                });
                load.answered.push(answered);
            }
        }
        load
    }

    /// Waits until each client has received more responses.
    pub(super) async fn goes_on(&mut self) {
        for answered in &mut self.answered {
            let before = *answered.borrow();
            answered
                .wait_for(|count| *count > before + 20)
                .await
                .expect("the client runs");
        }
    }

    /// Waits until all clients have ended, and passes on their failures.
    pub(super) async fn end(self) {
        self.clients.join_all().await;
    }
}

type TlsStream = tokio_rustls::client::TlsStream<tokio::net::TcpStream>;

/// Connects; `None` if the server accepts no connection.
async fn connect(authority: &Authority, address: SocketAddr, protocol: &str) -> Option<TlsStream> {
    match authority.connect(address, &[protocol]).await {
        Ok(stream) => Some(stream),
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => None,
        Err(error) => panic!("{protocol}: {error:?}"),
    }
}

/// Sends requests until a response says that it is the last one. A few are sent at once.
async fn http1(mut stream: TlsStream, count: &watch::Sender<usize>) {
    loop {
        let mut wire = Wire::over(&mut stream);
        wire.request(&format!("GET {}", WORD.0)).await;
        let answer = wire.answer().await;
        assert_eq!((answer.status(), &*answer.body), ("200", WORD.1));
        count.send_modify(|count| *count += 1);
        if answer.header("connection") == Some("close") || count.borrow().is_multiple_of(50) {
            return;
        }
    }
}

/// Sends requests until the server refuses one, which it says it has not handled.
async fn http2(stream: TlsStream, count: &watch::Sender<usize>) {
    let (mut client, connection) = client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    loop {
        client = match client.ready().await {
            Ok(client) => client,
            Err(error) => return assert!(error.is_go_away() || error.is_io(), "{error}"),
        };
        let request = http::Request::get(format!("https://localhost{}", WORD.0));
        let (response, _) = match client.send_request(request.body(()).unwrap(), true) {
            Ok(sent) => sent,
            Err(error) => return assert!(error.is_go_away() || error.is_io(), "{error}"),
        };
        let mut body = match response.await {
            Ok(response) => response.into_body(),
            Err(error) => return assert!(error.is_go_away(), "{error}"),
        };
        assert_eq!(body.data().await.unwrap().unwrap(), WORD.1);
        count.send_modify(|count| *count += 1);
        if count.borrow().is_multiple_of(50) {
            return;
        }
    }
}
