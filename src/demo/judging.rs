//! What came of each test: the verdict, what it did to the asset, and the evidence as the ledger keeps it.

use chrono::{DateTime, Duration, Months, Utc};
use domain::asset::Status;
use domain::equipment::{Environment, TestKind};
use domain::evidence::{
    AssetAsTested, FORM, InstrumentAsUsed, PersonCommitted, SubjectFacts, TestEvidence, readings_of,
};
use domain::schedule::{DueDays, due_dates};
use domain::standing::{Marks, Standing, TestRecord, standing};
use domain::verdict::{Judgement, TestInput, Verdict, judge};
use store::tests::{PreparedTest, TestRow};
use store::types::{Coded, Moment};

use super::chance::Chance;
use super::estate::{Client, Estate};
use super::history::{History, Past};
use super::instruments::older_certificate;
use super::readings::{Fault, draw_fault, record, rules};
use super::things::Thing;

/// A customer's past, judged.
pub struct Judged<'a> {
    estate: &'a Estate,
    customer: &'a Client,
    things: &'a [Thing],
    /// Every test in the order of the ledger; the nth has sequence n + 1.
    pub tests: Vec<Past>,
    /// What standing and due dates need of each thing's tests.
    records: Vec<Vec<TestRecord>>,
}

/// What a thing's tests have brought it to.
pub struct State {
    /// Whether it may be used.
    pub standing: Standing,
    /// What it is due for.
    pub due: DueDays,
}

/// Judges every test, adds the tests after repair, and orders all for the ledger.
pub fn judge_all<'a>(
    estate: &'a Estate,
    customer: &'a Client,
    things: &'a [Thing],
    history: &mut History,
) -> Judged<'a> {
    let mut judged = Judged { estate, customer, things, tests: vec![], records: vec![vec![]; things.len()] };
    let mut tests = std::mem::take(&mut history.tests);
    for test in &mut tests {
        test.verdict = judged.outcome(test).1.verdict;
    }
    let mut again: Vec<Past> = tests.iter().filter_map(|test| judged.after_repair(test)).collect();
    for test in &mut again {
        test.verdict = judged.outcome(test).1.verdict;
    }
    tests.extend(again);
    tests.sort_by_key(|test| (test.at, test.thing, test.repaired));
    for (number, test) in tests.iter().enumerate() {
        judged.records[test.thing].push(TestRecord {
            sequence: number as i64 + 1,
            kind: test.kind,
            verdict: test.verdict,
            performed_at: test.at,
            supersedes: None,
            withdrawn: false,
            returns: test.kind == TestKind::AfterRepair,
            away: vec![],
        });
    }
    judged.tests = tests;
    judged
}

