//! Two years of repairs: jobs in every state, most of them closed, about the things that the demo holds.

use std::sync::OnceLock;

use chrono::{Datelike, Duration, Weekday};
use domain::event::Event;
use serde::Deserialize;
use store::findings::NewFinding;
use store::findings::past::{insert_past_findings, settle_past_fixes, settle_past_repairs};
use store::past_jobs::{Past, insert_past_jobs};
use store::referrals::ReferralFields;
use store::search::{Index, expect_many};
use store::seed::{Past as Right, PastEvent, Sample, insert_events, sample_assets};
use store::suppliers::{SupplierFields, insert_supplier};
use store::{Error, Result, Tx};

use super::Plan;
use super::chance::Chance;
use super::courses::{Begin, make_up};
use super::estate::Estate;
use super::findings::{Found, Words};
use crate::actions::referrals::{ReferralRequest, refer_in};

/// Jobs per transaction.
const BATCH: usize = 800;
/// How far the past of jobs reaches back, in days.
const DAYS: i64 = 730;
/// Above this many jobs the log of changes keeps no line for each: it is a demo for measuring.
const TOLD: usize = 20_000;
/// Assets of a customer that jobs are about.
const SAMPLE: i64 = 3000;

/// A thing that goes wrong.
#[derive(Debug, Deserialize)]
pub struct Fault {
    /// How the names of the categories begin that it befalls; none for all.
    of: Option<String>,
    symptom: String,
    found: String,
    fixed: String,
    /// Symptom, cause and fix in the words of the firm's list.
    pub words: [String; 3],
}

#[derive(Debug, Deserialize)]
struct Faults {
    fault: Vec<Fault>,
}

/// Everything that goes wrong.
pub fn faults() -> &'static [Fault] {
    static ALL: OnceLock<Faults> = OnceLock::new();
    let read = || {
        toml::from_str(include_str!("faults.toml")).expect("the shipped faults are sound; a test reads them")
    };
    &ALL.get_or_init(read).fault
}

/// The faults that befall a category.
fn faults_of(category: &str) -> Vec<&'static Fault> {
    let own: Vec<&Fault> = faults()
        .iter()
        .filter(|fault| fault.of.as_ref().is_some_and(|of| category.starts_with(of.as_str())))
        .collect();
    if own.is_empty() { faults().iter().filter(|fault| fault.of.is_none()).collect() } else { own }
}

/// Writes the jobs of a plan; `progress` hears how many have been written.
///
/// # Errors
/// The database's.
pub fn write(right: &Right, plan: Plan, estate: &Estate, progress: &(dyn Fn(usize) + Sync)) -> Result<()> {
    if plan.jobs == 0 {
        return Ok(());
    }
    let mut samples: Vec<(i64, Vec<Sample>)> = vec![];
    for customer in &estate.customers {
        let sample = right.write(|tx| sample_assets(tx, customer.id, SAMPLE))?;
        samples.push((customer.id, sample));
    }
    samples.retain(|(_, sample)| !sample.is_empty());
    let words = right.write(|tx| {
        expect_many(tx, Index::Jobs)?;
        expect_many(tx, Index::Findings)?;
        Words::read(tx)
    })?;
    let maker = Maker { plan, estate, samples, words };
    for start in (0..plan.jobs).step_by(BATCH) {
        let numbers = start..plan.jobs.min(start + BATCH);
        let count = numbers.len();
        let (pasts, found) = numbers.map(|number| maker.job(number)).unzip();
        right.write(|tx| write_batch(tx, pasts, found, plan.jobs <= TOLD))?;
        progress(count);
    }
    let assets: Vec<i64> =
        maker.samples.iter().flat_map(|(_, things)| things).map(|thing| thing.id).collect();
    for part in assets.chunks(BATCH) {
        right.write(|tx| settle_past_fixes(tx, part))?;
    }
    right.write(|tx| refer_some(tx, estate))
}

fn write_batch(tx: &mut Tx, pasts: Vec<Past>, found: Vec<Option<Found>>, told: bool) -> Result<()> {
    let assets: Vec<Option<i64>> = pasts.iter().map(|past| past.assets.first().copied()).collect();
    let jobs = insert_past_jobs(tx, pasts)?;
    let found = jobs.iter().zip(&assets).zip(found);
    let findings: Vec<NewFinding> =
        found.filter_map(|((job, asset), found)| Some(found?.of(job, *asset))).collect();
    insert_past_findings(tx, &findings)?;
    settle_past_repairs(tx, &jobs)?;
    if !told {
        return Ok(());
    }
    let mut events = vec![];
    for (job, asset) in jobs.iter().zip(assets) {
        let of = |event: Event| match asset {
            Some(asset) => event.of_asset(job.customer_id, asset),
            None => event.of_customer(job.customer_id),
        };
        let opened = of(Event::new("job", &job.number, "opened").change("title", "", &job.title));
        events.push(PastEvent { at: job.opened_at, person_id: job.opened_by, event: opened });
        if let (Some(at), Some(outcome)) = (job.closed_at, job.outcome) {
            let outcome = domain::code::Code::label(outcome.0);
            let closed = of(Event::new("job", &job.number, "moved").change("outcome", "", outcome));
            events.push(PastEvent { at, person_id: job.assignee_id, event: closed });
        }
    }
    insert_events(tx, events)
}

