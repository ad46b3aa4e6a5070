//! Intervals that the measured defect rate would bear: shown with the numbers, to be signed or refused.
//! Nothing changes by itself.

use std::collections::BTreeMap;

use chrono::Months;
use domain::assessment::{Content, Factor, Score, Weighed};
use domain::code::Code;
use domain::defect_rate::{Measured, Proposal, propose};
use domain::equipment::Environment;
use domain::event::Event;
use domain::interval::months_words;
use domain::permission::{AnswerForCustomer, SignAssessment, ViewPortal, ViewRegister};
use domain::preset_text::read_rows;
use store::assessments::{Reach, list_ruling};
use store::customers::find_customer;
use store::defects::{self, Agreement, Refusal};
use store::places::{Place, list_places};
use store::sites::{Site, find_site};
use store::types::{Coded, Moment};
use store::{AnyConnection, Right, Tx, categories, portal};

use crate::actions::assessments::{add_draft, find_assessment};
use crate::actions::clock::list_managers;
use crate::actions::letters::{Letter, post};
use crate::actions::portal::only_customer;
use crate::app::App;
use crate::error::{Error, Result};

/// How far back is looked, in months.
pub const LOOK_BACK: u32 = 24;

/// What identifies one proposal: the environment and the category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// The environment of the places; none where none is set.
    pub environment: Option<Environment>,
    /// The category.
    pub category_id: i64,
}

/// One area and type of equipment with what was measured and what it would bear.
#[derive(Debug, Clone)]
pub struct Measurement {
    /// Which.
    pub group: Group,
    /// The category's name.
    pub category: String,
    /// What was found.
    pub measured: Measured,
    /// The interval that most of it has now, in months.
    pub months: u32,
    /// How many assets have an interval for tests there.
    pub assets: usize,
    /// What the figures would bear.
    pub proposal: Proposal,
    /// The refusal that stands against it.
    pub refused: Option<Refusal>,
    /// That one of the customer's own people agrees to it.
    pub agreed: Option<Agreement>,
}

impl Measurement {
    /// The interval proposed, in months.
    pub fn proposed(&self) -> Option<u32> {
        match self.proposal {
            Proposal::Lengthen { to } | Proposal::Shorten { to } => Some(to),
            _ => None,
        }
    }

    /// The environment, in words.
    pub fn area(&self) -> &'static str {
        self.group.environment.map_or("No environment set", Code::label)
    }
}

/// A site with what was measured there.
#[derive(Debug, Clone)]
pub struct SiteMeasurements {
    /// The site.
    pub site: Site,
    /// The customer's name.
    pub customer: String,
    /// Each area and type, those with a proposal first.
    pub rows: Vec<Measurement>,
}

/// What was measured at a site.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn find_measurements(app: &App, right: &Right<ViewRegister>, site_id: i64) -> Result<SiteMeasurements> {
    let since = app.now().checked_sub_months(Months::new(LOOK_BACK)).unwrap_or_default();
    app.store.read(|conn| {
        let site = find_site(conn, right.scope(), site_id)?;
        let customer = find_customer(conn, right.scope(), site.customer_id)?.name;
        let places = list_places(conn, right.scope(), site_id)?;
        measure(conn, (site, customer, &places), since)
    })
}

/// What was measured at a site, for the customer's own people.
///
/// # Errors
/// Not found, also for a site that is not theirs.
pub fn find_own_measurements(app: &App, right: &Right<ViewPortal>, site_id: i64) -> Result<SiteMeasurements> {
    app.store.read(|conn| own_in(conn, right, site_id, app.now()))
}

