//! A deadline's time as a bar: full height where it counted, half where it was paused, a thin line where nobody works.

use chrono::{DateTime, Utc};
use domain::response_clock::{Deadline, Interval, Why};

use crate::actions::jobs::JobView;

/// The picture's width, in its own units.
const WIDTH: i64 = 640;

/// A part of the bar.
pub struct Part {
    /// From the left.
    pub x: i64,
    /// How wide.
    pub width: i64,
    /// From the top.
    pub y: i64,
    /// How high.
    pub height: i64,
    /// Its class in the style sheet.
    pub class: &'static str,
    /// What it is, in words.
    pub words: String,
}

/// The bar of a deadline.
pub struct Bar {
    /// Its parts, from the left.
    pub parts: Vec<Part>,
    /// Where the deadline stands, if it is within the picture, and on which side its label has room.
    pub due: Option<(i64, &'static str)>,
    /// The moment at its left end.
    pub begins: String,
    /// The moment at its right end.
    pub ends: String,
    /// What it shows, in words.
    pub words: String,
}

impl Bar {
    /// The bar from the beginning to now, to when the promise was kept or to when it is due, whatever is last.
    pub fn of(view: &JobView, deadline: &Deadline) -> Self {
        let begins = deadline.intervals.first().map_or(view.job.opened_at.utc(), |interval| interval.from);
        let reached = deadline.intervals.last().map_or(begins, |interval| interval.until);
        let ends =
            deadline.due.map_or(reached, |due| due.max(reached)).max(begins + chrono::Duration::minutes(1));
        let x = |at: DateTime<Utc>| (at - begins).num_seconds() * WIDTH / (ends - begins).num_seconds();
        let parts = deadline.intervals.iter().flat_map(|interval| cut(interval, deadline.due));
        let parts = parts.map(|(interval, late)| {
            let (y, height, class) = shape(&interval.why, late);
            let from = x(interval.from);
            let words = format!(
                "{} to {}: {}",
                view.clock(interval.from),
                view.clock(interval.until),
                interval.why.words()
            );
            Part { x: from, width: (x(interval.until) - from).max(1), y, height, class, words }
        });
        let due = deadline.due.map(x);
        let counted = domain::minutes::span_words(deadline.elapsed_s);
        Self {
            parts: parts.collect(),
            due: due.map(|x| (x, if x > WIDTH / 2 { "end" } else { "start" })),
            begins: view.clock(begins),
            ends: view.clock(ends),
            words: format!(
                "{counted} counted, in {} intervals; the same as a table below",
                deadline.intervals.len()
            ),
        }
    }
}

/// An interval that counted, cut where the target was used up; each part with whether it is beyond.
fn cut(interval: &Interval, due: Option<DateTime<Utc>>) -> Vec<(Interval, bool)> {
    let part = |from, until, late| (Interval { from, until, why: interval.why.clone() }, late);
    match due {
        Some(due) if interval.until <= due => vec![part(interval.from, interval.until, false)],
        Some(due) if due <= interval.from => vec![part(interval.from, interval.until, true)],
        Some(due) => vec![part(interval.from, due, false), part(due, interval.until, true)],
        None => vec![part(interval.from, interval.until, false)],
    }
}

/// Where a part stands and how it looks: told apart by its height as well as by its colour.
fn shape(why: &Why, late: bool) -> (i64, i64, &'static str) {
    match (why, late) {
        (Why::Counted, false) => (8, 32, "bar-safe"),
        (Why::Counted, true) => (8, 32, "bar-danger"),
        (Why::Waiting(_), _) => (16, 16, "bar-due"),
        (Why::OutOfHours | Why::Holiday(_) | Why::NoContract | Why::Fixed, _) => (22, 4, "heat-2"),
    }
}
