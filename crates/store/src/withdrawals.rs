//! Withdrawals: that a test was taken back without a correction, appended to the ledger behind it.

use std::collections::BTreeSet;

use diesel::prelude::*;

use crate::error::{Result, taken};
use crate::ledger::{self, Entry, RowHash};
use crate::portable::AnyConnection;
use crate::schema::withdrawals;
use crate::types::Moment;
use crate::{Tx, each_backend};

/// A withdrawal.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = withdrawals, treat_none_as_default_value = false)]
pub struct WithdrawalRow {
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
    /// The import that was undone.
    pub import_id: Option<i64>,
    /// Who decided.
    pub person_id: Option<i64>,
    /// When.
    pub at: Moment,
    /// Why.
    pub reason: String,
}

impl WithdrawalRow {
    /// Hash over its columns, but for the customer and number that the ledger has itself.
    pub fn row_hash(&self) -> String {
        let hash = RowHash::default().text(&self.id).number(self.asset_id).text(&self.test_id);
        let hash = hash.optional_number(self.import_id).optional_number(self.person_id);
        hash.moment(self.at).text(&self.reason).finish()
    }
}

/// Writes withdrawals of one customer's tests, each with its canonical form, to the ledger and their rows behind it;
/// the last thing a transaction does.
///
/// # Errors
/// [`crate::Error::Taken`] when one of the tests is withdrawn already.
pub fn insert_withdrawals(tx: &mut Tx, customer_id: i64, batch: Vec<(WithdrawalRow, String)>) -> Result<()> {
    let entries: Vec<Entry> = batch
        .iter()
        .map(|(row, body)| Entry {
            kind: "withdrawal",
            record_id: row.id.clone(),
            row_hash: row.row_hash(),
            body: body.clone(),
        })
        .collect();
    let timed: Vec<_> = entries.iter().zip(&batch).map(|(entry, (row, _))| (row.at.utc(), entry)).collect();
    let places = ledger::append_batch(tx, customer_id, &timed)?;
    let mut rows: Vec<WithdrawalRow> = batch.into_iter().map(|(row, _)| row).collect();
    for (row, place) in rows.iter_mut().zip(places) {
        (row.customer_id, row.seq) = (customer_id, place.seq);
    }
    for rows in rows.chunks(1000) {
        let insert =
            each_backend!(&mut **tx, c => diesel::insert_into(withdrawals::table).values(rows).execute(c));
        taken(insert, || "one of these tests is withdrawn already".to_owned())?;
    }
    Ok(())
}

/// The withdrawal of a test, if it was withdrawn.
///
/// # Errors
/// The database's.
pub fn find_withdrawal(conn: &mut AnyConnection, test_id: &str) -> Result<Option<WithdrawalRow>> {
    Ok(WithdrawalRow::query().filter(withdrawals::test_id.eq(test_id)).first(conn).optional()?)
}

/// The withdrawn tests of some assets.
///
/// # Errors
/// The database's.
pub fn withdrawn_of_assets(conn: &mut AnyConnection, asset_ids: &[i64]) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for ids in asset_ids.chunks(1000) {
        let rows: Vec<String> = withdrawals::table
            .filter(withdrawals::asset_id.eq_any(ids.to_vec()))
            .select(withdrawals::test_id)
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}
