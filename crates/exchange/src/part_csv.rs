//! A list of parts from anybody's table: columns found by name, cells read into typed fields, every refusal kept.

use std::collections::HashMap;

use domain::code::Code;
use domain::codes;
use domain::stock::{MOST, fold as fold_number};

use crate::csv_table::{Row, Table};
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
    ReorderLevel = "reorder_level", "Reorder level";
    ReorderTo = "reorder_to", "Reorder to";
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
    /// The serial numbers of the pieces there.
    pub serials: Vec<String>,
    /// From how few on more are ordered.
    pub reorder_level: Option<i64>,
    /// Up to how many.
    pub reorder_to: Option<i64>,
    /// Notes, with their line breaks.
    pub notes: Option<String>,
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

/// Reads each row of the table as a part.
///
/// # Errors
/// Says which column is missing; wrong rows are refusals, not errors.
pub fn read(table: &Table) -> Result<PartImport, String> {
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
    let mut seen = HashMap::new();
    for row in &table.rows {
        match part(row, &columns, &table.header).and_then(|part| once(row, part, &mut seen)) {
            Ok(part) => import.rows.push(part),
            Err(refused) => {
                import.rows_refused += 1;
                let room = MOST_REFUSALS - import.refused.len();
                import.refused.extend(refused.into_iter().take(room));
            }
        }
    }
    Ok(import)
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

fn part(row: &Row, columns: &[Option<PartField>], header: &[String]) -> Result<PartRow, Vec<Refusal>> {
    if row.found > row.cells.len() {
        let reason = format!("the row has {} cells but the header {}", row.found, row.cells.len());
        let expected = "quotation marks around a cell that holds the separator";
        return Err(vec![Refusal::new(row, "", "", Wrong::new(reason, expected))]);
    }
    let mut part = PartRow { line: row.line, ..PartRow::default() };
    let mut refused = vec![];
    for ((field, header), cell) in columns.iter().zip(header).zip(&row.cells) {
        let Some(field) = field else { continue };
        if let Err(wrong) = take(&mut part, *field, bare(cell)) {
            refused.push(Refusal::new(row, header, cell, wrong));
        }
    }
    if part.number.is_empty() && refused.is_empty() {
        refused.push(Refusal::new(row, "", "", Wrong::new("it has no part number", "a number in each row")));
    }
    let stocked = part.quantity.is_some_and(|quantity| quantity > 0) || part.reorder_level.is_some();
    if stocked && part.place.is_none() {
        let wrong = Wrong::new("it does not say where they are", "the name of a store or van");
        refused.push(Refusal::new(row, "", "", wrong));
    }
    if let (Some(least), Some(to)) = (part.reorder_level, part.reorder_to)
        && to <= least
    {
        let reason = format!("they are ordered at {least} up to {to}");
        refused.push(Refusal::new(row, "", "", Wrong::new(reason, "a second number above the first")));
    }
    if refused.is_empty() { Ok(part) } else { Err(refused) }
}

fn take(part: &mut PartRow, field: PartField, cell: &str) -> Result<(), Wrong> {
    match field {
        PartField::Number => part.number = code(cell)?.unwrap_or_default(),
        PartField::Description => part.description = text(cell)?,
        PartField::Maker => part.maker = text(cell)?,
        PartField::Supplier => part.supplier = text(cell)?,
        PartField::SupplierNumber => part.supplier_number = code(cell)?,
        PartField::Cost => part.cost_pence = money(cell, None)?.map(|money| money.minor),
        PartField::Serialised => part.serialised = yes_no(cell)?,
        PartField::WarrantyMonths => part.warranty_months = whole(cell, 600)?,
        PartField::Unit => part.unit = text(cell)?,
        PartField::Place => part.place = text(cell)?,
        PartField::Quantity => part.quantity = whole(cell, MOST)?,
        PartField::Serials => part.serials = serials(cell)?,
        PartField::ReorderLevel => part.reorder_level = whole(cell, MOST)?,
        PartField::ReorderTo => part.reorder_to = whole(cell, MOST)?,
        PartField::Notes => part.notes = long(cell, LONGEST_NOTES)?,
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

fn serials(cell: &str) -> Result<Vec<String>, Wrong> {
    let pieces = cell.split(['\n', ';', ',', '|']).map(code);
    pieces.filter_map(Result::transpose).collect()
}

/// Refuses a part that an earlier line has at the same place.
fn once(
    row: &Row,
    part: PartRow,
    seen: &mut HashMap<(String, String), usize>,
) -> Result<PartRow, Vec<Refusal>> {
    let key = (fold_number(&part.number), part.place.as_deref().unwrap_or_default().to_lowercase());
    match seen.insert(key, row.line) {
        None => Ok(part),
        Some(line) => {
            let wrong =
                Wrong::new(format!("line {line} has {} there already", part.number), "each only once");
            Err(vec![Refusal::new(row, "", &part.number, wrong)])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> PartImport {
        read(&Table::read(text.as_bytes()).unwrap()).unwrap()
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
             fan-5,Fan,1,2,van,,\n",
        );
        assert_eq!((import.rows.len(), import.rows_refused), (1, 6));
        let said: Vec<String> = import.refused.iter().map(ToString::to_string).collect();
        for (line, words) in [
            (2, "no part number"),
            (3, "Cost \"cheap\""),
            (4, "not between 0"),
            (5, "where they are"),
            (6, "at 5 up to 5"),
            (8, "line 7 has fan-5"),
        ] {
            let found =
                said.iter().any(|said| said.starts_with(&format!("line {line}")) && said.contains(words));
            assert!(found, "{line} {words}: {said:?}");
        }
    }

    #[test]
    fn a_list_without_part_numbers_is_refused_whole() {
        let table = Table::read(b"Colour,Weight\nred,1\n").unwrap();
        assert!(read(&table).unwrap_err().contains("The columns are Colour, Weight"));
    }
}
