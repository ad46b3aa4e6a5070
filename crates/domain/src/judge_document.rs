//! The document that is judged without a record: an item, what was seen and what was measured; and its answer.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::equipment::TestKind;
use crate::judged::{JudgedReading, ReadingVerdict};
use crate::limits::Bound;
use crate::quantity::Decimal;
use crate::reading::{Reading, ReadingInput, ReadingTest};
use crate::ruleset::{Confidence, RuleSet};
use crate::subject::Subject;
use crate::verdict::{Judgement, TestInput, Verdict, judge};
use crate::visual::{VisualItem, VisualResult};

/// More readings than any appliance has.
pub const MOST_READINGS: usize = 500;

/// What is judged; the fields beside `asset` are those of a test as it is recorded.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgeRequest {
    /// The facts of the item.
    pub asset: Subject,
    /// The kind of inspection.
    pub kind: TestKind,
    /// Code of the rule set, where the document itself chooses.
    #[serde(default)]
    pub ruleset: Option<String>,
    /// What was looked at.
    #[serde(default, deserialize_with = "crate::visual::each_item_once")]
    pub visual: BTreeMap<VisualItem, VisualResult>,
    /// What was measured.
    #[serde(default)]
    pub readings: Vec<Reading>,
    /// Why the item must not be tested for insulation.
    #[serde(default)]
    pub insulation_unsuitable: Option<String>,
    /// Of a recorded test; no verdict depends on it.
    #[serde(default, rename = "id")]
    _id: IgnoredAny,
    /// As the id.
    #[serde(default, rename = "performed_at")]
    _performed_at: IgnoredAny,
    /// As the id.
    #[serde(default, rename = "instrument")]
    _instrument: IgnoredAny,
    /// As the id.
    #[serde(default, rename = "visit")]
    _visit: IgnoredAny,
    /// As the id.
    #[serde(default, rename = "note")]
    _note: IgnoredAny,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JudgeDocument {
    /// The outcome.
    pub verdict: Verdict,
    /// Each reading in the order given, then each that is missing.
    pub readings: Vec<ReadingDocument>,
    /// What beside the readings decided, one sentence each.
    pub reasons: Vec<String>,
    /// The kind of inspection.
    pub kind: TestKind,
    /// Code of the rule set.
    pub ruleset: String,
    /// Its edition.
    pub edition: String,
    /// The version of its data.
    pub version: u32,
    /// The facts of the item that it was judged by.
    pub asset: Subject,
}

/// One reading's verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadingDocument {
    /// What was or should have been measured.
    pub test: ReadingTest,
    /// At which socket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub socket: Option<u32>,
    /// On which conductor or half-wave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// The value as given; null where missing.
    pub value: Option<String>,
    /// What it amounts to.
    pub verdict: ReadingVerdict,
    /// The limit, a decimal in the unit of the test; null where there is none.
    pub limit: Option<Decimal>,
    /// Which side of the limit is good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit_bound: Option<Bound>,
    /// How well the limit is confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit_confidence: Option<Confidence>,
    /// Distance from the limit, negative where beyond; null where there is none.
    pub margin: Option<Decimal>,
    /// Why, in one plain sentence.
    pub reason: String,
}

impl From<JudgedReading> for ReadingDocument {
    fn from(judged: JudgedReading) -> Self {
        Self {
            test: judged.test,
            socket: judged.socket,
            phase: judged.phase,
            value: judged.value,
            verdict: judged.verdict,
            limit: judged.limit.as_ref().map(|limit| limit.value),
            limit_bound: judged.limit.as_ref().map(|limit| limit.bound),
            limit_confidence: judged.limit.as_ref().map(|limit| limit.confidence),
            margin: judged.margin,
            reason: judged.reason,
        }
    }
}

impl From<Judgement> for JudgeDocument {
    fn from(judgement: Judgement) -> Self {
        Self {
            verdict: judgement.verdict,
            readings: judgement.readings.into_iter().map(ReadingDocument::from).collect(),
            reasons: judgement.reasons,
            kind: judgement.kind,
            ruleset: judgement.ruleset,
            edition: judgement.edition,
            version: judgement.version,
            asset: judgement.subject,
        }
    }
}

impl JudgeRequest {
    /// Reads a document; numbers may be JSON numbers or decimal strings.
    ///
    /// # Errors
    /// Names the field and what would be right.
    pub fn from_json(text: &str) -> Result<Self, String> {
        check_spelling(text)?;
        let request: Self = serde_json::from_str(text).map_err(|error| explain(text, error.to_string()))?;
        match request.readings.len() {
            many if many > MOST_READINGS => Err(format!("readings: give at most {MOST_READINGS}")),
            _ => Ok(request),
        }
    }

    /// Splits into the item and the test.
    pub fn into_test(self) -> (Subject, TestInput) {
        let Self { kind, visual, readings, insulation_unsuitable, .. } = self;
        (self.asset, TestInput { kind, visual, readings, insulation_unsuitable })
    }

