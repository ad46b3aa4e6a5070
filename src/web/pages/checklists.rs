//! Checklists: the shipped ones, the firm's own copies, which kinds of job demand which, and filling them.

mod fill;

use actix_web::web;
use askama::Template;
use domain::checklist::{Checklist, Item};
use domain::code::Code;
use domain::job::JobKind;
use domain::permission::{EditChecklist, ViewRegister};
use serde::Deserialize;
use store::categories::list_categories;
use store::checklists::{Demand, OwnChecklist, OwnChecklistFields};

pub use fill::{
    choose_fill, fill_checklist, fill_of_asset, show_fill, show_fill_of_asset, show_filled, show_photo,
    show_small_photo,
};

use store::checklists::fills::Fill;

use crate::actions::checklists::{self, list_in};
use crate::error::{Error, Result};
use crate::web::editing::{Conflict, Pairs, Sheet, again, refuse_unknown};
use crate::web::forms::{Form, options};
use crate::web::layout::Chrome;
use crate::web::pages::own_text::{self, TextFormPage, Words, copy_of, read};
use crate::web::problem::part_urlencoded;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

type Options = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "checklists/list.html")]
struct ChecklistsPage {
    chrome: Chrome,
    own: Vec<(Checklist, bool)>,
    shipped: &'static [Checklist],
    demands: Vec<(Demand, String)>,
    form: Form,
    kinds: Options,
    categories: Options,
    codes: Options,
    edits: bool,
}

impl ChecklistsPage {
    fn name(&self, code: &str) -> String {
        self.codes.iter().find(|(known, _)| known == code).map_or(code.to_owned(), |(_, name)| name.clone())
    }
}

#[derive(Template)]
#[template(path = "checklists/show.html")]
struct ChecklistPage {
    chrome: Chrome,
    checklist: Checklist,
    own: Option<OwnChecklist>,
    edits: bool,
}

impl ChecklistPage {
    /// After which answers an item is asked; blank for one that always is.
    fn after(&self, item: &Item) -> String {
        item.only_if.as_ref().map(|only| only.is.join(" or ")).unwrap_or_default()
    }

    /// What an item takes, in words.
    fn how(&self, item: &Item) -> String {
        let options = item.options().join(", ");
        let limit = item.limit();
        let fails = match item.fails.is_empty() {
            true => String::new(),
            false => format!("; fails: {}", item.fails.join(", ")),
        };
        match (options.is_empty(), limit.is_empty()) {
            (false, _) => format!("{options}{fails}"),
            (true, false) => limit,
            (true, true) => item.unit.clone(),
        }
    }
}

const WORDS: Words = Words {
    noun: "checklist",
    note: "One item after the other, in the order of asking. kind is tick, choice, number, text, photo, serial or \
        wipe; required = false lets one be left. A choice lists its choices, and in fails those that fail; a number \
        has a unit and limits (least, most); only_if asks an item only after an answer to an earlier choice.",
    label: "The checklist",
    archived: "No longer used",
};

const SHEET: Sheet<OwnChecklist, (String, bool)> = Sheet { fields: &["text", "archived"], read, fill };

/// `GET /checklists`.
///
/// # Errors
/// Log in first.
pub async fn list_checklists(visitor: Visitor) -> Result<Reply> {
    visitor.run(|visit| Reply::ok(&list_page(visit, Form::default())?)).await
}

fn list_page(visit: &Visit, form: Form) -> Result<ChecklistsPage> {
    let right = visit.right::<ViewRegister>()?;
    let (known, categories) =
        visit.app.store.read(|conn| Ok::<_, Error>((list_in(conn)?, list_categories(conn)?)))?;
    Ok(ChecklistsPage {
        chrome: Chrome::new(visit, "Checklists"),
        own: checklists::list_own(&visit.app, &right)?,
        shipped: Checklist::all(),
        demands: checklists::list_demands(&visit.app, &right)?,
        form,
        kinds: options::<JobKind>(),
        categories: categories.into_iter().map(|one| (one.id.to_string(), one.name)).collect(),
        codes: known.into_iter().map(|one| (one.code, one.name)).collect(),
        edits: visit.actor.may::<EditChecklist>(),
    })
}

/// `POST /checklists/demands`.
///
/// # Errors
/// Forbidden; field errors show the list again.
pub async fn add_demand(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<EditChecklist>()?;
            let mut form = Form::new(pairs.into_inner());
            refuse_unknown(&mut form, &["job_kind", "category_id", "checklist"]);
            let kind = form.required_code::<JobKind>("job_kind");
            let category = form.id("category_id");
            let code = form.required("checklist");
            let add = |kind| checklists::add_demand(&visit.app, &right, (kind, category, &code));
            match form.check().and_then(|()| kind.map_or(Ok(()), add)) {
                Ok(()) => Ok(Reply::see_other("/checklists", "added")),
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&list_page(visit, form)?)
                }
            }
        })
        .await
}

