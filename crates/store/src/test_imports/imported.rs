//! Which test came from which record, and what else an import brought in: photos, and who names in files are.

use std::collections::BTreeSet;

use diesel::prelude::*;

use crate::error::Result;
use crate::history_links::Belonging;
use crate::portable::AnyConnection;
use crate::schema::{import_photos, import_testers, imported_tests, people};
use crate::{Tx, each_backend};

/// A test that a record became.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = imported_tests, treat_none_as_default_value = false)]
pub struct ImportedTest {
    /// Whose asset it is.
    pub customer_id: i64,
    /// The asset.
    pub asset_id: i64,
    /// Hash of when it was done and what was found.
    pub content: String,
    /// The test.
    pub test_id: String,
    /// The import.
    pub import_id: i64,
    /// The record's number in the file.
    pub record: i64,
    /// The version of the asset that this record made; none where it was there before.
    pub made_version: Option<i64>,
}

/// A photo of a container, drawn anew.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = import_photos, treat_none_as_default_value = false)]
pub struct ImportPhoto {
    /// The import.
    pub import_id: i64,
    /// The record that it belongs to.
    pub record: i64,
    /// Its number within the record, from 1.
    pub number: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// Its name in the container.
    pub name: String,
    /// Hash of the picture.
    pub hash: String,
    /// Hash of the small picture.
    pub thumbnail_hash: String,
    /// The attachment that it became.
    pub attachment_id: Option<i64>,
}

/// Writes down which tests came from which records.
///
/// # Errors
/// The database's.
pub fn insert_imported_tests(tx: &mut Tx, rows: &[ImportedTest]) -> Result<()> {
    for rows in rows.chunks(1000) {
        each_backend!(&mut **tx, c => diesel::insert_into(imported_tests::table).values(rows).execute(c))?;
    }
    Ok(())
}

/// Which of these contents of a customer's assets are there already.
///
/// # Errors
/// The database's.
pub fn imported_contents(
    conn: &mut AnyConnection,
    customer_id: i64,
    pairs: &BTreeSet<(i64, &str)>,
) -> Result<BTreeSet<(i64, String)>> {
    let mut found = BTreeSet::new();
    let ids: BTreeSet<i64> = pairs.iter().map(|(asset_id, _)| *asset_id).collect();
    // A thing has what came in under each name that it had.
    let belonging = Belonging::load(conn, &ids.into_iter().collect::<Vec<_>>())?;
    let names = |asset_id: i64| match belonging.homes.is_empty() {
        true => vec![asset_id],
        false => belonging.members(asset_id),
    };
    let pairs: Vec<(i64, &str)> =
        pairs.iter().flat_map(|pair| names(pair.0).into_iter().map(|id| (id, pair.1))).collect();
    for pairs in pairs.chunks(100) {
        // Asked pair by pair: of two lists SQLite would look up each asset with each content.
        let mut query =
            imported_tests::table.select((imported_tests::asset_id, imported_tests::content)).into_boxed();
        for (asset_id, content) in pairs {
            let of = imported_tests::customer_id.eq(customer_id).and(imported_tests::asset_id.eq(*asset_id));
            query = query.or_filter(of.and(imported_tests::content.eq(*content)));
        }
        let rows = query.load::<(i64, String)>(conn)?;
        found.extend(rows.into_iter().map(|(asset_id, content)| (belonging.home(asset_id), content)));
    }
    Ok(found)
}

/// The tests of an import behind a record, in the order of the file.
///
/// # Errors
/// The database's.
pub fn list_imported(
    conn: &mut AnyConnection,
    import_id: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<ImportedTest>> {
    let query = ImportedTest::query()
        .filter(imported_tests::import_id.eq(import_id).and(imported_tests::record.gt(after)));
    Ok(query.order(imported_tests::record).limit(limit).load(conn)?)
}

/// Forgets which tests some records became, once they are withdrawn: the file may be imported again.
///
/// # Errors
/// The database's.
pub fn delete_imported(tx: &mut Tx, import_id: i64, (from, to): (i64, i64)) -> Result<()> {
    let target = imported_tests::table
        .filter(imported_tests::import_id.eq(import_id))
        .filter(imported_tests::record.ge(from).and(imported_tests::record.le(to)));
    diesel::delete(target).execute(&mut **tx)?;
    Ok(())
}

/// Keeps a photo for when its record is published.
///
/// # Errors
/// The database's.
pub fn insert_photo(tx: &mut Tx, photo: &ImportPhoto) -> Result<()> {
    let target = import_photos::table.find((photo.import_id, photo.record, photo.number));
    diesel::delete(target).execute(&mut **tx)?;
    diesel::insert_into(import_photos::table).values(photo).execute(&mut **tx)?;
    Ok(())
}

/// The photos of an import's records from one number to another, both included.
///
/// # Errors
/// The database's.
pub fn list_photos(
    conn: &mut AnyConnection,
    import_id: i64,
    (from, to): (i64, i64),
) -> Result<Vec<ImportPhoto>> {
    let query = ImportPhoto::query()
        .filter(import_photos::import_id.eq(import_id))
        .filter(import_photos::record.ge(from).and(import_photos::record.le(to)));
    Ok(query.order((import_photos::record, import_photos::number)).load(conn)?)
}

/// Writes down which attachment a photo became.
///
/// # Errors
/// The database's.
pub fn set_photo_attached(tx: &mut Tx, photo: &ImportPhoto, attachment_id: Option<i64>) -> Result<()> {
    diesel::update(import_photos::table.find((photo.import_id, photo.record, photo.number)))
        .set(import_photos::attachment_id.eq(attachment_id))
        .execute(&mut **tx)?;
    Ok(())
}

/// The person whom a name in a customer's files was taken for before.
///
/// # Errors
/// The database's.
pub fn find_tester(conn: &mut AnyConnection, customer_id: i64, name: &str) -> Result<Option<i64>> {
    let ids: Vec<i64> = import_testers::table
        .filter(import_testers::customer_id.eq(customer_id))
        .select(import_testers::person_id)
        .load(conn)?;
    let named = people::table.filter(people::id.eq_any(ids).and(people::name.eq(name)));
    Ok(named.order(people::id).select(people::id).first(conn).optional()?)
}

/// Writes down that a customer's files name a person.
///
/// # Errors
/// The database's.
pub fn insert_tester(tx: &mut Tx, customer_id: i64, person_id: i64) -> Result<()> {
    diesel::insert_into(import_testers::table)
        .values((import_testers::customer_id.eq(customer_id), import_testers::person_id.eq(person_id)))
        .execute(&mut **tx)?;
    Ok(())
}
