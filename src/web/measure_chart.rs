//! Groups of bars beside each other, month by month, which the templates draw as SVG.

use chrono::{Datelike, NaiveDate};

use super::work_chart::round_up;

/// Height of the tallest bar, room for the numbers at the left, above and below.
const TALLEST: u64 = 140;
const LEFT: u32 = 44;
const TOP: u32 = 20;
const BELOW: u32 = 34;
/// How wide a chart is at most, in the picture's own units.
const WIDEST: u32 = 860;

/// Bars in groups, a group a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthChart {
    /// Width of the picture.
    pub width: u32,
    /// Height of the picture.
    pub height: u32,
    /// Where the first bar may begin.
    pub left: u32,
    /// How wide a bar is.
    pub thick: u32,
    /// The months, left to right.
    pub groups: Vec<Group>,
    /// Lines across with their number.
    pub lines: Vec<(u32, String)>,
}

/// A month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// From the left.
    pub x: u32,
    /// The month, where there is room for it.
    pub label: String,
    /// The year, at its first month.
    pub year: String,
    /// The bars, in the order of the series.
    pub bars: Vec<Bar>,
}

/// A bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// From the left.
    pub x: u32,
    /// From the top.
    pub y: u32,
    /// Height.
    pub height: u32,
    /// Its colour's class.
    pub class: &'static str,
    /// Its number, where there is room for it.
    pub number: String,
    /// What it is, in words.
    pub words: String,
}

/// What is drawn: its name in words and its colour's class.
pub type Series = (&'static str, &'static str);

/// A month's values, one a series; none where there is nothing to tell.
pub type Values = (NaiveDate, Vec<Option<i64>>);

impl MonthChart {
    /// Draws months. `unit` stands behind each number: nothing, or "%", whose chart always ends at 100.
    pub fn new(series: &[Series], months: &[Values], unit: &str) -> Self {
        let count = u32::try_from(months.len()).unwrap_or(1).max(1);
        let each = u32::try_from(series.len()).unwrap_or(1).max(1);
        let step = ((WIDEST - LEFT) / count).clamp(each * 6 + 4, 66);
        let thick = ((step - 4) / each).min(24);
        let most = months.iter().flat_map(|(_, values)| values.iter().flatten()).copied().max().unwrap_or(0);
        let top = if unit == "%" { 100 } else { round_up(u64::try_from(most).unwrap_or(0)) };
        let pixels = |value: u64| u32::try_from(value * TALLEST / top).unwrap_or(0);
        let ground = TOP + u32::try_from(TALLEST).unwrap_or(0);
        let group = |(at, (month, values)): (u32, &Values)| {
            let x = LEFT + 4 + at * step;
            let bars = series.iter().zip(values).zip(0u32..).filter_map(|(((name, class), value), place)| {
                let value = u64::try_from((*value)?).unwrap_or(0);
                // Something is seen to be there even beside a month of thousands.
                let height = pixels(value).max(u32::from(value > 0));
                let number = if thick >= 16 { value.to_string() } else { String::new() };
                let words =
                    format!("{} {}: {value}{unit} {}", month.format("%B"), month.year(), name.to_lowercase());
                Some(Bar { x: x + place * thick, y: ground - height, height, class, number, words })
            });
            let new_year = at == 0 || month.month() == 1;
            Group {
                x,
                label: if step >= 26 || at.is_multiple_of(3) {
                    month.format("%b").to_string()
                } else {
                    String::new()
                },
                year: if new_year { month.year().to_string() } else { String::new() },
                bars: bars.collect(),
            }
        };
        let line = |quarter: u64| {
            let value = top * quarter / 4;
            (ground - pixels(value), format!("{value}{unit}"))
        };
        Self {
            width: LEFT + 8 + count * step,
            height: ground + BELOW,
            left: LEFT,
            thick: thick.saturating_sub(2).max(2),
            groups: (0..).zip(months).map(group).collect(),
            lines: if top >= 4 { (0..=4).map(line).collect() } else { vec![line(0), line(4)] },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERIES: [Series; 2] = [("Opened", "bar-due"), ("Closed", "bar-safe")];

    fn months(values: &[[Option<i64>; 2]]) -> Vec<Values> {
        let first: NaiveDate = "2026-11-01".parse().unwrap();
        (0..).zip(values).map(|(at, pair)| (first + chrono::Months::new(at), pair.to_vec())).collect()
    }

    #[test]
    fn bars_stand_on_the_ground_beside_each_other() {
        let chart =
            MonthChart::new(&SERIES, &months(&[[Some(8), Some(2)], [Some(0), None], [Some(4), Some(4)]]), "");
        let first = &chart.groups[0];
        assert_eq!(first.bars[0].y + first.bars[0].height, TOP + 140);
        assert_eq!(first.bars[1].x - first.bars[0].x, chart.thick + 2);
        assert_eq!(first.bars[0].height, 4 * first.bars[1].height);
        assert_eq!(first.bars[0].words, "November 2026: 8 opened");
        assert_eq!(chart.groups[1].bars.len(), 1, "what cannot be told is no bar of nothing");
        assert_eq!(
            (first.year.as_str(), chart.groups[1].year.as_str(), chart.groups[2].year.as_str()),
            ("2026", "", "2027")
        );
        assert_eq!(chart.lines.last(), Some(&(TOP, "8".to_owned())));
    }

    #[test]
    fn a_chart_of_percent_ends_at_a_hundred_and_few_are_seen_beside_many() {
        let chart = MonthChart::new(&SERIES, &months(&[[Some(50), Some(100)]]), "%");
        assert_eq!(chart.lines.last(), Some(&(TOP, "100%".to_owned())));
        assert_eq!(chart.groups[0].bars[1].y, TOP);
        let chart = MonthChart::new(&SERIES, &months(&[[Some(1), Some(90_000)]]), "");
        assert_eq!(chart.groups[0].bars[0].height, 1);
    }

    #[test]
    fn no_picture_is_wider_than_its_page_until_its_bars_are_thin() {
        for count in [0, 1, 12, 24, 36] {
            let values = vec![[Some(1), Some(2)]; count];
            assert!(MonthChart::new(&SERIES, &months(&values), "").width <= WIDEST + 8, "{count}");
        }
    }
}
