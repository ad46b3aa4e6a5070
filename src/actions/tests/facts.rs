//! What a test rests on: the asset, the instrument, the person and the visit, each as it is now.

use chrono::NaiveDate;
use domain::asset::Lifecycle;
use domain::calibration::cover;
use domain::code::Code;
use domain::equipment::{EquipmentClass, EquipmentType};
use domain::evidence::{AssetAsTested, InstrumentAsUsed, PersonCommitted};
use domain::ruleset::RuleSet;
use domain::standing::Behind;
use domain::subject::Subject;
use domain::verdict::{Judgement, TestInput, Verdict, judge, judge_in_sequence};
use store::assets::{Asset, AssetNames, find_asset};
use store::calibrations::list_history;
use store::instruments::{Instrument, list_instruments};
use store::people::find_person;
use store::proof_checks::find_last_check;
use store::settings::find_setting;
use store::visits::{Visit, find_visit, list_open_visits};
use store::{AnyConnection, Scope};

use super::needs_review;
use crate::actions::sequences::Chosen;
use crate::actions::settings::{FIRM, Firm};
use crate::error::{Error, Result};

/// What a test is judged by, and what a reader should know of that.
pub(super) struct Facts {
    /// The item.
    pub subject: Subject,
    /// Why nothing may pass, where class, type or the number of sockets are not known.
    pub unknown: Option<String>,
    /// Notes on the item.
    pub warnings: Vec<String>,
}

/// The facts of an asset that a verdict depends on.
///
/// # Errors
/// The store's.
pub(super) fn facts_of(conn: &mut AnyConnection, scope: &Scope, asset: &Asset) -> Result<Facts> {
    let (mut subject, mut unknown) = asset.subject_or_strictest();
    // Each socket is measured by itself; a lead of which nobody said how many it has would pass on one of them.
    if subject.equipment_type == EquipmentType::ExtensionLead && subject.sockets == 0 {
        unknown.push("number of sockets");
    }
    let mut warnings = vec![];
    if needs_earth(conn, scope, asset)? && subject.equipment_class == EquipmentClass::II {
        subject.equipment_class = EquipmentClass::I;
        warnings.push("Judged as a lead with an earth: the appliance it belongs to is class I.".to_owned());
    }
    let unknown = (!unknown.is_empty()).then(|| {
        let what = unknown.join(", ");
        format!("The {what} of this asset is not known, so nothing can pass: set the {what}, then test it.")
    });
    Ok(Facts { subject, unknown, warnings })
}

/// Whether a lead feeds an appliance of class I: without an earth it would make that one dangerous.
fn needs_earth(conn: &mut AnyConnection, scope: &Scope, asset: &Asset) -> Result<bool> {
    let Some(parent) = asset.parent_id else { return Ok(false) };
    if asset.equipment_type.is_none_or(|kind| !kind.0.is_lead()) {
        return Ok(false);
    }
    let parent = find_asset(conn, scope, parent)?;
    Ok(parent.equipment_class.is_some_and(|class| class.0 == EquipmentClass::I))
}

impl Facts {
    /// Judges a test by them.
    pub fn judge(&self, rules: &RuleSet, input: &TestInput, chosen: &Chosen) -> Judgement {
        let mut judgement = match &chosen.sequence {
            Some(sequence) if chosen.by_choice => judge_in_sequence(rules, &self.subject, input, sequence),
            _ => judge(rules, &self.subject, input),
        };
        if let Some(why) = &self.unknown {
            judgement.hold(why.clone());
        }
        judgement
    }
}

/// Why a pass does not return an asset: since it failed, its class or type was changed, and with that what is asked.
///
/// # Errors
/// The store's.
pub(super) fn changed_since_failed(
    conn: &mut AnyConnection,
    asset: &Asset,
    now: &Subject,
) -> Result<Option<String>> {
    let Some(standing) = needs_review(conn, asset.id)? else { return Ok(None) };
    for lock in standing.open.iter().filter(|lock| matches!(lock.behind, Behind::Test(_))) {
        let failed = store::tests::find_evidence(conn, asset.customer_id, lock.sequence)?;
        let then = Subject::from(&failed.subject);
        let (was, is) = (then.equipment_class, now.equipment_class);
        let (was_type, is_type) = (then.equipment_type, now.equipment_type);
        if (was, was_type) != (is, is_type) {
            return Ok(Some(format!(
                "It failed as {}, {} and is now recorded as {}, {}: a manager has to release it.",
                was.label(),
                was_type.label(),
                is.label(),
                is_type.label()
            )));
        }
    }
    Ok(None)
}

/// What is said to whoever would change an asset that was merged into another.
pub(crate) const MERGED: &str =
    "This was merged into another asset: go to that one, or undo the merge on its page first.";

/// Refuses to test what is not there.
///
/// # Errors
/// A conflict that says what would help.
pub(crate) fn check_life(asset: &Asset) -> Result<()> {
    match asset.lifecycle.0 {
        Lifecycle::Merged => Err(Error::Conflict(MERGED.to_owned())),
        life @ (Lifecycle::Disposed | Lifecycle::Lost) => Err(Error::Conflict(format!(
            "This asset is recorded as {}. If it is here after all, put it back in service first.",
            life.noun()
        ))),
        _ => Ok(()),
    }
}

