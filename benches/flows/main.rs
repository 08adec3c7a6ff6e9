//! The flows that `benches/scale flows` measures: an upload, a download, events and a WebSocket.
//!
//! `bench-flows fastrs` serves them with fastrs, and `bench-flows raw` with hand-written hyper that does the same work.
//! Both listen on `PORT` with `WORKERS` threads. `DOWNLOAD` is the file that `/download` sends.

mod raw;
mod served;

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("fastrs") => served::run(),
        Some("raw") => raw::run(),
        _ => panic!("bench-flows fastrs|raw"),
    }
}

/// Returns the file that `/download` sends.
fn download_path() -> String {
    std::env::var("DOWNLOAD").expect("DOWNLOAD is the path of a file")
}
