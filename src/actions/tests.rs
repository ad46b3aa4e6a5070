//! Recording tests, correcting them, and reviewing what contradicts itself.

mod answer;
pub(crate) mod facts;
mod request;
mod review;
mod write;

pub use answer::{NextDueDocument, ReadingVerdictDocument, VerdictDocument};
pub use request::{TestRequest, Visual};
pub use review::{find_override, needs_review, review};

use domain::equipment::TestKind;
use domain::event::Event;
use domain::permission::{RecordTest, ViewRegister};
use domain::ruleset::RuleSet;
use domain::ruleset_choice::RuleChoice;
use domain::sequence_plan::PlannedReading;
use domain::tag::fold;
use domain::text::check_text;
use domain::verdict::{Judgement, Verdict};
use store::assets::{Asset, find_asset_by_tag};
use store::customers::Customer;
use store::sites::{Site, find_site};
use store::tests::{self, RecordedTest};
use store::{AnyConnection, Right, Scope, Tx};

use crate::actions::sequences::{Chosen, choose};
use crate::app::App;
use crate::error::{Error, Result};
use write::{Stop, Target};

/// What recording a test gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The test's id.
    pub id: String,
    /// The outcome.
    pub verdict: Verdict,
    /// The verdict document as JSON: the same bytes each time the same test is sent.
    pub document: String,
    /// Whether it had been recorded before.
    pub repeated: bool,
}

/// Records a test of the asset with this tag: judges it, writes it to the ledger, locks or releases the asset
/// and moves its due dates, all at once. Sent again with the same id and body it changes nothing.
///
/// # Errors
/// Not found (also for a foreign tag or visit), each wrong field, [`Error::KeyReused`] for the same id with
/// another body, a conflict for an asset that is disposed of or lost, or whose class or type is not known.
pub fn record_test(
    app: &App,
    right: &Right<RecordTest>,
    tag: &str,
    request: &TestRequest,
) -> Result<Recorded> {
    write(app, right, &Target::Asset(tag), request)
}

/// Records a test within a write under way, and gives the events to be told.
///
/// # Errors
/// As [`record_test`].
pub fn record_in(
    tx: &mut Tx,
    right: &Right<RecordTest>,
    tag: &str,
    request: &TestRequest,
) -> Result<(Recorded, Vec<Event>)> {
    match write::record(tx, right, &Target::Asset(tag), request) {
        Ok(done) => Ok(done),
        // Known by its id, and now under a key as well: that much is a change.
        Err(Stop::Repeated(recorded)) => {
            let event = Event::new("test", &recorded.id, "sent again");
            Ok((*recorded, vec![event]))
        }
        Err(Stop::Error(error)) => Err(error),
    }
}

/// Records a test in the place of another one, which stays readable. Engineers correct their own, managers any.
///
/// # Errors
/// As [`record_test`]; a conflict when the other one was corrected already.
pub fn correct_test(
    app: &App,
    right: &Right<RecordTest>,
    (id, reason): (&str, &str),
    request: &TestRequest,
) -> Result<Recorded> {
    let reason = check_text(reason, 1000)
        .and_then(
            |text| if text.is_empty() { Err("say what was wrong".to_owned()) } else { Ok(text.to_owned()) },
        )
        .map_err(|message| Error::field("reason", message))?;
    write(app, right, &Target::Correction { id, reason }, request)
}

fn write(app: &App, right: &Right<RecordTest>, target: &Target, request: &TestRequest) -> Result<Recorded> {
    let written = app.store.write(right.actor(), |tx| write::record(tx, right, target, request));
    match written {
        Ok(recorded) => Ok(recorded),
        Err(Stop::Repeated(recorded)) => Ok(*recorded),
        Err(Stop::Error(error)) => Err(error),
    }
}

/// Judges a test of an asset without recording anything.
///
/// # Errors
/// As [`record_test`].
pub fn try_test(
    app: &App,
    right: &Right<RecordTest>,
    asset: &Asset,
    request: &TestRequest,
) -> Result<Judgement> {
    let now = app.now();
    app.store.read(|conn| {
        let checked = request.check(&rules_of(conn, right.scope(), asset)?, now)?;
        facts::check_life(asset)?;
        facts::find_instrument(conn, request.instrument.as_deref())?;
        facts::check_visit(conn, right.scope(), asset, request.visit)?;
        let facts = facts::facts_of(conn, right.scope(), asset)?;
        let about = (checked.rules, &facts.subject, checked.input.kind);
        let chosen = choose(conn, asset, about, request.sequence.as_deref())?;
        Ok(facts.judge(checked.rules, &checked.input, &chosen))
    })
}

/// What a test of an asset is to measure, and by what.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The rule set.
    pub rules: &'static RuleSet,
    /// The sequence.
    pub chosen: Chosen,
    /// Each reading, in the order of testing.
    pub readings: Vec<PlannedReading>,
}

/// Plans a test of an asset found within the scope.
///
/// # Errors
/// The store's; a field error for a sequence that is none, or not for such an item.
pub fn plan(
    conn: &mut AnyConnection,
    scope: &Scope,
    asset: &Asset,
    (kind, sequence): (TestKind, Option<&str>),
) -> Result<Planned> {
    let rules = rules_of(conn, scope, asset)?.for_kind(kind);
    let (subject, _) = asset.subject_or_strictest();
    let chosen = choose(conn, asset, (rules, &subject, kind), sequence)?;
    let readings = match &chosen.sequence {
        Some(sequence) if kind.measures() => sequence.plan(rules, &subject, kind),
        _ => vec![],
    };
    Ok(Planned { rules, chosen, readings })
}

/// One test with what the ledger holds of it, and the id of the record that corrects it.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn find_test(app: &App, right: &Right<ViewRegister>, id: &str) -> Result<(RecordedTest, Option<String>)> {
    Ok(app.store.read(|conn| {
        let test = tests::find_recorded_test(conn, right.scope(), id)?;
        let correction = tests::find_correction(conn, &test.row.id)?;
        Ok::<_, store::Error>((test, correction))
    })?)
}

/// The rule sets by which an asset is judged.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn rules_of(conn: &mut AnyConnection, scope: &Scope, asset: &Asset) -> Result<RuleChoice> {
    let customer = store::customers::find_customer(conn, scope, asset.customer_id)?;
    rule_choice(&find_site(conn, scope, asset.site_id)?, &customer)
}

fn rule_choice(site: &Site, customer: &Customer) -> Result<RuleChoice> {
    // Checked when they were set.
    RuleChoice::of(site.rules(), customer.rules()).map_err(Error::Internal)
}

/// The asset with this tag, in any spelling.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn find_asset(conn: &mut AnyConnection, scope: &Scope, tag: &str) -> Result<Asset> {
    Ok(find_asset_by_tag(conn, scope, &fold(tag))?)
}
