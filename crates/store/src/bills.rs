//! Bills: what of which job was given out for billing, when. Appended, never altered.

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::bill::{BillLine, Billed};
use domain::charge::{Line, LineKind, Quantity, Unit};
use domain::money::Currency;

use crate::access::Scope;
use crate::error::{Error, Result};
use crate::jobs::Job;
use crate::portable::AnyConnection;
use crate::schema::{bill_exports, bill_lines, job_charges, jobs, quotes, referral_steps, referrals};
use crate::schema::{visit_jobs, visits};
use crate::types::{Coded, Moment};
use crate::{Tx, each_backend, in_scope};

/// An export.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = bill_exports)]
pub struct BillExport {
    /// Id.
    pub id: i64,
    /// Its number.
    pub number: String,
    /// The first day it was asked for.
    pub from_day: NaiveDate,
    /// The last day.
    pub to_day: NaiveDate,
    /// Who made it; none for the operator of the machine.
    pub person_id: Option<i64>,
    /// When.
    pub at: Moment,
    /// How many lines it has.
    pub lines: i64,
    /// SHA-256 of the CSV given out.
    pub csv_hash: String,
    /// SHA-256 of the workbook given out.
    pub xlsx_hash: String,
}

/// A line given out.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = bill_lines)]
pub struct BillRow {
    /// Id.
    pub id: i64,
    /// The export.
    pub export_id: i64,
    /// The job.
    pub job_id: i64,
    /// What of the job it comes from.
    pub source: String,
    /// What it charges for.
    pub kind: Coded<LineKind>,
    /// The day it belongs to.
    pub on_day: NaiveDate,
    /// In words.
    pub text: String,
    /// In what it counts.
    pub unit: Coded<Unit>,
    /// Minutes, or thousandths of a piece.
    pub quantity: i64,
    /// Of an hour or a piece.
    pub price: i64,
    /// Without VAT.
    pub net: i64,
    /// The rate of VAT, in hundredths of a percent.
    pub vat: i64,
    /// The currency.
    pub currency: Coded<Currency>,
    /// Whether it puts right what was billed before.
    pub correction: bool,
}

impl BillRow {
    /// As a line of a bill.
    pub fn line(&self) -> BillLine {
        let quantity = Quantity { unit: self.unit.0, amount: self.quantity };
        BillLine {
            source: self.source.clone(),
            on: self.on_day,
            line: Line { kind: self.kind.0, text: self.text.clone(), quantity, price: self.price },
            vat: self.vat,
            currency: self.currency.0,
            correction: self.correction,
        }
    }

    /// As what is billed already.
    pub fn billed(&self) -> Billed {
        Billed {
            source: self.source.clone(),
            text: self.text.clone(),
            kind: self.kind.0,
            net: self.net,
            vat: self.vat,
            currency: self.currency.0,
        }
    }
}

/// The lines of a job found within the scope that were given out, in their order.
///
/// # Errors
/// The database's.
pub fn list_billed(conn: &mut AnyConnection, job_id: i64) -> Result<Vec<BillRow>> {
    let query = BillRow::query().filter(bill_lines::job_id.eq(job_id));
    Ok(query.order(bill_lines::id).load(conn)?)
}

