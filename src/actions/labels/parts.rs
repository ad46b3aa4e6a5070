//! Labels of parts: of the part, of each piece, or of the bins that it lies in.

use domain::label::LabelData;
use domain::permission::SeeParts;
use domain::stock::{UnitState, label_url};
use store::Right;
use store::part_units::{find_unit, list_units_of_part};
use store::parts::{Part, find_part};
use store::stock::list_levels;
use store::stock_places::find_stock_place;

use super::{Batch, MOST_LABELS};
use crate::app::App;
use crate::error::{Error, Result};

/// Which labels of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartLabels {
    /// So many of the part itself.
    Part(usize),
    /// One for each piece in stock.
    Units,
    /// One for the piece with this serial number.
    Unit(String),
    /// One for each place that has some or is to have some: for the bins.
    Places,
}

/// Gathers the labels of a part.
///
/// # Errors
/// Not found; too large beyond 10,000.
pub fn gather_parts(app: &App, _: &Right<SeeParts>, part_id: i64, which: &PartLabels) -> Result<Batch> {
    let firm = crate::actions::set_up::find_firm(app)?;
    let label = |part: &Part, serial: Option<&str>, place: &str| {
        LabelData::new()
            .with("part.number", &part.number)
            .with("part.url", label_url(&app.config.base_url, &part.number, serial))
            .with("part.description", &part.description)
            .with("part.maker", &part.maker)
            .with("part.supplier_number", &part.supplier_number)
            .with("part.serial", serial.unwrap_or_default())
            .with("part.place", place)
            .with("firm.name", &firm.name)
    };
    let labels = app.store.read(|conn| {
        let part = find_part(conn, part_id)?;
        let mut labels = vec![];
        match which {
            PartLabels::Part(count) if *count > MOST_LABELS => return Err(too_many()),
            PartLabels::Part(count) => labels = vec![label(&part, None, ""); *count],
            PartLabels::Units => {
                let limit = i64::try_from(MOST_LABELS).unwrap_or(i64::MAX);
                for unit in list_units_of_part(conn, part.id, Some(UnitState::InStock), limit)? {
                    labels.push(label(&part, Some(&unit.serial), ""));
                }
            }
            PartLabels::Unit(serial) => match find_unit(conn, part.id, serial)? {
                Some(unit) => labels.push(label(&part, Some(&unit.serial), "")),
                None => return Err(Error::NotFound("piece of this part".to_owned())),
            },
            PartLabels::Places => {
                for level in list_levels(conn, Some(&[part.id]))? {
                    if level.quantity > 0 || level.reorder_level.is_some() {
                        labels.push(label(&part, None, &find_stock_place(conn, level.place_id)?.name));
                    }
                }
            }
        }
        Ok(labels)
    })?;
    Ok(Batch { labels, left_out: vec![] })
}

fn too_many() -> Error {
    Error::TooLarge(format!("These are more than {MOST_LABELS} labels; print fewer at once."))
}
