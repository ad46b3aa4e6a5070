//! One measured reading: what was tested, its value, unit and the circumstances that decide its limit.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::code::Code;
use crate::codes;
use crate::quantity::{Decimal, NumberText, not_negative, quoted};
pub use crate::reading_value::{Operator, ReadingValue, ValueForm};

codes!(
    /// What a reading measures.
    ReadingTest, "test of a reading", {
    EarthContinuity = "earth_continuity", "Earth continuity";
    InsulationResistance = "insulation_resistance", "Insulation resistance";
    TouchCurrent = "touch_current", "Touch current";
    ProtectiveConductorCurrent = "protective_conductor_current", "Protective conductor current";
    SubstituteLeakage = "substitute_leakage", "Substitute leakage";
    Polarity = "polarity", "Polarity";
    RcdTripTime = "rcd_trip_time", "RCD trip time";
    Functional = "functional", "Functional check";
    MicrowaveLeakage = "microwave_leakage", "Microwave leakage";
    Load = "load", "Load";
});

codes!(
    /// The units that readings come in.
    Unit, "unit", {
    Ohm = "ohm", "Ω";
    Megohm = "Mohm", "MΩ";
    Milliamp = "mA", "mA";
    Millisecond = "ms", "ms";
    VoltAmpere = "VA", "VA";
    MilliwattPerSquareCentimetre = "mW/cm2", "mW/cm²";
});

impl ReadingTest {
    /// The one unit of this test; none where it is only passed or failed.
    pub fn unit(self) -> Option<Unit> {
        match self {
            Self::EarthContinuity => Some(Unit::Ohm),
            Self::InsulationResistance => Some(Unit::Megohm),
            Self::TouchCurrent | Self::ProtectiveConductorCurrent | Self::SubstituteLeakage => {
                Some(Unit::Milliamp)
            }
            Self::RcdTripTime => Some(Unit::Millisecond),
            Self::Load => Some(Unit::VoltAmpere),
            Self::MicrowaveLeakage => Some(Unit::MilliwattPerSquareCentimetre),
            Self::Polarity | Self::Functional => None,
        }
    }
}

/// One reading, checked; its serde form is that of the test endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ReadingInput", into = "ReadingInput")]
pub struct Reading {
    /// What was measured.
    pub test: ReadingTest,
    /// The value, in `test.unit()`.
    pub value: ReadingValue,
    /// The unit as given; none only where a word stands instead of a figure.
    pub unit: Option<Unit>,
    /// Test voltage in volts (insulation).
    pub voltage_v: Option<u32>,
    /// Test current in amperes (earth continuity).
    pub test_current_a: Option<Decimal>,
    /// Rated residual current of the RCD in milliamperes.
    pub rated_ma: Option<Decimal>,
    /// Multiple of the rated residual current; none means once.
    pub multiplier: Option<Decimal>,
    /// Socket of an extension lead, counted from 1.
    pub socket: Option<u32>,
    /// Conductor or half-wave of the reading, such as "L1" or "180".
    pub phase: Option<String>,
    /// The text of the value exactly as it was given.
    pub as_given: String,
}

/// A reading as it arrives from a form, a file or JSON, before it is checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadingInput {
    /// Code of the test.
    pub test: String,
    /// The value's text.
    #[serde(deserialize_with = "text")]
    pub value: String,
    /// Code of the unit; empty is as none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Test voltage in volts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voltage_v: Option<Decimal>,
    /// Test current in amperes.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "not_negative")]
    pub test_current_a: Option<Decimal>,
    /// Rated residual current in milliamperes.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "not_negative")]
    pub rated_ma: Option<Decimal>,
    /// Multiple of the rated residual current.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "not_negative")]
    pub multiplier: Option<Decimal>,
    /// Socket counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub socket: Option<Decimal>,
    /// Conductor or half-wave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    NumberText::deserialize(deserializer).map(|text| text.0)
}

/// Why a reading was refused: the field and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadingError {
    /// The field of [`ReadingInput`].
    pub field: &'static str,
    /// What is wrong with it, as a sentence.
    pub message: String,
}

impl fmt::Display for ReadingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

impl std::error::Error for ReadingError {}

