//! What OpenSSL's client can agree on with the server, and what the server refuses.

use std::{io::ErrorKind, process::Stdio};

use fastrs::{prelude::*, testing::TestServer};
use tokio::{io::AsyncWriteExt, process::Command};
use tracing::Level;

use super::authority::Authority;
use crate::{log::Log, waiting::soon};

#[get("/word")]
async fn word() -> PlainText {
    PlainText("word".into())
}

async fn start(authority: &Authority) -> TestServer {
    let app = App::new("OpenSSL", "1").routes(routes![word]);
    authority.serve(app).await
}

const REQUEST: &str = "GET /word HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

/// The option with which the client reads to the end of the connection, and does not take its input as commands.
const READS: &[&str] = &["-ign_eof"];

/// Allows what OpenSSL itself would refuse.
const ANY_LEVEL: &str = "@SECLEVEL=0";

/// Connects with `openssl`, sends what is given, and returns what the client reports.
async fn s_client(server: &TestServer, arguments: &[&str], input: &str) -> String {
    let mut command = Command::new("openssl");
    command
        .args(["s_client", "-connect", &server.addr().to_string()])
        .args(arguments)
        .kill_on_drop(true)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut client = command.spawn().unwrap();
    let mut stdin = client.stdin.take().unwrap();
    if let Err(error) = stdin.write_all(input.as_bytes()).await {
        // A client that has failed does not read.
        assert_eq!(error.kind(), ErrorKind::BrokenPipe, "{error}");
    }
    drop(stdin);
    let output = soon(client.wait_with_output()).await.unwrap();
    let (out, error) = (output.stdout, output.stderr);
    format!(
        "{}{}",
        String::from_utf8_lossy(&out),
        String::from_utf8_lossy(&error)
    )
}

/// Returns whether a handshake was completed, and with what.
fn is_connected(report: &str, version: &str, cipher: &str) -> bool {
    report.contains(&format!("New, {version}, Cipher is {cipher}\n"))
}

#[track_caller]
fn assert_refused(report: &str, alert: u8) {
    assert!(
        report.contains(&format!("SSL alert number {alert}\n")),
        "{report}"
    );
    assert!(
        report.contains("no peer certificate available\n"),
        "{report}"
    );
}

#[tokio::test]
async fn only_tls_1_2_and_1_3_are_accepted() {
    let Some(authority) = Authority::new() else {
        return;
    };
    let (log, _guard) = Log::start(Level::DEBUG);
    let server = start(&authority).await;
    for (version, name) in [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")] {
        let report = s_client(&server, &[version], "").await;
        assert!(
            report.contains(&format!("New, {name}, Cipher is ")),
            "{report}"
        );
    }
    log.take();
    for version in ["-tls1", "-tls1_1"] {
        let cipher = format!("DEFAULT:{ANY_LEVEL}");
        let report = s_client(&server, &[version, "-cipher", &cipher], "").await;
        assert!(report.contains("SSL alert number "), "{report}");
        assert!(is_connected(&report, "(NONE)", "(NONE)"), "{report}");
    }
    let lines = log.take();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines
            .iter()
            .all(|line| line.contains("TLS handshake failed")),
        "{lines:?}"
    );
}

/// With TLS 1.2, the key exchange is ephemeral, and every cipher authenticates what it encrypts.
#[tokio::test]
async fn only_strong_ciphers_are_accepted() {
    let Some(authority) = Authority::new() else {
        return;
    };
    let server = start(&authority).await;
    for cipher in [
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
    ] {
        let report = s_client(&server, &["-tls1_3", "-ciphersuites", cipher], "").await;
        assert!(is_connected(&report, "TLSv1.3", cipher), "{report}");
    }
    for cipher in [
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305",
    ] {
        let report = s_client(&server, &["-tls1_2", "-cipher", cipher], "").await;
        assert!(is_connected(&report, "TLSv1.2", cipher), "{report}");
    }
    for cipher in [
        "ECDHE-ECDSA-AES128-SHA",
        "ECDHE-ECDSA-AES256-SHA384",
        "ECDHE-ECDSA-NULL-SHA",
        "AES128-SHA",
        "AES128-GCM-SHA256",
        "DHE-RSA-AES128-GCM-SHA256",
        "AECDH-AES128-SHA",
        "NULL-SHA",
    ] {
        let cipher = format!("{cipher}:{ANY_LEVEL}");
        let report = s_client(&server, &["-tls1_2", "-cipher", &cipher], "").await;
        assert_refused(&report, 40);
    }
    let sha1 = ["-tls1_2", "-sigalgs", "ECDSA+SHA1"];
    let any = format!("DEFAULT:{ANY_LEVEL}");
    let report = s_client(&server, &[&sha1[..], &["-cipher", &any]].concat(), "").await;
    assert_refused(&report, 40);
}

