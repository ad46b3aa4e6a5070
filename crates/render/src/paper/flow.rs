//! Pages filled from top to bottom.

use super::style::{BODY, CAPTION, HEADING, Style};
use crate::pdf::{Bookmark, Link};
use domain::certificate::Firm;
use domain::label::{Ink, Mark};
use domain::wording::{Language, Words};

/// One page.
pub(crate) struct Page {
    pub size_mm: [f64; 2],
    pub marks: Vec<Mark>,
    pub links: Vec<Link>,
    /// Which paper of the file it belongs to.
    pub section: usize,
    /// Whether the firm's head stands on it, so that it needs no running head.
    pub headed: bool,
}

/// A4 upright.
pub(crate) const UPRIGHT_MM: [f64; 2] = [210.0, 297.0];
/// A4 across.
pub(crate) const ACROSS_MM: [f64; 2] = [297.0, 210.0];

/// Pages being filled; `y_mm` is where the next thing goes.
pub(crate) struct Flow {
    pages: Vec<Page>,
    bookmarks: Vec<Bookmark>,
    size_mm: [f64; 2],
    section: usize,
    pub language: Language,
    pub words: &'static Words,
    pub accent: Ink,
    pub left_mm: f64,
    pub width_mm: f64,
    pub y_mm: f64,
}

const TOP_MM: f64 = 19.0;
const BOTTOM_MM: f64 = 16.0;
/// A heading with the space above it and the line below.
const HEADING_MM: f64 = 11.6;
/// A fact of more lines is set over the whole width, and over pages where it must.
const MOST_FACT_LINES: usize = 12;

impl Flow {
    pub fn new(language: Language, firm: &Firm) -> Self {
        let mut flow = Self::empty(language, firm);
        flow.turn(UPRIGHT_MM, 17.0);
        flow
    }

    /// No page yet: what comes begins one.
    pub fn empty(language: Language, firm: &Firm) -> Self {
        Self {
            pages: Vec::new(),
            bookmarks: Vec::new(),
            size_mm: UPRIGHT_MM,
            section: 0,
            language,
            words: language.words(),
            accent: firm.accent.map_or(Ink::Black, Ink::Own),
            left_mm: 0.0,
            width_mm: 0.0,
            y_mm: 0.0,
        }
    }

    /// Begins another paper in the same file, on a page of its own.
    pub fn begin_section(&mut self, language: Language) {
        self.section += 1;
        self.language = language;
        self.words = language.words();
        self.turn(UPRIGHT_MM, 17.0);
    }

    /// A place that the viewer's list of contents leads to: here.
    pub fn bookmark(&mut self, level: usize, title: impl Into<String>) {
        let (page, y_mm) = (self.pages.len().saturating_sub(1), self.y_mm);
        self.bookmarks.push(Bookmark { level, title: title.into(), page, y_mm });
    }

    /// Makes the height of a line at the left lead to a page.
    pub fn link(&mut self, y_mm: f64, h_mm: f64, page: usize) {
        let area_mm = [self.left_mm, y_mm, self.width_mm, h_mm];
        if let Some(last) = self.pages.last_mut() {
            last.links.push(Link { area_mm, page });
        }
    }

    /// The page with the firm's head.
    pub fn head_page(&mut self) {
        if let Some(last) = self.pages.last_mut() {
            last.headed = true;
        }
    }

    pub fn page_count(&self) -> usize {
        self.pages.len()
    }

    /// Begins a page of another shape.
    pub fn turn(&mut self, size_mm: [f64; 2], side_margin_mm: f64) {
        self.size_mm = size_mm;
        self.left_mm = side_margin_mm;
        self.width_mm = size_mm[0] - 2.0 * side_margin_mm;
        self.new_page();
    }

    pub fn new_page(&mut self) {
        let (size_mm, section) = (self.size_mm, self.section);
        self.pages.push(Page { size_mm, marks: Vec::new(), links: Vec::new(), section, headed: false });
        self.y_mm = TOP_MM;
    }

