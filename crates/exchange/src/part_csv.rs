//! A list of parts from anybody's table: columns found by name, cells read into typed fields, every refusal kept.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use domain::code::Code;
use domain::codes;
use domain::money::Currency;
use domain::stock::{MOST, fold as fold_number};

use crate::csv_table::{Row, Table};
use crate::dates::{self, DateOrder, Proof, prove};
use crate::mapped::{MOST_REFUSALS, Refusal};
use crate::measures::{Wrong, means_nothing};
use crate::money::money;
use crate::texts::{bare, code, long, text};
use crate::words::{fold, yes_no};

/// The longest notes, in characters.
const LONGEST_NOTES: usize = 10_000;

codes!(
    /// A field of a part that a column may fill.
    PartField, "field of a part", {
    Number = "number", "Part number";
    Description = "description", "Description";
    Maker = "maker", "Maker";
    Supplier = "supplier", "Supplier";
    SupplierNumber = "supplier_number", "Supplier's number";
    Cost = "cost", "Cost";
    Serialised = "serialised", "Serialised";
    WarrantyMonths = "warranty_months", "Warranty months";
    Unit = "unit", "Unit";
    Place = "place", "Place";
    Quantity = "quantity", "Quantity";
    Serials = "serials", "Serial numbers";
    WarrantyUntil = "warranty_until", "Warranty until";
    ReorderLevel = "reorder_level", "Reorder level";
    ReorderTo = "reorder_to", "Reorder to";
    Models = "models", "Models";
    Notes = "notes", "Notes";
});

impl PartField {
    /// Other names, folded, the surer ones first.
    fn synonyms(self) -> &'static str {
        match self {
            Self::Number => {
                "partno partnumber partcode partref sku stockcode stockno itemno itemnumber itemcode productcode code no"
            }
            Self::Description => {
                "partdescription partname itemdescription productname item part product name title"
            }
            Self::Maker => "manufacturer make brand mfr mfg",
            Self::Supplier => "suppliername vendor vendorname preferredsupplier boughtfrom",
            Self::SupplierNumber => {
                "suppliersnumber supplierno suppliernumber supplierspartno supplierpartno supplierpartnumber suppliercode \
                 vendorpartno vendorpartnumber ordercode orderno"
            }
            Self::Cost => "unitcost costprice purchaseprice buyprice unitprice price",
            Self::Serialised => "serialized serialtracked trackserials hasserialnumbers tracked",
            Self::WarrantyMonths => "warranty monthsofwarranty warrantymonth",
            Self::Unit => "unitofmeasure uom countedin measure",
            Self::Place => "stockplace location store warehouse bin van stocklocation where",
            Self::Quantity => "qty instock onhand qtyonhand quantityonhand stock stocklevel count balance",
            Self::Serials => "serial serialnumber serialno serialnos sn",
            Self::WarrantyUntil => {
                "warrantyend warrantyends warrantyexpires warrantyexpiry underwarrantyuntil"
            }
            Self::Models => "model fits fitsmodels compatiblemodels compatiblewith usedin",
            Self::ReorderLevel => "reorderpoint minimum min minstock minlevel minqty orderat",
            Self::ReorderTo => "maximum max maxstock maxlevel maxqty orderupto upto targetlevel",
            Self::Notes => "note comments comment remarks",
        }
    }

    /// How surely a folded column name means this field: 0 is its own name, none is not at all.
    fn rank(self, folded: &str) -> Option<usize> {
        if [self.code(), self.label()].iter().any(|name| fold(name) == folded) {
            return Some(0);
        }
        self.synonyms().split_whitespace().position(|name| name == folded).map(|at| at + 1)
    }
}

