//! Which column fills which field: guessed from names and checked against values, shown, and the user's to change.

use super::cells::{self, Context};
use super::fields::is_dubious;
use super::{AssetField, AssetRow, Options};
use crate::csv_table::Table;
use crate::dates::DateOrder;
use crate::measures::header_unit;
use crate::words::{cut, fold};
use domain::code::Code;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// How the reason of a doubt begins.
const DOUBT: &str = "its name means";
/// The longest name of a custom field, in characters.
const LONGEST_NAME: usize = 60;
/// How many filled cells of a column are tried before its name is believed.
const TRIED: usize = 50;
/// From how many cells on, none of which fits, even a plain name is not believed; below it the cells are refused,
/// so that a slip in a short list is told as a slip.
const ENOUGH: usize = 10;

/// Where a column's cells go; written "serial", "custom:Colour" or "ignore".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Target {
    /// Into a known field.
    Field(AssetField),
    /// Into a custom field of this name.
    Custom(String),
    /// Nowhere.
    Ignore,
}

impl Target {
    pub(super) fn is_date(&self) -> bool {
        matches!(self, Self::Field(field) if field.is_date())
    }
}

impl From<Target> for String {
    fn from(target: Target) -> Self {
        match target {
            Target::Field(field) => field.code().into(),
            Target::Custom(name) => format!("custom:{name}"),
            Target::Ignore => "ignore".into(),
        }
    }
}

impl TryFrom<String> for Target {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        match text.strip_prefix("custom:").map(str::trim) {
            Some("") => Err("a custom field needs a name".into()),
            Some(name) if name.chars().count() > LONGEST_NAME => {
                Err(format!("the name of a custom field has at most {LONGEST_NAME} characters"))
            }
            Some(name) => Ok(Self::Custom(name.into())),
            None if text == "ignore" => Ok(Self::Ignore),
            None => AssetField::parse_code(&text).map(Self::Field),
        }
    }
}

/// A column, where it goes, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The column's name in the table.
    pub header: String,
    /// Where its cells go.
    pub target: Target,
    /// What the choice rests on, for the preview.
    pub why: String,
}

/// One target a column, in the table's order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// The columns.
    pub columns: Vec<Column>,
}

impl Mapping {
    /// Maps columns by name; the surest name gets the field, unless the column's cells say that it means another.
    ///
    /// All others become custom fields, so that nothing is lost unseen.
    pub fn guess(table: &Table) -> Self {
        let mut wishes = Vec::new();
        let mut columns: Vec<Column> = table.header.iter().map(|h| custom(h)).collect();
        for (index, header) in table.header.iter().enumerate() {
            wishes.extend(candidates(header).into_iter().map(|(rank, field)| (rank, index, field)));
        }
        wishes.sort_by_key(|(rank, index, _)| (*rank, *index));
        let (mut filled, mut placed) = (HashSet::new(), HashSet::new());
        for (_, index, field) in wishes {
            if placed.contains(&index) {
                continue;
            }
            if filled.contains(&field) {
                columns[index].why = format!("another column is {} already", field.label());
            } else if !fits(table, index, field) {
                columns[index].why = format!("{DOUBT} {}, but its cells do not", field.label());
            } else {
                filled.insert(field);
                placed.insert(index);
                columns[index].target = Target::Field(field);
                columns[index].why = "by its name".into();
            }
        }
        Self { columns }
    }

    /// Sends a column elsewhere, as the user chose.
    ///
    /// # Errors
    /// Says so if there is no such column.
    pub fn set(&mut self, index: usize, target: Target) -> Result<(), String> {
        let column =
            self.columns.get_mut(index).ok_or_else(|| format!("there is no column {}", index + 1))?;
        column.target = target;
        column.why = "chosen".into();
        Ok(())
    }

    /// What the preview should point out: columns whose cells contradict their name.
    pub fn doubts(&self) -> impl Iterator<Item = String> + '_ {
        let doubtful = self.columns.iter().filter(|c| c.why.starts_with(DOUBT));
        doubtful.map(|c| format!("Column {} is kept as a custom field: {}.", c.header, c.why))
    }

    /// The column that fills a field.
    pub fn column_of(&self, field: AssetField) -> Option<usize> {
        self.columns.iter().position(|c| c.target == Target::Field(field))
    }

    /// Checks that it fits a table's header and that no two columns go to one place.
    ///
    /// # Errors
    /// One sentence for each thing that is wrong.
    pub fn check(&self, header: &[String]) -> Result<(), Vec<String>> {
        if !self.columns.iter().map(|c| &c.header).eq(header) {
            return Err(vec!["the mapping belongs to a table with other columns".into()]);
        }
        let mut taken = HashSet::new();
        let mut wrong = Vec::new();
        for column in self.columns.iter().filter(|c| c.target != Target::Ignore) {
            if !taken.insert(String::from(column.target.clone()).to_lowercase()) {
                let name = match &column.target {
                    Target::Field(field) => field.label(),
                    Target::Custom(name) => name,
                    Target::Ignore => "",
                };
                wrong.push(format!(
                    "column {} fills {name}, which another column fills already",
                    column.header
                ));
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

fn custom(header: &str) -> Column {
    // Cut names could meet; the check then asks the user, which beats losing one of them.
    let name = cut(header, LONGEST_NAME - 1);
    Column {
        header: header.into(),
        target: Target::Custom(name),
        why: "no known name; kept as a custom field".into(),
    }
}

/// The fields a header may mean; one with its unit named ("Power (kW)") also means what it says without it.
fn candidates(header: &str) -> Vec<(usize, AssetField)> {
    let whole = fold(header);
    let bare = header_unit(header).map(|(name, _)| fold(&name));
    let ranked = AssetField::ALL.iter().filter_map(|f| {
        let rank = f.rank(&whole).or_else(|| bare.as_deref().and_then(|b| f.rank(b)))?;
        Some((rank, *f))
    });
    let mut found: Vec<_> = ranked.collect();
    // "Type" says kettle as often as it says portable: what does not fit the one field may be the other.
    if found.iter().any(|(_, f)| *f == AssetField::EquipmentType) {
        found.push((usize::MAX, AssetField::Category));
    }
    found
}

fn fits(table: &Table, index: usize, field: AssetField) -> bool {
    let options = Options { date_order: Some(DateOrder::DayFirst), year_now: 2025 };
    let either = Options { date_order: Some(DateOrder::MonthFirst), ..options };
    let column = Column { target: Target::Field(field), ..custom(&table.header[index]) };
    let tries = [options, either].map(|o| Context::chosen(&column.header, &o));
    let cells =
        table.rows.iter().map(|r| r.cells[index].as_str()).filter(|c| !c.trim().is_empty()).take(TRIED);
    let (mut good, mut all) = (0, 0);
    for cell in cells {
        all += 1;
        good += usize::from(
            tries.iter().any(|c| cells::take(&mut AssetRow::default(), &column, cell, c).is_ok()),
        );
    }
    if is_dubious(&fold(&column.header)) { good * 2 >= all } else { good > 0 || all < ENOUGH }
}
