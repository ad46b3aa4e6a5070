//! Forms: raw text in, every field error out, and what was typed kept for showing again.

use std::collections::BTreeMap;
use std::str::FromStr;

use chrono::NaiveDate;
use domain::code::Code;
use domain::colour::Colour;
use domain::quantity::Decimal;
use domain::ruleset::RuleSet;
use domain::text::check_text;

use crate::error::{Error, FieldError, Result};

/// What was typed, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    values: BTreeMap<String, Vec<String>>,
    errors: Vec<FieldError>,
}

/// A short text may be this long, in characters.
pub const SHORT: usize = 200;
/// A long text may be this long, in characters.
pub const LONG: usize = 10_000;

impl Form {
    /// Takes pairs as they came.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut form = Self::default();
        for (name, value) in pairs {
            form.values.entry(name).or_default().push(value);
        }
        form
    }

    /// Sets a value, for showing a record in its form.
    pub fn set(&mut self, name: &str, value: impl ToString) -> &mut Self {
        self.values.insert(name.to_owned(), vec![value.to_string()]);
        self
    }

    /// Sets a value where there is one.
    pub fn set_opt(&mut self, name: &str, value: Option<impl ToString>) -> &mut Self {
        if let Some(value) = value {
            self.set(name, value);
        }
        self
    }

    /// Sets every value of a name, for showing ticked boxes.
    pub fn set_all(&mut self, name: &str, values: impl Iterator<Item = impl ToString>) -> &mut Self {
        self.values.insert(name.to_owned(), values.map(|value| value.to_string()).collect());
        self
    }

    /// What was typed in a field, trimmed.
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).and_then(|all| all.last()).map_or("", |text| text.trim())
    }

    /// Everything typed or ticked under one name.
    pub fn all(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// The names of all fields.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// Whether a box is ticked, or this option of a list is chosen.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.all(name).iter().any(|given| given == value)
    }

    /// Whether a single box is ticked.
    pub fn ticked(&self, name: &str) -> bool {
        matches!(self.value(name), "on" | "true" | "yes" | "1")
    }

    /// What is wrong with a field.
    pub fn error(&self, name: &str) -> Option<&str> {
        self.errors.iter().find(|error| error.field == name).map(|error| error.message.as_str())
    }

    /// Every error, for the summary at the top.
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// Notes an error.
    pub fn fail(&mut self, name: &str, message: impl Into<String>) {
        self.errors.push(FieldError { field: name.to_owned(), message: message.into() });
    }

    /// Takes over the field errors of an action; gives back any other error.
    ///
    /// # Errors
    /// The error, when it is not about fields.
    pub fn take(&mut self, error: Error) -> Result<()> {
        match error {
            Error::Invalid(fields) => self.errors.extend(fields),
            Error::Conflict(words) => self.errors.push(FieldError { field: String::new(), message: words }),
            other => return Err(other),
        }
        Ok(())
    }

    /// Ends reading: all errors at once, if there are any.
    ///
    /// # Errors
    /// [`Error::Invalid`] with each field.
    pub fn check(&self) -> Result<()> {
        if self.errors.is_empty() { Ok(()) } else { Err(Error::Invalid(self.errors.clone())) }
    }

    /// A short text that may be empty.
    pub fn text(&mut self, name: &str) -> String {
        self.limited(name, SHORT)
    }

    /// A long text that may be empty.
    pub fn long_text(&mut self, name: &str) -> String {
        self.limited(name, LONG)
    }

    /// A short text that must be there.
    pub fn required(&mut self, name: &str) -> String {
        let text = self.text(name);
        if text.is_empty() {
            self.fail(name, "fill this in");
        }
        text
    }

    fn limited(&mut self, name: &str, most: usize) -> String {
        let text = self.value(name).to_owned();
        if let Err(why) = check_text(&text, most) {
            self.fail(name, why);
        }
        text
    }

    /// A member of a closed list, or nothing chosen.
    pub fn code<T: Code>(&mut self, name: &str) -> Option<T> {
        let text = self.value(name).to_owned();
        self.parsed(name, &text, T::parse_code)
    }

    /// A member of a closed list that must be chosen.
    pub fn required_code<T: Code>(&mut self, name: &str) -> Option<T> {
        if self.value(name).is_empty() {
            self.fail(name, format!("choose the {}", T::NOUN));
        }
        self.code(name)
    }

    /// The code of a rule set, or nothing chosen.
    pub fn ruleset(&mut self, name: &str) -> Option<String> {
        let text = self.value(name).to_owned();
        self.parsed(name, &text, RuleSet::parse_code).map(|rules| rules.code.clone())
    }

    /// A colour such as #1b4f72, dark enough to be read on white.
    pub fn colour(&mut self, name: &str) -> Option<Colour> {
        let text = self.value(name).to_owned();
        self.parsed(name, &text, Colour::from_str)
    }

    /// A date such as 2026-11-22.
    pub fn date(&mut self, name: &str) -> Option<NaiveDate> {
        let text = self.value(name).to_owned();
        let date = self.parsed(name, &text, |text| {
            NaiveDate::from_str(text).map_err(|_| format!("\"{text}\" is not a date; write it as 2026-11-22"))
        })?;
        if !(1950..=2200).contains(&chrono::Datelike::year(&date)) {
            self.fail(name, format!("\"{text}\" is not a year between 1950 and 2200"));
            return None;
        }
        Some(date)
    }

    /// A whole number between two bounds.
    pub fn number(&mut self, name: &str, least: i64, most: i64) -> Option<i64> {
        let text = self.value(name).to_owned();
        self.parsed(name, &text, |text| match text.parse::<i64>() {
            Ok(n) if (least..=most).contains(&n) => Ok(n),
            _ => Err(format!("\"{text}\" is not a whole number between {least} and {most}")),
        })
    }

    /// An id from a list.
    pub fn id(&mut self, name: &str) -> Option<i64> {
        self.number(name, 1, i64::MAX)
    }

    /// A decimal quantity in thousandths of its unit.
    pub fn thousandths(&mut self, name: &str) -> Option<i64> {
        let text = self.value(name).to_owned();
        self.parsed(name, &text, |text| {
            let value: Decimal = text.parse()?;
            let thousandths =
                value.thousandths().ok_or_else(|| format!("\"{text}\" has more than three decimals"))?;
            let sound = (0..=1_000_000_000).contains(&thousandths);
            if sound { Ok(thousandths) } else { Err(format!("\"{text}\" is not between 0 and 1000000")) }
        })
    }

    /// An amount of money with at most two decimals, in pence.
    pub fn pence(&mut self, name: &str) -> Option<i64> {
        let thousandths = self.thousandths(name)?;
        if thousandths % 10 != 0 {
            self.fail(name, "give at most two decimals");
            return None;
        }
        Some(thousandths / 10)
    }

    /// What a field holds, read in a way of its own; nothing where it is empty.
    pub fn read<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> std::result::Result<T, String>,
    ) -> Option<T> {
        let text = self.value(name).to_owned();
        self.parsed(name, &text, parse)
    }

    fn parsed<T>(
        &mut self,
        name: &str,
        text: &str,
        parse: impl FnOnce(&str) -> std::result::Result<T, String>,
    ) -> Option<T> {
        if text.is_empty() {
            return None;
        }
        parse(text).map_err(|message| self.fail(name, message)).ok()
    }
}

/// A quantity in thousandths as people type it.
pub fn show_thousandths(value: Option<i64>) -> String {
    value.and_then(Decimal::from_thousandths).map(|value| value.to_string()).unwrap_or_default()
}

/// An amount of money as people type it.
pub fn show_pence(pence: Option<i64>) -> String {
    pence.map(domain::money::plain).unwrap_or_default()
}

/// The members of a closed list as options of a choice: code and label.
pub fn options<T: Code>() -> Vec<(String, String)> {
    T::ALL.iter().map(|member| (member.code().to_owned(), member.label().to_owned())).collect()
}