/// One line: a part, and how it stands at a place where one is named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartRow {
    /// The physical line of the file on which it starts.
    pub line: usize,
    /// Its number.
    pub number: String,
    /// What it is.
    pub description: Option<String>,
    /// Who makes it.
    pub maker: Option<String>,
    /// Where it is bought, by name.
    pub supplier: Option<String>,
    /// The supplier's number of it.
    pub supplier_number: Option<String>,
    /// What one costs, in pence.
    pub cost_pence: Option<i64>,
    /// Whether each piece is known by its serial number.
    pub serialised: Option<bool>,
    /// Months of warranty.
    pub warranty_months: Option<i64>,
    /// What is counted.
    pub unit: Option<String>,
    /// The place, by name.
    pub place: Option<String>,
    /// How many are there.
    pub quantity: Option<i64>,
    /// The pieces there that are known by their serial numbers.
    pub pieces: Vec<Piece>,
    /// From how few on more are ordered.
    pub reorder_level: Option<i64>,
    /// Up to how many.
    pub reorder_to: Option<i64>,
    /// The models that it fits, each by make and name; none where the column is empty.
    pub models: Vec<String>,
    /// Notes, with their line breaks.
    pub notes: Option<String>,
}

/// A piece that is known by its serial number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its number.
    pub serial: String,
    /// The last day of its warranty, where the list says it.
    pub warranty_until: Option<NaiveDate>,
}

/// How a table is to be read.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// What the firm's costs are in; a cost in another currency is refused.
    pub currency: Currency,
    /// The year that it is, for dates of two digits.
    pub year_now: i32,
}

/// What a table holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartImport {
    /// Lines whose every cell was understood.
    pub rows: Vec<PartRow>,
    /// Everything not understood, in the file's order, at most [`MOST_REFUSALS`].
    pub refused: Vec<Refusal>,
    /// How many lines were refused.
    pub rows_refused: usize,
    /// What to tell the user: detection, columns that are not used.
    pub notes: Vec<String>,
}

/// Reads each row of the table as a part; rows that name pieces of one part at one place are one.
///
/// # Errors
/// Says which column is missing; wrong rows are refusals, not errors.
pub fn read(table: &Table, reading: Reading) -> Result<PartImport, String> {
    let columns = columns_of(table);
    if !columns.contains(&Some(PartField::Number)) {
        return Err(format!(
            "no column holds the part number; name one \"{}\". The columns are {}",
            PartField::Number.label(),
            table.header.join(", ")
        ));
    }
    let mut import = PartImport { notes: table.notes.clone(), ..PartImport::default() };
    for (header, field) in table.header.iter().zip(&columns) {
        import.notes.push(match field {
            Some(field) => format!("Column {header} is read as {}.", field.label().to_lowercase()),
            None => format!("Column {header} is not used."),
        });
    }
    let cells = Cells {
        columns: &columns,
        header: &table.header,
        reading,
        order: order_of(table, &columns, reading),
    };
    let mut seen = HashMap::new();
    for row in &table.rows {
        let read = part(row, &cells).and_then(|part| once(row, part, (&mut import.rows, &mut seen)));
        if let Err(refused) = read {
            import.rows_refused += 1;
            let room = MOST_REFUSALS - import.refused.len();
            import.refused.extend(refused.into_iter().take(room));
        }
    }
    Ok(import)
}

/// How the cells of a row are read.
struct Cells<'a> {
    columns: &'a [Option<PartField>],
    header: &'a [String],
    reading: Reading,
    order: Option<DateOrder>,
}

/// The order of day and month that the ends of warranties prove; none where they prove none.
fn order_of(table: &Table, columns: &[Option<PartField>], reading: Reading) -> Option<DateOrder> {
    let at = columns.iter().position(|field| *field == Some(PartField::WarrantyUntil))?;
    let cells = table.rows.iter().filter_map(|row| Some((row.line, bare(row.cells.get(at)?))));
    match prove(cells.filter(|(_, cell)| !means_nothing(cell)), reading.year_now) {
        Proof::Proven(order, _) => Some(order),
        _ => None,
    }
}

/// The field of each column: the surest name gets it.
fn columns_of(table: &Table) -> Vec<Option<PartField>> {
    let folded: Vec<String> = table.header.iter().map(|header| fold(header)).collect();
    let mut wishes: Vec<(usize, usize, PartField)> = vec![];
    for (index, name) in folded.iter().enumerate() {
        wishes.extend(PartField::ALL.iter().filter_map(|field| Some((field.rank(name)?, index, *field))));
    }
    wishes.sort_by_key(|(rank, index, _)| (*rank, *index));
    let mut columns = vec![None; folded.len()];
    for (_, index, field) in wishes {
        if columns[index].is_none() && !columns.contains(&Some(field)) {
            columns[index] = Some(field);
        }
    }
    columns
}

