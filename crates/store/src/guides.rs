//! Guides: written from what was learnt, for a model, a category or anything; firm-owned. Revisions are appended.

use diesel::prelude::*;
use domain::guide::Guide;
use domain::known_fix::Success;
use domain::search_text::document;

use crate::Tx;
use crate::error::{Error, Result};
use crate::fault_words::words_by_id;
use crate::findings::known::successes_of;
use crate::portable::AnyConnection;
use crate::schema::{guide_pictures, guide_revisions, guides, people};
use crate::search::{Index, index_document, remove_document};
use crate::types::{Json, Moment};

/// A guide as lists show it; what it says stands in its revisions.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = guides)]
pub struct GuideRow {
    /// Id.
    pub id: i64,
    /// The latest revision.
    pub revision: i64,
    /// What it is about.
    pub title: String,
    /// Make of the model; blank for a category or anything.
    pub make: String,
    /// Name of the model.
    pub model: String,
    /// The category.
    pub category_id: Option<i64>,
    /// The key of the model or category; blank for anything.
    pub subject: String,
    /// The symptom.
    pub symptom_id: Option<i64>,
    /// The cause.
    pub cause_id: Option<i64>,
    /// The fix.
    pub fix_id: Option<i64>,
    /// Number of the job that it was learnt in; blank where none.
    pub job_number: String,
    /// Whether it is no longer shown.
    pub archived: bool,
    /// Version for concurrent edits.
    pub version: i64,
}

/// What a guide is for, as it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Insertable, AsChangeset)]
#[diesel(table_name = guides, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct GuideFields {
    /// What it is about.
    pub title: String,
    /// Make of the model.
    pub make: String,
    /// Name of the model.
    pub model: String,
    /// The category.
    pub category_id: Option<i64>,
    /// The key of the model or category.
    pub subject: String,
    /// The symptom.
    pub symptom_id: Option<i64>,
    /// The cause.
    pub cause_id: Option<i64>,
    /// The fix.
    pub fix_id: Option<i64>,
    /// Number of the job that it was learnt in.
    pub job_number: String,
    /// Whether it is no longer shown.
    pub archived: bool,
}

/// A revision of a guide.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Revision {
    /// Its number, from 1.
    pub revision: i64,
    /// What it says.
    pub content: Json<Guide>,
    /// Who wrote it.
    pub who: Option<String>,
    /// When.
    pub at: Moment,
}

/// A picture of a guide.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = guide_pictures)]
pub struct GuidePicture {
    /// Id.
    pub id: i64,
    /// The guide.
    pub guide_id: i64,
    /// Hash of the bytes.
    pub hash: String,
    /// Hash of the small picture.
    pub thumbnail_hash: String,
    /// The name it came with.
    pub name: String,
}

/// The most guides of one list.
const MOST: i64 = 200;

/// The guides for any of these subjects, those about anything not among them, the latest first.
///
/// # Errors
/// The database's.
pub fn list_guides_for(conn: &mut AnyConnection, subjects: &[String]) -> Result<Vec<GuideRow>> {
    let of = guides::subject.eq_any(subjects.to_vec()).and(guides::archived.eq(false));
    Ok(GuideRow::query().filter(of).order(guides::id.desc()).limit(MOST).load(conn)?)
}

/// Guides, the latest first, older than `before`; those no longer shown where asked for.
///
/// # Errors
/// The database's.
pub fn list_guides(
    conn: &mut AnyConnection,
    archived: bool,
    (before, limit): (Option<i64>, i64),
) -> Result<Vec<GuideRow>> {
    let query = GuideRow::query().filter(guides::archived.eq(archived));
    let query = query.filter(guides::id.lt(before.unwrap_or(i64::MAX)));
    Ok(query.order(guides::id.desc()).limit(limit).load(conn)?)
}

/// Finds a guide.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_guide(conn: &mut AnyConnection, id: i64) -> Result<GuideRow> {
    let query = GuideRow::query().filter(guides::id.eq(id));
    query.first(conn).optional()?.ok_or(Error::NotFound("guide"))
}

/// The revisions of a guide, the latest first.
///
/// # Errors
/// The database's.
pub fn list_revisions(conn: &mut AnyConnection, guide_id: i64) -> Result<Vec<Revision>> {
    let rows = guide_revisions::table
        .left_join(people::table)
        .filter(guide_revisions::guide_id.eq(guide_id))
        .order(guide_revisions::revision.desc())
        .select((
            guide_revisions::revision,
            guide_revisions::content,
            people::name.nullable(),
            guide_revisions::at,
        ));
    Ok(rows.load(conn)?)
}

/// Adds a guide without saying anything yet; [`insert_revision`] follows.
///
/// # Errors
/// The database's.
pub fn insert_guide(tx: &mut Tx, fields: &GuideFields) -> Result<i64> {
    let insert = diesel::insert_into(guides::table).values((fields, guides::revision.eq(0_i64)));
    Ok(insert.returning(guides::id).get_result(&mut **tx)?)
}

