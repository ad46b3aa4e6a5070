//! The instruments' own history: a calibration each year, and a proof check each week of the last half year.

use chrono::{Datelike, Days, Months, NaiveDate};
use domain::calibration::AsFound;
use domain::evidence::InstrumentAsUsed;
use domain::judged::ReadingVerdict;
use domain::proof_check::{judge_check, parse_points};
use store::calibrations::{CalibrationFields, insert_calibration};
use store::instruments::{InstrumentFields, insert_instrument};
use store::proof_checks::{CheckBoxFields, insert_check_box, insert_proof_check};
use store::{Error, Result, Tx};

use super::organisation::Instrument;

const POINTS: &str = "Earth continuity; 0.50 ohm; 0.05\nInsulation resistance; 2.00 Mohm; 5 %\n\
     Substitute leakage; 1.00 mA; 0.10";
/// What an instrument in order shows, and one whose leads are worn.
const SOUND: [[&str; 3]; 4] =
    [["0.51", "2.02", "1.01"], ["0.50", "1.99", "1.00"], ["0.52", "2.01", "0.98"], ["0.49", "2.00", "1.02"]];
const WORN: [&str; 3] = ["0.61", "2.01", "1.00"];
const YEARS: u32 = 5;
const WEEKS: u64 = 26;
/// The second instrument failed so many weeks ago.
const FAILED_WEEKS_AGO: u64 = 9;

/// Writes an instrument with its calibrations, and gives it as it is today.
///
/// # Errors
/// The database's.
pub fn write_instrument(tx: &mut Tx, one: &Instrument, today: NaiveDate) -> Result<InstrumentAsUsed> {
    let fields = InstrumentFields {
        make: one.make.clone(),
        model: one.model.clone(),
        serial: one.serial.clone(),
        proof_check_days: Some(7),
        ..InstrumentFields::default()
    };
    let id = insert_instrument(tx, fields)?;
    let last = one.calibration_due(today);
    for back in (0..=YEARS).rev() {
        let due_on = last - Months::new(12 * back);
        let certificate = if back == 0 { one.certificate.clone() } else { older_certificate(id, due_on) };
        let calibration = CalibrationFields {
            certificate,
            laboratory: "Northgate Calibration Laboratory".to_owned(),
            calibrated_on: Some(due_on - Months::new(12)),
            due_on,
            as_found: AsFound::Within,
            note: String::new(),
            supersedes: None,
        };
        insert_calibration(tx, id, &calibration, None)?;
    }
    Ok(InstrumentAsUsed {
        id,
        make: one.make.clone(),
        model: one.model.clone(),
        serial: one.serial.clone(),
        calibration_certificate: one.certificate.clone(),
        calibration_due: Some(last),
    })
}

/// The made-up number of the certificate whose calibration ended on a day.
pub fn older_certificate(id: i64, due: NaiveDate) -> String {
    format!("CAL-{:02}-{:04}", (due.year() - 1) % 100, 100 + id * 37)
}

/// Writes a check box and the checks made against it, each by one of the engineers.
///
/// # Errors
/// The database's.
pub fn write_checks(
    tx: &mut Tx,
    (instruments, engineers): (&[InstrumentAsUsed], &[(i64, String)]),
    today: NaiveDate,
) -> Result<()> {
    let points = parse_points(POINTS).map_err(Error::Unavailable)?;
    let fields = CheckBoxFields { name: "Check box CB-4".to_owned(), points: points.clone(), retired: false };
    let box_id = insert_check_box(tx, fields)?;
    for (at, instrument) in instruments.iter().enumerate() {
        for week in (0..WEEKS).rev() {
            let on = today - Days::new(week * 7 + at as u64);
            let failed = at == 1 && week == FAILED_WEEKS_AGO;
            let shown = if failed { WORN } else { SOUND[(week as usize + at) % SOUND.len()] };
            let given = shown.map(str::to_owned);
            let (readings, verdict) =
                judge_check(&points, &given).map_err(|(_, why)| Error::Unavailable(why))?;
            let bad = readings.iter().any(|reading| reading.verdict == ReadingVerdict::Fail);
            let note = if bad { "Probe lead worn; replaced the same day." } else { "" };
            let (by, _) = engineers[at % engineers.len()];
            insert_proof_check(tx, (instrument.id, box_id, on), (readings, verdict), (by, note))?;
        }
    }
    Ok(())
}
