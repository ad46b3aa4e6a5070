//! Outgoing mail: to an SMTP server, or kept in memory for tests, or nowhere when none is configured.

use std::sync::Mutex;

use lettre::message::Mailbox;
use lettre::{Message, SmtpTransport, Transport};

use crate::config::Smtp;

/// A mail to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The receiver's name.
    pub name: String,
    /// The receiver's address.
    pub address: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub body: String,
}

/// Where mail goes.
pub enum Mailer {
    /// Nowhere: no server is configured.
    Nowhere,
    /// To a server.
    Smtp {
        /// The connection pool.
        transport: Box<SmtpTransport>,
        /// The sender.
        from: Mailbox,
    },
    /// Into memory, for tests.
    Memory(Mutex<Vec<Mail>>),
}

impl Mailer {
    /// A mailer for the configured server.
    ///
    /// # Errors
    /// Says what is wrong with the address or the sender.
    pub fn new(smtp: Option<&Smtp>) -> Result<Self, String> {
        let Some(smtp) = smtp else { return Ok(Self::Nowhere) };
        let transport = SmtpTransport::from_url(&smtp.url).map_err(|e| format!("smtp url: {e}"))?;
        let transport = Box::new(transport.timeout(Some(std::time::Duration::from_secs(20))).build());
        let from = smtp.from.parse().map_err(|e| format!("smtp from \"{}\": {e}", smtp.from))?;
        Ok(Self::Smtp { transport, from })
    }

    /// Whether mail can be sent at all.
    pub fn is_set_up(&self) -> bool {
        !matches!(self, Self::Nowhere)
    }

    /// Sends a mail.
    ///
    /// # Errors
    /// The server's words, or which address cannot be one. Line breaks in names and subjects cannot become headers.
    pub fn send(&self, mail: &Mail) -> Result<(), String> {
        let one_line = |text: &str| text.split(['\r', '\n']).collect::<Vec<_>>().join(" ");
        let mail = Mail { name: one_line(&mail.name), subject: one_line(&mail.subject), ..mail.clone() };
        let address = mail.address.parse().map_err(|e| format!("mail address \"{}\": {e}", mail.address))?;
        match self {
            Self::Nowhere => Err("no mail server is configured".to_owned()),
            Self::Memory(sent) => {
                sent.lock().map_err(|_| "poisoned".to_owned())?.push(mail);
                Ok(())
            }
            Self::Smtp { transport, from } => {
                let to = Mailbox::new(Some(mail.name), address);
                let message = Message::builder().from(from.clone()).to(to).subject(mail.subject);
                let message = message.body(mail.body).map_err(|e| e.to_string())?;
                transport.send(&message).map(drop).map_err(|e| e.to_string())
            }
        }
    }
}
