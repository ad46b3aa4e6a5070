//! What anybody with the paper in hand may learn: whether it is genuine, and how things stand today. Nobody is named.

use chrono::NaiveDate;
use domain::asset::{Lifecycle, Status};
use domain::code::Code;
use domain::schedule::local_date;
use domain::verdict::Verdict;
use store::certificates::{self, CoveredAsset};
use store::{history_links, recalls};

use crate::actions::dues::{FIRM_ZONE, today};
use crate::app::App;
use crate::error::Result;

/// Characters of a public code.
const CODE: usize = 32;

/// A genuine certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its number.
    pub number: String,
    /// Its revision.
    pub revision: i64,
    /// The day it was issued.
    pub issued_on: NaiveDate,
    /// Whether a later revision took its place.
    pub superseded: bool,
    /// Whether its document was removed, since it named a person who was erased.
    pub erased: bool,
    /// How many of the records that it rests on were corrected since.
    pub corrected: i64,
    /// How many of them count for another item now than when it was issued.
    pub moved: usize,
    /// How many of them were made with an instrument under recall.
    pub doubtful: usize,
    /// SHA-256 of the genuine PDF.
    pub hash: String,
    /// How things stand today.
    pub standing: Standing,
}

/// How things stand today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The one item of a certificate of one test: code and words.
    One(&'static str, String),
    /// The items of a site's certificate.
    Many(Counts),
}

/// The items of a certificate by how they stand today; each is counted once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Passed, and nothing overdue.
    pub passed: usize,
    /// Failed or quarantined.
    pub failed: usize,
    /// Passed once, overdue now.
    pub overdue: usize,
    /// Tested incompletely.
    pub incomplete: usize,
    /// Disposed of or lost.
    pub gone: usize,
}

/// Looks a public code up; none for one that was never issued. What is no code does not reach the database.
///
/// # Errors
/// The store's.
pub fn show_public(app: &App, code: &str) -> Result<Option<Known>> {
    let sound = code.len() == CODE && code.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if !sound {
        return Ok(None);
    }
    let today = today(app);
    Ok(app.store.read(|conn| {
        let Some(row) = certificates::find_public(conn, code)? else { return Ok(None) };
        let evidence = certificates::find_evidence(conn, &row)?;
        let covered = certificates::list_covered(conn, row.customer_id, &evidence.tests)?;
        let corrected = certificates::count_corrected(conn, row.customer_id, &evidence.tests)?;
        let doubtful = recalls::count_doubtful(conn, row.customer_id, &evidence.tests)?;
        let moved = history_links::count_moved(conn, row.customer_id, (&evidence.tests, row.seq))?;
        let superseded = certificates::is_superseded(conn, &row)?;
        let erased = store::erasures::is_erased(conn, &row.hash)?;
        let standing = match (row.test_id.is_some(), covered.as_slice()) {
            (true, [one]) => in_words(one, today),
            _ => Standing::Many(count(&covered, today)),
        };
        Ok::<_, store::Error>(Some(Known {
            number: row.number,
            revision: row.revision,
            issued_on: local_date(row.issued_at.utc(), FIRM_ZONE),
            superseded,
            erased,
            corrected,
            moved,
            doubtful,
            hash: row.hash,
            standing,
        }))
    })?)
}

/// What a PDF that somebody holds turns out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paper {
    /// Never issued here, or altered since: one changed byte is enough.
    Unknown,
    /// Genuine and the latest.
    Current {
        /// The certificate's number.
        number: String,
        /// Its revision.
        revision: i64,
    },
    /// Genuine, and a later revision took its place.
    Superseded {
        /// The certificate's number.
        number: String,
        /// Its revision.
        revision: i64,
    },
}

/// Looks for the certificate that has exactly these bytes.
///
/// # Errors
/// The store's.
pub fn check_paper(app: &App, bytes: &[u8]) -> Result<Paper> {
    let hash = store::ledger::sha256(bytes);
    Ok(app.store.read(|conn| {
        let Some(row) = certificates::find_by_file(conn, &hash)? else { return Ok(Paper::Unknown) };
        let superseded = certificates::is_superseded(conn, &row)?;
        let (number, revision) = (row.number, row.revision);
        Ok::<_, store::Error>(match superseded {
            true => Paper::Superseded { number, revision },
            false => Paper::Current { number, revision },
        })
    })?)
}

/// How one item stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Passed,
    Failed,
    Overdue,
    Incomplete,
    Gone,
}

fn state(asset: &CoveredAsset, today: NaiveDate) -> State {
    match (asset.lifecycle.0, asset.last_verdict.map(|verdict| verdict.0)) {
        _ if asset.lock_cause.is_some() => State::Failed,
        (Lifecycle::Disposed | Lifecycle::Lost | Lifecycle::Merged, _) => State::Gone,
        (_, Some(Verdict::Fail)) => State::Failed,
        (_, Some(Verdict::Incomplete) | None) => State::Incomplete,
        (_, Some(Verdict::Pass)) if asset.due_on.is_some_and(|due| due < today) => State::Overdue,
        (_, Some(Verdict::Pass)) => State::Passed,
    }
}

fn count(assets: &[CoveredAsset], today: NaiveDate) -> Counts {
    let mut counts = Counts::default();
    for asset in assets {
        let target = match state(asset, today) {
            State::Passed => &mut counts.passed,
            State::Failed => &mut counts.failed,
            State::Overdue => &mut counts.overdue,
            State::Incomplete => &mut counts.incomplete,
            State::Gone => &mut counts.gone,
        };
        *target += 1;
    }
    counts
}

fn in_words(asset: &CoveredAsset, today: NaiveDate) -> Standing {
    let day = |day: NaiveDate| day.format("%-d %b %Y").to_string();
    let tested = asset.last_tested_at.map(|at| day(local_date(at.utc(), FIRM_ZONE))).unwrap_or_default();
    let due = asset.due_on.map(day).unwrap_or_default();
    match state(asset, today) {
        State::Failed => {
            Standing::One("fail", "Do not use: this item is quarantined or its last test failed.".to_owned())
        }
        State::Gone => {
            let status = Status::of(asset.lifecycle.0, false);
            Standing::One("retired", format!("This item is no longer in use: {}.", status.noun()))
        }
        State::Incomplete => Standing::One(
            "incomplete",
            "This item is not proven: its last test was incomplete, or it was opened since.".to_owned(),
        ),
        State::Overdue => {
            Standing::One("overdue", format!("It passed on {tested}, and is overdue since {due}."))
        }
        State::Passed if due.is_empty() => {
            Standing::One("pass", format!("It passed its last test on {tested}."))
        }
        State::Passed => {
            Standing::One("pass", format!("It passed its last test on {tested}; the next is due on {due}."))
        }
    }
}
