//! Reading a table whose columns are mapped: what every list has in common, whatever its rows are.

use crate::columns::{Field, Mapping};
use crate::csv_table::{Row, Table};
use crate::dates::{self, DateOrder, Proof, prove};
use crate::measures::{Wrong, header_unit, means_nothing};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The most refusals listed: a file of another kind has millions, which nobody reads and memory may not hold.
pub const MOST_REFUSALS: usize = 10_000;

/// What the caller decides about an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The order of dates in columns that do not prove their own.
    pub date_order: Option<DateOrder>,
    /// The present year, around which two-digit years lie.
    pub year_now: i32,
}

/// A cell, or a whole row, that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The physical line on which the row starts.
    pub line: usize,
    /// The column's name; empty where the whole row is meant.
    pub column: String,
    /// The cell as given, cut to 80 characters.
    pub value: String,
    /// What is wrong.
    pub reason: String,
    /// What would be right.
    pub expected: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}", self.line)?;
        if !self.column.is_empty() {
            write!(f, ", {} \"{}\"", self.column, self.value)?;
        }
        write!(f, ": {}; right would be {}", self.reason, self.expected)
    }
}

impl Refusal {
    pub(crate) fn new(row: &Row, column: &str, value: &str, wrong: Wrong) -> Self {
        Self {
            line: row.line,
            column: column.into(),
            value: crate::words::cut(value.trim(), 80),
            reason: wrong.reason,
            expected: wrong.expected.into(),
        }
    }
}

/// A date column that does not say whether its day comes first; ask, then read again with the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateQuestion {
    /// The column's name.
    pub column: String,
    /// Ambiguous, or in conflict with itself, with examples.
    pub proof: Proof,
    /// The order another column of the same file proves; a hint for the person asked, never an answer.
    pub hint: Option<DateOrder>,
}

/// What a table holds once its columns are mapped.
#[derive(Debug, Clone, PartialEq)]
pub struct Import<R, F> {
    /// Rows whose every cell was understood.
    pub rows: Vec<R>,
    /// Everything not understood, in the file's order, at most [`MOST_REFUSALS`]; a row with a refused cell is not
    /// in `rows`.
    pub refused: Vec<Refusal>,
    /// How many rows were refused, those beyond the list among them.
    pub rows_refused: usize,
    /// Questions to answer first; while there is one, the dates of its column are left empty in `rows`.
    pub questions: Vec<DateQuestion>,
    /// How the columns were read.
    pub mapping: Mapping<F>,
    /// What to tell the user: detection, proofs, oddities.
    pub notes: Vec<String>,
}

impl<R, F> Import<R, F> {
    /// Whether all of the file can go in.
    pub fn is_clean(&self) -> bool {
        self.refused.is_empty() && self.questions.is_empty()
    }
}

/// What is known of a column before its cells are read.
#[derive(Debug, Clone)]
pub struct Context {
    pub(crate) unit: Option<String>,
    pub(crate) year_now: i32,
    /// The order of its dates.
    pub(crate) order: Option<DateOrder>,
    /// Whether the order must be asked for first.
    pub(crate) waiting: bool,
}

impl Context {
    fn new(header: &str, options: &Options) -> Self {
        let unit = header_unit(header).map(|(_, unit)| unit);
        Self { unit, year_now: options.year_now, order: None, waiting: false }
    }

    pub(crate) fn chosen(header: &str, options: &Options) -> Self {
        Self { order: options.date_order, ..Self::new(header, options) }
    }

    pub(crate) fn date(&self, cell: &str) -> Result<Option<NaiveDate>, Wrong> {
        if means_nothing(cell) || self.waiting {
            return Ok(None);
        }
        let wrong = |reason| Wrong::new(reason, "a date such as 2024-12-31");
        dates::parse(cell, self.order, self.year_now).map(Some).map_err(wrong)
    }
}

/// Reads a row with what is known of its columns.
pub(crate) type ReadRow<'a, R> = dyn FnMut(&Row, &[Context]) -> Result<R, Vec<Refusal>> + 'a;

