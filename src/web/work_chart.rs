//! Months of work as stacked bars.

use chrono::Datelike;
use domain::equipment::TestKind;

use crate::actions::forecast::Work;

/// Height of the tallest bar, room for the numbers at the left, above and below.
const TALLEST: u64 = 160;
const LEFT: u32 = 44;
const TOP: u32 = 10;
const BELOW: u32 = 34;

/// A bar a month, the kinds upon each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkBars {
    /// Width of the picture.
    pub width: u32,
    /// Height of the picture.
    pub height: u32,
    /// Where the first bar may begin.
    pub left: u32,
    /// How wide a bar is.
    pub thick: u32,
    /// The bars, left to right.
    pub bars: Vec<Stack>,
    /// Lines across with their number.
    pub lines: Vec<(u32, String)>,
}

/// A month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stack {
    /// From the left.
    pub x: u32,
    /// The month, where there is room for it.
    pub label: String,
    /// The year, at its first month.
    pub year: String,
    /// The kinds, lowest first; those without items are left out.
    pub parts: Vec<Part>,
}

/// One kind of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// From the top.
    pub y: u32,
    /// Height.
    pub height: u32,
    /// Its colour's class.
    pub class: &'static str,
    /// What it is, in words.
    pub words: String,
}

/// Lowest first: what takes longest stands on the ground.
const KINDS: [(usize, &str); 3] = [(2, "bar-safe"), (1, "bar-due"), (0, "heat-2")];

impl WorkBars {
    /// Draws the months.
    pub fn new(work: &Work) -> Self {
        let count = u32::try_from(work.months.len()).unwrap_or(0);
        let step = if count > 24 {
            20
        } else if count > 12 {
            26
        } else {
            44
        };
        let most = work.total.iter().map(|kinds| kinds.iter().sum::<u64>()).max().unwrap_or(0).max(1);
        let top = round_up(most);
        let pixels = |items: u64| u32::try_from(items * TALLEST / top).unwrap_or(0);
        let ground = TOP + u32::try_from(TALLEST).unwrap_or(0);
        let mut bars = vec![];
        for ((month, kinds), at) in work.months.iter().zip(&work.total).zip(0u32..) {
            let (mut below, mut parts) = (0, vec![]);
            for (kind, class) in KINDS {
                let items = kinds.get(kind).copied().unwrap_or(0);
                if items == 0 {
                    continue;
                }
                // Drawn from sums, so that rounding never leaves a gap.
                let (from, to) = (pixels(below), pixels(below + items).max(pixels(below) + 1));
                let label =
                    TestKind::FALLING_DUE.get(kind).map_or("", |kind| domain::code::Code::label(*kind));
                let words = format!("{}: {items} {}", month.words(), label.to_lowercase());
                parts.push(Part { y: ground.saturating_sub(to), height: to - from, class, words });
                below += items;
            }
            let first = month.first();
            let label =
                if step >= 26 || at % 3 == 0 { first.format("%b").to_string() } else { String::new() };
            let new_year = at == 0 || first.month() == 1;
            let year = if new_year { first.year().to_string() } else { String::new() };
            bars.push(Stack { x: LEFT + 4 + at * step, label, year, parts });
        }
        let line = |quarter: u64| (ground - pixels(top * quarter / 4), (top * quarter / 4).to_string());
        Self {
            width: LEFT + 4 + count * step,
            height: ground + BELOW,
            left: LEFT,
            thick: step * 3 / 5,
            bars,
            lines: if top >= 4 { (0..=4).map(line).collect() } else { vec![line(0), line(4)] },
        }
    }
}

/// The next number that divides into four well: 4, 8, 20, 40, 80, 200 ...
pub(super) fn round_up(most: u64) -> u64 {
    let mut scale = 1;
    loop {
        for top in [4, 8, 20] {
            if most <= top * scale {
                return top * scale;
            }
        }
        scale *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::forecast::months_from;

    #[test]
    fn the_kinds_stand_upon_each_other_without_a_gap() {
        let months = months_from("2026-11-22".parse().unwrap(), 12);
        let mut total = vec![[0, 0, 0]; 12];
        total[1] = [1, 333, 1000];
        let work = Work { months, total, tenths: vec![], sites: vec![], too_many: false };
        let chart = WorkBars::new(&work);
        let parts = &chart.bars[1].parts;
        assert_eq!(parts.len(), 3);
        for pair in parts.windows(2) {
            assert_eq!(pair[1].y + pair[1].height, pair[0].y);
        }
        assert_eq!(parts[0].y + parts[0].height, TOP + 160);
        assert_eq!(parts[2].words, "December 2026: 1 user check");
        assert_eq!((chart.bars[0].year.as_str(), chart.bars[2].year.as_str()), ("2026", "2027"));
        assert_eq!((round_up(1), round_up(9), round_up(1334), round_up(20_000)), (4, 20, 2000, 20_000));
    }
}