fn wrong(field: &'static str) -> impl Fn(String) -> ReadingError {
    move |message| ReadingError { field, message }
}

impl Reading {
    /// Reads a value and a unit; the rest is set on the result.
    ///
    /// # Errors
    /// Names the field and what would be right.
    pub fn parse(test: ReadingTest, value: &str, unit: Option<Unit>) -> Result<Self, ReadingError> {
        if value.chars().count() > 40 {
            return Err(wrong("value")(format!("{} is too long; give at most 40 characters", quoted(value))));
        }
        let parsed: ReadingValue = value.parse().map_err(wrong("value"))?;
        check_word(test, parsed).map_err(wrong("value"))?;
        check_unit(test, parsed, unit).map_err(wrong("unit"))?;
        Ok(Self {
            test,
            value: parsed,
            unit,
            voltage_v: None,
            test_current_a: None,
            rated_ma: None,
            multiplier: None,
            socket: None,
            phase: None,
            as_given: value.to_owned(),
        })
    }
}

fn check_word(test: ReadingTest, value: ReadingValue) -> Result<(), String> {
    let word = matches!(value, ReadingValue::Pass | ReadingValue::Fail);
    match (test.unit(), word) {
        (None, false) => Err(format!("\"{value}\" is no result of {}; write pass or fail", test.noun())),
        _ if test == ReadingTest::Load && word => Err("a load is a number in VA, such as 2000".to_owned()),
        _ => Ok(()),
    }
}

fn check_unit(test: ReadingTest, value: ReadingValue, unit: Option<Unit>) -> Result<(), String> {
    let figure = matches!(value, ReadingValue::Number { .. });
    match (test.unit(), unit) {
        (Some(right), None) if figure => {
            Err(format!("the unit of {} is missing; write {}", test.noun(), right.code()))
        }
        (Some(right), Some(given)) if right != given => {
            Err(format!("{} is measured in {}, not in {}", test.noun(), right.code(), given.code()))
        }
        (None, Some(given)) => Err(format!("{} has no unit; leave out \"{}\"", test.noun(), given.code())),
        _ => Ok(()),
    }
}

fn whole(field: &'static str, given: Option<Decimal>, most: u32) -> Result<Option<u32>, ReadingError> {
    let Some(number) = given else { return Ok(None) };
    let whole = number.thousandths().filter(|n| n % 1000 == 0).map(|n| n / 1000);
    match whole.and_then(|n| u32::try_from(n).ok()) {
        Some(n) if (1..=most).contains(&n) => Ok(Some(n)),
        _ => Err(wrong(field)(format!("{number} is not possible; give a whole number from 1 to {most}"))),
    }
}

impl TryFrom<ReadingInput> for Reading {
    type Error = ReadingError;

    fn try_from(input: ReadingInput) -> Result<Self, ReadingError> {
        let test: ReadingTest = input.test.parse().map_err(wrong("test"))?;
        let unit = match input.unit.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(code) => Some(code.parse().map_err(wrong("unit"))?),
        };
        let phase = input.phase.map(|p| p.trim().to_owned()).filter(|p| !p.is_empty());
        if phase.as_ref().is_some_and(|p| p.chars().count() > 20) {
            return Err(wrong("phase")("give at most 20 characters, such as L1".to_owned()));
        }
        Ok(Self {
            voltage_v: whole("voltage_v", input.voltage_v, 10_000)?,
            test_current_a: input.test_current_a,
            rated_ma: input.rated_ma,
            multiplier: input.multiplier,
            socket: whole("socket", input.socket, 1000)?,
            phase,
            ..Self::parse(test, &input.value, unit)?
        })
    }
}

impl From<Reading> for ReadingInput {
    fn from(reading: Reading) -> Self {
        Self {
            test: reading.test.code().to_owned(),
            value: reading.as_given,
            unit: reading.unit.map(|u| u.code().to_owned()),
            voltage_v: reading.voltage_v.map(Decimal::from_whole),
            test_current_a: reading.test_current_a,
            rated_ma: reading.rated_ma,
            multiplier: reading.multiplier,
            socket: reading.socket.map(Decimal::from_whole),
            phase: reading.phase,
        }
    }
}

#[cfg(test)]
#[path = "reading_tests.rs"]
mod tests;
