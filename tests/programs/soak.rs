//! Sends a server a number of mixed requests: `soak 1000000`.
//!
//! Of these, 30 % are aborted: in the head, in the body, while the handler runs, in the response. 5 % panic, 5 % are
//! streams, and 5 % are uploads, some of which need a temporary file. The program fails if a response is wrong, if the
//! server has more tasks or descriptors afterwards than before, or if its memory grows by more than `GROWTH` between
//! the third and the fourth quarter.

use std::{
    io::{self, Read},
    net::SocketAddr,
    process::ExitCode,
    sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use fastrs::{ServeConfig, prelude::*};

use client::{Connection, Random};
use itself::Server;

mod client;
mod itself;

const CLIENTS: u64 = 32;

/// How long a client waits for a response.
const PATIENCE: Duration = Duration::from_secs(30);

/// How much more memory the server may use in the fourth quarter than in the third one, on average, in KiB.
const GROWTH: u64 = 2048;

/// The size of an upload that fits into memory, and of one that needs a file.
const SIZES: [usize; 2] = [20_000, 1_200_000];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve"] => {
            serve();
            ExitCode::SUCCESS
        }
        [count] => soak(count.parse().expect("a number")),
        _ => panic!("soak REQUESTS"),
    }
}

// ---- the server -------------------------------------------------------------------

#[get("/plain")]
async fn plain() -> &'static str {
    "plain"
}

/// Is held for the length of a request, and has an exit.
#[dependency]
async fn held(lend: Yield<u64>) {
    lend.until_sent(7).await;
    tokio::task::yield_now().await;
}

/// In flight for long enough to be aborted.
#[get("/waits")]
async fn waits(#[depends(held)] held: u64) -> u64 {
    tokio::time::sleep(Duration::from_millis(2)).await;
    held
}

#[get("/panics")]
async fn panics(#[depends(held)] held: u64) -> u64 {
    panic!("with {held}, on purpose")
}

#[get("/stream")]
async fn stream() -> Streaming {
    Streaming::generate(|out| async move {
        for _ in 0..20 {
            out.send(Bytes::from_static(&[b'x'; 1000])).await?;
        }
        Ok(())
    })
}

#[post("/upload")]
async fn upload(file: UploadFile) -> u64 {
    file.size()
}

/// Returns the number of tasks, this request's included.
#[get("/tasks")]
async fn tasks() -> usize {
    tokio::runtime::Handle::current()
        .metrics()
        .num_alive_tasks()
}

fn serve() {
    // There are thousands of them.
    std::panic::set_hook(Box::new(|_| {}));
    let app = App::new("Soak", "1")
        .config(ServeConfig::new())
        .routes(routes![plain, waits, panics, stream, upload, tasks]);
    fastrs::block_on(app.serve("127.0.0.1:0")).expect("the app serves");
}

// ---- the clients ------------------------------------------------------------------

static SENT: AtomicU64 = AtomicU64::new(0);
static FAILED: AtomicBool = AtomicBool::new(false);

struct Client {
    connection: Connection,
    random: Random,
}

impl Client {
    fn new(address: SocketAddr, number: u64) -> Self {
        Self {
            connection: Connection::to(address, PATIENCE),
            random: Random::new(number),
        }
    }

    /// Sends one of the mixed requests.
    fn request(&mut self) -> io::Result<()> {
        match self.random.below(100) {
            0..30 => self.abort(),
            30..35 => self.expect(&get("/panics"), "500", None),
            35..40 => self.expect(&get("/stream"), "200", Some(20_000)),
            40..45 => {
                let size = SIZES[usize::from(self.random.below(20) == 0)];
                self.expect(&upload_of(size), "200", Some(size.to_string().len()))
            }
            45..60 => self.expect(&get("/waits"), "200", Some(1)),
            _ => self.expect(&get("/plain"), "200", Some(7)),
        }
    }

