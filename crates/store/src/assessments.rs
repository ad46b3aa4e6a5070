//! Risk assessments: drafts that people edit, and signed revisions, which are evidence.

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::assessment::Content;
use domain::code::Code;
use domain::equipment::Environment;
use domain::preset::PresetRow;

use crate::access::Scope;
use crate::each_backend;
use crate::error::{Error, Result, taken};
use crate::ledger::{self, Entry, Place, RowHash};
use crate::portable::AnyConnection;
use crate::schema::{assessment_drafts, assessments, ledger as ledger_table};
use crate::types::{Coded, Json, Moment};
use crate::{Tx, in_scope};

/// What an assessment covers: of a customer all, or a site, or a place, and of that all or a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// Whose.
    pub customer_id: i64,
    /// The site; none for all.
    pub site_id: Option<i64>,
    /// The place of that site with all in it; none for the whole site.
    pub place_id: Option<i64>,
    /// The environment of the places; none for whichever.
    pub environment: Option<Coded<Environment>>,
    /// The category; none for all.
    pub category_id: Option<i64>,
}

/// Where an asset stands, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stand {
    /// Whose it is.
    pub customer_id: i64,
    /// The site.
    pub site_id: i64,
    /// The place it stands in, then those around it.
    pub places: Vec<i64>,
    /// The environment there.
    pub environment: Option<Environment>,
    /// Its category.
    pub category_id: i64,
}

impl Reach {
    /// Whether it holds for an asset that stands there.
    pub fn holds(&self, stand: &Stand) -> bool {
        self.site_id.is_none_or(|id| id == stand.site_id)
            && self.place_id.is_none_or(|id| stand.places.contains(&id))
            && self.environment.is_none_or(|place| stand.environment == Some(place.0))
            && self.category_id.is_none_or(|id| id == stand.category_id)
    }

    /// How specific it is to an asset there: the nearer place before the site before the customer, then an
    /// environment, then a category before all.
    pub fn rank(&self, stand: &Stand) -> (usize, bool, bool) {
        let near = self.place_id.and_then(|id| stand.places.iter().position(|place| *place == id));
        let far = near.unwrap_or(if self.site_id.is_some() { usize::MAX - 1 } else { usize::MAX });
        (far, self.environment.is_none(), self.category_id.is_none())
    }
}

/// A draft.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = assessment_drafts)]
pub struct Draft {
    /// Id.
    pub id: i64,
    /// Whose.
    pub customer_id: i64,
    /// The site; none for all.
    pub site_id: Option<i64>,
    /// The place; none for the whole site.
    pub place_id: Option<i64>,
    /// The environment of the places; none for whichever.
    pub environment: Option<Coded<Environment>>,
    /// The category; none for all.
    pub category_id: Option<i64>,
    /// The number of the assessment of which it is the next revision; none for a new one.
    pub number: Option<String>,
    /// What it says.
    pub content: Json<Content>,
    /// Who began it.
    pub person_id: Option<i64>,
    /// When.
    pub at: Moment,
    /// Version for concurrent edits.
    pub version: i64,
}

impl Draft {
    /// What it covers.
    pub fn reach(&self) -> Reach {
        let Self { customer_id, site_id, place_id, environment, category_id, .. } = *self;
        Reach { customer_id, site_id, place_id, environment, category_id }
    }
}

/// A signed revision.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = assessments)]
pub struct AssessmentRow {
    /// Id.
    pub id: String,
    /// Whose.
    pub customer_id: i64,
    /// Its number in the customer's ledger.
    pub seq: i64,
    /// The site; none for all.
    pub site_id: Option<i64>,
    /// The place; none for the whole site.
    pub place_id: Option<i64>,
    /// The environment of the places; none for whichever.
    pub environment: Option<Coded<Environment>>,
    /// The category; none for all.
    pub category_id: Option<i64>,
    /// Its number, such as "RA-000001".
    pub number: String,
    /// Counts from 1.
    pub revision: i64,
    /// The random part of its public address.
    pub public_code: String,
    /// Whether it ends the assessment.
    pub withdrawn: bool,
    /// The revision before.
    pub supersedes: Option<String>,
    /// The intervals that it results in, as JSON.
    pub rows: String,
    /// When it was signed.
    pub signed_at: Moment,
    /// When it is to be looked at again.
    pub review_on: Option<NaiveDate>,
    /// The duty holder who signed it.
    pub duty_holder_id: i64,
    /// Who took the signature.
    pub person_id: i64,
    /// SHA-256 of the PDF.
    pub hash: String,
}

impl AssessmentRow {
    /// What it covers.
    pub fn reach(&self) -> Reach {
        let Self { customer_id, site_id, place_id, environment, category_id, .. } = *self;
        Reach { customer_id, site_id, place_id, environment, category_id }
    }

