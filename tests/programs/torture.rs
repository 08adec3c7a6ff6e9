//! Tests a server with clients that do whatever HTTP allows: `torture seconds 60` or `torture rounds 20`, with one
//! worker, then with two.
//!
//! 200 connections from 127.0.0.1 send requests whole and in parts, one by one and pipelined, with large bodies in both
//! directions. They pause for about as long as a connection takes to go idle, close their side, and leave. Each request
//! has a number, which its response repeats in the head and throughout the body. The program fails at the first
//! response that is lost, truncated, or belongs to another request.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    io::{self, Read},
    net::{Shutdown, SocketAddr},
    pin::Pin,
    process::ExitCode,
    sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    task::{Context, Poll},
    thread,
    time::{Duration, Instant},
};

use fastrs::{Body, ServeConfig, prelude::*};
use http_body::Frame;
use tower_service::Service;

use client::{Connection, Random};
use itself::Server;

mod client;
mod itself;

const CONNECTIONS: u64 = 200;

/// How long a client waits for a response.
const PATIENCE: Duration = Duration::from_secs(60);

/// Connections go idle after 50 to 100 ms: deadlines are checked at intervals of a twentieth of the shortest.
const HEAD_TIMEOUT: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let amount = |text: &str| text.parse::<u32>().expect("a number");
    let (rounds, time) = match arguments[..] {
        ["serve"] => {
            serve();
            return ExitCode::SUCCESS;
        }
        ["rounds", count] => (amount(count), Duration::from_secs(3600)),
        ["seconds", count] => (u32::MAX, Duration::from_secs(amount(count).into())),
        _ => panic!("torture seconds N | torture rounds N"),
    };
    let failed = ["1", "2"].map(|workers| torture(workers, rounds, time / 2));
    match failed.contains(&true) {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    }
}

// ---- the server -------------------------------------------------------------------

/// Returns the body with this number.
fn body_of(number: u64, length: usize) -> Vec<u8> {
    let pattern = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes();
    let mut body = pattern.repeat(length / pattern.len() + 1);
    body.truncate(length);
    body
}

/// Checks the request body, and responds with a body of the requested length.
#[post("/echo/<number>", body_limit = 10_000_000)]
async fn echo(
    number: u64,
    length: usize,
    pause: u64,
    body: Bytes,
    reply: &mut Reply,
) -> Result<Bytes> {
    if body[..] != body_of(number, body.len()) {
        return Err(HttpError::new(409, "the body belongs to another request"));
    }
    // The test is about time: the client's connection goes idle meanwhile.
    if pause > 0 {
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
    reply.header("x-number", &number.to_string());
    Ok(body_of(number, length).into())
}

/// Does not read the request body.
#[post("/ignore/<number>")]
async fn ignore(number: u64, reply: &mut Reply) -> Bytes {
    reply.header("x-number", &number.to_string());
    body_of(number, 100).into()
}

/// Responds piece by piece.
#[derive(Clone)]
struct Pieces;

/// The number of the body, and how many pieces of it are left.
struct PiecesLeft(u64, usize);

/// The length of a piece, a multiple of the pattern's length.
const PIECE: usize = 8_000;

impl http_body::Body for PiecesLeft {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some(left) = self.1.checked_sub(1) else {
            return Poll::Ready(None);
        };
        self.1 = left;
        Poll::Ready(Some(Ok(Frame::data(body_of(self.0, PIECE).into()))))
    }
}

impl Service<http::Request<Body>> for Pieces {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let path = request.uri().path();
        let number = path.trim_matches('/').parse().unwrap_or_default();
        let mut answer = http::Response::new(Body::new(PiecesLeft(number, 20)));
        answer.headers_mut().insert("x-number", number.into());
        ready(Ok(answer))
    }
}

fn serve() {
    let config = ServeConfig::new()
        .head_timeout(HEAD_TIMEOUT)
        .keep_alive_timeout(Duration::from_secs(60));
    let app = App::new("Torture", "1")
        .config(config)
        .routes(routes![echo, ignore])
        .mount("/pieces", Pieces);
    fastrs::block_on(app.serve("127.0.0.1:0")).expect("the app serves");
}

