//! Certificates: issued over a test, a visit or a site's period; numbered, kept by revision, checked by anybody.

mod batch;
mod collection;
mod covered;
mod draft;
mod find;
mod heads;
mod history;
mod issue;
mod photos;
mod public;
mod register;
mod sign;
mod single;
mod site;
mod words;

pub use batch::Batch;
pub use collection::{Collected, collect_certificates};
pub use find::{Asked, Listed, find_certificate, find_pdf, find_site_path, list_certificates, list_of};
pub use heads::firm;
pub use issue::{Issued, issue_certificate};
pub use public::{Counts, Known, Paper, Standing, check_paper, show_public};
pub use sign::{Signer, ToSign, show_to_sign, sign_certificate};
pub use words::reason;

use chrono::NaiveDate;

/// What a certificate is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// One test, by its id.
    Test(String),
    /// A visit, by its number.
    Visit(i64),
    /// A site over days, both included.
    Period {
        /// The site.
        site_id: i64,
        /// First day, by the site's calendar.
        from: NaiveDate,
        /// Last day, by the site's calendar.
        to: NaiveDate,
    },
}

/// What may be left out of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Whether photos of what failed, and of the tests, are added.
    pub photos: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { photos: true }
    }
}