    /// Judges it.
    ///
    /// # Errors
    /// Says so where the document names another rule set.
    pub fn judge(self, rules: &RuleSet) -> Result<JudgeDocument, String> {
        if let Some(other) = self.ruleset.as_ref().filter(|code| **code != rules.code) {
            let known = RuleSet::parse_code(other).map_err(|why| format!("ruleset: {why}"))?;
            return Err(format!(
                "ruleset: the document names {}, and {} was asked for; leave it out or give the same",
                known.code, rules.code
            ));
        }
        let (subject, input) = self.into_test();
        Ok(judge(rules, &subject, &input).into())
    }
}

/// Judges a JSON document and answers one on a single line.
///
/// # Errors
/// Names the field and what would be right.
pub fn judge_text(rules: &RuleSet, text: &str) -> Result<String, String> {
    let document = JudgeRequest::from_json(text)?.judge(rules)?;
    serde_json::to_string(&document).map_err(|error| error.to_string())
}

/// Refuses two spellings that serde would take for something else.
///
/// A number such as 0.15850000000000000001 would be read as 0.1585 and pass a limit that it is beyond; a string is
/// read exactly. A list such as `["polarity", "pass"]` would be read as an object whose names are left out.
fn check_spelling(text: &str) -> Result<(), String> {
    if !text.trim_start().starts_with('{') {
        return Err("write one JSON object with asset, kind, visual and readings".to_owned());
    }
    let (mut in_string, mut escaped, mut list_opened, mut digits) = (false, false, false, 0usize);
    for byte in text.bytes() {
        if list_opened && !in_string && !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'{' | b']') {
            return Err(
                "a list holds something else than objects; write each reading with its names".to_owned()
            );
        }
        list_opened &= byte.is_ascii_whitespace();
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => (in_string, digits) = (!in_string, 0),
            _ if in_string => {}
            b'[' => (list_opened, digits) = (true, 0),
            b'0' if digits == 0 => {}
            b'0'..=b'9' => digits += 1,
            b'.' | b'-' | b'+' | b'e' | b'E' => {}
            _ => digits = 0,
        }
        if digits > 15 {
            let why = "a number has more than 15 digits and would be rounded; write it as a string";
            return Err(why.to_owned());
        }
    }
    Ok(())
}

/// Finds the field that an error is about, by trying each by itself; slow, and only for what is refused anyway.
fn explain(text: &str, error: String) -> String {
    let Ok(Value::Object(document)) = serde_json::from_str::<Value>(text) else { return error };
    let asset = document.get("asset").and_then(Value::as_object).and_then(explain_asset);
    let rest = || explain_test(&document);
    let readings = || {
        let list = document.get("readings").and_then(Value::as_array)?;
        list.iter().enumerate().find_map(|(i, reading)| explain_reading(i, reading))
    };
    asset.or_else(readings).or_else(rest).unwrap_or(error)
}

fn explain_asset(asset: &Map<String, Value>) -> Option<String> {
    let whole = json!({"equipment_class": "I", "equipment_type": "portable"});
    let with = |name: &String, value: &Value| {
        let mut alone = whole.clone();
        alone[name] = value.clone();
        serde_json::from_value::<Subject>(alone).err().map(|why| (name.clone(), why.to_string()))
    };
    let (name, why) = asset.iter().find_map(|(name, value)| with(name, value))?;
    Some(format!("asset.{name}: {why}"))
}

fn explain_test(document: &Map<String, Value>) -> Option<String> {
    let whole = json!({"asset": {"equipment_class": "I", "equipment_type": "portable"}, "kind": "combined"});
    let with = |name: &str, value: &Value| {
        let mut alone = whole.clone();
        alone[name] = value.clone();
        serde_json::from_value::<JudgeRequest>(alone).err().map(|why| why.to_string())
    };
    if let Some(visual) = document.get("visual").and_then(Value::as_object) {
        let wrong = visual.iter().find_map(|(item, result)| {
            with("visual", &json!({item: result})).map(|why| format!("visual.{item}: {why}"))
        });
        if wrong.is_some() {
            return wrong;
        }
    }
    document.iter().find_map(|(name, value)| with(name, value).map(|why| format!("{name}: {why}")))
}

fn explain_reading(place: usize, reading: &Value) -> Option<String> {
    let why = serde_json::from_value::<Reading>(reading.clone()).err()?.to_string();
    let alone = |(name, value): (&String, &Value)| {
        let mut whole = json!({"test": "polarity", "value": "pass"});
        whole[name] = value.clone();
        serde_json::from_value::<ReadingInput>(whole).err().map(|why| format!("{name}: {why}"))
    };
    match reading.as_object().and_then(|fields| fields.iter().find_map(alone)) {
        Some(field) => Some(format!("readings[{place}].{field}")),
        // The reading's own checks name the field first: "unit: ...".
        None if why.split_once(": ").is_some_and(|(field, _)| !field.contains(' ')) => {
            Some(format!("readings[{place}].{why}"))
        }
        None => Some(format!("readings[{place}]: {why}")),
    }
}

#[cfg(test)]
#[path = "judge_document_tests.rs"]
mod tests;
