//! The firm's colour on its papers: read strictly, and only such that text in it can be read.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A colour of text on white paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour([u8; 3]);

/// The least contrast of text with its ground (WCAG 2.1, success criterion 1.4.3).
const LEAST_CONTRAST: f64 = 4.5;

impl Colour {
    /// Red, green and blue, 0 to 255.
    pub fn rgb(self) -> [u8; 3] {
        self.0
    }

    /// How well it stands out from white: 1 to 21 (WCAG 2.1, contrast ratio).
    pub fn contrast_with_white(self) -> f64 {
        let linear = |channel: u8| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        let [r, g, b] = self.0.map(linear);
        1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05)
    }
}

impl std::str::FromStr for Colour {
    type Err = String;

    /// Reads "#1b4f72"; nothing else, since it goes into papers.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "write the colour as # and six digits or letters a to f, such as #1b4f72".to_owned();
        let digits =
            text.strip_prefix('#').filter(|d| d.len() == 6 && d.bytes().all(|b| b.is_ascii_hexdigit()));
        let digits = digits.ok_or_else(wrong)?;
        let number = u32::from_str_radix(digits, 16).map_err(|_| wrong())?;
        let [_, r, g, b] = number.to_be_bytes();
        let colour = Self([r, g, b]);
        let contrast = colour.contrast_with_white();
        if contrast < LEAST_CONTRAST {
            return Err(format!(
                "this colour is too pale to be read on white (contrast {contrast:.1}, at least {LEAST_CONTRAST}); take a darker one"
            ));
        }
        Ok(colour)
    }
}

impl TryFrom<String> for Colour {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Colour> for String {
    fn from(colour: Colour) -> Self {
        colour.to_string()
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dark_colours_are_taken_pale_ones_and_tricks_are_not() {
        for good in ["#000000", "#1b4f72", "#767676", "#A11022"] {
            assert_eq!(good.parse::<Colour>().map(|c| c.to_string()), Ok(good.to_lowercase()));
        }
        for pale in ["#777777", "#ffffff", "#ffd700", "#7fb3d5"] {
            assert!(pale.parse::<Colour>().unwrap_err().contains("pale"), "{pale}");
        }
        let tricks = [
            "",
            "red",
            "#fff",
            "1b4f72",
            "#1b4f7g",
            "#1b4f72;}",
            "#1b4f72 ",
            "url(#)",
            "#+b4f72",
            "#１２３４５６",
        ];
        for trick in tricks {
            assert!(trick.parse::<Colour>().unwrap_err().contains("such as #1b4f72"), "{trick}");
        }
    }
}