fn own_in(
    conn: &mut AnyConnection,
    right: &Right<ViewPortal>,
    site_id: i64,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<SiteMeasurements> {
    let since = now.checked_sub_months(Months::new(LOOK_BACK)).unwrap_or_default();
    let site = portal::find_site(conn, right.sites(), site_id)?;
    let customers = portal::list_customers(conn, right.sites())?;
    let customer = customers.into_iter().find(|one| one.id == site.customer_id).map(|one| one.name);
    let places = portal::list_places(conn, right.sites(), &site)?;
    measure(conn, (site, customer.unwrap_or_default(), &places), since)
}

fn measure(
    conn: &mut AnyConnection,
    (site, customer, places): (Site, String, &[Place]),
    since: chrono::DateTime<chrono::Utc>,
) -> Result<SiteMeasurements> {
    let site_id = site.id;
    let environments = environments_of(places);
    let group = |place: Option<i64>, category_id| Group {
        environment: place.and_then(|id| environments.get(&id).copied().flatten()),
        category_id,
    };
    let mut groups: BTreeMap<Group, (Measured, BTreeMap<i64, usize>)> = BTreeMap::new();
    for found in defects::list_found(conn, site_id, since)? {
        let (measured, _) = groups.entry(group(found.place_id, found.category_id)).or_default();
        measured.tested += 1;
        measured.failed += u32::from(found.failed);
    }
    for (place, category, months) in defects::list_test_months(conn, site_id)? {
        let (_, intervals) = groups.entry(group(place, category)).or_default();
        *intervals.entry(months).or_default() += 1;
    }
    let refusals = defects::list_refusals(conn, site_id)?;
    let agreements = defects::list_agreements(conn, site_id)?;
    let names: BTreeMap<i64, String> =
        categories::list_categories(conn)?.into_iter().map(|category| (category.id, category.name)).collect();
    let mut rows = vec![];
    for (group, (measured, intervals)) in groups {
        let Some((months, _)) = intervals.iter().max_by_key(|(months, count)| (**count, -**months)) else {
            continue;
        };
        let months = u32::try_from(*months).unwrap_or(0);
        let proposal = propose(measured, months, group.environment);
        let mut row = Measurement {
            group,
            category: names.get(&group.category_id).cloned().unwrap_or_default(),
            measured,
            months,
            assets: intervals.values().sum(),
            proposal,
            refused: None,
            agreed: None,
        };
        let counts = |known: &Refusal| (known.category_id, known.months, known.tested, known.failed);
        let same = |known: &Refusal| stands(counts(known), &known.environment, &row);
        let refused = refusals.iter().find(|known| same(known)).cloned();
        let counts = |known: &Agreement| (known.category_id, known.months, known.tested, known.failed);
        let same = |known: &Agreement| stands(counts(known), &known.environment, &row);
        row.agreed = agreements.iter().find(|known| same(known)).cloned();
        row.refused = refused;
        rows.push(row);
    }
    rows.sort_by_key(|row| (row.proposed().is_none(), std::cmp::Reverse(row.measured.tested)));
    Ok(SiteMeasurements { site, customer, rows })
}

/// Whether an answer was given to the very same figures; new ones are a new proposal. Its category, months, tested and
/// failed are compared.
fn stands(
    (category, months, tested, failed): (i64, i64, i64, i64),
    environment: &str,
    row: &Measurement,
) -> bool {
    category == row.group.category_id
        && environment == row.group.environment.map_or("", Code::code)
        && Some(months) == row.proposed().map(i64::from)
        && tested == i64::from(row.measured.tested)
        && failed == i64::from(row.measured.failed)
}

/// The environment of each place: its own, or that of the nearest place around it.
fn environments_of(places: &[Place]) -> BTreeMap<i64, Option<Environment>> {
    let by_id: BTreeMap<i64, &Place> = places.iter().map(|place| (place.id, place)).collect();
    let of = |place: &Place| {
        let mut at = Some(place);
        let mut steps = 0;
        while let Some(here) = at.filter(|_| steps <= domain::place::DEEPEST) {
            if let Some(environment) = here.environment {
                return Some(environment.0);
            }
            at = here.parent_id.and_then(|id| by_id.get(&id).copied());
            steps += 1;
        }
        None
    };
    places.iter().map(|place| (place.id, of(place))).collect()
}

fn find_proposed(
    app: &App,
    right: &Right<ViewRegister>,
    site_id: i64,
    group: Group,
) -> Result<(Site, Measurement, u32)> {
    proposed_in(find_measurements(app, right, site_id)?, group)
}

fn proposed_in(found: SiteMeasurements, group: Group) -> Result<(Site, Measurement, u32)> {
    let row = found.rows.into_iter().find(|row| row.group == group);
    match row.and_then(|row| row.proposed().map(|months| (row, months))) {
        Some((row, months)) => Ok((found.site, row, months)),
        None => Err(Error::Conflict("The figures propose nothing here any more.".to_owned())),
    }
}

/// Makes a draft of what is proposed, for the duty holder to sign; gives its id. Where a signed assessment covers
/// just this, it is its next revision.
///
/// # Errors
/// Not found; a conflict when nothing is proposed any more.
pub fn take(app: &App, right: &Right<SignAssessment>, site_id: i64, group: Group) -> Result<i64> {
    let view = right.actor().right::<ViewRegister>()?;
    let (site, row, months) = find_proposed(app, &view, site_id, group)?;
    let reach = Reach {
        customer_id: site.customer_id,
        site_id: Some(site.id),
        place_id: None,
        environment: group.environment.map(Coded),
        category_id: Some(group.category_id),
    };
    let ruling = app.store.read(|conn| list_ruling(conn, right.scope(), Some(site.customer_id)))?;
    let same = ruling.into_iter().find(|ruling| ruling.reach() == reach);
    let mut content = match &same {
        Some(known) => find_assessment(app, &view, &known.id)?.evidence.content,
        None => Content::default(),
    };
    content.review_on = None;
    let rows = read_rows(&format!("combined; any; any; {months}")).map_err(Error::Internal)?;
    content.rows.retain(|known| known.kind != domain::equipment::TestKind::Combined);
    content.rows.splice(0..0, rows);
    let score = if months > row.months { Score::Low } else { Score::High };
    content.factors.insert(Factor::History, Weighed { score, note: figures(&row) });
    let why = format!(
        "{} The interval for tests may go from {} to {}.",
        figures(&row),
        months_words(row.months),
        months_words(months)
    );
    let agreed = row.agreed.as_ref().map_or(String::new(), |agreed| {
        format!(" The customer agreed on {}.", agreed.at.utc().format("%Y-%m-%d"))
    });
    content.reasoning = [why + &agreed, content.reasoning].join("\n").trim().to_owned();
    add_draft(app, right, (reach, same.as_ref().map(|known| known.number.as_str())), content)
}

/// The figures in a sentence.
pub fn figures(row: &Measurement) -> String {
    let bounds = row.measured.wilson();
    format!(
        "Of {} inspections in {LOOK_BACK} months {} failed: {} (95 % confidence {} to {}).",
        row.measured.tested,
        row.measured.failed,
        percent(row.measured.rate().unwrap_or(0.0)),
        percent(bounds.low),
        percent(bounds.high)
    )
}

/// A share in per cent, to a tenth.
pub fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// Refuses what is proposed, with the reason; it comes again when the figures change.
///
/// # Errors
/// Not found; a field error without a reason; a conflict when nothing is proposed any more.
pub fn refuse(
    app: &App,
    right: &Right<SignAssessment>,
    (site_id, group): (i64, Group),
    reason: &str,
) -> Result<()> {
    if reason.trim().is_empty() {
        return Err(Error::field("reason", "say why it is refused"));
    }
    let (site, row, months) = find_proposed(app, &right.actor().right()?, site_id, group)?;
    app.store.write(right.actor(), |tx| {
        let refusal = answer(tx, &site, (&row, months), reason);
        let id = defects::insert_refusal(tx, &refusal)?;
        let event = Event::new("interval proposal", id, "refused")
            .of_customer(site.customer_id)
            .change("what", "", format!("{}, {}: {}", site.name, row.category, months_words(months)))
            .change("figures", "", figures(&row))
            .change("reason", "", reason.trim());
        Ok(((), vec![event]))
    })
}

/// An answer to a proposal as it is written down.
fn answer(tx: &Tx, site: &Site, (row, months): (&Measurement, u32), words: &str) -> Refusal {
    Refusal {
        id: 0,
        customer_id: site.customer_id,
        site_id: site.id,
        category_id: row.group.category_id,
        environment: row.group.environment.map_or("", Code::code).to_owned(),
        months: i64::from(months),
        tested: i64::from(row.measured.tested),
        failed: i64::from(row.measured.failed),
        reason: words.trim().to_owned(),
        person_id: None,
        at: Moment::from(tx.now),
    }
}

/// Says that the customer agrees to what is proposed. Nothing changes by that: a manager still drafts the assessment
/// and the duty holder signs it, but both see it, and the managers who see the customer are told by mail.
///
/// # Errors
/// Not found for a site that is not theirs; a conflict when nothing is proposed any more, when it was agreed to
/// already, or for one of the firm: nobody agrees for the customer.
pub fn agree(
    app: &App,
    right: &Right<AnswerForCustomer>,
    (site_id, group): (i64, Group),
    note: &str,
) -> Result<()> {
    let person = only_customer(right)?;
    let view = right.actor().right::<ViewPortal>()?;
    let letter = app.store.write(right.actor(), |tx| {
        let now = tx.now;
        let found = own_in(tx, &view, site_id, now)?;
        let customer = found.customer.clone();
        let (site, row, months) = proposed_in(found, group)?;
        if row.agreed.is_some() {
            return Err(agreed_already());
        }
        let agreed = defects::insert_agreement(tx, person, &answer(tx, &site, (&row, months), note));
        let id = agreed.map_err(|error| match error {
            store::Error::Taken(_) => agreed_already(),
            other => other.into(),
        })?;
        let what = format!("{}, {}: {}", site.name, row.category, months_words(months));
        let event = Event::new("interval proposal", id, "agreed to by the customer")
            .of_customer(site.customer_id)
            .change("what", "", &what)
            .change("figures", "", figures(&row))
            .change("note", "", note.trim());
        let said = Some(note.trim()).filter(|note| !note.is_empty());
        let said = said.map(|note| format!("They say: {note}\n\n")).unwrap_or_default();
        let page = format!("{}/proposals?site={}", app.config.base_url, site.id);
        let letter = Letter {
            people: list_managers(tx, site.customer_id)?,
            subject: format!("{customer} agrees to an interval: {what}"),
            body: format!(
                "{}\n\n{said}Nothing changes before an assessment is signed:\n{page}",
                figures(&row)
            ),
        };
        Ok((letter, vec![event]))
    })?;
    post(app, &letter)
}

fn agreed_already() -> Error {
    Error::Conflict("This was agreed to already.".to_owned())
}
