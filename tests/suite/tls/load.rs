//! Clients that send one request after the other, and lose none.

use std::{io, net::SocketAddr, sync::Arc};

use h2::client;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::watch,
    task::JoinSet,
};

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

/// What the clients of a server do.
#[derive(Clone, Debug)]
pub(super) struct Clients {
    /// How many there are of each protocol.
    pub(super) count: usize,
    pub(super) protocols: &'static [&'static str],
    pub(super) path: &'static str,
    /// How many requests each sends on a connection.
    pub(super) requests: usize,
}

impl Load {
    /// Starts clients of both protocols, which run until the server accepts no connection.
    pub(super) fn start(authority: &Arc<Authority>, address: SocketAddr) -> Self {
        let clients = Clients {
            count: 4,
            protocols: &["http/1.1", "h2"],
            path: WORD.0,
            requests: 50,
        };
        Self::of(&clients, Some(authority), address)
    }

    /// The same for any clients. Without an authority, they do not use TLS.
    pub(super) fn of(
        clients: &Clients,
        authority: Option<&Arc<Authority>>,
        address: SocketAddr,
    ) -> Self {
        let mut load = Self {
            clients: JoinSet::new(),
            answered: Vec::new(),
        };
        for protocol in clients.protocols {
            for _ in 0..clients.count {
                let (count, answered) = watch::channel(0);
                let (clients, authority) = (clients.clone(), authority.cloned());
                load.clients.spawn(async move {
                    while let Some(stream) = connect(authority.as_deref(), address, protocol).await
                    {
                        match *protocol {
                            "h2" => http2(stream, &clients, &count).await,
                            _ => http1(stream, &clients, &count).await,
                        }
                    }
                });
                load.answered.push(answered);
            }
        }
        load
    }

    /// Waits until each client has received more responses.
    pub(super) async fn goes_on(&mut self, more: usize) {
        for answered in &mut self.answered {
            let before = *answered.borrow();
            answered
                .wait_for(|count| *count >= before + more)
                .await
                .expect("the client runs");
        }
    }

    /// Waits until all clients have ended, passes on their failures, and returns how many responses there were.
    pub(super) async fn end(self) -> usize {
        self.clients.join_all().await;
        self.answered
            .iter()
            .map(|answered| *answered.borrow())
            .sum()
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Connects; `None` if the server accepts no connection.
async fn connect(
    authority: Option<&Authority>,
    address: SocketAddr,
    protocol: &str,
) -> Option<Box<dyn Stream>> {
    let connected: io::Result<Box<dyn Stream>> = match authority {
        Some(authority) => match authority.connect(address, &[protocol]).await {
            Ok(stream) => Ok(Box::new(stream)),
            Err(error) => Err(error),
        },
        None => match TcpStream::connect(address).await {
            Ok(stream) => Ok(Box::new(stream)),
            Err(error) => Err(error),
        },
    };
    match connected {
        Ok(stream) => Some(stream),
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => None,
        Err(error) => panic!("{protocol}: {error:?}"),
    }
}

/// Sends requests until a response says that it is the last one.
async fn http1(mut stream: Box<dyn Stream>, clients: &Clients, count: &watch::Sender<usize>) {
    for _ in 0..clients.requests {
        let mut wire = Wire::over(&mut stream);
        wire.request(&format!("GET {}", clients.path)).await;
        let answer = wire.answer().await;
        assert_eq!((answer.status(), &*answer.body), ("200", WORD.1));
        count.send_modify(|count| *count += 1);
        if answer.header("connection") == Some("close") {
            return;
        }
    }
}

/// Sends requests until the server refuses one, which it says it has not handled.
async fn http2(stream: Box<dyn Stream>, clients: &Clients, count: &watch::Sender<usize>) {
    let (mut client, connection) = client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    for _ in 0..clients.requests {
        client = match client.ready().await {
            Ok(client) => client,
            Err(error) => return assert!(error.is_go_away() || error.is_io(), "{error}"),
        };
        let request = http::Request::get(format!("https://localhost{}", clients.path));
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
    }
}
