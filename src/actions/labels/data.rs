//! What one label says, and whether it may say it.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::asset::Lifecycle;
use domain::code::Code;
use domain::equipment::TestKind;
use domain::label::{Design, LabelData};
use domain::schedule::local_date;
use domain::standing::{Behind, LockWhy, Marks, Standing, TestRecord, standing};
use domain::tag::{Tag, fold, label_url};
use domain::verdict::Verdict;
use store::label_rows::{LabelRow, Tested};

use crate::actions::set_up::Firm;
use crate::error::{Error, Result};

/// A tag that gets no label, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The tag.
    pub tag: String,
    /// The reason, in words.
    pub why: String,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.tag, self.why)
    }
}

/// What is proven of an asset.
enum Proven<'a> {
    Pass(&'a Tested),
    /// It is locked; with the fail behind it, where one is recorded.
    Locked(&'a str, Option<&'a Tested>),
    /// Neither, and why.
    Nothing(String),
}

/// The label of an asset, or why the design may not be printed for it.
///
/// # Errors
/// Internal for a site whose time zone is not known.
pub(super) fn label_of(
    row: &LabelRow,
    (tests, marks): (&[Tested], &Marks),
    design: &Design,
    (firm, base_url, now): (&Firm, &str, DateTime<Utc>),
) -> Result<std::result::Result<LabelData, String>> {
    if let life @ (Lifecycle::Disposed | Lifecycle::Lost | Lifecycle::Merged) = row.lifecycle.0 {
        return Ok(Err(format!("it is recorded as {}", life.noun())));
    }
    let proven = proven(row, (tests, marks), local_date(now, zone(row)?));
    let data = fill_test(fill_asset(row, firm, base_url), row, &proven)?;
    let broken = design.requires.iter().find(|(field, wanted)| data.get(field) != wanted.as_str());
    Ok(match broken {
        None => Ok(data),
        Some((field, wanted)) if field == "test.verdict" => Err(refusal(wanted, &proven)),
        Some((field, wanted)) => Err(format!("this design is only for {field} \"{wanted}\"")),
    })
}

fn refusal(wanted: &str, proven: &Proven) -> String {
    match proven {
        Proven::Locked(cause, _) => format!("it is quarantined: {cause}"),
        Proven::Nothing(why) => why.clone(),
        Proven::Pass(_) if wanted == "fail" => "it is not quarantined".to_owned(),
        Proven::Pass(_) => format!("this design is only for the verdict \"{wanted}\""),
    }
}

/// A pass counts only where nothing says otherwise and nothing is due: a look today proves nothing of the test that
/// is owed. A user's own check is no inspection: it neither brings a pass label nor takes one away.
fn proven<'a>(row: &'a LabelRow, (tests, marks): (&'a [Tested], &Marks), today: NaiveDate) -> Proven<'a> {
    if let Some(cause) = &row.lock_cause {
        return Proven::Locked(cause, failed(tests, marks));
    }
    let records = records(tests);
    let inspection = tests.iter().rfind(|tested| tested.record.kind != TestKind::UserCheck);
    let why = match (standing(&records, marks), inspection, row.due_on) {
        (_, _, _) if tests.is_empty() => "it was never tested".to_owned(),
        (Standing { overridden: Some(lock), .. }, ..) => {
            let what = if lock.why == LockWhy::Opened { "was opened" } else { "failed" };
            format!("it {what}, and was released without a test after repair")
        }
        (Standing { verdict: Some(Verdict::Incomplete), .. }, ..) => {
            "its last test was incomplete".to_owned()
        }
        (_, None, _) => "it had no inspection, only checks by its user".to_owned(),
        (_, _, Some(due)) if due <= today => format!("an inspection is due since {due}"),
        (_, Some(tested), _) if tested.record.verdict == Verdict::Pass => return Proven::Pass(tested),
        _ => "its last inspection did not pass".to_owned(),
    };
    Proven::Nothing(why)
}

fn records(tests: &[Tested]) -> Vec<TestRecord> {
    tests.iter().map(|tested| tested.record.clone()).collect()
}

/// The failed test behind a lock; none where something else locks, whatever failed long ago.
pub(super) fn failed<'a>(tests: &'a [Tested], marks: &Marks) -> Option<&'a Tested> {
    let open = standing(&records(tests), marks).open;
    let only_held = !open.is_empty() && open.iter().all(|lock| matches!(lock.behind, Behind::Hold(_)));
    tests.iter().rfind(|tested| tested.record.verdict == Verdict::Fail && !only_held)
}

fn zone(row: &LabelRow) -> Result<Tz> {
    row.time_zone.parse().map_err(|_| Error::Internal(format!("time zone {}", row.time_zone)))
}

fn fill_asset(row: &LabelRow, firm: &Firm, base_url: &str) -> LabelData {
    let (tag, url) = match row.tag.parse::<Tag>() {
        Ok(tag) => (tag.spoken(), label_url(base_url, tag)),
        // A code that was there before is printed as it always was.
        Err(_) => (row.tag.clone(), code_url(base_url, &row.tag)),
    };
    LabelData::new()
        .with("asset.tag", tag)
        .with("asset.url", url)
        .with("asset.description", &row.description)
        .with("asset.make", &row.make)
        .with("asset.model", &row.model)
        .with("asset.serial", &row.serial)
        .with("asset.customer_number", row.customer_number.clone().unwrap_or_default())
        .with("asset.place", row.place.clone().unwrap_or_default())
        .with("asset.class", row.equipment_class.map(|class| class.label()).unwrap_or_default())
        .with("customer.name", &row.customer)
        .with("site.name", &row.site)
        .with("firm.name", &firm.name)
        .with("firm.phone", &firm.phone)
}

fn fill_test(mut data: LabelData, row: &LabelRow, proven: &Proven) -> Result<LabelData> {
    let (tested, verdict) = match proven {
        Proven::Pass(tested) => (Some(*tested), "pass"),
        Proven::Locked(_, tested) => (*tested, "fail"),
        Proven::Nothing(_) => return Ok(data),
    };
    data.set("test.verdict", verdict);
    if let Proven::Locked(cause, _) = proven {
        data.set("test.reason", *cause);
    } else if let (true, Some(due)) = (row.label_next_due, row.due_on) {
        data.set("test.next_due", due.format("%b %Y").to_string());
    }
    if let Some(tested) = tested {
        let day = local_date(tested.record.performed_at, zone(row)?);
        data.set("test.date", day.format("%-d %b %Y").to_string());
        data.set("test.initials", tested.initials.as_str());
        data.set("test.kind", tested.record.kind.label());
    }
    Ok(data)
}

/// The address of a code that is not ours. Folded, since that is how it is found; escaped, since anything may be in it.
fn code_url(base_url: &str, code: &str) -> String {
    let code = crate::web::problem::form_urlencoded(&fold(code)).replace('/', "%2F");
    format!("{}/T/{code}", base_url.trim_end_matches('/').to_uppercase())
}