/// The closed jobs with something to look at between two moments, in the order of their ids: closed then, or charged
/// something then. Work after a job was closed opens it again, so it closes anew.
///
/// # Errors
/// The database's.
pub fn list_to_bill(
    conn: &mut AnyConnection,
    scope: &Scope,
    (customer_id, from, until): (Option<i64>, Moment, Moment),
) -> Result<Vec<i64>> {
    // Each asked for by an index of its own: together they would be looked for among all jobs there ever were.
    let closed = jobs::closed_at.ge(from).and(jobs::closed_at.lt(until)).assume_not_null();
    let closed = jobs::table.filter(jobs::closed_at.is_not_null().and(closed)).into_boxed();
    let charged = job_charges::at.ge(from).and(job_charges::at.lt(until));
    let charged = job_charges::table
        .inner_join(jobs::table)
        .filter(charged.and(jobs::closed_at.is_not_null()))
        .into_boxed();
    let mut closed = in_scope!(closed, scope, jobs::customer_id);
    let mut charged = in_scope!(charged, scope, job_charges::customer_id);
    if let Some(customer) = customer_id {
        closed = closed.filter(jobs::customer_id.eq(customer));
        charged = charged.filter(job_charges::customer_id.eq(customer));
    }
    // A supplier's cost, an approval and a test may come after the job was closed.
    let asked = referral_steps::at.ge(from).and(referral_steps::at.lt(until));
    let referred = referrals::table
        .inner_join(jobs::table)
        .inner_join(referral_steps::table)
        .filter(asked.and(jobs::closed_at.is_not_null()))
        .into_boxed();
    let answered = quotes::answered_at.ge(from).and(quotes::answered_at.lt(until)).assume_not_null();
    let answered = quotes::table
        .inner_join(jobs::table)
        .filter(quotes::answered_at.is_not_null().and(answered).and(jobs::closed_at.is_not_null()))
        .into_boxed();
    let days = visits::ends_on.ge(from.utc().date_naive()).and(visits::ends_on.lt(until.utc().date_naive()));
    let visited = visit_jobs::table
        .inner_join(jobs::table)
        .inner_join(visits::table)
        .filter(days.and(jobs::closed_at.is_not_null()))
        .into_boxed();
    let mut referred = in_scope!(referred, scope, referrals::customer_id);
    let mut answered = in_scope!(answered, scope, quotes::customer_id);
    let mut visited = in_scope!(visited, scope, visit_jobs::customer_id);
    if let Some(customer) = customer_id {
        referred = referred.filter(referrals::customer_id.eq(customer));
        answered = answered.filter(quotes::customer_id.eq(customer));
        visited = visited.filter(visit_jobs::customer_id.eq(customer));
    }
    let mut ids: Vec<i64> = closed.select(jobs::id).load(conn)?;
    ids.extend(charged.select(job_charges::job_id).load::<i64>(conn)?);
    ids.extend(referred.select(referrals::job_id).load::<i64>(conn)?);
    ids.extend(answered.select(quotes::job_id).load::<i64>(conn)?);
    ids.extend(visited.select(visit_jobs::job_id).load::<i64>(conn)?);
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// The jobs with these ids, which the caller has found within the scope, in their order.
///
/// # Errors
/// The database's.
pub fn list_jobs(conn: &mut AnyConnection, ids: &[i64]) -> Result<Vec<Job>> {
    Ok(Job::query().filter(jobs::id.eq_any(ids.to_vec())).order(jobs::id).load(conn)?)
}

/// An export about to be written.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = bill_exports, treat_none_as_default_value = false)]
pub struct NewExport {
    /// Its number.
    pub number: String,
    /// The first day it was asked for.
    pub from_day: NaiveDate,
    /// The last day.
    pub to_day: NaiveDate,
    /// Who made it.
    pub person_id: Option<i64>,
    /// When.
    pub at: Moment,
    /// How many lines it has.
    pub lines: i64,
    /// SHA-256 of the CSV given out.
    pub csv_hash: String,
    /// SHA-256 of the workbook given out.
    pub xlsx_hash: String,
}

/// Takes the next number of an export. Whoever else exports waits here, so that nothing is billed twice.
///
/// # Errors
/// The database's.
pub fn next_export_number(tx: &mut Tx) -> Result<String> {
    Ok(format!("B-{:06}", crate::settings::next_number(tx, "bill")?))
}

#[derive(Insertable)]
#[diesel(table_name = bill_lines)]
struct NewLine<'a> {
    export_id: i64,
    job_id: i64,
    customer_id: i64,
    source: &'a str,
    kind: Coded<LineKind>,
    on_day: NaiveDate,
    text: &'a str,
    unit: Coded<Unit>,
    quantity: i64,
    price: i64,
    net: i64,
    vat: i64,
    currency: Coded<Currency>,
    correction: bool,
}

/// Writes an export with its lines, each with its job: from now on they are billed.
///
/// # Errors
/// The database's.
pub fn insert_export(tx: &mut Tx, export: &NewExport, lines: &[(Job, BillLine)]) -> Result<i64> {
    let export_id: i64 = diesel::insert_into(bill_exports::table)
        .values(export)
        .returning(bill_exports::id)
        .get_result(&mut **tx)?;
    // SQLite binds at most 32,766 values in one statement.
    for some in lines.chunks(1000) {
        let rows: Vec<NewLine> = some.iter().map(|(job, line)| new_line(export_id, job, line)).collect();
        each_backend!(&mut **tx, c => diesel::insert_into(bill_lines::table).values(&rows).execute(c))?;
    }
    Ok(export_id)
}

fn new_line<'a>(export_id: i64, job: &Job, line: &'a BillLine) -> NewLine<'a> {
    NewLine {
        export_id,
        job_id: job.id,
        customer_id: job.customer_id,
        source: &line.source,
        kind: Coded(line.line.kind),
        on_day: line.on,
        text: &line.line.text,
        unit: Coded(line.line.quantity.unit),
        quantity: line.line.quantity.amount,
        price: line.line.price,
        net: line.line.net(),
        vat: line.vat,
        currency: Coded(line.currency),
        correction: line.correction,
    }
}

/// The exports whose lines are all of customers within the scope, the latest first.
///
/// # Errors
/// The database's.
pub fn list_exports(conn: &mut AnyConnection, scope: &Scope, limit: i64) -> Result<Vec<BillExport>> {
    let hidden = hidden(conn, scope)?;
    let query = BillExport::query().filter(bill_exports::id.ne_all(hidden));
    Ok(query.order(bill_exports::id.desc()).limit(limit).load(conn)?)
}

/// Finds an export by its number.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or where one of its lines lies outside the scope.
pub fn find_export(conn: &mut AnyConnection, scope: &Scope, number: &str) -> Result<BillExport> {
    let hidden = hidden(conn, scope)?;
    let query = BillExport::query().filter(bill_exports::id.ne_all(hidden));
    query.filter(bill_exports::number.eq(number)).first(conn).optional()?.ok_or(Error::NotFound("export"))
}

/// The exports that hold a line from outside the scope.
fn hidden(conn: &mut AnyConnection, scope: &Scope) -> Result<Vec<i64>> {
    let Some(ids) = scope.customers() else { return Ok(vec![]) };
    let foreign = bill_lines::table.filter(bill_lines::customer_id.ne_all(ids.to_vec()));
    Ok(foreign.select(bill_lines::export_id).distinct().load(conn)?)
}

/// When and under which numbers lines of a job found within the scope were given out.
///
/// # Errors
/// The database's.
pub fn list_exports_of(conn: &mut AnyConnection, job_id: i64) -> Result<Vec<BillExport>> {
    let ids = bill_lines::table.filter(bill_lines::job_id.eq(job_id)).select(bill_lines::export_id);
    Ok(BillExport::query().filter(bill_exports::id.eq_any(ids)).order(bill_exports::id).load(conn)?)
}