    /// The intervals that it results in.
    ///
    /// # Errors
    /// That they cannot be read.
    pub fn intervals(&self) -> Result<Vec<PresetRow>> {
        let wrong = |error| Error::Database(diesel::result::Error::DeserializationError(Box::new(error)));
        serde_json::from_str(&self.rows).map_err(wrong)
    }

    /// Number and revision, as sentences name it.
    pub fn name(&self) -> String {
        format!("{}, revision {}", self.number, self.revision)
    }

    /// Hash over its columns, but for the customer and number that the ledger has itself.
    pub fn row_hash(&self) -> String {
        let hash = RowHash::default().text(&self.id).optional_number(self.site_id);
        let hash = hash.optional_number(self.place_id).optional_number(self.category_id);
        let hash = hash.optional(self.environment.map(|place| place.0.code()));
        let hash = hash.text(&self.number).number(self.revision).text(&self.public_code);
        let hash = hash.number(i64::from(self.withdrawn)).optional(self.supersedes.as_deref());
        let hash = hash.text(&self.rows).moment(self.signed_at);
        let hash = hash.optional(self.review_on.map(|day| day.to_string()).as_deref());
        hash.number(self.duty_holder_id).number(self.person_id).text(&self.hash).finish()
    }
}

/// Adds a draft; what it covers was found within the scope.
///
/// # Errors
/// The database's.
pub fn insert_draft(tx: &mut Tx, reach: Reach, number: Option<&str>, content: Content) -> Result<i64> {
    let row = (
        assessment_drafts::customer_id.eq(reach.customer_id),
        assessment_drafts::site_id.eq(reach.site_id),
        assessment_drafts::place_id.eq(reach.place_id),
        assessment_drafts::environment.eq(reach.environment),
        assessment_drafts::category_id.eq(reach.category_id),
        assessment_drafts::number.eq(number),
        assessment_drafts::content.eq(String::from(Json(content))),
        assessment_drafts::person_id.eq(tx.actor.person_id()),
        assessment_drafts::at.eq(Moment::from(tx.now)),
    );
    let insert = diesel::insert_into(assessment_drafts::table).values(row);
    Ok(insert.returning(assessment_drafts::id).get_result(&mut **tx)?)
}

/// Changes a draft found within the scope.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile.
pub fn update_draft(tx: &mut Tx, id: i64, version: i64, content: Content) -> Result<()> {
    let own = assessment_drafts::id.eq(id).and(assessment_drafts::version.eq(version));
    let change = (
        assessment_drafts::content.eq(String::from(Json(content))),
        assessment_drafts::version.eq(version + 1),
    );
    let rows = diesel::update(assessment_drafts::table.filter(own)).set(change).execute(&mut **tx)?;
    if rows == 0 { Err(Error::Stale("draft")) } else { Ok(()) }
}

/// Removes a draft read at `version`: when it is signed, or given up.
///
/// # Errors
/// [`Error::Stale`] when it was changed or removed meanwhile.
pub fn delete_draft(tx: &mut Tx, id: i64, version: i64) -> Result<()> {
    let own = assessment_drafts::id.eq(id).and(assessment_drafts::version.eq(version));
    let rows = diesel::delete(assessment_drafts::table.filter(own)).execute(&mut **tx)?;
    if rows == 0 { Err(Error::Stale("draft")) } else { Ok(()) }
}

/// Finds a draft.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_draft(conn: &mut AnyConnection, scope: &Scope, id: i64) -> Result<Draft> {
    let query = in_scope!(Draft::query().into_boxed(), scope, assessment_drafts::customer_id);
    query.filter(assessment_drafts::id.eq(id)).first(conn).optional()?.ok_or(Error::NotFound("draft"))
}

/// The drafts within a scope, the latest first.
///
/// # Errors
/// The database's.
pub fn list_drafts(conn: &mut AnyConnection, scope: &Scope, customer: Option<i64>) -> Result<Vec<Draft>> {
    let mut query = in_scope!(Draft::query().into_boxed(), scope, assessment_drafts::customer_id);
    if let Some(id) = customer {
        query = query.filter(assessment_drafts::customer_id.eq(id));
    }
    Ok(query.order(assessment_drafts::id.desc()).limit(100).load(conn)?)
}

