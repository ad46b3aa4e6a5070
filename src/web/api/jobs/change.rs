//! `PATCH /api/v1/jobs/{number}`: what is said of a job, who has it, what it is about and which contract it is under.

use actix_web::HttpRequest;
use actix_web::web::{self, Bytes};
use domain::contract::ContractChoice;
use domain::event::Event;
use domain::permission::{EditContract, WorkJob};
use domain::tag::fold;
use store::contracts::list_contracts;
use store::jobs::{Job, find_job};
use store::{AnyConnection, Scope, Tx, assets};

use super::document::JobDocument;
use super::{answer, assignee, text_of};
use crate::actions::clock::choose_in;
use crate::actions::jobs::{self, Handover, JobChange};
use crate::error::{Error, Result};
use crate::web::api::body::Body;
use crate::web::api::find;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// A change of a job: what is left out stays.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = JobChangeInput)]
#[expect(dead_code, reason = "describes what `Body` reads")]
pub struct JobChangeInput {
    /// `repair`, `planned`, `installation`, `roll_out`, `removal` or `visit`.
    kind: Option<String>,
    /// What is to be done, in one line.
    title: Option<String>,
    /// What is known of it.
    description: Option<String>,
    /// `critical`, `high`, `normal` or `low`.
    priority: Option<String>,
    /// `safety`, `site`, `team` or `person`.
    impact: Option<String>,
    /// The customer's order number.
    order_number: Option<String>,
    /// Mail address of who is to be at it.
    assignee: Option<String>,
    /// The support line that is to have it, 1 to 3; `note` then says what was found and tried.
    line: Option<i64>,
    /// Why: with another priority or impact, or for the next line.
    note: Option<String>,
    /// Tags of all the assets that it is about, in place of those it is about now.
    assets: Option<Vec<String>>,
    /// Name of a contract of the customer, `none`, or `automatic` for whichever covers it; for those who may change
    /// contracts.
    contract: Option<String>,
}

/// Changes a job: what is left out stays.
///
/// # Errors
/// 428 without `If-Match`, 412 when it was changed meanwhile, field errors, not found, a conflict once it is closed.
#[utoipa::path(patch, path = "/api/v1/jobs/{number}", tag = "jobs", request_body = JobChangeInput,
    params(("number" = String, Path, description = "Such as J-000123"),
        ("If-Match" = String, Header, description = "The `ETag` of the version that you read")),
    responses((status = 200, body = JobDocument), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 412), (status = 422), (status = 428)))]
pub async fn change_job(
    visitor: Visitor,
    number: web::Path<String>,
    request: HttpRequest,
    bytes: Bytes,
) -> Result<Reply> {
    let condition = find::condition(&request);
    visitor
        .run(move |visit| {
            let right = visit.right::<WorkJob>()?;
            let answer = visit.app.store.write(right.actor(), |tx| {
                let job = find_job(tx, right.scope(), &number)?;
                if find::version_of(condition.as_deref(), "job")? != job.version {
                    return Err(Error::Stale("job".to_owned()));
                }
                let wanted = read(tx, &right.scope().within(job.customer_id), (&job, &bytes))?;
                if wanted.contract.is_some() {
                    visit.right::<EditContract>()?;
                }
                let (job, mut events) = apply(tx, job, wanted)?;
                if events.is_empty() {
                    // Nothing to change is no mistake, and every write leaves its event.
                    events
                        .push(Event::new("job", &job.number, "sent unchanged").of_customer(job.customer_id));
                }
                Ok::<_, Error>((answer(tx, &visit.app, right.scope(), 200, &job)?, events))
            })?;
            Ok(answer.into())
        })
        .await
}

/// What is wanted of a job.
struct Wanted {
    change: JobChange,
    assignee: Option<i64>,
    line: Option<i64>,
    assets: Option<Vec<i64>>,
    contract: Option<ContractChoice>,
}

fn read(conn: &mut AnyConnection, own: &Scope, (job, bytes): (&Job, &Bytes)) -> Result<Wanted> {
    let (mut body, mut change) = (Body::read(bytes)?, JobChange::of(job));
    change.kind = body.code("kind").value().unwrap_or(change.kind);
    change.priority = body.code("priority").value().unwrap_or(change.priority);
    change.impact = body.code("impact").value().unwrap_or(change.impact);
    body.text("title").fill(&mut change.title);
    body.text("description").fill(&mut change.description);
    body.text("order_number").fill(&mut change.order_number);
    body.text("note").fill(&mut change.note);
    let (who, line) = (body.text("assignee").value(), body.whole("line").value());
    let (tags, contract) = (body.list("assets").value(), body.text("contract").value());
    body.finish()?;
    change.title = text_of("title", change.title)?;
    change.description = text_of("description", change.description)?;
    change.order_number = text_of("order_number", change.order_number)?;
    change.note = text_of("note", change.note)?;
    let mut find = |tag: String| Ok(assets::find_asset_by_tag(&mut *conn, own, &fold(&tag))?.id);
    let assets = tags.map(|tags| tags.into_iter().map(&mut find).collect::<Result<_>>()).transpose()?;
    let contract = contract.map(|name| choice(conn, own, &name)).transpose()?;
    Ok(Wanted { change, assignee: assignee(conn, who.as_deref())?, line, assets, contract })
}

/// Which contract is meant.
fn choice(conn: &mut AnyConnection, own: &Scope, name: &str) -> Result<ContractChoice> {
    match name {
        "automatic" => return Ok(ContractChoice::Automatic),
        "none" => return Ok(ContractChoice::Without),
        _ => {}
    }
    let known = list_contracts(conn, own, None)?;
    let found = known.iter().find(|contract| contract.name == name);
    let unknown = || {
        let names: Vec<&str> = known.iter().map(|contract| contract.name.as_str()).collect();
        Error::field("contract", format!("use automatic, none or one of: {}", names.join(", ")))
    };
    Ok(ContractChoice::Chosen(found.ok_or_else(unknown)?.id))
}

fn apply(tx: &mut Tx, mut job: Job, wanted: Wanted) -> Result<(Job, Vec<Event>)> {
    let mut events = vec![];
    let note = wanted.change.note.clone();
    let said = JobChange { note: String::new(), ..wanted.change.clone() } != JobChange::of(&job);
    if said {
        let (changed, more) = jobs::change_in(tx, &job, &wanted.change)?;
        (job, events) = (changed, more);
    }
    let line = wanted.line.filter(|line| *line != job.line);
    let handed = match (line, wanted.assignee.filter(|person| Some(*person) != job.assignee_id)) {
        (Some(line), assignee_id) => {
            Some(jobs::escalate_in(tx, &job, &Handover { line, assignee_id, note })?)
        }
        (None, Some(person)) => Some(jobs::assign_in(tx, &job, person)?),
        (None, None) => None,
    };
    if let Some((handed, more)) = handed {
        job = handed;
        events.extend(more);
    }
    if let Some(wanted) = wanted.assets {
        let (about, more) = jobs::replace_assets_in(tx, &job, &wanted)?;
        job = about;
        events.extend(more);
    }
    if let Some(choice) = wanted.contract {
        let (chosen, more) = choose_in(tx, &job, choice)?;
        job = chosen;
        events.extend(more);
    }
    Ok((job, events))
}
