//! The connection after the upgrade, which tungstenite reads and writes without waiting.

use std::{
    fmt,
    io::{self, ErrorKind},
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Poll, Wake, Waker, ready},
};

use hyper::{
    rt::{Read as _, ReadBuf as HyperBuf, Write as _},
    upgrade::Upgraded,
};
use tokio::{
    io::{AsyncRead, AsyncWrite as _, DuplexStream, ReadBuf},
    net::TcpStream,
};

use super::frames::Frames;

/// The server's end of a connection that a test opens without a socket. It is an extension of the request.
#[derive(Clone)]
pub(crate) struct InProcess(Arc<Mutex<Option<DuplexStream>>>);

impl InProcess {
    pub(crate) fn new(end: DuplexStream) -> Self {
        Self(Arc::new(Mutex::new(Some(end))))
    }

    pub(super) fn take(&self) -> Option<DuplexStream> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A connection after its upgrade from HTTP.
pub(super) enum Connection {
    Upgraded(Upgraded),
    InProcess(DuplexStream),
    /// The client's end, in a test.
    Tcp(TcpStream),
}

impl Connection {
    fn poll_read(&mut self, task: &mut Context<'_>, bytes: &mut [u8]) -> Poll<io::Result<usize>> {
        match self {
            Self::Upgraded(upgraded) => {
                let mut buf = HyperBuf::new(bytes);
                ready!(Pin::new(upgraded).poll_read(task, buf.unfilled()))?;
                Poll::Ready(Ok(buf.filled().len()))
            }
            Self::InProcess(end) => poll_read(end, task, bytes),
            Self::Tcp(stream) => poll_read(stream, task, bytes),
        }
    }

    fn poll_write(&mut self, task: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self {
            Self::Upgraded(upgraded) => Pin::new(upgraded).poll_write(task, bytes),
            Self::InProcess(end) => Pin::new(end).poll_write(task, bytes),
            Self::Tcp(stream) => Pin::new(stream).poll_write(task, bytes),
        }
    }

    fn poll_flush(&mut self, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Upgraded(upgraded) => Pin::new(upgraded).poll_flush(task),
            Self::InProcess(end) => Pin::new(end).poll_flush(task),
            Self::Tcp(stream) => Pin::new(stream).poll_flush(task),
        }
    }

    fn poll_shutdown(&mut self, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Upgraded(upgraded) => Pin::new(upgraded).poll_shutdown(task),
            Self::InProcess(end) => Pin::new(end).poll_shutdown(task),
            Self::Tcp(stream) => Pin::new(stream).poll_shutdown(task),
        }
    }
}

fn poll_read<S: AsyncRead + Unpin>(
    stream: &mut S,
    task: &mut Context<'_>,
    bytes: &mut [u8],
) -> Poll<io::Result<usize>> {
    let mut buf = ReadBuf::new(bytes);
    ready!(Pin::new(stream).poll_read(task, &mut buf))?;
    Poll::Ready(Ok(buf.filled().len()))
}

/// The connection, which wakes all tasks that wait for it.
pub(super) struct Io {
    connection: Connection,
    waker: Waker,
    frames: Frames,
    /// Whether it has accepted bytes since this was last reset.
    pub(super) has_written: bool,
}

impl Io {
    pub(super) fn new(connection: Connection, tasks: &Arc<Tasks>) -> Self {
        Self {
            connection,
            waker: tasks.clone().into(),
            frames: Frames::default(),
            has_written: false,
        }
    }

    /// Returns whether the last byte that was read is the last of a message.
    pub(super) fn is_between_messages(&self) -> bool {
        self.frames.is_between_messages()
    }

    /// Closes the server's side. If the client may still be sending, this discards what it sends until it closes its
    /// side: closing the connection before that would reset it, and the close frame could be lost.
    pub(super) fn poll_shutdown(&mut self, is_sending: bool) -> Poll<()> {
        let task = &mut Context::from_waker(&self.waker);
        if ready!(self.connection.poll_shutdown(task)).is_err() || !is_sending {
            return Poll::Ready(());
        }
        let mut discarded = [0; 4096];
        loop {
            match ready!(self.connection.poll_read(task, &mut discarded)) {
                Ok(count) if count > 0 => {}
                _ => return Poll::Ready(()),
            }
        }
    }
}

impl io::Read for Io {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let task = &mut Context::from_waker(&self.waker);
        let count = ready_or_blocked(self.connection.poll_read(task, bytes))?;
        self.frames.advance(&bytes[..count]);
        Ok(count)
    }
}

impl io::Write for Io {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let task = &mut Context::from_waker(&self.waker);
        let written = ready_or_blocked(self.connection.poll_write(task, bytes));
        self.has_written |= written.is_ok();
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        let task = &mut Context::from_waker(&self.waker);
        ready_or_blocked(self.connection.poll_flush(task))
    }
}

fn ready_or_blocked<T>(polled: Poll<io::Result<T>>) -> io::Result<T> {
    match polled {
        Poll::Ready(done) => done,
        Poll::Pending => Err(ErrorKind::WouldBlock.into()),
    }
}

/// A task that waits for the connection: the request's own, or one to which the handler has moved a half.
#[derive(Clone, Copy)]
pub(super) enum Role {
    Keeper,
    Receiver,
    Sender,
}

/// The tasks that wait for the connection. A waker is kept after its use, since its task usually waits again.
#[derive(Default)]
pub(super) struct Tasks(Mutex<[Option<Waker>; 3]>);

impl Tasks {
    /// Wakes this task when the connection is ready, from now on.
    pub(super) fn register(&self, role: Role, waker: &Waker) {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = &mut tasks[role as usize];
        if !known.as_ref().is_some_and(|known| known.will_wake(waker)) {
            *known = Some(waker.clone());
        }
    }
}

impl Wake for Tasks {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut last: Option<&Waker> = None;
        for task in tasks.iter().flatten() {
            if !last.is_some_and(|last| last.will_wake(task)) {
                task.wake_by_ref();
            }
            last = Some(task);
        }
    }
}

/// Records that a timer or the shutdown is due, so that they are polled only then.
pub(super) struct Alarm {
    is_due: AtomicBool,
    tasks: Arc<Tasks>,
}

impl Alarm {
    pub(super) fn new(tasks: &Arc<Tasks>) -> Arc<Self> {
        Arc::new(Self {
            is_due: AtomicBool::new(true),
            tasks: tasks.clone(),
        })
    }

    pub(super) fn take_due(&self) -> bool {
        self.is_due.load(Relaxed) && self.is_due.swap(false, Relaxed)
    }
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.is_due.store(true, Relaxed);
        self.tasks.wake_by_ref();
    }
}

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InProcess")
    }
}