fn part(row: &Row, cells: &Cells) -> Result<PartRow, Vec<Refusal>> {
    if row.found > row.cells.len() {
        let reason = format!("the row has {} cells but the header {}", row.found, row.cells.len());
        let expected = "quotation marks around a cell that holds the separator";
        return Err(vec![Refusal::new(row, "", "", Wrong::new(reason, expected))]);
    }
    let mut part = PartRow { line: row.line, ..PartRow::default() };
    let (mut refused, mut until) = (vec![], None);
    for ((field, header), cell) in cells.columns.iter().zip(cells.header).zip(&row.cells) {
        let taken = match field {
            None => Ok(()),
            Some(PartField::WarrantyUntil) => day(bare(cell), cells).map(|day| until = day),
            Some(PartField::Cost) => cost(bare(cell), cells.reading).map(|cost| part.cost_pence = cost),
            Some(field) => take(&mut part, *field, bare(cell)),
        };
        refused.extend(taken.err().map(|wrong| Refusal::new(row, header, cell, wrong)));
    }
    part.pieces.iter_mut().for_each(|piece| piece.warranty_until = until);
    refused.extend(nonsense(&part, until).map(|wrong| Refusal::new(row, "", "", wrong)));
    if part.number.is_empty() && refused.is_empty() {
        refused.push(Refusal::new(row, "", "", Wrong::new("it has no part number", "a number in each row")));
    }
    if refused.is_empty() { Ok(part) } else { Err(refused) }
}

/// What of a row says nothing by itself.
fn nonsense(part: &PartRow, until: Option<NaiveDate>) -> impl Iterator<Item = Wrong> {
    let stocked = part.quantity.is_some_and(|quantity| quantity > 0) || !part.pieces.is_empty();
    let ordered = part.reorder_level.is_some() || part.reorder_to.is_some();
    let nowhere = (stocked || ordered) && part.place.is_none();
    let nowhere = nowhere.then(|| Wrong::new("it does not say where they are", "the name of a store or van"));
    let until = (until.is_some() && part.pieces.is_empty()).then(|| {
        Wrong::new("the warranty is of no piece", "the serial number of the piece beside its warranty")
    });
    let count = part.pieces.len();
    let counted = part.quantity.filter(|quantity| count > 0 && usize::try_from(*quantity) != Ok(count));
    let counted = counted.map(|quantity| {
        Wrong::new(format!("these are {count} serial numbers for {quantity} pieces"), "a serial number each")
    });
    let order = match (part.reorder_level, part.reorder_to) {
        (None, Some(to)) => Some(Wrong::new(
            format!("it does not say at how few up to {to} are ordered"),
            "a reorder level beside it",
        )),
        (Some(least), Some(to)) if to <= least => Some(Wrong::new(
            format!("they are ordered at {least} up to {to}"),
            "a second number above the first",
        )),
        _ => None,
    };
    [nowhere, until, counted, order].into_iter().flatten()
}

fn take(part: &mut PartRow, field: PartField, cell: &str) -> Result<(), Wrong> {
    match field {
        PartField::Number => part.number = code(cell)?.unwrap_or_default(),
        PartField::Description => part.description = text(cell)?,
        PartField::Maker => part.maker = text(cell)?,
        PartField::Supplier => part.supplier = text(cell)?,
        PartField::SupplierNumber => part.supplier_number = code(cell)?,
        PartField::Serialised => part.serialised = yes_no(cell)?,
        PartField::WarrantyMonths => part.warranty_months = whole(cell, 600)?,
        PartField::Unit => part.unit = text(cell)?,
        PartField::Place => part.place = text(cell)?,
        PartField::Quantity => part.quantity = whole(cell, MOST)?,
        PartField::Serials => part.pieces = pieces(cell)?,
        PartField::ReorderLevel => part.reorder_level = whole(cell, MOST)?,
        PartField::ReorderTo => part.reorder_to = whole(cell, MOST)?,
        PartField::Models => {
            part.models = cell
                .split(['\n', ';', '|'])
                .map(text)
                .filter_map(Result::transpose)
                .collect::<Result<_, _>>()?;
        }
        PartField::Notes => part.notes = long(cell, LONGEST_NOTES)?,
        // Read with what they need to know.
        PartField::Cost | PartField::WarrantyUntil => {}
    }
    Ok(())
}

