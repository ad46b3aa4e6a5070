//! Bills: what closed jobs come to, what of it was billed, and files for whoever writes the invoices.

mod export;
mod facts;
mod table;

pub use export::{export_bills, find_export, list_exports, read_export};
pub use facts::{facts_of, fixed_prices, rates_of};
pub use table::write_listing;

use chrono::{DateTime, NaiveDate, Utc};
use domain::bill::{self, BillLine};
use domain::charge::Line;
use domain::event::Event;
use domain::permission::BillJob;
use domain::rates::Rates;
use domain::schedule::day_begins;
use domain::text::check_text;
use store::bills::{BillExport, BillRow, list_billed, list_to_bill};
use store::job_charges::{ChargeRow, insert_charge, list_charges};
use store::jobs::{Job, find_job};
use store::{AnyConnection, Right, Scope};

use crate::actions::dues::{FIRM_ZONE, today};
use crate::app::App;
use crate::error::{Error, FieldError, Result};

/// What one job comes to.
#[derive(Debug, Clone)]
pub struct JobBill {
    /// The job.
    pub job: Job,
    /// The rates that hold for it; none where there are none, so that nothing can be billed.
    pub rates: Option<Rates>,
    /// All that it comes to.
    pub lines: Vec<BillLine>,
    /// What of it is not billed yet; nothing while the job is open.
    pub left: Vec<BillLine>,
    /// What was billed.
    pub billed: Vec<BillRow>,
    /// What somebody added, with their name.
    pub charges: Vec<(ChargeRow, String)>,
    /// The exports that lines of it are in.
    pub exports: Vec<BillExport>,
}

impl JobBill {
    /// Whether a part was used of which no price is known.
    pub fn lacks_price(&self) -> bool {
        self.lines.iter().any(BillLine::lacks_price)
    }

    /// The export that a billed line is in.
    pub fn export_of(&self, row: &BillRow) -> &str {
        self.exports.iter().find(|one| one.id == row.export_id).map_or("", |one| one.number.as_str())
    }
}

/// What one job comes to, billed and not.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn show_bill(app: &App, right: &Right<BillJob>, number: &str) -> Result<JobBill> {
    let day = today(app);
    app.store.read(|conn| {
        let job = find_job(conn, right.scope(), number)?;
        let charges = list_charges(conn, &job)?;
        let exports = store::bills::list_exports_of(conn, job.id)?;
        let reckoned = reckon(conn, right.scope(), &job, day)?;
        Ok(JobBill { charges, exports, ..reckoned })
    })
}

/// A job's lines, and what of them is left to bill. The rates are those of the day on which it was opened, so that
/// opening it again does not price it anew.
fn reckon(conn: &mut AnyConnection, scope: &Scope, job: &Job, day: NaiveDate) -> Result<JobBill> {
    let billed = list_billed(conn, job.id)?;
    let rates = match rates_of(conn, scope, job)? {
        // What was approved at a fixed price is billed whether there are rates or not.
        None => {
            let fixed = fixed_prices(conn, scope, job)?;
            let first = fixed.first();
            first.map(|fixed| Rates { vat: fixed.vat, currency: fixed.currency, ..Rates::default() })
        }
        rates => rates,
    };
    let lines = match &rates {
        Some(rates) => bill::reckon(&facts_of(conn, scope, job, rates)?, rates),
        None => vec![],
    };
    let known: Vec<_> = billed.iter().map(BillRow::billed).collect();
    let left = if job.is_open() || rates.is_none() { vec![] } else { bill::left(&lines, &known, day) };
    Ok(JobBill { job: job.clone(), rates, lines, left, billed, charges: vec![], exports: vec![] })
}

/// A charge as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargeRequest {
    /// What it charges.
    pub line: Line,
    /// Why it is added.
    pub reason: String,
}

/// Adds a charge to a job's bill, whether the job is open or closed. A price below nothing takes something back.
///
/// # Errors
/// Not found; field errors.
pub fn add_charge(app: &App, right: &Right<BillJob>, number: &str, request: &ChargeRequest) -> Result<i64> {
    check(request)?;
    app.store.write(right.actor(), |tx| {
        let job = find_job(tx, right.scope(), number)?;
        let id = insert_charge(tx, &job, &request.line, &request.reason)?;
        let event = Event::new("job", &job.number, "charged")
            .of_customer(job.customer_id)
            .change("charge", "", &request.line.text)
            .change("net", "", domain::money::plain(request.line.net()))
            .change("reason", "", &request.reason);
        Ok((id, vec![event]))
    })
}

