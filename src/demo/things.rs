//! The things themselves: which stand where, and all that their records say but for tests.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use domain::asset::Lifecycle;
use domain::equipment::TestKind;
use domain::interval::{ByHand, FirmIntervals, IntervalQuery, Preset, Says};
use domain::quantity::Decimal;
use domain::schedule::{Intervals, choose_interval};
use domain::subject::Subject;
use domain::tag::Tag;
use store::assets::AssetFields;
use store::types::{Coded, Json};

use super::Plan;
use super::catalogue::{Item, Make, items, weights};
use super::chance::Chance;
use super::estate::{Client, Estate, Ground, Room};

/// One asset, kept small: a million of them are in memory at once. The rest follows from its seed.
#[derive(Debug, Clone, Copy)]
pub struct Thing {
    /// Id.
    pub id: i64,
    /// Where its own chance begins.
    pub seed: u64,
    /// Which item of the catalogue.
    pub item: usize,
    /// Which site of the customer.
    pub site: usize,
    /// Which place of the site.
    pub place: usize,
    /// The appliance that a lead belongs to.
    pub parent_id: Option<i64>,
    /// When it was put in service.
    pub in_service_on: NaiveDate,
    /// Where it is in its life.
    pub lifecycle: Lifecycle,
    /// Since when it is gone, if it is.
    pub gone_on: Option<NaiveDate>,
}

/// Streams of a thing's chance, one for each use.
mod stream {
    pub const LIFE: u64 = 1;
    pub const MAKE: u64 = 2;
    pub const TAG: u64 = 3;
    pub const TEXTS: u64 = 4;
}

/// Makes up a customer's assets, in the order of sites and places; `first` is the first id.
pub fn make_up(plan: Plan, estate: &Estate, customer: &Client, first: i64) -> Vec<Thing> {
    let all: u64 = estate.customers.iter().flat_map(|one| &one.sites).map(|site| site.weight).sum();
    let mut things: Vec<Thing> = vec![];
    for (at, site) in customer.sites.iter().enumerate() {
        let mut count = (plan.assets as u64 * site.weight / all) as usize;
        let last = estate.customers.last().is_some_and(|one| one.id == customer.id)
            && at + 1 == customer.sites.len();
        if last {
            // What rounding left over; ids are dense, so the first id tells how many went before.
            count = plan.assets - (first as usize - 1) - things.len();
        }
        let mut chance = Chance::of(plan.seed, 50_000 + site.id as u64);
        let mut drawn = draw_site(site, count, &mut chance);
        drawn.sort_by_key(|(place, _)| *place);
        for (place, item) in drawn {
            let id = first + things.len() as i64;
            let parent_id = (item == 0).then(|| things.last().map(|thing| thing.id)).flatten();
            let seed = Chance::of(plan.seed, 1_000_000 + id as u64).number();
            let born = Born {
                today: estate.now.date_naive(),
                began_on: customer.began_on,
                full: plan.full_history(),
            };
            let mut thing = born.thing(id, seed);
            (thing.item, thing.site, thing.place, thing.parent_id) = (item, at, place, parent_id);
            things.push(thing);
        }
    }
    things
}

/// Place and item of each asset of a site; a lead stands right behind its appliance.
fn draw_site(site: &Ground, count: usize, chance: &mut Chance) -> Vec<(usize, usize)> {
    let rooms: Vec<u64> = site.places.iter().map(|room| room.weight).collect();
    let kinds: Vec<Vec<u64>> = site.places.iter().map(|room| weights(room.environment)).collect();
    let mut drawn = vec![];
    while drawn.len() < count {
        let place = chance.weighted(&rooms);
        let item = chance.weighted(&kinds[place]);
        drawn.push((place, item));
        if items()[item].lead && drawn.len() < count {
            drawn.push((place, 0));
        }
    }
    drawn
}

struct Born {
    today: NaiveDate,
    began_on: NaiveDate,
    full: bool,
}

impl Born {
    fn thing(&self, id: i64, seed: u64) -> Thing {
        let mut chance = Chance::of(seed, stream::LIFE);
        let days = (self.today - self.began_on).num_days();
        // Where each has two tests only, it must have been there long enough for them.
        let latest = if self.full { days - 3 } else { days / 3 };
        let after = if chance.per_mille(700) { 0 } else { chance.between(1, latest.max(1)) };
        let in_service_on = self.began_on + Days::new(after as u64);
        let lifecycle = match chance.below(1000) {
            0..25 => Lifecycle::Disposed,
            25..32 => Lifecycle::Lost,
            32..40 => Lifecycle::InRepair,
            40..75 => Lifecycle::InStore,
            _ => Lifecycle::InService,
        };
        let gone = matches!(lifecycle, Lifecycle::Disposed | Lifecycle::Lost);
        let left = (self.today - in_service_on).num_days();
        let gone_on = gone.then(|| self.today - Days::new(chance.between(1, (left / 3).max(1)) as u64));
        Thing { id, seed, item: 0, site: 0, place: 0, parent_id: None, in_service_on, lifecycle, gone_on }
    }
}

