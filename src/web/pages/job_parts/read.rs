//! What the forms of a job's parts say.

use domain::stock::{MOST, read_scan};
use domain::tag::fold;
use store::assets::find_asset_by_tag;

use crate::actions::job_parts::{Destination, GiveBack, Take, TakeOut};
use crate::actions::stock::request_id;
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::visitor::Visit;

/// What the forms may send.
pub const FIELDS: [&str; 15] = [
    "opened",
    "id",
    "part",
    "q",
    "from",
    "to",
    "quantity",
    "serial",
    "asset",
    "reason",
    "out_serial",
    "out_part",
    "out_to",
    "out_asset",
    "place",
];

fn id(form: &Form) -> Result<Option<String>> {
    Some(form.value("id")).filter(|id| !id.is_empty()).map(request_id).transpose()
}

/// A serial number as it was scanned: of a label of ours only what says the number.
fn serial(form: &mut Form, name: &str) -> String {
    let text = form.text(name);
    let scanned = read_scan(&text);
    scanned.serial.unwrap_or(scanned.text)
}

/// What is taken, and what comes out.
///
/// # Errors
/// Field errors; not found for a foreign asset.
pub fn read_take(visit: &Visit, form: &mut Form, number: &str) -> Result<Take> {
    let (part_id, place_id, asset_id) = (form.id("part"), form.id("from"), form.id("asset"));
    let quantity = form.number("quantity", 1, MOST);
    let (serial, out_serial) = (serial(form, "serial"), serial(form, "out_serial"));
    let out_part = form.id("out_part");
    let reason = form.text("reason");
    form.check()?;
    let out = match out_serial.is_empty() {
        true => None,
        false => {
            Some(TakeOut { serial: out_serial, part_id: out_part, to: destination(visit, form, number)? })
        }
    };
    Ok(Take {
        id: id(form)?,
        part_id,
        place_id,
        quantity: quantity.unwrap_or(1),
        serial,
        asset_id,
        out,
        reason,
        opened: form.ticked("opened"),
    })
}

fn destination(visit: &Visit, form: &Form, number: &str) -> Result<Destination> {
    let wrong = || Error::field("out_to", "choose where it goes");
    match form.value("out_to") {
        "" | "scrap" => Ok(Destination::Scrap),
        "asset" => {
            let tag = form.value("out_asset");
            if tag.is_empty() {
                return Err(Error::field("out_asset", "scan or type the tag of the asset that it goes into"));
            }
            let scope = visit.actor.scope();
            visit.app.store.read(|conn| {
                let job = store::jobs::find_job(conn, scope, number)?;
                let found = find_asset_by_tag(conn, &scope.within(job.customer_id), &fold(tag));
                match found {
                    Ok(asset) => Ok(Destination::Asset(asset.id)),
                    Err(store::Error::NotFound(_)) => {
                        Err(Error::field("out_asset", "this customer has no asset with that tag"))
                    }
                    Err(error) => Err(error.into()),
                }
            })
        }
        text => {
            let place = text.strip_prefix("place:").and_then(|id| id.parse().ok()).ok_or_else(wrong)?;
            Ok(Destination::Place(place))
        }
    }
}

/// What is given back.
///
/// # Errors
/// Field errors.
pub fn read_back(form: &mut Form) -> Result<GiveBack> {
    let (part_id, place_id) = (form.id("part"), form.id("to"));
    if form.value("part").is_empty() {
        form.fail("part", "choose the part");
    }
    let quantity = form.number("quantity", 1, MOST);
    let serial = serial(form, "serial");
    form.check()?;
    Ok(GiveBack {
        id: id(form)?,
        part_id: part_id.unwrap_or_default(),
        place_id,
        quantity: quantity.unwrap_or(1),
        serial,
    })
}

/// What is put aside: part, place, how many.
///
/// # Errors
/// Field errors.
pub fn read_reservation(form: &mut Form) -> Result<(i64, i64, i64)> {
    let (part, place, quantity) = (form.id("part"), form.id("from"), form.number("quantity", 0, MOST));
    for (name, words) in
        [("part", "choose the part"), ("from", "choose the place"), ("quantity", "say how many")]
    {
        if form.value(name).is_empty() {
            form.fail(name, words);
        }
    }
    form.check()?;
    Ok((part.unwrap_or_default(), place.unwrap_or_default(), quantity.unwrap_or_default()))
}
