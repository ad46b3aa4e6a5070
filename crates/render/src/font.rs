//! The two fonts everything is set in: DejaVu Sans Condensed, regular and bold.
//!
//! Condensed, because labels and registers are short of width; it has Latin, Greek, Cyrillic, Ω, ≥ and ✓.

use domain::label::TextMeasure;
use std::sync::LazyLock;
use ttf_parser::{Face, GlyphId};

/// One font file with the widths of ASCII at hand.
pub(crate) struct Font {
    pub name: &'static str,
    pub bytes: &'static [u8],
    pub face: Face<'static>,
    ascii: [(u16, f64); 128],
    per_em: f64,
}

static REGULAR: LazyLock<Font> =
    LazyLock::new(|| Font::new("DejaVuSansCondensed", dejavu::sans_condensed::regular()));
static BOLD: LazyLock<Font> =
    LazyLock::new(|| Font::new("DejaVuSansCondensed-Bold", dejavu::sans_condensed::bold()));

/// The glyph drawn for a character that the font lacks: an empty box.
pub(crate) const MISSING: u16 = 0;

/// The regular or the bold font.
pub(crate) fn font(bold: bool) -> &'static Font {
    if bold { &BOLD } else { &REGULAR }
}

impl Font {
    fn new(name: &'static str, bytes: &'static [u8]) -> Self {
        #[expect(clippy::expect_used, reason = "the font is embedded; no data reaches this")]
        let face = Face::parse(bytes, 0).expect("the embedded font parses");
        let per_em = f64::from(face.units_per_em());
        let mut font = Self { name, bytes, face, ascii: [(0, 0.0); 128], per_em };
        for code in 0..128u8 {
            font.ascii[usize::from(code)] = font.look_up(char::from(code));
        }
        font
    }

    fn look_up(&self, c: char) -> (u16, f64) {
        let glyph = if needs_shaping(c) { None } else { self.face.glyph_index(plain(c)) };
        let glyph = glyph.unwrap_or(GlyphId(MISSING));
        (glyph.0, f64::from(self.face.glyph_hor_advance(glyph).unwrap_or(0)) / self.per_em)
    }

    /// The glyph of a character and its advance in ems; [`MISSING`] when the font lacks it.
    pub fn glyph(&self, c: char) -> (u16, f64) {
        match self.ascii.get(c as usize) {
            Some(known) => *known,
            None => self.look_up(c),
        }
    }
}

/// Control characters and odd spaces print as a space.
fn plain(c: char) -> char {
    if c.is_control() || matches!(c, '\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{feff}') { ' ' } else { c }
}

/// Scripts whose letters join or run from right to left. Set letter by letter they would say something else.
fn needs_shaping(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{1cff}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}')
        && !matches!(c, '\u{10a0}'..='\u{10ff}' | '\u{13a0}'..='\u{13ff}')
}

/// Measures with the fonts that are embedded.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fonts;

impl TextMeasure for Fonts {
    fn width_em(&self, text: &str, bold: bool) -> f64 {
        let font = font(bold);
        text.chars().map(|c| font.glyph(c).1).sum()
    }
}

/// The characters of a text that would print as an empty box, each once, in order. Ask before printing and say so.
pub fn missing_glyphs(text: &str) -> Vec<char> {
    let mut missing = Vec::new();
    for c in text.chars() {
        if (font(false).glyph(c).0 == MISSING || font(true).glyph(c).0 == MISSING) && !missing.contains(&c) {
            missing.push(c);
        }
    }
    missing
}
