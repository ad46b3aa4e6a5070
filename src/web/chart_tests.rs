use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_year_has_a_cell_for_each_day_in_columns_of_weeks() {
    let counts = [(day("2026-01-01"), 8), (day("2026-11-23"), 2), (day("2025-12-31"), 99)];
    let chart = YearChart::new(2026, &counts, day("2026-11-23")).unwrap();
    assert_eq!((chart.cells.len(), chart.total, chart.months.len()), (365, 10, 12));
    // 2026 begins on a Thursday: the fourth row of the first column.
    let first = &chart.cells[0];
    assert_eq!((first.x, first.y, first.level, first.items), (LEFT, TOP + 3 * STEP, 4, 8));
    let today = chart.cells.iter().find(|cell| cell.today).unwrap();
    assert_eq!((today.level, today.words().as_str()), (1, "23 November 2026: 2 due"));
    assert_eq!(chart.cells[1].words(), "2 January 2026: nothing due");
    assert!(chart.cells.iter().all(|cell| cell.x + STEP <= chart.width && cell.y + STEP <= chart.height));
}

#[test]
fn the_table_says_the_same_as_the_picture() {
    for year in [2023, 2024, 2026, 2028] {
        let counts = [(NaiveDate::from_ymd_opt(year, 2, 28).unwrap(), 3)];
        let chart = YearChart::new(year, &counts, counts[0].0).unwrap();
        let days: Vec<_> = chart.weeks.iter().flat_map(|week| week.days.into_iter().flatten()).collect();
        let cells: Vec<_> = chart.cells.iter().map(|cell| (cell.day, cell.items)).collect();
        assert_eq!(days, cells);
        assert_eq!(chart.weeks.iter().map(|week| week.total).sum::<i64>(), 3);
    }
}

#[test]
fn shades_rise_with_the_count_and_nothing_is_pale() {
    assert_eq!(shades(0), [0, 0, 0, 0, 0]);
    assert_eq!(shades(1), [0, 1, 1, 1, 1]);
    assert_eq!(shades(100), [0, 25, 50, 75, 100]);
}

#[test]
fn bars_are_as_tall_as_their_months_are_full() {
    let counts =
        [(day("2026-11-01"), 50), (day("2026-11-30"), 100), (day("2027-10-31"), 1), (day("2027-11-01"), 7)];
    let bars = MonthBars::new(&counts, day("2026-11-23")).bars;
    assert_eq!(bars.len(), 13);
    let of = |at: usize| (bars[at].label, bars[at].items, bars[at].height, bars[at].class);
    assert_eq!(of(0), ("late", 50, 40, "bar-danger"));
    assert_eq!(of(1), ("Nov", 100, 80, "bar-due"));
    assert_eq!(of(2), ("Dec", 0, 0, "bar-safe"));
    assert_eq!(of(12), ("Oct", 1, 2, "bar-safe"));
    assert!(MonthBars::new(&[], day("2026-11-23")).bars.iter().all(|bar| bar.height == 0));
}
