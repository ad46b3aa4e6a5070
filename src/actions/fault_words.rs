//! The lists of symptoms, causes and fixes, which a manager edits.

use domain::event::Event;
use domain::known_fix::FaultWordKind;
use domain::permission::{EditChecklist, ViewRegister};
use domain::text::check_text;
use store::fault_words::{self, FaultWord, FaultWordFields};
use store::{AnyConnection, Right};

use crate::actions::sees_all;
use crate::app::App;
use crate::error::{Error, Result};

/// The longest word, in characters.
const LONGEST: usize = 60;

/// Every word, those no longer offered among them.
///
/// # Errors
/// The store's.
pub fn list_fault_words(app: &App, _: &Right<ViewRegister>) -> Result<Vec<FaultWord>> {
    Ok(app.store.read(fault_words::list_fault_words)?)
}

/// One word.
///
/// # Errors
/// Not found.
pub fn find_fault_word(app: &App, _: &Right<ViewRegister>, id: i64) -> Result<FaultWord> {
    Ok(app.store.read(|conn| fault_words::find_fault_word(conn, id))?)
}

/// Adds a word to a list.
///
/// # Errors
/// Forbidden, field errors, a conflict when it is there already.
pub fn add_fault_word(app: &App, right: &Right<EditChecklist>, fields: &FaultWordFields) -> Result<i64> {
    sees_all(right, "add words")?;
    check(fields)?;
    app.store.write(right.actor(), |tx| {
        let id = fault_words::insert_fault_word(tx, fields)?;
        Ok((id, vec![Event::new("fault word", id, "added").change("word", "", &fields.word)]))
    })
}

/// Changes a word that was read at `version`: what was found by it is called by the new one.
///
/// # Errors
/// Not found, forbidden, stale, field errors, a conflict when another is called so.
pub fn change_fault_word(
    app: &App,
    right: &Right<EditChecklist>,
    (id, version): (i64, i64),
    fields: &FaultWordFields,
) -> Result<()> {
    sees_all(right, "change words")?;
    check(fields)?;
    app.store.write(right.actor(), |tx| {
        let old = fault_words::find_fault_word(tx, id)?;
        if old.kind != fields.kind {
            return Err(Error::field("kind", "a word stays in its list; archive it and add it to the other"));
        }
        fault_words::update_fault_word(tx, id, version, fields)?;
        let event = Event::new("fault word", id, "changed").change("word", &old.word, &fields.word).change(
            "archived",
            old.archived,
            fields.archived,
        );
        Ok(((), vec![event]))
    })
}

/// The word of a kind that somebody chose by its id or wrote out, whatever the case.
///
/// # Errors
/// A field error that says what may be chosen.
pub fn choose_word(
    conn: &mut AnyConnection,
    (kind, field): (FaultWordKind, &str),
    given: &str,
) -> Result<FaultWord> {
    let all = fault_words::list_fault_words(conn)?;
    let of_kind = || all.iter().filter(move |word| word.kind.0 == kind);
    let wanted = given.trim().to_lowercase();
    let is_it = |word: &&FaultWord| word.id.to_string() == wanted || word.word.to_lowercase() == wanted;
    of_kind().find(is_it).cloned().ok_or_else(|| {
        let some: Vec<&str> = of_kind().filter(|w| !w.archived).take(10).map(|w| w.word.as_str()).collect();
        let noun = domain::code::Code::noun(kind);
        Error::field(field, format!("choose the {noun}: one of the list, such as {}", some.join(", ")))
    })
}

fn check(fields: &FaultWordFields) -> Result<()> {
    match check_text(&fields.word, LONGEST) {
        Ok("") => Err(Error::field("word", "fill this in")),
        Ok(_) => Ok(()),
        Err(why) => Err(Error::field("word", why)),
    }
}