pub(crate) fn as_tested(asset: &Asset, names: AssetNames) -> AssetAsTested {
    let asset = asset.clone();
    AssetAsTested {
        id: asset.id,
        tag: asset.tag,
        customer_number: asset.customer_number,
        description: asset.description,
        make: asset.make,
        model: asset.model,
        serial: asset.serial,
        fuse_ma: asset.fuse_ma,
        site_id: asset.site_id,
        site: names.site,
        place_id: asset.place_id,
        place: names.place,
    }
}

/// The instrument with a serial number; none for a blank one.
///
/// # Errors
/// A field error when there is none, or it is retired.
pub(super) fn find_instrument(conn: &mut AnyConnection, serial: Option<&str>) -> Result<Option<Instrument>> {
    let Some(serial) = serial.map(str::trim).filter(|serial| !serial.is_empty()) else { return Ok(None) };
    let shown: String = serial.chars().take(60).collect();
    match list_instruments(conn)?.into_iter().find(|instrument| instrument.serial == serial) {
        None => Err(Error::field(
            "instrument",
            format!("there is no instrument with the serial number \"{shown}\""),
        )),
        Some(old) if old.retired => {
            Err(Error::field("instrument", format!("the instrument \"{shown}\" is retired; choose another")))
        }
        found => Ok(found),
    }
}

/// An instrument as it stood on the day of a test, and what speaks against trusting it then.
#[derive(Debug, Clone)]
pub(crate) struct Used {
    pub instrument: InstrumentAsUsed,
    pub doubts: Vec<String>,
}

/// What governed an instrument on a day: a test that arrives late, or is corrected later, is told by the certificate
/// of its own day and not by today's.
///
/// # Errors
/// The store's.
pub(crate) fn as_used(conn: &mut AnyConnection, instrument: Instrument, on: NaiveDate) -> Result<Used> {
    let history = list_history(conn, instrument.id)?;
    let cover = cover(on, &history);
    let mut doubts: Vec<String> = cover.warning(&instrument.serial, on).into_iter().collect();
    let check = find_last_check(conn, instrument.id, on)?.filter(|check| check.verdict.0 == Verdict::Fail);
    doubts.extend(check.map(|check| {
        format!("Instrument {} failed its last proof check, on {}.", instrument.serial, check.checked_on)
    }));
    let calibration = cover.calibration();
    let instrument = InstrumentAsUsed {
        id: instrument.id,
        make: instrument.make,
        model: instrument.model,
        serial: instrument.serial,
        calibration_certificate: calibration.map(|one| one.certificate.clone()).unwrap_or_default(),
        calibration_due: calibration.map(|one| one.due),
    };
    Ok(Used { instrument, doubts })
}

/// What a reader should know of the instrument.
pub(crate) fn warnings(used: Option<&Used>, measured: bool) -> Vec<String> {
    match used {
        None if measured => vec!["No instrument is recorded for these readings.".to_owned()],
        None => vec![],
        Some(used) => used.doubts.clone(),
    }
}

/// Refuses an instrument that cannot be trusted, where the firm wants that. A fail is recorded all the same: turned
/// away, a dangerous thing would stay in use.
///
/// # Errors
/// A field error that names the reason.
pub(crate) fn refuse_doubtful(conn: &mut AnyConnection, used: Option<&Used>, verdict: Verdict) -> Result<()> {
    let Some(doubt) = used.and_then(|used| used.doubts.first()) else { return Ok(()) };
    let firm: Firm = find_setting(conn, FIRM)?.unwrap_or_default();
    if verdict == Verdict::Fail || !firm.refuse_uncalibrated {
        return Ok(());
    }
    let words = format!("{doubt} The firm's settings refuse such tests; use another instrument");
    Err(Error::field("instrument", words))
}

/// A person by number, with the salted hash of who it is.
///
/// # Errors
/// Internal when there is no such person.
pub(crate) fn committed(conn: &mut AnyConnection, person_id: i64) -> Result<PersonCommitted> {
    let person = find_person(conn, person_id)?
        .ok_or_else(|| Error::Internal(format!("there is no person {person_id}")))?;
    Ok(PersonCommitted { id: person_id, commitment: person.commitment() })
}

/// The visit a test belongs to: the one named, else the engineer's own open one at the site.
///
/// # Errors
/// Not found, also for a visit to another customer; a field error for one that is closed or elsewhere.
pub(super) fn choose_visit(
    conn: &mut AnyConnection,
    scope: &Scope,
    asset: &Asset,
    (asked, person_id, on): (Option<i64>, i64, NaiveDate),
) -> Result<Option<i64>> {
    let Some(id) = asked else {
        let open = list_open_visits(conn, scope, asset.site_id)?;
        let mine = |visit: &&Visit| visit.person_id == person_id && visit.starts_on <= on;
        return Ok(open.iter().find(mine).map(|visit| visit.id));
    };
    check_visit(conn, scope, asset, Some(id))?;
    Ok(Some(id).filter(|id| *id != 0))
}

/// Checks that a visit named for a test of an asset can take it; 0 names none.
///
/// # Errors
/// As [`choose_visit`].
pub(super) fn check_visit(
    conn: &mut AnyConnection,
    scope: &Scope,
    asset: &Asset,
    asked: Option<i64>,
) -> Result<()> {
    let Some(id) = asked.filter(|id| *id != 0) else { return Ok(()) };
    let visit = find_visit(conn, &scope.within(asset.customer_id), id)?;
    if visit.site_id != asset.site_id {
        return Err(Error::field("visit", "this visit is to another site"));
    }
    if visit.closed_at.is_some() {
        return Err(Error::field("visit", "this visit is closed; open it again first"));
    }
    Ok(())
}
