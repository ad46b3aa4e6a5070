//! One page's content stream.

use super::PT_PER_MM;
use super::fonts::UsedFont;
use super::number::{push, push_integer};
use crate::{RenderError, qr};
use domain::label::{Ink, Mark};

/// Bézier handles of a quarter circle of radius 1.
const CIRCLE: f64 = 0.552_284_75;

/// A content stream being written; coordinates come in millimetres from the top left.
pub(super) struct Content {
    out: Vec<u8>,
    height_mm: f64,
    fill: Option<Ink>,
    stroke: Option<Ink>,
    font: Option<(bool, f64)>,
}

impl Content {
    pub fn new(height_mm: f64) -> Self {
        Self { out: Vec::with_capacity(16 * 1024), height_mm, fill: None, stroke: None, font: None }
    }

    pub fn finish(self) -> Vec<u8> {
        self.out
    }

    pub fn draw(&mut self, mark: &Mark, fonts: &mut [UsedFont; 2]) -> Result<(), RenderError> {
        match mark {
            Mark::Text { x_mm, y_mm, pt, bold, ink, text } => {
                self.set_fill(*ink);
                self.text([*x_mm, *y_mm], *pt, *bold, text, &mut fonts[usize::from(*bold)]);
            }
            Mark::Fill { x_mm, y_mm, w_mm, h_mm, radius_mm, ink } => {
                self.set_fill(*ink);
                self.rectangle([*x_mm, *y_mm, *w_mm, *h_mm], *radius_mm);
                self.op("f");
            }
            Mark::Frame { x_mm, y_mm, w_mm, h_mm, radius_mm, stroke_mm, ink } => {
                self.set_stroke(*ink, *stroke_mm);
                self.rectangle([*x_mm, *y_mm, *w_mm, *h_mm], *radius_mm);
                self.op("S");
            }
            Mark::Line { from_mm, to_mm, stroke_mm, ink } => {
                self.set_stroke(*ink, *stroke_mm);
                self.point(*from_mm);
                self.op("m");
                self.point(*to_mm);
                self.op("l S");
            }
            Mark::Qr { x_mm, y_mm, module_mm, text } => {
                self.set_fill(Ink::Black);
                self.code([*x_mm, *y_mm], *module_mm, &qr::encode(text)?);
            }
            Mark::Image { x_mm, y_mm, w_mm, h_mm, image } => {
                self.op("q");
                self.numbers(&[w_mm * PT_PER_MM, 0.0, 0.0, h_mm * PT_PER_MM]);
                self.point([*x_mm, y_mm + h_mm]);
                self.op("cm");
                self.op(&format!("/P{image} Do Q"));
            }
        }
        Ok(())
    }

    fn op(&mut self, operator: &str) {
        self.out.extend_from_slice(operator.as_bytes());
        self.out.push(b'\n');
    }

    fn numbers(&mut self, values: &[f64]) {
        for value in values {
            push::<3>(&mut self.out, *value);
        }
    }

    fn point(&mut self, [x, y]: [f64; 2]) {
        self.numbers(&[x * PT_PER_MM, (self.height_mm - y) * PT_PER_MM]);
    }

    fn ink(&mut self, ink: Ink) {
        let rgb = ink.rgb().map(|c| f64::from(c) / 255.0);
        self.numbers(&rgb);
    }

    fn set_fill(&mut self, ink: Ink) {
        if self.fill.replace(ink) != Some(ink) {
            self.ink(ink);
            self.op("rg");
        }
    }

    fn set_stroke(&mut self, ink: Ink, stroke_mm: f64) {
        if self.stroke.replace(ink) != Some(ink) {
            self.ink(ink);
            self.op("RG");
        }
        self.numbers(&[stroke_mm * PT_PER_MM]);
        self.op("w");
    }

    fn rectangle(&mut self, [x, y, w, h]: [f64; 4], radius: f64) {
        let r = radius.min(w / 2.0).min(h / 2.0);
        if r <= 0.0 {
            self.point([x, y + h]);
            self.numbers(&[w * PT_PER_MM, h * PT_PER_MM]);
            return self.op("re");
        }
        let (right, bottom, k) = (x + w, y + h, r * (1.0 - CIRCLE));
        self.point([x + r, y]);
        self.op("m");
        let corners = [
            [[right - r, y], [right - k, y], [right, y + k], [right, y + r]],
            [[right, bottom - r], [right, bottom - k], [right - k, bottom], [right - r, bottom]],
            [[x + r, bottom], [x + k, bottom], [x, bottom - k], [x, bottom - r]],
            [[x, y + r], [x, y + k], [x + k, y], [x + r, y]],
        ];
        for [start, first, second, end] in corners {
            self.point(start);
            self.op("l");
            for point in [first, second, end] {
                self.point(point);
            }
            self.op("c");
        }
        self.op("h");
    }

    fn text(&mut self, at: [f64; 2], pt: f64, bold: bool, text: &str, font: &mut UsedFont) {
        self.op("BT");
        if self.font.replace((bold, pt)) != Some((bold, pt)) {
            self.out.extend_from_slice(if bold { b"/B " } else { b"/R " });
            push::<2>(&mut self.out, pt);
            self.op("Tf");
        }
        self.point(at);
        self.out.extend_from_slice(b"Td <");
        for c in text.chars() {
            for nibble in [12, 8, 4, 0] {
                let digit = (font.use_char(c) >> nibble) & 15;
                self.out.push(b"0123456789ABCDEF"[usize::from(digit)]);
            }
        }
        self.op("> Tj ET");
    }

    /// All modules as one path under one transform that makes a module one unit.
    fn code(&mut self, at: [f64; 2], module_mm: f64, code: &qr::Code) {
        let module = module_mm * PT_PER_MM;
        self.out.extend_from_slice(b"q ");
        push::<5>(&mut self.out, module);
        self.out.extend_from_slice(b"0 0 ");
        push::<5>(&mut self.out, -module);
        self.point(at);
        self.op("cm");
        for rectangle in code.rectangles() {
            for value in rectangle {
                push_integer(&mut self.out, value as u64);
                self.out.push(b' ');
            }
            self.op("re");
        }
        self.op("f Q");
    }
}
