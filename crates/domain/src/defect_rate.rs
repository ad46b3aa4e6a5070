//! How often things fail where they stand, how sure that is, and which interval it would bear.

use crate::equipment::Environment;

/// The rate below which DGUV V3 lets an interval grow: 2 in 100.
pub const LOW_RATE: f64 = 0.02;
/// The normal quantile of a two-sided 95 % interval.
const Z: f64 = 1.959_963_984_540_054;
/// From fewer tests than this nothing is proposed, however many failed.
const LEAST_TESTS: u32 = 20;
/// The shortest interval proposed, in months.
const SHORTEST: u32 = 3;

/// What was found: tests that passed or failed. Incomplete ones say neither.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Measured {
    /// Passed or failed.
    pub tested: u32,
    /// Failed.
    pub failed: u32,
}

/// A 95 % confidence interval of a rate, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Measured {
    /// The share that failed; none before anything was tested.
    pub fn rate(self) -> Option<f64> {
        (self.tested > 0).then(|| f64::from(self.failed.min(self.tested)) / f64::from(self.tested))
    }

    /// Wilson's score interval (1927), without correction for continuity; from 0 to 1 before anything was tested.
    pub fn wilson(self) -> Bounds {
        let Some(rate) = self.rate() else { return Bounds { low: 0.0, high: 1.0 } };
        let n = f64::from(self.tested);
        let square = Z * Z;
        let middle = (rate + square / (2.0 * n)) / (1.0 + square / n);
        let half = Z / (1.0 + square / n) * (rate * (1.0 - rate) / n + square / (4.0 * n * n)).sqrt();
        // At the ends rounding must not leave a rate that cannot be.
        let low = if self.failed == 0 { 0.0 } else { (middle - half).max(0.0) };
        let high = if self.failed >= self.tested { 1.0 } else { (middle + half).min(1.0) };
        Bounds { low, high }
    }

    /// How many more tests without a failure would show the rate to be low; 0 where it is shown.
    pub fn missing(self) -> u32 {
        let shown = |more: u32| {
            let tested = self.tested.saturating_add(more);
            Self { tested, ..self }.wilson().high < LOW_RATE
        };
        if shown(0) {
            return 0;
        }
        let (mut short, mut enough) = (0, 1);
        while !shown(enough) && enough < 1 << 30 {
            short = enough;
            enough *= 2;
        }
        while enough - short > 1 {
            let middle = short + (enough - short) / 2;
            if shown(middle) { enough = middle } else { short = middle }
        }
        enough
    }
}

/// What the figures would bear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proposal {
    /// A longer interval, in months.
    Lengthen {
        /// The new one.
        to: u32,
    },
    /// A shorter interval, in months.
    Shorten {
        /// The new one.
        to: u32,
    },
    /// The rate looks low, and so many more tests without a failure would show it.
    TooFew {
        /// How many.
        missing: u32,
    },
    /// It looks high, and so many more tests are needed to be sure of anything.
    TooFewToShorten {
        /// How many.
        missing: u32,
    },
    /// None: it is neither surely low nor surely high.
    Unclear,
    /// None: the interval is at its bound already, in months.
    AtBound(u32),
}

/// How far an interval may grow in an environment, in months: offices 24, workshops and the like 12, building sites 3.
pub fn longest(environment: Option<Environment>) -> u32 {
    match environment {
        Some(Environment::Construction) => 3,
        Some(Environment::Workshop | Environment::Kitchen | Environment::Public) | None => 12,
        Some(
            Environment::Office
            | Environment::School
            | Environment::Hotel
            | Environment::Residential
            | Environment::LowRisk,
        ) => 24,
    }
}

/// What the figures would bear in place of an interval of `months`: at most twice, or half, of what it is.
pub fn propose(measured: Measured, months: u32, environment: Option<Environment>) -> Proposal {
    let (bounds, longest) = (measured.wilson(), longest(environment));
    if bounds.low > LOW_RATE && measured.tested < LEAST_TESTS {
        return Proposal::TooFewToShorten { missing: LEAST_TESTS - measured.tested };
    }
    if bounds.low > LOW_RATE {
        let to = (months / 2).max(SHORTEST);
        return if to < months { Proposal::Shorten { to } } else { Proposal::AtBound(months) };
    }
    if bounds.high < LOW_RATE {
        let to = months.saturating_mul(2).min(longest);
        return if to > months { Proposal::Lengthen { to } } else { Proposal::AtBound(longest) };
    }
    match measured.rate() {
        Some(rate) if rate >= LOW_RATE => Proposal::Unclear,
        _ if months >= longest => Proposal::AtBound(longest),
        _ => Proposal::TooFew { missing: measured.missing() },
    }
}

#[cfg(test)]
#[path = "defect_rate_tests.rs"]
mod tests;
