//! Checks a design without drawing it.

use super::data::is_field;
use super::design::{Design, Kind, LabelBox, Variant};
use super::layout::resolve;
use super::problem::Problem;
use super::qr_size::{MODULE_REFUSED_MM, QrSpec};

/// Text nearer to the label's edge than this is cut by a printer that feeds askew, in millimetres.
const SAFE_INSET_MM: f64 = 0.5;
/// Nobody reads text smaller than this, in points.
const LEAST_PT: f64 = 3.5;
/// An address of ordinary length: `HTTPS://PAT.EXAMPLE.ORG/T/` and a tag.
const USUAL_ADDRESS: &str = "HTTPS://PAT.EXAMPLE.ORG/T/7K3M9QX4";

/// Everything wrong or doubtful in a design.
pub fn design(file: &str, design: &Design) -> Vec<Problem> {
    let mut found = Vec::new();
    if design.name.is_empty() || !design.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
        found.push(Problem::error(file, "name", "a design's name is lower-case letters and underscores"));
    }
    if design.variants.is_empty() {
        found.push(Problem::error(file, "variant", "a design needs at least one variant"));
    }
    for field in design.requires.keys().filter(|f| !is_field(f)) {
        found.push(Problem::error(file, "requires", format!("no field is called \"{field}\"")));
    }
    for variant in &design.variants {
        lint_variant(file, variant, &mut found);
    }
    found
}

fn lint_variant(file: &str, variant: &Variant, found: &mut Vec<Problem>) {
    if !variant.size_mm.iter().all(|v| v.is_finite() && *v > 0.0) {
        found.push(Problem::error(file, "size_mm", "a variant's size must be above zero"));
    }
    if !(1.0..=10.0).contains(&variant.grow) {
        found.push(Problem::error(file, "grow", "a variant grows between 1 and 10 times"));
    }
    for b in &variant.boxes {
        lint_condition(file, b, found);
        lint_place(file, variant, b, found);
        lint_kind(file, variant, b, found);
    }
}

fn lint_condition(file: &str, b: &LabelBox, found: &mut Vec<Problem>) {
    if let Some(condition) = b.condition.as_ref().filter(|c| !is_field(&c.field)) {
        let text = format!("no field is called \"{}\"", condition.field);
        found.push(Problem::error(file, "if", text).in_box(&b.name));
    }
}

fn lint_place(file: &str, variant: &Variant, b: &LabelBox, found: &mut Vec<Problem>) {
    let [x, y, w, h] = resolve(b, variant.size_mm);
    let line = matches!(b.kind, Kind::Line { .. });
    if !line && [w, h].iter().any(|side| side.is_nan() || *side <= 0.0) {
        found.push(Problem::error(file, "size_mm", "nothing is left of the box").in_box(&b.name));
    }
    let [label_w, label_h] = variant.size_mm;
    if x < -0.01 || y < -0.01 || x + w > label_w + 0.01 || y + h > label_h + 0.01 {
        found.push(Problem::error(file, "at_mm", "the box leaves the label").in_box(&b.name));
    }
    let inset = x.min(y).min(label_w - x - w).min(label_h - y - h);
    if matches!(b.kind, Kind::Text { .. }) && inset < SAFE_INSET_MM - 0.01 {
        let text = format!("text should keep {SAFE_INSET_MM} mm from the edge, this has {inset:.2}");
        found.push(Problem::warning(file, "at_mm", text).in_box(&b.name));
    }
}

fn lint_kind(file: &str, variant: &Variant, b: &LabelBox, found: &mut Vec<Problem>) {
    match &b.kind {
        Kind::Text { pt: [least, most], .. } => {
            if !(least.is_finite() && most.is_finite() && *least > 0.0 && least <= most) {
                found.push(Problem::error(file, "pt", "pt is [least, most]").in_box(&b.name));
            } else if *least < LEAST_PT {
                let text = format!("text below {LEAST_PT} pt cannot be read");
                found.push(Problem::warning(file, "pt", text).in_box(&b.name));
            }
        }
        Kind::Qr { .. } => {
            let [_, _, w, h] = resolve(b, variant.size_mm);
            let module = QrSpec::for_text(USUAL_ADDRESS).map_or(0.0, |s| s.module_mm(w.min(h), 600));
            if module < MODULE_REFUSED_MM {
                let text = format!("too small for an ordinary address: modules of {module:.2} mm");
                found.push(Problem::warning(file, "size_mm", text).in_box(&b.name));
            }
        }
        Kind::Rect { .. } | Kind::Line { .. } => {}
    }
}
