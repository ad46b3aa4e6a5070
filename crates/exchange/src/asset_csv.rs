//! A list of assets from anybody's table: columns mapped by name, cells read into typed fields, every refusal kept.
//!
//! `Table::read` → [`Mapping::guess`] (shown, changed by the user) → [`read`] → [`AssetImport`].

mod cells;
mod fields;
mod mapping;

pub use fields::AssetField;
pub use mapping::{Column, Mapping, Target};

use crate::csv_table::{Row, Table};
use crate::dates::{DateOrder, Proof, prove};
use crate::measures::Wrong;
use crate::money::Money;
use cells::Context;
use domain::equipment::{EquipmentClass, EquipmentType};
use domain::quantity::Decimal;
use domain::tag;
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

/// One asset as its row says; what the row leaves empty is `None`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AssetRow {
    /// The physical line of the file on which it starts.
    pub line: usize,
    /// What makes the row the same row when the file comes again: its tag, else its number, else all its cells and
    /// how many rows like it stood above. Long: store a hash.
    pub identity: String,
    /// A code on the asset as given; `domain::tag::read` tells whether it is one of ours.
    pub tag: Option<String>,
    /// The customer's own number.
    pub customer_number: Option<String>,
    /// The customer the row names; compare it with the one imported for.
    pub customer: Option<String>,
    /// The site's name.
    pub site: Option<String>,
    /// The building's name.
    pub building: Option<String>,
    /// The floor's name.
    pub floor: Option<String>,
    /// The room's name.
    pub room: Option<String>,
    /// A location of no said kind.
    pub location: Option<String>,
    /// The category's name.
    pub category: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// Its maker.
    pub make: Option<String>,
    /// Its model.
    pub model: Option<String>,
    /// Its serial number.
    pub serial: Option<String>,
    /// Its class of protection.
    pub equipment_class: Option<EquipmentClass>,
    /// How it is used and moved.
    pub equipment_type: Option<EquipmentType>,
    /// Rated power in watts.
    pub rated_power_w: Option<Decimal>,
    /// Rated current in amperes.
    pub rated_current_a: Option<Decimal>,
    /// Fuse in amperes.
    pub fuse_a: Option<Decimal>,
    /// Lead length in metres.
    pub lead_length_m: Option<Decimal>,
    /// Conductor cross-section in square millimetres.
    pub conductor_mm2: Option<Decimal>,
    /// Kind of plug.
    pub plug: Option<String>,
    /// Whether it has surge suppressors.
    pub surge_suppressors: Option<bool>,
    /// Whether it heats.
    pub heating: Option<bool>,
    /// Number of socket outlets.
    pub sockets: Option<u32>,
    /// When it was bought.
    pub purchase_date: Option<chrono::NaiveDate>,
    /// What it cost.
    pub cost: Option<Money>,
    /// Who sold it.
    pub supplier: Option<String>,
    /// The last day of warranty.
    pub warranty_end: Option<chrono::NaiveDate>,
    /// Who has it.
    pub custodian: Option<String>,
    /// The tag or number of the asset it belongs to.
    pub parent: Option<String>,
    /// Notes, with their line breaks.
    pub notes: Option<String>,
    /// Custom fields with text in them, in the columns' order.
    pub custom: Vec<(String, String)>,
}

