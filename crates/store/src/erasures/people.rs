//! Who is meant, what of them there is, and its removal.

use std::collections::BTreeSet;

use diesel::prelude::*;
use domain::permission::Role;

use crate::Tx;
use crate::certificates::{CertificateRow, find_evidence};
use crate::error::Result;
use crate::people::Person;
use crate::portable::AnyConnection;
use crate::schema::{
    api_tokens, assessments, certificates, faults, idempotency_keys, import_testers, job_assets, job_entries,
    job_signatures, job_watchers, jobs, mails, notices, password_resets, people, sessions, sign_offs, tests,
    uploads, user_customers, user_sites, users, visits,
};
use crate::tests::{TestRow, with_evidence};
use crate::types::{Coded, Moment};

/// Somebody whose name or address was searched for.
#[derive(Debug, Clone)]
pub struct Named {
    /// Who.
    pub person: Person,
    /// The role, for a user.
    pub role: Option<Role>,
    /// Tests recorded.
    pub tests: i64,
    /// Whether the name came with a tester's file.
    pub from_file: bool,
    /// Signatures for a customer.
    pub sign_offs: i64,
    /// Risk assessments signed as duty holder.
    pub assessments: i64,
    /// Faults reported.
    pub faults: i64,
    /// Visits that are open.
    pub open_visits: i64,
}

/// The most people found together.
const MOST: usize = 100;

/// Everybody not erased whose name or mail address holds these words, whatever the case.
///
/// # Errors
/// The database's.
pub fn list_named(conn: &mut AnyConnection, words: &str) -> Result<Vec<Named>> {
    let wanted = words.to_lowercase();
    let all: Vec<(i64, String, Option<String>)> = people::table
        .filter(people::erased_at.is_null())
        .order(people::id)
        .select((people::id, people::name, people::email))
        .load(conn)?;
    let holds = |text: &str| text.to_lowercase().contains(&wanted);
    let meant = all.into_iter().filter(|(_, name, email)| holds(name) || email.as_deref().is_some_and(holds));
    meant.take(MOST).map(|(id, ..)| named(conn, id)).collect()
}

fn named(conn: &mut AnyConnection, id: i64) -> Result<Named> {
    let role: Option<Coded<Role>> = users::table.find(id).select(users::role).first(conn).optional()?;
    let files = import_testers::table.filter(import_testers::person_id.eq(id));
    let open = visits::table.filter(visits::person_id.eq(id).and(visits::closed_at.is_null()));
    Ok(Named {
        person: Person::query().find(id).first(conn)?,
        role: role.map(|role| role.0),
        tests: tests::table.filter(tests::person_id.eq(id)).count().get_result(conn)?,
        from_file: files.count().get_result::<i64>(conn)? > 0,
        sign_offs: sign_offs::table.filter(sign_offs::person_id.eq(id)).count().get_result(conn)?,
        assessments: assessments::table
            .filter(assessments::duty_holder_id.eq(id))
            .count()
            .get_result(conn)?,
        faults: faults::table.filter(faults::person_id.eq(id)).count().get_result(conn)?,
        open_visits: open.count().get_result(conn)?,
    })
}

/// The documents that name somebody, not removed yet: customer and hash.
///
/// # Errors
/// The database's, or that a record cannot be read.
pub fn documents_of(conn: &mut AnyConnection, id: i64) -> Result<BTreeSet<(i64, String)>> {
    let own = assessments::duty_holder_id.eq(id).or(assessments::person_id.eq(id));
    let papers: Vec<(i64, String)> =
        assessments::table.filter(own).select((assessments::customer_id, assessments::hash)).load(conn)?;
    let mut found: BTreeSet<(i64, String)> = papers.into_iter().collect();
    found.extend(signed_sheets_of(conn, id)?);
    let signed: Vec<(i64, String)> = sign_offs::table
        .filter(sign_offs::person_id.eq(id))
        .select((sign_offs::customer_id, sign_offs::id))
        .load(conn)?;
    let signed: BTreeSet<(i64, String)> = signed.into_iter().collect();
    let visits: Vec<i64> = visits::table.filter(visits::person_id.eq(id)).select(visits::id).load(conn)?;
    let visits: BTreeSet<i64> = visits.into_iter().collect();
    let mut customers: Vec<i64> =
        certificates::table.select(certificates::customer_id).distinct().load(conn)?;
    customers.sort_unstable();
    for customer_id in customers {
        let named = records_of(conn, customer_id, id)?;
        let rows: Vec<CertificateRow> =
            CertificateRow::query().filter(certificates::customer_id.eq(customer_id)).load(conn)?;
        for row in rows {
            let evidence = find_evidence(conn, &row)?;
            let sign_off = evidence.sign_off.clone().is_some_and(|one| signed.contains(&(customer_id, one)));
            let visit = row.visit_id.is_some_and(|visit| visits.contains(&visit));
            let tests = evidence.tests.iter().any(|seq| named.contains(seq));
            if row.person_id == Some(id) || sign_off || visit || tests {
                found.insert((customer_id, row.hash));
            }
        }
    }
    let mut left = BTreeSet::new();
    for (customer_id, hash) in found {
        if !super::is_erased(conn, &hash)? {
            left.insert((customer_id, hash));
        }
    }
    Ok(left)
}

