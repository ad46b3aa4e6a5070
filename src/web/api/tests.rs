//! `/api/v1/assets/{tag}/tests` and `/api/v1/tests/{id}`.

use actix_web::http::StatusCode;
use actix_web::web;
use chrono::{DateTime, Utc};
use domain::code::Code;
use domain::permission::{AttachFile, RecordTest, ViewRegister};
use serde::Serialize;
use store::test_photos::{TestPhoto, list_test_photos};
use store::tests::RecordedTest;

use crate::actions::attachments::MOST_BYTES;
use crate::actions::test_photos::{MOST, new_photos};
use crate::actions::tests::{self, Recorded, TestRequest, VerdictDocument};
use crate::error::{Error, Result};
use crate::web::replay::{Answer, RequestKey, once};
use crate::web::reply::Reply;
use crate::web::upload::{Sent, SentFile, read_uploads};
use crate::web::visitor::Visitor;

/// A test as it is sent.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = TestRequest)]
pub struct TestRequestSchema {
    /// UUID that you make for this test; sending the same test again with it answers the same bytes.
    pub id: String,
    /// `user_check`, `formal_visual`, `combined`, `new_to_service` or `after_repair`.
    pub kind: String,
    /// Code of the rule set: `iet5`, `en50699`, `en50678`, `vde0701` or `asnzs3760`; the customer's where left out,
    /// and the one for repaired items where the kind is `after_repair`.
    pub ruleset: Option<String>,
    /// Code of the sequence it was taken by: what that asks for is needed for a pass. The category's, or the one that
    /// fits the equipment, where left out.
    pub sequence: Option<String>,
    /// When it was done.
    pub performed_at: DateTime<Utc>,
    /// Serial number of the instrument.
    pub instrument: Option<String>,
    /// What was looked at: `pass`, `fail` or `not_applicable` by `plug`, `flex`, `enclosure`, `environment`,
    /// `socket`, `switch`, `fuse`, `cord_grip`, `suitability`, `overheating`, `earlier_repairs`.
    pub visual: std::collections::BTreeMap<String, String>,
    /// What was measured.
    pub readings: Vec<ReadingSchema>,
    /// Why this item must not be tested for insulation resistance.
    pub insulation_unsuitable: Option<String>,
    /// Number of the visit; your open one at the site where left out, none for 0.
    pub visit: Option<i64>,
    /// A note.
    pub note: Option<String>,
}

/// A reading as it is sent; quantities as decimal strings.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = Reading)]
pub struct ReadingSchema {
    /// `earth_continuity`, `insulation_resistance`, `touch_current`, `protective_conductor_current`,
    /// `substitute_leakage`, `polarity`, `rcd_trip_time`, `functional` or `load`.
    pub test: String,
    /// Such as `0.08`, `<5`, `>19.99`, `OL`, `pass`.
    pub value: String,
    /// `ohm`, `Mohm`, `mA`, `ms` or `VA`.
    pub unit: Option<String>,
    /// Test voltage in volts.
    pub voltage_v: Option<i64>,
    /// Test current in amperes.
    pub test_current_a: Option<String>,
    /// Rated residual current of the RCD in milliamperes.
    pub rated_ma: Option<String>,
    /// Multiple of the rated residual current.
    pub multiplier: Option<String>,
    /// Socket of an extension lead, from 1.
    pub socket: Option<i64>,
    /// Conductor or half-wave.
    pub phase: Option<String>,
}

/// A recorded test.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct TestDocument {
    /// The asset's tag when it was tested.
    pub tag: String,
    /// Kind of inspection.
    pub kind: &'static str,
    /// When it was done.
    pub performed_at: DateTime<Utc>,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// Code of the rule set.
    pub ruleset: String,
    /// Its edition.
    pub edition: String,
    /// Code of the sequence it was taken by.
    pub sequence: Option<String>,
    /// Serial number of the instrument.
    pub instrument: Option<String>,
    /// Number of the visit.
    pub visit: Option<i64>,
    /// The engineer's note.
    pub note: String,
    /// The test that this one corrects.
    pub supersedes: Option<String>,
    /// The test that corrects this one.
    pub superseded_by: Option<String>,
    /// What it amounts to.
    #[serde(flatten)]
    pub verdict: VerdictDocument,
    /// Its photos and documents.
    pub photos: Vec<PhotoDocument>,
    /// Its number in the customer's ledger.
    pub ledger_number: i64,
    /// The ledger's hash with it.
    pub ledger_hash: String,
}

/// A photo or document of a test, as the ledger has it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PhotoDocument {
    /// The file's number, as in `/files/{id}`.
    pub file: i64,
    /// SHA-256 of the file as it is kept.
    pub sha256: String,
    /// Its length.
    pub size_bytes: i64,
    /// What it is.
    pub media_type: String,
    /// When it was attached.
    pub attached_at: DateTime<Utc>,
    /// Whether it was withdrawn later.
    pub withdrawn: bool,
    /// Its number in the customer's ledger.
    pub ledger_number: i64,
}

