//! Numbers with points, commas and gaps; one that could be read two ways is refused.

/// Millionths in one; numbers are held as millionths while they are scaled.
pub(crate) const ONE: i64 = 1_000_000;

/// Whether a character may stand between the digits of a number.
pub(crate) fn is_mark(c: char) -> bool {
    matches!(c, '.' | ',') || is_gap(c)
}

fn is_gap(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’')
}

/// A number in millionths; a separator that could mean two things is refused, never guessed.
pub(crate) fn millionths(text: &str, thousands: bool) -> Result<i64, String> {
    let (whole, fraction) = parts(text, thousands)?;
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > 6 {
        return Err("it has more than six decimals".into());
    }
    let digits = format!("{whole}{fraction:0<6}");
    digits.parse().map_err(|_| {
        format!("\"{}\" is not a number this large or of this form", crate::words::cut(text, 40))
    })
}

fn parts(text: &str, thousands: bool) -> Result<(String, String), String> {
    let bad = || format!("\"{}\" is not a number", crate::words::cut(text, 40));
    let last = text.rfind(['.', ',']);
    let (whole, fraction, mark) = match last {
        Some(at) => (&text[..at], &text[at + 1..], &text[at..=at]),
        None => (text, "", ""),
    };
    if !fraction.bytes().all(|b| b.is_ascii_digit()) || (last.is_some() && fraction.is_empty()) {
        return Err(bad());
    }
    let single = !whole.contains(['.', ',']) && !whole.contains(is_gap);
    let group = fraction.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
    match (mark, single) {
        (".", true) if thousands && group => {
            Err(format!("\"{text}\" may be a thousand and more or have three decimals; write 1250 or 1.25"))
        }
        (",", true) if thousands && group => Ok((format!("{whole}{fraction}"), String::new())),
        // "1,250,000": the same mark twice only ever groups.
        (mark, false) if !mark.is_empty() && whole.contains(mark) => {
            Ok((ungroup(text).ok_or_else(bad)?, String::new()))
        }
        _ => Ok((ungroup(whole).ok_or_else(bad)?, fraction.into())),
    }
}

/// The digits of a whole number, its groups of three checked: "1 25 0" is not a number.
fn ungroup(text: &str) -> Option<String> {
    let mut groups = text.split(is_mark);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let marks: std::collections::HashSet<char> = text.chars().filter(|c| is_mark(*c)).collect();
    let grouped = rest.is_empty() || ((1..=3).contains(&first.len()) && rest.iter().all(|g| g.len() == 3));
    let digits = format!("{first}{}", rest.concat());
    (grouped && marks.len() <= 1 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}
