//! Importing a list of parts with what there is of each: all or nothing, and nothing twice.

use std::collections::HashMap;

use chrono::Datelike;
use domain::event::{Event, Via};
use domain::permission::EditPart;
use domain::stock::{End, MovementKind, StockPlaceKind};
use exchange::csv_table::Table;
use exchange::mapped::{MOST_REFUSALS, Refusal};
use exchange::part_csv::{self, PartImport, PartRow, Reading};
use store::models::list_models;
use store::part_units::{Whereabouts, insert_unit};
use store::parts::{
    Part, PartFields, find_part, find_part_by_number, insert_part, list_models_of_part, replace_models,
    update_part,
};
use store::stock::{NewMovement, insert_movement, set_reorder};
use store::stock_places::{StockPlaceFields, insert_stock_place, list_stock_places};
use store::suppliers::{SupplierFields, insert_supplier, list_suppliers};
use store::types::Coded;
use store::{Right, Tx};

use crate::actions::import::{ground::key, refusals};
use crate::actions::parts::{added, changed, check_fields};
use crate::actions::sees_all;
use crate::actions::settings::find_firm;
use crate::app::App;
use crate::error::{Error, Result};

/// What tells a write that was meant to be taken back from one that failed.
const TAKEN_BACK: &str = "the import was taken back";

/// What is to be done with a list.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The name of the file.
    pub file_name: String,
    /// Whether good lines go in although others are refused.
    pub skip_refused: bool,
    /// Whether parts that are there already take what the list says of them.
    pub update: bool,
    /// Whether to take everything back at the end.
    pub dry_run: bool,
}

/// How it went.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Parts added.
    pub added: usize,
    /// Parts changed.
    pub changed: usize,
    /// Lines whose part was there already and stayed as it was.
    pub already: usize,
    /// Lines whose quantity was received as the first stock of a place.
    pub stocked: usize,
    /// Cells and lines refused, those of the reading among them.
    pub refused: Vec<Refusal>,
    /// How many lines were refused.
    pub rows_refused: usize,
    /// Suppliers and places that were made.
    pub made: Vec<String>,
    /// Whether anything was stored.
    pub published: bool,
}

impl Report {
    /// How it went, or would go.
    pub fn words(&self) -> String {
        let Self { added, changed, already, stocked, rows_refused, .. } = self;
        format!(
            "{added} to add, {changed} to change, {already} there already, {rows_refused} refused; first stock at {stocked} places."
        )
    }
}

/// Reads a file whose costs are in the firm's currency.
///
/// # Errors
/// Why it is no table, or that it has no part numbers.
pub fn read_file(app: &App, bytes: &[u8]) -> Result<PartImport> {
    let table = Table::read(bytes).map_err(|error| Error::field("file", error.to_string()))?;
    let reading = Reading { currency: find_firm(app)?.currency, year_now: app.now().year() };
    part_csv::read(&table, reading).map_err(|why| Error::field("file", why))
}

/// Publishes a list, all or nothing. A quantity is received only where a place never had the part: again is as once.
///
/// # Errors
/// Forbidden; the store's. Refused lines are in the report.
pub fn publish(app: &App, right: &Right<EditPart>, plan: &Plan, import: &PartImport) -> Result<Report> {
    sees_all(right, "import parts")?;
    let actor = right.actor().clone().through(Via::Import);
    let mut report =
        Report { refused: import.refused.clone(), rows_refused: import.rows_refused, ..Report::default() };
    let written = app.store.write(&actor, |tx| {
        let events = Publishing::open(tx, plan)?.run(tx, import, &mut report)?;
        let refuses = report.rows_refused > 0 && !plan.skip_refused;
        if plan.dry_run || refuses {
            return Err(Error::Conflict(TAKEN_BACK.to_owned()));
        }
        Ok(((), events))
    });
    match written {
        Ok(()) => report.published = true,
        Err(Error::Conflict(why)) if why == TAKEN_BACK => {}
        Err(error) => return Err(error),
    }
    Ok(report)
}

struct Publishing<'a> {
    plan: &'a Plan,
    suppliers: HashMap<String, i64>,
    places: HashMap<String, i64>,
    models: HashMap<String, i64>,
}

/// What one line did.
#[derive(Default)]
struct Done {
    added: usize,
    changed: usize,
    stocked: usize,
    made: Vec<String>,
    events: Vec<Event>,
    supplier: Option<(String, i64)>,
    place: Option<(String, i64)>,
}

