//! Spans of time in whole minutes, as people type them ("4h", "30m", "1d 2h") and as they are shown ("4 h 30 min").

/// Reads a span of whole minutes: numbers with d, h or m, such as `4h`, `30m`, `1d 2h`, `1h30`. A day is 24 hours.
///
/// # Errors
/// Says how a span is written, or that it is nothing or longer than `most` minutes.
pub fn parse_minutes(text: &str, most: u32) -> Result<u32, String> {
    let wrong = || format!("\"{text}\" is no span of time; write it as 4h, 30m or 1d 2h");
    let (mut minutes, mut largest, mut rest) = (0_u32, u32::MAX, text.trim());
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let number: u32 = rest[..digits].parse().map_err(|_| wrong())?;
        let unit = rest[digits..].trim_start();
        let letters = unit.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(unit.len());
        let each = match unit[..letters].to_ascii_lowercase().as_str() {
            "d" | "day" | "days" => 1440,
            "h" | "hour" | "hours" => 60,
            "m" | "min" | "mins" | "minute" | "minutes" => 1,
            // Half past is written so: 1h30.
            "" if largest == 60 => 1,
            _ => return Err(wrong()),
        };
        if each >= largest {
            return Err(wrong());
        }
        let part = number.checked_mul(each).and_then(|part| minutes.checked_add(part));
        minutes = part.ok_or_else(|| too_long(text, most))?;
        (largest, rest) = (each, unit[letters..].trim_start());
    }
    match minutes {
        0 if text.trim().is_empty() => Err(wrong()),
        0 => Err(format!("\"{text}\" is no time at all; leave it empty where there is no target")),
        _ if minutes > most => Err(too_long(text, most)),
        _ => Ok(minutes),
    }
}

fn too_long(text: &str, most: u32) -> String {
    format!("\"{text}\" is too long; use at most {}", type_minutes(most))
}

/// A span as [`parse_minutes`] reads it, in hours and minutes: `26h`, `1h 30m`.
pub fn type_minutes(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, minutes) => format!("{hours}h {minutes}m"),
    }
}

/// A span of seconds in words, in hours, minutes and seconds: "26 h", "1 h 30 min", "45 s"; never less than "0 min".
pub fn span_words(seconds: i64) -> String {
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")];
    let words: Vec<_> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n} {unit}")).collect();
    if words.is_empty() { "0 min".to_owned() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_people_write_them() {
        for (text, minutes) in [
            ("30m", 30),
            ("4h", 240),
            ("1d 2h", 1560),
            ("1d2h5m", 1565),
            (" 1 h 30 min ", 90),
            ("1h30", 90),
            ("2 days", 2880),
            ("90 Minutes", 90),
        ] {
            assert_eq!(parse_minutes(text, 10_000), Ok(minutes), "{text}");
            assert_eq!(parse_minutes(&type_minutes(minutes), 10_000), Ok(minutes), "{text}");
        }
    }

    #[test]
    fn what_is_no_span_is_refused_with_what_would_be_right() {
        for (text, says) in [
            ("", "write it as 4h"),
            ("4", "write it as 4h"),
            ("h", "write it as 4h"),
            ("4 weeks", "write it as 4h"),
            ("30m 4h", "write it as 4h"),
            ("4h 4h", "write it as 4h"),
            ("1d30", "write it as 4h"),
            ("-4h", "write it as 4h"),
            ("1.5h", "write it as 4h"),
            ("4ħ", "write it as 4h"),
            ("0h", "no time at all"),
            ("200h", "at most 166h 40m"),
            ("4294967295d", "at most 166h 40m"),
            ("99999999999h", "write it as 4h"),
        ] {
            assert!(parse_minutes(text, 10_000).unwrap_err().contains(says), "{text:?}");
        }
    }

    #[test]
    fn seconds_are_shown_in_words() {
        let shown = [0, 45, 60, 5400, 93_600, 3661].map(span_words);
        assert_eq!(shown, ["0 min", "45 s", "1 min", "1 h 30 min", "26 h", "1 h 1 min 1 s"]);
    }
}
