//! Photos and documents of tests by their hashes: attached and withdrawn in the ledger. Appended, never altered.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use crate::error::{Result, taken};
use crate::files::Attachment;
use crate::ledger::{self, Entry, RowHash};
use crate::portable::AnyConnection;
use crate::schema::{attachments, files, test_photos};
use crate::types::Moment;
use crate::{Tx, each_backend};

/// That a file was attached to a test, or withdrawn from it.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = test_photos, treat_none_as_default_value = false)]
pub struct TestPhoto {
    /// Id.
    pub id: String,
    /// Whose asset it is.
    pub customer_id: i64,
    /// Its number in the customer's ledger; given when it is inserted.
    pub seq: i64,
    /// The asset.
    pub asset_id: i64,
    /// The test.
    pub test_id: String,
    /// The attachment.
    pub attachment_id: i64,
    /// SHA-256 of the file.
    pub hash: String,
    /// SHA-256 of the small picture; none for a document.
    pub thumbnail_hash: Option<String>,
    /// Bytes of the file.
    pub size: i64,
    /// What the file is.
    pub media_type: String,
    /// The row that this one withdraws; none where it attaches.
    pub withdraws: Option<String>,
    /// Who attached or withdrew it; none for the operator of the machine.
    pub person_id: Option<i64>,
    /// When.
    pub at: Moment,
}

impl TestPhoto {
    /// Hash over its columns, but for the customer and number that the ledger has itself.
    pub fn row_hash(&self) -> String {
        let hash = RowHash::default().text(&self.id).number(self.asset_id).text(&self.test_id);
        let hash = hash.number(self.attachment_id).text(&self.hash);
        let hash = hash.optional(self.thumbnail_hash.as_deref()).number(self.size).text(&self.media_type);
        let hash = hash.optional(self.withdraws.as_deref()).optional_number(self.person_id);
        hash.moment(self.at).finish()
    }
}

/// Writes rows of one customer, each with its canonical form, to the ledger and to their table; the last thing a
/// transaction does.
///
/// # Errors
/// [`crate::Error::Taken`] when one of them was attached or withdrawn already.
pub fn insert_test_photos(tx: &mut Tx, customer_id: i64, batch: Vec<(TestPhoto, String)>) -> Result<()> {
    if batch.is_empty() {
        return Ok(());
    }
    let entry = |(row, body): &(TestPhoto, String)| Entry {
        kind: "test_photo",
        record_id: row.id.clone(),
        row_hash: row.row_hash(),
        body: body.clone(),
    };
    let entries: Vec<Entry> = batch.iter().map(entry).collect();
    let timed: Vec<_> = entries.iter().zip(&batch).map(|(entry, (row, _))| (row.at.utc(), entry)).collect();
    let places = ledger::append_batch(tx, customer_id, &timed)?;
    let mut rows: Vec<TestPhoto> = batch.into_iter().map(|(row, _)| row).collect();
    for (row, place) in rows.iter_mut().zip(places) {
        (row.customer_id, row.seq) = (customer_id, place.seq);
    }
    for rows in rows.chunks(1000) {
        let insert =
            each_backend!(&mut **tx, c => diesel::insert_into(test_photos::table).values(rows).execute(c));
        taken(insert, || "one of these photos is in the ledger already".to_owned())?;
    }
    Ok(())
}

/// What is known of files beside their bytes: media type and size, by hash.
///
/// # Errors
/// The database's.
pub fn facts_of_files(
    conn: &mut AnyConnection,
    hashes: &BTreeSet<&str>,
) -> Result<BTreeMap<String, (String, i64)>> {
    let mut found = BTreeMap::new();
    for hashes in hashes.iter().copied().collect::<Vec<_>>().chunks(1000) {
        let rows: Vec<(String, String, i64)> = files::table
            .filter(files::hash.eq_any(hashes.to_vec()))
            .select((files::hash, files::media_type, files::size))
            .load(conn)?;
        found.extend(rows.into_iter().map(|(hash, media_type, size)| (hash, (media_type, size))));
    }
    Ok(found)
}

/// Attachments by id, withdrawn or not; the caller has found them within the scope.
///
/// # Errors
/// The database's.
pub fn find_attachments(conn: &mut AnyConnection, ids: &[i64]) -> Result<BTreeMap<i64, Attachment>> {
    let mut found = BTreeMap::new();
    for ids in ids.chunks(1000) {
        let rows = Attachment::query().filter(attachments::id.eq_any(ids.to_vec())).load(conn)?;
        found.extend(rows.into_iter().map(|row: Attachment| (row.id, row)));
    }
    Ok(found)
}

/// The rows by which some attachments stand in the ledger.
///
/// # Errors
/// The database's.
pub fn list_attached(conn: &mut AnyConnection, attachment_ids: &[i64]) -> Result<Vec<TestPhoto>> {
    let mut found = vec![];
    for ids in attachment_ids.chunks(1000) {
        let query = TestPhoto::query().filter(test_photos::attachment_id.eq_any(ids.to_vec()));
        found.extend(query.filter(test_photos::withdraws.is_null()).load(conn)?);
    }
    Ok(found)
}

/// All that was attached to a test that the caller has found within the scope, or withdrawn from it, in its order.
///
/// # Errors
/// The database's.
pub fn list_test_photos(conn: &mut AnyConnection, test_id: &str) -> Result<Vec<TestPhoto>> {
    let query = TestPhoto::query().filter(test_photos::test_id.eq(test_id));
    Ok(query.order(test_photos::seq).load(conn)?)
}
