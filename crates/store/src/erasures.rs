//! Erasing a person: names, salts, log-in and the documents that name them. What was proven stays proven.

mod people;
mod texts;

pub use people::{Named, documents_of, erase_people, list_named};
pub use texts::{FIXED_TEXTS, TEXTS, Text, count_texts, replace_texts};

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::Tx;
use crate::certificates::CertificateRow;
use crate::error::Result;
use crate::ledger::{self, Entry, RowHash};
use crate::portable::AnyConnection;
use crate::schema::{certificates, erasing, erasures, files};
use crate::types::{Json, Moment};

/// That documents of a customer were removed.
#[derive(Debug, Clone, PartialEq, HasQuery)]
#[diesel(table_name = erasures)]
pub struct ErasureRow {
    /// Id.
    pub id: String,
    /// Whose documents they were.
    pub customer_id: i64,
    /// Its number in the customer's ledger; given when it is inserted.
    pub seq: i64,
    /// Who did it; none for the operator of the machine.
    pub person_id: Option<i64>,
    /// When.
    pub at: Moment,
    /// SHA-256 of each document removed.
    pub files: Json<Vec<String>>,
}

impl ErasureRow {
    /// Hash over its columns, but for the customer and number that the ledger has itself.
    pub fn row_hash(&self) -> String {
        let hash = RowHash::default().text(&self.id).optional_number(self.person_id).moment(self.at);
        hash.text(&self.files.0.join(" ")).finish()
    }
}

/// Lets names be taken out of what else refuses every change, for as long as `work` takes.
///
/// # Errors
/// What `work` says.
pub fn with_erasing<T, E: From<crate::Error>>(
    tx: &mut Tx,
    work: impl FnOnce(&mut Tx) -> std::result::Result<T, E>,
) -> std::result::Result<T, E> {
    let begin = diesel::insert_into(erasing::table).values(erasing::one.eq(1)).execute(&mut **tx);
    begin.map_err(crate::Error::from)?;
    let done = work(tx)?;
    diesel::delete(erasing::table).execute(&mut **tx).map_err(crate::Error::from)?;
    Ok(done)
}

/// Removes documents of a customer and writes so to the ledger; the last thing a transaction does. Between
/// [`with_erasing`]'s beginning and end.
///
/// # Errors
/// The database's.
pub fn erase_documents(tx: &mut Tx, mut row: ErasureRow, body: String) -> Result<()> {
    let gone = files::table.filter(files::hash.eq_any(row.files.0.clone()).and(files::erased_at.is_null()));
    diesel::update(gone)
        .set((files::bytes.eq(Vec::<u8>::new()), files::erased_at.eq(Some(row.at))))
        .execute(&mut **tx)?;
    let entry = Entry { kind: "erasure", record_id: row.id.clone(), row_hash: row.row_hash(), body };
    row.seq = ledger::append(tx, row.customer_id, row.at.utc(), &entry)?.seq;
    diesel::insert_into(erasures::table)
        .values((
            erasures::id.eq(&row.id),
            erasures::customer_id.eq(row.customer_id),
            erasures::seq.eq(row.seq),
            erasures::person_id.eq(row.person_id),
            erasures::at.eq(row.at),
            erasures::files.eq(String::from(Json(row.files.0.clone()))),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// The hashes of all documents that were removed with a record of it, and when each first was.
///
/// # Errors
/// The database's.
pub fn erased_files(conn: &mut AnyConnection) -> Result<BTreeMap<String, Moment>> {
    let lists: Vec<(Moment, Json<Vec<String>>)> =
        erasures::table.select((erasures::at, erasures::files)).load(conn)?;
    let mut found = BTreeMap::new();
    for (at, hash) in lists.into_iter().flat_map(|(at, list)| list.0.into_iter().map(move |hash| (at, hash)))
    {
        let first = found.entry(hash).or_insert(at);
        *first = at.min(*first);
    }
    Ok(found)
}

/// Whether a document was removed.
///
/// # Errors
/// The database's.
pub fn is_erased(conn: &mut AnyConnection, hash: &str) -> Result<bool> {
    let erased = files::table.filter(files::hash.eq(hash).and(files::erased_at.is_not_null()));
    Ok(erased.count().get_result::<i64>(conn)? > 0)
}

/// The certificates whose latest revision was removed: they wait for one without the name.
///
/// # Errors
/// The database's.
pub fn list_waiting(conn: &mut AnyConnection) -> Result<Vec<CertificateRow>> {
    let rows: Vec<CertificateRow> = CertificateRow::query()
        .inner_join(files::table)
        .filter(files::erased_at.is_not_null())
        .order(certificates::id)
        .load(conn)?;
    let mut waiting = vec![];
    for row in rows {
        if !crate::certificates::is_superseded(conn, &row)? {
            waiting.push(row);
        }
    }
    Ok(waiting)
}
