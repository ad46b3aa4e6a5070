//! Values and units as testers write them: ">19.99 MOHM P", "0,08", "O/L".

use super::record::{Measured, TesterReading, TesterVerdict};
use crate::measures::means_nothing;
use crate::words::{cut, fold};
use domain::quantity::Decimal;
use domain::reading::{Operator, ReadingValue};
use domain::visual::VisualResult;

/// Reads the tester's own word for a result; none for nothing.
///
/// # Errors
/// Says which words are known.
pub(crate) fn verdict(text: &str) -> Result<Option<TesterVerdict>, String> {
    let found = match fold(text).as_str() {
        "p" | "pass" | "passed" | "ok" | "good" | "io" | "bestanden" | "true" => TesterVerdict::Pass,
        "f" | "fail" | "failed" | "nok" | "nio" | "bad" | "notpassed" | "nichtio" | "nichtbestanden"
        | "false" => TesterVerdict::Fail,
        "i" | "info" | "information" => TesterVerdict::Information,
        _ if means_nothing(text) => return Ok(None),
        _ => return Err(format!("\"{}\" is no result word", cut(text.trim(), 40))),
    };
    Ok(Some(found))
}

/// Reads what the eye found; none where the text does not say.
pub(crate) fn visual_result(text: &str) -> Option<VisualResult> {
    if fold(text) == "na" || fold(text) == "notapplicable" {
        return Some(VisualResult::NotApplicable);
    }
    match verdict(text) {
        Ok(Some(TesterVerdict::Pass)) => Some(VisualResult::Pass),
        Ok(Some(TesterVerdict::Fail)) => Some(VisualResult::Fail),
        _ => None,
    }
}

/// A value cut into its parts, as one cell holds them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    /// Operator and figure, or a word.
    pub(crate) figure: String,
    /// The unit.
    pub(crate) unit: String,
    /// The result after it.
    pub(crate) verdict: Option<TesterVerdict>,
}

/// Cuts ">19.99 MOHM P" into ">19.99", "MOHM" and pass.
pub(crate) fn parts(text: &str) -> Parts {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let mut result = None;
    if words.len() > 1
        && let Some(Ok(Some(found))) = words.last().map(|w| verdict(w))
    {
        result = Some(found);
        words.pop();
    }
    let text = words.join(" ");
    if is_over_range(&text) {
        return Parts { figure: text, unit: String::new(), verdict: result };
    }
    let start = text.find(|c: char| !"<>=≤≥ ".contains(c)).unwrap_or(text.len());
    let digits = |c: char| c.is_ascii_digit() || c == '.' || c == ',' || c == '-';
    let end = text[start..].find(|c| !digits(c)).map_or(text.len(), |at| start + at);
    if end == start {
        // A word, or "OL MOHM".
        let (word, unit) = text.split_once(' ').unwrap_or((&text, ""));
        let figure = if is_over_range(word) { word } else { &text };
        let unit = if is_over_range(word) { unit } else { "" };
        return Parts { figure: figure.into(), unit: unit.into(), verdict: result };
    }
    Parts { figure: text[..end].into(), unit: text[end..].trim().into(), verdict: result }
}

fn is_over_range(text: &str) -> bool {
    matches!(fold(text).as_str(), "ol" | "ofl" | "or" | "overrange" | "overload" | "overflow" | "inf")
        || text == "∞"
}

/// Reads a figure with its operator, a word, or nothing.
///
/// # Errors
/// Says what is wrong; "1,250" is refused, as it may be a thousand or one and a quarter.
pub(crate) fn figure(text: &str) -> Result<Option<ReadingValue>, String> {
    let text = text.trim();
    if is_over_range(text.trim_start_matches(['<', '>', '='])) && !text.starts_with('<') {
        return Ok(Some(ReadingValue::OverRange));
    }
    match verdict(text) {
        Ok(Some(TesterVerdict::Pass)) => return Ok(Some(ReadingValue::Pass)),
        Ok(Some(TesterVerdict::Fail)) => return Ok(Some(ReadingValue::Fail)),
        Ok(None) => return Ok(None),
        _ => {}
    }
    decimal_point(text)?.parse().map(Some)
}

