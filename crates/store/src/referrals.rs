//! Referrals: what jobs send to suppliers, where each is and when it was asked after.

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::referral::{ReferralState, ReferralStepKind};

use crate::access::Scope;
use crate::error::{Error, Result};
use crate::jobs::Job;
use crate::portable::AnyConnection;
use crate::schema::{assets, customers, jobs, people, referral_steps, referrals, suppliers};
use crate::types::{Coded, Moment};
use crate::{Tx, in_scope};

/// A referral.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = referrals)]
pub struct Referral {
    /// Id.
    pub id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// The job.
    pub job_id: i64,
    /// To whom.
    pub supplier_id: i64,
    /// The asset, where the thing is one.
    pub asset_id: Option<i64>,
    /// The thing in words.
    pub what: String,
    /// Its serial number.
    pub serial: String,
    /// What is asked of the supplier.
    pub request: String,
    /// The supplier's own number for it.
    pub rma: String,
    /// Where it stands.
    pub state: Coded<ReferralState>,
    /// When it went.
    pub sent_on: Option<NaiveDate>,
    /// When it is promised back.
    pub due_on: Option<NaiveDate>,
    /// When it came back, or was given up.
    pub ended_on: Option<NaiveDate>,
    /// When to ask after it next.
    pub chase_on: Option<NaiveDate>,
    /// Who carries it there.
    pub carrier_out: String,
    /// The carrier's number.
    pub tracking_out: String,
    /// Who carries it back.
    pub carrier_back: String,
    /// The carrier's number.
    pub tracking_back: String,
    /// What it costs, in pence.
    pub cost_pence: Option<i64>,
    /// What the supplier did or said.
    pub result: String,
    /// The consignment that it goes in.
    pub batch_id: Option<i64>,
    /// Who referred it.
    pub person_id: Option<i64>,
    /// When.
    pub at: Moment,
    /// Version for concurrent edits.
    pub version: i64,
}

/// What people say of a referral.
#[derive(Debug, Clone, Default, PartialEq, Eq, Insertable, AsChangeset)]
#[diesel(table_name = referrals, treat_none_as_null = true)]
pub struct ReferralFields {
    /// To whom.
    pub supplier_id: i64,
    /// The asset, where the thing is one.
    pub asset_id: Option<i64>,
    /// The thing in words.
    pub what: String,
    /// Its serial number.
    pub serial: String,
    /// What is asked of the supplier.
    pub request: String,
    /// The supplier's own number for it.
    pub rma: String,
    /// When it is promised back.
    pub due_on: Option<NaiveDate>,
    /// Who carries it there.
    pub carrier_out: String,
    /// The carrier's number.
    pub tracking_out: String,
    /// Who carries it back.
    pub carrier_back: String,
    /// The carrier's number.
    pub tracking_back: String,
    /// What it costs, in pence.
    pub cost_pence: Option<i64>,
}

/// Where a referral is moved to.
#[derive(Debug, Clone, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = referrals, treat_none_as_null = true)]
pub struct Progress {
    /// Where it stands.
    pub state: Coded<ReferralState>,
    /// When it went.
    pub sent_on: Option<NaiveDate>,
    /// When it came back, or was given up.
    pub ended_on: Option<NaiveDate>,
    /// When to ask after it next.
    pub chase_on: Option<NaiveDate>,
    /// What it costs, in pence.
    pub cost_pence: Option<i64>,
    /// What the supplier did or said.
    pub result: String,
    /// The consignment that it goes in.
    pub batch_id: Option<i64>,
}

impl From<&Referral> for Progress {
    fn from(referral: &Referral) -> Self {
        Self {
            state: referral.state,
            sent_on: referral.sent_on,
            ended_on: referral.ended_on,
            chase_on: referral.chase_on,
            cost_pence: referral.cost_pence,
            result: referral.result.clone(),
            batch_id: referral.batch_id,
        }
    }
}

