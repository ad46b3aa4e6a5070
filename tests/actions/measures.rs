//! What is measured of jobs, against counting them one by one.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use diesel::prelude::*;
use domain::code::Code;
use domain::job::{EntryKind, Impact, JobKind, JobState, Outcome, Priority};
use domain::measure::{Age, Measure};
use domain::permission::{Role, SeeMeasures, WorkJob};
use proofmark::actions::jobs::{self, EntryRequest, Handover, JobRequest, StepRequest};
use proofmark::actions::measures::{list_jobs, measure};
use store::Actor;
use store::jobs::Job;
use store::measures::{Selection, check_tallies, settle_measures};
use store::schema::jobs as rows;

use crate::support::TestApp;

/// Numbers that come out the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

struct Scene {
    app: TestApp,
    actor: Actor,
    dice: Dice,
    customers: Vec<i64>,
    sites: Vec<i64>,
    engineers: Vec<i64>,
    assets: Vec<(i64, i64)>,
}

impl Scene {
    /// Two customers, three engineers, four months of jobs that take every way that there is.
    fn busy() -> Self {
        let app = TestApp::new();
        let actor = app.actor(Role::Manager, None);
        let engineers = (0..3).map(|_| app.add_user(Role::Engineer, None).0).collect();
        let (mills, works) = (app.ground("Mills"), app.ground("Works"));
        let assets =
            [mills, works].map(|ground| (ground.site_id, app.kettle(ground).id)).into_iter().collect();
        let (customers, sites) =
            (vec![mills.customer_id, works.customer_id], vec![mills.site_id, works.site_id]);
        let mut scene = Self { app, actor, dice: Dice(7), customers, sites, engineers, assets };
        for _ in 0..60 {
            scene.app.pass(Duration::hours(29));
            scene.open();
            for _ in 0..5 {
                scene.app.pass(Duration::hours(5));
                scene.move_one();
            }
        }
        scene
    }

    fn right(&self) -> store::Right<'_, WorkJob> {
        self.actor.right().unwrap()
    }

    fn open(&mut self) {
        let site = self.dice.below(2);
        let mut assets = vec![];
        if self.dice.below(2) == 0 {
            assets.push(self.assets[site].1);
        }
        let request = JobRequest {
            site_id: self.sites[site],
            assets,
            kind: if self.dice.below(4) == 0 { JobKind::Planned } else { JobKind::Repair },
            title: "Something is wrong".to_owned(),
            description: String::new(),
            priority: Priority::Normal,
            impact: Impact::Person,
            assignee_id: None,
            order_number: String::new(),
        };
        jobs::open_job(&self.app.app, &self.right(), &request).unwrap();
    }

    fn all(&self) -> Vec<Job> {
        let read =
            |conn: &mut store::AnyConnection| Ok::<_, store::Error>(Job::query().order(rows::id).load(conn)?);
        self.app.app.store.read(read).unwrap()
    }

    /// Takes a step of some job, whichever is legal, or logs time, hands it over or settles its targets.
    fn move_one(&mut self) {
        let all = self.all();
        let job = all[self.dice.below(all.len())].clone();
        match self.dice.below(8) {
            0 if job.is_open() => {
                let minutes = self.dice.below(90) as i64 + 1;
                let request =
                    EntryRequest { minutes, ..EntryRequest::words(EntryKind::Work, "Worked on it") };
                jobs::add_entry(&self.app.app, &self.right(), &job.number, &request).unwrap();
            }
            1 if job.is_open() => {
                let line = job.line % 3 + 1;
                let handover = Handover { line, assignee_id: None, note: "Too hard for us".to_owned() };
                let _not_from_here =
                    jobs::escalate_job(&self.app.app, &self.right(), (&job.number, job.version), &handover);
            }
            _ => self.step(&job),
        }
        let (id, met) = (job.id, [Some(true), Some(false), None]);
        let (response, fix) = (met[self.dice.below(3)], met[self.dice.below(3)]);
        self.app.put(|tx| {
            let targets = (rows::response_met.eq(response), rows::fix_met.eq(fix));
            diesel::update(rows::table.filter(rows::id.eq(id))).set(targets).execute(&mut **tx)?;
            let job: Job = Job::query().filter(rows::id.eq(id)).first(&mut **tx)?;
            settle_measures(tx, &job)
        });
    }

    fn step(&mut self, job: &Job) {
        if job.is_open() {
            self.app.find(&self.actor, job);
        }
        // Most of what is closed stays closed.
        if !job.is_open() && self.dice.below(4) > 0 {
            return;
        }
        let steps: Vec<_> = domain::job::steps_from(job.state.0).collect();
        let to = steps[self.dice.below(steps.len())].to;
        let outcomes = [Outcome::Repaired, Outcome::NoFaultFound, Outcome::Scrapped];
        let request = StepRequest {
            waiting_for: Some(domain::job::WaitingFor::ALL[self.dice.below(4)]),
            outcome: Some(outcomes[self.dice.below(3)]),
            assignee_id: Some(self.engineers[self.dice.below(3)]),
            note: "Because".to_owned(),
            ..StepRequest::to(to)
        };
        // What a step still needs, such as findings, is the business of its own tests.
        let _needs = jobs::take_step(&self.app.app, &self.right(), (&job.number, job.version), &request);
    }

    fn selection(&self) -> Selection {
        Selection {
            from: day("2026-11-01"),
            until: day("2027-04-01"),
            customer_id: None,
            site_id: None,
            engineer_id: None,
            line: None,
            model: None,
        }
    }

    fn measures(&self) -> store::Right<'_, SeeMeasures> {
        self.actor.right().unwrap()
    }

    fn listed(&self, selection: &Selection, what: (Measure, Option<Age>)) -> Vec<i64> {
        let found = list_jobs(&self.app.app, &self.measures(), selection, what, (0, 1000)).unwrap();
        found.into_iter().map(|line| line.job.id).collect()
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn local(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&chrono_tz::Europe::London).date_naive()
}

