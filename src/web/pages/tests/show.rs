//! A recorded test: what it came to, and all that it rests on. And the review of a lock.

use actix_web::web;
use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::asset::Status;
use domain::code::Code;
use domain::equipment::TestKind;
use domain::evidence::{ReadingEvidence, TestEvidence};
use domain::history_link::NOW;
use domain::permission::{AttachFile, IssueCertificate, RecordTest, ReviewLock, Role, ViewRegister, WorkJob};
use domain::ruleset::RuleSet;
use domain::standing::Standing;
use domain::verdict::Verdict;
use store::assets::{Asset, find_asset, names_of};
use store::files::{Attachment, list_attachments};
use store::history_links::Belonging;
use store::jobs::Job;
use store::jobs::assets::list_jobs_of_assets;
use store::people::find_person;
use store::tests::RecordedTest;
use store::withdrawals::{WithdrawalRow, find_withdrawal};
use store::{AnyConnection, Scope};

use crate::actions::dues::time_zone;
use crate::actions::tests::{self, needs_review};
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "tests/show.html")]
struct TestPage {
    chrome: Chrome,
    test: RecordedTest,
    asset: Asset,
    zone: Tz,
    tester: String,
    corrected_by: Option<String>,
    withdrawn: Option<WithdrawalRow>,
    corrector: String,
    records: bool,
    corrects: bool,
    attaches: bool,
    issues: bool,
    reviewable: bool,
    files: Vec<Attachment>,
    /// The asset for which it counts, where that is not the one it was recorded of.
    counts_for: Option<Asset>,
    /// Open recalls of its instrument, by their numbers.
    recalls: Vec<i64>,
    /// The open jobs about the asset, by their numbers.
    jobs: Vec<String>,
}

impl TestPage {
    fn evidence(&self) -> &TestEvidence {
        &self.test.evidence
    }

    fn heading(&self) -> &'static str {
        match self.evidence().verdict {
            Verdict::Pass => "PASS",
            Verdict::Fail => "FAILED – DO NOT USE",
            Verdict::Incomplete => "INCOMPLETE – no pass",
        }
    }

    fn status(&self) -> Status {
        self.asset.status()
    }

    fn quarantined_then(&self) -> bool {
        self.evidence().asset_status == Status::Quarantined
    }

    fn local(&self, at: &DateTime<Utc>) -> String {
        at.with_timezone(&self.zone).format("%Y-%m-%d %H:%M %Z").to_string()
    }

    fn value(&self, reading: &ReadingEvidence) -> String {
        let unit = reading.unit.map_or("", |unit| unit.label());
        match &reading.given {
            Some(given) => format!("{given} {unit}").trim().to_owned(),
            None => "–".to_owned(),
        }
    }

    fn limit(&self, reading: &ReadingEvidence) -> String {
        reading.limit().map(|limit| limit.words()).unwrap_or_default()
    }

    fn margin(&self, reading: &ReadingEvidence) -> String {
        let unit = reading.limit().map_or("", |limit| limit.unit.label());
        reading.margin().map(|margin| format!("{margin} {unit}")).unwrap_or_default()
    }

    /// The rule set by name, with edition and the version of its data.
    fn ruleset(&self) -> String {
        let evidence = self.evidence();
        let name = RuleSet::find(&evidence.ruleset).map_or(evidence.edition.clone(), RuleSet::full_name);
        format!("{name}, data version {}", evidence.ruleset_version)
    }

    fn verdict_class(&self, reading: &ReadingEvidence) -> &'static str {
        reading.verdict.code()
    }
}

/// `GET /tests/{id}`.
///
/// # Errors
/// Not found.
pub async fn show_test(visitor: Visitor, id: web::Path<String>) -> Result<Reply> {
    visitor.run(move |visit| Reply::ok(&page(visit, &id)?)).await
}

/// The open jobs of an asset that whoever looks may work on, the latest first.
fn open_jobs(conn: &mut AnyConnection, visit: &Visit, asset_id: i64) -> Result<Vec<String>> {
    if !visit.actor.may::<WorkJob>() {
        return Ok(vec![]);
    }
    let jobs = list_jobs_of_assets(conn, visit.actor.scope(), &[asset_id], 20)?;
    Ok(jobs.into_iter().filter(Job::is_open).map(|job| job.number).collect())
}