/// A whole number; "12.0" is one, as spreadsheets write it.
fn whole(cell: &str, most: i64) -> Result<Option<i64>, Wrong> {
    const EXPECTED: &str = "a whole number";
    if means_nothing(cell) {
        return Ok(None);
    }
    let plain = cell.trim();
    let digits = plain.split_once('.').filter(|(_, rest)| rest.bytes().all(|b| b == b'0'));
    match digits.map_or(plain, |(whole, _)| whole).parse::<i64>() {
        Ok(number) if (0..=most).contains(&number) => Ok(Some(number)),
        Ok(_) => Err(Wrong::new(format!("it is not between 0 and {most}"), EXPECTED)),
        Err(_) => Err(Wrong::new("it is no whole number", EXPECTED)),
    }
}

fn pieces(cell: &str) -> Result<Vec<Piece>, Wrong> {
    let serials = cell.split(['\n', ';', ',', '|']).map(code).filter_map(Result::transpose);
    let piece = |serial: Result<String, Wrong>| Ok(Piece { serial: serial?, warranty_until: None });
    let pieces: Vec<Piece> = serials.map(piece).collect::<Result<_, _>>()?;
    let mut seen = HashSet::new();
    match pieces.iter().find(|piece| !seen.insert(fold_number(&piece.serial))) {
        Some(twice) => Err(Wrong::new(format!("it has {} twice", twice.serial), "each only once")),
        None => Ok(pieces),
    }
}

fn day(cell: &str, cells: &Cells) -> Result<Option<NaiveDate>, Wrong> {
    if means_nothing(cell) {
        return Ok(None);
    }
    let read = dates::parse(cell, cells.order, cells.reading.year_now);
    read.map(Some).map_err(|why| Wrong::new(why, "a day such as 2027-03-31"))
}

/// What one costs, in the firm's currency.
fn cost(cell: &str, reading: Reading) -> Result<Option<i64>, Wrong> {
    let Some(money) = money(cell, None)? else { return Ok(None) };
    match money.currency {
        Some(other) if other != reading.currency.code() => Err(Wrong::new(
            format!("it is in {other}, and the firm's costs are in {}", reading.currency.code()),
            reading.currency.label(),
        )),
        _ => Ok(Some(money.minor)),
    }
}

/// A part at a place, folded.
type Key = (String, String);

