//! A JSON document, field by field: every error at once, unknown fields among them.
//!
//! What is left out is not the same as null: a change keeps the one and clears the other.

use actix_web::web::Bytes;
use chrono::NaiveDate;
use domain::code::Code;
use domain::quantity::Decimal;
use domain::text::check_text;
use serde_json::{Map, Value};

use crate::error::{Error, FieldError, Result};
use crate::web::forms::SHORT;

/// The most thousandths of a quantity.
const MOST: i64 = 1_000_000_000;

/// A JSON object being read.
#[derive(Debug)]
pub struct Body {
    fields: Map<String, Value>,
    errors: Vec<FieldError>,
}

/// A field as given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given<T> {
    /// Left out, or wrong.
    Absent,
    /// Null.
    Null,
    /// A value.
    Value(T),
}

impl<T> Given<T> {
    /// The value; none where null or left out.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            _ => None,
        }
    }

    /// Sets an optional field: null clears it, left out keeps it.
    pub fn set(self, target: &mut Option<T>) {
        match self {
            Self::Absent => {}
            Self::Null => *target = None,
            Self::Value(value) => *target = Some(value),
        }
    }

    /// Sets a field that is never null: null is the empty value.
    pub fn fill(self, target: &mut T)
    where
        T: Default,
    {
        match self {
            Self::Absent => {}
            Self::Null => *target = T::default(),
            Self::Value(value) => *target = value,
        }
    }
}

