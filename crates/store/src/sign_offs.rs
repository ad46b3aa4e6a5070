//! Signatures of customers' representatives: rows in front of the ledger. Appended, never altered.

use diesel::prelude::*;

use crate::Tx;
use crate::error::Result;
use crate::ledger::{self, Entry, RowHash};
use crate::people::{Person, find_person};
use crate::portable::AnyConnection;
use crate::schema::sign_offs;
use crate::types::Moment;

/// A signature for some records.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = sign_offs)]
pub struct SignOff {
    /// Id.
    pub id: String,
    /// Whose site it is.
    pub customer_id: i64,
    /// Its number in the customer's ledger; given when it is inserted.
    pub seq: i64,
    /// The site.
    pub site_id: i64,
    /// SHA-256 of what was signed for.
    pub records_hash: String,
    /// Who signed.
    pub person_id: i64,
    /// When.
    pub at: Moment,
}

impl SignOff {
    /// Hash over its columns, but for the customer and number that the ledger has itself.
    pub fn row_hash(&self) -> String {
        let hash = RowHash::default().text(&self.id).number(self.site_id).text(&self.records_hash);
        hash.number(self.person_id).moment(self.at).finish()
    }
}

/// Writes a signature to the ledger and its row behind it; the last thing a transaction does.
///
/// # Errors
/// The database's.
pub fn insert_sign_off(tx: &mut Tx, mut row: SignOff, body: String) -> Result<()> {
    let entry = Entry { kind: "sign_off", record_id: row.id.clone(), row_hash: row.row_hash(), body };
    row.seq = ledger::append(tx, row.customer_id, row.at.utc(), &entry)?.seq;
    diesel::insert_into(sign_offs::table).values(&row).execute(&mut **tx)?;
    Ok(())
}

/// The last signature for just these records, and who gave it.
///
/// # Errors
/// The database's.
pub fn find_sign_off(
    conn: &mut AnyConnection,
    (customer_id, site_id): (i64, i64),
    records_hash: &str,
) -> Result<Option<(SignOff, Person)>> {
    let query = SignOff::query()
        .filter(sign_offs::customer_id.eq(customer_id).and(sign_offs::site_id.eq(site_id)))
        .filter(sign_offs::records_hash.eq(records_hash));
    let found: Option<SignOff> = query.order(sign_offs::seq.desc()).first(conn).optional()?;
    match found {
        Some(sign_off) => Ok(find_person(conn, sign_off.person_id)?.map(|person| (sign_off, person))),
        None => Ok(None),
    }
}
