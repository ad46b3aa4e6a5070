//! Passwords: argon2id at 19 MiB, two passes, one lane (OWASP), a few at a time so that tries cannot eat the memory.

use std::sync::{Condvar, Mutex};

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::error::{Error, Result};

/// How many passwords are hashed at once: 19 MiB each.
const AT_ONCE: usize = 4;
/// The shortest password accepted, in characters.
pub const SHORTEST: usize = 10;
/// The longest, in bytes: hashing must not become work for free.
const LONGEST: usize = 200;

/// Hashes and checks passwords, `AT_ONCE` at a time.
#[derive(Debug, Default)]
pub struct Passwords {
    running: Mutex<usize>,
    freed: Condvar,
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("the parameters are within argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

impl Passwords {
    /// Hashes a new password.
    ///
    /// # Errors
    /// A field error when it is too short or too long.
    pub fn hash(&self, password: &str) -> Result<String> {
        check_length(password)?;
        let hash = self.limited(|| argon2().hash_password(password.as_bytes()));
        Ok(hash.map_err(|e| Error::Internal(e.to_string()))?.to_string())
    }

    /// Whether a password fits a stored hash. Without a hash the same work is done, so that time tells nothing.
    pub fn check(&self, password: &str, hash: Option<&str>) -> bool {
        if password.len() > LONGEST {
            return false;
        }
        let parsed = hash.and_then(|hash| PasswordHash::new(hash).ok());
        self.limited(|| match parsed {
            Some(hash) => argon2().verify_password(password.as_bytes(), &hash).is_ok(),
            None => {
                let _same_work = argon2().hash_password(password.as_bytes());
                false
            }
        })
    }

    fn limited<T>(&self, work: impl FnOnce() -> T) -> T {
        let lock = self.running.lock().unwrap_or_else(|e| e.into_inner());
        let mut running = self.freed.wait_while(lock, |n| *n >= AT_ONCE).unwrap_or_else(|e| e.into_inner());
        *running += 1;
        drop(running);
        let value = work();
        *self.running.lock().unwrap_or_else(|e| e.into_inner()) -= 1;
        self.freed.notify_one();
        value
    }
}

fn check_length(password: &str) -> Result<()> {
    if password.chars().count() < SHORTEST {
        return Err(Error::field("password", format!("use at least {SHORTEST} characters")));
    }
    if password.len() > LONGEST {
        return Err(Error::field("password", format!("use at most {LONGEST} bytes")));
    }
    Ok(())
}