// ---- the clients ------------------------------------------------------------------

static ANSWERS: AtomicU64 = AtomicU64::new(0);
static FAILED: AtomicBool = AtomicBool::new(false);

/// Returns whether it failed.
fn torture(workers: &str, rounds: u32, time: Duration) -> bool {
    let server = Server::start(&[("WORKERS", workers)]);
    let address = server.address;
    let before = ANSWERS.load(Relaxed);
    let until = Instant::now() + time;
    thread::scope(|scope| {
        for number in 0..CONNECTIONS {
            scope.spawn(move || {
                let mut client = Client::new(address, number);
                for _ in 0..rounds {
                    if Instant::now() >= until || FAILED.load(Relaxed) {
                        return;
                    }
                    if let Err(error) = client.round() {
                        FAILED.store(true, Relaxed);
                        println!("client {number}, request {}: {error}", client.sent);
                    }
                }
            });
        }
    });
    let ended = server.stop();
    let failed = FAILED.load(Relaxed) || !ended.success();
    let answers = ANSWERS.load(Relaxed) - before;
    println!(
        "{workers} workers: {answers} responses checked, server exit: {ended}, failed: {failed}"
    );
    failed
}

/// A client with one connection at a time.
struct Client {
    connection: Connection,
    random: Random,
    sent: u64,
}

/// A request that was sent, and the response that it must get.
struct Expected {
    number: u64,
    length: usize,
}

impl Client {
    fn new(address: SocketAddr, number: u64) -> Self {
        Self {
            connection: Connection::to(address, PATIENCE),
            random: Random::new(number),
            sent: number << 32,
        }
    }

    fn length(&mut self, large: bool) -> usize {
        let below = if large { 400_000 } else { 2_000 };
        self.random.below(below) as usize
    }

    /// Returns the bytes of one request.
    fn request(&mut self, large_body: bool, large_answer: bool) -> (Vec<u8>, Expected) {
        self.sent += 1;
        let number = self.sent;
        if self.random.below(8) == 0 {
            let head = format!("GET /pieces/{number} HTTP/1.1\r\nhost: torture\r\n\r\n");
            let length = 20 * PIECE;
            return (head.into_bytes(), Expected { number, length });
        }
        let length = self.length(large_answer);
        let pause = match self.random.below(4) {
            0 => self.random.below(20),
            _ => 0,
        };
        let sent = self.length(large_body);
        let body = body_of(number, sent);
        let mut bytes = format!(
            "POST /echo/{number}?length={length}&pause={pause} HTTP/1.1\r\nhost: torture\r\n"
        )
        .into_bytes();
        if self.random.below(2) == 0 {
            bytes.extend(format!("content-length: {sent}\r\n\r\n").bytes());
            bytes.extend(body);
        } else {
            bytes.extend(b"transfer-encoding: chunked\r\n\r\n");
            let chunks = 1 + self.random.below(30) as usize;
            for chunk in body.chunks(sent / chunks + 1) {
                bytes.extend(format!("{:x}\r\n", chunk.len()).bytes());
                bytes.extend(chunk);
                bytes.extend(b"\r\n");
            }
            bytes.extend(b"0\r\n\r\n");
        }
        (bytes, Expected { number, length })
    }

    /// Does one of the things that a client does.
    fn round(&mut self) -> io::Result<()> {
        let what = self.random.below(10);
        let done = match what {
            0 => self.one_by_one(false, false),
            1 => self.one_by_one(true, true),
            2 => self.pipelined(false),
            3 => self.pipelined(true),
            4 => self.half_closed(false),
            5 => self.half_closed(true),
            6 => self.in_parts(),
            7 => self.unread(),
            8 => self.leaves(),
            _ => {
                self.pause(150);
                self.one_by_one(false, false)
            }
        };
        done.map_err(|error| io::Error::other(format!("in round {what}: {error}")))
    }

    /// Does nothing for up to this many milliseconds: the test is about time, since a connection goes idle
    /// meanwhile.
    fn pause(&mut self, longest: u64) {
        let pause = self.random.below(longest);
        thread::sleep(Duration::from_millis(pause));
    }