fn check(request: &ChargeRequest) -> Result<()> {
    let mut errors = vec![];
    let mut wrong =
        |field: &str, message: String| errors.push(FieldError { field: field.to_owned(), message });
    for (field, text) in [("text", &request.line.text), ("reason", &request.reason)] {
        match check_text(text, 500) {
            Err(why) => wrong(field, why),
            Ok("") => wrong(field, "fill this in".to_owned()),
            Ok(_) => {}
        }
    }
    if request.line.price == 0 {
        wrong("price", "give a price; one below nothing takes something back".to_owned());
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

/// Which jobs: of one customer or of all, closed or charged from one day to another by the firm's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The customer; all within the scope unless given.
    pub customer_id: Option<i64>,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
}

impl Asked {
    /// From the first moment to the one after the last.
    fn moments(self) -> (DateTime<Utc>, DateTime<Utc>) {
        let after = self.until.succ_opt().unwrap_or(self.until);
        (day_begins(self.from, FIRM_ZONE), day_begins(after, FIRM_ZONE))
    }

    fn check(self) -> Result<()> {
        match (self.until - self.from).num_days() {
            ..0 => Err(Error::field("until", "the last day cannot be before the first")),
            0..=3660 => Ok(()),
            _ => Err(Error::field("until", "choose ten years at most")),
        }
    }
}

/// Jobs of a customer that have something to bill, or cannot be billed.
#[derive(Debug, Clone)]
pub struct CustomerBill {
    /// The customer's id.
    pub customer_id: i64,
    /// The customer's name.
    pub customer: String,
    /// The jobs.
    pub jobs: Vec<JobBill>,
}

impl CustomerBill {
    /// What is left to bill, a currency each.
    pub fn sums(&self) -> Vec<bill::Sum> {
        bill::sums(self.jobs.iter().flat_map(|job| &job.left))
    }

    /// The jobs left out because no rates held when they were opened.
    pub fn without_rates(&self) -> impl Iterator<Item = &str> {
        self.jobs.iter().filter(|job| job.rates.is_none()).map(|job| job.job.number.as_str())
    }

    /// The jobs in which a part was used of which no price is known.
    pub fn without_prices(&self) -> impl Iterator<Item = &str> {
        self.jobs.iter().filter(|job| job.lacks_price()).map(|job| job.job.number.as_str())
    }
}

/// Jobs read in one statement.
const CHUNK: usize = 200;

/// What there is to bill, by customer: jobs with something left, and those without rates.
///
/// # Errors
/// Not found for a foreign customer; field errors, also beyond `most` jobs.
pub fn list_bills(app: &App, right: &Right<BillJob>, asked: Asked, most: usize) -> Result<Vec<CustomerBill>> {
    let day = today(app);
    app.store.read(|conn| {
        gather(conn, right.scope(), (asked, most, day), |job| {
            !job.left.is_empty() || job.rates.is_none() || job.lacks_price()
        })
    })
}

fn gather(
    conn: &mut AnyConnection,
    scope: &Scope,
    (asked, most, day): (Asked, usize, NaiveDate),
    keeps: impl Fn(&JobBill) -> bool,
) -> Result<Vec<CustomerBill>> {
    asked.check()?;
    if let Some(customer) = asked.customer_id {
        store::customers::find_customer(conn, scope, customer)?;
    }
    let (from, until) = asked.moments();
    let ids = list_to_bill(conn, scope, (asked.customer_id, from.into(), until.into()))?;
    if ids.len() > most {
        let words =
            format!("these are more than {most} jobs; choose fewer days, one customer, or the command line");
        return Err(Error::field("until", words));
    }
    let mut found: Vec<CustomerBill> = vec![];
    for some in ids.chunks(CHUNK) {
        for job in store::bills::list_jobs(conn, some)? {
            let bill = reckon(conn, scope, &job, day)?;
            if keeps(&bill) {
                add(conn, scope, &mut found, bill)?;
            }
        }
    }
    found.sort_by(|a, b| a.customer.cmp(&b.customer));
    Ok(found)
}

fn add(conn: &mut AnyConnection, scope: &Scope, found: &mut Vec<CustomerBill>, bill: JobBill) -> Result<()> {
    let customer_id = bill.job.customer_id;
    match found.iter_mut().find(|one| one.customer_id == customer_id) {
        Some(one) => one.jobs.push(bill),
        None => {
            let customer = store::customers::find_customer(conn, scope, customer_id)?.name;
            found.push(CustomerBill { customer_id, customer, jobs: vec![bill] });
        }
    }
    Ok(())
}
