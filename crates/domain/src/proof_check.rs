//! The regular check of an instrument against known values: passed only where every value is within its tolerance.

use serde::{Deserialize, Serialize};

use crate::judged::ReadingVerdict;
use crate::quantity::Decimal;
use crate::verdict::Verdict;

/// One known value of a check box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckPoint {
    /// What is measured there, such as "Earth continuity".
    pub name: String,
    /// The unit, as written.
    pub unit: String,
    /// The value that the box has.
    pub nominal: Decimal,
    /// How far a reading may lie from it on either side.
    pub tolerance: Decimal,
}

/// What an instrument showed at a point, with the point as it was then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckReading {
    /// The point.
    pub point: CheckPoint,
    /// The reading as typed; none where nothing was.
    pub given: Option<String>,
    /// What it amounts to.
    pub verdict: ReadingVerdict,
}

/// Points of a box, at most.
pub const MOST_POINTS: usize = 30;

impl CheckPoint {
    /// The span that passes, in words.
    pub fn words(&self) -> String {
        format!("{} ± {} {}", self.nominal, self.tolerance, self.unit)
    }

    fn judge(&self, given: &str) -> Result<ReadingVerdict, String> {
        if given.is_empty() {
            return Ok(ReadingVerdict::Missing);
        }
        if given.eq_ignore_ascii_case("OL") {
            return Ok(ReadingVerdict::Fail);
        }
        let value: Decimal = given.parse()?;
        let far = |a: Decimal, b: Decimal| a.checked_sub(b).is_none_or(|apart| apart > self.tolerance);
        let beyond = far(value, self.nominal) || far(self.nominal, value);
        Ok(if beyond { ReadingVerdict::Fail } else { ReadingVerdict::Pass })
    }
}

/// Reads points as people type them, one a line: `Earth continuity; 0.50 ohm; 0.05` or with a tolerance of `5 %`.
///
/// # Errors
/// Names the line and says what would be right.
pub fn parse_points(text: &str) -> Result<Vec<CheckPoint>, String> {
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let points: Vec<CheckPoint> = lines
        .map(|(number, line)| parse_point(line).map_err(|why| format!("line {number}: {why}")))
        .collect::<Result<_, _>>()?;
    match points.len() {
        0 => Err("give at least one value, such as \"Earth continuity; 0.50 ohm; 0.05\"".to_owned()),
        n if n > MOST_POINTS => Err(format!("give at most {MOST_POINTS} values; these are {n}")),
        _ => Ok(points),
    }
}

fn parse_point(line: &str) -> Result<CheckPoint, String> {
    let shape = || format!("write \"name; value unit; tolerance\" instead of \"{}\"", line.trim());
    let parts: Vec<&str> = line.split(';').map(str::trim).collect();
    let [name, value, tolerance] = parts.as_slice() else { return Err(shape()) };
    let (value, unit) = value.split_once(' ').ok_or_else(shape)?;
    let nominal: Decimal = value.parse()?;
    let tolerance = tolerance.trim_start_matches('±').trim();
    let tolerance = match tolerance.strip_suffix('%') {
        None => tolerance.parse()?,
        Some(percent) => share(nominal, percent.trim().parse()?).ok_or_else(shape)?,
    };
    let long = [*name, unit].iter().any(|text| text.chars().count() > 60);
    if name.is_empty() || unit.trim().is_empty() || long || nominal.is_negative() || tolerance.is_negative() {
        return Err(shape());
    }
    Ok(CheckPoint { name: (*name).to_owned(), unit: unit.trim().to_owned(), nominal, tolerance })
}

/// So many hundredths of a value, rounded down: a check is never made easier by rounding.
fn share(nominal: Decimal, percent: Decimal) -> Option<Decimal> {
    nominal.mul_floor(percent).map(|product| Decimal::from_millionths(product.millionths() / 100))
}

