//! One cell into one field of a job.

use super::statuses::{Standing, Translations};
use super::{JobField, JobRow, LONGEST_DESCRIPTION, Target};
use crate::dates::{Clock, clock_of};
use crate::mapped::Context;
use crate::measures::{Wrong, means_nothing};
use crate::texts::{bare, code, long, text};
use crate::words::fold;
use chrono::NaiveDate;
use domain::job::{Outcome, Priority};

/// A day, and the time of day where the cell has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// The day.
    pub date: NaiveDate,
    /// The time of day as written.
    pub clock: Option<Clock>,
}

/// What the cells of a row say so far.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub reference: Option<String>,
    customer: Option<String>,
    site: Option<String>,
    title: Option<String>,
    problem: Option<String>,
    category: Option<String>,
    make: Option<String>,
    model: Option<String>,
    year: Option<i32>,
    status: Option<(String, Standing)>,
    barrier: Option<String>,
    work: Option<String>,
    priority: Option<Priority>,
    opened: Option<When>,
    closed: Option<When>,
    tag: Option<String>,
    serial: Option<String>,
    kept: Vec<(String, String)>,
}

/// Reads a cell into the field its column fills.
pub(super) fn take(
    found: &mut Found,
    target: &Target,
    cell: &str,
    (context, statuses): (&Context, &Translations),
) -> Result<(), Wrong> {
    let cell = bare(cell);
    let field = match target {
        Target::Ignore => return Ok(()),
        Target::Custom(name) => {
            found.kept.extend(long(cell, LONGEST_DESCRIPTION)?.map(|text| (name.clone(), text)));
            return Ok(());
        }
        Target::Field(field) => *field,
    };
    match field {
        JobField::Reference => found.reference = code(cell)?,
        JobField::Tag => found.tag = code(cell)?,
        JobField::Serial => found.serial = code(cell)?,
        JobField::Customer => found.customer = text(cell)?,
        JobField::Site => found.site = text(cell)?,
        JobField::Title => found.title = text(cell)?,
        JobField::Category => found.category = text(cell)?,
        JobField::Make => found.make = text(cell)?,
        JobField::Model => found.model = text(cell)?,
        JobField::Problem => found.problem = long(cell, LONGEST_DESCRIPTION)?,
        JobField::Barrier => found.barrier = long(cell, LONGEST_DESCRIPTION)?,
        JobField::Work => found.work = long(cell, LONGEST_DESCRIPTION)?,
        JobField::Year => found.year = year(cell, context.year_now)?,
        JobField::Status => found.status = status(cell, statuses)?,
        JobField::Priority => found.priority = priority(cell)?,
        JobField::Opened => found.opened = when(cell, context)?,
        JobField::Closed => found.closed = when(cell, context)?,
    }
    Ok(())
}

impl Found {
    /// The job, if the row says what it is and when it came in. `waiting` says that dates are still asked for.
    pub fn whole(self, (line, identity): (usize, String), waiting: bool) -> Result<JobRow, Wrong> {
        let said = [&self.title, &self.problem, &self.category, &self.make, &self.model];
        if said.iter().all(|text| text.is_none()) {
            return Err(Wrong::new("nothing says what it is about", "a problem, a title or a category"));
        }
        let some_day = When { date: NaiveDate::default(), clock: None };
        let opened = match self.opened.or(self.closed) {
            Some(when) => when,
            None if waiting => some_day,
            None => {
                return Err(Wrong::new("nothing says when it was", "the day it came in, such as 2024-12-31"));
            }
        };
        let (status, standing) = match self.status {
            Some(given) => given,
            None => (String::new(), Standing::Closed(Outcome::Done)),
        };
        let ends = matches!(standing, Standing::Closed(_));
        let closed = ends.then(|| self.closed.unwrap_or(opened));
        if closed.is_some_and(|closed| closed.date < opened.date) && !waiting {
            return Err(Wrong::new("it ended before it came in", "a last day that is not before the first"));
        }
        let job = JobRow {
            line,
            identity,
            reference: self.reference,
            customer: self.customer,
            site: self.site,
            title: self.title,
            problem: self.problem,
            category: self.category,
            make: self.make,
            model: self.model,
            year: self.year,
            status,
            standing,
            barrier: self.barrier,
            work: self.work,
            priority: self.priority,
            opened,
            closed,
            ended: self.closed.filter(|_| !ends && self.opened.is_some()).map(|when| when.date),
            tag: self.tag,
            serial: self.serial,
            kept: self.kept,
        };
        let length = job.description().chars().count();
        if length > LONGEST_DESCRIPTION {
            let reason = format!(
                "problem and kept columns have {length} characters together; at most {LONGEST_DESCRIPTION} fit"
            );
            return Err(Wrong::new(reason, "a shorter text, or a column left out"));
        }
        Ok(job)
    }
}

fn when(cell: &str, context: &Context) -> Result<Option<When>, Wrong> {
    let wrong =
        |reason| Wrong::new(reason, "a date such as 2024-12-31, or one with a time such as 2024-12-31 09:30");
    let Some(date) = context.date(cell)? else { return Ok(None) };
    Ok(Some(When { date, clock: clock_of(cell).map_err(wrong)? }))
}

/// A status must be known: what is taken for closed and is not would be lost from sight.
fn status(cell: &str, statuses: &Translations) -> Result<Option<(String, Standing)>, Wrong> {
    let Some(word) = text(cell)? else { return Ok(None) };
    match statuses.standing(&word) {
        Some(standing) => Ok(Some((word, standing))),
        None => Err(Wrong::new(
            "it is no status that is known",
            "a word such as fixed, repairable, end of life, unknown, open or closed, or a translation of this one",
        )),
    }
}

/// A year such as 2016; "2016.0" comes out of spreadsheets, 0 means that nobody knew.
fn year(cell: &str, year_now: i32) -> Result<Option<i32>, Wrong> {
    let bare = cell.strip_suffix(".0").unwrap_or(cell);
    if means_nothing(bare) || bare == "0" {
        return Ok(None);
    }
    let digits = bare.len() == 4 && bare.bytes().all(|b| b.is_ascii_digit());
    let year = bare.parse().ok().filter(|year| digits && (1800..=year_now + 1).contains(year));
    year.map(Some).ok_or_else(|| Wrong::new("it is no year", "a year such as 2016"))
}

const PRIORITIES: &[(Priority, &[&str])] = &[
    (Priority::Critical, &["critical", "emergency", "blocker", "p1", "1", "kritisch", "notfall", "sofort"]),
    (Priority::High, &["high", "urgent", "major", "p2", "2", "hoch", "dringend", "eilig"]),
    (Priority::Normal, &["normal", "medium", "moderate", "standard", "p3", "3", "mittel"]),
    (Priority::Low, &["low", "minor", "trivial", "p4", "4", "niedrig", "gering"]),
];

fn priority(cell: &str) -> Result<Option<Priority>, Wrong> {
    if means_nothing(cell) {
        return Ok(None);
    }
    let folded = fold(cell);
    let known = PRIORITIES.iter().find(|(_, words)| words.contains(&folded.as_str()));
    known
        .map(|(priority, _)| Some(*priority))
        .ok_or_else(|| Wrong::new("it is no priority that is known", "critical, high, normal or low"))
}
