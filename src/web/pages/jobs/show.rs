//! The page of one job: where it stands and what can be done next, what it is about, its log.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use chrono::{DateTime, Utc};
use domain::code::Code;
use domain::job::{EntryKind, JobState, Need, Outcome, StepKind, Transition, WaitingFor, steps_from};
use domain::permission::{AttachFile, ViewRegister, WorkJob};
use store::AnyConnection;
use store::job_entries::{Entry, list_entries};
use store::job_files::{JobFile, list_files_of_job};
use store::job_sheets::{JobTest, list_tests};
use store::jobs::assets::{JobAsset, list_job_assets};
use store::jobs::steps::{StepRow, find_contract_name, list_named_steps};
use store::notices::list_watchers;
use store::people::find_person;

use super::section::{ASIDE, WARNINGS, WORK, draw};
use crate::actions::jobs::{Assignable, JobView, list_assignable, see_notices, view_in};
use crate::error::Result;
use crate::web::forms::{Form, options};
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// A line of the log: an entry, or a step.
pub(super) struct LogLine {
    at: DateTime<Utc>,
    time: String,
    code: &'static str,
    title: String,
    text: String,
    who: String,
    minutes: i64,
    /// The entry's id; empty for a step.
    id: String,
    internal: bool,
    corrected: bool,
    photos: Vec<JobFile>,
    documents: Vec<JobFile>,
}

/// A next step that the page offers.
pub(super) struct Next {
    pub step: &'static Transition,
}

impl Next {
    fn to(&self) -> &'static str {
        self.step.to.code()
    }

    fn needs(&self, need: Need) -> bool {
        self.step.needs.contains(&need)
    }

    /// Whether the assets of the job allow it; how a job ends may still allow what this does not know.
    fn is_possible(&self, things: &[JobAsset]) -> bool {
        let locked = things.iter().any(|thing| thing.lock_cause.is_some());
        let opened = things.iter().any(|thing| thing.opened_at.is_some());
        let retest = !self.needs(Need::SomethingToTest) || locked || opened;
        retest && (!locked || !self.needs(Need::NothingLocked) || self.needs(Need::Outcome))
    }

    /// Whether one tap is enough.
    fn is_plain(&self, assigned: bool) -> bool {
        let asks = [Need::Reason, Need::Outcome, Need::Note];
        !asks.iter().any(|need| self.needs(*need)) && (assigned || !self.needs(Need::Assignee))
    }
}

#[derive(Template)]
#[template(path = "jobs/show.html")]
pub(super) struct JobPage {
    chrome: Chrome,
    view: JobView,
    form: Form,
    plain: Vec<Next>,
    asking: Vec<Next>,
    things: Vec<JobAsset>,
    /// Their tests since it began.
    tests: Vec<(JobTest, Option<String>)>,
    log: Vec<LogLine>,
    people: Vec<(String, String)>,
    watchers: Vec<(i64, String)>,
    watching: bool,
    works: bool,
    attaches: bool,
    loose: Vec<JobFile>,
    warnings: String,
    work: String,
    aside: String,
    me: Option<i64>,
}

impl JobPage {
    fn waits(&self) -> Vec<(String, String)> {
        options::<WaitingFor>()
    }

    fn outcomes(&self) -> Vec<(String, String)> {
        options::<Outcome>()
    }

    fn entry_kinds(&self) -> Vec<(String, String)> {
        options::<EntryKind>().into_iter().filter(|(code, _)| code != "handover").collect()
    }

    fn status_of(&self, thing: &JobAsset) -> (&'static str, &'static str) {
        match thing.lock_cause {
            Some(_) => ("quarantined", "Quarantined"),
            None => (thing.lifecycle.0.code(), thing.lifecycle.0.label()),
        }
    }

    fn tests_of(&self, thing: &JobAsset) -> Vec<&JobTest> {
        self.tests.iter().map(|(test, _)| test).filter(|test| test.tag == thing.tag).collect()
    }

    fn tested(&self, test: &JobTest) -> String {
        self.view.clock(test.at.utc())
    }