impl<'a> Publishing<'a> {
    fn open(tx: &mut Tx, plan: &'a Plan) -> Result<Self> {
        let suppliers = list_suppliers(tx)?.into_iter().map(|one| (key(&one.name), one.id));
        let suppliers = suppliers.collect();
        let places = list_stock_places(tx)?.into_iter().map(|one| (key(&one.name), one.id)).collect();
        let models = list_models(tx)?.into_iter();
        let models = models.map(|one| (key(&format!("{} {}", one.make, one.name)), one.id)).collect();
        Ok(Self { plan, suppliers, places, models })
    }

    fn run(mut self, tx: &mut Tx, import: &PartImport, report: &mut Report) -> Result<Vec<Event>> {
        let mut events = vec![];
        for row in &import.rows {
            match tx.attempt(|tx| self.one(tx, row)) {
                Ok(done) => {
                    report.added += done.added;
                    report.changed += done.changed;
                    report.stocked += done.stocked;
                    report.already += usize::from(done.added + done.changed == 0);
                    report.made.extend(done.made);
                    events.extend(done.events);
                    self.suppliers.extend(done.supplier);
                    self.places.extend(done.place);
                }
                Err(error) => {
                    report.rows_refused += 1;
                    let room = MOST_REFUSALS.saturating_sub(report.refused.len());
                    report.refused.extend(refusals(row.line, error)?.into_iter().take(room));
                }
            }
        }
        let event = Event::new("import", &self.plan.file_name, "published")
            .change("parts added", "", report.added)
            .change("parts changed", "", report.changed)
            .change("places stocked", "", report.stocked)
            .change("refused", "", report.rows_refused);
        events.push(event);
        Ok(events)
    }

    fn one(&self, tx: &mut Tx, row: &PartRow) -> Result<Done> {
        let mut done = Done::default();
        let supplier_id = self.supplier(tx, row, &mut done)?;
        let part = match find_part_by_number(tx, &row.number) {
            Ok(part) => self.known(tx, (part, row), supplier_id, &mut done)?,
            Err(store::Error::NotFound(_)) => self.add(tx, row, supplier_id, &mut done)?,
            Err(error) => return Err(error.into()),
        };
        if let Some(place) = self.place(tx, row, &mut done)? {
            self.stock(tx, (&part, row), place, &mut done)?;
        }
        Ok(done)
    }

    fn supplier(&self, tx: &mut Tx, row: &PartRow, done: &mut Done) -> Result<Option<i64>> {
        let Some(name) = &row.supplier else { return Ok(None) };
        if let Some(id) = self.suppliers.get(&key(name)) {
            return Ok(Some(*id));
        }
        let id = insert_supplier(tx, &SupplierFields { name: name.clone(), ..SupplierFields::default() })?;
        done.made.push(format!("supplier {name}"));
        done.events.push(Event::new("supplier", id, "added").change("name", "", name));
        done.supplier = Some((key(name), id));
        Ok(Some(id))
    }

    fn place(&self, tx: &mut Tx, row: &PartRow, done: &mut Done) -> Result<Option<i64>> {
        let Some(name) = &row.place else { return Ok(None) };
        if let Some(id) = self.places.get(&key(name)) {
            return Ok(Some(*id));
        }
        let kind = Coded(StockPlaceKind::Store);
        let fields = StockPlaceFields { name: name.clone(), kind, person_id: None, archived: false };
        let id = insert_stock_place(tx, &fields)?;
        done.made.push(format!("store {name}"));
        done.events.push(Event::new("stock place", id, "added").change("name", "", name));
        done.place = Some((key(name), id));
        Ok(Some(id))
    }

    fn add(&self, tx: &mut Tx, row: &PartRow, supplier_id: Option<i64>, done: &mut Done) -> Result<Part> {
        let unit = "each".to_owned();
        let fields = merged(
            PartFields { number: row.number.clone(), unit, ..PartFields::default() },
            row,
            supplier_id,
        );
        check_fields(&fields)?;
        let id = insert_part(tx, &fields)?;
        replace_models(tx, id, &self.models_of(row)?)?;
        done.added = 1;
        done.events.push(added(id, &fields));
        Ok(find_part(tx, id)?)
    }