/// `POST /checklists/demands/{id}/remove`.
///
/// # Errors
/// Forbidden, not found.
pub async fn remove_demand(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            checklists::remove_demand(&visit.app, &visit.right::<EditChecklist>()?, *id)?;
            Ok(Reply::see_other("/checklists", "removed"))
        })
        .await
}

/// `GET /checklists/{code}`.
///
/// # Errors
/// Not found.
pub async fn show_checklist(visitor: Visitor, code: web::Path<String>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let (_, own) = checklists::find_text(&visit.app, &visit.right::<ViewRegister>()?, &code)?;
            let checklist = match (&own, Checklist::find(&code)) {
                (Some(own), _) => checklists::read(own)?,
                (None, Some(shipped)) => shipped.clone(),
                (None, None) => return Err(Error::NotFound("checklist".to_owned())),
            };
            let (chrome, edits) =
                (Chrome::new(visit, checklist.name.clone()), visit.actor.may::<EditChecklist>());
            Reply::ok(&ChecklistPage { chrome, checklist, own, edits })
        })
        .await
}

/// Which checklist a copy starts from.
#[derive(Deserialize)]
pub struct From {
    from: Option<String>,
}

/// `GET /checklists/new?from=`.
///
/// # Errors
/// Not found, forbidden.
pub async fn new_checklist(visitor: Visitor, from: web::Query<From>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let code = from.from.as_deref().unwrap_or("repair");
            let (text, _) = checklists::find_text(&visit.app, &visit.right::<ViewRegister>()?, code)?;
            let form = copy_of(&text, code);
            Reply::ok(&form_page(visit, ("Add a checklist", "/checklists"), form, None)?)
        })
        .await
}

/// `POST /checklists/new`.
///
/// # Errors
/// Forbidden; errors in the text show the form again.
pub async fn add_checklist(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let add = |(text, archived): (String, bool)| {
                let right = visit.right::<EditChecklist>()?;
                let fields = checklists::check(&text, archived)?;
                checklists::add_checklist(&visit.app, &right, &fields)?;
                Ok(path(&fields))
            };
            let show = |form| form_page(visit, ("Add a checklist", "/checklists"), form, None);
            SHEET.add(pairs.into_inner(), add, show)
        })
        .await
}

/// `GET /checklists/{code}/edit`.
///
/// # Errors
/// Not found, forbidden.
pub async fn edit_checklist(visitor: Visitor, code: web::Path<String>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let own = find_own(visit, &code)?;
            let back = format!("/checklists/{}", part_urlencoded(&code));
            Reply::ok(&form_page(visit, ("Change a checklist", &back), fill(&own), None)?)
        })
        .await
}

/// `POST /checklists/{code}/edit`.
///
/// # Errors
/// Not found, forbidden; errors in the text and a concurrent change show the form again.
pub async fn change_checklist(
    visitor: Visitor,
    code: web::Path<String>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let back = format!("/checklists/{}", part_urlencoded(&code));
            let change = |version, (text, archived): (String, bool)| {
                let right = visit.right::<EditChecklist>()?;
                let fields = checklists::check(&text, archived)?;
                checklists::change_checklist(&visit.app, &right, (&code, version), &fields)?;
                Ok(path(&fields))
            };
            let show = |form, conflict| form_page(visit, ("Change a checklist", &back), form, conflict);
            SHEET.change(pairs.into_inner(), || find_own(visit, &code), change, show)
        })
        .await
}

fn path(fields: &OwnChecklistFields) -> String {
    format!("/checklists/{}", part_urlencoded(&fields.code))
}

fn find_own(visit: &Visit, code: &str) -> Result<OwnChecklist> {
    visit.right::<EditChecklist>()?;
    let (_, own) = checklists::find_text(&visit.app, &visit.right::<ViewRegister>()?, code)?;
    own.ok_or_else(|| Error::NotFound("checklist of your own".to_owned()))
}

fn form_page(
    visit: &Visit,
    (title, back): (&str, &str),
    form: Form,
    conflict: Conflict,
) -> Result<TextFormPage> {
    visit.right::<EditChecklist>()?;
    Ok(TextFormPage::new(Chrome::new(visit, title), &WORDS, form, (conflict, back)))
}

fn fill(own: &OwnChecklist) -> Form {
    own_text::fill(&own.text, own.archived, own.version)
}

/// How far one is filled: the class of its mark and words.
pub fn standing(fill: &Fill) -> (&'static str, String) {
    let (done, of) = fill.checklist.0.judge(&fill.answers.0).progress();
    match (fill.finished_at, fill.verdict.0.code()) {
        (None, _) => ("due", format!("{done} of {of} answered")),
        (Some(_), "failed") => ("fail", "failed".to_owned()),
        (Some(_), _) => ("pass", "complete".to_owned()),
    }
}