    fn one_by_one(&mut self, large_body: bool, large_answer: bool) -> io::Result<()> {
        let (bytes, expected) = self.request(large_body, large_answer);
        self.connection.send(&bytes)?;
        self.answer(&expected).map(drop)
    }

    /// Returns requests that fit into the sockets' buffers, so that neither side waits for the other to read.
    fn batch(&mut self) -> (Vec<u8>, Vec<Expected>) {
        let count = 2 + self.random.below(8);
        let requests = (0..count).map(|_| self.request(false, false));
        let (bytes, expected): (Vec<_>, Vec<_>) = requests.unzip();
        (bytes.concat(), expected)
    }

    fn pipelined(&mut self, in_two: bool) -> io::Result<()> {
        let (bytes, expected) = self.batch();
        let at = match in_two {
            true => self.random.below(bytes.len() as u64) as usize,
            false => 0,
        };
        self.connection.send(&bytes[..at])?;
        if in_two {
            self.pause(150);
        }
        self.connection.send(&bytes[at..])?;
        expected
            .iter()
            .try_for_each(|expected| self.answer(expected).map(drop))
    }

    /// Sends everything, closes its side, and keeps reading.
    fn half_closed(&mut self, large: bool) -> io::Result<()> {
        let (bytes, expected) = match large {
            true => {
                let (bytes, expected) = self.request(true, true);
                (bytes, vec![expected])
            }
            false => self.batch(),
        };
        self.connection.send(&bytes)?;
        self.connection
            .stream()?
            .get_ref()
            .shutdown(Shutdown::Write)?;
        for expected in &expected {
            self.answer(expected)?;
        }
        self.connection.end()
    }

    /// Sends a head and a body in parts, with pauses between them.
    fn in_parts(&mut self) -> io::Result<()> {
        let (bytes, expected) = self.request(false, true);
        let parts = 2 + self.random.below(3);
        for part in bytes.chunks(bytes.len() / parts as usize + 1) {
            self.connection.send(part)?;
            self.pause(120);
        }
        self.answer(&expected).map(drop)
    }

    /// Sends a body that the server does not read: the server either continues after it, or announces that it does not.
    fn unread(&mut self) -> io::Result<()> {
        self.sent += 1;
        let (number, length) = (self.sent, self.random.below(2) as usize * 200_000 + 10);
        let path = ["ignore", "nowhere"][self.random.below(2) as usize];
        let head = format!(
            "POST /{path}/{number} HTTP/1.1\r\nhost: torture\r\ncontent-length: {length}\r\n\r\n"
        );
        self.connection.send(head.as_bytes())?;
        // The server may have closed the connection already.
        let _ = self.connection.send(&body_of(number, length));
        let (head, body) = self.connection.read()?;
        let is_right = match path {
            "ignore" => body == body_of(number, 100),
            _ => head.starts_with("HTTP/1.1 404 "),
        };
        match is_right {
            true => Ok(()),
            false => Err(io::Error::other(format!(
                "not the response to {path}: {head}"
            ))),
        }
    }

    /// Leaves in the middle of a request or a response.
    fn leaves(&mut self) -> io::Result<()> {
        let (bytes, _) = self.request(true, true);
        let at = self.random.below(bytes.len() as u64) as usize;
        self.connection.send(&bytes[..at])?;
        if self.random.below(2) == 0 {
            self.connection.send(&bytes[at..])?;
            self.connection
                .stream()?
                .get_mut()
                .read_exact(&mut [0; 20])?;
        }
        self.connection.close();
        Ok(())
    }

    fn answer(&mut self, expected: &Expected) -> io::Result<()> {
        let Expected { number, length } = expected;
        let (head, body) = self.connection.read()?;
        let is_right = head.starts_with("HTTP/1.1 200 ")
            && head.contains(&format!("\r\nx-number: {number}\r\n"))
            && body == body_of(*number, *length);
        ANSWERS.fetch_add(1, Relaxed);
        match is_right {
            true => Ok(()),
            false => {
                let text = format!(
                    "not the {length} bytes of {number}, but {}: {head}",
                    body.len()
                );
                Err(io::Error::other(text))
            }
        }
    }
}
