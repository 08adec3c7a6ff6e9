//! Sends a server a number of mixed requests: `soak 1000000`.
//!
//! Of these, 30 % are aborted: in the head, in the body, while the handler runs, in the response. 5 % panic, 5 % are
//! streams, and 5 % are uploads, some of which need a temporary file. The program fails if a response is wrong, if the
//! server has more tasks or descriptors afterwards than before, or if its memory grows by more than `GROWTH` between
//! the third and the fourth quarter.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    process::ExitCode,
    sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use fastrs::{ServeConfig, prelude::*};

use itself::Server;

mod itself;

const CLIENTS: u64 = 32;

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
    address: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
    random: u64,
}

impl Client {
    fn new(address: SocketAddr, number: u64) -> Self {
        Self {
            address,
            stream: None,
            random: number.wrapping_mul(0x2545_f491_4f6c_dd1d) | 1,
        }
    }

    /// Returns pseudorandom numbers, the same in each run.
    fn random(&mut self, below: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 11) % below
    }

    fn stream(&mut self) -> io::Result<&mut BufReader<TcpStream>> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(self.address)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(Duration::from_secs(30)))?;
            self.stream = Some(BufReader::new(stream));
        }
        Ok(self
            .stream
            .as_mut()
            .expect("the connection was just opened"))
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream()?.get_mut().write_all(bytes)
    }

    /// Sends one of the mixed requests.
    fn request(&mut self) -> io::Result<()> {
        match self.random(100) {
            0..30 => self.abort(),
            30..35 => self.expect(&get("/panics"), "500", None),
            35..40 => self.expect(&get("/stream"), "200", Some(20_000)),
            40..45 => {
                let size = SIZES[usize::from(self.random(20) == 0)];
                self.expect(&upload_of(size), "200", Some(size.to_string().len()))
            }
            45..60 => self.expect(&get("/waits"), "200", Some(1)),
            _ => self.expect(&get("/plain"), "200", Some(7)),
        }
    }

    /// Sends a part of a request, or all of it, and leaves.
    fn abort(&mut self) -> io::Result<()> {
        let kind = self.random(5);
        let bytes = match kind {
            0 => get("/plain"),
            1 => upload_of(SIZES[usize::from(self.random(10) == 0)]),
            2 => get("/waits"),
            3 => get("/stream"),
            _ => get("/panics"),
        };
        let sent = match kind {
            0 | 1 => self.random(bytes.len() as u64) as usize,
            _ => bytes.len(),
        };
        self.send(&bytes[..sent])?;
        if kind == 3 {
            self.stream()?.get_mut().read_exact(&mut [0; 20])?;
        }
        self.stream = None;
        Ok(())
    }

    fn expect(&mut self, request: &[u8], status: &str, length: Option<usize>) -> io::Result<()> {
        self.send(request)?;
        let (head, body) = self.read()?;
        let is_right = head.starts_with(&format!("HTTP/1.1 {status} "))
            && length.is_none_or(|length| body.len() == length);
        match is_right {
            true => Ok(()),
            false => Err(io::Error::other(format!("{} bytes: {head}", body.len()))),
        }
    }

    fn read(&mut self) -> io::Result<(String, Vec<u8>)> {
        let stream = self.stream()?;
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if stream.read_line(&mut head)? == 0 {
                return Err(io::Error::other(format!("the connection ended: {head:?}")));
            }
        }
        let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name));
        let mut body = Vec::new();
        if let Some(length) = field("content-length: ") {
            body.resize(length.parse().map_err(io::Error::other)?, 0);
            stream.read_exact(&mut body)?;
            return Ok((head, body));
        }
        loop {
            let mut size = String::new();
            stream.read_line(&mut size)?;
            let size = usize::from_str_radix(size.trim_end(), 16).map_err(io::Error::other)?;
            let start = body.len();
            body.resize(start + size + 2, 0);
            stream.read_exact(&mut body[start..])?;
            body.truncate(start + size);
            if size == 0 {
                return Ok((head, body));
            }
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
        let mut client = Client::new(server.address, 1);
        client.send(&get("/tasks")).expect("the server accepts");
        let (_, tasks) = client.read().expect("a response");
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
