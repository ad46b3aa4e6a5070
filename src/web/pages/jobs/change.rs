//! What is changed of a job besides moving it: its words, who is at it, its line, its assets, who watches it.

use actix_web::web;
use askama::Template;
use domain::job::{Impact, JobKind, Priority};
use domain::permission::{ManageOwnAccount, ViewRegister, WorkJob};

use super::job_url;
use super::show::{page, refused};
use super::step::version;
use crate::actions::assets::{Found, find_by_scan};
use crate::actions::jobs::{self, Handover, JobChange, JobView};
use crate::error::{Error, Result};
use crate::web::editing::{Conflict, Pairs, Sheet, refuse_unknown};
use crate::web::forms::{Form, options};
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "jobs/edit.html")]
struct EditPage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
    kinds: Vec<(String, String)>,
    priorities: Vec<(String, String)>,
    impacts: Vec<(String, String)>,
    back: String,
}

const SHEET: Sheet<JobView, Option<JobChange>> = Sheet {
    fields: &["kind", "title", "description", "priority", "impact", "order_number", "note"],
    read,
    fill,
};

fn read(form: &mut Form) -> Option<JobChange> {
    let (kind, priority, impact) =
        (form.required_code("kind"), form.required_code("priority"), form.required_code("impact"));
    let (title, description) = (form.required("title"), form.long_text("description"));
    let (order_number, note) = (form.text("order_number"), form.long_text("note"));
    Some(JobChange {
        kind: kind?,
        title,
        description,
        priority: priority?,
        impact: impact?,
        order_number,
        note,
    })
}

fn fill(view: &JobView) -> Form {
    let (change, mut form) = (JobChange::of(&view.job), Form::default());
    form.set("kind", change.kind).set("title", &change.title).set("description", &change.description);
    form.set("priority", change.priority).set("impact", change.impact);
    form.set("order_number", &change.order_number).set("version", view.job.version);
    form
}

fn edit_page(visit: &Visit, number: &str, form: Form, conflict: Conflict) -> Result<EditPage> {
    Ok(EditPage {
        chrome: Chrome::new(visit, format!("Change {number}")),
        form,
        conflict,
        kinds: options::<JobKind>(),
        priorities: options::<Priority>(),
        impacts: options::<Impact>(),
        back: job_url(number),
    })
}

/// `GET /jobs/{number}/edit`.
///
/// # Errors
/// Not found, forbidden.
pub async fn edit_job(visitor: Visitor, number: web::Path<String>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<WorkJob>()?;
            let view = jobs::find_job(&visit.app, &visit.right::<ViewRegister>()?, &number)?;
            Reply::ok(&edit_page(visit, &view.job.number, fill(&view), None)?)
        })
        .await
}

/// `POST /jobs/{number}/edit`.
///
/// # Errors
/// Not found, forbidden; field errors and a change meanwhile show the form again.
pub async fn change_job(
    visitor: Visitor,
    number: web::Path<String>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<WorkJob>()?;
            let find = || jobs::find_job(&visit.app, &visit.right::<ViewRegister>()?, &number);
            let act = |version: i64, change: Option<JobChange>| {
                let change = change.ok_or_else(|| Error::field("kind", "choose the kind of job"))?;
                let job = jobs::change_job(&visit.app, &right, (&number, version), &change)?;
                Ok(job_url(&job.number))
            };
            SHEET.change(pairs.into_inner(), find, act, |form, conflict| {
                edit_page(visit, &number, form, conflict)
            })
        })
        .await
}

/// `POST /jobs/{number}/assign`.
///
/// # Errors
/// Not found, forbidden, stale; field errors show the job again.
pub async fn assign_job(
    visitor: Visitor,
    number: web::Path<String>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<WorkJob>()?;
            let mut form = Form::new(pairs.into_inner());
            refuse_unknown(&mut form, &["assignee"]);
            let (version, person) = (version(&mut form), form.id("assignee"));
            if form.value("assignee").is_empty() {
                form.fail("assignee", "choose an engineer");
            }
            let done = form.check().and_then(|()| {
                jobs::assign_job(&visit.app, &right, (&number, version), person.unwrap_or_default())
            });
            answer(visit, &number, form, done.map(drop))
        })
        .await
}

/// `POST /jobs/{number}/line`.
///
/// # Errors
/// Not found, forbidden, stale; field errors show the job again.
pub async fn hand_over(
    visitor: Visitor,
    number: web::Path<String>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<WorkJob>()?;
            let mut form = Form::new(pairs.into_inner());
            refuse_unknown(&mut form, &["line", "assignee", "note"]);
            let (version, line) = (version(&mut form), form.number("line", 1, 9));
            if form.value("line").is_empty() {
                form.fail("line", "choose the line");
            }
            let handover = Handover {
                line: line.unwrap_or_default(),
                assignee_id: form.id("assignee"),
                note: form.long_text("note"),
            };
            let done = form
                .check()
                .and_then(|()| jobs::escalate_job(&visit.app, &right, (&number, version), &handover));
            answer(visit, &number, form, done.map(drop))
        })
        .await
}

/// `POST /jobs/{number}/assets`: the asset by its tag or number.
///
/// # Errors
/// Not found, forbidden; field errors show the job again.
pub async fn add_asset(
    visitor: Visitor,
    number: web::Path<String>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<WorkJob>()?;
            let mut form = Form::new(pairs.into_inner());
            refuse_unknown(&mut form, &["tag"]);
            let tag = form.required("tag");
            let done = form.check().and_then(|()| {
                let found = find_by_scan(&visit.app, &visit.right::<ViewRegister>()?, &tag)?;
                let Found::Asset(asset, _) = found else {
                    return Err(Error::field("tag", "no asset has this tag or number"));
                };
                match jobs::add_asset(&visit.app, &right, &number, asset.id) {
                    Err(Error::NotFound(noun)) if noun == "asset" => {
                        Err(Error::field("tag", "this asset belongs to another customer than the job"))
                    }
                    other => other,
                }
            });
            answer(visit, &number, form, done.map(drop))
        })
        .await
}

/// `POST /jobs/{number}/assets/{id}/remove`.
///
/// # Errors
/// Not found, forbidden; a conflict shows the job again.
pub async fn remove_asset(visitor: Visitor, path: web::Path<(String, i64)>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let (number, asset) = path.into_inner();
            let done = jobs::remove_asset(&visit.app, &visit.right::<WorkJob>()?, &number, asset);
            answer(visit, &number, Form::default(), done.map(drop))
        })
        .await
}

/// `POST /jobs/{number}/watch`; `watch=no` ends it.
///
/// # Errors
/// Not found.
pub async fn watch_job(
    visitor: Visitor,
    number: web::Path<String>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            page(visit, &number, Form::default())?;
            let mut form = Form::new(pairs.into_inner());
            refuse_unknown(&mut form, &["watch"]);
            let watches = match form.value("watch") {
                "yes" => true,
                "no" => false,
                _ => {
                    form.fail("watch", "choose yes or no");
                    false
                }
            };
            let right = visit.right::<ManageOwnAccount>()?;
            let done = form.check().and_then(|()| jobs::watch_job(&visit.app, &right, &number, watches));
            answer(visit, &number, form, done.map(drop))
        })
        .await
}

fn answer(visit: &Visit, number: &str, form: Form, done: Result<()>) -> Result<Reply> {
    match done {
        Ok(()) => Ok(Reply::see_other(&job_url(number), "saved")),
        Err(error) => refused(visit, number, form, error),
    }
}
