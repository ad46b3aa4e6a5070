//! From a judged record to a test ready for the ledger.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::asset::Status;
use domain::code::Code;
use domain::evidence::{FORM, PersonCommitted, SubjectFacts, TestEvidence, readings_of};
use domain::evidence_source::{ImportSource, InstrumentInFile};
use domain::schedule::{NextDue, local_date};
use domain::verdict::Verdict;
use exchange::tester::{Measured, TestRecord};
use sha2::{Digest, Sha256};
use store::assets::{Asset, AssetFields, AssetNames};
use store::people::{NewPerson, find_person, insert_person};
use store::test_imports::{self as rows, TestImport};
use store::tests::{PreparedTest, TestRow};
use store::types::{Coded, Moment};
use store::{AnyConnection, Tx};

use super::judging::{JudgedRecord, clean, fill};
use super::known::Known;
use crate::actions::assets::{Draft, apply_defaults};
use crate::actions::set_up::new_person;
use crate::actions::tests::facts;
use crate::error::{Error, Result};
use crate::web::forms::LONG;

/// Who tested where the file does not say.
const UNNAMED: &str = "Not named in the file";

/// The fields of a record's asset: as they stand, what is empty filled from the file and what a person added; of a
/// new one as they will be.
pub(super) fn fields_for(
    known: &Known,
    import: &TestImport,
    asset: Option<&Asset>,
    record: &TestRecord,
) -> AssetFields {
    let Some(asset) = asset else { return new_fields(known, import, record) };
    let mut fields = asset.fields();
    fill(&mut fields, record, &import.additions.0);
    fields
}

fn new_fields(known: &Known, import: &TestImport, record: &TestRecord) -> AssetFields {
    let category = known.category(&record.category).or_else(|| known.category(&record.description));
    let mut fields = AssetFields::blank(category.map_or(0, |category| category.id), record.performed_on);
    fill(&mut fields, record, &import.additions.0);
    match category {
        Some(category) => {
            let draft = Draft { fields, heating: None, surge_suppressors: None, fill_in: true };
            apply_defaults(draft, category, None)
        }
        None => fields,
    }
}

/// The id of the test that a record becomes: the same whenever and however often it is asked for.
pub(super) fn test_id(import: &TestImport, record: i64) -> String {
    let name = format!("{} {} {} {record}", import.customer_id, import.file_hash, import.generation);
    let hash = Sha256::digest(name.as_bytes());
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

/// The people whom a file names, each looked up once.
#[derive(Default)]
pub(super) struct People(HashMap<String, PersonCommitted>);

impl People {
    /// Whoever a name stands for at this customer; made where it is new.
    pub fn find(&mut self, tx: &mut Tx, customer_id: i64, name: &str) -> Result<PersonCommitted> {
        let name = clean(&name.split_whitespace().collect::<Vec<_>>().join(" "), 200);
        let name = if name.is_empty() { UNNAMED.to_owned() } else { name };
        if let Some(known) = self.0.get(&name) {
            return Ok(known.clone());
        }
        let id = match rows::find_tester(tx, customer_id, &name)? {
            Some(id) => id,
            None => {
                let new = NewPerson { email: None, ..new_person(&name, "") };
                let person = insert_person(tx, &new)?;
                rows::insert_tester(tx, customer_id, person.id)?;
                person.id
            }
        };
        let person = committed(tx, id)?;
        self.0.insert(name, person.clone());
        Ok(person)
    }
}

/// A person by number, with the salted hash of who it is.
pub(super) fn committed(conn: &mut AnyConnection, id: i64) -> Result<PersonCommitted> {
    let person = find_person(conn, id)?.ok_or_else(|| Error::Internal(format!("there is no person {id}")))?;
    Ok(PersonCommitted { id, commitment: person.commitment() })
}

/// What a test rests on besides its record.
pub(super) struct Ground<'a> {
    pub known: &'a Known,
    pub import: &'a TestImport,
    pub asset: &'a Asset,
    pub tester: PersonCommitted,
    pub importer: Option<PersonCommitted>,
    pub used: Option<facts::Used>,
    pub now: DateTime<Utc>,
}