/// A referral with the names around it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Line {
    /// The referral.
    pub referral: Referral,
    /// The job's number.
    pub job: String,
    /// The customer's name.
    pub customer: String,
    /// The supplier's name.
    pub supplier: String,
    /// The asset's tag, where the thing is one.
    pub tag: Option<String>,
}

/// A step of a referral with who took it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Step {
    /// When.
    pub at: Moment,
    /// What happened.
    pub kind: Coded<ReferralStepKind>,
    /// The value after: a state or a date.
    pub to: String,
    /// In words.
    pub note: String,
    /// Who.
    pub who: Option<String>,
}

/// Refers something of a job that the caller has found within the scope.
///
/// # Errors
/// The database's.
pub fn insert_referral(tx: &mut Tx, job: &Job, fields: &ReferralFields) -> Result<i64> {
    let keys = (
        referrals::customer_id.eq(job.customer_id),
        referrals::job_id.eq(job.id),
        referrals::state.eq(Coded(ReferralState::ToSend)),
        referrals::person_id.eq(tx.actor.person_id()),
        referrals::at.eq(Moment::from(tx.now)),
    );
    let insert = diesel::insert_into(referrals::table).values((fields, keys)).returning(referrals::id);
    Ok(insert.get_result(&mut **tx)?)
}

/// Finds a referral.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_referral(conn: &mut AnyConnection, scope: &Scope, id: i64) -> Result<Referral> {
    let query = in_scope!(Referral::query().into_boxed(), scope, referrals::customer_id);
    query.filter(referrals::id.eq(id)).first(conn).optional()?.ok_or(Error::NotFound("referral"))
}

/// Changes what is said of a referral that the caller has found within the scope.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile.
pub fn update_referral(tx: &mut Tx, id: i64, version: i64, fields: &ReferralFields) -> Result<()> {
    let target = referrals::table.filter(referrals::id.eq(id).and(referrals::version.eq(version)));
    let change = (fields, referrals::version.eq(version + 1));
    let rows = diesel::update(target).set(change).execute(&mut **tx)?;
    if rows == 0 { Err(Error::Stale("referral")) } else { Ok(()) }
}

/// Moves a referral that the caller has found within the scope.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile.
pub fn update_progress(tx: &mut Tx, id: i64, version: i64, progress: &Progress) -> Result<()> {
    let target = referrals::table.filter(referrals::id.eq(id).and(referrals::version.eq(version)));
    let change = (progress, referrals::version.eq(version + 1));
    let rows = diesel::update(target).set(change).execute(&mut **tx)?;
    if rows == 0 { Err(Error::Stale("referral")) } else { Ok(()) }
}

