//! Brakes on log-in tries, per account and per address. The account's brake holds however the address is forged.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::error::{Error, Result};

/// Tries allowed at once per account, then one every six seconds.
const PER_ACCOUNT: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
/// Tries allowed at once per address, then one a second: a whole office may share one.
const PER_ADDRESS: NonZeroU32 = NonZeroU32::new(60).expect("not zero");

/// The brakes.
pub struct LogInLimit {
    accounts: DefaultKeyedRateLimiter<String>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
}

impl Default for LogInLimit {
    fn default() -> Self {
        Self {
            accounts: RateLimiter::keyed(Quota::per_minute(PER_ACCOUNT)),
            addresses: RateLimiter::keyed(Quota::per_minute(PER_ADDRESS)),
        }
    }
}

impl LogInLimit {
    /// Counts a try.
    ///
    /// # Errors
    /// [`Error::SlowDown`] with the seconds to wait.
    pub fn check(&self, account: &str, address: Option<IpAddr>) -> Result<()> {
        let now = DefaultClock::default().now();
        if let Some(address) = address {
            self.addresses.check_key(&address).map_err(|until| wait(until.wait_time_from(now)))?;
        }
        let account = account.trim().to_lowercase();
        self.accounts.check_key(&account).map_err(|until| wait(until.wait_time_from(now)))?;
        Ok(())
    }

    /// Forgets what has run down, so that made-up accounts do not fill the memory.
    pub fn forget_old(&self) {
        self.accounts.retain_recent();
        self.addresses.retain_recent();
    }
}

fn wait(time: std::time::Duration) -> Error {
    Error::SlowDown(time.as_secs().max(1))
}