    pub fn into_pages(self) -> (Vec<Page>, Vec<Bookmark>) {
        (self.pages, self.bookmarks)
    }

    pub fn right_mm(&self) -> f64 {
        self.left_mm + self.width_mm
    }

    /// The height left on this page.
    pub fn room_mm(&self) -> f64 {
        self.size_mm[1] - BOTTOM_MM - self.y_mm
    }

    /// The height of an empty page.
    pub fn page_room_mm(&self) -> f64 {
        self.size_mm[1] - BOTTOM_MM - TOP_MM
    }

    /// Begins a new page unless this much is left.
    pub fn keep(&mut self, height_mm: f64) {
        if self.room_mm() < height_mm && self.y_mm > TOP_MM {
            self.new_page();
        }
    }

    pub fn marks(&mut self) -> &mut Vec<Mark> {
        if self.pages.is_empty() {
            self.new_page();
        }
        let last = self.pages.len() - 1;
        &mut self.pages[last].marks
    }

    pub fn push(&mut self, mark: Mark) {
        self.marks().push(mark);
    }

    /// A heading over a hairline, kept together with `with_mm` of what follows.
    pub fn heading(&mut self, text: &str, with_mm: f64) {
        self.keep(with_mm + HEADING_MM);
        if self.y_mm > TOP_MM {
            self.y_mm += 5.0;
        }
        let (x, y) = (self.left_mm, self.y_mm);
        self.push(HEADING.ink(self.accent).line(x, y, text));
        self.y_mm += HEADING.block_mm(1) + 0.8;
        self.rule(Ink::Silver, 0.2);
        self.y_mm += 2.0;
    }

    /// A line over the whole width.
    pub fn rule(&mut self, ink: Ink, stroke_mm: f64) {
        let (y, from, to) = (self.y_mm, self.left_mm, self.right_mm());
        self.push(Mark::Line { from_mm: [from, y], to_mm: [to, y], stroke_mm, ink });
    }

    /// Text over the whole width and as many pages as it takes.
    pub fn paragraph(&mut self, text: &str, style: Style) {
        for line in style.wrap(text, self.width_mm) {
            self.keep(style.block_mm(1));
            let (x, y) = (self.left_mm, self.y_mm);
            self.push(style.line(x, y, line));
            self.y_mm += style.line_mm();
        }
        self.y_mm += style.block_mm(1) - style.line_mm() + 1.0;
    }

    /// Pairs of caption and value in columns; blank values are left out, long ones go over the whole width.
    pub fn facts(&mut self, columns: usize, facts: &[(&str, String)]) {
        let gap = 5.0;
        let width = (self.width_mm - gap * (columns as f64 - 1.0)) / columns as f64;
        let shown = facts.iter().filter(|(_, value)| !value.trim().is_empty());
        let cells = shown.map(|(caption, value)| (*caption, value.as_str(), BODY.wrap(value, width)));
        let (short, long): (Vec<_>, Vec<_>) = cells.partition(|(.., lines)| lines.len() <= MOST_FACT_LINES);
        for row in short.chunks(columns) {
            let most = row.iter().map(|(.., lines)| lines.len()).max().unwrap_or(1);
            let caption_mm = CAPTION.block_mm(1) + 0.6;
            self.keep(caption_mm + BODY.block_mm(most));
            let (left, top) = (self.left_mm, self.y_mm);
            for (index, (caption, _, lines)) in row.iter().enumerate() {
                let x = left + index as f64 * (width + gap);
                self.push(CAPTION.line(x, top, *caption));
                BODY.lines(self.marks(), x, top + caption_mm, lines);
            }
            self.y_mm += caption_mm + BODY.block_mm(most) + 2.6;
        }
        for (caption, value, _) in long {
            self.keep(CAPTION.block_mm(1) + 0.6 + BODY.block_mm(2));
            let (x, y) = (self.left_mm, self.y_mm);
            self.push(CAPTION.line(x, y, caption));
            self.y_mm += CAPTION.block_mm(1) + 0.6;
            self.paragraph(value, BODY);
            self.y_mm += 1.6;
        }
    }
}
