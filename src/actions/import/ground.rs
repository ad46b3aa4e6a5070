//! The sites, places and categories that rows name: found by name, made where there is none.

use std::collections::HashMap;

use domain::event::Event;
use store::categories::{Category, CategoryFields, insert_category, list_categories};
use store::customers::Customer;
use store::places::{JOIN, PlaceFields, find_place, insert_place, list_places};
use store::sites::{SiteFields, find_site, insert_site, list_sites};
use store::types::Json;
use store::{Actor, Scope, Tx};

use crate::error::{Error, Result};

/// The longest name of a site, place or category, in characters.
const LONGEST: usize = 100;

/// What is known so far.
pub struct Ground {
    customer_id: i64,
    scope: Scope,
    default_site: Option<i64>,
    sites: HashMap<String, i64>,
    places: HashMap<(i64, String), i64>,
    categories: HashMap<String, i64>,
    learnt: Vec<Learnt>,
    /// What was made, in words.
    pub made: Vec<String>,
    /// What was made, as events.
    pub events: Vec<Event>,
}

/// One thing learnt, so that it can be forgotten.
enum Learnt {
    Site(String),
    Place((i64, String)),
    Category(String),
}

/// How much was known at a moment: what a refused row made is taken back with it.
#[derive(Clone, Copy)]
pub struct Mark {
    learnt: usize,
    made: usize,
    events: usize,
}

impl Ground {
    /// Loads what the customer has.
    ///
    /// # Errors
    /// Not found for a site outside the scope; a field error for another customer's.
    pub fn open(tx: &mut Tx, actor: &Actor, customer: &Customer, default_site: Option<i64>) -> Result<Self> {
        let scope = actor.scope().clone();
        if let Some(id) = default_site
            && find_site(tx, &scope, id)?.customer_id != customer.id
        {
            return Err(Error::field("site", "this site belongs to another customer"));
        }
        let sites = list_sites(tx, &scope, Some(customer.id))?;
        let mut places = HashMap::new();
        for site in &sites {
            let all = list_places(tx, &scope, site.id)?;
            places.extend(all.into_iter().map(|place| ((site.id, key(&place.path)), place.id)));
        }
        let categories = list_categories(tx)?;
        Ok(Self {
            customer_id: customer.id,
            scope,
            default_site,
            sites: sites.into_iter().map(|site| (key(&site.name), site.id)).collect(),
            places,
            categories: categories.into_iter().flat_map(names).collect(),
            learnt: vec![],
            made: vec![],
            events: vec![],
        })
    }

    /// The site of this name, or the default one.
    ///
    /// # Errors
    /// A field error when there is neither.
    pub fn site(&mut self, tx: &mut Tx, name: Option<&str>) -> Result<i64> {
        let Some(name) = name else {
            return self
                .default_site
                .ok_or_else(|| Error::field("site", "no site is named; name one or choose one for all"));
        };
        check_name("site", name)?;
        if let Some(id) = self.sites.get(&key(name)) {
            return Ok(*id);
        }
        let fields = SiteFields {
            name: name.to_owned(),
            address: String::new(),
            contact: String::new(),
            access_notes: String::new(),
            time_zone: "Europe/London".to_owned(),
            ruleset: String::new(),
            repair_ruleset: String::new(),
            archived: false,
        };
        let id = insert_site(tx, self.customer_id, &fields)?;
        self.sites.insert(key(name), id);
        self.learnt.push(Learnt::Site(key(name)));
        self.tell("site", id, name);
        Ok(id)
    }

    /// The place at the end of a path of names.
    ///
    /// # Errors
    /// A field error for a name that cannot be.
    pub fn place(&mut self, tx: &mut Tx, site_id: i64, path: &[&str]) -> Result<Option<i64>> {
        let names =
            path.iter().flat_map(|part| part.split(JOIN)).map(str::trim).filter(|part| !part.is_empty());
        let (mut parent, mut at) = (None, String::new());
        for name in names {
            check_name("place", name)?;
            at = if at.is_empty() { name.to_owned() } else { format!("{at}{JOIN}{name}") };
            let known = self.places.get(&(site_id, key(&at))).copied();
            let id = match known {
                Some(id) => id,
                None => self.make_place(tx, site_id, (parent, name), &at)?,
            };
            parent = Some(id);
        }
        Ok(parent)
    }

