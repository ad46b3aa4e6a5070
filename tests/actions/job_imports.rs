//! Another system's job history, from the command line.

use diesel::prelude::*;
use domain::job::{JobState, Outcome};
use proofmark::cli::import::Dates;
use proofmark::cli::import_jobs::Jobs;
use store::jobs::queue::{Filter, Order, list_jobs};
use store::jobs::steps::list_steps;
use store::jobs::{Job, find_job};
use store::past_jobs::find_job_thing;
use store::schema::jobs;

use crate::support::TestApp;
use crate::support::job_files::{HEAD, category, day, problem, repair_events};

struct Scene {
    app: TestApp,
    folder: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let app = TestApp::new();
        app.ground("Mills");
        Self { app, folder: tempfile::tempdir().unwrap() }
    }

    fn command(&self, text: &str) -> Jobs {
        let file = self.folder.path().join("jobs.csv");
        std::fs::write(&file, text).unwrap();
        Jobs {
            file,
            customer: "Mills".to_owned(),
            site: None,
            source: String::new(),
            status: vec![],
            dry_run: false,
            skip_refused: false,
            dates: Dates::default(),
        }
    }

    fn run(&self, text: &str) -> Result<(), String> {
        self.command(text).run(&self.app.app)
    }

    fn all(&self) -> Vec<Job> {
        self.app
            .app
            .store
            .read(|conn| Ok::<_, store::Error>(Job::query().order(jobs::id).load(conn)?))
            .unwrap()
    }

    fn search(&self, words: &str) -> Vec<String> {
        let actor = store::Actor::operator(domain::event::Via::Cli);
        let states = domain::code::Code::ALL.to_vec();
        let filter = Filter { words: words.to_owned(), states, ..Filter::default() };
        let found = self
            .app
            .app
            .store
            .read(|conn| list_jobs(conn, actor.scope(), &filter, Order::Newest, (0, 50)))
            .unwrap();
        found.into_iter().map(|line| line.job.number).collect()
    }
}

const ROWS: &str = "rc_1,Own,GBR,Kitchen ~ Kettle,Kettle,Bruma,2016,8,Fixed,,g7,2024-03-09,\"Trips the fuse.\nElement \
    earthed, replaced\"\n\
    rc_2,Own,GBR,Audio ~ Amplifier,Hi-Fi separates,,,,End of life,Spare parts not available,g7,2024-07-09,No sound\n\
    rc_3,Own,GBR,Tools ~ Drill,Power tool,Halder,2009,15,Repairable,,g2,2023-11-18,Brushes worn\n\
    rc_4,Own,GBR,Lamps ~ Lamp,Lamp,Unknown,,,Unknown,,g2,2023-11-18,Flickers\n";