/// Records a test. The verdict is computed; a fail locks the asset at once. Sent as `multipart/form-data`, the
/// document is the part `test`, and up to five parts `photo` (JPEG, PNG, WebP or PDF) are kept with it by their hashes.
///
/// # Errors
/// Field errors, not found, a reused id, an asset that cannot be tested.
#[utoipa::path(post, path = "/api/v1/assets/{tag}/tests", tag = "tests", request_body = TestRequestSchema,
    params(("tag" = String, Path, description = "The asset's tag")),
    responses((status = 201, body = VerdictDocument, description = "Also when the same test was sent before"),
        (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub async fn record_test(
    asks: Visitor,
    visitor: Visitor,
    tag: web::Path<String>,
    key: RequestKey,
    sent: Sent<web::Bytes>,
) -> Result<Reply> {
    asks.run(|visit| visit.right::<RecordTest>().map(drop)).await?;
    let (bytes, photos) = read_body(sent).await?;
    visitor
        .run(move |visit| {
            let right = visit.right::<RecordTest>()?;
            let mut request = read(&bytes)?;
            if !photos.is_empty() {
                visit.right::<AttachFile>()?;
                request.photos = new_photos("photo", &photos)?;
            }
            let bytes = once_of(bytes, &request);
            if !key.is_given() {
                return Ok(answer(tests::record_test(&visit.app, &right, &tag, &request)?).into());
            }
            let once = once(&visit.app, right.actor(), &key, &bytes, |tx| {
                let (recorded, events) = tests::record_in(tx, &right, &tag, &request)?;
                Ok((answer(recorded), events))
            })?;
            Ok(once.into())
        })
        .await
}

/// What makes a request the same for its key: the document, and the photos by hash.
fn once_of(bytes: web::Bytes, request: &TestRequest) -> web::Bytes {
    if request.photos.is_empty() {
        return bytes;
    }
    let hashes = request.photos.iter().map(|photo| photo.sent.as_bytes());
    [&bytes[..]].into_iter().chain(hashes).collect::<Vec<_>>().join(&b'\n').into()
}

/// Reads a test as it came: a document; or in parts, the document as `test` and photos as `photo`.
async fn read_body(sent: Sent<web::Bytes>) -> Result<(web::Bytes, Vec<SentFile>)> {
    match sent {
        Sent::Plain(bytes) => Ok((bytes, vec![])),
        Sent::Parts(parts) => {
            let (form, photos) = read_uploads(parts, "photo", (MOST_BYTES, MOST)).await?;
            Ok((form.value("test").to_owned().into(), photos))
        }
    }
}

fn answer(recorded: Recorded) -> Answer {
    let location = Some(format!("/api/v1/tests/{}", recorded.id));
    Answer { status: 201, location, etag: None, body: recorded.document }
}

fn read(bytes: &web::Bytes) -> Result<TestRequest> {
    let request: TestRequest =
        serde_json::from_slice(bytes).map_err(|error| Error::field("body", error.to_string()))?;
    // A form is sent when it is done; a program may send later, so it has to say when. No time is a wrong time,
    // told together with whatever else is wrong.
    let performed_at = Some(request.performed_at.unwrap_or_default());
    Ok(TestRequest { performed_at, ..request })
}

/// A recorded test.
///
/// # Errors
/// Not found.
#[utoipa::path(get, path = "/api/v1/tests/{id}", tag = "tests",
    params(("id" = String, Path, description = "The test's id")),
    responses((status = 200, body = TestDocument), (status = 401), (status = 404)))]
pub async fn show_test(visitor: Visitor, id: web::Path<String>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<ViewRegister>()?;
            let (test, superseded_by) = tests::find_test(&visit.app, &right, &id)?;
            let photos = visit.app.store.read(|conn| list_test_photos(conn, &test.row.id))?;
            let document = document(test, superseded_by);
            Reply::json(StatusCode::OK, &TestDocument { photos: photos_of(&photos), ..document })
        })
        .await
}

/// What was attached, each with whether a later row withdraws it.
fn photos_of(rows: &[TestPhoto]) -> Vec<PhotoDocument> {
    let attached = rows.iter().filter(|row| row.withdraws.is_none());
    let document = |row: &TestPhoto| PhotoDocument {
        file: row.attachment_id,
        sha256: row.hash.clone(),
        size_bytes: row.size,
        media_type: row.media_type.clone(),
        attached_at: row.at.utc(),
        withdrawn: rows.iter().any(|other| other.withdraws.as_ref() == Some(&row.id)),
        ledger_number: row.seq,
    };
    attached.map(document).collect()
}

fn document(test: RecordedTest, superseded_by: Option<String>) -> TestDocument {
    let RecordedTest { row, evidence, hash, away: _ } = test;
    TestDocument {
        tag: evidence.asset.tag.clone(),
        kind: evidence.kind.code(),
        performed_at: evidence.performed_at,
        received_at: evidence.received_at,
        ruleset: evidence.ruleset.clone(),
        edition: evidence.edition.clone(),
        sequence: evidence.sequence.as_ref().map(|used| used.code.clone()),
        instrument: evidence.instrument.as_ref().map(|instrument| instrument.serial.clone()),
        visit: evidence.visit_id,
        note: evidence.note.clone(),
        supersedes: row.supersedes,
        superseded_by,
        verdict: VerdictDocument::from(&evidence),
        photos: vec![],
        ledger_number: row.seq,
        ledger_hash: hash,
    }
}
