//! Signing: the number, the paper, its bytes and its place in the ledger in one transaction.

use chrono::NaiveDate;
use domain::assessment::{AssessmentEvidence, AssessmentPaper, Content, Covered, FORM};
use domain::certificate::{Closing, LedgerHead, Signature};
use domain::event::Event;
use domain::evidence::PersonCommitted;
use domain::permission::SignAssessment;
use domain::schedule::local_date;
use store::assessments::{self, AssessmentRow, Reach};
use store::certificates::hold_head;
use store::people::{NewPerson, Person, find_person, insert_person, update_signature};
use store::signed_heads::signing_key_of;
use store::types::Moment;
use store::{Right, Tx, files, settings};

use super::{covered, under};
use crate::actions::certificates::firm;
use crate::actions::dues::FIRM_ZONE;
use crate::actions::ripple::{self, Ripple};
use crate::actions::{pictures, set_up};
use crate::app::{App, new_secret};
use crate::error::{Error, FieldError, Result};

/// The series of numbers.
const SERIES: &str = "assessment";
/// Characters of a public code: 128 bits in hexadecimal.
const CODE: usize = 32;
/// A signature has at most this many pixels.
const SIGNATURE_PIXELS: (u32, u32) = (900, 300);

const DECLARATION: &str = "I have considered the equipment named, how, where and by whom it is used, and what has been found \
wrong with it. I find that the intervals above keep it safe between inspections. I will have this assessment looked at \
again when any of this changes, and by the day named at the latest.";

/// Who signs, when, and with which drawing.
#[derive(Debug, Clone)]
pub struct Signing {
    /// The duty holder's name.
    pub name: String,
    /// The day.
    pub on: NaiveDate,
    /// The drawn signature as a picture; none where the typed name stands for it.
    pub drawn: Option<Vec<u8>>,
}

/// One revision on its way into the ledger.
struct Revision {
    reach: Reach,
    covered: Covered,
    content: Content,
    latest: Option<AssessmentRow>,
    withdrawn: Option<String>,
    signed_on: NaiveDate,
    holder: Person,
    drawn: bool,
}

/// Signs a draft that was read at `version`: from now on it acts. Gives the revision's id.
///
/// # Errors
/// Not found, stale; field errors for what is missing in the draft or the signature.
pub fn sign_draft(
    app: &App,
    right: &Right<SignAssessment>,
    (id, version): (i64, i64),
    signing: &Signing,
) -> Result<String> {
    let png = match &signing.drawn {
        Some(bytes) => Some(pictures::recode_png("signature", bytes, SIGNATURE_PIXELS)?),
        None => None,
    };
    let (assessment, rest) = app.store.write(right.actor(), |tx| {
        let draft = assessments::find_draft(tx, right.scope(), id)?;
        check(tx, &draft.content.0, signing)?;
        let covered = covered(tx, right.scope(), draft.reach())?;
        assessments::delete_draft(tx, id, version)?;
        let latest = match &draft.number {
            Some(number) => assessments::list_revisions(tx, right.scope(), number)?.into_iter().next(),
            None => None,
        };
        let holder = duty_holder(tx, &signing.name, png.as_deref())?;
        let revision = Revision {
            reach: draft.reach(),
            covered,
            content: draft.content.0,
            latest,
            withdrawn: None,
            signed_on: signing.on,
            holder,
            drawn: png.is_some(),
        };
        write(tx, right, revision, &app.config.base_url)
    })?;
    ripple::finish(app, rest)?;
    Ok(assessment)
}

/// Ends an assessment by a revision that says why; what it ruled goes by the next level.
///
/// # Errors
/// Not found; a field error without a reason; a conflict when it is not the latest or ended already.
pub fn withdraw(app: &App, right: &Right<SignAssessment>, id: &str, reason: &str) -> Result<String> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Error::field("reason", "say why it ends"));
    }
    let (ended, rest) = app.store.write(right.actor(), |tx| {
        let row = assessments::find_assessment(tx, right.scope(), id)?;
        let latest = assessments::list_revisions(tx, right.scope(), &row.number)?.into_iter().next();
        if row.withdrawn || latest.as_ref().is_some_and(|latest| latest.id != row.id) {
            return Err(Error::Conflict("This revision holds no longer.".to_owned()));
        }
        let evidence = AssessmentEvidence::parse(&assessments::find_body(tx, &row)?)
            .map_err(|why| Error::Internal(format!("assessment {id}: {why}")))?;
        let holder = find_person(tx, row.duty_holder_id)?
            .ok_or_else(|| Error::Internal("a duty holder is gone".to_owned()))?;
        let revision = Revision {
            reach: row.reach(),
            covered: evidence.covered,
            content: evidence.content,
            latest,
            withdrawn: Some(reason.to_owned()),
            signed_on: local_date(tx.now, FIRM_ZONE),
            holder,
            drawn: false,
        };
        write(tx, right, revision, &app.config.base_url)
    })?;
    ripple::finish(app, rest)?;
    Ok(ended)
}