/// Writes down a step of a referral that the caller has found within the scope.
///
/// # Errors
/// The database's.
pub fn insert_step(
    tx: &mut Tx,
    referral: &Referral,
    kind: ReferralStepKind,
    (from, to, note): (&str, &str, &str),
) -> Result<()> {
    diesel::insert_into(referral_steps::table)
        .values((
            referral_steps::referral_id.eq(referral.id),
            referral_steps::customer_id.eq(referral.customer_id),
            referral_steps::at.eq(Moment::from(tx.now)),
            referral_steps::person_id.eq(tx.actor.person_id()),
            referral_steps::kind.eq(Coded(kind)),
            referral_steps::from_value.eq(from),
            referral_steps::to_value.eq(to),
            referral_steps::note.eq(note),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// The steps of a referral that the caller has found within the scope, the latest first.
///
/// # Errors
/// The database's.
pub fn list_steps(conn: &mut AnyConnection, referral_id: i64) -> Result<Vec<Step>> {
    let rows = referral_steps::table
        .left_join(people::table)
        .filter(referral_steps::referral_id.eq(referral_id))
        .order(referral_steps::id.desc())
        .select((
            referral_steps::at,
            referral_steps::kind,
            referral_steps::to_value,
            referral_steps::note,
            people::name.nullable(),
        ));
    Ok(rows.load(conn)?)
}

/// Which referrals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// All that are still to go out or to come back, the most urgent on this day first.
    Open(NaiveDate),
    /// Those to one supplier that are still to go out or to come back, the most urgent on this day first.
    Supplier(i64, NaiveDate),
    /// Those to be asked after by this day.
    ToChase(NaiveDate),
    /// Those of one job, whatever became of them.
    Job(i64),
    /// Those of one consignment, whatever became of them.
    Batch(i64),
    /// Those that are over, the latest first.
    Ended,
}

/// Referrals within a scope: what is late first, then what is to be asked after, then what was promised earliest.
///
/// # Errors
/// The database's.
pub fn list_referrals(
    conn: &mut AnyConnection,
    scope: &Scope,
    of: Of,
    (offset, limit): (i64, i64),
) -> Result<Vec<Line>> {
    let rows = referrals::table
        .inner_join(jobs::table)
        .inner_join(customers::table)
        .inner_join(suppliers::table)
        .left_join(assets::table)
        .select((
            Referral::as_select(),
            jobs::number,
            customers::name,
            suppliers::name,
            assets::tag.nullable(),
        ))
        .into_boxed();
    let query = in_scope!(rows, scope, referrals::customer_id);
    let by_due = (
        referrals::due_on.is_null(),
        referrals::due_on,
        referrals::chase_on.is_null(),
        referrals::chase_on,
        referrals::id,
    );
    let urgent = |day: NaiveDate| {
        let late = referrals::due_on.is_not_null().and(referrals::due_on.assume_not_null().lt(day));
        let asked = referrals::chase_on.is_not_null().and(referrals::chase_on.assume_not_null().le(day));
        (late.desc(), asked.desc(), by_due)
    };
    let open = referrals::ended_on.is_null();
    let query = match of {
        Of::Open(day) => query.filter(open).order(urgent(day)),
        Of::ToChase(day) => query.filter(open).filter(to_chase(day)).order(by_due),
        Of::Supplier(id, day) => query.filter(open.and(referrals::supplier_id.eq(id))).order(urgent(day)),
        Of::Job(id) => query.filter(referrals::job_id.eq(id)).order(referrals::id),
        Of::Batch(id) => query.filter(referrals::batch_id.eq(id)).order(referrals::id),
        Of::Ended => query
            .filter(referrals::ended_on.is_not_null())
            .order((referrals::ended_on.desc(), referrals::id.desc())),
    };
    Ok(query.offset(offset).limit(limit).load(conn)?)
}

/// What is late, or was to be asked after until a day.
#[diesel::dsl::auto_type]
fn to_chase(day: NaiveDate) -> _ {
    referrals::chase_on.le(day).or(referrals::due_on.lt(day))
}

/// How many open referrals of a scope are to be asked after on a day.
///
/// # Errors
/// The database's.
pub fn count_to_chase(conn: &mut AnyConnection, scope: &Scope, day: NaiveDate) -> Result<i64> {
    let open = referrals::table.filter(referrals::ended_on.is_null()).filter(to_chase(day)).into_boxed();
    Ok(in_scope!(open, scope, referrals::customer_id).count().get_result(conn)?)
}

/// The referral of an asset that is still to go out or to come back, the latest of them.
///
/// # Errors
/// The database's.
pub fn find_open_of_asset(conn: &mut AnyConnection, asset_id: i64) -> Result<Option<Referral>> {
    let open = referrals::asset_id.eq(asset_id).and(referrals::ended_on.is_null());
    Ok(Referral::query().filter(open).order(referrals::id.desc()).first(conn).optional()?)
}

/// How many referrals of a job are still to go out or to come back.
///
/// # Errors
/// The database's.
pub fn count_open_of_job(conn: &mut AnyConnection, job_id: i64) -> Result<i64> {
    let open = referrals::table.filter(referrals::job_id.eq(job_id).and(referrals::ended_on.is_null()));
    Ok(open.count().get_result(conn)?)
}
