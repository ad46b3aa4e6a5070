//! Bars drawn as lines and blocks: they read without colour.

use super::flow::Flow;
use super::style::{CAPTION, SMALL, STRONG};
use domain::label::{Ink, Mark};

/// One bar in three parts: what is good is solid, what is bad is striped, what is neither is hollow.
pub(crate) fn parts(marks: &mut Vec<Mark>, [x, y, w, h]: [f64; 4], [good, bad, neither]: [usize; 3]) {
    let all = (good + bad + neither).max(1) as f64;
    // A single failure among thousands must still show.
    let part = |n: usize| if n == 0 { 0.0 } else { (w * n as f64 / all).max(1.6) };
    let (bad_mm, neither_mm) = (part(bad), part(neither));
    let good_mm = if good == 0 { 0.0 } else { (w - bad_mm - neither_mm).max(1.6) };
    let fill = |x_mm, w_mm, ink| Mark::Fill { x_mm, y_mm: y, w_mm, h_mm: h, radius_mm: 0.0, ink };
    let frame = |x_mm, w_mm| {
        let (y_mm, h_mm, radius_mm, stroke_mm) = (y, h, 0.0, 0.2);
        Mark::Frame { x_mm, y_mm, w_mm, h_mm, radius_mm, stroke_mm, ink: Ink::Black }
    };
    marks.push(frame(x, w));
    marks.push(fill(x, good_mm, Ink::Green));
    if bad > 0 {
        marks.push(fill(x + good_mm, bad_mm, Ink::Red));
        let mut stripe = x + good_mm + 0.8;
        while stripe < x + good_mm + bad_mm {
            let (from_mm, to_mm) = ([stripe, y], [stripe, y + h]);
            marks.push(Mark::Line { from_mm, to_mm, stroke_mm: 0.25, ink: Ink::White });
            stripe += 0.8;
        }
    }
    if neither > 0 {
        marks.push(fill(x + good_mm + bad_mm, neither_mm, Ink::White));
        marks.push(frame(x + good_mm + bad_mm, neither_mm));
    }
}

/// A pair of upright bars for each of some columns, the first hollow, the second solid, with their figures on top.
pub(crate) struct Pairs<'a> {
    /// What is counted.
    pub title: &'a str,
    /// What the hollow and the solid bars are.
    pub names: [&'a str; 2],
    /// Name and both figures of each column.
    pub columns: Vec<(String, [i64; 2])>,
}

/// The height of charts.
pub(crate) const CHART_MM: f64 = 42.0;

impl Pairs<'_> {
    /// Draws it within a width.
    pub fn draw(&self, flow: &mut Flow, [x, y]: [f64; 2], width: f64) {
        let accent = flow.accent;
        flow.push(STRONG.line(x, y, self.title));
        self.legend(flow, [x, y + 5.0]);
        let (top, base) = (y + 13.0, y + CHART_MM - 5.0);
        let most = self.columns.iter().flat_map(|(_, pair)| pair).copied().max().unwrap_or(0).max(1) as f64;
        let step = width / self.columns.len().max(1) as f64;
        let bar = (step * 0.3).min(7.0);
        for (at, (name, pair)) in self.columns.iter().enumerate() {
            let middle = x + (at as f64 + 0.5) * step;
            for (side, figure) in pair.iter().enumerate() {
                let h_mm = (base - top) * (*figure).max(0) as f64 / most;
                let (x_mm, y_mm) = (middle - bar - 0.4 + side as f64 * (bar + 0.8), base - h_mm);
                if *figure > 0 {
                    flow.push(block(side, [x_mm, y_mm, bar, h_mm], accent));
                }
                let text = figure.to_string();
                let style = CAPTION.shrunk_to(&text, bar + 0.6);
                flow.push(style.line(
                    x_mm + (bar - style.width_mm(&text)) / 2.0,
                    y_mm - style.block_mm(1) - 0.5,
                    text,
                ));
            }
            let style = CAPTION.shrunk_to(name, step - 1.0);
            flow.push(style.line(middle - style.width_mm(name) / 2.0, base + 1.2, name.as_str()));
        }
        flow.push(Mark::Line {
            from_mm: [x, base],
            to_mm: [x + width, base],
            stroke_mm: 0.2,
            ink: Ink::Black,
        });
    }

    fn legend(&self, flow: &mut Flow, [mut x, y]: [f64; 2]) {
        let accent = flow.accent;
        for (side, name) in self.names.iter().enumerate() {
            flow.push(block(side, [x, y + 0.1, 2.2, 2.2], accent));
            flow.push(SMALL.line(x + 3.2, y, *name));
            x += 3.2 + SMALL.width_mm(name) + 4.0;
        }
    }
}