/// Reads each row of the table with `one`.
///
/// # Errors
/// Says where the mapping does not fit the table or maps a field twice; wrong rows are refusals, not errors.
pub(crate) fn read<R, F: Field>(
    table: &Table,
    mapping: &Mapping<F>,
    options: &Options,
    one: &mut ReadRow<'_, R>,
) -> Result<Import<R, F>, Vec<String>> {
    mapping.check(&table.header)?;
    let mut import = Import {
        rows: Vec::new(),
        refused: Vec::new(),
        rows_refused: 0,
        questions: Vec::new(),
        mapping: mapping.clone(),
        notes: table.notes.clone(),
    };
    import.notes.extend(mapping.doubts());
    let contexts = contexts(table, mapping, options, &mut import);
    for row in &table.rows {
        match too_wide(row).map_or_else(|| one(row, &contexts), |refusal| Err(vec![refusal])) {
            Ok(read) => import.rows.push(read),
            Err(refused) => {
                import.rows_refused += 1;
                let room = MOST_REFUSALS - import.refused.len();
                import.refused.extend(refused.into_iter().take(room));
            }
        }
    }
    if import.refused.len() == MOST_REFUSALS {
        import.notes.push(format!("Only the first {MOST_REFUSALS} refused cells are listed."));
    }
    let short: Vec<usize> = table.ragged().filter(|r| r.1 < table.header.len()).map(|r| r.0).collect();
    if let Some(first) = short.first() {
        import.notes.push(format!(
            "{} rows end early, the first on line {first}; their missing cells count as empty.",
            short.len()
        ));
    }
    Ok(import)
}

fn too_wide(row: &Row) -> Option<Refusal> {
    let reason = format!("the row has {} cells but the header {}", row.found, row.cells.len());
    let wrong = Wrong::new(reason, "quotation marks around a cell that holds the separator");
    (row.found > row.cells.len()).then(|| Refusal::new(row, "", "", wrong))
}

fn contexts<R, F: Field>(
    table: &Table,
    mapping: &Mapping<F>,
    options: &Options,
    import: &mut Import<R, F>,
) -> Vec<Context> {
    let mut contexts: Vec<Context> =
        mapping.columns.iter().map(|c| Context::new(&c.header, options)).collect();
    for (index, column) in mapping.columns.iter().enumerate().filter(|(_, c)| c.target.is_date()) {
        let values = table.rows.iter().map(|r| (r.line, r.cells[index].as_str()));
        match prove(values, options.year_now) {
            Proof::NotNeeded => {}
            Proof::Proven(order, seen) => {
                let label = domain::code::Code::label(order);
                let proof = format!("\"{}\" on line {} proves it", seen.text, seen.line);
                import.notes.push(format!("Dates in {}: {label}; {proof}.", column.header));
                contexts[index].order = Some(order);
            }
            proof if options.date_order.is_none() => {
                contexts[index].waiting = true;
                import.questions.push(DateQuestion { column: column.header.clone(), proof, hint: None });
            }
            _ => contexts[index].order = options.date_order,
        }
    }
    let hint = contexts.iter().find_map(|c| c.order);
    import.questions.iter_mut().for_each(|q| q.hint = hint);
    contexts
}

/// The rows that came before, by what makes them the same row when the file comes again.
#[derive(Default)]
pub(crate) struct Earlier {
    alike: HashMap<String, usize>,
}

impl Earlier {
    /// All cells of the row and how many rows like it stood above.
    pub(crate) fn whole_row(&mut self, row: &Row) -> String {
        let cells: Vec<&str> = row.cells.iter().map(|c| c.trim()).collect();
        let cells = cells.join("\u{1f}");
        let count = self.alike.entry(cells.clone()).or_default();
        *count += 1;
        format!("row:{cells}#{count}")
    }
}

/// The line that has this key already, if one does; else the key is noted for this line.
pub(crate) fn earlier(seen: &mut HashMap<String, usize>, key: Option<String>, line: usize) -> Option<usize> {
    let key = key?;
    match seen.get(&key) {
        Some(first) => Some(*first),
        None => {
            seen.insert(key, line);
            None
        }
    }
}
