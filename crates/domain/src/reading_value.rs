//! A reading's value as the tester or the engineer wrote it: a number with what it proves, or a word.

use std::fmt;
use std::str::FromStr;

use crate::code::Code;
use crate::codes;
use crate::quantity::{Decimal, quoted};

codes!(
    /// What a figure says about the true value: the value itself, or only a bound of it.
    Operator, "operator", {
    Exact = "=", "is";
    Less = "<", "less than";
    LessEq = "<=", "at most";
    Greater = ">", "more than";
    GreaterEq = ">=", "at least";
});

codes!(
    /// The form of a value, for a database column beside the number.
    ValueForm, "form of value", {
    Exact = "=", "Number";
    Less = "<", "Less than";
    LessEq = "<=", "At most";
    Greater = ">", "More than";
    GreaterEq = ">=", "At least";
    OverRange = "OL", "Over range";
    Pass = "pass", "Pass";
    Fail = "fail", "Fail";
});

/// A reading's value, in the unit of its test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReadingValue {
    /// A figure, or a bound such as "<5".
    Number {
        /// What the figure says.
        operator: Operator,
        /// The figure, never negative.
        value: Decimal,
    },
    /// "OL": more than the instrument can show.
    OverRange,
    /// Found good, without a figure.
    Pass,
    /// Found bad, without a figure.
    Fail,
}

impl ReadingValue {
    /// An exact figure.
    pub fn exact(value: Decimal) -> Self {
        Self::Number { operator: Operator::Exact, value }
    }

    /// Splits into the two columns that a database holds.
    pub fn stored(self) -> (ValueForm, Option<Decimal>) {
        match self {
            Self::OverRange => (ValueForm::OverRange, None),
            Self::Pass => (ValueForm::Pass, None),
            Self::Fail => (ValueForm::Fail, None),
            Self::Number { operator, value } => {
                let form = match operator {
                    Operator::Exact => ValueForm::Exact,
                    Operator::Less => ValueForm::Less,
                    Operator::LessEq => ValueForm::LessEq,
                    Operator::Greater => ValueForm::Greater,
                    Operator::GreaterEq => ValueForm::GreaterEq,
                };
                (form, Some(value))
            }
        }
    }

    /// Joins the two columns again; nothing where they contradict each other.
    pub fn from_stored(form: ValueForm, number: Option<Decimal>) -> Option<Self> {
        match (form, number) {
            (ValueForm::OverRange, None) => Some(Self::OverRange),
            (ValueForm::Pass, None) => Some(Self::Pass),
            (ValueForm::Fail, None) => Some(Self::Fail),
            (_, Some(value)) => {
                Operator::parse_code(form.code()).ok().map(|operator| Self::Number { operator, value })
            }
            _ => None,
        }
    }
}

impl FromStr for ReadingValue {
    type Err = String;

    /// Reads "0.08", "<5", "> 19.99", ">=1", "\u{2265}1", "OL", "pass" or "fail"; case does not matter.
    ///
    /// # Errors
    /// Says what is wrong and what would be right.
    fn from_str(given: &str) -> Result<Self, String> {
        let text = given.trim();
        match text.to_ascii_lowercase().as_str() {
            "ol" => return Ok(Self::OverRange),
            "pass" => return Ok(Self::Pass),
            "fail" => return Ok(Self::Fail),
            _ => {}
        }
        let (operator, number) = split_operator(text);
        let value: Decimal = number.parse().map_err(|why| explain(text, number, why))?;
        if value.is_negative() {
            return Err(format!("{} is negative; a reading is zero or more", quoted(text)));
        }
        Ok(Self::Number { operator, value })
    }
}

fn split_operator(text: &str) -> (Operator, &str) {
    // Two characters before one: ">=" also starts with ">".
    for (mark, operator) in [
        (">=", Operator::GreaterEq),
        ("\u{2265}", Operator::GreaterEq),
        ("<=", Operator::LessEq),
        ("\u{2264}", Operator::LessEq),
        (">", Operator::Greater),
        ("<", Operator::Less),
    ] {
        if let Some(rest) = text.strip_prefix(mark) {
            return (operator, rest.trim_start());
        }
    }
    (Operator::Exact, text)
}

fn explain(text: &str, number: &str, why: String) -> String {
    let numeric = number.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
    if text.is_empty() || numeric {
        return why;
    }
    format!(
        "{} is not a reading; write a number such as 0.08, <5 or >19.99, or OL, pass or fail",
        quoted(text)
    )
}

impl fmt::Display for ReadingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number { operator: Operator::Exact, value } => value.fmt(f),
            Self::Number { operator, value } => write!(f, "{operator}{value}"),
            Self::OverRange => f.write_str("OL"),
            Self::Pass => f.write_str("pass"),
            Self::Fail => f.write_str("fail"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_engineers_and_testers_write() {
        for (given, shown) in [
            ("0.08", "0.08"),
            ("<5", "<5"),
            ("> 19.99", ">19.99"),
            (">=19.99", ">=19.99"),
            ("\u{2265}19.99", ">=19.99"),
            ("\u{2264} 0.1", "<=0.1"),
            ("<= 0.10", "<=0.1"),
            (" ol ", "OL"),
            ("Pass", "pass"),
            ("FAIL", "fail"),
            (".05", "0.05"),
        ] {
            let value: ReadingValue = given.parse().unwrap();
            assert_eq!(value.to_string(), shown, "{given}");
            let (form, number) = value.stored();
            assert_eq!(ReadingValue::from_stored(form, number), Some(value));
        }
    }

    #[test]
    fn refuses_the_rest_and_says_what_is_right() {
        for (given, says) in [
            ("", "missing"),
            ("good", "pass or fail"),
            ("-0.1", "negative"),
            ("<-1", "negative"),
            ("1,5", "point"),
            ("=5", "not a reading"),
            ("<<5", "not a reading"),
            ("> ", "not a reading"),
            ("0.08 ohm", "not a number"),
        ] {
            let error = given.parse::<ReadingValue>().unwrap_err();
            assert!(error.contains(says), "{given:?}: {error}");
        }
    }

    #[test]
    fn columns_that_contradict_each_other_make_no_value() {
        assert_eq!(ReadingValue::from_stored(ValueForm::Pass, Some(Decimal::ONE)), None);
        assert_eq!(ReadingValue::from_stored(ValueForm::Less, None), None);
    }
}
