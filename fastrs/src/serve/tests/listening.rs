//! Addresses on which the server can or cannot listen.

use super::*;

#[test]
fn a_port_in_use_is_reported() {
    let server = start(ServeConfig::new());
    let error = server
        .runtime
        .block_on(Listener::bind(server.address))
        .unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    let expected = format!("cannot listen on {}: the port is in use", server.address);
    assert!(error.to_string().starts_with(&expected), "{error}");
}

#[cfg(unix)]
#[test]
fn a_stale_unix_socket_is_replaced() {
    use std::os::unix::net::{UnixListener, UnixStream};
    let path = std::env::temp_dir().join(format!("fastrs-{}.sock", std::process::id()));
    let _ = std::fs::remove_file(&path);
    drop(UnixListener::bind(&path).unwrap());
    let name = format!("unix:{}", path.display());
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let listener = Listener::bind(name.as_str()).await.unwrap();
        assert_eq!(listener.to_string(), name);
        let error = Listener::bind(name.as_str()).await.unwrap_err();
        assert!(
            error.to_string().contains("another process listens there"),
            "{error}"
        );
        let (handle, stop) = Stop::new();
        let serving = tokio::spawn(serve(
            Arc::new(App::default()),
            listener,
            ServeConfig::new(),
            stop,
            &|_| {},
        ));
        let address = path.clone();
        let response = tokio::task::spawn_blocking(move || {
            let mut stream = UnixStream::connect(address).unwrap();
            stream
                .write_all(GET_AND_CLOSE.replace("/hello", "/peer").as_bytes())
                .unwrap();
            let mut response = String::new();
            stream.read_to_string(&mut response).unwrap();
            response
        });
        assert!(response.await.unwrap().ends_with("\r\n\r\nfalse"));
        handle.drain();
        assert_eq!(serving.await.unwrap().unwrap().cut, None);
    });
    assert!(!path.exists(), "the socket's file is still there");
    std::fs::write(&path, "text").unwrap();
    let error = runtime.block_on(Listener::bind(name.as_str())).unwrap_err();
    assert!(error.to_string().contains("is not a socket"), "{error}");
    std::fs::remove_file(&path).unwrap();
}

/// Clients that connect before the server accepts wait in the kernel.
#[test]
fn many_connections_may_wait_to_be_accepted() {
    let runtime = Runtime::new().unwrap();
    let listener = runtime.block_on(Listener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let limit = std::fs::read_to_string("/proc/sys/net/core/somaxconn");
    let limit = limit.map_or(128, |text| text.trim().parse().unwrap());
    let waiting: Vec<_> = (0..limit.min(400))
        .map(|_| TcpStream::connect_timeout(&address, Duration::from_secs(1)).unwrap())
        .collect();
    drop(waiting);
}
