//! A real proxy in front: Debian's nginx, as the book configures it.
//!
//! If nginx is not installed, this is skipped with a message; with `FASTRS_REQUIRE_PROGRAMS=1` it fails.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
};

use fastrs::{Value, middleware::ProxyHeaders};
use tokio::net::{TcpSocket, TcpStream};

use super::app;
use crate::{
    skipping::skip,
    waiting::until,
    wire::{RawResponse, Wire, serve},
};

struct Nginx {
    process: Child,
    address: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Drop for Nginx {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Starts nginx in front of an app; `None` if it is not installed.
async fn nginx(app: SocketAddr) -> Option<Nginx> {
    if let Err(error) = Command::new("nginx")
        .arg("-v")
        .stderr(Stdio::null())
        .status()
    {
        skip("proxies", &format!("`nginx` cannot be run: {error}"));
        return None;
    }
    // Another process may take the free port before nginx does.
    for _ in 0..5 {
        let free = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut process = start(folder.path(), free, app);
        let mut started = false;
        until(async || {
            started = TcpStream::connect(free).await.is_ok();
            started || process.try_wait().unwrap().is_some()
        })
        .await;
        if started && process.try_wait().unwrap().is_none() {
            return Some(Nginx {
                process,
                address: free,
                _folder: folder,
            });
        }
    }
    panic!("nginx does not start");
}

fn start(folder: &Path, address: SocketAddr, app: SocketAddr) -> Child {
    let headers = "
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto https;";
    let site = format!(
        "server {{
            listen {address};
            location /api/v1/ {{
                {headers}
                proxy_set_header X-Forwarded-Prefix /api/v1;
                proxy_pass http://{app}/;
            }}
            location /kept/ {{
                {headers}
                proxy_pass http://{app};
            }}
            location /twice/ {{
                {headers}
                proxy_bind 127.0.0.3;
                proxy_pass http://{address}/api/v1/;
            }}
        }}"
    );
    let mut nginx = Command::new("nginx");
    configure(&mut nginx, folder, &site);
    nginx.stdout(Stdio::null()).stderr(Stdio::null());
    nginx.spawn().expect("nginx can be started")
}

/// Makes nginx one process that serves this site, and writes only into a folder.
pub(crate) fn configure(nginx: &mut Command, folder: &Path, site: &str) {
    let at = folder.display();
    let config = format!(
        "daemon off;
        master_process off;
        pid {at}/pid;
        events {{}}
        http {{
            access_log off;
            client_body_temp_path {at}/body;
            proxy_temp_path {at}/proxy;
            fastcgi_temp_path {at}/fastcgi;
            uwsgi_temp_path {at}/uwsgi;
            scgi_temp_path {at}/scgi;
            {site}
        }}"
    );
    let path = folder.join("nginx.conf");
    fs::write(&path, config).unwrap();
    nginx.arg("-e").arg(folder.join("error.log"));
    nginx.arg("-p").arg(folder).arg("-c").arg(path);
}

/// Sends a request from another address of this machine, with a header that pretends to be a proxy's.
async fn get(nginx: &Nginx, path: &str) -> RawResponse {
    let socket = TcpSocket::new_v4().unwrap();
    socket
        .bind((Ipv4Addr::new(127, 0, 0, 2), 0).into())
        .unwrap();
    let mut wire = Wire::over(socket.connect(nginx.address).await.unwrap());
    let spoofed =
        "x-forwarded-for: 192.0.2.1\r\nx-forwarded-proto: http\r\nx-forwarded-prefix: /evil";
    let host = "host: shop.example\r\nconnection: close";
    wire.send(format!(
        "GET {path} HTTP/1.1\r\n{host}\r\n{spoofed}\r\n\r\n"
    ))
    .await;
    wire.answer().await
}

#[tokio::test]
async fn an_app_behind_nginx_sees_the_client_and_its_urls() {
    let headers = ProxyHeaders::new()
        .trust("127.0.0.1, 127.0.0.3")
        .x_forwarded_prefix();
    let server = serve(app(headers)).await;
    let Some(nginx) = nginx(server.addr()).await else {
        return;
    };
    for path in ["/api/v1/seen", "/twice/seen"] {
        let answer = get(&nginx, path).await;
        assert_eq!(answer.status(), "200", "{path}: {answer:?}");
        let seen: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(seen["client"], "127.0.0.2:0", "{path}");
        assert_eq!(seen["middleware"], "127.0.0.2", "{path}");
        assert_eq!(seen["url"], "https://shop.example/api/v1/seen", "{path}");
        assert_eq!(seen["root_path"], "/api/v1", "{path}");
    }
    // A redirect leads back through the proxy.
    let answer = get(&nginx, "/api/v1/folder").await;
    assert_eq!(
        (answer.status(), answer.header("location")),
        ("307", Some("folder/"))
    );
    assert_eq!(get(&nginx, "/api/v1/folder/").await.body, "\"a folder\"");
    // So does the document that the docs page fetches.
    let script = get(&nginx, "/api/v1/docs/swagger-initializer.js").await;
    assert!(
        script.body.contains("\"url\":\"openapi.json\""),
        "{script:?}"
    );
    let document: Value =
        serde_json::from_str(&get(&nginx, "/api/v1/openapi.json").await.body).unwrap();
    assert_eq!(document["servers"], fastrs::json!([{"url": "/api/v1"}]));
    drop(nginx);
    server.stop().await;
}

#[tokio::test]
async fn a_proxy_can_keep_the_root_path() {
    let headers = ProxyHeaders::new().trust("127.0.0.1");
    let server = serve(app(headers).root_path("/kept")).await;
    let Some(nginx) = nginx(server.addr()).await else {
        return;
    };
    let answer = get(&nginx, "/kept/seen").await;
    let seen: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(seen["url"], "https://shop.example/kept/seen");
    assert_eq!(seen["client"], "127.0.0.2:0");
    drop(nginx);
    server.stop().await;
}