struct Maker<'a> {
    plan: Plan,
    estate: &'a Estate,
    samples: Vec<(i64, Vec<Sample>)>,
    words: Words,
}

impl Maker<'_> {
    /// The job of a number; later ones are opened later.
    fn job(&self, number: usize) -> (Past, Option<Found>) {
        let mut chance = Chance::of(self.plan.seed, ((number as u64) << 8) | 0x6A);
        let weights: Vec<u64> = self.samples.iter().map(|(_, sample)| sample.len() as u64).collect();
        let (customer_id, sample) = &self.samples[chance.weighted(&weights)];
        // A tenth of all things make half of all trouble.
        let few = sample.len().div_ceil(10) as u64;
        let end = if chance.per_mille(450) { few } else { sample.len() as u64 };
        let thing = &sample[chance.below(end) as usize];
        let faults = faults_of(&thing.category);
        let fault = faults[chance.below(faults.len() as u64) as usize];
        let from_end = self.plan.jobs - number;
        let open = chance.per_mille(match from_end {
            ..=12 => 950,
            13..=40 => 600,
            41..=120 => 180,
            121..=1000 => 15,
            _ => 0,
        });
        let begin = Begin {
            place: (*customer_id, thing.site_id),
            asset_id: thing.id,
            fault: (&fault.symptom, &fault.found, &fault.fixed),
            opened: self.opened(number, &mut chance),
            now: self.estate.now,
            engineers: &self.estate.engineers,
        };
        let past = make_up(&begin, chance, open);
        let found = Found::of_past(&past, self.words.of(fault), &fault.found);
        (past, found)
    }

    /// Working days see most of it; the last ones were opened within the last days.
    fn opened(&self, number: usize, chance: &mut Chance) -> chrono::DateTime<chrono::Utc> {
        let left = (self.plan.jobs - number) as i64;
        let minutes = DAYS * 1440 * left / self.plan.jobs as i64;
        let mut at = self.estate.now - Duration::minutes(minutes) + Duration::minutes(chance.between(0, 360));
        while matches!(at.weekday(), Weekday::Sat | Weekday::Sun) && chance.per_mille(800) {
            at -= Duration::days(1);
        }
        at.min(self.estate.now - Duration::minutes(30))
    }
}

const SUPPLIERS: [(&str, &str, &str); 4] = [
    ("Harlow Instrument Service", "Repairs desk", "+44 1632 960101"),
    ("Bench & Board Repairs", "Sunita", "+44 1632 960134"),
    ("Northgate Spares", "Orders", "+44 1632 960177"),
    ("Copier Partners", "Service line", "+44 1632 960188"),
];

/// Sends some of what waits for a third party there.
fn refer_some(tx: &mut Tx, estate: &Estate) -> Result<()> {
    let mut suppliers = vec![];
    for (name, contact, phone) in SUPPLIERS {
        let known = store::suppliers::find_supplier_by_name(tx, name)?;
        suppliers.push(match known {
            Some(supplier) => supplier.id,
            None => {
                let fields = SupplierFields {
                    name: name.to_owned(),
                    contact: contact.to_owned(),
                    phone: phone.to_owned(),
                    ..SupplierFields::default()
                };
                insert_supplier(tx, &fields)?
            }
        });
    }
    let day = estate.now.date_naive();
    let waiting = store::past_jobs::list_waiting_for_third_party(tx, 40)?;
    for (number, job) in waiting.into_iter().enumerate() {
        let mut chance = Chance::of(number as u64, 0x52_45_46);
        let sent_on = day - chrono::Days::new(chance.below(30));
        let due_on = chance.per_mille(750).then(|| sent_on + chrono::Days::new(chance.below(21) + 3));
        let things = store::jobs::assets::list_job_assets(tx, &job)?;
        let fields = ReferralFields {
            supplier_id: suppliers[chance.below(suppliers.len() as u64) as usize],
            asset_id: things.first().map(|thing| thing.id),
            what: if things.is_empty() { "Unit".to_owned() } else { String::new() },
            request: job.title.clone(),
            rma: format!("R{}", 10_000 + chance.below(90_000)),
            due_on,
            ..ReferralFields::default()
        };
        let request = ReferralRequest { fields, sent_on: Some(sent_on), waits: false };
        let words = |error: crate::error::Error| Error::Unavailable(error.to_string());
        refer_in(tx, day, &job, &request).map_err(words)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_has_faults_of_its_own_or_those_of_all() {
        assert!(faults().len() > 20);
        assert!(faults_of("Kettle").iter().all(|fault| fault.of.as_deref() == Some("Kettle")));
        assert!(!faults_of("Something else").is_empty());
        assert!(faults_of("Extension lead 4-way")[0].symptom.contains("socket"));
    }
}