    fn test_url(&self, thing: &JobAsset) -> String {
        let tag = crate::web::problem::part_urlencoded(&thing.tag);
        format!("/assets/{tag}/test/after_repair")
    }

    fn tag_url(&self, tag: &str) -> String {
        crate::web::pages::assets::asset_url(tag)
    }

    fn is_out_of(&self, thing: &JobAsset) -> bool {
        thing.lock_cause.is_some() || thing.opened_at.is_some()
    }

    fn lines(&self) -> Vec<i64> {
        domain::job::LINES.filter(|line| *line != self.view.job.line).collect()
    }

    fn can_hand_over(&self) -> bool {
        let done = [JobState::Repaired, JobState::Retest, JobState::Returned, JobState::Closed];
        self.works && !done.contains(&self.view.job.state.0)
    }
}

/// `GET /jobs/{number}`.
///
/// # Errors
/// Not found.
pub async fn show_job(visitor: Visitor, number: web::Path<String>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let page = page(visit, &number, Form::default())?;
            see_notices(&visit.app, &visit.right::<ViewRegister>()?, Some(&number))?;
            Reply::ok(&page)
        })
        .await
}

/// The page with a form that was refused, or without one.
///
/// # Errors
/// Not found.
pub(super) fn page(visit: &Visit, number: &str, form: Form) -> Result<JobPage> {
    let right = visit.right::<ViewRegister>()?;
    visit.app.store.read(|conn| {
        let view = view_in(conn, right.scope(), visit.app.now(), number)?;
        build(conn, visit, view, form)
    })
}

