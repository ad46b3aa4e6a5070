//! What a job sheet needs that no other list has, and the signatures on it. Signatures are appended, never altered.

use diesel::prelude::*;
use domain::equipment::TestKind;
use domain::verdict::Verdict;

use crate::Tx;
use crate::error::{Error, Result};
use crate::jobs::Job;
use crate::people::{Person, find_person};
use crate::portable::AnyConnection;
use crate::schema::{assets, certificates, faults, job_assets, job_signatures, people, tests, withdrawals};
use crate::types::{Coded, Moment};

/// A signature for a job as it stood.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = job_signatures, treat_none_as_default_value = false)]
pub struct JobSignature {
    /// Id.
    pub id: String,
    /// The job.
    pub job_id: i64,
    /// Whose job it is.
    pub customer_id: i64,
    /// Who signed.
    pub person_id: i64,
    /// SHA-256 of what was signed for.
    pub record_hash: String,
    /// SHA-256 of the person's salt and the picture of the signature.
    pub signature_commitment: String,
    /// SHA-256 of the paper as it was signed.
    pub pdf_hash: String,
    /// Who took it; none for the operator of the machine.
    pub recorded_by: Option<i64>,
    /// When.
    pub at: Moment,
}

/// Adds a signature for a job that the caller has found within the scope.
///
/// # Errors
/// The database's.
pub fn insert_signature(tx: &mut Tx, signature: &JobSignature) -> Result<()> {
    diesel::insert_into(job_signatures::table).values(signature).execute(&mut **tx)?;
    Ok(())
}

/// The signatures for a job found within the scope, the latest first, each with who gave it.
///
/// # Errors
/// The database's.
pub fn list_signatures(conn: &mut AnyConnection, job_id: i64) -> Result<Vec<(JobSignature, Option<Person>)>> {
    let query = JobSignature::query().filter(job_signatures::job_id.eq(job_id));
    let rows: Vec<JobSignature> =
        query.order((job_signatures::at.desc(), job_signatures::id.desc())).limit(50).load(conn)?;
    let mut found = vec![];
    for row in rows {
        let person = find_person(conn, row.person_id)?;
        found.push((row, person));
    }
    Ok(found)
}

/// Finds a signature for a job found within the scope.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn find_signature(conn: &mut AnyConnection, job_id: i64, id: &str) -> Result<JobSignature> {
    let query = JobSignature::query().filter(job_signatures::job_id.eq(job_id));
    query.filter(job_signatures::id.eq(id)).first(conn).optional()?.ok_or(Error::NotFound("signature"))
}

/// A fault as it was reported.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct ReportedFault {
    /// When.
    pub at: Moment,
    /// In words.
    pub what: String,
    /// The tag of what it is about.
    pub tag: Option<String>,
}

/// The faults that a job found within the scope came from, in their order.
///
/// # Errors
/// The database's.
pub fn list_faults(conn: &mut AnyConnection, job_id: i64) -> Result<Vec<ReportedFault>> {
    let rows = faults::table.left_join(assets::table).filter(faults::job_id.eq(job_id)).order(faults::id);
    Ok(rows.select((faults::at, faults::what, assets::tag.nullable())).load(conn)?)
}

/// A test of an asset of a job while the job was open.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct JobTest {
    /// Its id.
    pub id: String,
    /// The tag of what was tested.
    pub tag: String,
    /// The kind.
    pub kind: Coded<TestKind>,
    /// When.
    pub at: Moment,
    /// Who tested.
    pub who: String,
    /// How it came out.
    pub verdict: Coded<Verdict>,
}

/// The tests of a job's assets from its opening to its closing that nothing corrected, in their order; each with the
/// number of its certificate where one was issued. The caller has found the job within the scope.
///
/// # Errors
/// The database's.
pub fn list_tests(conn: &mut AnyConnection, job: &Job) -> Result<Vec<(JobTest, Option<String>)>> {
    let of_job: Vec<i64> =
        job_assets::table.filter(job_assets::job_id.eq(job.id)).select(job_assets::asset_id).load(conn)?;
    let query = tests::table
        .inner_join(assets::table)
        .inner_join(people::table)
        .filter(tests::asset_id.eq_any(of_job).and(tests::performed_at.ge(job.opened_at)))
        .into_boxed();
    let query = match job.closed_at {
        Some(closed) => query.filter(tests::performed_at.le(closed)),
        None => query,
    };
    let columns = (tests::id, assets::tag, tests::kind, tests::performed_at, people::name, tests::verdict);
    let rows: Vec<JobTest> =
        query.order((tests::performed_at, tests::seq)).limit(500).select(columns).load(conn)?;
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let corrected: Vec<Option<String>> =
        tests::table.filter(tests::supersedes.eq_any(ids.clone())).select(tests::supersedes).load(conn)?;
    let issued: Vec<(Option<String>, String)> = certificates::table
        .filter(certificates::test_id.eq_any(ids))
        .select((certificates::test_id, certificates::number))
        .load(conn)?;
    let undone =
        withdrawals::table.filter(withdrawals::test_id.eq_any(rows.iter().map(|row| row.id.clone())));
    let undone: Vec<String> = undone.select(withdrawals::test_id).load(conn)?;
    let stands =
        |row: &JobTest| !undone.contains(&row.id) && !corrected.iter().flatten().any(|id| *id == row.id);
    let number = |row: &JobTest| {
        issued.iter().find(|(id, _)| id.as_deref() == Some(row.id.as_str())).map(|(_, number)| number.clone())
    };
    Ok(rows.iter().filter(|row| stands(row)).map(|row| (row.clone(), number(row))).collect())
}
