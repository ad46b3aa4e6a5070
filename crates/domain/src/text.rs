//! What a person typed: trimmed, within its length, and of characters that can be shown.

/// Trims a text and checks that it can be stored and shown as it was meant.
///
/// # Errors
/// Says what would be right.
pub fn check_text(text: &str, most: usize) -> Result<&str, String> {
    let text = text.trim();
    let length = text.chars().count();
    if length > most {
        return Err(format!("use at most {most} characters; this has {length}"));
    }
    // What was no UTF-8 arrives as U+FFFD: what it stood for is lost.
    let lost =
        |c: char| (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || c == char::REPLACEMENT_CHARACTER;
    if text.chars().any(lost) {
        return Err("this holds characters that cannot be shown; type it again".to_owned());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::check_text;

    #[test]
    fn what_cannot_be_shown_is_not_taken() {
        assert_eq!(check_text(" Łódź\nOne ", 10), Ok("Łódź\nOne"));
        for (text, says) in
            [("12345678901", "at most 10"), ("a\u{0}", "type it again"), ("\u{fffd}", "type it again")]
        {
            assert!(check_text(text, 10).unwrap_err().contains(says), "{text:?}");
        }
    }
}
