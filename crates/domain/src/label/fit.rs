//! Fits text into a box: smaller, over several lines, or with an ellipsis that says so.

use super::design::Overflow;
use super::{MM_PER_PT, TextMeasure};

/// From one baseline to the next, in ems.
pub const LINE_EM: f64 = 1.2;
/// The height of capitals and figures, in ems.
pub const CAP_EM: f64 = 0.73;
/// What hangs below the baseline, in ems.
pub const DESCENT_EM: f64 = 0.24;
/// Step by which wrapped text shrinks, in points.
const STEP_PT: f64 = 0.5;

/// Text as it will be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The size chosen, in points.
    pub pt: f64,
    /// One string a line.
    pub lines: Vec<String>,
    /// Whether something was left out, shown by an ellipsis.
    pub cut: bool,
}

/// The room and the sizes allowed.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// Width in millimetres.
    pub w_mm: f64,
    /// Height in millimetres.
    pub h_mm: f64,
    /// Least and most points.
    pub pt: [f64; 2],
    /// Bold text.
    pub bold: bool,
}

/// The height of a block of lines in millimetres, from the top of the capitals to the descenders.
pub fn block_mm(lines: usize, pt: f64) -> f64 {
    ((lines.saturating_sub(1)) as f64 * LINE_EM + CAP_EM + DESCENT_EM) * pt * MM_PER_PT
}

/// Fits text. `None` only for [`Overflow::Error`], when it does not fit at the least size.
pub fn fit(measure: &impl TextMeasure, text: &str, room: Room, overflow: Overflow) -> Option<Fitted> {
    let most = room.pt[1].min(room.h_mm / MM_PER_PT / (CAP_EM + DESCENT_EM)).max(room.pt[0]);
    let width_em = measure.width_em(text, room.bold);
    let fits_pt = room.w_mm / MM_PER_PT / width_em.max(1e-9);
    if fits_pt >= most {
        return Some(Fitted { pt: most, lines: vec![text.to_string()], cut: false });
    }
    match overflow {
        Overflow::Wrap => Some(fit_wrapped(measure, text, room, most)),
        Overflow::Ellipsis => Some(fit_ellipsis(measure, text, room, most)),
        // Rounded down, so that rounding never makes it too wide.
        _ if fits_pt >= room.pt[0] => {
            let pt = ((fits_pt * 20.0).floor() / 20.0).max(room.pt[0]);
            Some(Fitted { pt, lines: vec![text.to_string()], cut: false })
        }
        Overflow::Shrink => Some(fit_ellipsis(measure, text, room, room.pt[0])),
        Overflow::Error => None,
    }
}

fn fit_ellipsis(measure: &impl TextMeasure, text: &str, room: Room, pt: f64) -> Fitted {
    let line = ellipsis(measure, text, room.bold, room.w_mm / MM_PER_PT / pt);
    Fitted { pt, lines: vec![line], cut: true }
}

fn fit_wrapped(measure: &impl TextMeasure, text: &str, room: Room, most: f64) -> Fitted {
    let mut pt = most;
    loop {
        let mut lines = wrap(measure, text, room.bold, room.w_mm / MM_PER_PT / pt);
        let fits = block_mm(lines.len(), pt) <= room.h_mm + 0.01;
        if fits {
            return Fitted { pt, lines, cut: false };
        }
        if pt <= room.pt[0] {
            let room_for = (1..lines.len()).rev().find(|n| block_mm(*n, pt) <= room.h_mm + 0.01).unwrap_or(1);
            let rest = lines.split_off(room_for - 1).join(" ");
            lines.push(ellipsis(measure, &rest, room.bold, room.w_mm / MM_PER_PT / pt));
            return Fitted { pt, lines, cut: true };
        }
        pt = (pt - STEP_PT).max(room.pt[0]);
    }
}

/// The longest beginning of the text that fits `width_em` together with an ellipsis.
pub fn ellipsis(measure: &impl TextMeasure, text: &str, bold: bool, width_em: f64) -> String {
    let mut kept = String::new();
    let mut used = measure.width_em("…", bold);
    let mut buffer = [0; 4];
    for c in text.chars() {
        used += measure.width_em(c.encode_utf8(&mut buffer), bold);
        if used > width_em {
            break;
        }
        kept.push(c);
    }
    format!("{}…", kept.trim_end())
}

/// Breaks text into lines of at most `width_em`, between words where it can and inside a word where it must.
pub fn wrap(measure: &impl TextMeasure, text: &str, bold: bool, width_em: f64) -> Vec<String> {
    let space = measure.width_em(" ", bold);
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let (mut line, mut used) = (String::new(), 0.0);
        // A no-break space holds its words together: a value and its unit.
        for word in paragraph.split([' ', '\t']).filter(|w| !w.is_empty()) {
            let width = measure.width_em(word, bold);
            if !line.is_empty() && used + space + width > width_em {
                lines.push(std::mem::take(&mut line));
                used = 0.0;
            }
            if width > width_em {
                let (mut whole, rest) = split_word(measure, word, bold, width_em);
                lines.append(&mut whole);
                used = measure.width_em(&rest, bold);
                line = rest;
                continue;
            }
            if !line.is_empty() {
                line.push(' ');
                used += space;
            }
            line.push_str(word);
            used += width;
        }
        if !line.is_empty() {
            lines.push(line);
        }
    }
    lines
}

/// Splits one long word; the last part is returned apart because more words may follow it.
fn split_word(measure: &impl TextMeasure, word: &str, bold: bool, width_em: f64) -> (Vec<String>, String) {
    let (mut parts, mut part, mut used) = (Vec::new(), String::new(), 0.0);
    let mut buffer = [0; 4];
    for c in word.chars() {
        let width = measure.width_em(c.encode_utf8(&mut buffer), bold);
        if used + width > width_em && !part.is_empty() {
            parts.push(std::mem::take(&mut part));
            used = 0.0;
        }
        part.push(c);
        used += width;
    }
    (parts, part)
}
