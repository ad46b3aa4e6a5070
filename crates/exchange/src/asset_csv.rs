//! A list of assets from anybody's table: columns mapped by name, cells read into typed fields, every refusal kept.
//!
//! `Table::read` → [`Mapping::guess`] (shown, changed by the user) → [`read`] → [`AssetImport`].

mod cells;
mod fields;

pub use fields::AssetField;

use crate::csv_table::{Row, Table};
use crate::mapped::{self, Context, Earlier, Import, Options, Refusal, earlier};
use crate::measures::Wrong;
use crate::money::Money;
use domain::equipment::{EquipmentClass, EquipmentType};
use domain::quantity::Decimal;
use domain::tag;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Where a column of an asset list goes.
pub type Target = crate::columns::Target<AssetField>;
/// Which column of an asset list goes where.
pub type Mapping = crate::columns::Mapping<AssetField>;
/// What a list of assets holds.
pub type AssetImport = Import<AssetRow, AssetField>;

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

/// Reads each row of the table as an asset.
///
/// # Errors
/// Says where the mapping does not fit the table or maps a field twice; wrong rows are refusals, not errors.
pub fn read(table: &Table, mapping: &Mapping, options: &Options) -> Result<AssetImport, Vec<String>> {
    let mut seen = Seen::default();
    let mut one = |row: &Row, contexts: &[Context]| asset(row, mapping, contexts, &mut seen);
    let mut import = mapped::read(table, mapping, options, &mut one)?;
    import.notes.extend(seen.notes());
    Ok(import)
}

fn asset(
    row: &Row,
    mapping: &Mapping,
    contexts: &[Context],
    seen: &mut Seen,
) -> Result<AssetRow, Vec<Refusal>> {
    let mut asset = AssetRow { line: row.line, ..AssetRow::default() };
    let mut refused = Vec::new();
    for ((column, cell), context) in mapping.columns.iter().zip(&row.cells).zip(contexts) {
        if let Err(wrong) = cells::take(&mut asset, &column.target, cell, context) {
            refused.push(Refusal::new(row, &column.header, cell, wrong));
        }
    }
    let named = [&asset.description, &asset.category, &asset.make, &asset.model].iter().any(|t| t.is_some());
    if !named && refused.is_empty() {
        let wrong = Wrong::new("nothing says what it is", "a description, a category, a make or a model");
        refused.push(Refusal::new(row, "", "", wrong));
    }
    refused.extend(seen.take(row, &mut asset, mapping));
    if refused.is_empty() { Ok(asset) } else { Err(refused) }
}

/// What earlier rows of the file held.
#[derive(Default)]
struct Seen {
    tags: HashMap<String, usize>,
    numbers: HashMap<String, usize>,
    rows: Earlier,
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
            (None, None) => self.rows.whole_row(row),
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
                Refusal::new(row, &mapping.columns[index].header, &row.cells[index], wrong)
            })
            .collect()
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

#[cfg(test)]
mod tests;
