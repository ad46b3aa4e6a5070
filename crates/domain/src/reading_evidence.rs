//! A reading within the canonical form of a test: as given, and as judged.

use serde::{Deserialize, Serialize};

use crate::judged::{JudgedReading, ReadingVerdict};
use crate::limits::{Bound, Limit};
use crate::quantity::Decimal;
use crate::reading::{Reading, ReadingInput, ReadingTest, Unit};
use crate::reading_value::ValueForm;
use crate::ruleset::Confidence;
use crate::verdict::{Judgement, TestInput};

/// A reading as given and as judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadingEvidence {
    /// What was or should have been measured.
    pub test: ReadingTest,
    /// The value exactly as given; none where missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<String>,
    /// What the value is: a figure, a bound or a word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<ValueForm>,
    /// The figure in millionths of the unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_e6: Option<i64>,
    /// The unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// Test voltage in volts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voltage_v: Option<u32>,
    /// Test current in millionths of an ampere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_current_a_e6: Option<i64>,
    /// Rated residual current in millionths of a milliampere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rated_ma_e6: Option<i64>,
    /// Multiple of it, in millionths.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiplier_e6: Option<i64>,
    /// Socket counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub socket: Option<u32>,
    /// Conductor or half-wave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// What it amounts to.
    pub verdict: ReadingVerdict,
    /// The limit it was held against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<LimitEvidence>,
    /// Distance from the limit in millionths of the unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin_e6: Option<i64>,
    /// Why, in one sentence.
    pub reason: String,
}

/// A limit as it was computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitEvidence {
    /// Which side is good.
    pub bound: Bound,
    /// The figure in millionths of the unit.
    pub value_e6: i64,
    /// The unit.
    pub unit: Unit,
    /// How well the figure is confirmed.
    pub confidence: Confidence,
    /// How it came about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// Beyond this it fails, in millionths, where the lead's length was not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fails_beyond_e6: Option<i64>,
}

/// Readings as they are written down: each given one with what it was judged, then each that is missing.
pub fn readings_of(input: &TestInput, judgement: &Judgement) -> Vec<ReadingEvidence> {
    let given = input.readings.iter().map(Some).chain(std::iter::repeat(None));
    given.zip(&judgement.readings).map(|(reading, judged)| ReadingEvidence::new(reading, judged)).collect()
}

impl ReadingEvidence {
    fn new(given: Option<&Reading>, judged: &JudgedReading) -> Self {
        let stored = given.map(|reading| reading.value.stored());
        let millionths = |value: Option<Decimal>| value.map(Decimal::millionths);
        Self {
            test: judged.test,
            given: judged.value.clone(),
            form: stored.map(|(form, _)| form),
            value_e6: stored.and_then(|(_, value)| value).map(Decimal::millionths),
            unit: given.and_then(|reading| reading.unit),
            voltage_v: given.and_then(|reading| reading.voltage_v),
            test_current_a_e6: millionths(given.and_then(|reading| reading.test_current_a)),
            rated_ma_e6: millionths(given.and_then(|reading| reading.rated_ma)),
            multiplier_e6: millionths(given.and_then(|reading| reading.multiplier)),
            socket: judged.socket,
            phase: judged.phase.clone(),
            verdict: judged.verdict,
            limit: judged.limit.as_ref().map(LimitEvidence::from),
            margin_e6: millionths(judged.margin),
            reason: judged.reason.clone(),
        }
    }

    /// The reading as it was sent; none where it is missing.
    pub fn input(&self) -> Option<ReadingInput> {
        use crate::code::Code;
        let decimal = |millionths: Option<i64>| millionths.map(Decimal::from_millionths);
        Some(ReadingInput {
            test: self.test.code().to_owned(),
            value: self.given.clone()?,
            unit: self.unit.map(|unit| unit.code().to_owned()),
            voltage_v: self.voltage_v.map(Decimal::from_whole),
            test_current_a: decimal(self.test_current_a_e6),
            rated_ma: decimal(self.rated_ma_e6),
            multiplier: decimal(self.multiplier_e6),
            socket: self.socket.map(Decimal::from_whole),
            phase: self.phase.clone(),
        })
    }

    /// Whether it says more than test, value, voltage and socket.
    pub fn is_special(&self) -> bool {
        let numbers = [self.test_current_a_e6, self.rated_ma_e6, self.multiplier_e6];
        self.phase.is_some() || numbers.iter().any(Option::is_some)
    }

    /// The distance from the limit.
    pub fn margin(&self) -> Option<Decimal> {
        self.margin_e6.map(Decimal::from_millionths)
    }

    /// The limit it was held against.
    pub fn limit(&self) -> Option<Limit> {
        self.limit.as_ref().map(Limit::from)
    }

    /// The conditions in words, such as "500 V", "socket 2" or "at 5 times 30 mA"; empty where there are none.
    pub fn conditions(&self) -> String {
        let number = |value: Option<i64>| value.map(Decimal::from_millionths);
        let parts = [
            self.socket.map(|n| format!("socket {n}")),
            self.phase.clone(),
            self.voltage_v.map(|volts| format!("{volts} V")),
            number(self.test_current_a_e6).map(|amps| format!("{amps} A")),
            number(self.multiplier_e6).map(|times| format!("{times} times")),
            number(self.rated_ma_e6).map(|ma| format!("{ma} mA rated")),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

impl From<&Limit> for LimitEvidence {
    fn from(limit: &Limit) -> Self {
        Self {
            bound: limit.bound,
            value_e6: limit.value.millionths(),
            unit: limit.unit,
            confidence: limit.confidence,
            basis: limit.basis.clone(),
            fails_beyond_e6: limit.fails_beyond.map(Decimal::millionths),
        }
    }
}

impl From<&LimitEvidence> for Limit {
    fn from(limit: &LimitEvidence) -> Self {
        Self {
            bound: limit.bound,
            value: Decimal::from_millionths(limit.value_e6),
            unit: limit.unit,
            confidence: limit.confidence,
            basis: limit.basis.clone(),
            fails_beyond: limit.fails_beyond_e6.map(Decimal::from_millionths),
        }
    }
}
