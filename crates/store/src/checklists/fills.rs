//! Checklists that are being filled on a job or an asset, and those that were: finished ones are never altered.

use std::collections::BTreeSet;

use diesel::prelude::*;
use domain::checklist::{Checklist, ChecklistVerdict};
use domain::checklist_answers::Answers;

use super::list_demands;
use crate::access::Scope;
use crate::error::{Error, Result, taken};
use crate::portable::AnyConnection;
use crate::schema::{assets, checklist_files, checklist_fills, checklists, job_assets, jobs, plans};
use crate::types::{Coded, Json, Moment};
use crate::{Tx, each_backend, in_scope};

/// A checklist with its answers.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = checklist_fills)]
pub struct Fill {
    /// Id.
    pub id: i64,
    /// Whose job or asset it is.
    pub customer_id: i64,
    /// The job.
    pub job_id: Option<i64>,
    /// The asset.
    pub asset_id: Option<i64>,
    /// Code of the checklist.
    pub code: String,
    /// The checklist as it was when it was begun.
    pub checklist: Json<Checklist>,
    /// The answers so far.
    pub answers: Json<Answers>,
    /// What they come to.
    pub verdict: Coded<ChecklistVerdict>,
    /// When it was begun.
    pub begun_at: Moment,
    /// Who saved it last.
    pub person_id: Option<i64>,
    /// When.
    pub saved_at: Moment,
    /// When it was finished.
    pub finished_at: Option<Moment>,
    /// The finished one that it corrects.
    pub supersedes: Option<i64>,
    /// Version for concurrent edits.
    pub version: i64,
}

/// What a checklist is filled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FillOf {
    /// Whose it is.
    pub customer_id: i64,
    /// The job.
    pub job_id: Option<i64>,
    /// The asset.
    pub asset_id: Option<i64>,
}

/// A photo of a filled checklist.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = checklist_files)]
pub struct ChecklistFile {
    /// Id.
    pub id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// The filled checklist.
    pub fill_id: i64,
    /// Key of the item.
    pub item: String,
    /// Hash of the bytes.
    pub hash: String,
    /// Hash of the small picture.
    pub thumbnail_hash: String,
    /// The name it came with.
    pub name: String,
}

/// A checklist that a job demands and that is not filled yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingChecklist {
    /// Code of the checklist.
    pub code: String,
    /// The asset that it is demanded of; none where the job has no asset.
    pub asset_id: Option<i64>,
    /// The asset's tag; blank without one.
    pub tag: String,
}

/// Begins to fill a checklist for what the caller has found within the scope.
///
/// # Errors
/// [`Error::Taken`] when it is being filled already, or what it corrects was corrected before.
pub fn insert_fill(
    tx: &mut Tx,
    of: FillOf,
    (checklist, answers): (&Checklist, &Answers),
    supersedes: Option<i64>,
) -> Result<i64> {
    let now = Moment::from(tx.now);
    let insert = diesel::insert_into(checklist_fills::table)
        .values((
            checklist_fills::customer_id.eq(of.customer_id),
            checklist_fills::job_id.eq(of.job_id),
            checklist_fills::asset_id.eq(of.asset_id),
            checklist_fills::code.eq(&checklist.code),
            checklist_fills::checklist.eq(String::from(Json(checklist.clone()))),
            checklist_fills::answers.eq(String::from(Json(answers.clone()))),
            checklist_fills::verdict.eq(Coded(checklist.judge(answers).verdict)),
            checklist_fills::begun_at.eq(now),
            checklist_fills::person_id.eq(tx.actor.person_id()),
            checklist_fills::saved_at.eq(now),
            checklist_fills::supersedes.eq(supersedes),
        ))
        .returning(checklist_fills::id)
        .get_result(&mut **tx);
    taken(insert, || "This checklist is being filled already; open it again.".to_owned())
}

/// Keeps the answers of a checklist that is being filled, and finishes it where asked to.
///
/// # Errors
/// [`Error::Stale`] when it was saved meanwhile, or finished.
pub fn update_fill(tx: &mut Tx, fill: &Fill, answers: &Answers, finish: bool) -> Result<()> {
    let now = Moment::from(tx.now);
    let same = checklist_fills::id.eq(fill.id).and(checklist_fills::version.eq(fill.version));
    let target = checklist_fills::table.filter(same.and(checklist_fills::finished_at.is_null()));
    let change = (
        checklist_fills::answers.eq(String::from(Json(answers.clone()))),
        checklist_fills::verdict.eq(Coded(fill.checklist.0.judge(answers).verdict)),
        checklist_fills::person_id.eq(tx.actor.person_id()),
        checklist_fills::saved_at.eq(now),
        checklist_fills::finished_at.eq(finish.then_some(now)),
        checklist_fills::version.eq(fill.version + 1),
    );
    let rows = diesel::update(target).set(change).execute(&mut **tx)?;
    if rows == 0 { Err(Error::Stale("checklist")) } else { Ok(()) }
}

/// Finds a filled checklist.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_fill(conn: &mut AnyConnection, scope: &Scope, id: i64) -> Result<Fill> {
    let query = in_scope!(Fill::query().into_boxed(), scope, checklist_fills::customer_id);
    query.filter(checklist_fills::id.eq(id)).first(conn).optional()?.ok_or(Error::NotFound("checklist"))
}