/// As [`page`], answered with the status of a refused form.
///
/// # Errors
/// What is not about the form.
pub(in crate::web::pages) fn refused(
    visit: &Visit,
    number: &str,
    mut form: Form,
    error: crate::error::Error,
) -> Result<Reply> {
    let status = match &error {
        crate::error::Error::Conflict(_) => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    crate::web::editing::again(&mut form, error)?;
    Reply::page(status, &page(visit, number, form)?)
}

fn build(conn: &mut AnyConnection, visit: &Visit, view: JobView, mut form: Form) -> Result<JobPage> {
    // Sent twice by a second tap, an entry of the log counts once.
    if form.value("id").is_empty() {
        form.set("id", uuid::Uuid::now_v7());
    }
    let job = &view.job;
    let me = visit.actor.person_id();
    let works = visit.actor.may::<WorkJob>();
    let things = list_job_assets(conn, job)?;
    let files = list_files_of_job(conn, job.id)?;
    let watchers = list_watchers(conn, job.id)?;
    let people = if works { list_assignable(conn, job.customer_id)? } else { vec![] };
    let (plain, asking) = next_steps(&view, &things);
    let tests = list_tests(conn, job)?;
    let log = log_of(conn, &view, &files, &people)?;
    Ok(JobPage {
        chrome: Chrome::new(visit, format!("{} {}", job.number, job.title)),
        plain: if works { plain } else { vec![] },
        asking: if works { asking } else { vec![] },
        loose: files.into_iter().filter(|file| file.entry_id.is_none() && file.fault_id.is_none()).collect(),
        log,
        tests,
        people: people.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
        watching: watchers.iter().any(|(id, _)| Some(*id) == me),
        watchers,
        works,
        attaches: visit.actor.may::<AttachFile>(),
        warnings: draw(conn, visit, &view, WARNINGS)?,
        work: draw(conn, visit, &view, WORK)?,
        aside: draw(conn, visit, &view, ASIDE)?,
        things,
        form,
        me,
        view,
    })
}

/// The steps that one tap takes, the next one first, and those that ask for something.
fn next_steps(view: &JobView, things: &[JobAsset]) -> (Vec<Next>, Vec<Next>) {
    let possible =
        steps_from(view.job.state.0).map(|step| Next { step }).filter(|next| next.is_possible(things));
    let (mut plain, asking): (Vec<Next>, Vec<Next>) =
        possible.partition(|next| next.is_plain(view.job.assignee_id.is_some()));
    plain.sort_by_key(|next| !next.step.is_forward());
    (plain, asking)
}

fn log_of(
    conn: &mut AnyConnection,
    view: &JobView,
    files: &[JobFile],
    people: &[Assignable],
) -> Result<Vec<LogLine>> {
    let entries = list_entries(conn, &view.job)?;
    let mut lines: Vec<LogLine> = entries.into_iter().map(|entry| entry_line(view, entry, files)).collect();
    let mut names: BTreeMap<i64, String> = people.iter().cloned().collect();
    for (step, who) in list_named_steps(conn, &view.job)? {
        if step.kind.0 == StepKind::Assignee
            && let Ok(id) = step.to_value.parse::<i64>()
            && !names.contains_key(&id)
        {
            names.insert(id, find_person(conn, id)?.map(|person| person.name).unwrap_or_default());
        }
        let words = step_words(conn, &step, &names)?;
        lines.extend(words.map(|title| step_line(view, step, who, title)));
    }
    lines.sort_by_key(|line| std::cmp::Reverse(line.at));
    Ok(lines)
}

fn entry_line(view: &JobView, entry: Entry, files: &[JobFile]) -> LogLine {
    let row = entry.row;
    let of_entry = files.iter().filter(|file| file.entry_id.as_ref() == Some(&row.id)).cloned();
    let (photos, documents) = of_entry.partition(|file| file.thumbnail_hash.is_some());
    LogLine {
        at: row.at.utc(),
        time: view.clock(row.at.utc()),
        code: "entry",
        title: row.kind.0.label().to_owned(),
        text: row.text,
        who: entry.who,
        minutes: row.minutes,
        id: row.id,
        internal: row.internal,
        corrected: entry.corrected,
        photos,
        documents,
    }
}

fn step_line(view: &JobView, step: StepRow, who: String, title: String) -> LogLine {
    LogLine {
        at: step.at.utc(),
        time: view.clock(step.at.utc()),
        code: "step",
        title,
        text: step.note,
        who,
        minutes: 0,
        id: String::new(),
        internal: false,
        corrected: false,
        photos: vec![],
        documents: vec![],
    }
}

/// A step in words; none for what every job begins with.
fn step_words(
    conn: &mut AnyConnection,
    step: &StepRow,
    names: &BTreeMap<i64, String>,
) -> Result<Option<String>> {
    let first = step.from_value.is_empty();
    Ok(match step.kind.0 {
        StepKind::State => Some(state_words(step)),
        StepKind::Assignee => {
            let name = step.to_value.parse::<i64>().ok().and_then(|id| names.get(&id));
            Some(name.map_or("Given back".to_owned(), |name| format!("Given to {name}")))
        }
        StepKind::Contract => {
            let name = contract_name(conn, &step.to_value)?;
            let without = if step.to_value == "none" {
                "Under no contract"
            } else {
                "Under whichever contract covers it"
            };
            Some(name.map_or(without.to_owned(), |name| format!("Under the contract {name}")))
        }
        _ if first => None,
        StepKind::Priority => Some(format!("Priority: {}", label::<domain::job::Priority>(&step.to_value))),
        StepKind::Impact => Some(format!("Impact: {}", label::<domain::job::Impact>(&step.to_value))),
        StepKind::Line => Some(format!("To line {}", step.to_value)),
    })
}

fn contract_name(conn: &mut AnyConnection, id: &str) -> Result<Option<String>> {
    match id.parse::<i64>() {
        Ok(id) => Ok(find_contract_name(conn, id)?),
        Err(_) => Ok(None),
    }
}

fn state_words(step: &StepRow) -> String {
    let state = label::<JobState>(&step.to_value);
    let detail = match step.to_value.as_str() {
        "waiting" => label::<WaitingFor>(&step.detail),
        "closed" => label::<Outcome>(&step.detail),
        _ => String::new(),
    };
    if detail.is_empty() { state } else { format!("{state}: {}", detail.to_lowercase()) }
}

/// A stored code in words; as it stands where an older program wrote one that is not known any more.
fn label<T: Code>(code: &str) -> String {
    T::parse_code(code).map_or_else(|_| code.to_owned(), |known| known.label().to_owned())
}
