//! Guides and the search over all that was learnt: read on the phone, written from a job, revised.

mod form;

use actix_web::web;
use askama::Template;
use domain::guide::Guide;
use domain::knowledge_search::Hit;
use domain::known_fix::Success;
use domain::permission::{WorkJob, WriteKnowledge};
use serde::Deserialize;
use store::findings::search::FoundFinding;
use store::guides::{GuideRow, Revision};

pub use form::{add_guide, change_guide, edit_guide, new_guide};

use crate::actions::guides::{self, GuideView};
use crate::actions::known_fixes;
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::assets::attach::file_reply;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// Guides on a page.
const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "guides/list.html")]
struct GuidesPage {
    chrome: Chrome,
    /// What was searched for; blank for the list.
    q: String,
    guides: Vec<(GuideRow, Success)>,
    findings: Vec<Hit<FoundFinding>>,
    archived: bool,
    next: Option<i64>,
    writes: bool,
}

#[derive(Template)]
#[template(path = "guides/show.html")]
struct GuidePage {
    chrome: Chrome,
    view: GuideView,
    shown: Revision,
    writes: bool,
}

impl GuidePage {
    fn content(&self) -> &Guide {
        &self.shown.content.0
    }

    fn is_latest(&self) -> bool {
        self.shown.revision == self.view.guide.revision
    }

    fn about(&self) -> String {
        let guide = &self.view.guide;
        match guide.make.is_empty() {
            true => self.view.category.clone(),
            false => format!("{} {}", guide.make, guide.model),
        }
    }

    fn on(&self, revision: &Revision) -> String {
        revision.at.utc().format("%-d %b %Y").to_string()
    }
}

/// `GET /guides?q=&archived=&before=`: the list, or what a search finds.
///
/// # Errors
/// Forbidden.
pub async fn list_guides(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let (q, archived, before) = (form.text("q"), form.ticked("archived"), form.id("before"));
            form.check()?;
            Reply::ok(&list_page(visit, q, archived, before)?)
        })
        .await
}

fn list_page(visit: &Visit, q: String, archived: bool, before: Option<i64>) -> Result<GuidesPage> {
    let right = visit.right::<WorkJob>()?;
    let found = known_fixes::search(&visit.app, &right, &q)?;
    let mut page = GuidesPage {
        chrome: Chrome::new(visit, "What was learnt"),
        guides: found.guides.into_iter().map(|hit| (hit.record, hit.success)).collect(),
        findings: found.findings,
        archived,
        next: None,
        writes: visit.actor.may::<WriteKnowledge>(),
        q,
    };
    if page.q.is_empty() {
        let guides = guides::list_guides(&visit.app, &right, archived, (before, PAGE))?;
        page.next = guides.last().filter(|_| guides.len() == PAGE as usize).map(|guide| guide.id);
        page.guides = guides.into_iter().map(|guide| (guide, Success::default())).collect();
    }
    Ok(page)
}

/// Which revision is read.
#[derive(Deserialize)]
pub struct Which {
    revision: Option<i64>,
}

/// `GET /guides/{id}?revision=`.
///
/// # Errors
/// Not found, forbidden.
pub async fn show_guide(visitor: Visitor, id: web::Path<i64>, which: web::Query<Which>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let view = guides::find_guide(&visit.app, &visit.right::<WorkJob>()?, *id)?;
            let wanted = which.revision.unwrap_or(view.guide.revision);
            let shown = view.revisions.iter().find(|revision| revision.revision == wanted).cloned();
            let shown = shown.ok_or_else(|| Error::NotFound("revision".to_owned()))?;
            let chrome = Chrome::new(visit, shown.content.0.title.clone());
            Reply::ok(&GuidePage { chrome, view, shown, writes: visit.actor.may::<WriteKnowledge>() })
        })
        .await
}

/// `GET /guide-pictures/{id}`.
///
/// # Errors
/// Not found, forbidden.
pub async fn show_picture(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor.run(move |visit| send(visit, *id, false)).await
}

/// `GET /guide-pictures/{id}/thumbnail`.
///
/// # Errors
/// Not found, forbidden.
pub async fn show_small_picture(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor.run(move |visit| send(visit, *id, true)).await
}

fn send(visit: &Visit, id: i64, small: bool) -> Result<Reply> {
    let (file, name) = guides::read_picture(&visit.app, &visit.right::<WorkJob>()?, id, small)?;
    Ok(file_reply(file, &name))
}
