//! Tables over many pages: the header row repeats, text wraps and is never cut.

use super::flow::Flow;
use super::style::Style;
use domain::label::{Ink, Mark};

/// Text begins where its column begins, so that tables line up with headings; the gap is on the right.
const GAP_MM: f64 = 2.2;
/// How far shading reaches beyond the text on either side.
const BLEED_MM: f64 = 1.1;
const PAD_Y_MM: f64 = 1.0;

/// A column.
#[derive(Clone)]
pub(crate) struct Column {
    pub title: &'static str,
    pub width_mm: f64,
    /// Whether its texts end at its right edge, as figures do.
    right: bool,
}

impl Column {
    pub fn new(title: &'static str, width_mm: f64) -> Self {
        Self { title, width_mm, right: false }
    }

    /// A column of figures.
    pub fn figures(title: &'static str, width_mm: f64) -> Self {
        Self { title, width_mm, right: true }
    }

    /// Draws lines of text where the column has them.
    fn lines(&self, style: Style, marks: &mut Vec<Mark>, [x, y]: [f64; 2], lines: &[String]) {
        if !self.right {
            style.lines(marks, x, y, lines);
            return;
        }
        for (at, line) in lines.iter().enumerate() {
            let top = y + at as f64 * style.line_mm();
            marks.push(style.line_to(x + self.width_mm - GAP_MM, top, line.as_str()));
        }
    }
}

/// How a cell stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    Plain,
    Bold,
    /// White on a filled block, so that a failure shows without colour.
    Alarm,
    /// Bold in a frame.
    Doubt,
}

/// A cell.
pub(crate) struct Cell {
    pub text: String,
    pub look: Look,
}

impl Cell {
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), look: Look::Plain }
    }

    pub fn bold(text: impl Into<String>) -> Self {
        Self { text: text.into(), look: Look::Bold }
    }
}

/// A table's columns and type.
pub(crate) struct Table {
    pub columns: Vec<Column>,
    pub style: Style,
    pub zebra: bool,
}

/// A row's cells as wrapped lines.
type Wrapped = Vec<(Vec<String>, Look)>;

impl Table {
    /// Draws all rows under a heading, on as many pages as they take; a heading never stands without a row.
    pub fn draw(&self, flow: &mut Flow, heading: &str, rows: impl IntoIterator<Item = Vec<Cell>>) {
        let mut rows = rows.into_iter().map(|row| self.wrap(row)).enumerate().peekable();
        let first = rows.peek().map_or(1, |(_, row)| lines_of(row));
        let first_mm = self.height_mm(first).clamp(self.height_mm(2), flow.page_room_mm() / 2.0);
        if !heading.is_empty() {
            flow.heading(heading, self.header_mm() + first_mm);
        }
        self.header(flow, first_mm);
        for (index, row) in rows {
            let lines = lines_of(&row);
            self.row(flow, &row, lines, self.zebra && index % 2 == 1);
        }
    }

    fn wrap(&self, row: Vec<Cell>) -> Wrapped {
        let cells = self.columns.iter().zip(row);
        cells
            .map(|(column, cell)| {
                let style = Style { bold: cell.look != Look::Plain, ..self.style };
                (style.wrap(&cell.text, column.width_mm - GAP_MM), cell.look)
            })
            .collect()
    }

    fn height_mm(&self, lines: usize) -> f64 {
        self.style.block_mm(lines) + 2.0 * PAD_Y_MM
    }

    /// A row that is higher than a page goes on on the next one.
    fn row(&self, flow: &mut Flow, row: &Wrapped, lines: usize, shaded: bool) {
        let mut from = 0;
        while from < lines {
            let whole = self.height_mm(lines - from);
            let header_mm = self.header_mm();
            if flow.room_mm() < whole.min(flow.page_room_mm() - header_mm) {
                flow.new_page();
                self.header(flow, 0.0);
            }
            let mut to = lines;
            while to > from + 1 && self.height_mm(to - from) > flow.room_mm() {
                to -= 1;
            }
            self.part(flow, row, from, to, shaded);
            from = to;
        }
    }

