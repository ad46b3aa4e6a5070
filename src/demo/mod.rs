//! A made-up organisation with a past of five years, for trying the program and for measuring it.
//!
//! The same seed, size and day give the same records, byte for byte: chance is our own, the clock is injected,
//! and each thing draws from a stream of its own. Verdicts, due dates and the ledger come from the same code
//! as everybody's. What [`furnish`] adds to it goes through the program's actions, whose secrets and ids are not made
//! from the seed.

mod catalogue;
pub mod chance;
mod courses;
mod estate;
mod file;
mod findings;
mod furnish;
mod furniture;
mod history;
mod instruments;
mod jobs;
mod judging;
mod organisation;
mod readings;
mod seed;
mod signature;
mod things;

pub use file::{database_for, marked, remember};
pub use furnish::furnish;
pub use organisation::{LogIn, PASSWORD, log_ins};
pub use seed::{Built, build};

/// The kinds of things that offices, kitchens and workshops hold, with class, type, fuse and intervals: what
/// a new register may start with.
pub fn usual_categories() -> impl Iterator<Item = store::categories::CategoryFields> {
    catalogue::items().iter().map(estate::category_fields)
}

/// What to make up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// How many assets, leads included.
    pub assets: usize,
    /// How many jobs, most of them closed.
    pub jobs: usize,
    /// Where chance begins.
    pub seed: u64,
}

/// Above this many assets each has its last two tests only, instead of all of five years.
pub const FULL_HISTORY: usize = 20_000;
/// The most jobs that may be asked for.
pub const MOST_JOBS: usize = 1_000_000;
/// The most assets that may be asked for.
pub const MOST_ASSETS: usize = 1_000_000;

impl Plan {
    /// Whether every test of five years is made up, rather than the last two of each asset.
    pub fn full_history(&self) -> bool {
        self.assets <= FULL_HISTORY
    }
}