impl AssetRow {
    /// The names of the nested places, outermost first.
    pub fn place_path(&self) -> Vec<&str> {
        [&self.building, &self.floor, &self.location, &self.room]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect()
    }
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
pub struct AssetImport {
    /// Rows whose every cell was understood.
    pub rows: Vec<AssetRow>,
    /// Everything not understood, in the file's order, at most [`MOST_REFUSALS`]; a row with a refused cell is not
    /// in `rows`.
    pub refused: Vec<Refusal>,
    /// How many rows were refused, those beyond the list among them.
    pub rows_refused: usize,
    /// Questions to answer first; while there is one, the dates of its column are left empty in `rows`.
    pub questions: Vec<DateQuestion>,
    /// How the columns were read.
    pub mapping: Mapping,
    /// What to tell the user: detection, proofs, oddities.
    pub notes: Vec<String>,
}

impl AssetImport {
    /// Whether all of the file can go in.
    pub fn is_clean(&self) -> bool {
        self.refused.is_empty() && self.questions.is_empty()
    }
}

/// Reads each row of the table as an asset.
///
/// # Errors
/// Says where the mapping does not fit the table or maps a field twice; wrong rows are refusals, not errors.
pub fn read(table: &Table, mapping: &Mapping, options: &Options) -> Result<AssetImport, Vec<String>> {
    mapping.check(&table.header)?;
    let mut import = AssetImport {
        rows: Vec::new(),
        refused: Vec::new(),
        rows_refused: 0,
        questions: Vec::new(),
        mapping: mapping.clone(),
        notes: table.notes.clone(),
    };
    import.notes.extend(mapping.doubts());
    let contexts = contexts(table, mapping, options, &mut import);
    let mut seen = Seen::default();
    for row in &table.rows {
        match asset(row, mapping, &contexts, &mut seen) {
            Ok(asset) => import.rows.push(asset),
            Err(refused) => {
                import.rows_refused += 1;
                let room = MOST_REFUSALS - import.refused.len();
                import.refused.extend(refused.into_iter().take(room));
            }
        }
    }
    import.notes.extend(seen.notes());
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

fn contexts(table: &Table, mapping: &Mapping, options: &Options, import: &mut AssetImport) -> Vec<Context> {
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

fn asset(
    row: &Row,
    mapping: &Mapping,
    contexts: &[Context],
    seen: &mut Seen,
) -> Result<AssetRow, Vec<Refusal>> {
    if row.found > row.cells.len() {
        let reason = format!("the row has {} cells but the header {}", row.found, row.cells.len());
        let expected = "quotation marks around a cell that holds the separator";
        return Err(vec![refusal(row, "", "", Wrong::new(reason, expected))]);
    }
    let mut asset = AssetRow { line: row.line, ..AssetRow::default() };
    let mut refused = Vec::new();
    for ((column, cell), context) in mapping.columns.iter().zip(&row.cells).zip(contexts) {
        if let Err(wrong) = cells::take(&mut asset, column, cell, context) {
            refused.push(refusal(row, &column.header, cell, wrong));
        }
    }
    let named = [&asset.description, &asset.category, &asset.make, &asset.model].iter().any(|t| t.is_some());
    if !named && refused.is_empty() {
        let wrong = Wrong::new("nothing says what it is", "a description, a category, a make or a model");
        refused.push(refusal(row, "", "", wrong));
    }
    refused.extend(seen.take(row, &mut asset, mapping));
    if refused.is_empty() { Ok(asset) } else { Err(refused) }
}

fn refusal(row: &Row, column: &str, value: &str, wrong: Wrong) -> Refusal {
    Refusal {
        line: row.line,
        column: column.into(),
        value: crate::words::cut(value.trim(), 80),
        reason: wrong.reason,
        expected: wrong.expected.into(),
    }
}

/// What earlier rows of the file held.
#[derive(Default)]
struct Seen {
    tags: HashMap<String, usize>,
    numbers: HashMap<String, usize>,
    alike: HashMap<String, usize>,
    wrong_checks: Vec<String>,
}

impl Seen {
    /// Gives the row its identity and refuses a tag or number that an earlier row has.
    fn take(&mut self, row: &Row, asset: &mut AssetRow, mapping: &Mapping) -> Vec<Refusal> {
        let tag = asset.tag.as_deref().map(tag::fold);
        let number = asset.customer_number.as_deref().map(str::to_lowercase);
        asset.identity = match (&tag, &number) {
            (Some(tag), _) => format!("tag:{tag}"),
            (None, Some(number)) => format!("number:{number}"),
            (None, None) => self.whole_row(row),
        };
        if let Some(tag::Scan::WrongCheck { text }) = asset.tag.as_deref().map(tag::read) {
            self.wrong_checks.push(text);
        }
        let tag = earlier(&mut self.tags, tag, row.line).map(|line| (AssetField::Tag, line));
        let number =
            earlier(&mut self.numbers, number, row.line).map(|line| (AssetField::CustomerNumber, line));
        let doubled = tag.into_iter().chain(number);
        doubled
            .map(|(field, line)| {
                let index = mapping.column_of(field).unwrap_or_default();
                let wrong = Wrong::new(format!("line {line} has it already"), "each only once");
                refusal(row, &mapping.columns[index].header, &row.cells[index], wrong)
            })
            .collect()
    }

    fn whole_row(&mut self, row: &Row) -> String {
        let cells: Vec<&str> = row.cells.iter().map(|c| c.trim()).collect();
        let cells = cells.join("\u{1f}");
        let count = self.alike.entry(cells.clone()).or_default();
        *count += 1;
        format!("row:{cells}#{count}")
    }

    fn notes(self) -> Option<String> {
        let first = self.wrong_checks.first()?;
        let count = self.wrong_checks.len();
        Some(format!(
            "{count} tags have the form of tags issued here but a wrong check character, such as {first}: \
             misread, or codes of the customer's own."
        ))
    }
}

fn earlier(seen: &mut HashMap<String, usize>, key: Option<String>, line: usize) -> Option<usize> {
    let key = key?;
    match seen.get(&key) {
        Some(first) => Some(*first),
        None => {
            seen.insert(key, line);
            None
        }
    }
}

#[cfg(test)]
mod tests;
