//! Sequences: what is measured in which order, the shipped ones and the firm's own copies.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::permission::{EditRegister, ViewRegister};
use domain::sequence::{Sequence, Step};
use serde::Deserialize;
use store::sequences::{OwnSequence, OwnSequenceFields};

use crate::actions::sequences;
use crate::error::Result;
use crate::web::editing::{Conflict, Pairs, Sheet};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::own_text::{self, TextFormPage, Words, copy_of, read};
use crate::web::problem::part_urlencoded;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "sequences.html")]
struct SequencesPage {
    chrome: Chrome,
    own: Vec<(Sequence, bool)>,
    shipped: &'static [Sequence],
}

#[derive(Template)]
#[template(path = "sequence.html")]
struct SequencePage {
    chrome: Chrome,
    sequence: Sequence,
    own: Option<OwnSequence>,
}

impl SequencePage {
    /// How a step is taken, in words.
    fn how(&self, step: &Step) -> String {
        let parts = [
            step.voltage_v.map(|volts| format!("at {volts} V")),
            step.test_current_a.map(|amps| format!("with {amps} A or more")),
            step.multiplier.map(|times| format!("at {times} times the rated current")),
            step.per_socket.then(|| "at each socket".to_owned()),
            (!step.phases.is_empty()).then(|| format!("on {}", step.phases.join(", "))),
            (!step.rulesets.is_empty()).then(|| format!("under {}", step.rulesets.join(", "))),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    fn kinds(&self) -> String {
        self.sequence.kinds.iter().map(|kind| kind.label()).collect::<Vec<_>>().join(", ")
    }
}

const WORDS: Words = Words {
    noun: "sequence",
    note: "One step after the other, in the order of testing. \"required = true\" asks for a reading that the rule set \
        does not; what a rule set requires stays required. Codes of readings: earth_continuity, \
        insulation_resistance, substitute_leakage, protective_conductor_current, touch_current, polarity, \
        rcd_trip_time, functional, load, microwave_leakage.",
    label: "The sequence",
    archived: "No longer used for new tests",
};

const SHEET: Sheet<OwnSequence, (String, bool)> = Sheet { fields: &["text", "archived"], read, fill };

/// `GET /sequences`.
///
/// # Errors
/// Log in first.
pub async fn list_sequences(visitor: Visitor) -> Result<Reply> {
    visitor
        .run(|visit| {
            let own = sequences::list_own(&visit.app, &visit.right::<ViewRegister>()?)?;
            let chrome = Chrome::new(visit, "Sequences");
            Reply::ok(&SequencesPage { chrome, own, shipped: Sequence::all() })
        })
        .await
}

/// `GET /sequences/{code}`.
///
/// # Errors
/// Not found.
pub async fn show_sequence(visitor: Visitor, code: web::Path<String>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let (_, own) = sequences::find_text(&visit.app, &visit.right::<ViewRegister>()?, &code)?;
            let sequence = match (&own, Sequence::find(&code)) {
                (Some(own), _) => sequences::read(own)?,
                (None, Some(shipped)) => shipped.clone(),
                (None, None) => return Err(crate::error::Error::NotFound("sequence".to_owned())),
            };
            Reply::ok(&SequencePage { chrome: Chrome::new(visit, sequence.name.clone()), sequence, own })
        })
        .await
}

/// Which sequence a copy starts from.
#[derive(Deserialize)]
pub struct From {
    from: Option<String>,
}

/// `GET /sequences/new?from=`.
///
/// # Errors
/// Not found, forbidden.
pub async fn new_sequence(visitor: Visitor, from: web::Query<From>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let code = from.from.as_deref().unwrap_or("class_1");
            let (text, _) = sequences::find_text(&visit.app, &visit.right::<ViewRegister>()?, code)?;
            let form = copy_of(&text, code);
            Reply::ok(&form_page(visit, ("Add a sequence", "/sequences"), form, None)?)
        })
        .await
}

/// `POST /sequences/new`.
///
/// # Errors
/// Forbidden; errors in the text show the form again.
pub async fn add_sequence(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let add = |(text, archived): (String, bool)| {
                let fields = sequences::check(&text, archived)?;
                sequences::add_sequence(&visit.app, &visit.right::<EditRegister>()?, &fields)?;
                Ok(path(&fields))
            };
            let show = |form| form_page(visit, ("Add a sequence", "/sequences"), form, None);
            SHEET.add(pairs.into_inner(), add, show)
        })
        .await
}

/// `GET /sequences/{code}/edit`.
///
/// # Errors
/// Not found, forbidden.
pub async fn edit_sequence(visitor: Visitor, code: web::Path<String>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let own = find_own(visit, &code)?;
            let back = format!("/sequences/{}", part_urlencoded(&code));
            Reply::ok(&form_page(visit, ("Change a sequence", &back), fill(&own), None)?)
        })
        .await
}

/// `POST /sequences/{code}/edit`.
///
/// # Errors
/// Not found, forbidden; errors in the text and a concurrent change show the form again.
pub async fn change_sequence(
    visitor: Visitor,
    code: web::Path<String>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let back = format!("/sequences/{}", part_urlencoded(&code));
            let change = |version, (text, archived): (String, bool)| {
                let fields = sequences::check(&text, archived)?;
                let right = visit.right::<EditRegister>()?;
                sequences::change_sequence(&visit.app, &right, (&code, version), &fields)?;
                Ok(path(&fields))
            };
            let show = |form, conflict| form_page(visit, ("Change a sequence", &back), form, conflict);
            SHEET.change(pairs.into_inner(), || find_own(visit, &code), change, show)
        })
        .await
}

fn path(fields: &OwnSequenceFields) -> String {
    format!("/sequences/{}", part_urlencoded(&fields.code))
}

fn find_own(visit: &Visit, code: &str) -> Result<OwnSequence> {
    let (_, own) = sequences::find_text(&visit.app, &visit.right::<ViewRegister>()?, code)?;
    own.ok_or_else(|| crate::error::Error::NotFound("sequence of your own".to_owned()))
}

fn form_page(
    visit: &Visit,
    (title, back): (&str, &str),
    form: Form,
    conflict: Conflict,
) -> Result<TextFormPage> {
    visit.right::<EditRegister>()?;
    Ok(TextFormPage::new(Chrome::new(visit, title), &WORDS, form, (conflict, back)))
}

fn fill(own: &OwnSequence) -> Form {
    own_text::fill(&own.text, own.archived, own.version)
}
