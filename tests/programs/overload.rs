//! Offers a server four times as many requests as it can handle: `overload SECONDS`.
//!
//! Its handler waits 5 ms for one of 8 places, so it handles at most 1,600 requests a second, and at most 16 may be in
//! flight. The program measures the peak, which is what the server handles for as many clients as it has places; the
//! goodput under overload; the time of a health check meanwhile; and the memory, from the first quarter on. It fails if the goodput is lower than
//! `GOODPUT` of the peak, the health check is slower than `HEALTH` at the 99th percentile, the memory grows by more
//! than `GROWTH`, or five seconds after the overload the server is not back at its peak.

use std::{
    io,
    net::SocketAddr,
    process::ExitCode,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use fastrs::{ServeConfig, prelude::*};
use tokio::sync::Semaphore;

use client::Connection;
use itself::Server;

#[expect(
    dead_code,
    reason = "the load is the same in each run, and no client leaves"
)]
mod client;
mod itself;

const PLACES: usize = 8;
const HOLDS: Duration = Duration::from_millis(5);
const CAPACITY: u32 = 1600;

/// Each sends a request whenever its interval has passed and the last one has a response.
const CLIENTS: u32 = 128;
const INTERVAL: Duration =
    Duration::from_micros(1_000_000 * CLIENTS as u64 / (4 * CAPACITY as u64));

const GOODPUT: f64 = 0.9;
const HEALTH: Duration = Duration::from_millis(50);
const GROWTH: u64 = 4096;
const RECOVERY: Duration = Duration::from_secs(5);

/// How long a client waits for a response.
const PATIENCE: Duration = Duration::from_secs(10);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve"] => {
            serve();
            ExitCode::SUCCESS
        }
        [seconds] => overload(Duration::from_secs(seconds.parse().expect("a number"))),
        _ => panic!("overload SECONDS"),
    }
}

static POOL: Semaphore = Semaphore::const_new(PLACES);

#[get("/works")]
async fn works() {
    let _place = POOL.acquire().await;
    // The handler stands for one that waits for a database.
    tokio::time::sleep(HOLDS).await;
}

#[get("/healthz", exempt_from_max_in_flight)]
async fn healthz() {}

fn serve() {
    let app = App::new("Overload", "1")
        .config(ServeConfig::new().max_in_flight(2 * PLACES))
        .routes(routes![works, healthz]);
    fastrs::block_on(app.serve("127.0.0.1:0")).expect("the app serves");
}

/// Returns the status of a response.
fn get(connection: &mut Connection, path: &str) -> io::Result<u16> {
    let request = format!("GET {path} HTTP/1.1\r\nhost: overload\r\n\r\n");
    connection.send(request.as_bytes())?;
    let (head, _) = connection.read()?;
    Ok(head[9..12].parse().expect("a status"))
}

/// What a number of clients got.
#[derive(Default)]
struct Tally {
    handled: AtomicU64,
    refused: AtomicU64,
}

impl Tally {
    /// Sends requests for a time.
    fn run(address: SocketAddr, clients: u32, interval: Duration, time: Duration) -> Self {
        let tally = Self::default();
        let until = Instant::now() + time;
        thread::scope(|scope| {
            for number in 0..clients {
                let tally = &tally;
                scope.spawn(move || {
                    let mut connection = Connection::to(address, PATIENCE);
                    let mut next = Instant::now() + interval * number / clients;
                    while next < until {
                        // The load is a rate.
                        thread::sleep(next.saturating_duration_since(Instant::now()));
                        let count = match get(&mut connection, "/works").expect("a response") {
                            200 => &tally.handled,
                            503 => &tally.refused,
                            status => panic!("status {status}"),
                        };
                        count.fetch_add(1, Relaxed);
                        // A late client does not catch up.
                        next = (next + interval).max(Instant::now());
                    }
                });
            }
        });
        tally
    }

    fn goodput(&self, time: Duration) -> f64 {
        self.handled.load(Relaxed) as f64 / time.as_secs_f64()
    }
}

fn overload(time: Duration) -> ExitCode {
    let server = Server::start(&[("WORKERS", "2"), ("ACCESS_LOG", "off")]);
    let address = server.address;
    let peak = Tally::run(address, PLACES as u32, Duration::ZERO, time / 2).goodput(time / 2);

    let checks = Mutex::new((Vec::new(), 0));
    let start = Instant::now();
    let tally = thread::scope(|scope| {
        scope.spawn(|| {
            let mut connection = Connection::to(address, PATIENCE);
            let mut times = Vec::new();
            let mut memory = 0;
            while start.elapsed() < time {
                let sent = Instant::now();
                assert_eq!(get(&mut connection, "/healthz").expect("a response"), 200);
                times.push(sent.elapsed());
                // By now, each connection has what it needs.
                if memory == 0 && start.elapsed() > time / 4 {
                    memory = server.memory();
                }
                // A health check comes at intervals.
                thread::sleep(Duration::from_millis(5));
            }
            *checks.lock().expect("nothing panics with it") = (times, memory);
        });
        Tally::run(address, CLIENTS, INTERVAL, time)
    });
    let (mut checks, memory) = checks.into_inner().expect("nothing panics with it");
    let growth = server.memory().saturating_sub(memory);
    let goodput = tally.goodput(time);
    let offered = goodput + tally.refused.load(Relaxed) as f64 / time.as_secs_f64();
    checks.sort_unstable();
    let health = checks[checks.len() * 99 / 100];

    let calm = Instant::now();
    let mut after = 0.0;
    while after < GOODPUT * peak && calm.elapsed() < RECOVERY {
        let second = Duration::from_secs(1);
        after = Tally::run(address, PLACES as u32, Duration::ZERO, second).goodput(second);
    }
    println!(
        "peak {peak:.0}/s, offered {offered:.0}/s, goodput {goodput:.0}/s ({:.2} of the peak), \
         {} health checks: p99 {health:.1?}, memory {memory} KiB and {growth} KiB more, \
         afterwards {after:.0}/s within {:.1?}",
        goodput / peak,
        checks.len(),
        calm.elapsed()
    );
    let passes = goodput >= GOODPUT * peak
        && health <= HEALTH
        && growth <= GROWTH
        && after >= GOODPUT * peak;
    let ended = server.stop();
    match passes && ended.success() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
