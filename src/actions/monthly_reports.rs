//! Monthly reports to customers.

use chrono::{DateTime, NaiveDate, Utc};
use domain::monthly_report::{MonthNumbers, MonthlyReport, first_of, month_after};
use domain::permission::BillJob;
use domain::schedule::{day_begins, local_date};
use store::customers::find_customer;
use store::monthly_reports::{self as rows, Month};
use store::{AnyConnection, Right};

use crate::actions::certificates::firm;
use crate::actions::dues::FIRM_ZONE;
use crate::app::App;
use crate::error::{Error, Result};

fn begins(day: NaiveDate) -> DateTime<Utc> {
    day_begins(day, FIRM_ZONE)
}

fn day(at: DateTime<Utc>) -> NaiveDate {
    local_date(at, FIRM_ZONE)
}

fn month_of(customer_id: i64, first: NaiveDate) -> Month<'static> {
    Month { customer_id, first: first_of(first), begins: &begins }
}

/// The numbers of a customer's month.
///
/// # Errors
/// Not found, also when outside the scope; a field error for a month that has not begun.
pub fn show_numbers(
    app: &App,
    right: &Right<BillJob>,
    (customer_id, month): (i64, NaiveDate),
) -> Result<MonthNumbers> {
    begun(app, month)?;
    app.store.read(|conn| {
        find_customer(conn, right.scope(), customer_id)?;
        Ok(rows::month_numbers(conn, &month_of(customer_id, month))?)
    })
}

fn begun(app: &App, month: NaiveDate) -> Result<()> {
    if begins(month) > app.now() {
        return Err(Error::field("month", "this month has not begun"));
    }
    Ok(())
}

/// A customer's report of a month.
///
/// # Errors
/// As [`show_numbers`].
pub fn find_report(
    app: &App,
    right: &Right<BillJob>,
    (customer_id, month): (i64, NaiveDate),
) -> Result<MonthlyReport> {
    begun(app, month)?;
    app.store.read(|conn| {
        let customer = find_customer(conn, right.scope(), customer_id)?.name;
        gather(conn, (customer, app.now()), &month_of(customer_id, month))
    })
}

fn gather(
    conn: &mut AnyConnection,
    (customer, now): (String, DateTime<Utc>),
    month: &Month,
) -> Result<MonthlyReport> {
    Ok(MonthlyReport {
        firm: firm(conn)?,
        customer,
        month: month.first,
        numbers: rows::month_numbers(conn, month)?,
        jobs: rows::list_jobs(conn, month, &day)?,
        failures: rows::list_failures(conn, month, &day)?,
        due: rows::list_due(conn, month)?,
        repeats: rows::list_repeats(conn, month)?,
        drawn: now.with_timezone(&FIRM_ZONE).naive_local(),
        unfinished: now < begins(month_after(month.first, 1)),
    })
}

/// A customer's report of a month as a PDF, with a name for the file.
///
/// # Errors
/// As [`show_numbers`].
pub fn report_pdf(app: &App, right: &Right<BillJob>, asked: (i64, NaiveDate)) -> Result<Vec<u8>> {
    let report = find_report(app, right, asked)?;
    let drawn = render::monthly_report::monthly_report(&report, app.now());
    drawn.map_err(|error| Error::Internal(error.to_string()))
}
