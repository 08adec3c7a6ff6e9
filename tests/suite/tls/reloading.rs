//! Certificates that are replaced while the server runs.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use fastrs::prelude::*;
use tempfile::TempDir;
use tokio::time::timeout;

use super::{
    authority::Authority,
    load::{Load, WORD},
};
use crate::{
    serving::program::Program,
    waiting::{soon, until},
};

#[get("/word")]
async fn word() -> PlainText {
    PlainText(WORD.1.into())
}

impl Authority {
    /// Returns the certificate that the server at an address uses now.
    async fn certificate_of(&self, address: SocketAddr) -> Vec<u8> {
        let stream = self.connect(address, &[]).await.unwrap();
        let certificates = stream.get_ref().1.peer_certificates().unwrap();
        certificates[0].to_vec()
    }

    /// Returns the server's certificate that is on disk.
    fn certificate_on_disk(&self) -> Vec<u8> {
        use tokio_rustls::rustls::pki_types::{CertificateDer, pem::PemObject};
        CertificateDer::from_pem_slice(&self.read("server.pem"))
            .unwrap()
            .to_vec()
    }
}

/// Files are written in place, or replaced by new ones, as `certbot` and Kubernetes do.
#[tokio::test]
async fn changed_files_are_read_under_load() {
    let Some(authority) = Authority::new().map(Arc::new) else {
        return;
    };
    let server = authority
        .serve(App::new("Reloading", "1").routes(routes![word]))
        .await;
    let mut load = Load::start(&authority, server.addr());
    for replaces in [false, true] {
        load.goes_on(20).await;
        let before = authority.certificate_of(server.addr()).await;
        assert_eq!(before, authority.certificate_on_disk());
        if replaces {
            authority.issue("next", "localhost");
            for (from, to) in [
                ("next.pem", "server.pem"),
                ("next-key.pem", "server-key.pem"),
            ] {
                std::fs::rename(authority.path(from), authority.path(to)).unwrap();
            }
        } else {
            authority.issue("server", "localhost");
        }
        let expected = authority.certificate_on_disk();
        assert_ne!(before, expected);
        until(async || authority.certificate_of(server.addr()).await == expected).await;
    }
    load.goes_on(20).await;
    soon(server.stop()).await;
    soon(load.end()).await;
}

/// Starts the program, which serves over TLS.
async fn program(authority: &Authority) -> (Program, SocketAddr) {
    let (certificate, key) = (
        authority.path("server.pem"),
        authority.path("server-key.pem"),
    );
    let environment = [("CERTIFICATE", &*certificate), ("KEY", &*key)];
    let mut program = Program::start(&["tls", "127.0.0.1:0"], &environment);
    let address = program.started().await;
    (program, address)
}

/// Returns the next line of the program's log. The files are looked at once a second.
async fn line(program: &mut Program) -> String {
    let line = timeout(Duration::from_secs(10), program.line());
    line.await.expect("the program logs")
}

#[tokio::test]
async fn a_signal_reads_them_at_once() {
    let Some(authority) = Authority::new().map(Arc::new) else {
        return;
    };
    let (program, address) = program(&authority).await;
    let mut load = Load::start(&authority, address);
    for _ in 0..5 {
        load.goes_on(20).await;
        authority.issue("server", "localhost");
        let expected = authority.certificate_on_disk();
        program.signal("-HUP").await;
        until(async || authority.certificate_of(address).await == expected).await;
    }
    load.goes_on(20).await;
    program.signal("-TERM").await;
    let (log, status) = soon(program.end()).await;
    assert_eq!(status.code(), Some(0), "{log:?}");
    soon(load.end()).await;
}

#[tokio::test]
async fn files_that_cannot_be_used_change_nothing() {
    let Some(authority) = Authority::new() else {
        return;
    };
    let (mut program, address) = program(&authority).await;
    let before = authority.certificate_on_disk();
    let (certificate, key) = (
        authority.path("server.pem"),
        authority.path("server-key.pem"),
    );
    let old = TempDir::new().unwrap();
    std::fs::copy(&key, old.path().join("key.pem")).unwrap();
    let kept = "ERROR the TLS certificate in use is kept: ";

    // By the signal, and because the file has changed.
    for signals in [true, false] {
        authority.write("server.pem", if signals { "" } else { "x" });
        if signals {
            program.signal("-HUP").await;
        }
        let line = line(&mut program).await;
        let error = format!("{kept}`{certificate}` contains no certificate: ");
        assert!(line.starts_with(&error), "{line}");
        assert_eq!(authority.certificate_of(address).await, before);
    }
    // A new certificate, but the old key.
    authority.issue("server", "localhost");
    std::fs::copy(old.path().join("key.pem"), &key).unwrap();
    let line = line(&mut program).await;
    assert!(
        line.starts_with(&format!("{kept}the TLS key `{key}` does not belong")),
        "{line}"
    );
    assert_eq!(authority.certificate_of(address).await, before);
    // Both are right again.
    authority.issue("server", "localhost");
    let expected = authority.certificate_on_disk();
    until(async || authority.certificate_of(address).await == expected).await;
    program.signal("-TERM").await;
    let (log, status) = soon(program.end()).await;
    assert_eq!((status.code(), log), (Some(0), vec!["closed".to_owned()]));
}
