//! What helped before, and what repairs cost: shown where somebody decides what to do.

use chrono::{DateTime, NaiveDate, Utc};
use domain::asset_economics::{
    self, Facts, Happened, Warning, days_between_failures, duration, minutes_to_repair,
};
use domain::known_fix::Subject;
use domain::permission::WorkJob;
use store::asset_costs::{self, AssetPart};
use store::assets::Asset;
use store::fault_words::words_by_id;
use store::findings::known::{self, KnownFix, RepairFigures};
use store::findings::list_findings_of_asset;
use store::guides::{GuideRow, list_guides_for};
use store::knowledge::{Found, search_knowledge};
use store::models::{Model, find_model};
use store::part_units::{Unit, list_units_of_assets};
use store::parts::{Part, list_parts_of_models};
use store::settings::find_setting;
use store::types::Moment;
use store::{AnyConnection, Right};

use crate::actions::settings::{FIRM, Firm, currency_in};
use crate::app::App;
use crate::error::Result;

/// Fixes shown of a model or category.
const SHOWN: usize = 12;
/// Hits of a search.
const HITS: usize = 20;
/// Fewer fixes of a model than this are filled up with those of its category.
const FEW: usize = 3;

/// What is known of a model or category.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// What helped things of the model, the best first.
    pub of_model: Vec<KnownFix>,
    /// What helped things of the category, where little is known of the model.
    pub of_category: Vec<KnownFix>,
    /// Guides for either.
    pub guides: Vec<GuideRow>,
    /// How often things of the model failed; of the category where the model is not known.
    pub figures: RepairFigures,
}

impl Known {
    /// Whether there is anything to show.
    pub fn is_empty(&self) -> bool {
        self.of_model.is_empty() && self.of_category.is_empty() && self.guides.is_empty()
    }

    /// Mean minutes from the report to the repair.
    pub fn minutes_to_repair(&self) -> Option<i64> {
        minutes_to_repair(self.figures.minutes, self.figures.repairs)
    }
}

/// What is known of things of a make, model and category; fixes for a symptom come first where one is given.
///
/// # Errors
/// The store's.
pub fn known_in(
    conn: &mut AnyConnection,
    (make, model, category_id): (&str, &str, i64),
    symptom_id: Option<i64>,
) -> Result<Known> {
    let (of_model, category) = (Subject::model(make, model), Subject::Category(category_id));
    let mut known = Known::default();
    if let Some(subject) = &of_model {
        known.of_model = known::list_known_fixes(conn, subject, symptom_id, SHOWN)?;
    }
    if known.of_model.len() < FEW {
        let same = |fix: &KnownFix| {
            known.of_model.iter().any(|other| {
                (other.symptom_id, other.cause_id, other.fix_id) == (fix.symptom_id, fix.cause_id, fix.fix_id)
            })
        };
        let all = known::list_known_fixes(conn, &category, symptom_id, SHOWN)?;
        known.of_category = all.into_iter().filter(|fix| !same(fix)).collect();
    }
    known.figures = known::repair_figures(conn, of_model.as_ref().unwrap_or(&category))?;
    let keys: Vec<String> = of_model.iter().chain([&category]).map(Subject::key).collect();
    known.guides = list_guides_for(conn, &keys)?;
    Ok(known)
}

/// What is known of a registered model, with how long things of it run between failures.
#[derive(Debug, Clone)]
pub struct KnownOfModel {
    /// The model.
    pub model: Model,
    /// What is known.
    pub known: Known,
    /// How many assets there are of it.
    pub assets: i64,
    /// Mean days between two failures.
    pub days_between_failures: Option<i64>,
    /// The parts that fit it.
    pub parts: Vec<Part>,
}

/// What is known of a model.
///
/// # Errors
/// Not found.
pub fn known_of_model(app: &App, _: &Right<WorkJob>, id: i64) -> Result<KnownOfModel> {
    let now = Moment::from(app.now());
    app.store.read(|conn| {
        let model = find_model(conn, id)?;
        let known = known_in(conn, (&model.make, &model.name, model.category_id), None)?;
        let (assets, days) = known::service_days(conn, id, now)?;
        let days_between_failures = days_between_failures(days, known.figures.failures);
        let parts = list_parts_of_models(conn, &[id])?;
        Ok(KnownOfModel { model, known, assets, days_between_failures, parts })
    })
}