impl Judged<'_> {
    /// The test that followed a bad one, if somebody repaired the thing.
    fn after_repair(&self, test: &Past) -> Option<Past> {
        let mut chance = Chance::of(test.seed, 2);
        let long_ago = self.estate.now - test.at > Duration::days(120);
        let rate = match test.verdict {
            Verdict::Pass => return None,
            Verdict::Fail if long_ago => 955,
            Verdict::Fail => 650,
            Verdict::Incomplete => 700,
        };
        let at = test.at + Duration::days(chance.between(1, 9)) + Duration::minutes(chance.between(-60, 60));
        let repaired = chance.per_mille(rate) && at < self.estate.now;
        let kind = if test.verdict == Verdict::Fail { TestKind::AfterRepair } else { test.kind };
        repaired.then(|| Past { at, kind, visit_id: None, seed: chance.number(), repaired: true, ..*test })
    }

    fn outcome(&self, test: &Past) -> (TestInput, Judgement, &'static str) {
        let thing = &self.things[test.thing];
        let subject = thing.subject();
        let mut chance = Chance::of(test.seed, 1);
        let (mut fault, mut note) = (None, if test.repaired { "Repaired; tested again." } else { "" });
        if !test.repaired && chance.per_mille(self.fail_rate(thing)) {
            let (found, words) = draw_fault(&subject, test.kind, &mut chance);
            (fault, note) = (Some(found), words);
        } else if !test.repaired && test.kind == TestKind::Combined && chance.per_mille(7) {
            fault = Some(Fault::LeftOpen);
        }
        let unsuitable = thing.seed % 1000 < thing.item().unsuitable;
        let input = record(&subject, test.kind, fault, unsuitable, &mut chance);
        let judgement = judge(rules().for_kind(test.kind), &subject, &input);
        (input, judgement, note)
    }

    fn fail_rate(&self, thing: &Thing) -> u64 {
        match thing.room(self.customer).environment {
            Environment::Workshop | Environment::Construction | Environment::Kitchen => {
                self.customer.fail_per_mille.max(55)
            }
            _ => self.customer.fail_per_mille.min(28),
        }
    }

    /// What a thing's tests up to a sequence number have brought it to.
    pub fn state(&self, thing: usize, up_to: i64) -> State {
        let all = &self.records[thing];
        let known = &all[..all.partition_point(|record| record.sequence <= up_to)];
        let standing = standing(known, &Marks::default());
        let own = &self.things[thing];
        let zone = self.customer.sites[own.site].zone;
        let intervals = own.intervals(self.customer);
        let due = due_dates(known, standing.locked.is_some(), own.in_service_on, zone, &intervals);
        State { standing, due }
    }

    /// The nth test, ready for the ledger.
    pub fn prepare(&self, number: usize) -> PreparedTest {
        let test = &self.tests[number];
        let (input, judgement, note) = self.outcome(test);
        let received_at = test.at + Duration::seconds(40);
        let state = self.state(test.thing, number as i64 + 1);
        let id = uuid_of(test);
        let instrument = test.kind.measures().then(|| self.instrument(test));
        let (person_id, commitment) = &self.estate.engineers[test.engineer];
        let row = TestRow {
            id: id.clone(),
            customer_id: self.customer.id,
            seq: 0,
            site_id: self.customer.sites[self.things[test.thing].site].id,
            place_id: Some(self.things[test.thing].room(self.customer).id),
            asset_id: self.things[test.thing].id,
            kind: Coded(test.kind),
            performed_at: Moment::from(test.at),
            received_at: Moment::from(received_at),
            person_id: *person_id,
            instrument_id: instrument.as_ref().map(|one| one.id),
            visit_id: test.visit_id,
            ruleset: judgement.ruleset.clone(),
            verdict: Coded(judgement.verdict),
            supersedes: None,
            request_hash: None,
            response: None,
            returns: test.kind == TestKind::AfterRepair,
        };
        let evidence = TestEvidence {
            form: FORM,
            id,
            customer_id: self.customer.id,
            asset: self.asset(&self.things[test.thing]),
            kind: test.kind,
            performed_at: test.at,
            received_at,
            subject: SubjectFacts::from(&judgement.subject),
            readings: readings_of(&input, &judgement),
            visual: input.visual,
            insulation_unsuitable: input.insulation_unsuitable,
            ruleset: judgement.ruleset,
            edition: judgement.edition,
            ruleset_version: judgement.version,
            returns: test.kind == TestKind::AfterRepair,
            sequence: None,
            reasons: judgement.reasons,
            verdict: judgement.verdict,
            instrument,
            warnings: vec![],
            person: PersonCommitted { id: *person_id, commitment: commitment.clone() },
            visit_id: test.visit_id,
            note: note.to_owned(),
            supersedes: None,
            source: None,
            next_due: state.due.days(),
            asset_status: Status::of(domain::asset::Lifecycle::InService, state.standing.locked.is_some()),
        };
        PreparedTest::new(row, &evidence)
    }

    fn asset(&self, thing: &Thing) -> AssetAsTested {
        let (item, site) = (thing.item(), &self.customer.sites[thing.site]);
        let (make, model) = item.models().nth(thing.make().model).unwrap_or_default();
        AssetAsTested {
            id: thing.id,
            tag: thing.tag().to_string(),
            customer_number: thing.customer_number(self.customer),
            description: item.name.clone(),
            make: make.to_owned(),
            model: model.to_owned(),
            serial: thing.serial(),
            fuse_ma: item.fuse_a.map(|amps| i64::from(amps) * 1000),
            site_id: site.id,
            site: site.name.clone(),
            place_id: Some(thing.room(self.customer).id),
            place: Some(thing.room(self.customer).path.clone()),
        }
    }

    /// The engineer's instrument with the calibration it had on the day.
    fn instrument(&self, test: &Past) -> InstrumentAsUsed {
        let mut one = self.estate.instruments[test.engineer % self.estate.instruments.len()].clone();
        let day = test.at.date_naive();
        while let Some(due) = one.calibration_due
            && day < due - Months::new(12)
        {
            one.calibration_due = Some(due - Months::new(12));
            one.calibration_certificate = older_certificate(one.id, due - Months::new(12));
        }
        one
    }
}

/// An id as a phone would have made it: by time, then by chance.
fn uuid_of(test: &Past) -> String {
    let chance = Chance::of(test.seed, 5).number().to_be_bytes();
    let mut random = [0; 10];
    random[..8].copy_from_slice(&chance);
    random[8..].copy_from_slice(&(test.thing as u16).to_be_bytes());
    let millis = test.at.timestamp_millis().max(0) as u64;
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid().to_string()
}

/// The time at which something on a day was written down.
pub fn morning(day: chrono::NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc() + Duration::hours(9)
}