fn check(tx: &Tx, content: &Content, signing: &Signing) -> Result<()> {
    let mut errors: Vec<FieldError> = vec![];
    let mut wrong = |field: &str, message: &str| {
        errors.push(FieldError { field: field.to_owned(), message: message.to_owned() });
    };
    for (field, message) in content.missing() {
        wrong(field, message);
    }
    if signing.name.trim().is_empty() {
        wrong("duty_holder", "type the duty holder's name");
    }
    let today = local_date(tx.now, FIRM_ZONE);
    if signing.on > today {
        wrong("signed_on", "a signature cannot be of a day to come");
    }
    if content.review_on.is_some_and(|day| day <= today) {
        wrong("review_on", "the day to look at it again has passed");
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

/// A duty holder is a person like any: named in the one erasable table, with a row for each signature, so that an
/// earlier paper keeps the one that was on it.
fn duty_holder(tx: &mut Tx, name: &str, png: Option<&[u8]>) -> Result<Person> {
    let person = NewPerson { email: None, ..set_up::new_person(name.trim(), "") };
    let person = insert_person(tx, &person)?;
    if png.is_some() {
        update_signature(tx, person.id, png)?;
    }
    find_person(tx, person.id)?.ok_or_else(|| Error::Internal("a person was not stored".to_owned()))
}

fn committed(person: &Person) -> PersonCommitted {
    PersonCommitted { id: person.id, commitment: person.commitment() }
}

type Written = ((String, ripple::Rest), Vec<Event>);

fn write(tx: &mut Tx, right: &Right<SignAssessment>, revision: Revision, base_url: &str) -> Result<Written> {
    let author = right.actor().person_id();
    let author = author.ok_or_else(|| Error::Forbidden("sign without being a person".to_owned()))?;
    let author =
        find_person(tx, author)?.ok_or_else(|| Error::Internal("who writes is nobody".to_owned()))?;
    let number = match &revision.latest {
        Some(latest) => latest.number.clone(),
        None => format!("RA-{:06}", settings::next_number(tx, SERIES)?),
    };
    let count = revision.latest.as_ref().map_or(1, |latest| latest.revision + 1);
    let code: String = new_secret().chars().take(CODE).collect();
    let pdf = set(tx, &revision, (&number, count), format!("{base_url}/ra/{code}"))?;
    let hash = files::put_file(tx, "application/pdf", &pdf)?;
    let id = uuid::Uuid::now_v7().to_string();
    let evidence = evidence(tx, &revision, (&id, &number, count), (&author, &hash));
    let rows = serde_json::to_string(&revision.content.rows);
    let reach = revision.reach;
    let row = AssessmentRow {
        id: id.clone(),
        customer_id: reach.customer_id,
        seq: 0,
        site_id: reach.site_id,
        place_id: reach.place_id,
        environment: reach.environment,
        category_id: reach.category_id,
        number: number.clone(),
        revision: count,
        public_code: code,
        withdrawn: revision.withdrawn.is_some(),
        supersedes: revision.latest.as_ref().map(|latest| latest.id.clone()),
        rows: rows.map_err(|error| Error::Internal(error.to_string()))?,
        signed_at: Moment::from(tx.now),
        review_on: revision.content.review_on,
        duty_holder_id: revision.holder.id,
        person_id: author.id,
        hash,
    };
    assessments::insert_assessment(tx, row, evidence.canonical())?;
    let under = under(tx, right.scope(), reach)?;
    let rest = ripple::start(tx, Ripple { under, words: false, dues: true })?;
    let verb = if revision.withdrawn.is_some() { "withdrawn" } else { "signed" };
    let event = Event::new("assessment", &id, verb)
        .of_customer(reach.customer_id)
        .change("number", "", &number)
        .change("revision", "", count)
        .change("covers", "", revision.covered.words())
        .change("reason", "", revision.withdrawn.as_deref().unwrap_or_default());
    Ok(((id, rest), vec![event]))
}

fn set(tx: &mut Tx, revision: &Revision, (number, count): (&str, i64), url: String) -> Result<Vec<u8>> {
    let head = hold_head(tx, revision.reach.customer_id)?;
    let head_key = signing_key_of(tx, revision.reach.customer_id)?;
    let signature = Signature {
        role: if revision.withdrawn.is_some() {
            "Duty holder, of the revision before"
        } else {
            "Duty holder"
        }
        .to_owned(),
        name: revision.holder.name.clone(),
        date: revision.withdrawn.is_none().then_some(revision.signed_on),
        image: revision.holder.signature.clone().filter(|_| revision.withdrawn.is_none()),
    };
    let declaration = match &revision.withdrawn {
        Some(_) => "This revision ends the assessment. Intervals are again those of the next level.",
        None => DECLARATION,
    };
    let paper = AssessmentPaper {
        firm: firm(tx)?,
        number: number.to_owned(),
        revision: u32::try_from(count).unwrap_or(u32::MAX),
        signed_on: Some(revision.signed_on),
        covered: revision.covered.clone(),
        content: revision.content.clone(),
        withdrawn: revision.withdrawn.clone(),
        closing: Closing {
            declaration: declaration.to_owned(),
            signatures: vec![signature],
            verify_url: url,
            ledger: Some(LedgerHead::new(head.seq, &head.hash, &head_key)),
            ..Closing::default()
        },
    };
    render::certificate::assessment(&paper, tx.now)
        .map_err(|error| Error::Internal(format!("setting assessment {number}: {error}")))
}

fn evidence(
    tx: &Tx,
    revision: &Revision,
    (id, number, count): (&str, &str, i64),
    (author, hash): (&Person, &str),
) -> AssessmentEvidence {
    let reach = revision.reach;
    AssessmentEvidence {
        form: FORM,
        id: id.to_owned(),
        number: number.to_owned(),
        revision: u32::try_from(count).unwrap_or(u32::MAX),
        supersedes: revision.latest.as_ref().map(|latest| latest.id.clone()),
        customer_id: reach.customer_id,
        site_id: reach.site_id,
        place_id: reach.place_id,
        environment: reach.environment.map(|place| place.0),
        category_id: reach.category_id,
        covered: revision.covered.clone(),
        content: revision.content.clone(),
        withdrawn: revision.withdrawn.clone(),
        signed_at: Moment::from(tx.now).utc(),
        signed_on: revision.signed_on,
        duty_holder: committed(&revision.holder),
        drawn: revision.drawn,
        person: committed(author),
        pdf_sha256: hash.to_owned(),
    }
}
