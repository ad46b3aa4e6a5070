//! The append-only ledger: one chain of hashes per customer over what was recorded.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use sha2::{Digest, Sha256};

use crate::each_backend;
use crate::error::Result;
use crate::portable::AnyConnection;
use crate::schema::{ledger, ledger_heads};
use crate::types::Moment;

/// The version of the canonical form that this binary writes.
pub const FORM: i64 = 1;

/// Something to be written down for good. `body` is its canonical form: integers with units, no floats,
/// fields in a fixed order, people as salted commitments.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it is, such as "test".
    pub kind: &'static str,
    /// The record's own id.
    pub record_id: String,
    /// Hash over the columns of the row by which the record is found, so that a change there shows too.
    pub row_hash: String,
    /// The canonical form.
    pub body: String,
}

/// Where an entry came to stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its number in the customer's chain, from 1.
    pub seq: i64,
    /// The chain's hash up to and with it, in hexadecimal.
    pub hash: String,
}

/// An entry as it stands in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = ledger)]
pub struct Record {
    /// Whose chain it is in.
    pub customer_id: i64,
    /// Its number in the chain, from 1.
    pub seq: i64,
    /// Version of the canonical form.
    pub form: i64,
    /// What it is.
    pub kind: String,
    /// The record's own id.
    pub record_id: String,
    /// When it was written down.
    pub at: Moment,
    /// Hash over the columns of its row.
    pub row_hash: String,
    /// The canonical form.
    pub body: String,
    /// The chain's hash up to and with it.
    pub hash: String,
}

impl Record {
    /// An entry chained to the one before it.
    fn chained(previous: &str, (customer_id, seq): (i64, i64), at: DateTime<Utc>, entry: &Entry) -> Self {
        let mut record = Self {
            customer_id,
            seq,
            form: FORM,
            kind: entry.kind.to_owned(),
            record_id: entry.record_id.clone(),
            at: Moment::from(at),
            row_hash: entry.row_hash.clone(),
            body: entry.body.clone(),
            hash: String::new(),
        };
        record.hash = record.chain_hash(previous);
        record
    }

    /// The hash that it gives the chain when it follows `previous`.
    pub fn chain_hash(&self, previous: &str) -> String {
        let hash = RowHash::default().text(previous).number(self.customer_id).number(self.seq);
        let hash = hash.number(self.form).text(&self.kind).text(&self.record_id).moment(self.at);
        hash.text(&self.row_hash).text(&self.body).finish()
    }
}

/// Hashes columns one after the other, each with its length, so that nothing can move from one into the next.
#[derive(Default)]
pub struct RowHash(Sha256);

impl RowHash {
    /// A text.
    pub fn text(mut self, text: &str) -> Self {
        self.0.update((text.len() as u64).to_be_bytes());
        self.0.update(text.as_bytes());
        self
    }

    /// A number.
    pub fn number(self, number: i64) -> Self {
        self.text(&number.to_string())
    }

    /// A moment, to the microsecond that is stored.
    pub fn moment(self, moment: Moment) -> Self {
        self.number(moment.utc().timestamp_micros())
    }

    /// A column that may be empty, which differs from an empty text.
    pub fn optional(mut self, text: Option<&str>) -> Self {
        self.0.update([u8::from(text.is_some())]);
        self.text(text.unwrap_or_default())
    }

    /// A number that may be absent.
    pub fn optional_number(self, number: Option<i64>) -> Self {
        self.optional(number.map(|number| number.to_string()).as_deref())
    }

    /// The hash in hexadecimal.
    pub fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

/// Bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(if value < 10 { b'0' + value } else { b'a' + value - 10 });
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// SHA-256 of bytes in hexadecimal: the name of a file, the stored form of a secret.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Appends to a customer's chain. Taking the head locks the chain until the end of the transaction,
/// so everything that can go before this goes before it.
pub(crate) fn append(
    conn: &mut AnyConnection,
    customer_id: i64,
    at: DateTime<Utc>,
    entry: &Entry,
) -> Result<Place> {
    let head = ledger_heads::table.find(customer_id);
    let (seq, previous): (i64, String) = diesel::update(head)
        .set(ledger_heads::seq.eq(ledger_heads::seq + 1))
        .returning((ledger_heads::seq, ledger_heads::hash))
        .get_result(conn)?;
    let record = Record::chained(&previous, (customer_id, seq), at, entry);
    diesel::insert_into(ledger::table).values(&record).execute(conn)?;
    let hash = record.hash;
    diesel::update(head).set(ledger_heads::hash.eq(&hash)).execute(conn)?;
    Ok(Place { seq, hash })
}

/// Entries per statement: SQLite binds at most 32,766 values in one.
const BATCH: usize = 1000;

/// Appends many entries to a customer's chain at once, each with its own time; gives each one's place.
pub(crate) fn append_batch(
    conn: &mut AnyConnection,
    customer_id: i64,
    entries: &[(DateTime<Utc>, &Entry)],
) -> Result<Vec<Place>> {
    let head = ledger_heads::table.find(customer_id);
    let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
    let (last, mut hash): (i64, String) = diesel::update(head)
        .set(ledger_heads::seq.eq(ledger_heads::seq + count))
        .returning((ledger_heads::seq, ledger_heads::hash))
        .get_result(conn)?;
    let mut records: Vec<Record> = Vec::with_capacity(entries.len());
    for ((at, entry), seq) in entries.iter().zip(last - count + 1..) {
        let record = Record::chained(&hash, (customer_id, seq), *at, entry);
        hash = record.hash.clone();
        records.push(record);
    }
    for records in records.chunks(BATCH) {
        each_backend!(&mut *conn, c => diesel::insert_into(ledger::table).values(records).execute(c))?;
    }
    diesel::update(head).set(ledger_heads::hash.eq(&hash)).execute(conn)?;
    Ok(records.into_iter().map(|record| Place { seq: record.seq, hash: record.hash }).collect())
}

/// Starts a new customer's chain.
pub(crate) fn open_chain(conn: &mut AnyConnection, customer_id: i64) -> Result<()> {
    diesel::insert_into(ledger_heads::table)
        .values((
            ledger_heads::customer_id.eq(customer_id),
            ledger_heads::seq.eq(0),
            ledger_heads::hash.eq(""),
        ))
        .execute(conn)?;
    Ok(())
}