fn block(side: usize, [x_mm, y_mm, w_mm, h_mm]: [f64; 4], ink: Ink) -> Mark {
    let radius_mm = 0.0;
    match side {
        0 => {
            // The stroke lies within the bar, so that both are equally wide.
            let (x_mm, y_mm, w_mm, h_mm) = (x_mm + 0.15, y_mm + 0.15, w_mm - 0.3, (h_mm - 0.15).max(0.15));
            Mark::Frame { x_mm, y_mm, w_mm, h_mm, radius_mm, stroke_mm: 0.3, ink }
        }
        _ => Mark::Fill { x_mm, y_mm, w_mm, h_mm, radius_mm, ink },
    }
}

/// Lying bars, each with its name before and its figure behind.
pub(crate) struct Rows<'a> {
    /// What is counted.
    pub title: &'a str,
    /// Name and figure of each.
    pub rows: Vec<(&'a str, i64)>,
}

impl Rows<'_> {
    /// Draws it within a width.
    pub fn draw(&self, flow: &mut Flow, [x, y]: [f64; 2], width: f64) {
        let accent = flow.accent;
        flow.push(STRONG.line(x, y, self.title));
        let names = self.rows.iter().map(|(name, _)| SMALL.width_mm(name)).fold(0.0, f64::max) + 3.0;
        let room = width - names - 10.0;
        let most = self.rows.iter().map(|(_, figure)| *figure).max().unwrap_or(0).max(1) as f64;
        for (at, (name, figure)) in self.rows.iter().enumerate() {
            let top = y + 8.0 + at as f64 * 6.4;
            flow.push(SMALL.ink(Ink::Black).line(x, top + 0.9, *name));
            let w_mm = room * (*figure).max(0) as f64 / most;
            if *figure > 0 {
                let (x_mm, y_mm, h_mm) = (x + names, top, 4.2);
                flow.push(Mark::Fill { x_mm, y_mm, w_mm, h_mm, radius_mm: 0.0, ink: accent });
            }
            flow.push(STRONG.line(x + names + w_mm + 1.4, top + 0.7, figure.to_string()));
        }
    }
}

/// Large figures with a word each, on a panel.
pub(crate) fn figures(flow: &mut Flow, figures: &[(String, &str)]) {
    let height = 22.0;
    flow.keep(height);
    let (x_mm, y_mm, w_mm) = (flow.left_mm, flow.y_mm + 1.0, flow.width_mm);
    flow.push(Mark::Fill { x_mm, y_mm, w_mm, h_mm: height - 3.0, radius_mm: 1.5, ink: Ink::Mist });
    let step = (w_mm - 12.0) / figures.len().max(1) as f64;
    for (at, (figure, word)) in figures.iter().enumerate() {
        let x = x_mm + 6.0 + at as f64 * step;
        let style = super::style::TITLE.pt(20.0).shrunk_to(figure, step - 3.0);
        flow.push(style.line(x, y_mm + 4.0, figure.as_str()));
        let style = SMALL.ink(Ink::Black).shrunk_to(word, step - 2.0);
        flow.push(style.line(x, y_mm + 12.4, *word));
    }
    flow.y_mm += height;
}