    fn part(&self, flow: &mut Flow, row: &Wrapped, from: usize, to: usize, shaded: bool) {
        let height = self.height_mm(to - from);
        let (mut x, y) = (flow.left_mm, flow.y_mm);
        if shaded {
            let (x_mm, w_mm, h_mm) = (x - BLEED_MM, flow.width_mm + 2.0 * BLEED_MM, height);
            flow.push(Mark::Fill { x_mm, y_mm: y, w_mm, h_mm, radius_mm: 0.0, ink: Ink::Mist });
        }
        for (column, (lines, look)) in self.columns.iter().zip(row) {
            let lines = lines.get(from..to.min(lines.len())).unwrap_or_default();
            if !lines.is_empty() {
                self.cell(flow.marks(), [x, y], column, lines, *look);
            }
            x += column.width_mm;
        }
        flow.y_mm += height;
        flow.rule(Ink::Silver, 0.1);
    }

    fn cell(&self, marks: &mut Vec<Mark>, at: [f64; 2], column: &Column, lines: &[String], look: Look) {
        let mut style = Style { bold: look != Look::Plain, ..self.style };
        let (x_mm, y_mm) = (at[0] - BLEED_MM + 0.2, at[1] + 0.35);
        let (w_mm, h_mm) = (column.width_mm - 0.4, self.height_mm(lines.len()) - 0.7);
        if look == Look::Alarm {
            style.ink = Ink::White;
            marks.push(Mark::Fill { x_mm, y_mm, w_mm, h_mm, radius_mm: 0.5, ink: Ink::Red });
        } else if look == Look::Doubt {
            marks.push(Mark::Frame {
                x_mm,
                y_mm,
                w_mm,
                h_mm,
                radius_mm: 0.5,
                stroke_mm: 0.25,
                ink: Ink::Black,
            });
        }
        column.lines(style, marks, [at[0], at[1] + PAD_Y_MM], lines);
    }

    fn header_lines(&self) -> Vec<Vec<String>> {
        let style = self.header_style();
        self.columns.iter().map(|c| style.wrap(c.title, c.width_mm - GAP_MM)).collect()
    }

    fn header_style(&self) -> Style {
        Style { bold: true, ink: Ink::Black, pt: self.style.pt.min(7.0) }
    }

    /// Columns that need no words have no header row, only its line.
    fn is_titled(&self) -> bool {
        self.columns.iter().any(|column| !column.title.is_empty())
    }

    fn header_mm(&self) -> f64 {
        if !self.is_titled() {
            return 0.0;
        }
        let lines = self.header_lines().iter().map(Vec::len).max().unwrap_or(1);
        self.header_style().block_mm(lines) + 2.0 * PAD_Y_MM
    }

    fn header(&self, flow: &mut Flow, with_mm: f64) {
        let (style, height) = (self.header_style(), self.header_mm());
        // A header alone at the foot of a page says nothing.
        flow.keep(height + with_mm);
        let (mut x, y) = (flow.left_mm, flow.y_mm);
        for (column, lines) in self.columns.iter().zip(self.header_lines()) {
            let top = y + height - PAD_Y_MM - style.block_mm(lines.len());
            column.lines(style, flow.marks(), [x, top], &lines);
            x += column.width_mm;
        }
        flow.y_mm += height;
        flow.rule(flow.accent, 0.3);
    }
}

fn lines_of(row: &Wrapped) -> usize {
    row.iter().map(|(lines, _)| lines.len()).max().unwrap_or(0).max(1)
}

/// The width that a column needs so that none of these texts wraps, at most `most_mm`.
pub(crate) fn natural_mm<'a>(
    style: Style,
    title: &str,
    texts: impl Iterator<Item = &'a str>,
    most_mm: f64,
) -> f64 {
    let bold = Style { bold: true, ..style };
    let words = title.split(' ').map(|w| bold.width_mm(w)).fold(0.0, f64::max);
    let widest = texts.flat_map(str::lines).map(|t| bold.width_mm(t)).fold(words, f64::max);
    (widest + GAP_MM + 0.1).min(most_mm)
}
