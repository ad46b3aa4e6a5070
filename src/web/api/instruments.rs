//! `/api/v1/instruments/{id}` and its calibrations.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use chrono::NaiveDate;
use domain::calibration::AsFound;
use domain::code::Code;
use domain::permission::{EditInstrument, ViewRegister};
use serde::Serialize;
use store::calibrations::{CalibrationFields, CalibrationRow, counting, find_calibration};

use super::body::Body;
use crate::actions::{calibrations, instruments};
use crate::error::{Error, Result};
use crate::web::forms::SHORT;
use crate::web::replay::{Answer, RequestKey, once};
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// An instrument with its history.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct InstrumentDocument {
    id: i64,
    make: String,
    model: String,
    serial: String,
    owner: String,
    /// Certificate of the calibration that governs it now.
    calibration_certificate: String,
    calibration_due: Option<NaiveDate>,
    /// Days between proof checks; null where none are asked for.
    proof_check_days: Option<i64>,
    retired: bool,
    /// Calibrations, the latest written down first.
    calibrations: Vec<CalibrationDocument>,
    /// The latest proof checks.
    proof_checks: Vec<ProofCheckDocument>,
}

/// A calibration.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CalibrationDocument {
    id: i64,
    certificate: String,
    laboratory: String,
    calibrated_on: Option<NaiveDate>,
    due_on: NaiveDate,
    /// `within`, `adjusted`, `failed` or `not_told`.
    as_found: &'static str,
    note: String,
    /// SHA-256 of the certificate's file.
    file_sha256: Option<String>,
    /// The calibration that it takes the place of.
    supersedes: Option<i64>,
    /// Whether another one took its place.
    superseded: bool,
}

/// A proof check.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProofCheckDocument {
    checked_on: NaiveDate,
    check_box: String,
    /// `pass`, `fail` or `incomplete`.
    verdict: &'static str,
}

/// A calibration as it is sent.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = NewCalibration)]
pub struct CalibrationSchema {
    /// Number of the laboratory's certificate.
    pub certificate: String,
    /// The laboratory.
    pub laboratory: Option<String>,
    /// The day.
    pub calibrated_on: NaiveDate,
    /// Its last day.
    pub due_on: NaiveDate,
    /// `within`, `adjusted`, `failed` or `not_told` (where left out).
    pub as_found: Option<String>,
    /// A note; why, where it takes the place of another one.
    pub note: Option<String>,
    /// The calibration of this instrument that it takes the place of.
    pub supersedes: Option<i64>,
}

/// An instrument with its calibrations and latest proof checks.
///
/// # Errors
/// Not found.
#[utoipa::path(get, path = "/api/v1/instruments/{id}", tag = "register",
    params(("id" = i64, Path, description = "The instrument's id, from the list")),
    responses((status = 200, body = InstrumentDocument), (status = 401), (status = 404)))]
pub async fn show_instrument(visitor: Visitor, id: Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let whole = instruments::find_whole(&visit.app, &visit.right::<ViewRegister>()?, *id)?;
            Reply::json(StatusCode::OK, &document(whole))
        })
        .await
}

fn document(whole: instruments::Whole) -> InstrumentDocument {
    let one = whole.listed.instrument;
    let counts: Vec<i64> =
        counting(whole.calibrations.iter().map(|(row, _)| row)).iter().map(|one| one.number).collect();
    let calibrations = whole.calibrations.into_iter().map(|(row, _)| {
        let superseded = !counts.contains(&row.id);
        calibration(row, superseded)
    });
    let checks = whole.checks.into_iter().map(|(row, _, check_box)| ProofCheckDocument {
        checked_on: row.checked_on,
        check_box,
        verdict: row.verdict.0.code(),
    });
    InstrumentDocument {
        id: one.id,
        make: one.make,
        model: one.model,
        serial: one.serial,
        owner: one.owner,
        calibration_certificate: one.calibration_certificate,
        calibration_due: one.calibration_due,
        proof_check_days: one.proof_check_days,
        retired: one.retired,
        calibrations: calibrations.collect(),
        proof_checks: checks.collect(),
    }
}

fn calibration(row: CalibrationRow, superseded: bool) -> CalibrationDocument {
    CalibrationDocument {
        id: row.id,
        certificate: row.certificate,
        laboratory: row.laboratory,
        calibrated_on: row.calibrated_on,
        due_on: row.due_on,
        as_found: row.as_found.0.code(),
        note: row.note,
        file_sha256: row.file_hash,
        supersedes: row.supersedes,
        superseded,
    }
}

/// Adds a calibration to an instrument; its certificate's file is added on the page.
///
/// # Errors
/// Field errors, forbidden, not found, a conflict when the one it replaces was replaced already.
#[utoipa::path(post, path = "/api/v1/instruments/{id}/calibrations", tag = "register", request_body = CalibrationSchema,
    params(("id" = i64, Path, description = "The instrument's id, from the list"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key again answers the same and adds nothing")),
    responses((status = 201, body = CalibrationDocument), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub async fn add_calibration(
    visitor: Visitor,
    id: Path<i64>,
    key: RequestKey,
    bytes: Bytes,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<EditInstrument>()?;
            let answer = once(&visit.app, right.actor(), &key, &bytes, |tx| {
                let (number, events) = calibrations::add_in(tx, &visit.app, &right, *id, read(&bytes)?)?;
                let row = find_calibration(tx, *id, number)?;
                let body = serde_json::to_string(&calibration(row, false))
                    .map_err(|error| Error::Internal(error.to_string()))?;
                let location = Some(format!("/api/v1/instruments/{id}"));
                Ok((Answer { status: 201, location, etag: None, body }, events))
            })?;
            Ok(answer.into())
        })
        .await
}

fn read(bytes: &Bytes) -> Result<CalibrationFields> {
    let mut body = Body::read(bytes)?;
    let text = |body: &mut Body, name: &str| {
        let text = body.text(name).value().unwrap_or_default().trim().to_owned();
        if text.chars().count() > SHORT {
            body.fail(name, format!("use at most {SHORT} characters"));
        }
        text
    };
    let (certificate, laboratory) = (text(&mut body, "certificate"), text(&mut body, "laboratory"));
    let note = text(&mut body, "note");
    if certificate.is_empty() {
        body.fail("certificate", "give the number of the laboratory's certificate");
    }
    let (calibrated_on, due_on) = (body.date("calibrated_on").value(), body.date("due_on").value());
    for (name, missing) in [("calibrated_on", calibrated_on.is_none()), ("due_on", due_on.is_none())] {
        if missing {
            body.fail(name, "give a date such as \"2026-11-22\"");
        }
    }
    let as_found = body.code::<AsFound>("as_found").value().unwrap_or(AsFound::NotTold);
    let supersedes = body.whole("supersedes").value();
    body.finish()?;
    let due_on = due_on.ok_or_else(|| Error::field("due_on", "give a date"))?;
    Ok(CalibrationFields { certificate, laboratory, calibrated_on, due_on, as_found, note, supersedes })
}
