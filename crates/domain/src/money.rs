//! Money: whole numbers of the smallest unit of a currency, and shares in hundredths of a percent.

use crate::codes;
use crate::quantity::Decimal;

codes!(
    /// The currency of prices.
    #[derive(Default)]
    Currency, "currency", {
    #[default]
    Gbp = "GBP", "Pound sterling";
    Eur = "EUR", "Euro";
    Usd = "USD", "US dollar";
    Aud = "AUD", "Australian dollar";
    Nzd = "NZD", "New Zealand dollar";
    Cad = "CAD", "Canadian dollar";
    Chf = "CHF", "Swiss franc";
    Sek = "SEK", "Swedish krona";
    Nok = "NOK", "Norwegian krone";
    Dkk = "DKK", "Danish krone";
    Pln = "PLN", "Polish złoty";
    Czk = "CZK", "Czech koruna";
});

/// The most of a price, in the smallest unit: a million.
pub const MOST: i64 = 100_000_000;
/// A whole, in hundredths of a percent.
pub const WHOLE: i64 = 10_000;

impl Currency {
    /// What stands before an amount.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Gbp => "£",
            Self::Eur => "€",
            Self::Usd => "US$",
            Self::Aud => "A$",
            Self::Nzd => "NZ$",
            Self::Cad => "C$",
            Self::Chf => "CHF\u{a0}",
            Self::Sek => "SEK\u{a0}",
            Self::Nok => "NOK\u{a0}",
            Self::Dkk => "DKK\u{a0}",
            Self::Pln => "PLN\u{a0}",
            Self::Czk => "CZK\u{a0}",
        }
    }

    /// An amount as people read it: "£1,234.50", "-£0.05".
    pub fn show(self, minor: i64) -> String {
        let (whole, part) = (minor.unsigned_abs() / 100, minor.unsigned_abs() % 100);
        let digits = whole.to_string();
        let mut grouped = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        format!("{}{}{grouped}.{part:02}", if minor < 0 { "-" } else { "" }, self.sign())
    }
}

/// An amount for a field or a file: "1234.50", "-0.05".
pub fn plain(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", minor.unsigned_abs() / 100, minor.unsigned_abs() % 100)
}

/// An amount as an exact decimal of the whole unit; nothing where it is too large to hold.
pub fn decimal(minor: i64) -> Option<Decimal> {
    minor.checked_mul(10_000).map(Decimal::from_millionths)
}

/// Reads an amount of at most two decimals, in the smallest unit; below nothing too.
///
/// # Errors
/// Says what would be right.
pub fn parse(text: &str) -> Result<i64, String> {
    let wrong = || format!("\"{text}\" is not an amount; write it as 12.50");
    let value: Decimal = text.parse().map_err(|_| wrong())?;
    let (minor, rest) = (value.millionths() / 10_000, value.millionths() % 10_000);
    match (rest, minor.abs()) {
        (0, ..=MOST) => Ok(minor),
        (0, _) => Err(format!("\"{text}\" is more than {}", plain(MOST))),
        _ => Err(format!("\"{text}\" has more than two decimals")),
    }
}

/// Hundredths of a percent as people read them: "20 %", "17.5 %".
pub fn percent(hundredths: i64) -> String {
    format!("{}\u{a0}%", percent_plain(hundredths))
}

/// Hundredths of a percent for a field or a file: "20", "17.5".
pub fn percent_plain(hundredths: i64) -> String {
    Decimal::from_thousandths(hundredths.saturating_mul(10))
        .map(|value| value.to_string())
        .unwrap_or_default()
}

/// Reads a percentage of at most two decimals, in hundredths of a percent.
///
/// # Errors
/// Says what would be right.
pub fn parse_percent(text: &str) -> Result<i64, String> {
    let bare = text.trim_end_matches('%').trim_end();
    parse(bare).map_err(|_| format!("\"{text}\" is not a percentage; write it as 20 or 17.5"))
}

/// A share of an amount, in hundredths of a percent, to the nearest unit; halves away from nothing.
pub fn share(minor: i64, hundredths: i64) -> i64 {
    divide(i128::from(minor) * i128::from(hundredths), i128::from(WHOLE))
}

/// A price times a quantity in thousandths, to the nearest unit; halves away from nothing.
pub fn times(price: i64, thousandths: i64) -> i64 {
    divide(i128::from(price) * i128::from(thousandths), 1000)
}

/// A price an hour for some minutes, to the nearest unit; halves away from nothing.
pub fn by_minutes(price_an_hour: i64, minutes: i64) -> i64 {
    divide(i128::from(price_an_hour) * i128::from(minutes), 60)
}

fn divide(value: i128, by: i128) -> i64 {
    let half = if value < 0 { -(by / 2) } else { by / 2 };
    i64::try_from((value + half) / by).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_shown_and_read() {
        for (minor, shown, written) in [
            (0, "£0.00", "0.00"),
            (5, "£0.05", "0.05"),
            (-5, "-£0.05", "-0.05"),
            (123_450, "£1,234.50", "1234.50"),
            (100_000_000, "£1,000,000.00", "1000000.00"),
        ] {
            assert_eq!((Currency::Gbp.show(minor).as_str(), plain(minor).as_str()), (shown, written));
            assert_eq!(parse(written), Ok(minor));
        }
        assert_eq!(Currency::Chf.show(-99), "-CHF\u{a0}0.99");
        for (text, says) in [
            ("", "not an amount"),
            ("12,5o", "not an amount"),
            ("0.005", "two decimals"),
            ("1000001", "more than"),
        ] {
            assert!(parse(text).unwrap_err().contains(says), "{text}");
        }
    }

    #[test]
    fn percentages_are_read() {
        for (text, hundredths) in [("20", 2000), ("17.5 %", 1750), ("0%", 0)] {
            assert_eq!(parse_percent(text), Ok(hundredths));
        }
        assert!(parse_percent("twenty").unwrap_err().contains("17.5"));
    }

    #[test]
    fn shares_round_halves_away_from_nothing() {
        assert_eq!(
            [share(1000, 2000), share(33, 2000), share(-33, 2000), share(5, 5000), share(-5, 5000)],
            [200, 7, -7, 3, -3]
        );
        assert_eq!([times(1999, 3000), times(333, 1500), times(-333, 1500)], [5997, 500, -500]);
        assert_eq!(
            [by_minutes(6000, 75), by_minutes(5000, 50), by_minutes(i64::MAX, 120)],
            [7500, 4167, i64::MAX]
        );
        assert_eq!([percent(2000), percent(1750), percent(5)], ["20\u{a0}%", "17.5\u{a0}%", "0.05\u{a0}%"]);
    }
}
