//! Brakes on log-in tries, per account and per address; the account's brake holds however the address is forged. And on
//! what anybody may send without an account.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};

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

/// What anybody may send from one address at once, then one every three minutes: a whole office may share one.
const FROM_ADDRESS: NonZeroU32 = NonZeroU32::new(20).expect("not zero");
/// Reports of one thing at once, then one every six minutes.
const OF_THING: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
/// Dangerous reports of one thing at once, then one every twenty minutes: each locks it until somebody has looked.
const DANGERS_OF_THING: NonZeroU32 = NonZeroU32::new(3).expect("not zero");
/// Reports of everything at once, then one every twelve seconds.
const OF_ALL: NonZeroU32 = NonZeroU32::new(300).expect("not zero");
/// So many addresses are remembered.
const MOST_ADDRESSES: usize = 50_000;

/// The brakes on reports by anybody, each over an hour.
pub struct ReportLimit {
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    things: DefaultKeyedRateLimiter<i64>,
    dangers: DefaultKeyedRateLimiter<i64>,
    all: DefaultDirectRateLimiter,
}

impl Default for ReportLimit {
    fn default() -> Self {
        Self {
            addresses: RateLimiter::keyed(Quota::per_hour(FROM_ADDRESS)),
            things: RateLimiter::keyed(Quota::per_hour(OF_THING)),
            dangers: RateLimiter::keyed(Quota::per_hour(DANGERS_OF_THING)),
            all: RateLimiter::direct(Quota::per_hour(OF_ALL)),
        }
    }
}

impl ReportLimit {
    /// Counts something that came from an address, before it is read.
    ///
    /// # Errors
    /// [`Error::SlowDown`] with the seconds to wait.
    pub fn check_address(&self, address: Option<IpAddr>) -> Result<()> {
        let Some(address) = address else { return Ok(()) };
        if self.addresses.len() > MOST_ADDRESSES {
            self.addresses.retain_recent();
            if self.addresses.len() > MOST_ADDRESSES {
                return Err(Error::SlowDown(60));
            }
        }
        let now = DefaultClock::default().now();
        let counted = self.addresses.check_key(&network_of(address));
        counted.map_err(|until| wait(until.wait_time_from(now)))
    }

    /// Counts a report of a thing that there is.
    ///
    /// # Errors
    /// [`Error::SlowDown`] with the seconds to wait.
    pub fn check_thing(&self, id: i64, dangerous: bool) -> Result<()> {
        let now = DefaultClock::default().now();
        self.things.check_key(&id).map_err(|until| wait(until.wait_time_from(now)))?;
        if dangerous {
            self.dangers.check_key(&id).map_err(|until| wait(until.wait_time_from(now)))?;
        }
        self.all.check().map_err(|until| wait(until.wait_time_from(now)))
    }

    /// Forgets what has run down.
    pub fn forget_old(&self) {
        self.addresses.retain_recent();
        self.things.retain_recent();
        self.dangers.retain_recent();
    }
}

/// What one subscriber has: of the longer addresses everybody has more than can be counted.
fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(long) => IpAddr::V6(Ipv6Addr::from(u128::from(long) >> 64 << 64)),
        short => short,
    }
}

fn wait(time: std::time::Duration) -> Error {
    Error::SlowDown(time.as_secs().max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_counted_by_address_and_by_thing() {
        let limit = ReportLimit::default();
        let here: IpAddr = "192.0.2.1".parse().unwrap();
        let sent = (0..100).filter(|_| limit.check_address(Some(here)).is_ok()).count();
        assert_eq!(sent, 20);
        assert!(limit.check_address(Some("192.0.2.2".parse().unwrap())).is_ok());
        assert!(limit.check_address(None).is_ok());
        assert_eq!((0..100).filter(|_| limit.check_thing(1, true).is_ok()).count(), 3);
        assert!(matches!(limit.check_thing(1, true), Err(Error::SlowDown(1..=3600))));
        assert!(limit.check_thing(2, true).is_ok());
        let all = (3..1000).filter(|id| limit.check_thing(*id, false).is_ok()).count();
        assert!((250..300).contains(&all), "{all} of everything");
    }

    #[test]
    fn a_subscriber_is_one_whatever_the_end_of_the_address() {
        let limit = ReportLimit::default();
        let from = |n: u128| Some(IpAddr::V6(Ipv6Addr::from(0x2001_0db8_u128 << 96 | n)));
        assert_eq!((0..100).filter(|n| limit.check_address(from(*n)).is_ok()).count(), 20);
        assert!(limit.check_address(from(1 << 64)).is_ok());
    }
}
