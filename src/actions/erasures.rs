//! Erasing a person who left: their name goes, what they proved stays. Records hold salted hashes of people, so the
//! chains stay whole; documents that name them are removed with a record of it, and certificates issued anew.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::erasure::{ErasureEvidence, FORM};
use domain::event::{Event, Via};
use domain::evidence::PersonCommitted;
use domain::permission::{ErasePerson, IssueCertificate};
use serde::{Deserialize, Serialize};
use store::certificates::CertificateRow;
use store::erasures::{self as rows, ErasureRow, FIXED_TEXTS, Named, TEXTS, Text};
use store::people::find_person;
use store::types::{Json, Moment};
use store::{Actor, Right, Tx, settings, users};

use crate::actions::certificates::{Options, Subject, issue_certificate};
use crate::actions::sees_all;
use crate::app::App;
use crate::error::{Error, Result};

/// What is left to do after an erasure.
const LEFT: &str = "erasure_left";
/// Words shorter than this stand everywhere.
const LEAST_WORDS: usize = 3;
/// With more people found than these, the words of none are looked for.
const MOST_PEOPLE: usize = 5;
/// A larger file is written anew at night, when nobody works.
pub const WHILE_OPEN: i64 = 512 << 20;

/// Where a name stands.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Who is meant, with how many documents name them.
    pub people: Vec<(Named, usize)>,
    /// Where it can be taken out of people's words, with how many of them hold it.
    pub texts: Vec<(&'static Text, i64)>,
    /// Where it stays.
    pub fixed: Vec<(&'static Text, i64)>,
    /// Whether too many people were found to look through words.
    pub too_many: bool,
}

/// What is to be erased.
#[derive(Debug, Clone, Default)]
pub struct Erase {
    /// These people.
    pub people: Vec<i64>,
    /// Their names in these texts, by code.
    pub texts: Vec<String>,
    /// The words to take out of the texts where no person is chosen.
    pub words: String,
    /// Why; it outlives the name and must not hold it.
    pub reason: String,
}

/// What was erased.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Erased {
    /// Texts changed.
    pub texts: usize,
    /// Documents removed.
    pub documents: usize,
}

/// What an erasure has left to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Left {
    at: DateTime<Utc>,
}

/// Finds where a name or mail address stands.
///
/// # Errors
/// A field error for fewer than three characters; forbidden for who sees only some customers.
pub fn find_named(app: &App, right: &Right<ErasePerson>, words: &str) -> Result<Report> {
    sees_all(right, "erase people")?;
    check_words(words)?;
    app.store.read(|conn| {
        let people = rows::list_named(conn, words)?;
        if people.len() > MOST_PEOPLE {
            let people = people.into_iter().map(|one| (one, 0)).collect();
            return Ok(Report { people, too_many: true, ..Report::default() });
        }
        let mut report = Report::default();
        let mut needles = BTreeSet::from([words.to_owned()]);
        for one in people {
            needles.extend(names(&one.person.name, one.person.email.as_deref()));
            let documents = rows::documents_of(conn, one.person.id)?.len();
            report.people.push((one, documents));
        }
        for (texts, found) in [(TEXTS, &mut report.texts), (FIXED_TEXTS, &mut report.fixed)] {
            for text in texts {
                let counts = needles.iter().map(|needle| rows::count_texts(conn, text, needle));
                let most = counts.collect::<store::Result<Vec<_>>>()?.into_iter().max().unwrap_or(0);
                if most > 0 {
                    found.push((text, most));
                }
            }
        }
        Ok(report)
    })
}

fn check_words(words: &str) -> Result<()> {
    match words.chars().count() {
        0 => Err(Error::field("q", "fill this in")),
        count if count < LEAST_WORDS => Err(Error::field("q", "give at least three characters")),
        _ => Ok(()),
    }
}

/// The words by which a person is named.
fn names(name: &str, email: Option<&str>) -> Vec<String> {
    let both = [Some(name), email].into_iter().flatten();
    both.filter(|words| words.chars().count() >= LEAST_WORDS).map(str::to_owned).collect()
}

/// Erases people and their names in the texts chosen; documents that name them are removed with a record of it.
/// `finish` does the rest: certificates issued anew, and the file written without what was deleted.
///
/// # Errors
/// Forbidden for who sees only some customers; field errors without a reason, with one that holds the name and with
/// nothing chosen; not found for who is erased already; a conflict for the last administrator.
pub fn erase(app: &App, right: &Right<ErasePerson>, what: &Erase) -> Result<Erased> {
    sees_all(right, "erase people")?;
    if what.reason.is_empty() {
        return Err(Error::field("reason", "say why, without the name"));
    }
    if what.people.is_empty() && what.texts.is_empty() {
        return Err(Error::field("person", "choose who or what is to be erased"));
    }
    let texts = what.texts.iter().map(|code| {
        let known = TEXTS.iter().find(|text| text.code == code);
        known.ok_or_else(|| Error::field("text", format!("\"{code}\" is not a known text")))
    });
    let texts: Vec<&Text> = texts.collect::<Result<_>>()?;
    app.store.write(right.actor(), |tx| {
        keep_an_administrator(tx, &what.people)?;
        let needles = needles(tx, what)?;
        let held = what.reason.to_lowercase();
        if needles.iter().any(|(words, _)| held.contains(&words.to_lowercase())) {
            return Err(Error::field("reason", "this holds the name that is to be erased; say it without"));
        }
        let mut documents: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        for id in &what.people {
            for (customer_id, hash) in rows::documents_of(tx, *id)? {
                let of = documents.entry(customer_id).or_default();
                if !of.contains(&hash) {
                    of.push(hash);
                }
            }
        }
        let by = committed(tx)?;
        let mut done = Erased { texts: 0, documents: documents.values().map(Vec::len).sum() };
        rows::with_erasing(tx, |tx| {
            rows::erase_people(tx, &what.people)?;
            for text in &texts {
                for (words, new) in &needles {
                    done.texts += rows::replace_texts(tx, text, words, new)?;
                }
            }
            documents.into_iter().try_for_each(|(customer, files)| remove(tx, (customer, files), &by, what))
        })?;
        settings::set_setting(tx, LEFT, Some(Left { at: tx.now }))?;
        Ok((done, events(what, done)))
    })
}

