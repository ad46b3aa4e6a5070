//! Builds the whole: one thread makes up and judges, the other writes in large transactions.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use chrono::NaiveDate;
use domain::asset::{Lifecycle, Status};
use domain::equipment::TestKind;
use domain::event::Event;
use domain::schedule::IntervalChoice;
use domain::verdict::Verdict;
use serde::{Deserialize, Serialize};
use store::assets::{AssetNames, search_facets, search_words};
use store::dues::DueRow;
use store::search::{Facet, Index, expect_many, index_new};
use store::seed::{
    Past as Right, PastAsset, PastCustody, PastEvent, PastNotFound, PastVisit, insert_assets, insert_custody,
    insert_dues, insert_events, insert_not_found, insert_tallies, insert_visits,
};
use store::tests::{PreparedTest, insert_tests};
use store::types::{Coded, Moment};
use store::{Error, Result, Store};

use super::Plan;
use super::estate::{self, Client, Estate};
use super::history::{self, History};
use super::judging::{Judged, judge_all, morning};
use super::organisation::Organisation;
use super::things::{self, Thing};
use crate::actions::dues::lock_words;

/// Assets or tests per transaction.
const BATCH: usize = 2000;

/// How many fall due: customer, site, kind, day, interval.
type Tallies = BTreeMap<(i64, i64, TestKind, NaiveDate, i64), i64>;

/// What was built, with one tag of each sort to try.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Built {
    /// The tag of an asset that passed and is not due.
    pub passed: Option<String>,
    /// The tag of one that is overdue.
    pub overdue: Option<String>,
    /// The tag of one that is quarantined.
    pub quarantined: Option<String>,
    /// How many tests there are.
    pub tests: usize,
}

/// Something to write in one transaction.
enum Batch {
    Assets(Box<Assets>),
    Visits(Vec<PastVisit>, Vec<PastNotFound>),
    Tests(i64, Vec<PreparedTest>, Vec<PastEvent>),
    Tallies(Tallies),
}

#[derive(Default)]
struct Assets {
    rows: Vec<PastAsset>,
    dues: Vec<DueRow>,
    documents: Vec<(i64, String, Vec<Facet>)>,
    custody: Vec<PastCustody>,
    events: Vec<PastEvent>,
}

/// Builds the organisation into an empty database; `progress` hears how many assets and tests have been written.
///
/// # Errors
/// When the database is in use already, or cannot be written.
pub fn build(
    store: &Store,
    plan: Plan,
    password_hash: &str,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Built> {
    let right = Right::of(store)?;
    let organisation = Organisation::shipped().map_err(Error::Unavailable)?;
    let estate = right.write(|tx| {
        expect_many(tx, Index::Assets)?;
        estate::write(tx, plan, &organisation, password_hash)
    })?;
    let (sender, receiver) = sync_channel(4);
    let built = std::thread::scope(|scope| {
        let maker = scope.spawn(|| make_all(plan, &estate, sender));
        write_all(&right, receiver, progress)?;
        maker.join().map_err(|_| Error::Unavailable("making up the demo stopped".to_owned()))
    })?;
    super::jobs::write(&right, plan, &estate, progress)?;
    right.finish()?;
    Ok(built)
}

fn write_all(right: &Right, batches: Receiver<Batch>, progress: &(dyn Fn(usize) + Sync)) -> Result<()> {
    for batch in batches {
        let count = match &batch {
            Batch::Assets(assets) => assets.rows.len(),
            Batch::Tests(_, tests, _) => tests.len(),
            _ => 0,
        };
        right.write(|tx| match batch {
            Batch::Assets(assets) => {
                insert_assets(tx, assets.rows)?;
                insert_dues(tx, &assets.dues)?;
                insert_custody(tx, assets.custody)?;
                index_new(tx, Index::Assets, assets.documents)?;
                insert_events(tx, assets.events)
            }
            Batch::Visits(visits, not_found) => {
                insert_visits(tx, visits)?;
                insert_not_found(tx, not_found)
            }
            Batch::Tests(customer_id, tests, events) => {
                insert_events(tx, events)?;
                insert_tests(tx, customer_id, tests).map(drop)
            }
            Batch::Tallies(tallies) => insert_tallies(tx, tallies),
        })?;
        progress(count);
    }
    Ok(())
}

/// Makes everything up, a customer after the other. Ends early when nobody takes the batches any more.
fn make_all(plan: Plan, estate: &Estate, batches: SyncSender<Batch>) -> Built {
    let mut built = Built::default();
    let (mut assets, mut visits) = (0, 0);
    for customer in &estate.customers {
        let things = things::make_up(plan, estate, customer, assets + 1);
        let mut history = history::make_up(plan, estate, customer, &things, visits + 1);
        let judged = judge_all(estate, customer, &things, &mut history);
        assets += things.len() as i64;
        visits += history.visits.len() as i64;
        built.tests += judged.tests.len();
        let maker = Maker { estate, customer, judged: &judged, things: &things };
        if maker.send(history, &batches, &mut built).is_none() {
            break;
        }
    }
    built
}

struct Maker<'a> {
    estate: &'a Estate,
    customer: &'a Client,
    judged: &'a Judged<'a>,
    things: &'a [Thing],
}

