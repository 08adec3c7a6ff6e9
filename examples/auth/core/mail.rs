//! Emails: written to the log, or sent over SMTP.

use std::{pin::Pin, sync::Arc};

use fastrs::prelude::*;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor, message::Mailbox,
    message::header::ContentType,
};

use super::settings::Settings;

/// An email. It may contain a token, so it has no `Debug`.
pub struct Mail {
    /// The address as the database has it: a client may have sent another one that is meant to look the same.
    pub to: String,
    pub subject: &'static str,
    pub text: String,
}

/// Sends emails.
pub trait Mailer: Send + Sync {
    fn send(&self, mail: Mail) -> Sending<'_>;
}

/// An email that is being sent.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// Writes emails to the log, for development.
pub struct LogMailer;

impl Mailer for LogMailer {
    fn send(&self, mail: Mail) -> Sending<'_> {
        tracing::info!(target: "mail", "to {}: {}\n{}", mail.to, mail.subject, mail.text);
        Box::pin(async { Ok(()) })
    }
}

/// Sends emails over SMTP.
pub struct SmtpMailer {
    from: Mailbox,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl SmtpMailer {
    /// Creates a mailer from the URL of the server. The scheme `smtps`, or `smtp` with `?tls=required`, encrypts.
    pub fn new(url: &Secret<String>, from: &str) -> Result<Self> {
        Ok(Self {
            from: from.parse()?,
            transport: AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose())?.build(),
        })
    }
}

impl Mailer for SmtpMailer {
    fn send(&self, mail: Mail) -> Sending<'_> {
        Box::pin(async move {
            let message = Message::builder()
                .from(self.from.clone())
                .to(mail.to.parse()?)
                .subject(mail.subject)
                .header(ContentType::TEXT_PLAIN)
                .body(mail.text)?;
            self.transport.send(message).await?;
            Ok(())
        })
    }
}

/// The mailer that the settings ask for.
#[dependency(scope = "app")]
pub async fn mailer(#[depends(Settings)] settings: &Settings) -> Result<Arc<dyn Mailer>> {
    Ok(match &settings.smtp_url {
        Some(url) => Arc::new(SmtpMailer::new(url, &settings.mail_from)?),
        None => Arc::new(LogMailer),
    })
}

/// Sends the emails of a request after its response, so that the response time does not reveal whether there were any.
#[derive(Clone)]
pub struct Outbox {
    mailer: Arc<dyn Mailer>,
    tasks: BackgroundTasks,
}

/// The outbox of the request.
#[dependency]
pub async fn outbox(#[depends(mailer)] mailer: Arc<dyn Mailer>, tasks: BackgroundTasks) -> Outbox {
    Outbox { mailer, tasks }
}

impl Outbox {
    /// Sends an email, as part of the work after the response.
    pub async fn deliver(&self, mail: Mail) -> Result<()> {
        self.mailer.send(mail).await
    }

    /// Does some work after the response. If it fails, the error is logged.
    pub fn later(&self, work: impl Future<Output = Result<()>> + Send + 'static) {
        self.tasks.add(async move {
            if let Err(error) = work.await {
                tracing::error!(target: "mail", "no mail was sent: {error}");
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::TcpListener;

    use super::*;

    /// Receives one email as a server does, and returns the lines of the client.
    async fn receive(listener: TcpListener) -> Vec<String> {
        let (mut socket, _) = listener.accept().await.unwrap();
        let (read, mut write) = socket.split();
        let (mut lines, mut received) = (BufReader::new(read).lines(), Vec::new());
        let mut is_data = false;
        write.write_all(b"220 ready\r\n").await.unwrap();
        while let Some(line) = lines.next_line().await.unwrap() {
            let answer = match &*line {
                "DATA" => {
                    is_data = true;
                    "354 go on\r\n"
                }
                "." => "250 queued\r\n",
                "QUIT" => break,
                _ if is_data => "",
                _ => "250 ok\r\n",
            };
            write.write_all(answer.as_bytes()).await.unwrap();
            let is_end = line == ".";
            received.push(line);
            if is_end {
                break;
            }
        }
        received
    }

    #[tokio::test]
    async fn smtp_delivers_a_mail() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Secret::new(format!("smtp://{}", listener.local_addr().unwrap()));
        let mailer = SmtpMailer::new(&url, "Auth <auth@example.com>").unwrap();
        let mail = Mail {
            to: "ada@example.com".into(),
            subject: "Hello",
            text: "The text.".into(),
        };
        let (received, sent) = tokio::join!(receive(listener), mailer.send(mail));
        sent.unwrap();
        for line in [
            "MAIL FROM:<auth@example.com>",
            "RCPT TO:<ada@example.com>",
            "From: Auth <auth@example.com>",
            "To: ada@example.com",
            "Subject: Hello",
            "The text.",
        ] {
            assert!(
                received.iter().any(|got| got.trim_end().starts_with(line)),
                "{line}: {received:?}"
            );
        }
    }

    #[test]
    fn an_address_of_a_mail_server_that_is_wrong_stops_the_start() {
        let url = Secret::new("mail.example.com".to_owned());
        let error = SmtpMailer::new(&url, "auth@example.com").err().unwrap();
        assert_eq!(error.status(), 500);
    }
}
