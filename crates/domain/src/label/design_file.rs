//! Reads design files, naming file, box and field of whatever is wrong.

use super::design::{Align, Condition, Design, Kind, LabelBox, Overflow, Variant};
use super::display::Ink;
use super::lint;
use super::problem::{Problem, Severity};
use super::template::Template;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDesign {
    name: String,
    title: String,
    #[serde(default)]
    requires: BTreeMap<String, String>,
    #[serde(default)]
    variant: Vec<RawVariant>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawVariant {
    size_mm: [f64; 2],
    grow: Option<f64>,
    #[serde(default, rename = "box")]
    boxes: Vec<RawBox>,
}

// One flat struct: serde's tagged enums would lose the box's name in their errors.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBox {
    name: String,
    kind: String,
    at_mm: [f64; 2],
    size_mm: [f64; 2],
    #[serde(rename = "if")]
    condition: Option<String>,
    ink: Option<String>,
    text: Option<String>,
    pt: Option<[f64; 2]>,
    overflow: Option<String>,
    #[serde(default)]
    bold: bool,
    align: Option<String>,
    valign: Option<String>,
    stroke_mm: Option<f64>,
    #[serde(default)]
    radius_mm: f64,
}

impl Design {
    /// Reads a design file.
    ///
    /// # Errors
    /// Every problem found, naming file, box and field; warnings alone do not refuse.
    pub fn parse(file: &str, text: &str) -> Result<(Self, Vec<Problem>), Vec<Problem>> {
        let raw: RawDesign =
            toml::from_str(text).map_err(|e| vec![Problem::error(file, "", e.to_string().trim_end())])?;
        let mut found = Vec::new();
        let mut variants: Vec<_> =
            raw.variant.into_iter().map(|v| read_variant(file, v, &mut found)).collect();
        variants.sort_by(|a, b| area(b).total_cmp(&area(a)));
        let design = Self { name: raw.name, title: raw.title, requires: raw.requires, variants };
        found.extend(lint::design(file, &design));
        if found.iter().any(|p| p.severity == Severity::Error) { Err(found) } else { Ok((design, found)) }
    }
}

fn area(variant: &Variant) -> f64 {
    variant.size_mm[0] * variant.size_mm[1]
}

fn read_variant(file: &str, raw: RawVariant, found: &mut Vec<Problem>) -> Variant {
    let mut boxes = Vec::new();
    for raw_box in raw.boxes {
        let name = raw_box.name.clone();
        match read_box(raw_box) {
            Ok(b) => boxes.push(b),
            Err((field, message)) => found.push(Problem::error(file, field, message).in_box(&name)),
        }
    }
    Variant { size_mm: raw.size_mm, grow: raw.grow.unwrap_or(1.6), boxes }
}

type FieldError = (&'static str, String);

fn read_box(raw: RawBox) -> Result<LabelBox, FieldError> {
    let kind = match raw.kind.as_str() {
        "text" => read_text(&raw)?,
        "qr" => Kind::Qr { text: template(&raw)? },
        "rect" => Kind::Rect { stroke_mm: raw.stroke_mm, radius_mm: raw.radius_mm },
        "line" => Kind::Line { stroke_mm: raw.stroke_mm.unwrap_or(0.2) },
        other => {
            return Err(("kind", format!("\"{other}\" is not a kind of box; use text, qr, rect or line")));
        }
    };
    let ink = raw.ink.as_deref().map_or(Ok(Ink::Black), Ink::parse).map_err(|e| ("ink", e))?;
    let condition = raw.condition.as_deref().map(read_condition);
    Ok(LabelBox { name: raw.name, at_mm: raw.at_mm, size_mm: raw.size_mm, condition, ink, kind })
}

fn read_condition(text: &str) -> Condition {
    match text.strip_prefix('!') {
        Some(field) => Condition { field: field.trim().into(), present: false },
        None => Condition { field: text.trim().into(), present: true },
    }
}

fn template(raw: &RawBox) -> Result<Template, FieldError> {
    let text = raw.text.as_deref().ok_or(("text", format!("a {} box needs a text", raw.kind)))?;
    Template::parse(text).map_err(|e| ("text", e))
}

fn read_text(raw: &RawBox) -> Result<Kind, FieldError> {
    let overflow = match raw.overflow.as_deref() {
        None | Some("shrink") => Overflow::Shrink,
        Some("wrap") => Overflow::Wrap,
        Some("ellipsis") => Overflow::Ellipsis,
        Some("error") => Overflow::Error,
        Some(o) => {
            return Err(("overflow", format!("\"{o}\" is unknown; use shrink, wrap, ellipsis or error")));
        }
    };
    let pt = raw.pt.ok_or(("pt", "a text box needs pt = [least, most]".to_string()))?;
    let align = align(raw.align.as_deref(), ["left", "center", "right"]).map_err(|e| ("align", e))?;
    let valign =
        self::align(raw.valign.as_deref(), ["top", "middle", "bottom"]).map_err(|e| ("valign", e))?;
    Ok(Kind::Text { text: template(raw)?, pt, overflow, bold: raw.bold, align, valign })
}

fn align(given: Option<&str>, names: [&str; 3]) -> Result<Align, String> {
    let Some(given) = given else { return Ok(Align::Start) };
    match names.iter().position(|n| *n == given) {
        Some(0) => Ok(Align::Start),
        Some(1) => Ok(Align::Middle),
        Some(_) => Ok(Align::End),
        None => Err(format!("\"{given}\" is unknown; use {}", names.join(", "))),
    }
}
