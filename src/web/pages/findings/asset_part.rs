//! What an asset's page shows of what was learnt.

use askama::Template;
use chrono::NaiveDate;
use domain::permission::WorkJob;
use store::AnyConnection;
use store::assets::Asset;
use store::jobs::assets::list_jobs_of_assets;
use store::procedures::{Procedure, list_procedures_for};

use super::sections::WarningsPart;
use crate::actions::known_fixes::{Known, known_in, record_in, warnings_in};
use crate::actions::settings::currency_in;
use crate::error::Result;
use crate::web::pages::jobs::html;
use crate::web::visitor::Visit;

/// Jobs of the asset that are looked through for one that is open.
const LATEST: i64 = 10;

#[derive(Template)]
#[template(path = "findings/asset_part.html")]
struct AssetPart {
    known: Known,
    /// How often such things failed, and how long they ran; blank where none did.
    record: String,
    /// What its repairs cost so far; blank where nothing.
    spent: String,
    procedures: Vec<Procedure>,
    /// Whether a job about it is open: then what helped is what one looks for.
    open: bool,
}

/// What stands above everything else on an asset's page, and what stands beside its facts.
///
/// # Errors
/// The store's.
pub fn asset_parts(
    conn: &mut AnyConnection,
    visit: &Visit,
    asset: &Asset,
    today: NaiveDate,
) -> Result<(String, String)> {
    if !visit.actor.may::<WorkJob>() {
        return Ok(Default::default());
    }
    let (warnings, spent) = warnings_in(conn, asset, today)?;
    let warnings = WarningsPart { of: vec![(String::new(), warnings)] };
    let models: Vec<i64> = asset.model_id.into_iter().collect();
    let jobs = list_jobs_of_assets(conn, visit.actor.scope(), &[asset.id], LATEST)?;
    let known = known_in(conn, (&asset.make, &asset.model, asset.category_id), None)?;
    let part = AssetPart {
        record: record_in(conn, (asset, &known), visit.app.now())?,
        known,
        spent: if spent > 0 { currency_in(conn)?.show(spent) } else { String::new() },
        procedures: list_procedures_for(conn, (&models, &[asset.category_id]))?,
        open: jobs.iter().any(|job| job.is_open()),
    };
    Ok((html(&warnings)?, html(&part)?))
}