fn keep_an_administrator(tx: &mut Tx, people: &[i64]) -> Result<()> {
    let administrators = users::hold_administrators(tx)?;
    let some = administrators.iter().any(|id| people.contains(id));
    if some && administrators.iter().all(|id| people.contains(id)) {
        let words = "Make somebody else an administrator first: this is the last one.";
        return Err(Error::Conflict(words.to_owned()));
    }
    Ok(())
}

/// Each word to take out, and what takes its place.
fn needles(tx: &mut Tx, what: &Erase) -> Result<Vec<(String, String)>> {
    let mut found = vec![];
    for id in &what.people {
        let person = find_person(tx, *id)?.filter(|person| person.erased_at.is_none());
        let person = person.ok_or_else(|| Error::NotFound("person".to_owned()))?;
        let stands = names(&person.name, person.email.as_deref());
        found.extend(stands.into_iter().map(|words| (words, format!("erased (person {id})"))));
    }
    if what.people.is_empty() {
        check_words(&what.words)?;
        found.push((what.words.clone(), "erased".to_owned()));
    }
    Ok(found)
}

/// Who erases, as it stands before: people may erase themselves.
fn committed(tx: &mut Tx) -> Result<Option<PersonCommitted>> {
    let Some(id) = tx.actor.person_id() else { return Ok(None) };
    let person = find_person(tx, id)?;
    Ok(person.map(|person| PersonCommitted { id, commitment: person.commitment() }))
}

fn remove(
    tx: &mut Tx,
    (customer_id, files): (i64, Vec<String>),
    by: &Option<PersonCommitted>,
    what: &Erase,
) -> Result<()> {
    let (id, at) = (uuid::Uuid::now_v7().to_string(), Moment::from(tx.now));
    let evidence = ErasureEvidence {
        form: FORM,
        id: id.clone(),
        customer_id,
        at: at.utc(),
        by: by.clone(),
        reason: what.reason.clone(),
        files: files.clone(),
    };
    let person_id = tx.actor.person_id();
    let row = ErasureRow { id, customer_id, seq: 0, person_id, at, files: Json(files) };
    Ok(rows::erase_documents(tx, row, evidence.canonical())?)
}

/// What is told of it, without the name.
fn events(what: &Erase, done: Erased) -> Vec<Event> {
    let tell = |event: Event| {
        let event = event.change("reason", "", &what.reason);
        event.change("texts changed", 0, done.texts).change("documents removed", 0, done.documents)
    };
    if what.people.is_empty() {
        return vec![tell(Event::new("texts", 0, "erased"))];
    }
    what.people.iter().map(|id| tell(Event::new("person", id, "erased"))).collect()
}

/// How many certificates wait for a revision without the name, and whether that is being done.
///
/// # Errors
/// The store's.
pub fn find_left(app: &App) -> Result<(usize, bool)> {
    app.store.read(|conn| {
        let left: Option<Option<Left>> = settings::find_setting(conn, LEFT)?;
        let busy = left.flatten().is_some_and(|left| (app.now() - left.at).num_minutes() < 10);
        Ok((rows::list_waiting(conn)?.len(), busy))
    })
}

/// Issues the certificates anew whose documents were removed, then writes the database's file without what was
/// deleted, unless it is larger than `most` bytes. Gives how many were issued.
///
/// # Errors
/// The store's. A certificate that cannot be issued any more, as over a test corrected since, is logged and left.
pub fn finish(app: &App, most: i64) -> Result<usize> {
    let actor = Actor::operator(Via::Job);
    let right = actor.right::<IssueCertificate>()?;
    let mut issued = 0;
    for row in app.store.read(rows::list_waiting)? {
        let Some(subject) = subject(&row) else { continue };
        match issue_certificate(app, &right, &subject, Options::default()) {
            Ok(_) => issued += 1,
            Err(error) => log::warn!("certificate {} after an erasure: {error}", row.number),
        }
    }
    let left: Option<Option<Left>> = app.store.read(|conn| settings::find_setting(conn, LEFT))?;
    if left.flatten().is_some() && app.store.compact(most)? {
        app.store.keep_house(|tx| settings::set_setting(tx, LEFT, None::<Left>).map_err(Error::from))?;
    }
    Ok(issued)
}

fn subject(row: &CertificateRow) -> Option<Subject> {
    match (&row.test_id, row.visit_id, row.period_from.zip(row.period_to)) {
        (Some(id), ..) => Some(Subject::Test(id.clone())),
        (_, Some(id), _) => Some(Subject::Visit(id)),
        (.., Some((from, to))) => Some(Subject::Period { site_id: row.site_id, from, to }),
        _ => None,
    }
}
