//! Lays one label out: chooses the variant, places the boxes, fits the text, sizes the code.

use super::data::LabelData;
use super::design::{Align, Design, Kind, LabelBox, Variant};
use super::display::Mark;
use super::error::LabelError;
use super::fit::{self, CAP_EM, Fitted, LINE_EM, Room};
use super::qr_size::{MODULE_DOUBTED_MM, MODULE_REFUSED_MM, QUIET_MODULES, QrSpec};
use super::stock::Stock;
use super::{MM_PER_PT, TextMeasure};

/// One label, laid out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Laid {
    /// What to draw, in millimetres from the label's top left.
    pub marks: Vec<Mark>,
    /// What somebody should know: text cut, a code that is small.
    pub notes: Vec<String>,
}

/// Lays one label out for a printer of `dpi` dots an inch.
///
/// # Errors
/// The design does not allow this data, no variant fits the stock, or a text that must not be cut does not fit.
pub fn lay_out(
    stock: &Stock,
    design: &Design,
    data: &LabelData,
    dpi: u32,
    measure: &impl TextMeasure,
) -> Result<Laid, LabelError> {
    check_requirements(design, data)?;
    let mut reason = String::new();
    for variant in &design.variants {
        if !fits(variant, stock.label_mm) {
            continue;
        }
        match place(variant, stock.label_mm, data, dpi, measure) {
            Ok(laid) => return Ok(laid),
            Err(Unfit::Code(why)) => reason = why,
            Err(Unfit::Text(error)) => return Err(error),
        }
    }
    if reason.is_empty() {
        let [w, h] = stock.label_mm;
        reason = format!("no variant of the design is drawn for a label of {w} x {h} mm; use a larger label");
    }
    Err(LabelError::DoesNotFit { design: design.name.clone(), stock: stock.code.clone(), reason })
}

fn check_requirements(design: &Design, data: &LabelData) -> Result<(), LabelError> {
    let broken = design.requires.iter().find(|(field, wanted)| data.get(field) != wanted.as_str());
    broken.map_or(Ok(()), |(field, wanted)| {
        Err(LabelError::NotAllowed {
            design: design.name.clone(),
            field: field.clone(),
            wanted: wanted.clone(),
            found: data.get(field).to_string(),
        })
    })
}

fn fits(variant: &Variant, label_mm: [f64; 2]) -> bool {
    (0..2).all(|i| variant.size_mm[i] <= label_mm[i] + 0.01)
}

/// Why a variant cannot be used here; after a code that is too small the next variant is tried.
enum Unfit {
    Code(String),
    Text(LabelError),
}

fn place(
    variant: &Variant,
    label_mm: [f64; 2],
    data: &LabelData,
    dpi: u32,
    measure: &impl TextMeasure,
) -> Result<Laid, Unfit> {
    let scale = (label_mm[0] / variant.size_mm[0]).min(label_mm[1] / variant.size_mm[1]).min(variant.grow);
    // The variant is enlarged as a whole; boxes bound to the far edges take up what is left.
    let canvas = label_mm.map(|side| side / scale);
    let mut laid = Laid::default();
    for b in &variant.boxes {
        let shown = b.condition.as_ref().is_none_or(|c| data.get(&c.field).is_empty() != c.present);
        if shown {
            let area = resolve(b, canvas).map(|v| v * scale);
            draw_box(b, area, scale, data, dpi, measure, &mut laid)?;
        }
    }
    Ok(laid)
}

/// Left, top, width and height of a box on a canvas, in millimetres.
pub(super) fn resolve(b: &LabelBox, canvas: [f64; 2]) -> [f64; 4] {
    let line = matches!(b.kind, Kind::Line { .. });
    let axis = |i: usize| {
        let start = if b.at_mm[i] < 0.0 { canvas[i] + b.at_mm[i] } else { b.at_mm[i] };
        let size = b.size_mm[i];
        let to_edge = size < 0.0 || (size == 0.0 && !line);
        (start, if to_edge { canvas[i] + size - start } else { size })
    };
    let ((x, w), (y, h)) = (axis(0), axis(1));
    [x, y, w, h]
}