/// Keeps a row, or adds its pieces to those of an earlier row; refuses what an earlier row says already.
fn once(
    row: &Row,
    part: PartRow,
    (rows, seen): (&mut Vec<PartRow>, &mut HashMap<Key, usize>),
) -> Result<(), Vec<Refusal>> {
    let key = (fold_number(&part.number), part.place.as_deref().unwrap_or_default().to_lowercase());
    let Some(earlier) = seen.get(&key).and_then(|at| rows.get_mut(*at)) else {
        seen.insert(key, rows.len());
        rows.push(part);
        return Ok(());
    };
    let refuse = |what: &str| {
        let reason = format!("line {} has {what} there already", earlier.line);
        Err(vec![Refusal::new(row, "", what, Wrong::new(reason, "each only once"))])
    };
    if part.pieces.is_empty() || earlier.pieces.is_empty() {
        return refuse(&part.number);
    }
    let known: HashSet<String> = earlier.pieces.iter().map(|piece| fold_number(&piece.serial)).collect();
    if let Some(twice) = part.pieces.iter().find(|piece| known.contains(&fold_number(&piece.serial))) {
        return refuse(&twice.serial);
    }
    earlier.pieces.extend(part.pieces);
    // Of so many rows the pieces count, and each had its own number of them.
    earlier.quantity = None;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const READING: Reading = Reading { currency: Currency::Gbp, year_now: 2026 };

    fn read_text(text: &str) -> PartImport {
        read(&Table::read(text.as_bytes()).unwrap(), READING).unwrap()
    }

    #[test]
    fn columns_are_found_by_the_names_that_people_use() {
        let import = read_text(
            "SKU;Item;Manufacturer;Vendor;Unit cost;Serialised;Location;Qty;Min;Max;Colour\n\
             PSU-1;Power supply;Voltara;Mercer Ltd;£12.50;yes;Main store;2;1;5;red\n",
        );
        assert_eq!(import.refused, []);
        let row = &import.rows[0];
        assert_eq!((row.number.as_str(), row.description.as_deref()), ("PSU-1", Some("Power supply")));
        assert_eq!((row.maker.as_deref(), row.supplier.as_deref()), (Some("Voltara"), Some("Mercer Ltd")));
        assert_eq!((row.cost_pence, row.serialised), (Some(1250), Some(true)));
        assert_eq!((row.quantity, row.reorder_level, row.reorder_to), (Some(2), Some(1), Some(5)));
        assert!(import.notes.contains(&"Column Colour is not used.".to_owned()), "{:?}", import.notes);
    }

    #[test]
    fn each_refused_line_says_which_cell_and_why() {
        let import = read_text(
            "Part number,Description,Cost,Quantity,Place,Reorder level,Reorder to\n\
             ,Fan,1,,,,\n\
             FAN-1,Fan,cheap,1,Van,,\n\
             FAN-2,Fan,1,-1,Van,,\n\
             FAN-3,Fan,1,2,,,\n\
             FAN-4,Fan,1,2,Van,5,5\n\
             FAN-5,Fan,1,2.0,Van,,\n\
             fan-5,Fan,1,2,van,,\n\
             FAN-6,Fan,1 EUR,,,,\n\
             FAN-7,Fan,1,,Van,,9\n",
        );
        assert_eq!((import.rows.len(), import.rows_refused), (1, 8));
        let said: Vec<String> = import.refused.iter().map(ToString::to_string).collect();
        for (line, words) in [
            (2, "no part number"),
            (3, "Cost \"cheap\""),
            (4, "not between 0"),
            (5, "where they are"),
            (6, "at 5 up to 5"),
            (8, "line 7 has fan-5"),
            (9, "in EUR, and the firm's costs are in GBP"),
            (10, "at how few up to 9"),
        ] {
            let found =
                said.iter().any(|said| said.starts_with(&format!("line {line}")) && said.contains(words));
            assert!(found, "{line} {words}: {said:?}");
        }
    }

    #[test]
    fn a_row_for_each_piece_is_one_part() {
        let import = read_text(
            "Part number;Description;Place;Serial number;Warranty until;Fits\n\
             PSU-1;Supply;Van;A1;31/03/2027;Dell T150 | Dell T350\n\
             PSU-1;Supply;Van;A2;;\n\
             PSU-1;Supply;van;a1;;\n\
             PSU-1;Supply;;A3;;\n\
             PSU-1;Supply;Store;A4, a4;;\n\
             FAN-1;Fan;;;31/03/2027;\n",
        );
        let [row] = &import.rows[..] else { panic!("{:?}", import.rows) };
        let pieces: Vec<_> =
            row.pieces.iter().map(|piece| (piece.serial.as_str(), piece.warranty_until)).collect();
        assert_eq!(pieces, [("A1", NaiveDate::from_ymd_opt(2027, 3, 31)), ("A2", None)]);
        assert_eq!((row.models.len(), row.models[1].as_str()), (2, "Dell T350"));
        let said: Vec<String> = import.refused.iter().map(ToString::to_string).collect();
        let wanted = ["line 2 has a1", "where they are", "has a4 twice", "of no piece"];
        for (said, words) in said.iter().zip(wanted) {
            assert!(said.contains(words), "{words}: {said}");
        }
        assert_eq!(said.len(), wanted.len(), "{said:?}");
    }

    #[test]
    fn a_list_without_part_numbers_is_refused_whole() {
        let table = Table::read(b"Colour,Weight\nred,1\n").unwrap();
        assert!(read(&table, READING).unwrap_err().contains("The columns are Colour, Weight"));
    }
}