impl Body {
    /// Reads a document.
    ///
    /// # Errors
    /// A field error on `body` when it is no JSON object.
    pub fn read(bytes: &Bytes) -> Result<Self> {
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(fields)) => Ok(Self { fields, errors: vec![] }),
            Ok(_) => Err(Error::field("body", "send one JSON object, such as {\"make\": \"Brewster\"}")),
            Err(error) => Err(Error::field("body", format!("this is not JSON: {error}"))),
        }
    }

    /// Notes an error.
    pub fn fail(&mut self, field: &str, message: impl Into<String>) {
        self.errors.push(FieldError { field: field.to_owned(), message: message.into() });
    }

    /// Ends reading: what is left is unknown.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every field at fault.
    pub fn finish(mut self) -> Result<()> {
        let unknown: Vec<String> = self.fields.keys().cloned().collect();
        for field in unknown {
            self.fail(&field, "there is no such field here");
        }
        if self.errors.is_empty() { Ok(()) } else { Err(Error::Invalid(self.errors)) }
    }

    fn take<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(Value) -> std::result::Result<T, String>,
    ) -> Given<T> {
        match self.fields.remove(name) {
            None => Given::Absent,
            Some(Value::Null) => Given::Null,
            Some(value) => match parse(value) {
                Ok(value) => Given::Value(value),
                Err(message) => {
                    self.fail(name, message);
                    Given::Absent
                }
            },
        }
    }

    /// A text, trimmed. How long it may be is for the action to say.
    pub fn text(&mut self, name: &str) -> Given<String> {
        self.take(name, |value| match value {
            Value::String(text) => Ok(text.trim().to_owned()),
            _ => Err("write this as a string".to_owned()),
        })
    }

    /// A text that must be there.
    pub fn required(&mut self, name: &str) -> String {
        let before = self.errors.len();
        let text = self.text(name).value().unwrap_or_default();
        if text.is_empty() && self.errors.len() == before {
            self.fail(name, "this is required");
        }
        text
    }

    /// A decimal quantity as a string, in thousandths of its unit.
    pub fn thousandths(&mut self, name: &str) -> Given<i64> {
        self.take(name, |value| {
            let text = match &value {
                Value::String(text) => text.clone(),
                // A whole number is exact; a fraction would have passed through a float.
                Value::Number(number) if number.is_i64() => number.to_string(),
                _ => return Err("write this quantity as a decimal string, such as \"0.75\"".to_owned()),
            };
            let value: Decimal = text.parse()?;
            let thousandths =
                value.thousandths().ok_or_else(|| format!("\"{text}\" has more than three decimals"))?;
            let sound = (0..=MOST).contains(&thousandths);
            if sound { Ok(thousandths) } else { Err(format!("\"{text}\" is not between 0 and 1000000")) }
        })
    }

    /// An amount of money as a string with at most two decimals, in the smallest unit.
    pub fn pence(&mut self, name: &str) -> Given<i64> {
        let thousandths = self.thousandths(name);
        match thousandths {
            Given::Value(amount) if amount % 10 != 0 => {
                self.fail(name, "an amount has at most two decimals");
                Given::Absent
            }
            Given::Value(amount) => Given::Value(amount / 10),
            Given::Null => Given::Null,
            Given::Absent => Given::Absent,
        }
    }

    /// A whole number.
    pub fn whole(&mut self, name: &str) -> Given<i64> {
        self.take(name, |value| match &value {
            Value::Number(number) => number.as_i64().ok_or_else(|| "write a whole number".to_owned()),
            Value::String(text) => text.parse().map_err(|_| format!("\"{text}\" is not a whole number")),
            _ => Err("write a whole number".to_owned()),
        })
    }

    /// True or false.
    pub fn flag(&mut self, name: &str) -> Given<bool> {
        self.take(name, |value| value.as_bool().ok_or_else(|| "write true or false".to_owned()))
    }

    /// A member of a closed list.
    pub fn code<T: Code>(&mut self, name: &str) -> Given<T> {
        self.take(name, |value| match value {
            Value::String(text) => T::parse_code(&text),
            _ => Err(format!("write the {} as a string", T::NOUN)),
        })
    }

    /// A date.
    pub fn date(&mut self, name: &str) -> Given<NaiveDate> {
        self.take(name, |value| {
            let text = value.as_str().unwrap_or_default();
            text.parse().map_err(|_| "this is not a date; write it as \"2026-11-22\"".to_owned())
        })
    }

    /// A short text that may be empty.
    pub fn short(&mut self, name: &str) -> String {
        let text = self.text(name).value().unwrap_or_default();
        if let Err(why) = check_text(&text, SHORT) {
            self.fail(name, why);
        }
        text
    }

    /// A list of texts.
    pub fn list(&mut self, name: &str) -> Given<Vec<String>> {
        self.take(name, |value| {
            serde_json::from_value(value).map_err(|_| "write an array of strings".to_owned())
        })
    }

    /// A moment with its offset.
    pub fn moment(&mut self, name: &str) -> Given<chrono::DateTime<chrono::Utc>> {
        self.take(name, |value| {
            let text = value.as_str().unwrap_or_default();
            let time = chrono::DateTime::parse_from_rfc3339(text);
            time.map(|time| time.to_utc())
                .map_err(|_| "this is not a time; write it as \"2026-11-22T10:15:00Z\"".to_owned())
        })
    }

    /// An object of texts.
    pub fn texts(&mut self, name: &str) -> Given<std::collections::BTreeMap<String, String>> {
        self.take(name, |value| {
            serde_json::from_value(value).map_err(|_| "write an object whose values are strings".to_owned())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_comes_at_once_and_null_is_not_absent() {
        let json =
            r#"{"make": 3, "fuse_a": 1.5, "sockets": "x", "heating": 1, "serial": null, "colour": "red"}"#;
        let mut body = Body::read(&Bytes::from_static(json.as_bytes())).unwrap();
        assert_eq!(body.text("make"), Given::Absent);
        assert_eq!(body.thousandths("fuse_a"), Given::Absent);
        assert_eq!(body.whole("sockets"), Given::Absent);
        assert_eq!(body.flag("heating"), Given::Absent);
        assert_eq!(body.text("serial"), Given::Null);
        assert_eq!(body.text("notes"), Given::Absent);
        let Err(Error::Invalid(errors)) = body.finish() else { panic!("accepted") };
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["make", "fuse_a", "sockets", "heating", "colour"]);
    }

    #[test]
    fn quantities_are_exact() {
        let mut body = Body::read(&Bytes::from_static(
            br#"{"a": "0.75", "b": 13, "c": "0.0005", "d": "12.34", "e": "1.005"}"#,
        ))
        .unwrap();
        assert_eq!(body.thousandths("a"), Given::Value(750));
        assert_eq!(body.thousandths("b"), Given::Value(13_000));
        assert_eq!(body.thousandths("c"), Given::Absent);
        assert_eq!(body.pence("d"), Given::Value(1234));
        assert_eq!(body.pence("e"), Given::Absent);
        assert!(body.finish().is_err());
    }
}
