//! What is known of a customer while a file is read: loaded once, asked for each record.

use std::collections::{BTreeSet, HashMap};

use chrono_tz::Tz;
use domain::ruleset_choice::{RuleChoice, RuleSetting};
use domain::sequence::Sequence;
use store::AnyConnection;
use store::categories::{Category, list_categories};
use store::customers::{Customer, find_customer, list_customers};
use store::instruments::{Instrument, list_instruments};
use store::places::{JOIN, list_places};
use store::sites::{Site, list_sites};
use store::{Scope, test_imports::TestImport};

use crate::actions::dues::time_zone;
use crate::actions::import::ground::key;
use crate::actions::sequences::list_in;
use crate::error::{Error, Result};

/// A site, with the clock and the rule sets that hold there.
struct Ground {
    site: Site,
    zone: Tz,
    rules: RuleChoice,
}

/// What records are held against.
pub(super) struct Known {
    pub customer: Customer,
    rules: RuleChoice,
    sites: HashMap<i64, Ground>,
    by_name: HashMap<String, i64>,
    places: HashMap<i64, String>,
    categories: Vec<Category>,
    /// By category.
    sequences: HashMap<i64, Sequence>,
    instruments: HashMap<String, Instrument>,
    others: BTreeSet<String>,
    default_site: Option<i64>,
}

impl Known {
    pub fn load(conn: &mut AnyConnection, scope: &Scope, import: &TestImport) -> Result<Self> {
        let customer = find_customer(conn, scope, import.customer_id)?;
        let own = scope.within(customer.id);
        let mut sites = HashMap::new();
        let mut places = HashMap::new();
        for site in list_sites(conn, &own, Some(customer.id))? {
            let all = list_places(conn, &own, site.id)?;
            places.extend(all.into_iter().map(|place| (place.id, place.path)));
            let zone = time_zone(&site.time_zone)?;
            let rules = RuleChoice::of(site.rules(), customer.rules()).map_err(Error::Internal)?;
            sites.insert(site.id, Ground { site, zone, rules });
        }
        let others = list_customers(conn, scope)?.into_iter().filter(|other| other.id != customer.id);
        // With one site there is nothing to choose.
        let only = match sites.len() {
            1 => sites.keys().next().copied(),
            _ => None,
        };
        let default_site = import.site_id.or(only);
        // Checked when they were set.
        let nothing = RuleSetting::default();
        let rules = RuleChoice::of(nothing, customer.rules()).map_err(Error::Internal)?;
        let categories = list_categories(conn)?;
        let mut sequences = HashMap::new();
        // Read only where a category has one: most have none.
        let chosen = || categories.iter().filter(|category| !category.sequence.is_empty());
        if chosen().next().is_some() {
            let all = list_in(conn)?;
            let of = |category: &Category| all.iter().find(|one| one.code == category.sequence).cloned();
            sequences.extend(chosen().filter_map(|category| Some((category.id, of(category)?))));
        }
        Ok(Self {
            rules,
            by_name: sites.iter().map(|(id, ground)| (key(&ground.site.name), *id)).collect(),
            sites,
            places,
            sequences,
            categories,
            instruments: list_instruments(conn)?.into_iter().map(|one| (key(&one.serial), one)).collect(),
            others: others.map(|other| key(&other.name)).collect(),
            default_site,
            customer,
        })
    }

    /// Whether a name is that of another customer of ours.
    pub fn is_another(&self, name: &str) -> bool {
        let name = key(name);
        name != key(&self.customer.name) && self.others.contains(&name)
    }

    /// The site of this name, or the one for records that name none; none where it is new.
    pub fn site(&self, name: &str) -> Option<i64> {
        match name.trim().is_empty() {
            true => self.default_site,
            false => self.by_name.get(&key(name)).copied(),
        }
    }

    /// The site of records that name none.
    pub fn default_site(&self) -> Option<i64> {
        self.default_site
    }

    /// The time zone of a site; the firm's for one that is still to be made.
    pub fn zone(&self, site: Option<i64>) -> Tz {
        let known = site.and_then(|id| self.sites.get(&id));
        known.map_or(crate::actions::dues::FIRM_ZONE, |ground| ground.zone)
    }

    /// The rule sets by which things at a site are judged; the customer's for one that is still to be made.
    pub fn rules(&self, site: Option<i64>) -> RuleChoice {
        site.and_then(|id| self.sites.get(&id)).map_or(self.rules, |site| site.rules)
    }

    /// A site's name.
    pub fn site_name(&self, id: i64) -> &str {
        self.sites.get(&id).map_or("", |ground| ground.site.name.as_str())
    }

    /// A place's path.
    pub fn place_path(&self, id: Option<i64>) -> &str {
        id.and_then(|id| self.places.get(&id)).map_or("", String::as_str)
    }

    /// Whether a file's name of a place is this place, by its path or its own name.
    pub fn is_place(&self, id: Option<i64>, name: &str) -> bool {
        let path = key(self.place_path(id));
        let leaf = path.rsplit(JOIN).next().unwrap_or_default().to_owned();
        let name = key(name);
        name == path || name == leaf
    }

    /// The category that a name fits exactly, in the singular or the plural.
    pub fn category(&self, name: &str) -> Option<&Category> {
        let name = key(name);
        let fits = |category: &&Category| {
            let own = key(&category.name);
            name == own || name == format!("{own}s")
        };
        self.categories.iter().find(fits).filter(|_| !name.is_empty())
    }

    /// The sequence by which the things of a category are tested, where one was chosen for it.
    pub fn sequence(&self, category_id: i64) -> Option<&Sequence> {
        self.sequences.get(&category_id)
    }

    /// The instrument with a serial number.
    pub fn instrument(&self, serial: &str) -> Option<&Instrument> {
        self.instruments.get(&key(serial)).filter(|_| !serial.trim().is_empty())
    }
}
