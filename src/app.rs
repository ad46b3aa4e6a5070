//! The application: built once, by `main` and by the tests alike.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use store::Store;

use crate::actions::passwords::Passwords;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::mail::Mailer;
use crate::web::rate_limit::{LogInLimit, ReportLimit};

/// The injected clock.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Everything a request needs.
pub struct App {
    /// The configuration.
    pub config: Config,
    /// The database.
    pub store: Store,
    /// Outgoing mail.
    pub mailer: Mailer,
    /// Password hashing, a few at a time.
    pub passwords: Passwords,
    /// Brakes on log-in tries.
    pub log_in_limit: LogInLimit,
    /// Brakes on reports by anybody.
    pub report_limit: ReportLimit,
    /// The secret of the set-up page while nobody can log in.
    pub set_up_secret: Option<String>,
}

impl App {
    /// Opens the database and builds the application.
    ///
    /// # Errors
    /// The store's.
    pub fn open(config: Config, clock: Clock, mailer: Mailer) -> Result<Self> {
        let store = Store::open(&config.database_url, clock)?;
        let empty = store.read(store::users::is_empty)?;
        let set_up_secret = empty.then(new_secret);
        let (passwords, log_in_limit) = (Passwords::default(), LogInLimit::default());
        let report_limit = ReportLimit::default();
        Ok(Self { config, store, mailer, passwords, log_in_limit, report_limit, set_up_secret })
    }

    /// The clock's time.
    pub fn now(&self) -> DateTime<Utc> {
        self.store.now()
    }
}

/// A random secret of 256 bits in hexadecimal.
pub fn new_secret() -> String {
    let mut bytes = [0; 32];
    fill_random(&mut bytes);
    store::ledger::hex(&bytes)
}

/// A random number.
pub fn random_u64() -> u64 {
    let mut bytes = [0; 8];
    fill_random(&mut bytes);
    u64::from_le_bytes(bytes)
}

fn fill_random(bytes: &mut [u8]) {
    // Without randomness no session or tag is safe to make: stopping is the only right answer.
    getrandom::fill(bytes).expect("the operating system gives random numbers");
}

/// Runs blocking work off the event loop.
///
/// # Errors
/// The work's, or [`Error::Internal`] when it panicked.
pub async fn block<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match actix_web::web::block(work).await {
        Ok(result) => result,
        Err(_) => Err(Error::Internal("a worker thread stopped".to_owned())),
    }
}