/// Writes a signed revision to the ledger and its row behind it; the last thing a transaction does.
///
/// # Errors
/// [`Error::Taken`] when another revision was signed meanwhile.
pub fn insert_assessment(tx: &mut Tx, mut row: AssessmentRow, body: String) -> Result<Place> {
    let entry = Entry { kind: "assessment", record_id: row.id.clone(), row_hash: row.row_hash(), body };
    let place = ledger::append(tx, row.customer_id, row.signed_at.utc(), &entry)?;
    row.seq = place.seq;
    let insert = diesel::insert_into(assessments::table)
        .values((
            assessments::id.eq(&row.id),
            assessments::customer_id.eq(row.customer_id),
            assessments::seq.eq(row.seq),
            assessments::site_id.eq(row.site_id),
            assessments::place_id.eq(row.place_id),
            assessments::environment.eq(row.environment),
            assessments::category_id.eq(row.category_id),
            assessments::number.eq(&row.number),
            assessments::revision.eq(row.revision),
            assessments::public_code.eq(&row.public_code),
            assessments::withdrawn.eq(row.withdrawn),
            assessments::supersedes.eq(&row.supersedes),
            assessments::rows.eq(&row.rows),
            assessments::signed_at.eq(row.signed_at),
            assessments::review_on.eq(row.review_on),
            assessments::duty_holder_id.eq(row.duty_holder_id),
            assessments::person_id.eq(row.person_id),
            assessments::hash.eq(&row.hash),
        ))
        .execute(&mut **tx);
    taken(insert, || "this revision was signed already".to_owned())?;
    Ok(place)
}

/// The revisions within a scope that hold: not superseded, and not withdrawn.
///
/// # Errors
/// The database's.
pub fn list_ruling(
    conn: &mut AnyConnection,
    scope: &Scope,
    customer: Option<i64>,
) -> Result<Vec<AssessmentRow>> {
    let mut query = in_scope!(AssessmentRow::query().into_boxed(), scope, assessments::customer_id);
    if let Some(id) = customer {
        query = query.filter(assessments::customer_id.eq(id));
    }
    let all = query.order((assessments::signed_at.desc(), assessments::id)).load(conn)?;
    Ok(still_holding(all))
}

fn still_holding(mut all: Vec<AssessmentRow>) -> Vec<AssessmentRow> {
    let gone: std::collections::HashSet<String> =
        all.iter().filter_map(|row| row.supersedes.clone()).collect();
    all.retain(|row| !row.withdrawn && !gone.contains(&row.id));
    all
}

/// The assessments of a customer that hold for an asset there, the most specific first.
///
/// # Errors
/// The database's.
pub fn list_ruling_for(conn: &mut AnyConnection, stand: &Stand) -> Result<Vec<AssessmentRow>> {
    let all = each_backend!(conn, c => {
        AssessmentRow::query().filter(assessments::customer_id.eq(stand.customer_id)).load(c)
    })?;
    let mut all = still_holding(all);
    all.retain(|row| row.reach().holds(stand));
    // Of two that reach the same the later holds.
    all.sort_by_key(|row| (row.reach().rank(stand), std::cmp::Reverse(row.seq)));
    Ok(all)
}

/// Finds a signed revision.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_assessment(conn: &mut AnyConnection, scope: &Scope, id: &str) -> Result<AssessmentRow> {
    let query = in_scope!(AssessmentRow::query().into_boxed(), scope, assessments::customer_id);
    query
        .filter(assessments::id.eq(id.to_owned()))
        .first(conn)
        .optional()?
        .ok_or(Error::NotFound("assessment"))
}

/// The revisions of a number, the latest first.
///
/// # Errors
/// The database's.
pub fn list_revisions(conn: &mut AnyConnection, scope: &Scope, number: &str) -> Result<Vec<AssessmentRow>> {
    let query = in_scope!(AssessmentRow::query().into_boxed(), scope, assessments::customer_id);
    let query = query.filter(assessments::number.eq(number.to_owned()));
    Ok(query.order(assessments::revision.desc()).load(conn)?)
}

/// The revision behind a public address, and whether a later one took its place.
///
/// # Errors
/// The database's.
pub fn find_public(conn: &mut AnyConnection, code: &str) -> Result<Option<(AssessmentRow, bool)>> {
    let found: Option<AssessmentRow> =
        AssessmentRow::query().filter(assessments::public_code.eq(code)).first(conn).optional()?;
    let Some(row) = found else { return Ok(None) };
    let later = assessments::table.filter(assessments::supersedes.eq(&row.id)).select(assessments::id);
    let later: Option<String> = later.first(conn).optional()?;
    Ok(Some((row, later.is_some())))
}

/// The canonical form of a revision as it stands in the ledger.
///
/// # Errors
/// The database's.
pub fn find_body(conn: &mut AnyConnection, row: &AssessmentRow) -> Result<String> {
    Ok(ledger_table::table.find((row.customer_id, row.seq)).select(ledger_table::body).first(conn)?)
}