/// One decimal comma becomes a point.
fn decimal_point(text: &str) -> Result<String, String> {
    let Some((whole, fraction)) = text.split_once(',') else { return Ok(text.to_owned()) };
    let digits = whole.trim_start_matches(|c: char| !c.is_ascii_digit());
    let may_group = fraction.len() == 3 && (1..=3).contains(&digits.len()) && !digits.starts_with('0');
    if may_group {
        return Err(format!("\"{}\" may be a thousand and more or have three decimals", cut(text, 40)));
    }
    Ok(format!("{whole}.{fraction}"))
}

/// Sets value and unit of a reading from their texts; what cannot be read is told and leaves no value.
pub(crate) fn set(reading: &mut TesterReading, figure_text: &str, unit: &str, hints: &mut Vec<String>) {
    reading.given = figure_text.trim().to_owned();
    reading.unit = unit.trim().to_owned();
    let read = figure(figure_text).and_then(|value| match value {
        Some(value) => convert(reading.measured, value, unit).map(Some),
        None => Ok(None),
    });
    match read {
        Ok(value) => reading.value = value,
        // What we do not judge may stand in any form.
        Err(_) if reading.measured == Measured::Other => {}
        Err(why) => hints.push(format!("{}: {why}; the reading is kept without a value.", reading.name)),
    }
}

/// The value in the unit of what is measured.
fn convert(measured: Measured, value: ReadingValue, unit: &str) -> Result<ReadingValue, String> {
    let ReadingValue::Number { operator, value: size } = value else { return Ok(value) };
    if matches!(measured, Measured::Polarity | Measured::Functional) {
        return Err("a figure is no result of it, pass or fail is".to_owned());
    }
    let scaled = scale(measured, unit)?;
    let size = match scaled {
        (1, 1) => Some(size),
        (times, over) => {
            let times = size.millionths().checked_mul(times);
            times.filter(|n| n % over == 0).map(|n| Decimal::from_millionths(n / over))
        }
    };
    let value =
        size.ok_or_else(|| format!("the figure cannot be held exactly in {}", measured.unit_code()))?;
    Ok(with(operator, value))
}

fn with(operator: Operator, value: Decimal) -> ReadingValue {
    ReadingValue::Number { operator, value }
}

/// By what a figure in this unit is multiplied and divided. No unit is taken as the test's own.
fn scale(measured: Measured, unit: &str) -> Result<(i64, i64), String> {
    let plain: String = unit.chars().filter(|c| !c.is_whitespace() && *c != '.').collect();
    // Both signs for ohm, and both for micro; of "mohm" only the case tells milli from mega.
    let plain = plain.replace(['Ω', 'Ω'], "ohm").replace(['µ', 'μ'], "u");
    let folded = plain.to_lowercase();
    let folded = folded.strip_suffix('s').filter(|f| f.ends_with("ohm")).unwrap_or(&folded);
    let milli = plain.starts_with('m') && plain.chars().nth(1).is_some_and(|c| c == 'o' || c == 'O');
    let shouted = plain.chars().all(|c| !c.is_lowercase());
    let unknown = || Err(format!("\"{}\" is no unit for it", cut(unit.trim(), 20)));
    Ok(match measured {
        _ if folded.is_empty() => (1, 1),
        Measured::EarthContinuity => match folded {
            "ohm" | "r" => (1, 1),
            "mohm" | "milliohm" if milli && !shouted => (1, 1000),
            _ => return unknown(),
        },
        Measured::InsulationResistance => match folded {
            "mohm" | "megohm" | "megaohm" | "meg" | "m" => (1, 1),
            "kohm" | "k" => (1, 1000),
            "gohm" | "g" => (1000, 1),
            _ => return unknown(),
        },
        Measured::RcdTripTime => match folded {
            "ms" | "msec" => (1, 1),
            "s" | "sec" => (1000, 1),
            _ => return unknown(),
        },
        Measured::Load => match folded {
            "va" | "w" => (1, 1),
            "kva" | "kw" => (1000, 1),
            _ => return unknown(),
        },
        Measured::Other | Measured::Polarity | Measured::Functional => (1, 1),
        _ => match folded {
            "ma" => (1, 1),
            "ua" => (1, 1000),
            "a" => (1000, 1),
            _ => return unknown(),
        },
    })
}

#[cfg(test)]
#[path = "value_tests.rs"]
mod tests;
