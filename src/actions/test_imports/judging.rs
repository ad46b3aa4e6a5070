//! What a record amounts to under our own rules, beside what its tester called it.

use chrono::{DateTime, Datelike, Duration, TimeZone, Utc};
use chrono_tz::Tz;
use domain::code::Code;
use domain::equipment::{EquipmentClass, EquipmentType, TestKind};
use domain::evidence::SequenceUsed;
use domain::judge_document::MOST_READINGS;
use domain::judged::ReadingVerdict;
use domain::reading::{Reading, ReadingInput, ReadingTest, ReadingValue};
use domain::ruleset_choice::RuleChoice;
use domain::sequence::Sequence;
use domain::test_import::{Cause, judge_unknown, suspicion};
use domain::verdict::{Judgement, TestInput, Verdict};
use domain::visual::{VisualItem, VisualResult};
use exchange::tester::{Refusal, TestRecord, TesterVerdict};
use exchange::words::{ClassCell, class, equipment_type};
use store::assets::AssetFields;
use store::ledger::RowHash;
use store::test_imports::{Addition, TestImport};
use store::types::{Coded, Moment};

/// The longest explanation kept with a staged record, in characters.
const LONGEST_WHY: usize = 400;
/// What an imported test says where a person answered for the inspection by eye.
const STATED: &str =
    "The file records no visual inspection; whoever imported it stated that one was done and passed.";

/// A record, judged.
pub(super) struct JudgedRecord {
    pub input: TestInput,
    pub judgement: Judgement,
    pub performed_at: DateTime<Utc>,
    /// Why its tester's pass is none here.
    pub cause: Option<Cause>,
    /// What had to be assumed, one sentence each.
    pub assumed: Vec<String>,
    /// Why it is no pass, in words.
    pub why: String,
    /// The sequence of its category, by which it was judged.
    pub sequence: Option<SequenceUsed>,
}

/// Judges a record as a test of an asset with these fields.
pub(super) fn judge_record(
    (choice, sequence): (RuleChoice, Option<&Sequence>),
    (fields, zone): (&AssetFields, Tz),
    (record, import): (&TestRecord, &TestImport),
    now: DateTime<Utc>,
) -> Result<JudgedRecord, Refusal> {
    let performed_at = moment(record, zone, now)?;
    let class = fields.equipment_class.map(|class| class.0);
    let kind = fields.equipment_type.map(|kind| kind.0);
    let mut input = input_of(record, class)?;
    let mut assumed = vec![];
    let seen = input.visual.values().any(|result| *result != VisualResult::NotApplicable);
    if !seen && import.visual_done {
        input.visual.insert(VisualItem::Overall, VisualResult::Pass);
        assumed.push(STATED.to_owned());
    }
    let rules = choice.for_kind(input.kind);
    // A tester has programs of their own for leads: who ran one for a class held no lead.
    let not_lead = matches!(exchange::words::class(&record.test_name), Ok(Some(ClassCell::Class(_))));
    let judged = |input: &TestInput| {
        let subject = |class, kind| fields.subject_as(class, kind);
        judge_unknown(rules, (class, kind, not_lead), subject, (input, sequence))
    };
    let mut judgement = judged(&input);
    if record.tester_failed() && judgement.verdict != Verdict::Fail {
        // Whoever held it in hand failed it: no figure of ours takes that back.
        input.readings.extend(failed());
        judgement = judged(&input);
    }
    if class.is_none() || kind.is_none() {
        assumed.push(unknown_words(class, kind, &judgement));
    }
    let known = class.is_some() && (kind.is_some() || not_lead);
    let passed = record.verdict == Some(TesterVerdict::Pass) && !record.tester_failed();
    let seen = seen || import.visual_done;
    let cause = passed.then(|| suspicion(&judgement, known, seen)).flatten();
    let why = explain(&judgement);
    let used =
        sequence.filter(|one| input.kind.measures() && one.fits(&judgement.subject, input.kind, rules));
    let sequence = used.map(SequenceUsed::from);
    Ok(JudgedRecord { input, judgement, performed_at, cause, assumed, why, sequence })
}

fn unknown_words(
    class: Option<EquipmentClass>,
    kind: Option<EquipmentType>,
    judgement: &Judgement,
) -> String {
    let what = match (class, kind) {
        (None, None) => "Equipment class and type are",
        (None, _) => "The equipment class is",
        _ => "The equipment type is",
    };
    let subject = &judgement.subject;
    let (class, kind) = (subject.equipment_class.code(), subject.equipment_type.label());
    format!("{what} not known; it was judged strictly, as class {class}, {}.", kind.to_lowercase())
}

fn failed() -> Option<Reading> {
    let input = ReadingInput {
        test: ReadingTest::Functional.code().to_owned(),
        value: ReadingValue::Fail.to_string(),
        phase: Some("its tester failed it".to_owned()),
        ..ReadingInput::default()
    };
    Reading::try_from(input).ok()
}

