//! Certificates: issued over a test, a visit or a site's period; numbered, kept by revision, checked by anybody.

mod draft;
mod find;
mod heads;
mod issue;
mod public;
mod register;
mod single;
mod site;
mod words;

pub use find::{Asked, Listed, find_certificate, find_pdf, find_site_path, list_certificates, list_of};
pub use issue::{Issued, issue_certificate};
pub use public::{Counts, Known, Standing, show_public};
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
