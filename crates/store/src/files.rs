//! Bytes by their own hash, and what they are attached to. Evidence is withdrawn, never deleted.

use diesel::prelude::*;

use crate::access::Scope;
use crate::assets::Asset;
use crate::each_backend;
use crate::error::{Error, Result};
use crate::ledger::sha256;
use crate::portable::AnyConnection;
use crate::schema::{attachments, files};
use crate::types::Moment;
use crate::{Tx, in_scope};

/// A stored file.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = files)]
pub struct File {
    /// SHA-256 of the bytes, in hexadecimal.
    pub hash: String,
    /// What they are.
    pub media_type: String,
    /// How many bytes there are.
    pub size: i64,
    /// The bytes; none where they were removed.
    pub bytes: Vec<u8>,
    /// When they were removed, since they named a person who was erased.
    pub erased_at: Option<Moment>,
}

/// A photo or document on an asset.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = attachments)]
pub struct Attachment {
    /// Id.
    pub id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// The asset.
    pub asset_id: i64,
    /// The test that it belongs to.
    pub test_id: Option<String>,
    /// Hash of the bytes.
    pub hash: String,
    /// Hash of the small picture; none for a document.
    pub thumbnail_hash: Option<String>,
    /// The name it came with.
    pub name: String,
    /// When it was attached.
    pub at: Moment,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Moment>,
}

/// Stores bytes under their hash, once.
///
/// # Errors
/// The database's.
pub fn put_file(tx: &mut Tx, media_type: &str, bytes: &[u8]) -> Result<String> {
    let hash = sha256(bytes);
    let known: Option<String> = files::table.find(&hash).select(files::hash).first(&mut **tx).optional()?;
    if known.is_none() {
        diesel::insert_into(files::table)
            .values((
                files::hash.eq(&hash),
                files::media_type.eq(media_type),
                files::size.eq(i64::try_from(bytes.len()).unwrap_or(i64::MAX)),
                files::bytes.eq(bytes),
            ))
            .execute(&mut **tx)?;
    }
    Ok(hash)
}

/// Reads bytes; whoever asks has found what names the hash within a scope.
///
/// # Errors
/// [`Error::NotFound`], also where the bytes were removed.
pub fn find_file(conn: &mut AnyConnection, hash: &str) -> Result<File> {
    let file: Option<File> = File::query().filter(files::hash.eq(hash)).first(conn).optional()?;
    match file.ok_or(Error::NotFound("file"))? {
        file if file.erased_at.is_some() => {
            Err(Error::NotFound("document any more: personal data in it were erased"))
        }
        file => Ok(file),
    }
}

/// Attaches a stored file to an asset, and to a test where one is given.
///
/// # Errors
/// [`Error::Forbidden`] for the operator, who is no person.
pub fn insert_attachment(
    tx: &mut Tx,
    asset: &Asset,
    test_id: Option<&str>,
    (hash, thumbnail): (&str, Option<&str>),
    name: &str,
) -> Result<i64> {
    let by = tx.actor.person_id();
    let by = by.ok_or_else(|| Error::Forbidden("attach files without being a person".to_owned()))?;
    attach_by(tx, by, asset, test_id, (hash, thumbnail), name)
}

/// Attaches a stored file as somebody else's, such as the tester's whose file it was read from.
///
/// # Errors
/// The database's.
pub fn attach_by(
    tx: &mut Tx,
    by: i64,
    asset: &Asset,
    test_id: Option<&str>,
    (hash, thumbnail): (&str, Option<&str>),
    name: &str,
) -> Result<i64> {
    let now = Moment::from(tx.now);
    Ok(diesel::insert_into(attachments::table)
        .values((
            attachments::customer_id.eq(asset.customer_id),
            attachments::asset_id.eq(asset.id),
            attachments::test_id.eq(test_id),
            attachments::hash.eq(hash),
            attachments::thumbnail_hash.eq(thumbnail),
            attachments::name.eq(name),
            attachments::person_id.eq(by),
            attachments::at.eq(now),
        ))
        .returning(attachments::id)
        .get_result(&mut **tx)?)
}

/// Finds an attachment.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_attachment(conn: &mut AnyConnection, scope: &Scope, id: i64) -> Result<Attachment> {
    let query = in_scope!(Attachment::query().into_boxed(), scope, attachments::customer_id);
    query.filter(attachments::id.eq(id)).first(conn).optional()?.ok_or(Error::NotFound("file"))
}

/// The attachments of an asset that the caller has found within the scope, the newest first.
///
/// # Errors
/// The database's.
pub fn list_attachments(conn: &mut AnyConnection, asset_id: i64) -> Result<Vec<Attachment>> {
    Ok(each_backend!(conn, c => {
        let query = Attachment::query().filter(attachments::asset_id.eq(asset_id));
        query.order(attachments::id.desc()).limit(200).load(c)
    })?)
}

/// The photos of these items, and those of these tests, that were not withdrawn, the latest first.
///
/// # Errors
/// The database's.
pub fn list_photos_of(
    conn: &mut AnyConnection,
    customer_id: i64,
    (assets, tests): (&[i64], &[String]),
) -> Result<Vec<Attachment>> {
    let photos = || {
        let query = Attachment::query().into_boxed().filter(attachments::customer_id.eq(customer_id));
        query.filter(attachments::thumbnail_hash.is_not_null().and(attachments::withdrawn_at.is_null()))
    };
    let mut found: Vec<Attachment> = vec![];
    for ids in assets.chunks(BATCH) {
        let of = photos().filter(attachments::asset_id.eq_any(ids.to_vec()));
        found.extend(of.load(conn)?);
    }
    for ids in tests.chunks(BATCH) {
        let of = photos().filter(attachments::test_id.eq_any(ids.to_vec()));
        found.extend(of.load(conn)?);
    }
    found.sort_by_key(|photo| std::cmp::Reverse(photo.id));
    found.dedup_by_key(|photo| photo.id);
    Ok(found)
}

/// Ids in one statement.
const BATCH: usize = 500;

/// Withdraws an attachment; its bytes stay.
///
/// # Errors
/// [`Error::Taken`] when it is withdrawn already.
pub fn withdraw_attachment(tx: &mut Tx, id: i64) -> Result<()> {
    let now = Moment::from(tx.now);
    let target = attachments::table.filter(attachments::id.eq(id).and(attachments::withdrawn_at.is_null()));
    match diesel::update(target).set(attachments::withdrawn_at.eq(now)).execute(&mut **tx)? {
        0 => Err(Error::Taken("this file is withdrawn already".to_owned())),
        _ => Ok(()),
    }
}