/// The signed job sheets that name somebody: who signed, who took the signature, who logged work on the job or tested
/// one of its assets. The sheet as it stands is drawn anew at any time.
fn signed_sheets_of(conn: &mut AnyConnection, id: i64) -> Result<Vec<(i64, String)>> {
    let logged = job_entries::table.filter(job_entries::person_id.eq(id)).select(job_entries::job_id);
    let at_it = jobs::table.filter(jobs::assignee_id.eq(id)).select(jobs::id);
    let tested = tests::table.filter(tests::person_id.eq(id)).select(tests::asset_id);
    let tested = job_assets::table.filter(job_assets::asset_id.eq_any(tested)).select(job_assets::job_id);
    let own = job_signatures::person_id.eq(id).or(job_signatures::recorded_by.eq(id).assume_not_null());
    let named = own
        .or(job_signatures::job_id.eq_any(logged))
        .or(job_signatures::job_id.eq_any(at_it))
        .or(job_signatures::job_id.eq_any(tested));
    let query = job_signatures::table.filter(named);
    Ok(query.select((job_signatures::customer_id, job_signatures::pdf_hash)).load(conn)?)
}

/// The numbers of a customer's tests that somebody did or corrected.
fn records_of(conn: &mut AnyConnection, customer_id: i64, id: i64) -> Result<BTreeSet<i64>> {
    let of_customer = tests::customer_id.eq(customer_id);
    let done: Vec<i64> =
        tests::table.filter(of_customer.and(tests::person_id.eq(id))).select(tests::seq).load(conn)?;
    let corrections: Vec<TestRow> =
        TestRow::query().filter(of_customer.and(tests::supersedes.is_not_null())).load(conn)?;
    let corrections = with_evidence(conn, corrections)?;
    let by = corrections
        .into_iter()
        .filter(|one| one.evidence.supersedes.as_ref().is_some_and(|correction| correction.by.id == id));
    Ok(done.into_iter().chain(by.map(|one| one.row.seq)).collect())
}

/// What stands where the name stood.
pub fn erased_name(id: i64) -> String {
    format!("erased (person {id})")
}

/// Empties what is known of somebody: name, address, initials, qualification, signature and the salt behind the
/// commitments; ends their log-in with all that belongs to it.
///
/// # Errors
/// The database's.
pub fn erase_people(tx: &mut Tx, ids: &[i64]) -> Result<()> {
    for id in ids {
        diesel::delete(sessions::table.filter(sessions::person_id.eq(id))).execute(&mut **tx)?;
        diesel::delete(api_tokens::table.filter(api_tokens::person_id.eq(id))).execute(&mut **tx)?;
        diesel::delete(password_resets::table.filter(password_resets::person_id.eq(id)))
            .execute(&mut **tx)?;
        let keys = idempotency_keys::table.filter(idempotency_keys::person_id.eq(id));
        diesel::delete(keys).execute(&mut **tx)?;
        diesel::delete(mails::table.filter(mails::person_id.eq(id))).execute(&mut **tx)?;
        diesel::delete(uploads::table.filter(uploads::person_id.eq(id))).execute(&mut **tx)?;
        diesel::delete(job_watchers::table.filter(job_watchers::person_id.eq(id))).execute(&mut **tx)?;
        diesel::delete(notices::table.filter(notices::person_id.eq(id))).execute(&mut **tx)?;
        diesel::delete(user_sites::table.filter(user_sites::person_id.eq(id))).execute(&mut **tx)?;
        diesel::delete(user_customers::table.filter(user_customers::person_id.eq(id))).execute(&mut **tx)?;
        diesel::delete(users::table.find(id)).execute(&mut **tx)?;
        // How to reach somebody leads to them as their name does.
        let reported = faults::table.filter(faults::person_id.eq(id));
        diesel::update(reported).set(faults::contact.eq("")).execute(&mut **tx)?;
        diesel::update(people::table.find(id))
            .set((
                people::salt.eq(""),
                people::name.eq(erased_name(*id)),
                people::email.eq(None::<String>),
                people::initials.eq(""),
                people::qualification.eq(""),
                people::signature.eq(None::<Vec<u8>>),
                people::erased_at.eq(Some(Moment::from(tx.now))),
                people::version.eq(people::version + 1),
            ))
            .execute(&mut **tx)?;
    }
    Ok(())
}
