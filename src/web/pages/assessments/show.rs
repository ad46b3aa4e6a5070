//! What was signed, and the list of all.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use domain::assessment::{Covered, Factor, Weighed};
use domain::code::Code;
use domain::permission::{DownloadPapers, SignAssessment, ViewRegister};
use domain::preset::PresetRow;
use domain::schedule::local_date;
use store::assessments::AssessmentRow;

use crate::actions::assessments::{self, AssessmentView, DraftView, Known};
use crate::actions::dues::FIRM_ZONE;
use crate::error::Result;
use crate::web::editing::{Pairs, again};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "assessments/list.html")]
struct ListPage {
    chrome: Chrome,
    customer: Option<i64>,
    ruling: Vec<(AssessmentRow, Covered)>,
    drafts: Vec<DraftView>,
    signs: bool,
}

#[derive(Template)]
#[template(path = "assessments/show.html")]
struct ShowPage {
    chrome: Chrome,
    view: AssessmentView,
    form: Form,
    signs: bool,
}

#[derive(Template)]
#[template(path = "assessments/public.html")]
struct PublicPage {
    chrome: Chrome,
    known: Option<Known>,
}

/// `GET /assessments`; `?customer=` keeps to one.
///
/// # Errors
/// Not found for a foreign customer.
pub async fn list_assessments(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let customer = form.id("customer");
            form.check()?;
            let right = visit.right::<ViewRegister>()?;
            let (ruling, drafts) = assessments::list_assessments(&visit.app, &right, customer)?;
            let signs = visit.actor.may::<SignAssessment>();
            let chrome = Chrome::new(visit, "Risk assessments");
            Reply::ok(&ListPage { chrome, customer, ruling, drafts, signs })
        })
        .await
}

/// `GET /assessments/{id}`.
///
/// # Errors
/// Not found.
pub async fn show_assessment(visitor: Visitor, id: web::Path<String>) -> Result<Reply> {
    visitor.run(move |visit| Reply::ok(&page(visit, &id, Form::default())?)).await
}

fn page(visit: &Visit, id: &str, form: Form) -> Result<ShowPage> {
    let view = assessments::find_assessment(&visit.app, &visit.right::<ViewRegister>()?, id)?;
    let signs = visit.actor.may::<SignAssessment>();
    let title = format!("Risk assessment {}", view.row.number);
    Ok(ShowPage { chrome: Chrome::new(visit, title), view, form, signs })
}

/// `GET /assessments/{id}.pdf`.
///
/// # Errors
/// Not found.
pub async fn download_assessment(visitor: Visitor, id: web::Path<String>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<DownloadPapers>()?;
            let (row, pdf) = assessments::find_pdf(&visit.app, &right, &id)?;
            let name = format!("{}-rev{}.pdf", row.number, row.revision);
            Ok(Reply::download("application/pdf", &name, pdf).header("etag", format!("\"{}\"", row.hash)))
        })
        .await
}

/// `POST /assessments/{id}/revise`: begins the next revision.
///
/// # Errors
/// Not found, forbidden; a conflict when it holds no longer shows its page.
pub async fn revise_assessment(visitor: Visitor, id: web::Path<String>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<SignAssessment>()?;
            let draft = assessments::revise(&visit.app, &right, &id);
            act(visit, &id, Form::default(), draft.map(|draft| format!("/assessments/drafts/{draft}")))
        })
        .await
}

/// `POST /assessments/{id}/withdraw`: ends it, with a reason.
///
/// # Errors
/// Not found, forbidden; a missing reason and a conflict show its page.
pub async fn withdraw_assessment(
    visitor: Visitor,
    id: web::Path<String>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<SignAssessment>()?;
            let mut form = Form::new(pairs.into_inner());
            let reason = form.long_text("reason");
            let ended = form
                .check()
                .and_then(|()| assessments::withdraw(&visit.app, &right, &id, &reason))
                .map(|ended| format!("/assessments/{ended}"));
            act(visit, &id, form, ended)
        })
        .await
}

/// On to where an action leads, or the page with what stands against it.
fn act(visit: &Visit, id: &str, mut form: Form, done: Result<String>) -> Result<Reply> {
    match done {
        Ok(path) => Ok(Reply::see_other(&path, "saved")),
        Err(error) => {
            again(&mut form, error)?;
            Reply::unprocessable(&page(visit, id, form)?)
        }
    }
}

/// `GET /ra/{code}`: for whoever holds the paper.
///
/// # Errors
/// The store's; a code never given is a page of its own with status 404.
pub async fn show_public(visitor: Visitor, code: web::Path<String>) -> Result<Reply> {
    let app = visitor.app().clone();
    let known = crate::app::block(move || assessments::show_public(&app, &code)).await?;
    let status = if known.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    Reply::page(status, &PublicPage { chrome: Chrome::bare("Risk assessment check"), known })
}

fn day(row: &AssessmentRow) -> String {
    local_date(row.signed_at.utc(), FIRM_ZONE).format("%-d %b %Y").to_string()
}

impl ListPage {
    fn day(&self, row: &AssessmentRow) -> String {
        day(row)
    }
}

impl ShowPage {
    fn day(&self, row: &AssessmentRow) -> String {
        day(row)
    }

    fn factor(&self, factor: &Factor) -> &'static str {
        factor.label()
    }

    fn score(&self, weighed: &Weighed) -> &'static str {
        weighed.score.label()
    }

    fn points(&self) -> String {
        let (points, most) = self.view.evidence.content.points();
        format!("{points} of {most} points")
    }

    fn words(&self, row: &PresetRow) -> [String; 4] {
        let every = match row.months {
            Some(months) => format!("every {}", domain::interval::months_words(months)),
            None => format!("none: {}", row.why()),
        };
        [any(&row.class), any(&row.types), every, row.kind.label().to_owned()]
    }
}

fn any<T: Code>(members: &[T]) -> String {
    match members {
        [] => "any".to_owned(),
        some => some.iter().map(|member| member.label()).collect::<Vec<_>>().join(", "),
    }
}