#[test]
fn a_history_comes_in_with_its_dates_outcomes_categories_and_texts() {
    let scene = Scene::new();
    scene.run(&format!("{HEAD}{ROWS}")).unwrap();
    let jobs = scene.all();
    let ends: Vec<_> = jobs.iter().map(|job| (job.state.0, job.outcome.map(|outcome| outcome.0))).collect();
    let closed = |outcome| (JobState::Closed, Some(outcome));
    let expected =
        [Outcome::Repaired, Outcome::BeyondEconomicRepair, Outcome::Referred, Outcome::Done].map(closed);
    assert_eq!(ends, expected);
    let first = &jobs[0];
    assert_eq!((first.number.as_str(), first.source_ref.as_deref()), ("J-000001", Some("rc_1")));
    assert_eq!((first.opened_at, first.closed_at), (first.opened_at, Some(first.opened_at)));
    assert_eq!(first.opened_at.utc().to_rfc3339(), "2024-03-09T12:00:00+00:00");
    assert_eq!(
        jobs[1].opened_at.utc().to_rfc3339(),
        "2024-07-09T11:00:00+00:00",
        "noon of the site in summer"
    );
    assert_eq!(first.title, "Trips the fuse.");
    assert!(
        first.description.starts_with("Trips the fuse.\nElement earthed, replaced\n\ndata_provider: Own")
    );
    assert_eq!((first.fixed_at, jobs[1].fixed_at), (first.closed_at, None));
    let actor = store::Actor::operator(domain::event::Via::Cli);
    let (steps, thing, categories) = scene
        .app
        .app
        .store
        .read(|conn| {
            let dead = find_job(conn, actor.scope(), "J-000002")?;
            let categories = store::categories::list_categories(conn)?;
            Ok::<_, store::Error>((
                list_steps(conn, &dead)?,
                find_job_thing(conn, dead.id)?.unwrap(),
                categories,
            ))
        })
        .unwrap();
    let last = steps.last().unwrap();
    assert_eq!(
        (last.to_value.as_str(), last.detail.as_str(), last.at),
        ("closed", "beyond_economic_repair", jobs[1].opened_at)
    );
    assert_eq!(
        last.note,
        "In the other system: End of life. Why it was not repaired: Spare parts not available"
    );
    let category = categories.iter().find(|category| Some(category.id) == thing.category_id).unwrap();
    assert_eq!(category.name, "Hi-Fi separates");
    assert_eq!((thing.status.as_str(), thing.barrier.as_str()), ("End of life", "Spare parts not available"));
    assert_eq!(scene.search("element earthed"), ["J-000001"]);
    assert_eq!(scene.search("spare parts"), ["J-000002"], "why it was not repaired is found too");
    assert_eq!(scene.search("halder drill"), ["J-000003"]);
    let wrong = scene.app.app.store.read(store::measures::check_tallies).unwrap();
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_dry_run_stores_nothing_and_the_same_file_comes_in_once() {
    let scene = Scene::new();
    let text = format!("{HEAD}{ROWS}");
    Jobs { dry_run: true, ..scene.command(&text) }.run(&scene.app.app).unwrap();
    assert_eq!(scene.all().len(), 0);
    scene.run(&text).unwrap();
    scene.run(&text).unwrap();
    assert_eq!(scene.all().len(), 4);
    let more = "rc_5,Own,GBR,Lamps ~ Lamp,Lamp,,,,Fixed,,g2,2024-01-18,Switch stuck\n";
    scene.run(&format!("{text}{more}")).unwrap();
    assert_eq!(scene.all().len(), 5);
}

#[test]
fn numbers_of_another_system_are_told_from_the_first_ones() {
    let scene = Scene::new();
    scene.run("id,date,problem\n1,2024-01-02,Fan stopped\n").unwrap();
    let other = "id,date,problem\n1,2025-05-06,Screen dark\n";
    let refused = scene.run(other).unwrap_err();
    assert!(refused.contains("1 rows are refused"), "{refused}");
    Jobs { source: "Old desk".to_owned(), ..scene.command(other) }.run(&scene.app.app).unwrap();
    let refs: Vec<_> = scene.all().into_iter().filter_map(|job| job.source_ref).collect();
    assert_eq!(refs, ["1", "Old desk:1"]);
}

#[test]
fn open_jobs_stay_open_and_assets_are_found_by_tag_and_serial_number() {
    let scene = Scene::new();
    let ground = scene.app.ground("Other");
    scene.app.office_contract(ground, 60, 240);
    let kettle = scene.app.kettle(ground);
    let text = format!(
        "id,date,status,asset tag,serial,problem,priority,solution\n\
         7,2026-11-02 09:30,open,{},,Trips,urgent,\n\
         8,2026-11-03,waiting for parts,NOBODY-1,,Leaks,,\n\
         9,2026-11-04,resolved,,S-77,Dark,low,New lamp fitted\n",
        kettle.tag
    );
    Jobs { customer: "Other".to_owned(), ..scene.command(&text) }.run(&scene.app.app).unwrap();
    let jobs = scene.all();
    let states: Vec<_> = jobs.iter().map(|job| job.state.0).collect();
    assert_eq!(states, [JobState::Reported, JobState::Waiting, JobState::Closed]);
    assert_eq!(jobs[0].opened_at.utc().to_rfc3339(), "2026-11-02T09:30:00+00:00");
    let contracts: Vec<_> = jobs.iter().map(|job| job.contract_id.is_some()).collect();
    assert_eq!(
        contracts,
        [true, true, false],
        "what is open goes on under our terms, what was closed never was"
    );
    let actor = store::Actor::operator(domain::event::Via::Cli);
    let of_kettle = scene
        .app
        .app
        .store
        .read(|conn| store::jobs::assets::list_jobs_of_assets(conn, actor.scope(), &[kettle.id], 10))
        .unwrap();
    assert_eq!(of_kettle.iter().map(|job| job.id).collect::<Vec<_>>(), [jobs[0].id]);
    assert!(jobs[1].description.contains("Tag: NOBODY-1"), "a tag that is unknown is kept");
    let entries = scene.app.app.store.read(|conn| store::job_entries::list_entries(conn, &jobs[2])).unwrap();
    assert_eq!(entries[0].row.text, "New lamp fitted");
    assert_eq!(scene.app.app.store.read(store::measures::check_tallies).unwrap(), Vec::<String>::new());
}

#[test]
fn what_cannot_be_is_refused_and_the_rest_waits_for_a_word() {
    let scene = Scene::new();
    let text = "id,customer,date,status,problem\n\
        1,Mills,2024-01-02,Fixed,good\n\
        2,Somebody,2024-01-02,Fixed,another's\n\
        3,,2026-12-31,Fixed,yet to come\n\
        4,,2024-01-02,Banana,no status\n";
    let refused = scene.run(text).unwrap_err();
    assert!(refused.contains("3 rows are refused"), "{refused}");
    assert_eq!(scene.all().len(), 0);
    Jobs { skip_refused: true, ..scene.command(text) }.run(&scene.app.app).unwrap();
    assert_eq!(scene.all().len(), 1);
    assert!(scene.run("id,date,problem\n9,01/02/2024,Fan\n").unwrap_err().contains("--day-first"));
    let dates = Dates { day_first: true, month_first: false };
    Jobs { dates, ..scene.command("id,date,problem\n9,01/02/2024,Fan\n") }.run(&scene.app.app).unwrap();
    assert_eq!(scene.all()[1].opened_at.utc().date_naive().to_string(), "2024-02-01");
    let nobody = Jobs { customer: "Nobody".to_owned(), ..scene.command(text) };
    assert!(nobody.run(&scene.app.app).unwrap_err().contains("customer"));
}

#[test]
fn twenty_thousand_descriptions_come_in_with_dates_and_categories_intact() {
    let scene = Scene::new();
    scene.run(&repair_events(20_000)).unwrap();
    let jobs = scene.all();
    assert_eq!(jobs.len(), 20_000);
    let things: std::collections::HashMap<i64, String> = scene
        .app
        .app
        .store
        .read(|conn| {
            use store::schema::{categories, job_things};
            let query = job_things::table
                .inner_join(categories::table)
                .select((job_things::job_id, categories::name));
            Ok::<_, store::Error>(query.load::<(i64, String)>(conn)?.into_iter().collect())
        })
        .unwrap();
    for (number, job) in jobs.iter().enumerate() {
        assert_eq!(job.source_ref, Some(format!("own_{number}")));
        assert_eq!(job.opened_at.utc().with_timezone(&chrono_tz::Europe::London).date_naive(), day(number));
        assert_eq!(things[&job.id], category(number));
        assert!(job.description.starts_with(&problem(number)), "{number}: {}", job.description);
    }
    assert_eq!(scene.search("case 12345"), ["J-012346"]);
    assert_eq!(scene.app.app.store.read(store::measures::check_tallies).unwrap(), Vec::<String>::new());
}

#[test]
fn the_documentation_holds_the_table_of_statuses() {
    assert!(include_str!("../../docs/imports.md").contains(&exchange::job_csv::statuses_markdown()));
}

#[test]
fn statuses_are_translated_and_a_last_day_of_what_is_open_is_told() {
    let scene = Scene::new();
    let text = "Number,Date opened,Date closed,Status,Problem\n1,2024-03-09,,Rep. OK,Fan stands\n\
        2,2024-03-10,2024-03-12,open,Hums\n";
    assert!(scene.run(text).unwrap_err().contains("1 rows are refused"));
    let mut command = scene.command(text);
    command.status = vec!["Rep. OK".to_owned()];
    assert!(command.run(&scene.app.app).unwrap_err().contains("--status: \"Rep. OK\" has no equals sign"));
    command.status = vec!["Rep. OK=no_fault_found".to_owned()];
    command.run(&scene.app.app).unwrap();
    let jobs = scene.all();
    assert_eq!(jobs[0].outcome.map(|outcome| outcome.0), Some(Outcome::NoFaultFound));
    assert_eq!((jobs[1].state.0, jobs[1].closed_at), (JobState::Reported, None));
    assert!(jobs[1].description.contains("Last day there: 2024-03-12"), "{}", jobs[1].description);
    let statuses = exchange::job_csv::Translations::parse("Rep. OK=repaired").unwrap();
    let asked = (None, &statuses);
    let read = proofmark::actions::job_imports::read_translated(&scene.app.app, text.as_bytes(), None, asked);
    let notes = read.unwrap().import.notes.join("\n");
    assert!(notes.contains("1 rows are open by their status") && notes.contains("line 3"), "{notes}");
}