/// A client that could do better was told to use an older version (RFC 7507).
#[tokio::test]
async fn a_downgrade_is_refused() {
    let Some(authority) = Authority::new() else {
        return;
    };
    let server = start(&authority).await;
    let report = s_client(&server, &["-tls1_2", "-fallback_scsv"], "").await;
    assert!(is_connected(&report, "(NONE)", "(NONE)"), "{report}");
}

#[tokio::test]
async fn nothing_is_negotiated_again_or_compressed() {
    let Some(authority) = Authority::new() else {
        return;
    };
    let server = start(&authority).await;
    // This line is a command of the client.
    let report = s_client(&server, &["-tls1_2"], "R\n").await;
    assert!(report.contains("RENEGOTIATING"), "{report}");
    assert!(report.contains("no renegotiation"), "{report}");
    for version in ["-tls1_2", "-tls1_3"] {
        let report = s_client(&server, &[version, "-comp"], "").await;
        assert!(report.contains("\nCompression: NONE\n"), "{report}");
    }
}

#[tokio::test]
async fn a_protocol_is_agreed_on() {
    let Some(authority) = Authority::new() else {
        return;
    };
    let server = start(&authority).await;
    for (offered, agreed) in [
        ("h2", "h2"),
        ("http/1.1,h2", "h2"),
        ("spdy/3,http/1.1", "http/1.1"),
        ("http/1.0", "http/1.0"),
    ] {
        let report = s_client(&server, &["-alpn", offered], "").await;
        let line = format!("\nALPN protocol: {agreed}\n");
        assert!(report.contains(&line), "{report}");
    }
    assert_refused(&s_client(&server, &["-alpn", "spdy/3"], "").await, 120);
    let report = s_client(&server, &[], "").await;
    assert!(report.contains("\nNo ALPN negotiated\n"), "{report}");
}

/// There is one certificate. Whether it belongs to the host is for the client to check.
#[tokio::test]
async fn the_name_of_the_host_changes_nothing() {
    let Some(authority) = Authority::new() else {
        return;
    };
    let server = start(&authority).await;
    let ca = authority.path("ca.pem");
    for name in [
        &["-servername", "localhost"][..],
        &["-servername", "other.example"],
        &["-noservername"],
    ] {
        let verify = [
            "-CAfile",
            &*ca,
            "-verify_return_error",
            "-verify_hostname",
            "localhost",
        ];
        let report = s_client(&server, &[name, &verify, READS].concat(), REQUEST).await;
        assert!(
            report.contains("Verified peername: localhost\n"),
            "{report}"
        );
        assert!(report.contains("HTTP/1.1 200 OK\r\n"), "{report}");
    }
    let verify = ["-CAfile", &ca, "-verify_return_error"];
    let other = ["-verify_hostname", "other.example"];
    let report = s_client(&server, &[verify.as_slice(), &other].concat(), "").await;
    assert!(report.contains("hostname mismatch"), "{report}");
    // Nothing is stapled: no authority offers what `-status` asks for without its own service.
    let report = s_client(&server, &["-status"], "").await;
    assert!(
        report.contains("OCSP response: no response sent"),
        "{report}"
    );
}

#[tokio::test]
async fn a_session_is_resumed_without_early_data() {
    let Some(authority) = Authority::new() else {
        return;
    };
    let server = start(&authority).await;
    let session = authority.path("session.pem");
    let early = authority.path("early");
    authority.write("early", REQUEST);
    for (version, name) in [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")] {
        let save = [version, "-sess_out", &session];
        let report = s_client(&server, &[&save, READS].concat(), REQUEST).await;
        assert!(report.contains(&format!("New, {name}, ")), "{report}");
        let resume = [version, "-sess_in", &session];
        let report = s_client(&server, &[&resume, READS].concat(), REQUEST).await;
        assert!(report.contains(&format!("Reused, {name}, ")), "{report}");
        assert!(report.contains("HTTP/1.1 200 OK\r\n"), "{report}");
    }
    let resume = ["-tls1_3", "-sess_in", &session, "-early_data", &early];
    let report = s_client(&server, &[&resume, READS].concat(), REQUEST).await;
    assert!(report.contains("Reused, TLSv1.3, "), "{report}");
    assert!(report.contains("Early data was not sent\n"), "{report}");
    assert!(report.contains("Max Early Data: 0\n"), "{report}");
}

#[tokio::test]
async fn a_client_chooses_the_size_of_its_records() {
    let Some(authority) = Authority::new() else {
        return;
    };
    let server = start(&authority).await;
    for version in ["-tls1_2", "-tls1_3"] {
        let small = [version, "-max_send_frag", "512", "-split_send_frag", "1"];
        let limited = [version, "-maxfraglen", "512"];
        for arguments in [&small[..], &limited] {
            let report = s_client(&server, &[arguments, READS].concat(), REQUEST).await;
            assert!(report.contains("HTTP/1.1 200 OK\r\n"), "{report}");
            assert!(report.contains("\r\n\r\nword"), "{report}");
        }
    }
}