impl Thing {
    /// What kind of thing it is.
    pub fn item(&self) -> &'static Item {
        &items()[self.item]
    }

    /// What is particular to it.
    pub fn make(&self) -> Make {
        self.item().make(&mut Chance::of(self.seed, stream::MAKE))
    }

    /// The facts by which it is judged.
    pub fn subject(&self) -> Subject {
        self.item().subject(&self.make())
    }

    /// Its tag. Of a million drawn by chance two might be the same: the id in the low bits keeps them apart.
    pub fn tag(&self) -> Tag {
        let mut chance = Chance::of(self.seed, stream::TAG);
        loop {
            if let Some(tag) = Tag::from_random((chance.number() & 0x7FFF) << 20 | spread(self.id)) {
                return tag;
            }
        }
    }

    /// Where it stands.
    pub fn room<'a>(&self, customer: &'a Client) -> &'a Room {
        &customer.sites[self.site].places[self.place]
    }

    /// The customer's own number, which three in five have.
    pub fn customer_number(&self, customer: &Client) -> Option<String> {
        (self.seed % 5 < 3).then(|| format!("{}{:05}", customer.number_prefix, self.id))
    }

    fn by_hand(&self) -> Option<u32> {
        (self.seed.is_multiple_of(97) && self.item().combined.is_some()).then_some(6)
    }

    /// How often it is inspected, by the same rules as everybody's.
    pub fn intervals(&self, customer: &Client) -> Intervals {
        let (item, place) = (self.item(), self.room(customer).environment);
        let firm = FirmIntervals::default();
        let choose = |kind: TestKind, months: Option<u32>| {
            let stated = months.map(Says::Every);
            let hand = self.by_hand().filter(|_| kind == TestKind::Combined);
            choose_interval(&IntervalQuery {
                environment: Preset::of(place).map(|table| (place, table)),
                category: stated.as_ref().map(|says| (item.name.as_str(), says)),
                by_hand: hand.map(|months| ByHand { months: Some(months), reason: HAND }),
                firm: firm.of(kind),
                ..IntervalQuery::of(kind, Some(item.class), Some(item.kind))
            })
        };
        Intervals {
            user_check: choose(TestKind::UserCheck, None),
            formal_visual: choose(TestKind::FormalVisual, item.visual),
            combined: choose(TestKind::Combined, item.combined),
        }
    }

    /// Serial number, as different makers write them.
    pub fn serial(&self) -> String {
        let mut chance = Chance::of(self.seed, stream::TEXTS);
        let number = chance.number();
        match self.item % 4 {
            0 => format!("{:08}", number % 100_000_000),
            1 => format!("SN-{:02}/{:06}", number % 27, (number >> 8) % 1_000_000),
            2 => format!("{:09X}", number & 0xF_FFFF_FFFF),
            _ => format!("{}{:07}", ["TK", "B", "QX"][(number % 3) as usize], (number >> 8) % 10_000_000),
        }
    }

    /// What people filled in.
    pub fn fields(&self, estate: &Estate, customer: &Client) -> AssetFields {
        let (item, make) = (self.item(), self.make());
        let thousandths = |value: Option<Decimal>| value.and_then(Decimal::thousandths);
        let (maker, model) = item.models().nth(make.model).unwrap_or_default();
        let mut chance = Chance::of(self.seed, stream::TEXTS);
        let bought = chance.per_mille(600);
        let purchased_on = bought.then(|| self.in_service_on - Days::new(chance.below(400)));
        AssetFields {
            site_id: customer.sites[self.site].id,
            place_id: Some(self.room(customer).id),
            parent_id: self.parent_id,
            category_id: estate.categories[self.item],
            model_id: estate.models.get(&(self.item, make.model)).copied(),
            customer_number: self.customer_number(customer),
            description: item.name.clone(),
            make: maker.to_owned(),
            model: model.to_owned(),
            serial: self.serial(),
            equipment_class: Some(Coded(item.class)),
            equipment_type: Some(Coded(item.kind)),
            rated_power_mw: make.watts.map(|watts| i64::from(watts) * 1000),
            rated_current_ma: None,
            fuse_ma: item.fuse_a.map(|amps| i64::from(amps) * 1000),
            plug: item.plug.clone(),
            lead_length_mm: thousandths(make.length_m),
            conductor_milli_mm2: thousandths(make.mm2),
            sockets: item.sockets.map(i64::from),
            rcd_ma: item.rcd_ma.map(i64::from),
            heating: item.heating,
            surge_suppressors: item.surge,
            unearthed_metal: false,
            rewirable_plug: item.rewirable,
            lifecycle: Coded(self.lifecycle),
            user_check_months: None,
            formal_visual_months: None,
            combined_months: self.by_hand().map(i64::from),
            interval_reason: if self.by_hand().is_some() { HAND.to_owned() } else { String::new() },
            in_service_on: self.in_service_on,
            purchased_on,
            cost_pence: bought.then_some(make.cost_pence),
            supplier: if bought { (*chance.pick(SUPPLIERS)).to_owned() } else { String::new() },
            warranty_until: purchased_on
                .filter(|_| make.cost_pence > 10_000)
                .map(|day| day + Days::new(1095)),
            notes: if chance.per_mille(30) { (*chance.pick(NOTES)).to_owned() } else { String::new() },
            custom: Json(self.custom(&mut chance)),
        }
    }

    fn custom(&self, chance: &mut Chance) -> BTreeMap<String, String> {
        let value = format!("PC-{:04}", chance.below(9000) + 1000);
        self.item().custom.iter().map(|name| (name.clone(), value.clone())).collect()
    }
}

const HAND: &str = "Moved about daily; agreed with the customer after two failures";

const SUPPLIERS: &[&str] = &["Canal Street Electrical", "Trade Counter 24", "Müller Büro GmbH", "Own stock"];

const NOTES: &[&str] = &[
    "Belongs to the tenant; test on request only.",
    "Label under the base.",
    "Key for the cabinet at reception.",
    "Fuse changed to 3 A on delivery.",
    "Ask before switching off.",
];

/// The id in 20 bits, so that neighbours do not look alike; the factor is odd, so no two meet.
fn spread(id: i64) -> u64 {
    (id as u64).wrapping_mul(0x9_E379) & 0xF_FFFF
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_of_a_million_ids_share_the_low_bits_of_their_tags() {
        let mut seen = HashSet::new();
        assert!((1..=1_000_000).all(|id| seen.insert(spread(id))));
    }
}
