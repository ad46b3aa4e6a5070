//! The lists of symptoms, causes and fixes.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::known_fix::FaultWordKind;
use domain::permission::{EditChecklist, ViewRegister};
use store::fault_words::{FaultWord, FaultWordFields};
use store::types::Coded;

use crate::actions::fault_words;
use crate::error::Result;
use crate::web::editing::{Conflict, Pairs, Sheet};
use crate::web::forms::{Form, options};
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "fault_words/list.html")]
struct FaultWordsPage {
    chrome: Chrome,
    words: Vec<FaultWord>,
    form: Form,
    kinds: Vec<(String, String)>,
    edits: bool,
}

impl FaultWordsPage {
    fn lists(&self) -> Vec<(&'static str, Vec<&FaultWord>)> {
        let of = |kind: FaultWordKind| self.words.iter().filter(|word| word.kind.0 == kind).collect();
        let title = |kind| match kind {
            FaultWordKind::Symptom => "Symptoms",
            FaultWordKind::Cause => "Causes",
            FaultWordKind::Fix => "Fixes",
        };
        FaultWordKind::ALL.iter().map(|kind| (title(*kind), of(*kind))).collect()
    }
}

#[derive(Template)]
#[template(path = "fault_words/form.html")]
struct FaultWordPage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
}

const SHEET: Sheet<FaultWord, FaultWordFields> = Sheet { fields: &["kind", "word", "archived"], read, fill };

/// `GET /fault-words`.
///
/// # Errors
/// Log in first.
pub async fn list_fault_words(visitor: Visitor) -> Result<Reply> {
    visitor.run(|visit| Reply::ok(&list_page(visit, Form::default())?)).await
}

fn list_page(visit: &Visit, form: Form) -> Result<FaultWordsPage> {
    Ok(FaultWordsPage {
        chrome: Chrome::new(visit, "Symptoms, causes and fixes"),
        words: fault_words::list_fault_words(&visit.app, &visit.right::<ViewRegister>()?)?,
        form,
        kinds: options::<FaultWordKind>(),
        edits: visit.actor.may::<EditChecklist>(),
    })
}

/// `POST /fault-words/new`.
///
/// # Errors
/// Forbidden; field errors show the lists again.
pub async fn add_fault_word(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<EditChecklist>()?;
            let add = |fields: FaultWordFields| {
                fault_words::add_fault_word(&visit.app, &right, &fields)?;
                Ok("/fault-words".to_owned())
            };
            SHEET.add(pairs.into_inner(), add, |form| list_page(visit, form))
        })
        .await
}

/// `GET /fault-words/{id}/edit`.
///
/// # Errors
/// Not found, forbidden.
pub async fn edit_fault_word(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let word = fault_words::find_fault_word(&visit.app, &visit.right::<ViewRegister>()?, *id)?;
            Reply::ok(&form_page(visit, fill(&word), None)?)
        })
        .await
}

/// `POST /fault-words/{id}/edit`.
///
/// # Errors
/// Not found, forbidden; field errors and a concurrent change show the form again.
pub async fn change_fault_word(
    visitor: Visitor,
    id: web::Path<i64>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<EditChecklist>()?;
            let find = || fault_words::find_fault_word(&visit.app, &visit.right::<ViewRegister>()?, *id);
            let change = |version, fields: FaultWordFields| {
                fault_words::change_fault_word(&visit.app, &right, (*id, version), &fields)?;
                Ok("/fault-words".to_owned())
            };
            let show = |form, conflict| form_page(visit, form, conflict);
            SHEET.change(pairs.into_inner(), find, change, show)
        })
        .await
}

fn form_page(visit: &Visit, form: Form, conflict: Conflict) -> Result<FaultWordPage> {
    visit.right::<EditChecklist>()?;
    Ok(FaultWordPage { chrome: Chrome::new(visit, "Change a word"), form, conflict })
}

fn read(form: &mut Form) -> FaultWordFields {
    FaultWordFields {
        kind: Coded(form.required_code("kind").unwrap_or(FaultWordKind::Symptom)),
        word: form.required("word"),
        archived: form.ticked("archived"),
    }
}

fn fill(word: &FaultWord) -> Form {
    let mut form = Form::default();
    form.set("kind", word.kind.0.code()).set("word", &word.word);
    form.set("archived", word.archived).set("version", word.version);
    form
}
