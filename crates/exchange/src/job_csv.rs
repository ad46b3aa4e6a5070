//! Another system's job history from anybody's table: columns mapped by name, dates proved, statuses translated by a
//! table, and what no field takes kept with the description.
//!
//! `Table::read` → [`Mapping::guess`] (shown, changed by the user) → [`read`] → [`JobImport`].

mod cells;
mod fields;
mod statuses;

pub use cells::When;
pub use fields::JobField;
pub use statuses::{Standing, Translations, standing, statuses_markdown};

use crate::csv_table::{Row, Table};
use crate::mapped::{self, Context, Earlier, Import, Options, Refusal, earlier};
use crate::measures::Wrong;
use chrono::NaiveDate;
use domain::job::Priority;
use std::collections::HashMap;

/// Where a column of a job history goes.
pub type Target = crate::columns::Target<JobField>;
/// Which column of a job history goes where.
pub type Mapping = crate::columns::Mapping<JobField>;
/// What a job history holds.
pub type JobImport = Import<JobRow, JobField>;

/// The longest description, in characters: the problem's text with what is kept behind it.
pub const LONGEST_DESCRIPTION: usize = 10_000;
/// The longest title made from a text, in characters.
const LONGEST_TITLE: usize = 80;

/// One job as its row says; what the row leaves empty is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    /// The physical line of the file on which it starts.
    pub line: usize,
    /// What makes the row the same row when the file comes again: the other system's number, else all its cells and
    /// how many rows like it stood above. Long: store a hash.
    pub identity: String,
    /// The other system's number.
    pub reference: Option<String>,
    /// The customer the row names; compare it with the one imported for.
    pub customer: Option<String>,
    /// The site's name.
    pub site: Option<String>,
    /// The job's own title.
    pub title: Option<String>,
    /// What was wrong, with its line breaks.
    pub problem: Option<String>,
    /// The category's name.
    pub category: Option<String>,
    /// The maker.
    pub make: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// The year it was made.
    pub year: Option<i32>,
    /// The status in the other system's own word; empty where it says nothing.
    pub status: String,
    /// What the status means here.
    pub standing: Standing,
    /// Why it could not be repaired.
    pub barrier: Option<String>,
    /// What was done.
    pub work: Option<String>,
    /// How much it mattered.
    pub priority: Option<Priority>,
    /// When it came in.
    pub opened: When,
    /// When it ended; where only one day is named, that one.
    pub closed: Option<When>,
    /// The last day of a row whose status says that it is open still.
    pub ended: Option<NaiveDate>,
    /// A code on the thing.
    pub tag: Option<String>,
    /// Its serial number.
    pub serial: Option<String>,
    /// What no field takes: the column's name and the cell, in the columns' order.
    pub kept: Vec<(String, String)>,
}

impl JobRow {
    /// The title: the row's own, else how the problem begins, else what the thing is.
    pub fn title(&self) -> String {
        if let Some(title) = &self.title {
            return title.clone();
        }
        let text = self.problem.as_deref().unwrap_or_default();
        let first = text.lines().map(str::trim).find(|line| !line.is_empty());
        first.map_or_else(|| self.thing(), |line| shorten(line, LONGEST_TITLE))
    }

    /// The thing in words: maker, model and category.
    pub fn thing(&self) -> String {
        let parts = [&self.make, &self.model, &self.category];
        parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    /// The description: the problem's text, and below it a line for each column that no field takes, and for the tag
    /// and serial number, of which the register may know nothing.
    pub fn description(&self) -> String {
        let line = |(name, value): (&str, &str)| format!("{name}: {value}");
        let kept = self.kept.iter().map(|(name, value)| line((name, value)));
        let tag = self.tag.iter().map(|tag| line(("Tag", tag)));
        let serial = self.serial.iter().map(|serial| line(("Serial number", serial)));
        let ended = self.ended.iter().map(|day| format!("Last day there: {day}"));
        let kept: Vec<_> = kept.chain(ended).chain(tag).chain(serial).collect();
        let parts = [self.problem.clone().unwrap_or_default(), kept.join("\n")];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
    }
}

/// The beginning of a line, cut between two words where that leaves most of it.
fn shorten(line: &str, most: usize) -> String {
    let Some((end, _)) = line.char_indices().nth(most) else { return line.to_owned() };
    let begin = &line[..end];
    let cut = begin.rfind(' ').filter(|at| at * 2 > end).unwrap_or(end);
    format!("{}…", begin[..cut].trim_end())
}

/// Reads each row of the table as a job.
///
/// # Errors
/// Says where the mapping does not fit the table or maps a field twice; wrong rows are refusals, not errors.
pub fn read(table: &Table, mapping: &Mapping, options: &Options) -> Result<JobImport, Vec<String>> {
    read_translated(table, mapping, options, &Translations::default())
}

/// As [`read`], with words for statuses that the table does not hold.
///
/// # Errors
/// As [`read`].
pub fn read_translated(
    table: &Table,
    mapping: &Mapping,
    options: &Options,
    statuses: &Translations,
) -> Result<JobImport, Vec<String>> {
    let mut seen = Seen::default();
    let mut one = |row: &Row, contexts: &[Context]| job(row, (mapping, statuses), contexts, &mut seen);
    let mut import = mapped::read(table, mapping, options, &mut one)?;
    if mapping.column_of(JobField::Status).is_none() && mapping.column_of(JobField::Closed).is_none() {
        import.notes.push(
            "No column says how a job stands: every row is taken for a closed job, its outcome \"Done\"."
                .into(),
        );
    }
    let ended: Vec<usize> =
        import.rows.iter().filter(|row| row.ended.is_some()).map(|row| row.line).collect();
    if let Some(first) = ended.first() {
        import.notes.push(format!(
            "{} rows are open by their status although they name a last day, the first on line {first}: they stay open, and \
             the day stands with the description.",
            ended.len()
        ));
    }
    Ok(import)
}

fn job(
    row: &Row,
    (mapping, statuses): (&Mapping, &Translations),
    contexts: &[Context],
    seen: &mut Seen,
) -> Result<JobRow, Vec<Refusal>> {
    let mut found = cells::Found::default();
    let mut refused = Vec::new();
    for ((column, cell), context) in mapping.columns.iter().zip(&row.cells).zip(contexts) {
        if let Err(wrong) = cells::take(&mut found, &column.target, cell, (context, statuses)) {
            refused.push(Refusal::new(row, &column.header, cell, wrong));
        }
    }
    let waiting = contexts.iter().any(|context| context.waiting);
    let line = found.reference.as_ref().and_then(|reference| {
        let key = Some(reference.to_lowercase());
        earlier(&mut seen.references, key, row.line)
    });
    if let Some(line) = line {
        let index = mapping.column_of(JobField::Reference).unwrap_or_default();
        let wrong = Wrong::new(format!("line {line} has it already"), "each only once");
        refused.push(Refusal::new(row, &mapping.columns[index].header, &row.cells[index], wrong));
    }
    let identity = match &found.reference {
        Some(reference) => reference.clone(),
        None => seen.rows.whole_row(row),
    };
    match found.whole((row.line, identity), waiting) {
        Ok(job) if refused.is_empty() => Ok(job),
        Ok(_) => Err(refused),
        Err(wrong) if refused.is_empty() => {
            refused.push(Refusal::new(row, "", "", wrong));
            Err(refused)
        }
        Err(_) => Err(refused),
    }
}

/// What earlier rows of the file held.
#[derive(Default)]
struct Seen {
    references: HashMap<String, usize>,
    rows: Earlier,
}

#[cfg(test)]
mod tests;
