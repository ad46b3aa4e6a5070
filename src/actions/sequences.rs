//! Sequences: the shipped ones, the firm's own copies of them, and which of them an asset is tested by.

use domain::equipment::TestKind;
use domain::event::Event;
use domain::permission::{EditRegister, ViewRegister};
use domain::ruleset::RuleSet;
use domain::sequence::{Sequence, choose_sequence};
use domain::subject::Subject;
use store::assets::Asset;
use store::categories::find_category;
use store::sequences::{self, OwnSequence, OwnSequenceFields};
use store::{AnyConnection, Right};

use crate::actions::sees_all;
use crate::app::App;
use crate::error::{Error, Result};

/// The sequence that an asset is tested by.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// The sequence; none where nothing more than the rule set says is known.
    pub sequence: Option<Sequence>,
    /// Whether a person or the category chose it: then what it asks for is needed for a pass. One that merely fits
    /// the equipment orders the form and asks for nothing that the rule set does not.
    pub by_choice: bool,
}

/// Reads an own sequence; its version is the record's.
///
/// # Errors
/// Internal: it was checked when it was saved.
pub fn read(own: &OwnSequence) -> Result<Sequence> {
    let mut sequence = Sequence::from_toml(&own.text).map_err(Error::Internal)?;
    sequence.version = u32::try_from(own.version).unwrap_or(u32::MAX);
    Ok(sequence)
}

/// Every sequence in use, the firm's own first.
///
/// # Errors
/// The store's.
pub fn list_in(conn: &mut AnyConnection) -> Result<Vec<Sequence>> {
    let own = sequences::list_sequences(conn)?;
    let mut all = own.iter().filter(|own| !own.archived).map(read).collect::<Result<Vec<_>>>()?;
    all.extend(Sequence::all().iter().cloned());
    Ok(all)
}

/// The firm's own sequences, and whether each is no longer used.
///
/// # Errors
/// The store's.
pub fn list_own(app: &App, _: &Right<ViewRegister>) -> Result<Vec<(Sequence, bool)>> {
    let own = app.store.read(sequences::list_sequences)?;
    own.iter().map(|own| Ok((read(own)?, own.archived))).collect()
}

/// The sequences that may be chosen for a test of such an item.
///
/// # Errors
/// The store's.
pub fn list_fitting(
    conn: &mut AnyConnection,
    (rules, subject, kind): (&RuleSet, &Subject, TestKind),
) -> Result<Vec<Sequence>> {
    let all = list_in(conn)?;
    Ok(all.into_iter().filter(|sequence| sequence.fits(subject, kind, rules)).collect())
}

/// Chooses the sequence for a test: the one asked for, else the category's, else the one that fits best.
///
/// # Errors
/// A field error when the one asked for is none, or is not for such an item.
pub fn choose(
    conn: &mut AnyConnection,
    asset: &Asset,
    (rules, subject, kind): (&RuleSet, &Subject, TestKind),
    asked: Option<&str>,
) -> Result<Chosen> {
    let mut fitting = list_fitting(conn, (rules, subject, kind))?;
    let at = |code: &str| fitting.iter().position(|sequence| sequence.code == code);
    if let Some(code) = asked.filter(|code| !code.is_empty()) {
        let Some(at) = at(code) else { return Err(unfit(code, &fitting)) };
        return Ok(Chosen { sequence: Some(fitting.swap_remove(at)), by_choice: true });
    }
    let of_category = find_category(conn, asset.category_id)?.sequence;
    // A category's sequence need not be for every kind and rule set that its things are tested by.
    if let Some(at) = at(&of_category).filter(|_| !of_category.is_empty()) {
        return Ok(Chosen { sequence: Some(fitting.swap_remove(at)), by_choice: true });
    }
    Ok(Chosen { sequence: choose_sequence(&fitting, subject, kind, rules).cloned(), by_choice: false })
}

fn unfit(code: &str, fitting: &[Sequence]) -> Error {
    let shown: String = code.chars().take(40).collect();
    let codes: Vec<&str> = fitting.iter().map(|sequence| sequence.code.as_str()).collect();
    let words = match codes.is_empty() {
        true => format!("no sequence is for this kind of test, so not \"{shown}\" either; leave it out"),
        false => format!("\"{shown}\" is no sequence for such an item; use one of {}", codes.join(", ")),
    };
    Error::field("sequence", words)
}

/// A sequence's text, and its own record where it is the firm's.
///
/// # Errors
/// Not found.
pub fn find_text(app: &App, _: &Right<ViewRegister>, code: &str) -> Result<(String, Option<OwnSequence>)> {
    if let Some(text) = Sequence::shipped_text(code) {
        return Ok((text.to_owned(), None));
    }
    // PostgreSQL takes no NUL, not even for looking.
    if code.contains('\0') {
        return Err(Error::NotFound("sequence".to_owned()));
    }
    let own = app.store.read(|conn| sequences::find_sequence(conn, code))?;
    Ok((own.text.clone(), Some(own)))
}

/// Reads what was typed: its code stands in it.
///
/// # Errors
/// A field error that names the line, the step, or what it leaves out although a rule set requires it.
pub fn check(text: &str, archived: bool) -> Result<OwnSequenceFields> {
    let sequence = Sequence::from_toml(text).map_err(|why| Error::field("text", why))?;
    if Sequence::find(&sequence.code).is_some() {
        let words = format!("\"{}\" is the code of a shipped sequence; give yours another", sequence.code);
        return Err(Error::field("text", words));
    }
    Ok(OwnSequenceFields { code: sequence.code, text: text.to_owned(), archived })
}

/// Adds an own sequence.
///
/// # Errors
/// Forbidden to who sees only some customers; a field error; a conflict when the code is in use.
pub fn add_sequence(app: &App, right: &Right<EditRegister>, fields: &OwnSequenceFields) -> Result<()> {
    sees_all(right, "add sequences")?;
    app.store.write(right.actor(), |tx| {
        let id = sequences::insert_sequence(tx, fields)?;
        Ok(((), vec![Event::new("sequence", id, "added").change("code", "", &fields.code)]))
    })
}

/// Changes an own sequence that was read at `version`; tests made by it keep the version they were made by.
///
/// # Errors
/// Forbidden, not found, stale, a field error.
pub fn change_sequence(
    app: &App,
    right: &Right<EditRegister>,
    (code, version): (&str, i64),
    fields: &OwnSequenceFields,
) -> Result<()> {
    sees_all(right, "change sequences")?;
    app.store.write(right.actor(), |tx| {
        let old = sequences::find_sequence(tx, code)?;
        if old.code != fields.code {
            let words = format!("the code stays \"{}\": tests and categories name it", old.code);
            return Err(Error::field("text", words));
        }
        sequences::update_sequence(tx, old.id, version, fields)?;
        let event = Event::new("sequence", old.id, "changed").change("text", &old.text, &fields.text).change(
            "archived",
            old.archived,
            fields.archived,
        );
        Ok(((), vec![event]))
    })
}