pub(super) fn input_of(record: &TestRecord, class: Option<EquipmentClass>) -> Result<TestInput, Refusal> {
    let mut visual = record.visual_for_judge();
    if visual.is_empty()
        && let Some(overall) = record.visual_overall()
    {
        visual.insert(VisualItem::Overall, overall);
    }
    let given = record.readings_for_judge(class);
    if given.len() > MOST_READINGS {
        let why = format!("{} readings are too many", given.len());
        return Err(Refusal::of(record.place, why, format!("at most {MOST_READINGS} readings")));
    }
    let mut readings = Vec::with_capacity(given.len());
    for reading in given {
        let read = Reading::try_from(reading).map_err(|error| {
            Refusal::of(record.place, error.message, "a reading that can be").field(error.field)
        })?;
        readings.push(read);
    }
    let kind = match record.kind {
        Some(kind) => kind,
        None if readings.iter().any(|reading| reading.test.unit().is_some()) => TestKind::Combined,
        None if readings.is_empty() => TestKind::FormalVisual,
        None => TestKind::Combined,
    };
    Ok(TestInput { kind, visual, readings, insulation_unsuitable: None })
}

/// When a record was done, by the site's clock.
fn moment(record: &TestRecord, zone: Tz, now: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
    let refuse = |why: &str, cure: &str| Err(Refusal::of(record.place, why, cure).field("Test date"));
    let local = record.performed_at();
    let skipped = || zone.from_local_datetime(&(local + Duration::hours(1))).earliest();
    let Some(at) = zone.from_local_datetime(&local).earliest().or_else(skipped) else {
        return refuse("that moment does not exist at the site", "a date and time by the site's clock");
    };
    let at = Moment::from(at.to_utc()).utc();
    if at.year() < 1990 {
        return refuse("the date is before 1990", "the date on which it was done");
    }
    let today = record.performed_on == now.with_timezone(&zone).date_naive();
    if at > now + Duration::minutes(5) {
        // Without a time it stands at noon, which on the day itself may still be to come.
        return match record.performed_time.is_none() && today {
            true => Ok(Moment::from(now).utc()),
            false => refuse("the date lies in the future", "the date on which it was done"),
        };
    }
    Ok(at)
}

fn explain(judgement: &Judgement) -> String {
    let bad = judgement
        .readings
        .iter()
        .filter(|reading| !matches!(reading.verdict, ReadingVerdict::Pass | ReadingVerdict::NotJudged));
    let words: Vec<&str> = match judgement.verdict {
        Verdict::Pass => vec![],
        _ => bad.map(|r| r.reason.as_str()).chain(judgement.reasons.iter().map(String::as_str)).collect(),
    };
    clean(&words.join(" "), LONGEST_WHY)
}

/// Fills in what is empty: from the file, and from what a person added for all such things.
pub(super) fn fill(fields: &mut AssetFields, record: &TestRecord, additions: &[Addition]) {
    let what = what(fields, record);
    let text = |field: &mut String, given: &str| {
        if field.trim().is_empty() {
            *field = clean(given, 200);
        }
    };
    text(&mut fields.description, &record.description);
    text(&mut fields.make, &record.make);
    text(&mut fields.model, &record.model);
    text(&mut fields.serial, &record.serial);
    let (class, kind) = class_and_type(record);
    fields.equipment_class = fields.equipment_class.or(class.map(Coded));
    fields.equipment_type = fields.equipment_type.or(kind.map(Coded));
    for added in additions.iter().filter(|added| added.what.is_empty() || added.what == what) {
        fields.equipment_class = fields.equipment_class.or(added.equipment_class.map(Coded));
        fields.equipment_type = fields.equipment_type.or(added.equipment_type.map(Coded));
        fields.lead_length_mm = fields.lead_length_mm.or(added.lead_length_mm);
        fields.conductor_milli_mm2 = fields.conductor_milli_mm2.or(added.conductor_milli_mm2);
    }
}

/// What a record is of, in words: the key by which missing facts are added for many at once.
pub(super) fn what(fields: &AssetFields, record: &TestRecord) -> String {
    let own = fields.description.trim();
    clean(if own.is_empty() { &record.description } else { own }, 100)
}

/// The class and type that a file gives, in their columns or as the name of the sequence of tests.
fn class_and_type(record: &TestRecord) -> (Option<EquipmentClass>, Option<EquipmentType>) {
    let cell = |text: &str| class(text).ok().flatten();
    let cell = cell(&record.equipment_class).or_else(|| cell(&record.test_name));
    let (class, lead) = match cell {
        Some(ClassCell::Class(class)) => (Some(class), None),
        Some(ClassCell::Lead(kind)) => (None, Some(kind)),
        None => (None, None),
    };
    let kind = equipment_type(&record.equipment_type).ok().flatten().or(lead);
    (class, kind)
}

/// Hash of when a record was done and what was found: the same in another file is the same test.
pub(super) fn content_of(record: &TestRecord) -> String {
    let mut hash = RowHash::default().text(&record.performed_on.to_string());
    hash = hash.optional(record.performed_time.map(|time| time.to_string()).as_deref());
    hash = hash.optional(record.verdict.map(Code::code)).optional(record.kind.map(Code::code));
    for seen in &record.visual {
        hash = hash.text(&seen.name).optional(seen.result.map(Code::code)).text(&seen.note);
    }
    for reading in &record.readings {
        hash = hash.text(reading.measured.code()).text(&reading.given).text(&reading.unit);
        hash = hash.optional_number(reading.voltage_v.map(i64::from));
        hash = hash.optional_number(reading.socket.map(i64::from)).optional(reading.phase.as_deref());
        hash = hash.optional(reading.verdict.map(Code::code));
    }
    let mut text = hash.finish();
    text.truncate(32);
    text
}

/// A file's text as it can be shown: without control characters, and not longer than that.
pub(super) fn clean(text: &str, most: usize) -> String {
    let shown = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t'));
    shown.take(most).collect::<String>().trim().to_owned()
}
