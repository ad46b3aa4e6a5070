//! QR codes as modules, quick enough for ten thousand labels.

use crate::RenderError;
use domain::label::qr_size::QrSpec;
use qrcode::bits::Bits;
use qrcode::canvas::{Canvas, MaskPattern};
use qrcode::{Color, EcLevel, QrResult, Version};

/// A QR code without its quiet zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Modules along one side.
    pub side: usize,
    /// Row by row, dark is true.
    pub dark: Vec<bool>,
}

/// Encodes a text at level Q up to version 2 and at level M above.
///
/// # Errors
/// The text is too long for version 10.
pub fn encode(text: &str) -> Result<Code, RenderError> {
    let spec = QrSpec::for_text(text)
        .ok_or_else(|| RenderError::Code(format!("{} characters are too many", text.len())))?;
    encode_as(text, spec).map_err(|e| RenderError::Code(e.to_string()))
}

fn encode_as(text: &str, spec: QrSpec) -> QrResult<Code> {
    let level = if spec.level_q { EcLevel::Q } else { EcLevel::M };
    let version = Version::Normal(i16::from(spec.version));
    let mut bits = Bits::new(version);
    if spec.alphanumeric {
        bits.push_alphanumeric_data(text.as_bytes())?;
    } else {
        bits.push_byte_data(text.as_bytes())?;
    }
    bits.push_terminator(level)?;
    let (data, check) = qrcode::ec::construct_codewords(&bits.into_bytes(), version, level)?;
    let mut canvas = Canvas::new(version, level);
    canvas.draw_all_functional_patterns();
    canvas.draw_data(&data, &check);
    // Any mask is a valid code. Weighing all eight takes fifty times as long as everything else here.
    canvas.apply_mask(MaskPattern::DiagonalLines);
    let dark = canvas.into_colors().into_iter().map(|c| c == Color::Dark).collect();
    Ok(Code { side: spec.modules(), dark })
}

impl Code {
    /// Whether the module is dark; outside the code nothing is.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.side && self.dark.get(y * self.side + x).copied().unwrap_or(false)
    }

    /// The dark modules as rectangles `[x, y, width, height]` in modules: runs along a row, joined over equal rows.
    pub fn rectangles(&self) -> Vec<[usize; 4]> {
        let mut done: Vec<[usize; 4]> = Vec::with_capacity(self.side * self.side / 4);
        let mut open: Vec<[usize; 4]> = Vec::new();
        for y in 0..self.side {
            let mut next = Vec::with_capacity(self.side / 2);
            let mut x = 0;
            while x < self.side {
                let start = x;
                while self.is_dark(x, y) {
                    x += 1;
                }
                if x > start {
                    let above = open.iter().position(|r| r[0] == start && r[2] == x - start);
                    let [_, top, _, height] = above.map_or([0, y, 0, 0], |i| open.swap_remove(i));
                    next.push([start, top, x - start, height + 1]);
                }
                x += 1;
            }
            done.append(&mut open);
            open = next;
        }
        done.append(&mut open);
        done
    }
}
