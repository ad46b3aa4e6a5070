//! Charts as plain numbers, which the templates draw as SVG. Colours are classes of the style sheet.

use std::collections::HashMap;

use chrono::{Datelike, Days, NaiveDate};
use domain::due::Month;

/// The step from one cell of the year to the next, in the picture's own units.
const STEP: u32 = 14;
/// Room for the weekdays' names at the left and the months' above.
const LEFT: u32 = 28;
const TOP: u32 = 18;

/// A year as a heat map: a column a week, Monday on top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearChart {
    /// The year.
    pub year: i32,
    /// Width of the picture.
    pub width: u32,
    /// Height of the picture.
    pub height: u32,
    /// The days.
    pub cells: Vec<Cell>,
    /// The months' names and where they stand.
    pub months: Vec<(u32, &'static str)>,
    /// The weeks as rows of a table: the Monday, and each day's count where it is in the year.
    pub weeks: Vec<Week>,
    /// The upper ends of the five shades, the first for nothing at all.
    pub legend: [i64; 5],
    /// How many in the whole year.
    pub total: i64,
}

/// A day of the heat map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The day.
    pub day: NaiveDate,
    /// From the left.
    pub x: u32,
    /// From the top.
    pub y: u32,
    /// The shade, 0 to 4.
    pub level: usize,
    /// How many.
    pub items: i64,
    /// Whether it is today.
    pub today: bool,
}

/// A week of the table beside the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    /// Its Monday.
    pub monday: NaiveDate,
    /// The days from Monday on; none outside the year.
    pub days: [Option<(NaiveDate, i64)>; 7],
    /// How many in the week.
    pub total: i64,
}

const NAMES: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl YearChart {
    /// Draws a year; none for one beyond the calendar.
    pub fn new(year: i32, counts: &[(NaiveDate, i64)], today: NaiveDate) -> Option<Self> {
        let first = NaiveDate::from_ymd_opt(year, 1, 1)?;
        let counts: HashMap<NaiveDate, i64> =
            counts.iter().filter(|(day, _)| day.year() == year).copied().collect();
        let legend = shades(counts.values().copied().max().unwrap_or(0));
        let offset = first.weekday().num_days_from_monday();
        let mut chart = Self {
            year,
            width: LEFT + 54 * STEP,
            height: TOP + 7 * STEP,
            cells: vec![],
            months: vec![],
            weeks: vec![],
            legend,
            total: counts.values().sum(),
        };
        for day in first.iter_days().take_while(|day| day.year() == year) {
            let place = day.ordinal0() + offset;
            let (x, y) = (LEFT + place / 7 * STEP, TOP + place % 7 * STEP);
            if day.day() == 1 {
                chart.months.push((x, NAMES[day.month0() as usize]));
            }
            let items = counts.get(&day).copied().unwrap_or(0);
            let level = legend.iter().position(|most| items <= *most).unwrap_or(4);
            chart.cells.push(Cell { day, x, y, level, items, today: day == today });
            chart.note(day, items);
        }
        Some(chart)
    }

    fn note(&mut self, day: NaiveDate, items: i64) {
        let weekday = day.weekday().num_days_from_monday();
        if weekday == 0 || self.weeks.is_empty() {
            let monday = day - Days::new(u64::from(weekday));
            self.weeks.push(Week { monday, days: [None; 7], total: 0 });
        }
        if let Some(week) = self.weeks.last_mut() {
            week.days[weekday as usize] = Some((day, items));
            week.total += items;
        }
    }

    /// The weekdays' names and where they stand.
    pub fn weekdays(&self) -> [(u32, &'static str); 3] {
        [(0, "Mon"), (2, "Wed"), (4, "Fri")].map(|(row, name)| (TOP + row * STEP + 10, name))
    }
}

impl Cell {
    /// What the day holds, in words.
    pub fn words(&self) -> String {
        let items = if self.items == 0 { "nothing".to_owned() } else { self.items.to_string() };
        format!("{}: {items} due", self.day.format("%-d %B %Y"))
    }
}

/// The upper ends of the shades: nothing, then quarters of the most.
fn shades(most: i64) -> [i64; 5] {
    let quarter = |n: i64| (most * n + 3) / 4;
    [0, quarter(1), quarter(2), quarter(3), most]
}

/// The coming months as bars, what is overdue before them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthBars {
    /// The bars, left to right.
    pub bars: Vec<Bar>,
    /// Width of the picture.
    pub width: u32,
    /// Height of the picture.
    pub height: u32,
    /// Where the bars stand.
    pub ground: u32,
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
    /// The few letters below it.
    pub label: &'static str,
    /// What it is, in words.
    pub words: String,
    /// How many.
    pub items: i64,
    /// Where it leads.
    pub link: String,
}

/// Height of the tallest bar, and the step from bar to bar.
const TALLEST: u32 = 80;
const BAR_STEP: u32 = 28;

impl MonthBars {
    /// Draws what is overdue and what falls due in twelve months from today.
    pub fn new(counts: &[(NaiveDate, i64)], today: NaiveDate) -> Self {
        let sum = |first: Option<NaiveDate>, before: NaiveDate| -> i64 {
            let within = |day: NaiveDate| first.is_none_or(|first| first <= day) && day < before;
            counts.iter().filter(|(day, _)| within(*day)).map(|(_, items)| items).sum()
        };
        let mut columns = vec![(
            "bar-danger",
            "late",
            "Overdue".to_owned(),
            sum(None, today),
            format!("/due?before={today}"),
        )];
        for ahead in 0..12 {
            let month = Month::of(today).plus(ahead);
            let (first, before) = (month.first().max(today), month.plus(1).first());
            let class = if ahead == 0 { "bar-due" } else { "bar-safe" };
            let name = NAMES[month.first().month0() as usize];
            let link = format!("/due?from={first}&before={before}");
            columns.push((class, name, month.words(), sum(Some(first), before), link));
        }
        let most = columns.iter().map(|column| column.3).max().unwrap_or(0).max(1);
        let bars = columns.into_iter().zip(0..).map(|((class, label, words, items, link), at)| {
            // Something is seen to be there even beside a month of thousands.
            let least = i64::from(items > 0) * 2;
            let height = (items * i64::from(TALLEST) / most).max(least);
            let height = u32::try_from(height).unwrap_or(0).min(TALLEST);
            let (x, y) = (at * BAR_STEP, 14 + TALLEST - height);
            Bar { x, y, height, class, label, words, items, link }
        });
        Self { bars: bars.collect(), width: 13 * BAR_STEP, height: TALLEST + 32, ground: TALLEST + 14 }
    }
}

#[cfg(test)]
#[path = "chart_tests.rs"]
mod tests;