    /// Sends a part of a request, or all of it, and leaves.
    fn abort(&mut self) -> io::Result<()> {
        let kind = self.random.below(5);
        let bytes = match kind {
            0 => get("/plain"),
            1 => upload_of(SIZES[usize::from(self.random.below(10) == 0)]),
            2 => get("/waits"),
            3 => get("/stream"),
            _ => get("/panics"),
        };
        let sent = match kind {
            0 | 1 => self.random.below(bytes.len() as u64) as usize,
            _ => bytes.len(),
        };
        self.connection.send(&bytes[..sent])?;
        if kind == 3 {
            self.connection
                .stream()?
                .get_mut()
                .read_exact(&mut [0; 20])?;
        }
        self.connection.close();
        Ok(())
    }

    fn expect(&mut self, request: &[u8], status: &str, length: Option<usize>) -> io::Result<()> {
        self.connection.send(request)?;
        let (head, body) = self.connection.read()?;
        let is_right = head.starts_with(&format!("HTTP/1.1 {status} "))
            && length.is_none_or(|length| body.len() == length);
        match is_right {
            true => Ok(()),
            false => Err(io::Error::other(format!("{} bytes: {head}", body.len()))),
        }
    }
}

fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: soak\r\n\r\n").into_bytes()
}

fn upload_of(size: usize) -> Vec<u8> {
    const FORM: &str =
        "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n";
    const END: &str = "\r\n--x--\r\n";
    let length = FORM.len() + size + END.len();
    let mut bytes = format!(
        "POST /upload HTTP/1.1\r\nhost: soak\r\ncontent-type: multipart/form-data; boundary=x\r\n\
         content-length: {length}\r\n\r\n{FORM}"
    )
    .into_bytes();
    bytes.resize(bytes.len() + size, b'x');
    bytes.extend(END.bytes());
    bytes
}

/// Sends requests until there were so many in all.
fn send(address: SocketAddr, count: u64) {
    thread::scope(|scope| {
        for number in 0..CLIENTS {
            scope.spawn(move || {
                let mut client = Client::new(address, number ^ count);
                while SENT.fetch_add(1, Relaxed) < count && !FAILED.load(Relaxed) {
                    if let Err(error) = client.request() {
                        FAILED.store(true, Relaxed);
                        println!("client {number}: {error}");
                    }
                }
            });
        }
    });
}

/// Returns the tasks and descriptors of a server, once no more than these are left, or after 10 seconds.
fn left(server: &Server, expected: (usize, usize)) -> (usize, usize) {
    let start = Instant::now();
    loop {
        let mut connection = Connection::to(server.address, PATIENCE);
        let request = get("/tasks");
        connection.send(&request).expect("the server accepts");
        let (_, tasks) = connection.read().expect("a response");
        let tasks = String::from_utf8_lossy(&tasks).parse().expect("a number");
        let found = (tasks, server.descriptors());
        let is_calm = found.0 <= expected.0 && found.1 <= expected.1;
        if is_calm || start.elapsed() > Duration::from_secs(10) {
            return found;
        }
        // Nothing announces that the connections have ended.
        thread::sleep(Duration::from_millis(50));
    }
}

fn soak(count: u64) -> ExitCode {
    let start = Instant::now();
    let server = Server::start(&[("WORKERS", "2"), ("ACCESS_LOG", "off")]);
    let before = left(&server, (usize::MAX, usize::MAX));
    // The first requests create what lives as long as the server, such as threads.
    send(server.address, count / 20);
    let mut memory = Vec::new();
    for step in 1..=40 {
        send(
            server.address,
            count / 20 + (count - count / 20) * step / 40,
        );
        memory.push(server.memory());
    }
    let after = left(&server, before);
    let average = |quarter: usize| memory[quarter * 10..][..10].iter().sum::<u64>() / 10;
    let growth = average(3).saturating_sub(average(2));
    println!(
        "{count} requests in {:.0?}: {} tasks and {} descriptors before, {} and {} after; memory {:?} KiB in each quarter",
        start.elapsed(),
        before.0,
        before.1,
        after.0,
        after.1,
        [0, 1, 2, 3].map(average),
    );
    let is_flat = growth <= GROWTH && after.0 <= before.0 && after.1 <= before.1;
    let ended = server.stop();
    match is_flat && ended.success() && !FAILED.load(Relaxed) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