impl Maker<'_> {
    fn send(&self, history: History, batches: &SyncSender<Batch>, built: &mut Built) -> Option<()> {
        let mut tallies = Tallies::new();
        for start in (0..self.things.len()).step_by(BATCH) {
            let mut batch = Assets::default();
            for number in start..self.things.len().min(start + BATCH) {
                self.asset(number, &mut batch, &mut tallies, built);
            }
            batches.send(Batch::Assets(Box::new(batch))).ok()?;
        }
        batches.send(Batch::Tallies(tallies)).ok()?;
        batches.send(Batch::Visits(history.visits, history.not_found)).ok()?;
        for start in (0..self.judged.tests.len()).step_by(BATCH) {
            let numbers = start..self.judged.tests.len().min(start + BATCH);
            let tests: Vec<PreparedTest> = numbers.map(|number| self.judged.prepare(number)).collect();
            let events = tests.iter().map(|test| self.test_event(test)).collect();
            batches.send(Batch::Tests(self.customer.id, tests, events)).ok()?;
        }
        Some(())
    }

    fn asset(&self, number: usize, batch: &mut Assets, tallies: &mut Tallies, built: &mut Built) {
        let thing = &self.things[number];
        let state = self.judged.state(number, i64::MAX);
        let fields = thing.fields(self.estate, self.customer);
        let tag = thing.tag().to_string();
        let lock = state.standing.locked;
        let due = if thing.lifecycle.falls_due() { state.due } else { Default::default() };
        let last = state.standing.last;
        let at = Moment::from(morning(thing.in_service_on));
        let custodian = self.custody(thing, &lock.map(|_| ()), batch);
        self.dues(thing, &due, batch, tallies);
        let status = Status::of(thing.lifecycle, lock.is_some());
        self.sample(status, last.map(|last| last.verdict), due.days().earliest(), &tag, built);
        let names = self.names(thing);
        let words = search_words(&fields, &custodian, &names, [tag.as_str()]);
        let ids = (self.customer.id, fields.site_id, fields.category_id);
        let facets = search_facets(ids, status, thing.room(self.customer).chain.iter().copied());
        batch.documents.push((thing.id, words, facets));
        let event = Event::new("asset", thing.id, "added")
            .of_asset(self.customer.id, thing.id)
            .change("tag", "", &tag)
            .change("description", "", &fields.description)
            .change("site", "", &names.site);
        let person_id = Some(self.engineer(thing));
        batch.events.push(PastEvent { at, person_id, event });
        batch.rows.push(PastAsset {
            id: thing.id,
            customer_id: self.customer.id,
            tag,
            fields,
            lock_cause: lock.as_ref().map(lock_words),
            locked_at: lock.map(|lock| Moment::from(lock.at)),
            last_verdict: state.standing.verdict.map(Coded),
            last_tested_at: last.map(|last| Moment::from(last.performed_at)),
            due_on: due.days().earliest(),
            custodian,
            created_at: at,
            updated_at: at,
        });
    }

    fn engineer(&self, thing: &Thing) -> i64 {
        self.estate.engineers[(thing.seed % self.estate.engineers.len() as u64) as usize].0
    }

    fn names(&self, thing: &Thing) -> AssetNames {
        let site = &self.customer.sites[thing.site];
        AssetNames {
            customer: self.customer.name.clone(),
            site: site.name.clone(),
            time_zone: site.zone.name().to_owned(),
            category: thing.item().name.clone(),
            place: Some(thing.room(self.customer).path.clone()),
            parent_tag: None,
        }
    }

    /// Who has it: tools are checked out now and then, locked ones are not.
    fn custody(&self, thing: &Thing, lock: &Option<()>, batch: &mut Assets) -> String {
        let out =
            thing.item().check_out && thing.seed.is_multiple_of(6) && thing.lifecycle == Lifecycle::InService;
        if !out || lock.is_some() {
            return String::new();
        }
        let holder = HOLDERS[(thing.seed / 6 % HOLDERS.len() as u64) as usize];
        let days = (thing.seed / 64 % 20) as i64;
        let out_at = self.estate.now - chrono::Duration::days(days + 1);
        batch.custody.push(PastCustody {
            customer_id: self.customer.id,
            asset_id: thing.id,
            holder: holder.to_owned(),
            out_at: Moment::from(out_at),
            out_by: self.engineer(thing),
            back_by: Some(out_at.date_naive() + chrono::Days::new(14)),
        });
        holder.to_owned()
    }

    fn dues(
        &self,
        thing: &Thing,
        due: &domain::schedule::DueDays,
        batch: &mut Assets,
        tallies: &mut Tallies,
    ) {
        let intervals = thing.intervals(self.customer);
        let site_id = self.customer.sites[thing.site].id;
        let choices = intervals.each();
        for (kind, day) in due.each() {
            let choice = choices.iter().find(|(known, _)| *known == kind).map(|(_, choice)| *choice);
            let months = i64::from(choice.and_then(IntervalChoice::months).unwrap_or(0));
            *tallies.entry((self.customer.id, site_id, kind, day.on, months)).or_default() += 1;
            batch.dues.push(DueRow {
                asset_id: thing.id,
                kind: Coded(kind),
                customer_id: self.customer.id,
                site_id,
                place_id: Some(thing.room(self.customer).id),
                due_on: day.on,
                months,
                reason: choice.map(|choice| choice.reason().to_owned()).unwrap_or_default(),
                why: Coded(day.why),
            });
        }
    }

    fn sample(
        &self,
        status: Status,
        last: Option<Verdict>,
        due: Option<NaiveDate>,
        tag: &str,
        built: &mut Built,
    ) {
        let today = self.estate.now.date_naive();
        let place = match (status, last) {
            (Status::Quarantined, _) => &mut built.quarantined,
            (Status::InService, Some(Verdict::Pass)) if due.is_some_and(|day| day < today) => {
                &mut built.overdue
            }
            (Status::InService, Some(Verdict::Pass)) if due.is_some() => &mut built.passed,
            _ => return,
        };
        place.get_or_insert_with(|| tag.to_owned());
    }

    fn test_event(&self, test: &PreparedTest) -> PastEvent {
        let row = &test.row;
        let event = Event::new("test", &row.id, "recorded")
            .of_asset(row.customer_id, row.asset_id)
            .change("kind", "", domain::code::Code::label(row.kind.0))
            .change("verdict", "", domain::code::Code::label(row.verdict.0));
        PastEvent { at: row.received_at, person_id: Some(row.person_id), event }
    }
}

const HOLDERS: &[&str] =
    &["K. Mistry", "Bay 2 shift lead", "Ewa Nowak", "Contractor: Harlow Steel", "D. Brandt"];