/// Points as people type them.
pub fn write_points(points: &[CheckPoint]) -> String {
    let line = |p: &CheckPoint| format!("{}; {} {}; {}", p.name, p.nominal, p.unit, p.tolerance);
    points.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Judges a whole check: any value out of tolerance fails it, any missing leaves it incomplete.
///
/// # Errors
/// The number of the point, from 0, and what is wrong with what was typed there.
pub fn judge_check(
    points: &[CheckPoint],
    given: &[String],
) -> Result<(Vec<CheckReading>, Verdict), (usize, String)> {
    let mut readings = Vec::with_capacity(points.len());
    for (at, point) in points.iter().enumerate() {
        let typed = given.get(at).map_or("", |text| text.trim());
        let verdict = point.judge(typed).map_err(|why| (at, why))?;
        let given = Some(typed.to_owned()).filter(|text| !text.is_empty());
        readings.push(CheckReading { point: point.clone(), given, verdict });
    }
    let any = |verdict| readings.iter().any(|reading: &CheckReading| reading.verdict == verdict);
    let verdict = match (any(ReadingVerdict::Fail), any(ReadingVerdict::Missing) || readings.is_empty()) {
        (true, _) => Verdict::Fail,
        (false, true) => Verdict::Incomplete,
        (false, false) => Verdict::Pass,
    };
    Ok((readings, verdict))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BOX: &str = "Earth continuity; 0.50 ohm; 0.05\n\nInsulation; 2.00 Mohm; 5 %";

    fn judged(given: &[&str]) -> Verdict {
        let given: Vec<String> = given.iter().map(|text| (*text).to_owned()).collect();
        judge_check(&parse_points(BOX).unwrap(), &given).unwrap().1
    }

    #[test]
    fn each_value_is_held_against_its_tolerance() {
        for (given, verdict) in [
            (["0.50", "2.00"], Verdict::Pass),
            (["0.45", "2.1"], Verdict::Pass),
            (["0.55", "1.9"], Verdict::Pass),
            (["0.551", "2"], Verdict::Fail),
            (["0.449", "2"], Verdict::Fail),
            (["0.5", "2.100001"], Verdict::Fail),
            (["0.5", "OL"], Verdict::Fail),
            (["0.5", ""], Verdict::Incomplete),
            (["0.9", ""], Verdict::Fail),
            (["", ""], Verdict::Incomplete),
        ] {
            assert_eq!(judged(&given), verdict, "{given:?}");
        }
        assert_eq!(judged(&["0.5"]), Verdict::Incomplete, "what is left out is missing");
        assert_eq!(judge_check(&[], &[]).unwrap().1, Verdict::Incomplete, "nothing proves nothing");
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let points = parse_points(BOX).unwrap();
        let wrong = judge_check(&points, &["0.5".to_owned(), "<2".to_owned()]).unwrap_err();
        assert_eq!(wrong.0, 1, "{wrong:?}");
        for (text, says) in [
            ("", "at least one"),
            ("Earth; 0.5 ohm", "line 1"),
            ("Earth; 0.5 ohm; 0.1\nRCD; fast ms; 1", "line 2"),
            ("Earth; 0.5ohm; 0.1", "name; value unit; tolerance"),
            ("; 0.5 ohm; 0.1", "line 1"),
            ("Earth; 0.5 ohm; -0.1", "line 1"),
        ] {
            let error = parse_points(text).unwrap_err();
            assert!(error.contains(says), "{text:?}: {error}");
        }
    }

    #[test]
    fn points_are_read_as_they_are_written() {
        let points = parse_points(BOX).unwrap();
        assert_eq!(points[1].tolerance, "0.1".parse().unwrap());
        assert_eq!(parse_points(&write_points(&points)).unwrap(), points);
    }

    proptest! {
        #[test]
        fn further_off_never_turns_fail_into_pass(nominal in 0i64..10_000_000, tolerance in 0i64..1_000_000, off in 0i64..2_000_000, more in 0i64..1_000_000) {
            let decimal = Decimal::from_millionths;
            let point = CheckPoint { name: "A".into(), unit: "ohm".into(), nominal: decimal(nominal), tolerance: decimal(tolerance) };
            let at = |off: i64| point.judge(&decimal(nominal + off).to_string()).unwrap();
            prop_assert_eq!(at(off) == ReadingVerdict::Pass, off <= tolerance);
            if at(off) == ReadingVerdict::Fail {
                prop_assert_eq!(at(off + more), ReadingVerdict::Fail);
            }
        }
    }
}
