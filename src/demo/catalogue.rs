//! The kinds of things that the demo's estate consists of, read from `items.toml`.

use std::sync::LazyLock;

use domain::equipment::{Environment, EquipmentClass, EquipmentType};
use domain::quantity::Decimal;
use domain::subject::Subject;
use serde::Deserialize;

use super::chance::Chance;

/// A kind of thing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// What it is called; the name of its category too.
    pub name: String,
    share: u64,
    /// Equipment class.
    pub class: EquipmentClass,
    /// Equipment type.
    #[serde(rename = "type")]
    pub kind: EquipmentType,
    #[serde(default)]
    watts: Vec<u32>,
    /// Fuse in amperes.
    pub fuse_a: Option<u32>,
    #[serde(default)]
    mm2: Vec<Decimal>,
    #[serde(default)]
    lengths_m: Vec<Decimal>,
    /// Plug.
    #[serde(default)]
    pub plug: String,
    /// Socket outlets.
    pub sockets: Option<u32>,
    /// Rated residual current of its RCD in milliamperes.
    pub rcd_ma: Option<u32>,
    /// Whether it heats.
    #[serde(default)]
    pub heating: bool,
    /// Whether it has surge suppressors.
    #[serde(default)]
    pub surge: bool,
    /// Whether its plug was wired by hand.
    #[serde(default)]
    pub rewirable: bool,
    /// Months between combined inspections and tests.
    pub combined: Option<u32>,
    /// Months between formal visual inspections.
    pub visual: Option<u32>,
    /// Whether a detachable lead comes with it.
    #[serde(default)]
    pub lead: bool,
    /// How many in a thousand must not be tested for insulation.
    #[serde(default)]
    pub unsuitable: u64,
    /// Whether people check it out.
    #[serde(default)]
    pub check_out: bool,
    /// A custom field of its category.
    pub custom: Option<String>,
    cost: [i64; 2],
    models: Vec<String>,
    #[serde(default)]
    more: Vec<Environment>,
    #[serde(default)]
    never: Vec<Environment>,
}

impl Item {
    /// What a new one costs today, in pence.
    pub fn replacement_pence(&self) -> i64 {
        self.cost[1]
    }
}

/// What is particular to one thing of its kind.
#[derive(Debug, Clone, Copy)]
pub struct Make {
    /// Which of the item's models.
    pub model: usize,
    /// Rated power in watts.
    pub watts: Option<u32>,
    /// Conductor in square millimetres.
    pub mm2: Option<Decimal>,
    /// Lead in metres.
    pub length_m: Option<Decimal>,
    /// What it cost in pence.
    pub cost_pence: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    item: Vec<Item>,
}

static ITEMS: LazyLock<Vec<Item>> = LazyLock::new(|| {
    toml::from_str::<File>(include_str!("items.toml")).expect("the shipped file is checked by a test").item
});

/// Every kind; the first is the detachable lead.
pub fn items() -> &'static [Item] {
    &ITEMS
}

/// How likely each kind is in an environment.
pub fn weights(environment: Environment) -> Vec<u64> {
    let weight = |item: &Item| match () {
        () if item.never.contains(&environment) => 0,
        () if item.more.contains(&environment) => item.share * 5,
        () => item.share,
    };
    items().iter().map(weight).collect()
}

impl Item {
    /// Makes and models as (make, model).
    pub fn models(&self) -> impl Iterator<Item = (&str, &str)> {
        self.models.iter().map(|name| name.split_once(' ').unwrap_or((name, "")))
    }

    /// One thing of this kind.
    pub fn make(&self, chance: &mut Chance) -> Make {
        let model = chance.below(self.models.len() as u64) as usize;
        let mut any = |list: &[Decimal]| (!list.is_empty()).then(|| *chance.pick(list));
        let (mm2, length_m) = (any(&self.mm2), any(&self.lengths_m));
        let watts = (!self.watts.is_empty()).then(|| *chance.pick(&self.watts));
        Make {
            model,
            watts,
            mm2,
            length_m,
            cost_pence: chance.between(self.cost[0] / 50, self.cost[1] / 50) * 50,
        }
    }

    /// The facts by which such a thing is judged.
    pub fn subject(&self, make: &Make) -> Subject {
        Subject {
            conductor_mm2: make.mm2,
            lead_length_m: make.length_m,
            rated_power_w: make.watts.map(Decimal::from_whole),
            heating: self.heating,
            surge_suppressors: self.surge,
            sockets: self.sockets.unwrap_or(0),
            rcd_ma: self.rcd_ma.map(Decimal::from_whole),
            rewirable_plug: self.rewirable,
            ..Subject::new(self.class, self.kind)
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::code::Code;

    use super::*;

    #[test]
    fn the_file_is_sound() {
        assert_eq!(items()[0].kind, EquipmentType::Lead);
        for item in items() {
            assert!(
                item.models().all(|(make, model)| !make.is_empty() && !model.is_empty()),
                "{}",
                item.name
            );
            assert!(item.combined.is_some() || item.visual.is_some(), "{}", item.name);
        }
        for environment in Environment::ALL {
            assert!(weights(*environment).iter().sum::<u64>() > 500, "{environment}");
        }
    }
}
