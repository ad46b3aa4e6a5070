//! What was added to a report: by whoever follows it, or by others with the same fault. Appended, never altered.

use diesel::prelude::*;
use domain::fault::NoteKind;

use crate::Tx;
use crate::error::{Result, taken};
use crate::faults::Fault;
use crate::portable::AnyConnection;
use crate::schema::fault_notes;
use crate::types::{Coded, Moment};

/// Something added.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = fault_notes)]
pub struct FaultNote {
    /// Id.
    pub id: i64,
    /// The report.
    pub fault_id: i64,
    /// What it is.
    pub kind: Coded<NoteKind>,
    /// The words; empty for somebody who is only affected too.
    pub text: String,
    /// Who added it; none for somebody without an account.
    pub person_id: Option<i64>,
    /// When.
    pub at: Moment,
}

/// Adds to a report that the caller has found.
///
/// # Errors
/// [`crate::Error::Taken`] when a note with this secret is there: it was sent twice.
pub fn insert_note(
    tx: &mut Tx,
    fault: &Fault,
    (kind, text): (NoteKind, &str),
    follow_hash: Option<&str>,
) -> Result<i64> {
    let insert = diesel::insert_into(fault_notes::table).values((
        fault_notes::fault_id.eq(fault.id),
        fault_notes::customer_id.eq(fault.customer_id),
        fault_notes::kind.eq(Coded(kind)),
        fault_notes::text.eq(text),
        fault_notes::person_id.eq(tx.actor.person_id()),
        fault_notes::follow_hash.eq(follow_hash),
        fault_notes::at.eq(Moment::from(tx.now)),
    ));
    let id = insert.returning(fault_notes::id).get_result(&mut **tx);
    taken(id, || "this was sent already".to_owned())
}

/// What was added to reports that the caller has found, the first first.
///
/// # Errors
/// The database's.
pub fn list_notes(conn: &mut AnyConnection, fault_ids: &[i64]) -> Result<Vec<FaultNote>> {
    let mut found = vec![];
    for ids in fault_ids.chunks(500) {
        let of = FaultNote::query().filter(fault_notes::fault_id.eq_any(ids.to_vec()));
        found.extend(of.order(fault_notes::id).load(conn)?);
    }
    Ok(found)
}