/// Changes what a guide is for.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile.
pub fn update_guide(tx: &mut Tx, id: i64, version: i64, fields: &GuideFields) -> Result<()> {
    let target = guides::table.filter(guides::id.eq(id).and(guides::version.eq(version)));
    let rows = diesel::update(target).set((fields, guides::version.eq(version + 1))).execute(&mut **tx)?;
    if rows == 0 { Err(Error::Stale("guide")) } else { Ok(()) }
}

/// Appends a revision, makes it the latest and the guide searchable by it.
///
/// # Errors
/// The database's.
pub fn insert_revision(tx: &mut Tx, guide_id: i64, content: &Guide) -> Result<i64> {
    let revision: i64 = diesel::update(guides::table.find(guide_id))
        .set(guides::revision.eq(guides::revision + 1))
        .returning(guides::revision)
        .get_result(&mut **tx)?;
    diesel::insert_into(guide_revisions::table)
        .values((
            guide_revisions::guide_id.eq(guide_id),
            guide_revisions::revision.eq(revision),
            guide_revisions::content.eq(String::from(Json(content.clone()))),
            guide_revisions::person_id.eq(tx.actor.person_id()),
            guide_revisions::at.eq(Moment::from(tx.now)),
        ))
        .execute(&mut **tx)?;
    reindex_guide(tx, guide_id)?;
    Ok(revision)
}

/// Writes a guide's search document anew, or takes it out when the guide is no longer shown.
///
/// # Errors
/// The database's.
pub fn reindex_guide(conn: &mut AnyConnection, id: i64) -> Result<()> {
    let guide = find_guide(conn, id)?;
    if guide.archived {
        return remove_document(conn, Index::Guides, id);
    }
    let words = document_of(conn, &guide)?;
    index_document(conn, Index::Guides, id, (&words, &[]))
}

/// Makes every guide searchable, as after a restore.
///
/// # Errors
/// The database's.
pub fn index_all(conn: &mut AnyConnection) -> Result<()> {
    let ids: Vec<i64> = guides::table.select(guides::id).order(guides::id).load(conn)?;
    ids.into_iter().try_for_each(|id| reindex_guide(conn, id))
}

/// A guide's words, as the index has them.
///
/// # Errors
/// The database's.
pub fn document_of(conn: &mut AnyConnection, guide: &GuideRow) -> Result<String> {
    let words = words_by_id(conn)?;
    let chosen = [guide.symptom_id, guide.cause_id, guide.fix_id];
    let chosen = chosen.into_iter().flatten().filter_map(|id| words.get(&id)).map(String::as_str);
    let content: Option<Json<Guide>> = guide_revisions::table
        .find((guide.id, guide.revision))
        .select(guide_revisions::content)
        .first(conn)
        .optional()?;
    let content = content.unwrap_or_default().0;
    let texts = content.texts().chain([guide.make.as_str(), guide.model.as_str()]).chain(chosen);
    Ok(document(texts))
}

/// How the fix of a guide fared for what it is for.
///
/// # Errors
/// The database's.
pub fn success_of(conn: &mut AnyConnection, guide: &GuideRow) -> Result<Success> {
    let (Some(symptom), Some(cause), Some(fix)) = (guide.symptom_id, guide.cause_id, guide.fix_id) else {
        return Ok(Success::default());
    };
    let known = successes_of(conn, vec![guide.subject.clone()])?;
    Ok(known.get(&(guide.subject.clone(), [symptom, cause, fix])).copied().unwrap_or_default())
}

/// Keeps a stored picture with a guide, once, and gives its id.
///
/// # Errors
/// The database's.
pub fn put_picture(tx: &mut Tx, guide_id: i64, hashes: (&str, &str), name: &str) -> Result<i64> {
    let (hash, thumbnail) = hashes;
    let known: Option<i64> = guide_pictures::table
        .filter(guide_pictures::guide_id.eq(guide_id).and(guide_pictures::hash.eq(hash)))
        .select(guide_pictures::id)
        .first(&mut **tx)
        .optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    let insert = diesel::insert_into(guide_pictures::table).values((
        guide_pictures::guide_id.eq(guide_id),
        guide_pictures::hash.eq(hash),
        guide_pictures::thumbnail_hash.eq(thumbnail),
        guide_pictures::name.eq(name),
        guide_pictures::person_id.eq(tx.actor.person_id()),
        guide_pictures::at.eq(Moment::from(tx.now)),
    ));
    Ok(insert.returning(guide_pictures::id).get_result(&mut **tx)?)
}

/// The pictures of a guide, the first first.
///
/// # Errors
/// The database's.
pub fn list_pictures(conn: &mut AnyConnection, guide_id: i64) -> Result<Vec<GuidePicture>> {
    let query = GuidePicture::query().filter(guide_pictures::guide_id.eq(guide_id));
    Ok(query.order(guide_pictures::id).load(conn)?)
}

/// Finds a picture of any guide.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_picture(conn: &mut AnyConnection, id: i64) -> Result<GuidePicture> {
    let query = GuidePicture::query().filter(guide_pictures::id.eq(id));
    query.first(conn).optional()?.ok_or(Error::NotFound("picture"))
}
