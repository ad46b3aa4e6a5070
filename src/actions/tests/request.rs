//! A test as it is sent, and the check that turns it into something that can be judged.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use domain::code::Code;
use domain::equipment::TestKind;
use domain::judge_document::MOST_READINGS;
use domain::reading::{Reading, ReadingInput};
use domain::ruleset::RuleSet;
use domain::ruleset_choice::RuleChoice;
use domain::text::check_text;
use domain::verdict::TestInput;
use domain::visual::{VisualItem, VisualResult};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use store::types::Moment;

use crate::actions::test_photos::NewPhoto;
use crate::error::{Error, FieldError, Result};
use crate::web::forms::LONG;

/// A test as it is sent. What it amounts to is computed here and never taken from outside.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TestRequest {
    /// UUID made by the sender: the record's id, and the key that makes sending it twice harmless.
    pub id: String,
    /// Code of the kind of inspection.
    pub kind: String,
    /// Code of the rule set; the site's or customer's for this kind where left out.
    pub ruleset: Option<String>,
    /// Code of the sequence it was taken by; the category's or the one that fits where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence: Option<String>,
    /// When it was done (RFC 3339); when it arrives where left out.
    pub performed_at: Option<String>,
    /// Serial number of the instrument.
    pub instrument: Option<String>,
    /// What was looked at.
    pub visual: Visual,
    /// What was measured.
    pub readings: Vec<ReadingInput>,
    /// Why this item must not be tested for insulation.
    pub insulation_unsuitable: Option<String>,
    /// The visit; the engineer's open one at the site where left out, none for 0.
    pub visit: Option<i64>,
    /// A note.
    pub note: String,
    /// Photos and documents sent with it.
    #[serde(skip)]
    pub photos: Vec<Arc<NewPhoto>>,
}

/// Visual items with what was found, as given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Visual(pub Vec<(String, String)>);

impl Serialize for Visual {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut items: Vec<_> = self.0.iter().collect();
        // The same items in another order are the same request.
        items.sort();
        let mut map = serializer.serialize_map(Some(items.len()))?;
        for (item, result) in items {
            map.serialize_entry(item, result)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Visual {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(Items)
    }
}

struct Items;

impl<'de> de::Visitor<'de> for Items {
    type Value = Visual;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("visual items, such as {\"plug\": \"pass\"}")
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut given: A) -> std::result::Result<Visual, A::Error> {
        let mut items = vec![];
        while let Some(item) = given.next_entry()? {
            items.push(item);
        }
        Ok(Visual(items))
    }
}

/// A request that can be judged.
#[derive(Debug, Clone)]
pub(super) struct Checked {
    pub rules: &'static RuleSet,
    pub input: TestInput,
    pub performed_at: DateTime<Utc>,
    pub note: String,
}

impl TestRequest {
    /// The id in its one spelling.
    ///
    /// # Errors
    /// A field error when it is no UUID.
    pub(super) fn checked_id(&self) -> Result<String> {
        match uuid::Uuid::parse_str(self.id.trim()) {
            Ok(id) if !id.is_nil() => Ok(id.to_string()),
            _ => Err(Error::field("id", "give a UUID that you made for this test")),
        }
    }

    /// Hash over all that was sent for an asset, blanks and order aside.
    pub(super) fn hash(&self, id: &str, asset_id: i64) -> Result<String> {
        let own = Self { id: id.to_owned(), ..self.clone() };
        let text = serde_json::to_string(&own).map_err(|error| Error::Internal(error.to_string()))?;
        let mut text = format!("{asset_id} {text}");
        for photo in &self.photos {
            text += " ";
            text += &photo.sent;
        }
        Ok(store::ledger::sha256(text.as_bytes()))
    }

    /// Checks every field.
    ///
    /// # Errors
    /// All field errors at once.
    pub(super) fn check(&self, choice: &RuleChoice, now: DateTime<Utc>) -> Result<Checked> {
        let mut errors = Errors::default();
        let kind = errors.take("kind", TestKind::parse_code(&self.kind));
        let rules = match &self.ruleset {
            Some(code) => errors.take("ruleset", RuleSet::parse_code(code)),
            None => kind.map(|kind| choice.for_kind(kind)),
        };
        let performed_at = errors.take("performed_at", check_time(self.performed_at.as_deref(), now));
        let visual = self.check_visual(&mut errors);
        let readings = self.check_readings(&mut errors);
        let note = errors.take("note", check_text(&self.note, LONG).map(str::to_owned));
        let unsuitable = self.insulation_unsuitable.as_deref().unwrap_or_default();
        let unsuitable =
            errors.take("insulation_unsuitable", check_text(unsuitable, 1000).map(str::to_owned));
        let insulation_unsuitable = unsuitable.filter(|why| !why.is_empty());
        match (kind, rules, performed_at, note, errors.0.is_empty()) {
            (Some(kind), Some(rules), Some(performed_at), Some(note), true) => Ok(Checked {
                rules,
                input: TestInput { kind, visual, readings, insulation_unsuitable },
                performed_at,
                note,
            }),
            _ => Err(Error::Invalid(errors.0)),
        }
    }

    fn check_visual(&self, errors: &mut Errors) -> BTreeMap<VisualItem, VisualResult> {
        let mut visual = BTreeMap::new();
        for (item, result) in &self.visual.0 {
            let field = format!("visual.{}", item.chars().take(40).collect::<String>());
            let parsed = own_item(item).and_then(|item| Ok((item, VisualResult::parse_code(result)?)));
            if let Some((item, result)) = errors.take(&field, parsed)
                && visual.insert(item, result).is_some()
            {
                errors.add(&field, "this item is given twice; give it once");
            }
        }
        visual
    }

    fn check_readings(&self, errors: &mut Errors) -> Vec<Reading> {
        if self.readings.len() > MOST_READINGS {
            errors.add("readings", format!("give at most {MOST_READINGS} readings"));
            return vec![];
        }
        let mut readings = vec![];
        for (i, given) in self.readings.iter().enumerate() {
            match Reading::try_from(given.clone()) {
                Ok(reading) => readings.push(reading),
                Err(error) => errors.add(&format!("readings[{i}].{}", error.field), error.message),
            }
        }
        readings
    }
}

/// A visual item that a person may record: "overall" is for files, which say no more.
fn own_item(code: &str) -> std::result::Result<VisualItem, String> {
    match VisualItem::parse_code(code)? {
        VisualItem::Overall => Err("say what was looked at, item by item".to_owned()),
        item => Ok(item),
    }
}

#[derive(Default)]
struct Errors(Vec<FieldError>);

impl Errors {
    fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(FieldError { field: field.to_owned(), message: message.into() });
    }

    fn take<T>(&mut self, field: &str, result: std::result::Result<T, String>) -> Option<T> {
        result.map_err(|message| self.add(field, message)).ok()
    }
}

fn check_time(given: Option<&str>, now: DateTime<Utc>) -> std::result::Result<DateTime<Utc>, String> {
    let Some(text) = given else { return Ok(Moment::from(now).utc()) };
    let time = DateTime::parse_from_rfc3339(text.trim())
        .map_err(|_| "write date and time such as 2026-11-23T09:30:00Z".to_owned())?
        .with_timezone(&Utc);
    // Clocks of phones differ by minutes; by more, one of the two is wrong and the order of tests with it.
    if time > now + TimeDelta::minutes(5) {
        return Err("this lies in the future; give the time at which it was done".to_owned());
    }
    if chrono::Datelike::year(&time) < 1990 {
        return Err("this is before 1990; give the time at which it was done".to_owned());
    }
    Ok(Moment::from(time).utc())
}
