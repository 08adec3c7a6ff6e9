//! A proxy with its files from `deploy`, in which only addresses and paths are replaced.

use std::{
    fs, io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpSocket, TcpStream},
};
use tokio_rustls::client::TlsStream;

use super::{
    files::{deployed, script},
    get,
};
use crate::{
    proxies::nginx::configure, skipping::skip, tls::authority::Authority, waiting::until,
    wire::Wire,
};

pub(super) const PROXIES: [&str; 3] = ["nginx", "caddy", "traefik"];

/// A running proxy, which is stopped when this is dropped.
pub(super) struct Proxy {
    process: Child,
    /// Where it speaks HTTPS, and HTTP.
    addresses: [SocketAddr; 2],
    authority: Arc<Authority>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

impl Proxy {
    /// Starts a proxy in front of apps; `None` if it is not installed.
    pub(super) async fn start(name: &str, apps: &[SocketAddr]) -> Option<Self> {
        let program = installed(name)?;
        let authority = Arc::new(Authority::new()?);
        // Another process may take a free port before the proxy does.
        for _ in 0..5 {
            let addresses = free_addresses();
            let mut command = Command::new(&program);
            match name {
                "nginx" => nginx(&mut command, &authority, addresses, apps),
                "caddy" => caddy(&mut command, &authority, addresses, apps),
                _ => traefik(&mut command, &authority, addresses, apps),
            }
            command.stdout(Stdio::null()).stderr(Stdio::null());
            let mut proxy = Self {
                process: command.spawn().unwrap(),
                addresses,
                authority: Arc::clone(&authority),
            };
            let (mut ready, mut ended) = (false, false);
            until(async || {
                ready = proxy.is_ready().await;
                ended = proxy.process.try_wait().unwrap().is_some();
                ready || ended
            })
            .await;
            if ready && !ended {
                return Some(proxy);
            }
        }
        panic!("{name} does not start");
    }

    /// Returns whether it passes requests on. Traefik opens its ports before it has read all of its files.
    async fn is_ready(&self) -> bool {
        let Ok(stream) = TcpStream::connect(self.without_tls()).await else {
            return false;
        };
        let redirects = status(stream, "/").await.starts_with('3');
        let Ok(stream) = self.connect().await else {
            return false;
        };
        redirects && status(stream, "/seen").await == "200"
    }

    /// Connects from another address than the proxy's.
    pub(super) async fn connect(&self) -> io::Result<TlsStream<TcpStream>> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::new(127, 0, 0, 2), 0).into())?;
        let stream = socket.connect(self.addresses[0]).await?;
        let protocols = &["http/1.1"];
        self.authority
            .encrypt(None, stream, "shop.example", protocols)
            .await
    }

    pub(super) fn without_tls(&self) -> SocketAddr {
        self.addresses[1]
    }
}

async fn status(stream: impl AsyncRead + AsyncWrite + Unpin, path: &str) -> String {
    let mut wire = Wire::over(stream);
    wire.send(get(path, "")).await;
    wire.answer().await.status().to_owned()
}

/// Returns the program of a proxy, if it is installed.
fn installed(name: &str) -> Option<String> {
    let (program, question) = match name {
        "traefik" => (script(&["traefik"])?, "version"),
        "nginx" => (name.to_owned(), "-v"),
        _ => (name.to_owned(), "version"),
    };
    let mut command = Command::new(&program);
    command
        .arg(question)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if command.status().is_ok() {
        return Some(program);
    }
    skip("deployment", &format!("`{name}` is not installed"));
    None
}

fn free_addresses() -> [SocketAddr; 2] {
    let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap())
}

/// Replaces what a file must contain.
#[track_caller]
fn replace(text: &mut String, from: &str, to: &str) {
    assert!(text.contains(from), "`{from}` is missing");
    *text = text.replace(from, to);
}

/// Returns a line for each app.
fn each(apps: &[SocketAddr], line: impl Fn(&SocketAddr) -> String) -> String {
    apps.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn nginx(
    command: &mut Command,
    authority: &Authority,
    [https, http]: [SocketAddr; 2],
    apps: &[SocketAddr],
) {
    let mut site = deployed("nginx.conf");
    replace(
        &mut site,
        "server 127.0.0.1:8000;",
        &each(apps, |app| format!("server {app};")),
    );
    replace(&mut site, "listen 80;", &format!("listen {http};"));
    replace(&mut site, "listen 443 ", &format!("listen {https} "));
    replace(
        &mut site,
        "/etc/ssl/shop.example/fullchain.pem",
        &authority.path("server.pem"),
    );
    replace(
        &mut site,
        "/etc/ssl/shop.example/privkey.pem",
        &authority.path("server-key.pem"),
    );
    configure(command, Path::new(&authority.path("")), &site);
}

fn caddy(
    command: &mut Command,
    authority: &Authority,
    [https, http]: [SocketAddr; 2],
    apps: &[SocketAddr],
) {
    let options = format!(
        "{{
            admin off
            auto_https disable_certs
            default_bind 127.0.0.1
            http_port {}
            https_port {}
        }}",
        http.port(),
        https.port()
    );
    let (certificate, key) = (
        authority.path("server.pem"),
        authority.path("server-key.pem"),
    );
    let mut site = deployed("Caddyfile");
    replace(
        &mut site,
        "shop.example {",
        &format!("shop.example {{\ntls {certificate} {key}\n"),
    );
    let path = authority.path("Caddyfile");
    fs::write(&path, options + "\n" + &site).unwrap();
    let upstreams = apps.iter().map(SocketAddr::to_string).collect::<Vec<_>>();
    command.args(["run", "--adapter", "caddyfile", "--config", &path]);
    command.env("UPSTREAM", upstreams.join(" "));
    command
        .env("HOME", authority.path(""))
        .env_remove("XDG_DATA_HOME")
        .env_remove("XDG_CONFIG_HOME");
}

fn traefik(
    command: &mut Command,
    authority: &Authority,
    [https, http]: [SocketAddr; 2],
    apps: &[SocketAddr],
) {
    let folder = authority.path("dynamic");
    fs::create_dir_all(&folder).unwrap();
    let mut site = deployed("traefik/shop.yaml");
    let server = "          - url: http://127.0.0.1:8000";
    replace(
        &mut site,
        server,
        &each(apps, |app| format!("          - url: http://{app}")),
    );
    replace(
        &mut site,
        "      tls:\n        certResolver: acme",
        "      tls: {}",
    );
    let (certificate, key) = (
        authority.path("server.pem"),
        authority.path("server-key.pem"),
    );
    site +=
        &format!("\ntls:\n  certificates:\n    - certFile: {certificate}\n      keyFile: {key}\n");
    fs::write(Path::new(&folder).join("shop.yaml"), site).unwrap();

    let mut fixed = deployed("traefik/traefik.yaml");
    replace(&mut fixed, "\":80\"", &format!("\"{http}\""));
    replace(&mut fixed, "\":443\"", &format!("\"{https}\""));
    replace(&mut fixed, "/etc/traefik/dynamic", &folder);
    replace(
        &mut fixed,
        "/var/lib/traefik/acme.json",
        &authority.path("acme.json"),
    );
    // It asks for newer versions otherwise.
    fixed += "\nglobal:\n  checkNewVersion: false\n";
    let path = authority.path("traefik.yaml");
    fs::write(&path, fixed).unwrap();
    command.arg(format!("--configFile={path}"));
}