    fn known(
        &self,
        tx: &mut Tx,
        (part, row): (Part, &PartRow),
        supplier_id: Option<i64>,
        done: &mut Done,
    ) -> Result<Part> {
        let fields = merged(part.fields(), row, supplier_id);
        let fits: Vec<i64> = list_models_of_part(tx, part.id)?.iter().map(|model| model.id).collect();
        let mut models = self.models_of(row)?;
        models.retain(|id| !fits.contains(id));
        if !self.plan.update || (fields == part.fields() && models.is_empty()) {
            return Ok(part);
        }
        check_fields(&fields)?;
        if fields.serialised != part.serialised && store::parts::has_moved(tx, part.id)? {
            return Err(Error::field("serialised", "the part has moved already, so this cannot change"));
        }
        update_part(tx, part.id, part.version, &fields)?;
        replace_models(tx, part.id, &[fits, models].concat())?;
        done.changed = 1;
        let fitting = row.models.join("; ");
        done.events.push(changed(part.id, &part, &fields).change("models", "", fitting));
        Ok(find_part(tx, part.id)?)
    }

    /// The models that a line names, which are known already: whose make is whose is not to be guessed from a name.
    fn models_of(&self, row: &PartRow) -> Result<Vec<i64>> {
        let unknown = |name: &str| {
            Error::field(
                "models",
                format!("\"{name}\" is no model known here; write its make and name, or add it"),
            )
        };
        let find = |name: &String| self.models.get(&key(name)).copied().ok_or_else(|| unknown(name));
        let mut found: Vec<i64> = row.models.iter().map(find).collect::<Result<_>>()?;
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// The first stock of a part at a place, and when it is ordered there.
    fn stock(
        &self,
        tx: &mut Tx,
        (part, row): (&Part, &PartRow),
        place_id: i64,
        done: &mut Done,
    ) -> Result<()> {
        if row.reorder_level.is_some() {
            set_reorder(tx, (part.id, place_id), (row.reorder_level, row.reorder_to))?;
        }
        let quantity = row.quantity.unwrap_or_else(|| i64::try_from(row.pieces.len()).unwrap_or(i64::MAX));
        if quantity == 0 || store::stock::movements::has_moved_at(tx, (part.id, place_id))? {
            return Ok(());
        }
        let new = NewMovement {
            request_id: None,
            kind: MovementKind::Received,
            part_id: part.id,
            from: End::Outside,
            to: End::Place(place_id),
            quantity,
            unit_id: None,
            job: None,
            with_id: None,
            cost_pence: part.cost_pence,
            reason: format!("first stock, from {}", self.plan.file_name),
        };
        match part.serialised {
            false if !row.pieces.is_empty() => {
                return Err(Error::field(
                    "serials",
                    "this part has no serial numbers; say yes to \"Serialised\"",
                ));
            }
            false => {
                insert_movement(tx, &new)?;
            }
            true => receive_pieces(tx, part, (row, quantity), &new)?,
        }
        done.stocked = 1;
        let event = Event::new("part", part.id, "received").change("part", "", part.words());
        let event =
            event.change("quantity", "", quantity).change("place", "", row.place.clone().unwrap_or_default());
        done.events.push(event);
        Ok(())
    }
}

fn receive_pieces(
    tx: &mut Tx,
    part: &Part,
    (row, quantity): (&PartRow, i64),
    new: &NewMovement,
) -> Result<()> {
    let count = i64::try_from(row.pieces.len()).unwrap_or(i64::MAX);
    if count != quantity {
        let words = format!("these are {count} serial numbers for {quantity} pieces");
        return Err(Error::field("serials", words));
    }
    for piece in &row.pieces {
        let here = Whereabouts::at(new.to, None, domain::stock::UnitState::InStock);
        let unit = insert_unit(tx, part.id, (&piece.serial, piece.warranty_until), here)?;
        insert_movement(tx, &NewMovement { quantity: 1, unit_id: Some(unit.id), ..new.clone() })?;
    }
    Ok(())
}

/// The fields with what a line says of them; what it leaves empty stays.
fn merged(mut fields: PartFields, row: &PartRow, supplier_id: Option<i64>) -> PartFields {
    let set = |slot: &mut String, value: &Option<String>| {
        if let Some(value) = value {
            slot.clone_from(value);
        }
    };
    set(&mut fields.description, &row.description);
    set(&mut fields.maker, &row.maker);
    set(&mut fields.supplier_number, &row.supplier_number);
    set(&mut fields.unit, &row.unit);
    set(&mut fields.notes, &row.notes);
    fields.supplier_id = supplier_id.or(fields.supplier_id);
    fields.cost_pence = row.cost_pence.or(fields.cost_pence);
    fields.warranty_months = row.warranty_months.or(fields.warranty_months);
    fields.serialised = row.serialised.unwrap_or(fields.serialised || !row.pieces.is_empty());
    fields
}
