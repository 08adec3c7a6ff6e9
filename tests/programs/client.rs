//! The client of a program that watches its server: HTTP/1.1 over one connection at a time.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// A connection, which is opened when it is needed.
pub(crate) struct Connection {
    address: SocketAddr,
    /// How long the server may take to send or to accept something.
    patience: Duration,
    stream: Option<BufReader<TcpStream>>,
}

impl Connection {
    pub(crate) fn to(address: SocketAddr, patience: Duration) -> Self {
        Self {
            address,
            patience,
            stream: None,
        }
    }

    pub(crate) fn stream(&mut self) -> io::Result<&mut BufReader<TcpStream>> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(self.address)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(self.patience))?;
            stream.set_write_timeout(Some(self.patience))?;
            self.stream = Some(BufReader::new(stream));
        }
        Ok(self
            .stream
            .as_mut()
            .expect("the connection was just opened"))
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream()?.get_mut().write_all(bytes)
    }

    /// Reads the head and the body of a response, and the end of the connection if it is the last one.
    pub(crate) fn read(&mut self) -> io::Result<(String, Vec<u8>)> {
        let stream = self.stream()?;
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if stream.read_line(&mut head)? == 0 {
                let text = format!("the connection ended in or before a head: {head:?}");
                return Err(io::Error::other(text));
            }
        }
        let mut body = Vec::new();
        if let Some(length) = field(&head, "content-length") {
            body.resize(length.parse().map_err(io::Error::other)?, 0);
            stream.read_exact(&mut body)?;
        } else {
            loop {
                let mut size = String::new();
                stream.read_line(&mut size)?;
                let size = usize::from_str_radix(size.trim_end(), 16).map_err(io::Error::other)?;
                let start = body.len();
                body.resize(start + size + 2, 0);
                stream.read_exact(&mut body[start..])?;
                body.truncate(start + size);
                if size == 0 {
                    break;
                }
            }
        }
        if field(&head, "connection") == Some("close") {
            self.end()?;
        }
        Ok((head, body))
    }

    /// Reads to the end of the connection, where nothing may follow.
    pub(crate) fn end(&mut self) -> io::Result<()> {
        let mut rest = Vec::new();
        if let Some(mut stream) = self.stream.take() {
            stream.read_to_end(&mut rest)?;
        }
        match rest.is_empty() {
            true => Ok(()),
            false => Err(io::Error::other(format!(
                "{} bytes after the last response",
                rest.len()
            ))),
        }
    }

    /// Leaves, whatever the server is doing.
    pub(crate) fn close(&mut self) {
        self.stream = None;
    }
}

/// Returns a field of a head, whose names are in lower case.
fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = head.lines();
    lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

/// Pseudorandom numbers, the same in each run: Marsaglia's xorshift.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) | 1)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }
}
