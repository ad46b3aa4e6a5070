//! Which column fills which field: guessed from names and checked against values, shown, and the user's to change.

use crate::csv_table::Table;
use crate::dates::DateOrder;
use crate::mapped::{Context, Options};
use crate::measures::header_unit;
use crate::words::{cut, fold};
use domain::code::Code;
use std::collections::HashSet;
use std::hash::Hash;

/// How the reason of a doubt begins.
const DOUBT: &str = "its name means";
/// The longest name of a custom field, in characters.
const LONGEST_NAME: usize = 60;
/// How many filled cells of a column are tried before its name is believed.
const TRIED: usize = 50;
/// From how many cells on, none of which fits, even a plain name is not believed; below it the cells are refused,
/// so that a slip in a short list is told as a slip.
const ENOUGH: usize = 10;

/// A closed list of fields that columns can fill.
pub trait Field: Code + Hash {
    /// Where columns without a field are kept: "as a custom field".
    const KEPT: &'static str;

    /// Other names, folded, the surer ones first.
    fn synonyms(self) -> &'static str;

    /// Names, folded, that mean something else as often; the cells decide.
    fn dubious() -> &'static [&'static str];

    /// Whether its cells are dates.
    fn is_date(self) -> bool;

    /// Whether a cell can be one of this field.
    fn takes(self, cell: &str, context: &Context) -> bool;

    /// What a column of this name may be where its cells do not fit.
    fn or_else(self) -> Option<Self> {
        None
    }

    /// How surely a folded column name means this field: 0 is its own name, none is not at all.
    fn rank(self, folded: &str) -> Option<usize> {
        let bare = self.label().split(" (").next().unwrap_or_default();
        let own = [self.code(), self.label(), bare].iter().any(|name| fold(name) == folded);
        if own {
            return Some(0);
        }
        self.synonyms().split_whitespace().position(|name| name == folded).map(|at| at + 1)
    }
}

/// Where a column's cells go; written "serial", "custom:Colour" or "ignore".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target<F> {
    /// Into a known field.
    Field(F),
    /// Kept under this name.
    Custom(String),
    /// Nowhere.
    Ignore,
}

impl<F: Field> Target<F> {
    pub(crate) fn is_date(&self) -> bool {
        matches!(self, Self::Field(field) if field.is_date())
    }
}

impl<F: Field> From<Target<F>> for String {
    fn from(target: Target<F>) -> Self {
        match target {
            Target::Field(field) => field.code().into(),
            Target::Custom(name) => format!("custom:{name}"),
            Target::Ignore => "ignore".into(),
        }
    }
}

impl<F: Field> TryFrom<String> for Target<F> {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        match text.strip_prefix("custom:").map(str::trim) {
            Some("") => Err("what is kept needs a name".into()),
            Some(name) if name.chars().count() > LONGEST_NAME => {
                Err(format!("the name of what is kept has at most {LONGEST_NAME} characters"))
            }
            Some(name) => Ok(Self::Custom(name.into())),
            None if text == "ignore" => Ok(Self::Ignore),
            None => F::parse_code(&text).map(Self::Field),
        }
    }
}

/// A column, where it goes, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column<F> {
    /// The column's name in the table.
    pub header: String,
    /// Where its cells go.
    pub target: Target<F>,
    /// What the choice rests on, for the preview.
    pub why: String,
}

/// One target a column, in the table's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping<F> {
    /// The columns.
    pub columns: Vec<Column<F>>,
}

impl<F: Field> Mapping<F> {
    /// Maps columns by name; the surest name gets the field, unless the column's cells say that it means another.
    ///
    /// All others are kept under their names, so that nothing is lost unseen.
    pub fn guess(table: &Table) -> Self {
        let mut wishes = Vec::new();
        let mut columns: Vec<Column<F>> = table.header.iter().map(|h| custom(h)).collect();
        for (index, header) in table.header.iter().enumerate() {
            wishes.extend(candidates(header).into_iter().map(|(rank, field): (_, F)| (rank, index, field)));
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
    pub fn set(&mut self, index: usize, target: Target<F>) -> Result<(), String> {
        let column =
            self.columns.get_mut(index).ok_or_else(|| format!("there is no column {}", index + 1))?;
        column.target = target;
        column.why = "chosen".into();
        Ok(())
    }

    /// What the preview should point out: columns whose cells contradict their name.
    pub fn doubts(&self) -> impl Iterator<Item = String> + '_ {
        let doubtful = self.columns.iter().filter(|c| c.why.starts_with(DOUBT));
        doubtful.map(|c| format!("Column {} is kept {}: {}.", c.header, F::KEPT, c.why))
    }

    /// The column that fills a field.
    pub fn column_of(&self, field: F) -> Option<usize> {
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

fn custom<F: Field>(header: &str) -> Column<F> {
    // Cut names could meet; the check then asks the user, which beats losing one of them.
    let name = cut(header, LONGEST_NAME - 1);
    let why = format!("no known name; kept {}", F::KEPT);
    Column { header: header.into(), target: Target::Custom(name), why }
}

/// The fields a header may mean; one with its unit named ("Power (kW)") also means what it says without it.
fn candidates<F: Field>(header: &str) -> Vec<(usize, F)> {
    let whole = fold(header);
    let bare = header_unit(header).map(|(name, _)| fold(&name));
    let ranked = F::ALL.iter().filter_map(|f| {
        let rank = f.rank(&whole).or_else(|| bare.as_deref().and_then(|b| f.rank(b)))?;
        Some((rank, *f))
    });
    let mut found: Vec<_> = ranked.collect();
    let others: Vec<_> = found.iter().filter_map(|(_, f)| f.or_else()).map(|f| (usize::MAX, f)).collect();
    found.extend(others);
    found
}

fn fits<F: Field>(table: &Table, index: usize, field: F) -> bool {
    let header = &table.header[index];
    let options = Options { date_order: Some(DateOrder::DayFirst), year_now: 2025 };
    let either = Options { date_order: Some(DateOrder::MonthFirst), ..options };
    let tries = [options, either].map(|o| Context::chosen(header, &o));
    let cells =
        table.rows.iter().map(|r| r.cells[index].as_str()).filter(|c| !c.trim().is_empty()).take(TRIED);
    let (mut good, mut all) = (0, 0);
    for cell in cells {
        all += 1;
        good += usize::from(tries.iter().any(|c| field.takes(cell, c)));
    }
    let dubious = F::dubious().contains(&fold(header).as_str());
    if dubious { good * 2 >= all } else { good > 0 || all < ENOUGH }
}
