//! Imports of testers' files: which file, how far, and what came of its records.

mod imported;
mod lookup;
mod staged;

pub use imported::{
    ImportPhoto, ImportedTest, delete_imported, find_tester, imported_contents, insert_imported_tests,
    insert_photo, insert_tester, list_imported, list_photos, set_photo_attached,
};
pub use lookup::{assets_by_codes, assets_by_ids, assets_by_numbers, assets_by_site_numbers};
pub use staged::{
    StagedFilter, StagedTest, clear_staged, count_by_what, count_staged, delete_staged, find_staged,
    insert_staged, list_staged, next_staged,
};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::test_import::{Counts, ImportState, Matching};
use serde::{Deserialize, Serialize};

use crate::access::Scope;
use crate::error::{Error, Result, taken};
use crate::portable::AnyConnection;
use crate::schema::test_imports;
use crate::types::{Coded, Json, Moment};
use crate::{Tx, in_scope};

/// Facts that a person added for all records of one kind of thing, since the file does not have them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Addition {
    /// The description of the things; empty for all.
    pub what: String,
    /// Equipment class.
    pub equipment_class: Option<domain::equipment::EquipmentClass>,
    /// Equipment type.
    pub equipment_type: Option<domain::equipment::EquipmentType>,
    /// Length of the lead in millimetres.
    pub lead_length_mm: Option<i64>,
    /// Conductor size in thousandths of a square millimetre.
    pub conductor_milli_mm2: Option<i64>,
}

/// An import of a tester's file.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = test_imports)]
pub struct TestImport {
    /// Id.
    pub id: i64,
    /// For whom.
    pub customer_id: i64,
    /// The file's name.
    pub file_name: String,
    /// SHA-256 of the file, in hexadecimal.
    pub file_hash: String,
    /// How often this file was imported and undone before.
    pub generation: i64,
    /// Its format: a code, or "mapped:NAME".
    pub format: String,
    /// How records find their assets.
    pub matching: Coded<Matching>,
    /// The site of records that name none.
    pub site_id: Option<i64>,
    /// Whether assets move to where the file says.
    pub moves: bool,
    /// Whether a person said that records without a visual inspection had one that passed.
    pub visual_done: bool,
    /// What a person added.
    pub additions: Json<Vec<Addition>>,
    /// Who imports; none for the operator of the machine.
    pub person_id: Option<i64>,
    /// Since when.
    pub at: Moment,
    /// How far it is.
    pub state: Coded<ImportState>,
    /// The last record dealt with in this state.
    pub done: i64,
    /// What came of the records.
    pub counts: Json<Counts>,
    /// What seemed odd about the file.
    pub warnings: Json<Vec<String>>,
    /// Until when somebody works on it.
    pub claimed_until: Option<Moment>,
}

/// How an import is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportOptions {
    /// How records find their assets.
    pub matching: Matching,
    /// The site of records that name none.
    pub site_id: Option<i64>,
    /// Whether assets move to where the file says.
    pub moves: bool,
    /// Whether records without a visual inspection had one that passed.
    pub visual_done: bool,
    /// Facts added.
    pub additions: Vec<Addition>,
}

impl TestImport {
    /// How it is done.
    pub fn options(&self) -> ImportOptions {
        ImportOptions {
            matching: self.matching.0,
            site_id: self.site_id,
            moves: self.moves,
            visual_done: self.visual_done,
            additions: self.additions.0.clone(),
        }
    }
}

/// Which file is imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewImport {
    /// For whom; the caller has found the customer within the scope.
    pub customer_id: i64,
    /// The file's name.
    pub file_name: String,
    /// SHA-256 of the file.
    pub file_hash: String,
    /// Its format.
    pub format: String,
}

/// Begins an import.
///
/// # Errors
/// [`Error::Taken`] when the same file is being imported for this customer.
pub fn insert_test_import(tx: &mut Tx, new: &NewImport, options: &ImportOptions) -> Result<i64> {
    let undone: i64 = test_imports::table
        .filter(test_imports::customer_id.eq(new.customer_id).and(test_imports::file_hash.eq(&new.file_hash)))
        .filter(test_imports::state.eq_any(vec![Coded(ImportState::Undone), Coded(ImportState::Undoing)]))
        .count()
        .get_result(&mut **tx)?;
    let insert = diesel::insert_into(test_imports::table)
        .values((
            test_imports::customer_id.eq(new.customer_id),
            test_imports::file_name.eq(&new.file_name),
            test_imports::file_hash.eq(&new.file_hash),
            test_imports::generation.eq(undone),
            test_imports::format.eq(&new.format),
            test_imports::matching.eq(Coded(options.matching)),
            test_imports::site_id.eq(options.site_id),
            test_imports::moves.eq(options.moves),
            test_imports::visual_done.eq(options.visual_done),
            test_imports::additions.eq(String::from(Json(options.additions.clone()))),
            test_imports::person_id.eq(tx.actor.person_id()),
            test_imports::at.eq(Moment::from(tx.now)),
            test_imports::state.eq(Coded(ImportState::Reading)),
        ))
        .returning(test_imports::id)
        .get_result(&mut **tx);
    taken(insert, || "this file is being imported for this customer already".to_owned())
}