/// The filled checklists of a job that the caller has found within the scope, the latest first; those that were
/// corrected left out.
///
/// # Errors
/// The database's.
pub fn list_fills_of_job(conn: &mut AnyConnection, job_id: i64) -> Result<Vec<Fill>> {
    let fills = each_backend!(conn, c => {
        let query = Fill::query().filter(checklist_fills::job_id.eq(job_id));
        query.order(checklist_fills::id.desc()).load(c)
    })?;
    Ok(standing(fills))
}

/// The filled checklists of an asset that the caller has found within the scope, the latest first; those that were
/// corrected left out.
///
/// # Errors
/// The database's.
pub fn list_fills_of_asset(conn: &mut AnyConnection, asset_id: i64, limit: i64) -> Result<Vec<Fill>> {
    let query = Fill::query().filter(checklist_fills::asset_id.eq(asset_id));
    Ok(standing(query.order(checklist_fills::id.desc()).limit(limit).load(conn)?))
}

/// A correction counts only once it is finished: until then what it corrects stands beside it.
fn standing(fills: Vec<Fill>) -> Vec<Fill> {
    let corrections = fills.iter().filter(|fill| fill.finished_at.is_some());
    let superseded: BTreeSet<i64> = corrections.filter_map(|fill| fill.supersedes).collect();
    fills.into_iter().filter(|fill| !superseded.contains(&fill.id)).collect()
}

/// What a job still demands before it is closed: each checklist of its kind, of each of its assets in the category, and
/// that of the plan it was begun for, of each of its assets. The caller has found the job within the scope.
///
/// # Errors
/// The database's; [`Error::NotFound`] for a job that is none.
pub fn missing_checklists(conn: &mut AnyConnection, job_id: i64) -> Result<Vec<MissingChecklist>> {
    let kind: Option<String> = jobs::table.find(job_id).select(jobs::kind).first(conn).optional()?;
    let kind = kind.ok_or(Error::NotFound("job"))?;
    let demands = list_demands(conn)?;
    let demands: Vec<_> = demands.into_iter().filter(|one| one.job_kind.to_string() == kind).collect();
    let of_kind = demands.into_iter().map(|demand| (demand.code, demand.category_id));
    let planned: Vec<String> = plans::table
        .filter(plans::job_id.eq(job_id).and(plans::checklist.ne("")))
        .select(plans::checklist)
        .load(conn)?;
    let demands: Vec<(String, Option<i64>)> =
        of_kind.chain(planned.into_iter().map(|code| (code, None))).collect();
    if demands.is_empty() {
        return Ok(vec![]);
    }
    let things: Vec<(i64, String, i64)> = job_assets::table
        .inner_join(assets::table)
        .filter(job_assets::job_id.eq(job_id))
        .order(assets::id)
        .select((assets::id, assets::tag, assets::category_id))
        .load(conn)?;
    let own: Vec<String> =
        checklists::table.filter(checklists::archived.eq(false)).select(checklists::code).load(conn)?;
    let fills = list_fills_of_job(conn, job_id)?;
    let filled = |code: &str, asset_id: Option<i64>| {
        let same = |fill: &&Fill| fill.code == code && fill.asset_id == asset_id;
        let finished = fills.iter().filter(same).find(|fill| fill.finished_at.is_some());
        finished.is_some_and(|fill| fill.checklist.0.kind.is_satisfied_by(fill.verdict.0))
    };
    let mut missing: Vec<MissingChecklist> = vec![];
    for (code, wanted_category) in demands {
        // What is no longer used can be filled by nobody.
        if !own.contains(&code) && Checklist::find(&code).is_none() {
            continue;
        }
        let of_category = |category: i64| wanted_category.is_none_or(|wanted| wanted == category);
        let named = things.iter().filter(|(.., category)| of_category(*category));
        let mut wanted: Vec<(Option<i64>, String)> =
            named.map(|(id, tag, _)| (Some(*id), tag.clone())).collect();
        if things.is_empty() && wanted_category.is_none() {
            wanted.push((None, String::new()));
        }
        for (asset_id, tag) in wanted {
            let one = MissingChecklist { code: code.clone(), asset_id, tag };
            if !filled(&one.code, asset_id) && !missing.contains(&one) {
                missing.push(one);
            }
        }
    }
    Ok(missing)
}

/// Keeps a stored photo with a checklist that is being filled.
///
/// # Errors
/// The database's.
pub fn insert_checklist_file(
    tx: &mut Tx,
    fill: &Fill,
    item: &str,
    (hash, thumbnail, name): (&str, &str, &str),
) -> Result<i64> {
    let insert = diesel::insert_into(checklist_files::table).values((
        checklist_files::customer_id.eq(fill.customer_id),
        checklist_files::fill_id.eq(fill.id),
        checklist_files::item.eq(item),
        checklist_files::hash.eq(hash),
        checklist_files::thumbnail_hash.eq(thumbnail),
        checklist_files::name.eq(name),
        checklist_files::person_id.eq(tx.actor.person_id()),
        checklist_files::at.eq(Moment::from(tx.now)),
    ));
    Ok(insert.returning(checklist_files::id).get_result(&mut **tx)?)
}

/// Finds a photo of a checklist.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_checklist_file(conn: &mut AnyConnection, scope: &Scope, id: i64) -> Result<ChecklistFile> {
    let query = in_scope!(ChecklistFile::query().into_boxed(), scope, checklist_files::customer_id);
    query.filter(checklist_files::id.eq(id)).first(conn).optional()?.ok_or(Error::NotFound("photo"))
}
