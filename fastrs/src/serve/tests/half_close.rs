//! Clients that close their side or disconnect. They use a Unix socket, so that both kinds of sockets are tested.

use std::os::unix::net::{UnixListener, UnixStream};

use super::*;

/// Runs a test against a server on a new Unix socket.
fn with_unix_socket(app: App, test: impl FnOnce(&Arc<App>, &dyn Fn() -> UnixStream)) {
    let folder = std::env::temp_dir();
    let id = std::thread::current().id();
    let path = folder.join(format!("fastrs-{}-{id:?}.sock", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let listener = UnixListener::bind(&path).unwrap();
    let runtime = Runtime::new().unwrap();
    let app = Arc::new(app);
    let (handle, stop) = Stop::new();
    let listener = runtime.block_on(Listener::bind(listener)).unwrap();
    let serving = runtime.spawn(serve(
        Arc::clone(&app),
        listener,
        ServeConfig::new(),
        stop,
        &|_| {},
    ));
    test(&app, &|| UnixStream::connect(&path).unwrap());
    handle.drain();
    assert_eq!(runtime.block_on(serving).unwrap().unwrap().cut, None);
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn a_half_closing_client_gets_its_response() {
    with_unix_socket(App::default(), |_, connect| {
        let chunk = format!("7d0\r\n{}\r\n", "b".repeat(2_000));
        let post = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        let post = format!("{post}{}0\r\n\r\n", chunk.repeat(50));
        for (request, length) in [(GET.replace("hello", "large"), 1 << 20), (post, 100_000)] {
            for _ in 0..20 {
                let mut stream = connect();
                stream.write_all(request.as_bytes()).unwrap();
                stream.shutdown(Shutdown::Write).unwrap();
                let mut response = String::new();
                stream.read_to_string(&mut response).unwrap();
                let (_, body) = response.split_once("\r\n\r\n").unwrap();
                assert_eq!(body.len(), length);
            }
        }
    });
}

#[test]
fn a_handler_that_opted_out_is_dropped_with_its_client() {
    with_unix_socket(gated(), |app, connect| {
        let mut stream = connect();
        let request = GET.replace("hello", "cancel") + GET;
        stream.write_all(request.as_bytes()).unwrap();
        until(|| app.begun.load(SeqCst) == 1);
        drop(stream);
        until(|| app.dropped.load(SeqCst) == 1);
        assert_eq!(app.finished.load(SeqCst), 0);
    });
}