/// Finds an import.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_test_import(conn: &mut AnyConnection, scope: &Scope, id: i64) -> Result<TestImport> {
    let query = in_scope!(TestImport::query().into_boxed(), scope, test_imports::customer_id);
    query.filter(test_imports::id.eq(id)).first(conn).optional()?.ok_or(Error::NotFound("import of tests"))
}

/// The import of this file for a customer that was begun and not brought to its end.
///
/// # Errors
/// The database's.
pub fn find_open_import(
    conn: &mut AnyConnection,
    customer_id: i64,
    file_hash: &str,
) -> Result<Option<TestImport>> {
    use ImportState::{Judging, Publishing, Reading, Staged};
    let open = [Reading, Judging, Staged, Publishing].map(Coded).to_vec();
    let query = TestImport::query()
        .filter(test_imports::customer_id.eq(customer_id).and(test_imports::file_hash.eq(file_hash)));
    Ok(query.filter(test_imports::state.eq_any(open)).first(conn).optional()?)
}

/// The imports within a scope, the newest first, older than `before`.
///
/// # Errors
/// The database's.
pub fn list_test_imports(
    conn: &mut AnyConnection,
    scope: &Scope,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<TestImport>> {
    let query = in_scope!(TestImport::query().into_boxed(), scope, test_imports::customer_id);
    let query = query.filter(test_imports::id.lt(before.unwrap_or(i64::MAX)));
    Ok(query.order(test_imports::id.desc()).limit(limit).load(conn)?)
}

/// Brings an import from one point to another; two who work on it at once cannot both.
///
/// # Errors
/// [`Error::Stale`] when it is no longer where the caller read it.
pub fn advance(
    tx: &mut Tx,
    import: &TestImport,
    (state, done): (ImportState, i64),
    counts: &Counts,
) -> Result<()> {
    let target = test_imports::table
        .filter(test_imports::id.eq(import.id).and(test_imports::state.eq(import.state)))
        .filter(test_imports::done.eq(import.done));
    let set = (
        test_imports::state.eq(Coded(state)),
        test_imports::done.eq(done),
        test_imports::counts.eq(String::from(Json(counts.clone()))),
    );
    match diesel::update(target).set(set).execute(&mut **tx)? {
        0 => Err(Error::Stale("import")),
        _ => Ok(()),
    }
}

/// Changes how an import is done, which means judging it again.
///
/// # Errors
/// [`Error::Stale`] when it is no longer ready to be published.
pub fn update_options(tx: &mut Tx, import: &TestImport, options: &ImportOptions) -> Result<()> {
    let target = test_imports::table
        .filter(test_imports::id.eq(import.id).and(test_imports::state.eq(Coded(ImportState::Staged))));
    let set = (
        test_imports::state.eq(Coded(ImportState::Judging)),
        test_imports::done.eq(0),
        test_imports::matching.eq(Coded(options.matching)),
        test_imports::site_id.eq(options.site_id),
        test_imports::moves.eq(options.moves),
        test_imports::visual_done.eq(options.visual_done),
        test_imports::additions.eq(String::from(Json(options.additions.clone()))),
        test_imports::counts.eq(String::from(Json(Counts::default()))),
    );
    match diesel::update(target).set(set).execute(&mut **tx)? {
        0 => Err(Error::Stale("import")),
        _ => Ok(()),
    }
}

/// Writes down what seemed odd about the file.
///
/// # Errors
/// The database's.
pub fn update_warnings(tx: &mut Tx, id: i64, warnings: &[String]) -> Result<()> {
    let text = String::from(Json(warnings.to_vec()));
    diesel::update(test_imports::table.find(id)).set(test_imports::warnings.eq(text)).execute(&mut **tx)?;
    Ok(())
}

/// Takes an import in hand until a moment; no where somebody else has it.
///
/// # Errors
/// The database's.
pub fn claim_import(tx: &mut Tx, id: i64, until: DateTime<Utc>) -> Result<bool> {
    let now = Moment::from(tx.now);
    let free = test_imports::table
        .filter(test_imports::id.eq(id))
        .filter(test_imports::claimed_until.is_null().or(test_imports::claimed_until.lt(now)));
    let set = test_imports::claimed_until.eq(Moment::from(until));
    Ok(diesel::update(free).set(set).execute(&mut **tx)? == 1)
}

/// Goes on having an import in hand, or lets it go.
///
/// # Errors
/// The database's.
pub fn hold_import(tx: &mut Tx, id: i64, until: Option<DateTime<Utc>>) -> Result<()> {
    diesel::update(test_imports::table.find(id))
        .set(test_imports::claimed_until.eq(until.map(Moment::from)))
        .execute(&mut **tx)?;
    Ok(())
}