fn draw_box(
    b: &LabelBox,
    area: [f64; 4],
    scale: f64,
    data: &LabelData,
    dpi: u32,
    measure: &impl TextMeasure,
    laid: &mut Laid,
) -> Result<(), Unfit> {
    let [x_mm, y_mm, w_mm, h_mm] = area;
    let ink = b.ink;
    match &b.kind {
        Kind::Rect { stroke_mm: None, radius_mm } => {
            laid.marks.push(Mark::Fill { x_mm, y_mm, w_mm, h_mm, radius_mm: radius_mm * scale, ink });
        }
        Kind::Rect { stroke_mm: Some(stroke), radius_mm } => {
            let (radius_mm, stroke_mm) = (radius_mm * scale, stroke * scale);
            laid.marks.push(Mark::Frame { x_mm, y_mm, w_mm, h_mm, radius_mm, stroke_mm, ink });
        }
        Kind::Line { stroke_mm } => {
            let to_mm = [x_mm + w_mm, y_mm + h_mm];
            laid.marks.push(Mark::Line { from_mm: [x_mm, y_mm], to_mm, stroke_mm: stroke_mm * scale, ink });
        }
        Kind::Qr { text } => draw_code(b, &text.fill(data), area, dpi, laid)?,
        Kind::Text { text, pt, .. } => {
            let text = text.fill(data);
            if !text.is_empty() {
                draw_text(b, text, area, pt.map(|p| p * scale), measure, laid)?;
            }
        }
    }
    Ok(())
}

fn draw_code(b: &LabelBox, text: &str, area: [f64; 4], dpi: u32, laid: &mut Laid) -> Result<(), Unfit> {
    // Upper case halves the code's area, and our own addresses do not mind.
    let text = text.to_ascii_uppercase();
    if text.is_empty() {
        return Err(Unfit::Code("there is no address to put into the code".into()));
    }
    let spec = QrSpec::for_text(&text).ok_or_else(|| {
        Unfit::Code(format!("the address has {} characters, too many for a code", text.len()))
    })?;
    let [x, y, w, h] = area;
    let module_mm = spec.module_mm(w.min(h), dpi);
    if module_mm < MODULE_REFUSED_MM {
        let why = format!(
            "the code would need modules below {MODULE_REFUSED_MM:.2} mm, which phones cannot read; \
             use a larger label or a shorter address ({} characters)",
            text.len()
        );
        return Err(Unfit::Code(why));
    }
    if module_mm < MODULE_DOUBTED_MM {
        laid.notes.push(format!("box \"{}\": modules of {module_mm:.2} mm are small for a phone", b.name));
    }
    debug_assert!(w.min(h) + 1e-6 >= module_mm * (spec.modules() + 2 * QUIET_MODULES) as f64);
    let side = module_mm * spec.modules() as f64;
    let (x_mm, y_mm) = (x + (w - side) / 2.0, y + (h - side) / 2.0);
    laid.marks.push(Mark::Qr { x_mm, y_mm, module_mm, text });
    Ok(())
}

fn draw_text(
    b: &LabelBox,
    text: String,
    area: [f64; 4],
    pt: [f64; 2],
    measure: &impl TextMeasure,
    laid: &mut Laid,
) -> Result<(), Unfit> {
    let Kind::Text { overflow, bold, align, valign, .. } = b.kind else { return Ok(()) };
    let [x, y, w_mm, h_mm] = area;
    let Some(fitted) = fit::fit(measure, &text, Room { w_mm, h_mm, pt, bold }, overflow) else {
        return Err(Unfit::Text(LabelError::TextTooLong { in_box: b.name.clone(), text }));
    };
    if fitted.cut {
        laid.notes.push(format!("box \"{}\": text cut: {text}", b.name));
    }
    let Fitted { pt, lines, .. } = fitted;
    let spare = h_mm - fit::block_mm(lines.len(), pt);
    // In the middle the eye measures capitals, not descenders.
    let middle = (h_mm - fit::block_mm(lines.len(), pt) + fit::DESCENT_EM * pt * MM_PER_PT) / 2.0;
    let top = y + part(valign, spare, middle);
    for (index, text) in lines.into_iter().enumerate() {
        let y_mm = top + (CAP_EM + index as f64 * LINE_EM) * pt * MM_PER_PT;
        let spare =
            if align == Align::Start { 0.0 } else { w_mm - measure.width_em(&text, bold) * pt * MM_PER_PT };
        let x_mm = x + part(align, spare, spare / 2.0);
        laid.marks.push(Mark::Text { x_mm, y_mm, pt, bold, ink: b.ink, text });
    }
    Ok(())
}

fn part(align: Align, end: f64, middle: f64) -> f64 {
    match align {
        Align::Start => 0.0,
        Align::Middle => middle,
        Align::End => end,
    }
}
