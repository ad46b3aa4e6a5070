//! The protective conductor of a lead: its resistance from conductor size and length.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::quantity::Decimal;
use crate::ruleset::Confidence;

/// One row of a rule set's conductor table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conductor {
    /// Cross-section in square millimetres; "1" and "1.0" are the same.
    pub mm2: Decimal,
    /// Resistance in ohms per metre.
    pub ohm_per_m: Decimal,
    /// Where the figure comes from; the file's source where it names none.
    #[serde(default)]
    pub source: String,
    /// How well the figure is confirmed.
    pub confidence: Confidence,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    source: String,
    conductor: Vec<Conductor>,
}

static SHIPPED: LazyLock<Vec<Conductor>> = LazyLock::new(|| {
    let table: Table = toml::from_str(include_str!("../rulesets/conductors.toml"))
        .expect("shipped conductors are checked by a test");
    table.conductor.into_iter().map(|row| row.sourced(&table.source)).collect()
});

/// The table shipped, which a rule set uses that states none of its own.
pub(crate) fn shipped_conductors() -> Vec<Conductor> {
    SHIPPED.clone()
}

impl Conductor {
    /// The row with its source, the file's where it names none.
    pub(crate) fn sourced(self, file: &str) -> Self {
        let source = if self.source.is_empty() { file.to_owned() } else { self.source };
        Self { source, ..self }
    }

    /// Resistance in ohms of such a lead of `length_m` metres.
    ///
    /// Exact to the millionth; a finer part is dropped, which changes no comparison with a reading.
    /// Nothing where the length is beyond all sense (the product cannot be held).
    pub fn resistance(&self, length_m: Decimal) -> Option<Decimal> {
        length_m.mul_floor(self.ohm_per_m)
    }
}

/// Finds the row for a cross-section in square millimetres.
pub fn find_conductor(table: &[Conductor], mm2: Decimal) -> Option<&Conductor> {
    table.iter().find(|row| row.mm2 == mm2)
}

#[cfg(test)]
mod tests {
    use crate::ruleset::RuleSet;

    use super::*;

    #[test]
    fn every_size_gives_its_exact_resistance() {
        let table = &RuleSet::find("iet5").unwrap().conductors;
        for (mm2, length, ohms) in [
            ("0.5", "2", "0.078"),
            ("0.75", "2", "0.052"),
            ("1", "3", "0.0585"),
            ("1.0", "3", "0.0585"),
            ("1.25", "5", "0.078"),
            ("1.5", "25", "0.3325"),
            ("2.5", "50", "0.4"),
            ("4", "2.75", "0.013612"),
            ("6", "10", "0.033"),
            ("6", "0", "0"),
        ] {
            let row = find_conductor(table, mm2.parse().unwrap()).expect(mm2);
            assert_eq!(row.resistance(length.parse().unwrap()), ohms.parse().ok(), "{mm2} x {length}");
        }
        assert!(find_conductor(table, "0.6".parse().unwrap()).is_none());
    }

    #[test]
    fn each_figure_keeps_its_mark() {
        let table = &RuleSet::find("iet5").unwrap().conductors;
        let mark = |mm2: &str| find_conductor(table, mm2.parse().unwrap()).unwrap().confidence;
        assert_eq!(mark("1.5"), Confidence::OneSource);
        assert_eq!(mark("4"), Confidence::Unconfirmed);
    }
}
