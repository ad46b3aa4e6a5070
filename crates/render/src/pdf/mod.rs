//! Writes display lists as PDF: vector QR codes, text in embedded subsets, compressed streams.

mod content;
mod fonts;
mod number;
mod outline;
mod picture;

use crate::RenderError;
use chrono::{DateTime, Datelike, Timelike, Utc};
use content::Content;
use domain::label::Mark;
use fonts::UsedFont;
pub use outline::{Bookmark, Link};
use pdf_writer::types::PageMode;
use pdf_writer::{Date, Finish, Name, Pdf, Rect, Ref, TextStr};

/// Points in a millimetre.
pub(crate) const PT_PER_MM: f64 = 72.0 / 25.4;

/// What a document says about itself.
#[derive(Debug, Clone)]
pub struct Meta {
    /// Its title.
    pub title: String,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// Its language, such as `en-GB`.
    pub lang: &'static str,
    /// Who made it; nobody when empty.
    pub author: String,
    /// Asks viewers to print at true size; labels need it.
    pub unscaled: bool,
}

/// A PDF being written, page by page.
pub struct Document {
    pdf: Pdf,
    meta: Meta,
    next: i32,
    catalog: Ref,
    tree: Ref,
    pages: Vec<Ref>,
    heights_pt: Vec<f64>,
    /// Numbers given to pages that are still to come, so that links may lead to them.
    expected: Vec<Ref>,
    fonts: [UsedFont; 2],
    font_refs: [Ref; 2],
    pictures: Vec<Ref>,
}

impl Document {
    /// An empty document.
    pub fn new(meta: Meta) -> Self {
        let refs = [1, 2, 3, 4].map(Ref::new);
        Self {
            pdf: Pdf::new(),
            meta,
            next: 5,
            catalog: refs[0],
            tree: refs[1],
            pages: Vec::new(),
            heights_pt: Vec::new(),
            expected: Vec::new(),
            fonts: [UsedFont::new(false), UsedFont::new(true)],
            font_refs: [refs[2], refs[3]],
            pictures: Vec::new(),
        }
    }

    fn take_ref(&mut self) -> Ref {
        self.next += 1;
        Ref::new(self.next - 1)
    }

    /// Adds a picture (PNG or JPEG) and gives its number for [`Mark::Image`] and its size in pixels.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn add_picture(&mut self, bytes: &[u8]) -> Result<(usize, [u32; 2]), RenderError> {
        let (id, mask) = (self.take_ref(), self.take_ref());
        let size = picture::write(&mut self.pdf, id, mask, bytes)?;
        self.pictures.push(id);
        Ok((self.pictures.len() - 1, size))
    }

    /// Says how many pages there will be; only then may links lead to later ones.
    pub fn expect_pages(&mut self, count: usize) {
        self.expected = (0..count).map(|_| self.take_ref()).collect();
    }

    /// Adds a page of a size in millimetres.
    ///
    /// # Errors
    /// A QR code on it cannot hold its text.
    pub fn add_page(&mut self, size_mm: [f64; 2], marks: &[Mark], links: &[Link]) -> Result<(), RenderError> {
        let mut content = Content::new(size_mm[1]);
        for mark in marks {
            content.draw(mark, &mut self.fonts)?;
        }
        let page = self.expected.get(self.pages.len()).copied();
        let (page, stream) = (page.unwrap_or_else(|| self.take_ref()), self.take_ref());
        let links = self.write_links(links, size_mm[1]);
        let data = deflate(&content.finish());
        self.pdf.stream(stream, &data).filter(pdf_writer::Filter::FlateDecode);
        let [w, h] = size_mm.map(|v| (v * PT_PER_MM) as f32);
        let mut writer = self.pdf.page(page);
        writer.media_box(Rect::new(0.0, 0.0, w, h)).parent(self.tree).contents(stream);
        if !links.is_empty() {
            writer.annotations(links);
        }
        let mut resources = writer.resources();
        let mut fonts = resources.fonts();
        fonts.pair(Name(b"R"), self.font_refs[0]).pair(Name(b"B"), self.font_refs[1]);
        fonts.finish();
        if !self.pictures.is_empty() {
            let mut objects = resources.x_objects();
            for (index, id) in self.pictures.iter().enumerate() {
                objects.pair(Name(format!("P{index}").as_bytes()), *id);
            }
        }
        resources.finish();
        writer.finish();
        self.pages.push(page);
        self.heights_pt.push(f64::from(h));
        Ok(())
    }

    /// The file's bytes.
    ///
    /// # Errors
    /// A font cannot be cut down.
    pub fn finish(mut self, bookmarks: &[Bookmark]) -> Result<Vec<u8>, RenderError> {
        let info = self.take_ref();
        let outline = self.write_outline(bookmarks);
        for index in 0..2 {
            // Both are named by every page; one that no text used is written with its box glyph alone.
            let refs = [(); 4].map(|()| self.take_ref());
            self.fonts[index].write(&mut self.pdf, self.font_refs[index], refs)?;
        }
        self.pdf.pages(self.tree).count(self.pages.len() as i32).kids(self.pages.iter().copied());
        let mut catalog = self.pdf.catalog(self.catalog);
        catalog.pages(self.tree).lang(TextStr(self.meta.lang));
        if let Some(outline) = outline {
            catalog.outlines(outline).page_mode(PageMode::UseOutlines);
        }
        let mut preferences = catalog.viewer_preferences();
        preferences.display_doc_title(true);
        if self.meta.unscaled {
            preferences.pair(Name(b"PrintScaling"), Name(b"None"));
        }
        preferences.finish();
        catalog.finish();
        let mut writer = self.pdf.document_info(info);
        writer.title(TextStr(&self.meta.title)).producer(TextStr("Proofmark"));
        if !self.meta.author.is_empty() {
            writer.author(TextStr(&self.meta.author));
        }
        writer.creation_date(pdf_date(self.meta.created));
        writer.finish();
        Ok(self.pdf.finish())
    }
}

fn pdf_date(at: DateTime<Utc>) -> Date {
    Date::new(at.year().clamp(0, 9999) as u16)
        .month(at.month() as u8)
        .day(at.day() as u8)
        .hour(at.hour() as u8)
        .minute(at.minute() as u8)
        .second(at.second() as u8)
        .utc_offset_hour(0)
}

pub(crate) fn deflate(data: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(6));
    // Writing to memory cannot fail; an empty stream would show at once.
    encoder.write_all(data).and_then(|()| encoder.finish()).unwrap_or_default()
}