    fn make_place(
        &mut self,
        tx: &mut Tx,
        site_id: i64,
        (parent, name): (Option<i64>, &str),
        at: &str,
    ) -> Result<i64> {
        let parent = match parent {
            Some(id) => Some(find_place(tx, &self.scope, id)?),
            None => None,
        };
        let fields = PlaceFields { name: name.to_owned(), environment: None, archived: false };
        let id = insert_place(tx, (self.customer_id, site_id), parent.as_ref(), &fields)?;
        self.places.insert((site_id, key(at)), id);
        self.learnt.push(Learnt::Place((site_id, key(at))));
        self.tell("place", id, at);
        Ok(id)
    }

    /// The category of this name; one in the plural is the same.
    ///
    /// # Errors
    /// A field error for a name that cannot be.
    pub fn category(&mut self, tx: &mut Tx, name: &str) -> Result<i64> {
        check_name("category", name)?;
        let folded = key(name);
        let singular = folded.strip_suffix('s').unwrap_or(&folded);
        if let Some(id) = self.categories.get(&folded).or_else(|| self.categories.get(singular)) {
            return Ok(*id);
        }
        let id = insert_category(tx, bare_category(name))?;
        self.categories.insert(folded.clone(), id);
        self.learnt.push(Learnt::Category(folded));
        self.made.push(format!("category {name}"));
        self.events.push(Event::new("category", id, "added").change("name", "", name));
        Ok(id)
    }

    /// The category that a description names by its own words, if one does.
    pub fn category_in(&self, description: &str) -> Option<i64> {
        let folded = key(description);
        let whole = self.categories.get(&folded);
        whole.or_else(|| folded.split(' ').find_map(|word| self.categories.get(word))).copied()
    }

    fn tell(&mut self, noun: &'static str, id: i64, name: &str) {
        self.made.push(format!("{noun} {name}"));
        self.events
            .push(Event::new(noun, id, "added").of_customer(self.customer_id).change("name", "", name));
    }

    /// Notes how much is known.
    pub fn mark(&self) -> Mark {
        Mark { learnt: self.learnt.len(), made: self.made.len(), events: self.events.len() }
    }

    /// Forgets what was made since.
    pub fn back_to(&mut self, mark: Mark) {
        for learnt in self.learnt.drain(mark.learnt..) {
            match learnt {
                Learnt::Site(key) => self.sites.remove(&key),
                Learnt::Place(key) => self.places.remove(&key),
                Learnt::Category(key) => self.categories.remove(&key),
            };
        }
        self.made.truncate(mark.made);
        self.events.truncate(mark.events);
    }
}

fn check_name(field: &str, name: &str) -> Result<()> {
    match name.chars().count() {
        1..=LONGEST => Ok(()),
        _ => Err(Error::field(field, format!("a name has 1 to {LONGEST} characters"))),
    }
}

pub(crate) fn key(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// A category by its name and by its name in the plural.
fn names(category: Category) -> [(String, i64); 2] {
    let name = key(&category.name);
    [(format!("{name}s"), category.id), (name, category.id)]
}

fn bare_category(name: &str) -> CategoryFields {
    CategoryFields {
        name: name.to_owned(),
        equipment_class: None,
        equipment_type: None,
        rated_power_mw: None,
        rated_current_ma: None,
        fuse_ma: None,
        plug: String::new(),
        lead_length_mm: None,
        conductor_milli_mm2: None,
        sockets: None,
        heating: false,
        surge_suppressors: false,
        user_check_months: None,
        formal_visual_months: None,
        combined_months: None,
        sequence: String::new(),
        interval_reason: String::new(),
        fields: Json(vec![]),
    }
}
