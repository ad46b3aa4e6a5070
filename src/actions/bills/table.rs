//! Lines of bills as a table, one row each.

use std::collections::BTreeMap;
use std::io::Write;

use chrono::NaiveDate;
use domain::bill::BillLine;
use domain::code::Code;
use domain::money;
use domain::permission::BillJob;
use domain::quantity::Decimal;
use domain::schedule::local_date;
use exchange::xlsx::Cell;
use store::jobs::Job;
use store::sites::list_sites;
use store::{AnyConnection, Right, Scope};

use super::{Asked, JobBill, gather};
use crate::actions::dues::{FIRM_ZONE, today};
use crate::actions::output::{Format, Table, Trouble};
use crate::app::App;
use crate::error::Result;

const HEADER: [&str; 18] = [
    "Billed with",
    "Customer",
    "Site",
    "Job",
    "Title",
    "Order number",
    "Job closed",
    "Date",
    "Kind",
    "Text",
    "Quantity",
    "Unit",
    "Price",
    "Net",
    "VAT %",
    "VAT",
    "Currency",
    "Correction",
];

/// A row: the export that bills the line, the customer's name, the job and the line.
pub(super) struct Row<'a> {
    pub export: &'a str,
    pub customer: &'a str,
    pub job: &'a Job,
    pub line: BillLine,
}

/// Names of the sites within a scope.
pub(super) fn site_names(conn: &mut AnyConnection, scope: &Scope) -> Result<BTreeMap<i64, String>> {
    Ok(list_sites(conn, scope, None)?.into_iter().map(|site| (site.id, site.name)).collect())
}

/// Writes rows as a table.
pub(super) fn write<'a, W: Write>(
    (format, out): (Format, W),
    sites: &BTreeMap<i64, String>,
    rows: impl Iterator<Item = Row<'a>>,
) -> std::io::Result<()> {
    let mut table = Table::begin((format, "Billing", out), &HEADER)?;
    for row in rows {
        table.row(&cells(&row, sites))?;
    }
    table.finish()
}

fn cells(row: &Row, sites: &BTreeMap<i64, String>) -> [Cell; 18] {
    let (job, line) = (row.job, &row.line.line);
    let amount = |minor: i64| money::decimal(minor).map_or(Cell::Empty, Cell::Number);
    let unit = if line.quantity.unit == domain::charge::Unit::Minute { "hour" } else { "each" };
    let net = line.net();
    [
        Cell::text(row.export),
        Cell::text(row.customer),
        Cell::text(sites.get(&job.site_id).map_or("", String::as_str)),
        Cell::text(job.number.as_str()),
        Cell::text(job.title.as_str()),
        Cell::text(job.order_number.as_str()),
        closed_on(job).map_or(Cell::Empty, Cell::Date),
        Cell::Date(row.line.on),
        Cell::text(line.kind.label()),
        Cell::text(line.text.as_str()),
        Cell::Number(line.quantity.decimal()),
        Cell::text(unit),
        amount(line.price),
        amount(net),
        Decimal::from_thousandths(row.line.vat * 10).map_or(Cell::Empty, Cell::Number),
        amount(money::share(net, row.line.vat)),
        Cell::text(row.line.currency.code()),
        Cell::Bool(row.line.correction),
    ]
}

fn closed_on(job: &Job) -> Option<NaiveDate> {
    job.closed_at.map(|at| local_date(at.utc(), FIRM_ZONE))
}

/// Writes every line of the jobs asked for, billed or not; what is billed says with which export. Nothing is marked by
/// it. Gives how many rows there are.
///
/// # Errors
/// As [`super::list_bills`], and the file's.
pub fn write_listing<W: Write>(
    app: &App,
    right: &Right<BillJob>,
    (asked, most): (Asked, usize),
    (format, out): (Format, W),
) -> std::result::Result<usize, Trouble> {
    let day = today(app);
    let (bills, sites, numbers) = app.store.read(|conn| {
        let bills = gather(conn, right.scope(), (asked, most, day), |_| true)?;
        let exports = store::bills::list_exports(conn, right.scope(), i64::MAX)?;
        let numbers: BTreeMap<i64, String> = exports.into_iter().map(|one| (one.id, one.number)).collect();
        Ok::<_, crate::error::Error>((bills, site_names(conn, right.scope())?, numbers))
    })?;
    let mut rows = vec![];
    for bill in &bills {
        for job in &bill.jobs {
            rows.extend(rows_of(&bill.customer, job, &numbers));
        }
    }
    let count = rows.len();
    write((format, out), &sites, rows.into_iter())?;
    Ok(count)
}

fn rows_of<'a>(customer: &'a str, job: &'a JobBill, numbers: &'a BTreeMap<i64, String>) -> Vec<Row<'a>> {
    let billed = job.billed.iter().map(|row| Row {
        export: numbers.get(&row.export_id).map_or("", String::as_str),
        customer,
        job: &job.job,
        line: row.line(),
    });
    let left = job.left.iter().map(|line| Row { export: "", customer, job: &job.job, line: line.clone() });
    billed.chain(left).collect()
}