/// How often things such as an asset failed, how long they run between two failures and how long they take to mend, in
/// one sentence; blank where none failed.
///
/// # Errors
/// The store's.
pub fn record_in(
    conn: &mut AnyConnection,
    (asset, known): (&Asset, &Known),
    now: DateTime<Utc>,
) -> Result<String> {
    let failures = known.figures.failures;
    if failures == 0 {
        return Ok(String::new());
    }
    let days = match asset.model_id {
        Some(id) => days_between_failures(known::service_days(conn, id, Moment::from(now))?.1, failures),
        None => None,
    };
    let times = if failures == 1 { "once".to_owned() } else { format!("{failures} times") };
    let between = days.map(|days| format!(", {days} days between two failures")).unwrap_or_default();
    let mended =
        known.minutes_to_repair().map(|minutes| format!(", mended in {} on average", duration(minutes)));
    Ok(format!("Such things failed {times}{between}{}.", mended.unwrap_or_default()))
}

/// Searches guides and findings for words typed freely.
///
/// # Errors
/// The store's.
pub fn search(app: &App, right: &Right<WorkJob>, text: &str) -> Result<Found> {
    Ok(app.store.read(|conn| search_knowledge(conn, right.scope(), text, HITS))?)
}

/// What is to be known before an asset, found within the scope, is opened: warranty, repeats, cost against a new one;
/// and what its repairs cost so far, in hundredths of the firm's currency: labour at the firm's own cost of an hour,
/// parts, and third parties.
///
/// # Errors
/// The store's.
pub fn warnings_in(conn: &mut AnyConnection, asset: &Asset, today: NaiveDate) -> Result<(Vec<Warning>, i64)> {
    let parts = asset_costs::parts_of(conn, asset.id)?;
    let spent_pence = spent_in(conn, asset.id, &parts)?;
    let model = asset.model_id.map(|id| find_model(conn, id)).transpose()?;
    let facts = Facts {
        warranty_until: asset.warranty_until,
        supplier: asset.supplier.clone(),
        happened: happened_in(conn, asset.id, parts)?,
        parts_under_warranty: warranties_in(conn, asset.id)?,
        spent_pence,
        currency: currency_in(conn)?,
        replacement_pence: model.and_then(|model| model.replacement_pence).or(asset.cost_pence),
    };
    Ok((asset_economics::warnings(&facts, today), spent_pence))
}

fn spent_in(conn: &mut AnyConnection, asset_id: i64, parts: &[AssetPart]) -> Result<i64> {
    let firm: Firm = find_setting(conn, FIRM)?.unwrap_or_default();
    let minutes = asset_costs::minutes_of(conn, asset_id)?;
    let labour = asset_economics::labour_pence(minutes, firm.hourly_cost_pence);
    let parts: i64 = parts.iter().filter_map(|part| part.cost_pence).sum();
    Ok(labour.saturating_add(parts).saturating_add(asset_costs::referred_of(conn, asset_id)?))
}

/// The pieces in an asset whose own warranty has a last day.
fn warranties_in(conn: &mut AnyConnection, asset_id: i64) -> Result<Vec<(String, NaiveDate)>> {
    let fitted = list_units_of_assets(conn, &[asset_id])?;
    let one = |(unit, _, description): (Unit, String, String)| Some((description, unit.warranty_until?));
    Ok(fitted.into_iter().filter_map(one).collect())
}

fn happened_in(conn: &mut AnyConnection, asset_id: i64, parts: Vec<AssetPart>) -> Result<Vec<Happened>> {
    let words = words_by_id(conn)?;
    let found = list_findings_of_asset(conn, asset_id)?;
    let cause = |id: i64| words.get(&id).cloned().unwrap_or_default();
    // That nothing was found is no cause that comes again.
    let found = found.into_iter().filter(|finding| cause(finding.cause_id) != NOT_FOUND);
    let happened = found.map(|finding| Happened {
        on: finding.found_at.utc().date_naive(),
        what: cause(finding.cause_id),
        is_part: false,
    });
    let mut happened: Vec<Happened> = happened.collect();
    // Six screws at once are no sixth screw.
    happened.extend(parts.into_iter().map(|part| Happened {
        on: part.at.utc().date_naive(),
        what: part.description,
        is_part: true,
    }));
    Ok(happened)
}

/// The cause, as the list comes, that says that none was found.
const NOT_FOUND: &str = "Not found";
