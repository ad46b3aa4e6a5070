//! What any tester's file says of one test, in one shape; nothing here is judged.

use super::place::Place;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use domain::equipment::TestKind;
use domain::quantity::Decimal;
use domain::reading::{ReadingTest, ReadingValue};
use domain::visual::{VisualItem, VisualResult};
use serde::{Deserialize, Serialize};

domain::codes!(
    /// What the tester itself called a test or a reading; kept beside our own verdict, never in its place.
    TesterVerdict, "tester's verdict", {
    Pass = "pass", "Pass";
    Fail = "fail", "Fail";
    Information = "information", "Information";
});

domain::codes!(
    /// What a tester's reading measures, as far as its file tells.
    Measured, "measured quantity", {
    EarthContinuity = "earth_continuity", "Earth continuity";
    InsulationResistance = "insulation_resistance", "Insulation resistance";
    TouchCurrent = "touch_current", "Touch current";
    ProtectiveConductorCurrent = "protective_conductor_current", "Protective conductor current";
    SubstituteLeakage = "substitute_leakage", "Substitute leakage";
    Polarity = "polarity", "Polarity";
    RcdTripTime = "rcd_trip_time", "RCD trip time";
    Functional = "functional", "Functional check";
    Load = "load", "Load";
    Leakage = "leakage", "Touch or leakage current";
    Other = "other", "Something else";
});

/// The instrument that a file names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Instrument {
    /// Its name where the file does not part make and model.
    pub name: String,
    /// Make.
    pub make: String,
    /// Model.
    pub model: String,
    /// Serial number.
    pub serial: String,
    /// Number of its calibration certificate.
    pub calibration_certificate: String,
    /// When it was calibrated.
    pub calibrated_on: Option<NaiveDate>,
    /// When its calibration ends.
    pub calibration_due: Option<NaiveDate>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisualSeen {
    /// The name as given.
    pub name: String,
    /// Which of our items that is; none where the file says only that something was looked at.
    pub item: Option<VisualItem>,
    /// What was found; none where the file does not say.
    pub result: Option<VisualResult>,
    /// Any figure or remark beside it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// One reading as a tester's file has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TesterReading {
    /// What it measures.
    pub measured: Measured,
    /// The name of the test as given.
    pub name: String,
    /// The value as given, without its unit.
    pub given: String,
    /// The value in the unit of `measured`; none where it cannot be read, or there is none.
    #[serde(default, with = "value_text", skip_serializing_if = "Option::is_none")]
    pub value: Option<ReadingValue>,
    /// The unit as given.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// Test voltage in volts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voltage_v: Option<u32>,
    /// Test current in amperes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_current_a: Option<Decimal>,
    /// Rated residual current of an RCD in milliamperes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rated_ma: Option<Decimal>,
    /// Multiple of the rated residual current.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiplier: Option<Decimal>,
    /// Socket, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub socket: Option<u32>,
    /// Conductor, half-wave or points of the reading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// What the tester called it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<TesterVerdict>,
    /// The limit that the tester was set to, in the unit of `measured`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Decimal>,
    /// Figures beside it that have no field, such as the load during a leakage test.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<(String, String)>,
}

/// A picture from a container, not yet looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// Its file name in the container.
    pub name: String,
    /// The file, as it was; hostile until re-encoded.
    pub bytes: Vec<u8>,
}

/// One test as a tester's file has it; what the file leaves out is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TestRecord {
    /// Where it stood in the file.
    pub place: Place,
    /// The asset's code, as given.
    pub asset_code: String,
    /// The customer's name.
    pub customer: String,
    /// The site's name.
    pub site: String,
    /// The location's name.
    pub location: String,
    /// What the asset is.
    pub description: String,
    /// Its make.
    pub make: String,
    /// Its model.
    pub model: String,
    /// Its serial number.
    pub serial: String,
    /// Its class as given; [`crate::words::class`] reads it.
    pub equipment_class: String,
    /// Its type as given; [`crate::words::equipment_type`] reads it.
    pub equipment_type: String,
    /// Its category.
    pub category: String,
    /// Notes on the asset.
    pub notes: String,
    /// The local date of the test.
    pub performed_on: NaiveDate,
    /// The local time of the test, where given.
    pub performed_time: Option<NaiveTime>,
    /// Who tested, as the tester's user is called.
    pub tester: String,
    /// With what.
    pub instrument: Instrument,
    /// Kind of inspection, where the file tells.
    pub kind: Option<TestKind>,
    /// The tester's name for the sequence of tests.
    pub test_name: String,
    /// Code of a preset sequence that the sheet carries.
    pub test_tag: String,
    /// The standard that the file names.
    pub standard: String,
    /// The procedure that the file names.
    pub procedure: String,
    /// Months to the next full test.
    pub retest_months: Option<u32>,
    /// Months to the next visual inspection.
    pub visual_retest_months: Option<u32>,
    /// What was looked at.
    pub visual: Vec<VisualSeen>,
    /// What was measured.
    pub readings: Vec<TesterReading>,
    /// What the tester made of it all.
    pub verdict: Option<TesterVerdict>,
    /// Comments on the test, one a line.
    pub comments: Vec<String>,
    /// The code that the asset had before.
    pub old_asset_code: String,
    /// "End of Life" as given.
    pub end_of_life: String,
    /// Whether the file asks for the asset's own fields to be updated.
    pub update_asset: Option<bool>,
    /// Names of pictures that belong to it.
    pub photo_names: Vec<String>,
    /// Pictures out of the file itself.
    #[serde(skip)]
    pub photos: Vec<Photo>,
    /// Filled columns that no field takes: name and text.
    pub unknown: Vec<(String, String)>,
    /// What the file itself makes doubtful: one sentence each.
    pub hints: Vec<String>,
}

impl TestRecord {
    /// The local moment of the test, at noon where the file gives no time.
    pub fn performed_at(&self) -> NaiveDateTime {
        self.performed_on.and_time(self.performed_time.unwrap_or_else(noon))
    }
}

fn noon() -> NaiveTime {
    NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default()
}

impl Measured {
    /// Our test of that name; none for what we have no test for, and for a leakage that may be one of two.
    pub fn test(self) -> Option<ReadingTest> {
        use domain::code::Code;
        ReadingTest::parse_code(self.code()).ok()
    }

    /// The unit in which `value` and `limit` stand, as our unit's code; empty where there is none.
    pub fn unit_code(self) -> &'static str {
        use domain::code::Code;
        match self {
            Self::Leakage => domain::reading::Unit::Milliamp.code(),
            _ => self.test().and_then(ReadingTest::unit).map_or("", |u| u.code()),
        }
    }
}

impl TesterReading {
    /// A reading of which only name and value are known.
    pub fn new(measured: Measured, name: impl Into<String>, given: impl Into<String>) -> Self {
        Self {
            measured,
            name: name.into(),
            given: given.into(),
            value: None,
            unit: String::new(),
            voltage_v: None,
            test_current_a: None,
            rated_ma: None,
            multiplier: None,
            socket: None,
            phase: None,
            verdict: None,
            limit: None,
            beside: vec![],
        }
    }
}

/// A value as its text: "0.08", ">19.99", "OL".
mod value_text {
    use domain::reading::ReadingValue;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub fn serialize<S: Serializer>(value: &Option<ReadingValue>, to: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => to.collect_str(value),
            None => to.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<ReadingValue>, D::Error> {
        Option::<String>::deserialize(from)?.map(|t| t.parse().map_err(de::Error::custom)).transpose()
    }
}
