//! What the form of a test is opened with.

use chrono_tz::Tz;
use domain::code::Code;
use domain::equipment::TestKind;
use domain::evidence::{ReadingEvidence, TestEvidence};
use domain::quantity::Decimal;
use domain::schedule::local_date;
use domain::sequence::Sequence;
use store::AnyConnection;
use store::assets::{Asset, AssetNames, names_of};
use store::instruments::list_instruments;
use store::tests::last_instrument;
use store::visits::list_open_visits;

use super::draft::LOCAL;
use super::fields::{Fields, ReadingField};
use crate::actions::dues::time_zone;
use crate::actions::instruments::doubt_words;
use crate::actions::sequences::{Chosen, choose, list_fitting};
use crate::actions::tests::rules_of;
use crate::error::Result;
use crate::web::forms::Form;
use crate::web::visitor::Visit;

/// What a form of a test is about.
pub struct Ground {
    /// The asset.
    pub asset: Asset,
    /// The names behind its ids.
    pub names: AssetNames,
    /// The site's clock.
    pub zone: Tz,
    /// The fields.
    pub fields: Fields,
    /// The sequence that the readings are taken by.
    pub chosen: Chosen,
    /// The sequences that may be chosen instead.
    pub sequences: Vec<Sequence>,
    /// What of class and type is not known: nothing can pass then.
    pub unknown: Vec<&'static str>,
    /// Serial number and words of each instrument in use.
    pub instruments: Vec<(String, String)>,
    /// Number and words of each open visit to the site, and of none.
    pub visits: Vec<(String, String)>,
    /// Readings of a record being corrected that no field holds, as an instrument gave them.
    pub kept: Vec<ReadingEvidence>,
}

impl Ground {
    /// Looks up what a form needs; the asset was found within the scope.
    ///
    /// # Errors
    /// The store's.
    pub fn find(
        conn: &mut AnyConnection,
        visit: &Visit,
        asset: Asset,
        (kind, sequence): (TestKind, Option<&str>),
    ) -> Result<Self> {
        let names = names_of(conn, &asset)?;
        let zone = time_zone(&names.time_zone)?;
        let rules = rules_of(conn, visit.actor.scope(), &asset)?.for_kind(kind);
        let (subject, unknown) = asset.subject_or_strictest();
        let about = (rules, &subject, kind);
        let chosen = choose(conn, &asset, about, sequence)?;
        let fields = Fields::of(rules, &subject, kind, chosen.sequence.as_ref());
        let sequences = if kind.measures() { list_fitting(conn, about)? } else { vec![] };
        let today = local_date(visit.app.now(), zone);
        let instruments = list_instruments(conn)?.into_iter().filter(|i| !i.retired).map(|i| {
            let doubt = doubt_words(&i, today);
            let dash = if doubt.is_empty() { "" } else { " – " };
            let words = format!("{} {} {}{dash}{doubt}", i.make, i.model, i.serial);
            (i.serial, words)
        });
        let visits = list_open_visits(conn, visit.actor.scope(), asset.site_id)?
            .into_iter()
            .map(|visit| (visit.id.to_string(), format!("Visit {} of {}", visit.id, visit.starts_on)));
        // First, so that a browser chooses nobody's visit by itself.
        let visits = std::iter::once(("0".to_owned(), "No visit".to_owned())).chain(visits).collect();
        let (instruments, kept) = (instruments.collect(), vec![]);
        Ok(Self { asset, names, zone, fields, unknown, chosen, sequences, instruments, visits, kept })
    }
}

/// A new form: time now, the instrument and the visit of the last time.
///
/// # Errors
/// The store's.
pub fn fresh(conn: &mut AnyConnection, visit: &Visit, ground: &Ground) -> Result<Form> {
    let mut form = Form::default();
    form.set("id", uuid::Uuid::now_v7());
    for field in ground.fields.readings() {
        form.set_opt(&field.current, field.amps.as_ref()).set_opt(&field.rated, field.rated_ma.as_ref());
    }
    let now = visit.app.now().with_timezone(&ground.zone).format(LOCAL).to_string();
    form.set("performed_at", &now).set("offered_at", &now);
    let Some(me) = visit.actor.person_id() else { return Ok(form) };
    if let Some(id) = last_instrument(conn, me)? {
        let serial = list_instruments(conn)?.into_iter().find(|i| i.id == id).map(|i| i.serial);
        form.set_opt("instrument", serial);
    } else if let [(only, _)] = ground.instruments.as_slice() {
        form.set("instrument", only);
    }
    let today = local_date(visit.app.now(), ground.zone);
    let open = list_open_visits(conn, visit.actor.scope(), ground.asset.site_id)?;
    let mine = open.iter().find(|open| open.person_id == me && open.starts_on <= today);
    form.set_opt("visit", mine.map(|mine| mine.id));
    Ok(form)
}

/// A form that holds what a record says, for correcting it. What no field can hold goes to `ground.kept`.
pub fn from_record(evidence: &TestEvidence, ground: &mut Ground) -> Form {
    let mut form = Form::default();
    form.set("id", uuid::Uuid::now_v7());
    let at = evidence.performed_at.with_timezone(&ground.zone).format("%Y-%m-%dT%H:%M:%S").to_string();
    form.set("performed_at", at).set("note", &evidence.note);
    form.set_opt("instrument", evidence.instrument.as_ref().map(|instrument| &instrument.serial));
    form.set_opt("insulation_unsuitable", evidence.insulation_unsuitable.as_ref());
    form.set("visit", evidence.visit_id.unwrap_or(0));
    for (item, result) in &evidence.visual {
        form.set(item.code(), result.code());
    }
    for found in evidence.readings.iter().filter(|reading| reading.given.is_some()) {
        let field = ground.fields.readings().find(|field| field.holds(found));
        match field.filter(|field| form.value(&field.name).is_empty()) {
            Some(field) => set_reading(&mut form, field, found),
            None => {
                form.set(&format!("keep-{}", ground.kept.len()), "yes");
                ground.kept.push(found.clone());
            }
        }
    }
    form
}

fn set_reading(form: &mut Form, field: &ReadingField, found: &ReadingEvidence) {
    let given = found.given.as_deref().unwrap_or_default();
    let shown = if field.pass_fail { given.trim().to_lowercase() } else { given.to_owned() };
    let decimal = |millionths: Option<i64>| millionths.map(Decimal::from_millionths);
    form.set(&field.name, shown).set_opt(&field.voltage, found.voltage_v);
    form.set_opt(&field.current, decimal(found.test_current_a_e6));
    form.set_opt(&field.rated, decimal(found.rated_ma_e6));
}
