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

/// The hash that an entry gives the chain when it follows `previous`.
pub fn chain_hash(previous: &str, customer_id: i64, seq: i64, entry: &Entry) -> String {
    let mut sha = Sha256::new();
    for part in [
        previous,
        &customer_id.to_string(),
        &seq.to_string(),
        &FORM.to_string(),
        entry.kind,
        &entry.record_id,
    ] {
        sha.update(part.as_bytes());
        sha.update([0]);
    }
    sha.update(entry.body.as_bytes());
    hex(&sha.finalize())
}

/// Bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
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
    let hash = chain_hash(&previous, customer_id, seq, entry);
    diesel::insert_into(ledger::table)
        .values((
            ledger::customer_id.eq(customer_id),
            ledger::seq.eq(seq),
            ledger::form.eq(FORM),
            ledger::kind.eq(entry.kind),
            ledger::record_id.eq(&entry.record_id),
            ledger::at.eq(Moment::from(at)),
            ledger::body.eq(&entry.body),
            ledger::hash.eq(&hash),
        ))
        .execute(conn)?;
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
    let mut places: Vec<Place> = Vec::with_capacity(entries.len());
    for ((_, entry), seq) in entries.iter().zip(last - count + 1..) {
        hash = chain_hash(&hash, customer_id, seq, entry);
        places.push(Place { seq, hash: hash.clone() });
    }
    for (entries, places) in entries.chunks(BATCH).zip(places.chunks(BATCH)) {
        let rows: Vec<_> = entries
            .iter()
            .zip(places)
            .map(|((at, entry), place)| {
                (
                    ledger::customer_id.eq(customer_id),
                    ledger::seq.eq(place.seq),
                    ledger::form.eq(FORM),
                    ledger::kind.eq(entry.kind),
                    ledger::record_id.eq(&entry.record_id),
                    ledger::at.eq(Moment::from(*at)),
                    ledger::body.eq(&entry.body),
                    ledger::hash.eq(&place.hash),
                )
            })
            .collect();
        each_backend!(&mut *conn, c => diesel::insert_into(ledger::table).values(&rows).execute(c))?;
    }
    diesel::update(head).set(ledger_heads::hash.eq(&hash)).execute(conn)?;
    Ok(places)
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

/// Walks a customer's chain and gives its head.
///
/// # Errors
/// The number of the first record that does not fit, in words.
pub fn check_chain(conn: &mut AnyConnection, customer_id: i64) -> Result<std::result::Result<Place, String>> {
    type Row = (i64, String, String, String, String);
    let columns = (ledger::seq, ledger::kind, ledger::record_id, ledger::body, ledger::hash);
    let (head_seq, head_hash): (i64, String) =
        ledger_heads::table.find(customer_id).select((ledger_heads::seq, ledger_heads::hash)).first(conn)?;
    let mut place = Place { seq: 0, hash: String::new() };
    loop {
        let page: Vec<Row> = ledger::table
            .filter(ledger::customer_id.eq(customer_id).and(ledger::seq.gt(place.seq)))
            .order(ledger::seq)
            .limit(5000)
            .select(columns)
            .load(conn)?;
        if page.is_empty() {
            break;
        }
        for (seq, kind, record_id, body, hash) in page {
            let kind = crate::ledger::kind_of(&kind);
            let expected = chain_hash(&place.hash, customer_id, seq, &Entry { kind, record_id, body });
            if seq != place.seq + 1 || hash != expected {
                return Ok(Err(format!("record {seq} of customer {customer_id} does not fit the chain")));
            }
            place = Place { seq, hash };
        }
    }
    match (place.seq, &place.hash) == (head_seq, &head_hash) {
        true => Ok(Ok(place)),
        false => Ok(Err(format!(
            "the chain of customer {customer_id} ends at {} and should end at {head_seq}",
            place.seq
        ))),
    }
}

fn kind_of(text: &str) -> &'static str {
    ["test", "release", "certificate"].into_iter().find(|kind| *kind == text).unwrap_or("unknown")
}