/// The jobs of a selection that a measure counts, found by looking at each.
fn counted<'a>(all: &'a [Job], selection: &Selection, measure: Measure) -> Vec<&'a Job> {
    let within =
        |day: Option<NaiveDate>| day.is_some_and(|day| (selection.from..selection.until).contains(&day));
    let closed = |job: &Job| within(job.closed_at.map(|at| local(at.utc())));
    let whose = |job: &&Job| {
        selection.customer_id.is_none_or(|id| job.customer_id == id)
            && selection.site_id.is_none_or(|id| job.site_id == id)
            && selection.engineer_id.is_none_or(|id| job.assignee_id.unwrap_or(0) == id)
            && selection.line.is_none_or(|line| job.line == line)
    };
    let is = |job: &&Job| match measure {
        Measure::Backlog => job.is_open(),
        Measure::Opened => within(Some(local(job.opened_at.utc()))),
        Measure::Closed => closed(job),
        Measure::ResponseMet => closed(job) && job.response_met == Some(true),
        Measure::ResponseMissed => closed(job) && job.response_met == Some(false),
        Measure::FixMet => closed(job) && job.fix_met == Some(true),
        Measure::FixMissed => closed(job) && job.fix_met == Some(false),
        Measure::FirstTime => closed(job) && job.first_time_fix == Some(true),
        Measure::NotFirstTime => closed(job) && job.first_time_fix == Some(false),
        Measure::Reopened => closed(job) && job.reopened > 0,
        Measure::OpenThen => {
            let over = job.closed_at.is_some_and(|at| local(at.utc()) < selection.until);
            local(job.opened_at.utc()) < selection.until && !over
        }
        Measure::Worked => closed(job) && job.minutes > 0,
        _ => unreachable!("what one line did is counted by the measures' own tests"),
    };
    all.iter().filter(whose).filter(is).collect()
}

#[test]
fn every_number_is_what_counting_one_by_one_gives_and_opens_into_these_jobs() {
    let scene = Scene::busy();
    let all = scene.all();
    assert!(all.iter().filter(|job| !job.is_open()).count() > 10, "the walk closes jobs");
    assert!(all.iter().any(|job| job.reopened > 0) && all.iter().any(|job| job.line > 1));
    let whole = scene.selection();
    let month = Selection { from: day("2026-12-01"), until: day("2027-01-01"), ..whole.clone() };
    let selections = [
        whole.clone(),
        month.clone(),
        Selection { customer_id: Some(scene.customers[0]), ..whole.clone() },
        Selection { site_id: Some(scene.sites[1]), line: Some(1), ..month },
        Selection { engineer_id: Some(scene.engineers[2]), ..whole.clone() },
        Selection { engineer_id: Some(0), ..whole },
    ];
    for selection in selections {
        let measures = measure(&scene.app.app, &scene.measures(), &selection).unwrap();
        let total = measures.total;
        for (what, number) in [
            (Measure::Backlog, measures.open),
            (Measure::Opened, total.opened),
            (Measure::Closed, total.closed),
            (Measure::ResponseMet, total.response_met),
            (Measure::ResponseMissed, total.response_missed),
            (Measure::FixMet, total.fix_met),
            (Measure::FixMissed, total.fix_missed),
            (Measure::FirstTime, total.first_time),
            (Measure::NotFirstTime, total.not_first_time),
            (Measure::Reopened, total.reopened),
        ] {
            let mut expected: Vec<i64> = counted(&all, &selection, what).iter().map(|job| job.id).collect();
            assert_eq!(number, expected.len() as i64, "{what} of {selection:?}");
            let mut listed = scene.listed(&selection, (what, None));
            expected.sort_unstable();
            listed.sort_unstable();
            assert_eq!(listed, expected, "{what} of {selection:?}");
        }
        let closed = counted(&all, &selection, Measure::Closed);
        assert_eq!(total.minutes(), closed.iter().map(|job| job.minutes).sum::<i64>());
        for rows in
            [&measures.customers, &measures.sites, &measures.engineers, &measures.lines, &measures.models]
        {
            assert_eq!(rows.iter().map(|row| row.counts.closed).sum::<i64>(), total.closed);
            assert_eq!(rows.iter().map(|row| row.open).sum::<i64>(), measures.open);
        }
        assert_eq!(measures.ages.iter().map(|(_, items)| items).sum::<i64>(), measures.open);
        for (age, items) in measures.ages {
            assert_eq!(scene.listed(&selection, (Measure::Backlog, Some(age))).len() as i64, items, "{age}");
        }
    }
    assert_eq!(scene.app.app.store.read(check_tallies).unwrap(), Vec::<String>::new());
}

