//! Embeds a font with only the glyphs used, and says which characters they are.

use super::deflate;
use crate::RenderError;
use crate::font::{self, Font, MISSING};
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref, Str};
use std::collections::HashMap;
use subsetter::GlyphRemapper;

const SYSTEM: SystemInfo = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// A font and the glyphs of it that the document uses.
pub(super) struct UsedFont {
    font: &'static Font,
    remapper: GlyphRemapper,
    known: HashMap<char, u16>,
    ascii: [u16; 128],
    /// By new glyph number: the character it stands for and its advance in ems.
    glyphs: Vec<(char, f64)>,
}

impl UsedFont {
    pub fn new(bold: bool) -> Self {
        let font = font::font(bold);
        let advance = f64::from(font.face.glyph_hor_advance(ttf_parser::GlyphId(MISSING)).unwrap_or(0));
        let missing = ('\u{fffd}', advance / f64::from(font.face.units_per_em()));
        let (remapper, known, glyphs) = (GlyphRemapper::new(), HashMap::new(), vec![missing]);
        Self { font, remapper, known, ascii: [u16::MAX; 128], glyphs }
    }

    /// The number of a character's glyph in the subset.
    pub fn use_char(&mut self, c: char) -> u16 {
        let index = c as usize;
        match self.ascii.get(index) {
            Some(id) if *id != u16::MAX => return *id,
            Some(_) => {}
            None => {
                if let Some(id) = self.known.get(&c) {
                    return *id;
                }
            }
        }
        let (glyph, advance) = self.font.glyph(c);
        let id = self.remapper.remap(glyph);
        if usize::from(id) == self.glyphs.len() {
            self.glyphs.push((c, advance));
        }
        match self.ascii.get_mut(index) {
            Some(slot) => *slot = id,
            None => _ = self.known.insert(c, id),
        }
        id
    }

    /// Writes the font's objects: itself at `id`, its parts at `parts`.
    pub fn write(&self, pdf: &mut Pdf, id: Ref, parts: [Ref; 4]) -> Result<(), RenderError> {
        let [cid, descriptor, cmap, file] = parts;
        let subset = subsetter::subset(self.font.bytes, 0, &self.remapper);
        let subset = subset.map_err(|e| RenderError::Font(e.to_string()))?;
        let name = format!("{}+{}", tag(&subset), self.font.name);
        let name = Name(name.as_bytes());
        let mut writer = pdf.type0_font(id);
        writer.base_font(name).encoding_predefined(Name(b"Identity-H")).descendant_font(cid).to_unicode(cmap);
        writer.finish();
        self.write_cid(pdf, cid, descriptor, name);
        self.write_descriptor(pdf, descriptor, file, name);
        let data = deflate(&self.to_unicode());
        pdf.cmap(cmap, &data).filter(Filter::FlateDecode);
        let data = deflate(&subset);
        let mut stream = pdf.stream(file, &data);
        stream.filter(Filter::FlateDecode).pair(Name(b"Length1"), subset.len() as i32);
        Ok(())
    }

    fn write_cid(&self, pdf: &mut Pdf, id: Ref, descriptor: Ref, name: Name) {
        let mut writer = pdf.cid_font(id);
        writer.subtype(CidFontType::Type2).base_font(name).system_info(SYSTEM).font_descriptor(descriptor);
        writer.cid_to_gid_map_predefined(Name(b"Identity")).default_width(0.0);
        let widths = self.glyphs.iter().map(|(_, advance)| (advance * 1000.0).round() as f32);
        writer.widths().consecutive(0, widths);
    }

    fn write_descriptor(&self, pdf: &mut Pdf, id: Ref, file: Ref, name: Name) {
        let face = &self.font.face;
        let unit = 1000.0 / f32::from(face.units_per_em());
        let bounds = face.global_bounding_box();
        let [x0, y0, x1, y1] =
            [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(|v| (f32::from(v) * unit).round());
        let mut writer = pdf.font_descriptor(id);
        writer.name(name).flags(FontFlags::SYMBOLIC).bbox(Rect::new(x0, y0, x1, y1)).italic_angle(0.0);
        writer.ascent((f32::from(face.ascender()) * unit).round());
        writer.descent((f32::from(face.descender()) * unit).round());
        writer.cap_height(729.0).stem_v(if face.is_bold() { 160.0 } else { 90.0 }).font_file2(file);
    }

    fn to_unicode(&self) -> Vec<u8> {
        let mut cmap = UnicodeCmap::new(Name(b"Proofmark"), SYSTEM);
        for (id, (c, _)) in self.glyphs.iter().enumerate() {
            cmap.pair(id as u16, *c);
        }
        cmap.finish().into_vec()
    }
}

/// Six letters that differ when the subset does, as PDF asks.
fn tag(subset: &[u8]) -> String {
    let mut hash = subset
        .iter()
        .fold(0xcbf2_9ce4_8422_2325u64, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x100_0000_01b3));
    (0..6)
        .map(|_| {
            let letter = char::from(b'A' + (hash % 26) as u8);
            hash /= 26;
            letter
        })
        .collect()
}