/// A test ready to be written.
pub(super) fn prepare(
    ground: Ground,
    (number, record): (i64, &TestRecord),
    judged: JudgedRecord,
    (next_due, status): (NextDue, Status),
) -> PreparedTest {
    let Ground { known, import, asset, tester, importer, used, now } = ground;
    let on = local_date(judged.performed_at, known.zone(Some(asset.site_id)));
    let mut warnings = instrument_warnings(record, used.as_ref(), &judged, on);
    let instrument = used.map(|used| used.instrument);
    let instrument_id = instrument.as_ref().map(|instrument| instrument.id);
    warnings.extend(judged.assumed);
    let (input, judgement) = (judged.input, judged.judgement);
    // What an incomplete test left unproven is owed, and no next date.
    let incomplete = judgement.verdict == Verdict::Incomplete;
    let to_come = |day: &chrono::NaiveDate| !incomplete || *day > on;
    let next_due = next_due.filter(to_come);
    let id = test_id(import, number);
    let person_id = tester.id;
    let evidence = TestEvidence {
        form: FORM,
        id: id.clone(),
        customer_id: asset.customer_id,
        asset: facts::as_tested(asset, names(known, asset)),
        kind: input.kind,
        performed_at: judged.performed_at,
        received_at: Moment::from(now).utc(),
        ruleset: judgement.ruleset.clone(),
        edition: judgement.edition.clone(),
        ruleset_version: judgement.version,
        subject: SubjectFacts::from(&judgement.subject),
        readings: readings_of(&input, &judgement),
        visual: input.visual,
        insulation_unsuitable: None,
        returns: false,
        sequence: judged.sequence,
        reasons: judgement.reasons,
        verdict: judgement.verdict,
        instrument,
        warnings,
        person: tester,
        visit_id: None,
        note: clean(&record.comments.join("\n"), LONG),
        supersedes: None,
        source: Some(source(import, (number, record), importer)),
        next_due,
        asset_status: status,
    };
    let row = TestRow {
        id,
        customer_id: asset.customer_id,
        seq: 0,
        site_id: asset.site_id,
        place_id: asset.place_id,
        asset_id: asset.id,
        kind: Coded(evidence.kind),
        performed_at: evidence.performed_at.into(),
        received_at: now.into(),
        person_id,
        instrument_id,
        visit_id: None,
        ruleset: judgement.ruleset,
        verdict: Coded(judgement.verdict),
        supersedes: None,
        returns: false,
        request_hash: None,
        response: None,
    };
    PreparedTest::new(row, &evidence)
}

fn instrument_warnings(
    record: &TestRecord,
    used: Option<&facts::Used>,
    judged: &JudgedRecord,
    on: chrono::NaiveDate,
) -> Vec<String> {
    let measured = judged.input.readings.iter().any(|reading| reading.test.unit().is_some());
    match (used, instrument_of(record)) {
        (None, Some(named)) if measured => {
            let name = format!("{} {}", named.name, named.serial);
            let lapsed = named.calibration_due.is_some_and(|due| due < on);
            let also = if lapsed { " By the file its calibration had lapsed." } else { "" };
            let name = name.trim();
            vec![format!(
                "The instrument of the file, {name}, is none of ours: its calibration is not known here.{also}"
            )]
        }
        _ => facts::warnings(used, measured),
    }
}

fn instrument_of(record: &TestRecord) -> Option<InstrumentInFile> {
    let given = &record.instrument;
    let made = format!("{} {}", given.make, given.model);
    let name = if given.name.trim().is_empty() { made } else { given.name.clone() };
    let found = InstrumentInFile {
        name: clean(&name, 200),
        serial: clean(&given.serial, 200),
        calibration_certificate: clean(&given.calibration_certificate, 200),
        calibrated_on: given.calibrated_on,
        calibration_due: given.calibration_due,
    };
    (found != InstrumentInFile::default()).then_some(found)
}

fn source(
    import: &TestImport,
    (number, record): (i64, &TestRecord),
    importer: Option<PersonCommitted>,
) -> ImportSource {
    ImportSource {
        import_id: import.id,
        file_sha256: import.file_hash.clone(),
        format: import.format.clone(),
        record: number,
        place: record.place.to_string(),
        imported_by: importer,
        tester_verdict: record.verdict.map(|verdict| verdict.code().to_owned()),
        instrument: instrument_of(record),
        kept: kept(record),
    }
}

/// What else the file said, by its own names.
fn kept(record: &TestRecord) -> Vec<(String, String)> {
    let months = |months: Option<u32>| months.map(|m| m.to_string()).unwrap_or_default();
    let (retest, visual) = (months(record.retest_months), months(record.visual_retest_months));
    let own = [
        ("Asset code", record.asset_code.as_str()),
        ("Site", &record.site),
        ("Location", &record.location),
        ("Description", &record.description),
        ("Class", &record.equipment_class),
        ("Type", &record.equipment_type),
        ("Category", &record.category),
        ("Asset notes", &record.notes),
        ("Test name", &record.test_name),
        ("Test tag", &record.test_tag),
        ("Standard", &record.standard),
        ("Procedure", &record.procedure),
        ("Old asset code", &record.old_asset_code),
        ("End of life", &record.end_of_life),
        ("Months to the next test", &retest),
        ("Months to the next visual inspection", &visual),
    ];
    let own = own.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned()));
    let others = record.readings.iter().filter(|reading| reading.measured == Measured::Other);
    let others = others.map(|r| (r.name.clone(), format!("{} {}", r.given, r.unit)));
    let hints = record.hints.iter().map(|hint| ("Doubtful".to_owned(), hint.clone()));
    let all = own.chain(others).chain(record.unknown.iter().cloned()).chain(hints);
    let shown = all.map(|(name, text)| (clean(&name, 100), clean(&text, 2000)));
    shown.filter(|(_, text)| !text.is_empty()).take(200).collect()
}

/// The names behind an asset's ids, of which a customer's are known.
fn names(known: &Known, asset: &Asset) -> AssetNames {
    let path = known.place_path(asset.place_id);
    AssetNames {
        customer: known.customer.name.clone(),
        site: known.site_name(asset.site_id).to_owned(),
        time_zone: known.zone(Some(asset.site_id)).name().to_owned(),
        category: String::new(),
        place: asset.place_id.map(|_| path.to_owned()),
        parent_tag: None,
    }
}