#[test]
fn models_are_counted_for_any_selection_and_the_backlog_is_counted_back() {
    let scene = Scene::busy();
    let (all, whole) = (scene.all(), scene.selection());
    let measures = measure(&scene.app.app, &scene.measures(), &whole).unwrap();
    let model = measures.models.iter().find(|row| !row.key.is_empty()).unwrap().key.clone();
    let by_model = Selection { model: Some(model.clone()), ..whole.clone() };
    let of_model = measure(&scene.app.app, &scene.measures(), &by_model).unwrap();
    for site in &scene.sites {
        let at_site = Selection { site_id: Some(*site), ..by_model.clone() };
        let exact = measure(&scene.app.app, &scene.measures(), &at_site).unwrap().total;
        let row = of_model.sites.iter().find(|row| row.key == site.to_string());
        assert_eq!(row.map(|row| row.counts).unwrap_or_default(), exact, "{site}");
    }
    let engineers = Selection { engineer_id: Some(scene.engineers[0]), ..whole };
    let of_engineer = measure(&scene.app.app, &scene.measures(), &engineers).unwrap();
    let sum: i64 = of_engineer.models.iter().map(|row| row.counts.closed).sum();
    assert_eq!(sum, of_engineer.total.closed);
    let mut by_month: BTreeMap<NaiveDate, i64> = BTreeMap::new();
    for row in &measures.months {
        let end = row.month + chrono::Months::new(1);
        let open = all.iter().filter(|job| {
            let closed = job.closed_at.map(|at| local(at.utc()));
            local(job.opened_at.utc()) < end && closed.is_none_or(|closed| closed >= end)
        });
        by_month.insert(row.month, open.count() as i64);
        assert_eq!(row.backlog, by_month[&row.month], "{}", row.month);
    }
}

#[test]
fn who_sees_one_customer_measures_one_customer() {
    let scene = Scene::busy();
    let manager = scene.app.actor(Role::Manager, Some(vec![scene.customers[1]]));
    let right = manager.right::<SeeMeasures>().unwrap();
    let measures = measure(&scene.app.app, &right, &scene.selection()).unwrap();
    let own = Selection { customer_id: Some(scene.customers[1]), ..scene.selection() };
    let all = scene.all();
    assert_eq!(measures.total.closed, counted(&all, &own, Measure::Closed).len() as i64);
    assert_eq!(measures.customers.len(), 1);
    let foreign = Selection { customer_id: Some(scene.customers[0]), ..scene.selection() };
    assert!(matches!(measure(&scene.app.app, &right, &foreign), Err(proofmark::error::Error::NotFound(_))));
    let nobody = scene.app.actor(Role::Manager, Some(vec![]));
    let none = measure(&scene.app.app, &nobody.right().unwrap(), &scene.selection()).unwrap();
    assert_eq!((none.total.opened, none.open, none.customers.len()), (0, 0, 0));
}

#[test]
fn a_job_that_takes_one_visit_is_fixed_first_time() {
    let app = TestApp::new();
    let (actor, ground) = (app.actor(Role::Engineer, None), app.ground("Mills"));
    let right = actor.right::<WorkJob>().unwrap();
    let request = JobRequest {
        site_id: ground.site_id,
        assets: vec![],
        kind: JobKind::Repair,
        title: "Plug melted".to_owned(),
        description: String::new(),
        priority: Priority::Normal,
        impact: Impact::Person,
        assignee_id: actor.person_id(),
        order_number: String::new(),
    };
    let job = jobs::open_job(&app.app, &right, &request).unwrap();
    let job =
        jobs::take_step(&app.app, &right, (&job.number, job.version), &StepRequest::to(JobState::InProgress))
            .unwrap();
    app.find(&actor, &job);
    let close = StepRequest {
        outcome: Some(Outcome::Repaired),
        note: "New plug".to_owned(),
        ..StepRequest::to(JobState::Closed)
    };
    let job = jobs::take_step(&app.app, &right, (&job.number, job.version), &close).unwrap();
    assert_eq!(job.first_time_fix, Some(true));
    let again = StepRequest { note: "It melted again".to_owned(), ..StepRequest::to(JobState::InProgress) };
    let job = jobs::take_step(&app.app, &right, (&job.number, job.version), &again).unwrap();
    assert_eq!(job.first_time_fix, None, "open again");
    let job = jobs::take_step(&app.app, &right, (&job.number, job.version), &close).unwrap();
    assert_eq!((job.first_time_fix, job.reopened), (Some(false), 1));
    assert_eq!(app.app.store.read(check_tallies).unwrap(), Vec::<String>::new());
}