fn page(visit: &Visit, id: &str) -> Result<TestPage> {
    let (test, corrected_by) = tests::find_test(&visit.app, &visit.right::<ViewRegister>()?, id)?;
    visit.app.store.read(|conn| {
        let asset = find_asset(conn, visit.actor.scope(), test.row.asset_id)?;
        let zone = time_zone(&names_of(conn, &asset)?.time_zone)?;
        let mut name = |id| find_person(conn, id).map(|p| p.map(|p| p.name).unwrap_or_default());
        let tester = name(test.row.person_id)?;
        let corrector = test.evidence.supersedes.as_ref().map_or(Ok(String::new()), |c| name(c.by.id))?;
        let own = visit.actor.person_id() == Some(test.row.person_id);
        let records = visit.actor.may::<RecordTest>();
        let withdrawn = find_withdrawal(conn, &test.row.id)?;
        let stands = corrected_by.is_none() && withdrawn.is_none();
        let reviewable = visit.actor.may::<ReviewLock>() && asset.lock_cause.is_some();
        Ok(TestPage {
            chrome: Chrome::new(visit, format!("{} of {}", test.evidence.kind.label(), asset.description)),
            corrects: records && stands && (own || visit.actor.role() >= Role::Manager),
            attaches: visit.actor.may::<AttachFile>(),
            issues: withdrawn.is_none() && visit.actor.may::<IssueCertificate>(),
            files: files_of(conn, &test)?,
            recalls: recalls_of(conn, &test)?,
            counts_for: counts_for(conn, visit.actor.scope(), &test)?,
            jobs: open_jobs(conn, visit, asset.id)?,
            test,
            asset,
            zone,
            tester,
            corrected_by,
            withdrawn,
            corrector,
            records,
            reviewable,
        })
    })
}

fn counts_for(conn: &mut AnyConnection, scope: &Scope, test: &RecordedTest) -> Result<Option<Asset>> {
    let row = &test.row;
    let home = Belonging::load(conn, &[row.asset_id])?.test_at((row.asset_id, &row.id), NOW);
    if home == row.asset_id { Ok(None) } else { Ok(Some(find_asset(conn, scope, home)?)) }
}

fn recalls_of(conn: &mut AnyConnection, test: &RecordedTest) -> Result<Vec<i64>> {
    let row = &test.row;
    let doubts = store::recalls::list_doubts(conn)?.into_iter();
    let mine = doubts.filter(|doubt| doubt.affects(row.instrument_id, row.performed_at.utc()));
    Ok(mine.map(|doubt| doubt.recall_id).collect())
}

/// The photos and documents of a test that were not withdrawn.
fn files_of(conn: &mut AnyConnection, test: &RecordedTest) -> Result<Vec<Attachment>> {
    let all = list_attachments(conn, test.row.asset_id)?.into_iter();
    let of_test = |file: &Attachment| file.test_id.as_ref() == Some(&test.row.id);
    Ok(all.filter(|file| of_test(file) && file.withdrawn_at.is_none()).collect())
}

#[derive(Template)]
#[template(path = "tests/review.html")]
struct ReviewPage {
    chrome: Chrome,
    asset: Asset,
    standing: Option<Standing>,
    form: Form,
}

/// `GET /assets/{tag}/review`.
///
/// # Errors
/// Not found, forbidden.
pub async fn show_review(visitor: Visitor, tag: web::Path<String>) -> Result<Reply> {
    visitor.run(move |visit| Reply::ok(&review_page(visit, &tag, Form::default())?)).await
}

/// `POST /assets/{tag}/review`.
///
/// # Errors
/// Not found, forbidden; a missing reason shows the form again.
pub async fn review_lock(
    visitor: Visitor,
    tag: web::Path<String>,
    pairs: web::Form<Vec<(String, String)>>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let right = visit.right::<ReviewLock>()?;
            match tests::review(&visit.app, &right, &tag, form.value("reason")) {
                Ok(()) => Ok(Reply::see_other(&format!("/t/{}", tag.as_str()), "saved")),
                Err(error) => {
                    form.take(error)?;
                    Reply::unprocessable(&review_page(visit, &tag, form)?)
                }
            }
        })
        .await
}

fn review_page(visit: &Visit, tag: &str, form: Form) -> Result<ReviewPage> {
    visit.right::<ReviewLock>()?;
    visit.app.store.read(|conn| {
        let asset = tests::find_asset(conn, visit.actor.scope(), tag)?;
        let standing = needs_review(conn, asset.id)?;
        Ok::<_, Error>(ReviewPage { chrome: Chrome::new(visit, "Why it is locked"), asset, standing, form })
    })
}
