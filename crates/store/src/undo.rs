//! What stands on a test, so that taking the test back would pull it away.

use std::collections::BTreeSet;

use diesel::prelude::*;
use domain::certificate_evidence::CertificateEvidence;

use crate::error::{Error, Result};
use crate::portable::AnyConnection;
use crate::schema::{
    assets, attachments, certificates, custody, history_links, imported_tests, ledger, tests, withdrawals,
};

/// The numbers of the certificates that rest on some of these records of a customer's ledger.
///
/// # Errors
/// The database's, or that a certificate's record cannot be read.
pub fn certificates_over(
    conn: &mut AnyConnection,
    customer_id: i64,
    seqs: &BTreeSet<i64>,
) -> Result<Vec<String>> {
    let Some(first) = seqs.first() else { return Ok(vec![]) };
    // A certificate stands behind what it rests on.
    let issued: Vec<i64> = certificates::table
        .filter(certificates::customer_id.eq(customer_id).and(certificates::seq.gt(*first)))
        .order(certificates::seq)
        .select(certificates::seq)
        .load(conn)?;
    let mut found = vec![];
    for seq in issued {
        let body: String = ledger::table.find((customer_id, seq)).select(ledger::body).first(conn)?;
        let evidence = CertificateEvidence::parse(&body).map_err(|why| {
            let words = format!("record {seq} of customer {customer_id}: {why}");
            Error::Database(diesel::result::Error::DeserializationError(words.into()))
        })?;
        if evidence.tests.iter().any(|test| seqs.contains(test)) && !found.contains(&evidence.number) {
            found.push(evidence.number);
        }
    }
    Ok(found)
}

/// Which of these tests a later record corrects.
///
/// # Errors
/// The database's.
pub fn corrected(conn: &mut AnyConnection, ids: &[&str]) -> Result<Vec<String>> {
    let mut found = vec![];
    for ids in ids.chunks(1000) {
        let rows: Vec<Option<String>> = tests::table
            .filter(tests::supersedes.eq_any(ids.to_vec()))
            .select(tests::supersedes)
            .load(conn)?;
        found.extend(rows.into_iter().flatten());
    }
    Ok(found)
}

/// Whether nothing has touched an asset since it had this version: no edit, test, photo, part, link or hand-out.
///
/// # Errors
/// The database's.
pub fn untouched(conn: &mut AnyConnection, asset_id: i64, version: i64) -> Result<bool> {
    let now: i64 = assets::table.find(asset_id).select(assets::version).first(conn)?;
    let parts: i64 = assets::table.filter(assets::parent_id.eq(asset_id)).count().get_result(conn)?;
    let withdrawn = withdrawals::table.select(withdrawals::test_id);
    let tested: i64 = tests::table
        .filter(tests::asset_id.eq(asset_id).and(tests::id.ne_all(withdrawn)))
        .count()
        .get_result(conn)?;
    let waiting: i64 =
        imported_tests::table.filter(imported_tests::asset_id.eq(asset_id)).count().get_result(conn)?;
    let photos: i64 = attachments::table
        .filter(attachments::asset_id.eq(asset_id).and(attachments::withdrawn_at.is_null()))
        .count()
        .get_result(conn)?;
    let held: i64 = custody::table.filter(custody::asset_id.eq(asset_id)).count().get_result(conn)?;
    let touches = history_links::from_asset_id.eq(asset_id).or(history_links::to_asset_id.eq(asset_id));
    let linked: i64 = history_links::table.filter(touches).count().get_result(conn)?;
    Ok(now == version && parts + tested + waiting + photos + held + linked == 0)
}
