//! What a label says of an asset, for thousands of assets at once.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::asset::Lifecycle;
use domain::equipment::{EquipmentClass, TestKind};
use domain::history_link::NOW;
use domain::standing::TestRecord;
use domain::tag::fold;
use domain::verdict::Verdict;

use crate::access::Scope;
use crate::error::Result;
use crate::history_links::Belonging;
use crate::portable::AnyConnection;
use crate::schema::{assets, customers, people, places, sites, tags, tests};
use crate::types::{Coded, Moment};
use crate::withdrawals::withdrawn_of_assets;

/// Ids in one statement.
const BATCH: usize = 500;

/// An asset as its label needs it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct LabelRow {
    /// The asset.
    pub id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// The active tag, as printed.
    pub tag: String,
    /// The customer's own number.
    pub customer_number: Option<String>,
    /// What it is.
    pub description: String,
    /// Make.
    pub make: String,
    /// Model.
    pub model: String,
    /// Serial number.
    pub serial: String,
    /// Equipment class.
    pub equipment_class: Option<Coded<EquipmentClass>>,
    /// Where it is in its life.
    pub lifecycle: Coded<Lifecycle>,
    /// Why it is locked, if it is.
    pub lock_cause: Option<String>,
    /// The first day on which something falls due.
    pub due_on: Option<NaiveDate>,
    /// The customer's name.
    pub customer: String,
    /// Whether the duty holder asked in writing for the next date on labels.
    pub label_next_due: bool,
    /// The site's name.
    pub site: String,
    /// The IANA name of the site's time zone.
    pub time_zone: String,
    /// The place's path within the site.
    pub place: Option<String>,
}

/// A test of an asset, and who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tested {
    /// The test's id.
    pub id: String,
    /// The test.
    pub record: TestRecord,
    /// Who did it.
    pub person_id: i64,
    /// Their initials.
    pub initials: String,
}

/// The assets with these ids that lie within the scope, by place and then by tag.
///
/// # Errors
/// The database's.
pub fn list_label_rows(conn: &mut AnyConnection, scope: &Scope, ids: &[i64]) -> Result<Vec<LabelRow>> {
    let mut found: Vec<LabelRow> = Vec::with_capacity(ids.len());
    for ids in ids.chunks(BATCH) {
        let rows: Vec<LabelRow> = assets::table
            .inner_join(customers::table.on(customers::id.eq(assets::customer_id)))
            .inner_join(sites::table.on(sites::id.eq(assets::site_id)))
            .left_join(places::table.on(assets::place_id.eq(places::id.nullable())))
            .filter(assets::id.eq_any(ids))
            .select((
                assets::id,
                assets::customer_id,
                assets::tag,
                assets::customer_number,
                assets::description,
                assets::make,
                assets::model,
                assets::serial,
                assets::equipment_class,
                assets::lifecycle,
                assets::lock_cause,
                assets::due_on,
                customers::name,
                customers::label_next_due,
                sites::name,
                sites::time_zone,
                places::path.nullable(),
            ))
            .load(conn)?;
        found.extend(rows.into_iter().filter(|row| scope.holds(row.customer_id)));
    }
    let key = |row: &LabelRow| (row.customer.clone(), row.site.clone(), row.place.clone(), row.tag.clone());
    found.sort_by_cached_key(key);
    Ok(found)
}

/// The assets that tags are on, by folded form; a tag outside the scope is left out like an unknown one.
///
/// # Errors
/// The database's.
pub fn find_tagged(
    conn: &mut AnyConnection,
    scope: &Scope,
    codes: &[String],
) -> Result<BTreeMap<String, i64>> {
    let mut found = BTreeMap::new();
    let folded: Vec<String> = codes.iter().map(|code| fold(code)).collect();
    for folded in folded.chunks(BATCH) {
        type Row = (String, Option<i64>, Option<i64>);
        let rows: Vec<Row> = tags::table
            .filter(tags::folded.eq_any(folded))
            .select((tags::folded, tags::customer_id, tags::asset_id))
            .load(conn)?;
        let seen = rows.into_iter().filter(|(_, customer, _)| customer.is_some_and(|id| scope.holds(id)));
        found.extend(seen.filter_map(|(folded, _, asset)| Some((folded, asset?))));
    }
    Ok(found)
}

/// Every test of these assets, by asset; those that a later record corrects are left out.
///
/// # Errors
/// The database's.
pub fn list_tested(conn: &mut AnyConnection, ids: &[i64]) -> Result<BTreeMap<i64, Vec<Tested>>> {
    type Row = (String, i64, i64, Coded<TestKind>, Coded<Verdict>, Moment, Option<String>, i64, String, bool);
    let mut found: BTreeMap<i64, Vec<Tested>> = BTreeMap::new();
    let belonging = Belonging::load(conn, ids)?;
    for ids in belonging.assets.chunks(BATCH) {
        let rows: Vec<Row> = tests::table
            .inner_join(people::table.on(people::id.eq(tests::person_id)))
            .filter(tests::asset_id.eq_any(ids))
            .select((
                tests::id,
                tests::asset_id,
                tests::seq,
                tests::kind,
                tests::verdict,
                tests::performed_at,
                tests::supersedes,
                tests::person_id,
                people::initials,
                tests::returns,
            ))
            .load(conn)?;
        let withdrawn = withdrawn_of_assets(conn, ids)?;
        let corrected: std::collections::BTreeSet<&String> =
            rows.iter().filter_map(|row| row.6.as_ref()).collect();
        for (id, asset_id, sequence, kind, verdict, at, _, person_id, initials, returns) in &rows {
            if corrected.contains(id) || withdrawn.contains(id) {
                continue;
            }
            let record = TestRecord {
                sequence: *sequence,
                kind: kind.0,
                verdict: verdict.0,
                performed_at: at.utc(),
                supersedes: None,
                withdrawn: false,
                returns: *returns,
                away: belonging.away((*asset_id, id)),
            };
            let tested = Tested { id: id.clone(), record, person_id: *person_id, initials: initials.clone() };
            found.entry(belonging.test_at((*asset_id, id), NOW)).or_default().push(tested);
        }
    }
    for tests in found.values_mut() {
        tests.sort_by_key(|tested| (tested.record.performed_at, tested.record.sequence));
    }
    Ok(found)
}
