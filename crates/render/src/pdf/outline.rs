//! What a viewer lists beside the pages, and links from one page to another.

use super::{Document, PT_PER_MM};
use pdf_writer::types::AnnotationType;
use pdf_writer::{Finish, Name, Rect, Ref, TextStr};

/// An entry of the viewer's list of contents.
#[derive(Debug, Clone, PartialEq)]
pub struct Bookmark {
    /// 0 for a chapter, 1 for what stands in the chapter before it.
    pub level: usize,
    /// Its words.
    pub title: String,
    /// The page it leads to, counted from 0.
    pub page: usize,
    /// How far down that page, in millimetres.
    pub y_mm: f64,
}

/// A place on a page that leads to another page.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Left, top, width and height in millimetres.
    pub area_mm: [f64; 4],
    /// The page it leads to, counted from 0.
    pub page: usize,
}

impl Document {
    /// Writes links; one to a page that nobody expects is left out.
    pub(super) fn write_links(&mut self, links: &[Link], height_mm: f64) -> Vec<Ref> {
        let mut written = Vec::with_capacity(links.len());
        for link in links {
            let Some(target) = self.expected.get(link.page).copied() else { continue };
            let id = self.take_ref();
            let [x, y, w, h] = link.area_mm;
            let [x0, y0, x1, y1] =
                [x, height_mm - y - h, x + w, height_mm - y].map(|v| (v * PT_PER_MM) as f32);
            let mut annotation = self.pdf.annotation(id);
            annotation
                .subtype(AnnotationType::Link)
                .rect(Rect::new(x0, y0, x1, y1))
                .border(0.0, 0.0, 0.0, None);
            annotation.insert(Name(b"Dest")).array().item(target).item(Name(b"Fit"));
            annotation.finish();
            written.push(id);
        }
        written
    }

    /// Writes the list of contents and gives its root; none when there is but one chapter and nothing in it.
    pub(super) fn write_outline(&mut self, bookmarks: &[Bookmark]) -> Option<Ref> {
        if bookmarks.len() < 2 {
            return None;
        }
        let root = self.take_ref();
        let refs: Vec<Ref> = bookmarks.iter().map(|_| self.take_ref()).collect();
        let level = |index: usize| bookmarks.get(index).map_or(0, |mark| mark.level.min(1));
        let chapters: Vec<usize> = (0..bookmarks.len()).filter(|i| level(*i) == 0 || *i == 0).collect();
        let mut outline = self.pdf.outline(root);
        outline
            .first(refs[chapters[0]])
            .last(refs[chapters[chapters.len() - 1]])
            .count(chapters.len() as i32);
        outline.finish();
        for (place, chapter) in chapters.iter().enumerate() {
            let end = chapters.get(place + 1).copied().unwrap_or(bookmarks.len());
            let inner: Vec<usize> = (chapter + 1..end).collect();
            let beside = |step: Option<usize>| step.and_then(|at| chapters.get(at)).map(|at| refs[*at]);
            let neighbours = [beside(place.checked_sub(1)), beside(Some(place + 1))];
            let children = inner.first().zip(inner.last()).map(|(first, last)| [refs[*first], refs[*last]]);
            let counted = (children, inner.len());
            self.write_bookmark(refs[*chapter], root, &bookmarks[*chapter], neighbours, counted);
            for index in &inner {
                let before = (*index > chapter + 1).then(|| refs[index - 1]);
                let after = (*index + 1 < end).then(|| refs[index + 1]);
                self.write_bookmark(
                    refs[*index],
                    refs[*chapter],
                    &bookmarks[*index],
                    [before, after],
                    (None, 0),
                );
            }
        }
        Some(root)
    }

    fn write_bookmark(
        &mut self,
        id: Ref,
        parent: Ref,
        mark: &Bookmark,
        [before, after]: [Option<Ref>; 2],
        (children, count): (Option<[Ref; 2]>, usize),
    ) {
        let page = self.pages.get(mark.page).copied().zip(self.heights_pt.get(mark.page).copied());
        let mut item = self.pdf.outline_item(id);
        item.title(TextStr(&mark.title)).parent(parent);
        if let Some(before) = before {
            item.prev(before);
        }
        if let Some(after) = after {
            item.next(after);
        }
        if let Some([first, last]) = children {
            // Negative: closed until somebody opens it.
            item.first(first).last(last).count(-(count as i32));
        }
        if let Some((page, height)) = page {
            item.dest().page(page).xyz(0.0, (height - mark.y_mm * PT_PER_MM + 20.0) as f32, None);
        }
    }
}
