//! Risk assessments: drafted, signed by the duty holder, revised and withdrawn. Only what is signed acts.

mod draft;
mod sign;

pub use draft::{add_draft, change_draft, find_draft, remove_draft, revise};
pub use sign::{Signing, sign_draft, withdraw};

use domain::assessment::{AssessmentEvidence, Covered};
use domain::permission::{DownloadPapers, ViewRegister};
use domain::schedule::local_date;
use store::assessments::{self, AssessmentRow, Draft, Reach};
use store::people::find_person;
use store::{AnyConnection, Right, Scope, categories, customers, files, places, sites};

use crate::actions::dues::FIRM_ZONE;
use crate::app::App;
use crate::error::{Error, Result};

/// A draft with what it covers in words.
#[derive(Debug, Clone)]
pub struct DraftView {
    /// The draft.
    pub draft: Draft,
    /// What it covers.
    pub covered: Covered,
}

/// A signed revision with what it says.
#[derive(Debug, Clone)]
pub struct AssessmentView {
    /// Its row.
    pub row: AssessmentRow,
    /// What was recorded.
    pub evidence: AssessmentEvidence,
    /// The duty holder's name; none once erased.
    pub duty_holder: String,
    /// Every revision, the latest first.
    pub revisions: Vec<AssessmentRow>,
    /// Whether its paper was removed, since it named a person who was erased.
    pub erased: bool,
}

impl AssessmentView {
    /// Whether it acts: the latest, and not withdrawn.
    pub fn holds(&self) -> bool {
        !self.row.withdrawn && self.revisions.first().is_some_and(|latest| latest.id == self.row.id)
    }
}

/// The assessments that act with what they cover, and the drafts.
pub type Listed = (Vec<(AssessmentRow, Covered)>, Vec<DraftView>);

/// The assessments that act and the drafts, within the scope; of one customer where one is given.
///
/// # Errors
/// Not found for a foreign customer.
pub fn list_assessments(app: &App, right: &Right<ViewRegister>, customer: Option<i64>) -> Result<Listed> {
    app.store.read(|conn| {
        let scope = right.scope();
        if let Some(id) = customer {
            customers::find_customer(conn, scope, id)?;
        }
        let mut ruling = vec![];
        for row in assessments::list_ruling(conn, scope, customer)? {
            let covered = covered(conn, scope, row.reach())?;
            ruling.push((row, covered));
        }
        let mut drafts = vec![];
        for draft in assessments::list_drafts(conn, scope, customer)? {
            let covered = covered(conn, scope, draft.reach())?;
            drafts.push(DraftView { draft, covered });
        }
        Ok((ruling, drafts))
    })
}

/// One signed revision.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn find_assessment(app: &App, right: &Right<ViewRegister>, id: &str) -> Result<AssessmentView> {
    app.store.read(|conn| {
        let row = assessments::find_assessment(conn, right.scope(), id)?;
        let evidence = AssessmentEvidence::parse(&assessments::find_body(conn, &row)?)
            .map_err(|why| Error::Internal(format!("assessment {id}: {why}")))?;
        let duty_holder = find_person(conn, row.duty_holder_id)?.map(|person| person.name);
        let revisions = assessments::list_revisions(conn, right.scope(), &row.number)?;
        let erased = store::erasures::is_erased(conn, &row.hash)?;
        let duty_holder = duty_holder.unwrap_or_default();
        Ok(AssessmentView { row, evidence, duty_holder, revisions, erased })
    })
}

/// Its paper: a name for the file, its hash and its bytes.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn find_pdf(app: &App, right: &Right<DownloadPapers>, id: &str) -> Result<(AssessmentRow, Vec<u8>)> {
    app.store.read(|conn| {
        let row = assessments::find_assessment(conn, right.scope(), id)?;
        let pdf = files::find_file(conn, &row.hash)?.bytes;
        Ok((row, pdf))
    })
}

/// What anybody with the paper in hand may learn: nobody is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its number.
    pub number: String,
    /// Its revision.
    pub revision: i64,
    /// The day it was recorded.
    pub signed_on: chrono::NaiveDate,
    /// Whether a later revision took its place.
    pub superseded: bool,
    /// Whether it ends the assessment.
    pub withdrawn: bool,
    /// SHA-256 of the genuine PDF.
    pub hash: String,
}

/// Looks a public code up; none for one that was never given. What is no code does not reach the database.
///
/// # Errors
/// The store's.
pub fn show_public(app: &App, code: &str) -> Result<Option<Known>> {
    let sound = code.len() == 32 && code.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if !sound {
        return Ok(None);
    }
    let found = app.store.read(|conn| assessments::find_public(conn, code))?;
    Ok(found.map(|(row, superseded)| Known {
        number: row.number,
        revision: row.revision,
        signed_on: local_date(row.signed_at.utc(), FIRM_ZONE),
        superseded,
        withdrawn: row.withdrawn,
        hash: row.hash,
    }))
}

/// What a reach covers, in words; everything in it is found within the scope.
pub(super) fn covered(conn: &mut AnyConnection, scope: &Scope, reach: Reach) -> Result<Covered> {
    let site = reach.site_id.map(|id| sites::find_site(conn, scope, id)).transpose()?;
    let place = reach.place_id.map(|id| places::find_place(conn, scope, id)).transpose()?;
    let category = reach.category_id.map(|id| categories::find_category(conn, id)).transpose()?;
    let foreign = |customer: i64| customer != reach.customer_id;
    if site.as_ref().is_some_and(|site| foreign(site.customer_id)) {
        return Err(Error::NotFound("site of this customer".to_owned()));
    }
    if place.as_ref().is_some_and(|place| Some(place.site_id) != reach.site_id) {
        return Err(Error::NotFound("place of this site".to_owned()));
    }
    Ok(Covered {
        customer: customers::find_customer(conn, scope, reach.customer_id)?.name,
        site: site.map(|site| site.name),
        place: place.map(|place| place.path),
        environment: reach.environment.map(|place| place.0),
        category: category.map(|category| category.name),
    })
}

/// The assets that a reach may hold for: their due dates follow when it begins or ends.
fn under(conn: &mut AnyConnection, scope: &Scope, reach: Reach) -> Result<store::under::Under> {
    use store::under::Under;
    Ok(match (reach.place_id, reach.site_id) {
        (Some(id), _) => {
            let place = places::find_place(conn, scope, id)?;
            Under::place(conn, &place)?
        }
        (None, Some(id)) => Under::Site(id),
        (None, None) => Under::Customer(reach.customer_id),
    })
}
