//! Writes the organisation: people, instruments, categories, models, customers, sites and places.

use std::collections::HashMap;

use chrono::{DateTime, Months, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::equipment::Environment;
use domain::event::Event;
use domain::evidence::InstrumentAsUsed;
use domain::permission::Role;
use store::categories::{CategoryFields, CustomField};
use store::customers::CustomerFields;
use store::models::ModelFields;
use store::people::NewPerson;
use store::places::{Place, PlaceFields};
use store::seed::{PastEvent, sign};
use store::sites::SiteFields;
use store::types::{Coded, Json, Moment};
use store::users::{NewUser, Sight};
use store::{Result, Tx, settings};

use super::Plan;
use super::catalogue::{Item, items};
use super::chance::Chance;
use super::instruments;
use super::organisation::{Customer, Instrument, Organisation, Person, Site};
use super::signature;
use crate::actions::set_up::{FIRM, new_person};

/// Where things stand and who tests them.
#[derive(Debug)]
pub struct Estate {
    /// The day on which the past ends.
    pub now: DateTime<Utc>,
    /// Engineers: id and commitment.
    pub engineers: Vec<(i64, String)>,
    /// Instruments as they are today.
    pub instruments: Vec<InstrumentAsUsed>,
    /// Customers.
    pub customers: Vec<Client>,
    /// Id of each item's category.
    pub categories: Vec<i64>,
    /// Id of a model by item and number.
    pub models: HashMap<(usize, usize), i64>,
}

/// A customer with its ids.
#[derive(Debug)]
pub struct Client {
    /// Id.
    pub id: i64,
    /// Name.
    pub name: String,
    /// How many tests in a thousand fail.
    pub fail_per_mille: u64,
    /// What its own numbers begin with.
    pub number_prefix: String,
    /// Since when it is a customer.
    pub began_on: NaiveDate,
    /// Its sites.
    pub sites: Vec<Ground>,
}

/// A site with its ids.
#[derive(Debug)]
pub struct Ground {
    /// Id.
    pub id: i64,
    /// Name.
    pub name: String,
    /// Time zone.
    pub zone: Tz,
    /// Share of all assets.
    pub weight: u64,
    /// Months between visits.
    pub every_months: u32,
    /// When the last visit began.
    pub last_on: NaiveDate,
    /// Its places.
    pub places: Vec<Room>,
}

/// A place with its id.
#[derive(Debug, Clone)]
pub struct Room {
    /// Id.
    pub id: i64,
    /// Path.
    pub path: String,
    /// Its own and those above it.
    pub chain: Vec<i64>,
    /// Environment.
    pub environment: Environment,
    /// Share of the site's assets.
    pub weight: u64,
}

struct Writer<'a, 'b> {
    tx: &'a mut Tx<'b>,
    plan: Plan,
    now: DateTime<Utc>,
    events: Vec<PastEvent>,
}

/// Writes all of it, and gives the ids.
///
/// # Errors
/// The database's.
pub fn write(tx: &mut Tx, plan: Plan, organisation: &Organisation, password_hash: &str) -> Result<Estate> {
    let now = tx.now;
    let mut writer = Writer { tx, plan, now, events: vec![] };
    settings::set_setting(writer.tx, FIRM, organisation.firm.clone())?;
    let customers: Vec<Client> =
        organisation.customer.iter().map(|customer| writer.customer(customer)).collect::<Result<_>>()?;
    let mut engineers = vec![];
    for (at, person) in organisation.person.iter().enumerate() {
        let told = writer.person(at as u64, person, &customers, password_hash)?;
        engineers.extend((person.role == Role::Engineer).then_some(told));
    }
    let instruments: Vec<InstrumentAsUsed> =
        organisation.instrument.iter().map(|one| writer.instrument(one)).collect::<Result<_>>()?;
    let today = writer.today();
    instruments::write_checks(writer.tx, (&instruments, &engineers), today)?;
    let mut estate =
        Estate { now, engineers, instruments, customers, categories: vec![], models: HashMap::new() };
    for (at, item) in items().iter().enumerate() {
        writer.category(&mut estate, at, item)?;
    }
    let events = writer.events;
    store::seed::insert_events(tx, events)?;
    Ok(estate)
}

impl Writer<'_, '_> {
    fn today(&self) -> NaiveDate {
        self.now.date_naive()
    }

    fn tell(&mut self, event: Event) {
        self.events.push(PastEvent { at: Moment::from(self.now), person_id: None, event });
    }

    fn person(
        &mut self,
        at: u64,
        person: &Person,
        customers: &[Client],
        password_hash: &str,
    ) -> Result<(i64, String)> {
        let mut chance = Chance::of(self.plan.seed, 1000 + at);
        let salt = (0..4).map(|_| format!("{:016x}", chance.number())).collect();
        let made = new_person(&person.name, &person.email());
        let new = NewPerson { salt, qualification: person.qualification.clone(), ..made };
        let row = store::people::insert_person(self.tx, &new)?;
        let only = person.customer.as_ref().and_then(|name| customers.iter().find(|one| one.name == *name));
        let user = NewUser {
            person_id: row.id,
            role: person.role,
            sight: Sight { customers: only.map(|one| vec![one.id]), sites: None },
            password_hash: Some(password_hash.to_owned()),
        };
        store::users::insert_user(self.tx, &user, self.now)?;
        if person.role >= Role::Engineer {
            let png = signature::draw(chance.number()).map_err(store::Error::Unavailable)?;
            sign(self.tx, row.id, &png)?;
        }
        self.tell(Event::new("user", row.id, "added").change("role", "", person.role));
        Ok((row.id, row.commitment()))
    }

    fn instrument(&mut self, one: &Instrument) -> Result<InstrumentAsUsed> {
        let today = self.today();
        let written = instruments::write_instrument(self.tx, one, today)?;
        self.tell(Event::new("instrument", written.id, "added").change("serial", "", &one.serial));
        Ok(written)
    }

    fn category(&mut self, estate: &mut Estate, at: usize, item: &Item) -> Result<()> {
        let id = store::categories::insert_category(self.tx, category_fields(item))?;
        self.tell(Event::new("category", id, "added").change("name", "", &item.name));
        estate.categories.push(id);
        for (number, (make, name)) in item.models().enumerate() {
            let model = store::models::insert_model(self.tx, model_fields(id, make, name, item))?;
            estate.models.insert((at, number), model);
        }
        Ok(())
    }

    fn customer(&mut self, customer: &Customer) -> Result<Client> {
        let fields = CustomerFields {
            name: customer.name.clone(),
            contact: customer.contact.clone(),
            email: customer.email.clone(),
            phone: customer.phone.clone(),
            address: customer.address.clone(),
            label_next_due: customer.label_next_due,
            public_reports: customer.public_reports,
            ..CustomerFields::default()
        };
        let id = store::customers::insert_customer(self.tx, &fields)?;
        self.tell(Event::new("customer", id, "added").of_customer(id).change("name", "", &customer.name));
        let sites = customer.site.iter().map(|site| self.site(id, site)).collect::<Result<_>>()?;
        Ok(Client {
            id,
            name: customer.name.clone(),
            fail_per_mille: customer.fail_per_mille,
            number_prefix: customer.number_prefix.clone(),
            began_on: self.today() - Months::new(customer.began_months_ago),
            sites,
        })
    }

    fn site(&mut self, customer_id: i64, site: &Site) -> Result<Ground> {
        let fields = SiteFields {
            name: site.name.clone(),
            address: site.address.clone(),
            contact: String::new(),
            access_notes: site.access_notes.clone(),
            time_zone: site.time_zone.clone(),
            ruleset: String::new(),
            repair_ruleset: String::new(),
            archived: false,
        };
        let id = store::sites::insert_site(self.tx, customer_id, &fields)?;
        self.tell(Event::new("site", id, "added").of_customer(customer_id).change("name", "", &site.name));
        Ok(Ground {
            id,
            name: site.name.clone(),
            zone: site.time_zone.parse().unwrap_or(Tz::UTC),
            weight: site.weight,
            every_months: site.every_months,
            last_on: self.today() - chrono::Days::new(site.last_days_ago),
            places: self.places((customer_id, id), site)?,
        })
    }

    fn places(&mut self, ids: (i64, i64), site: &Site) -> Result<Vec<Room>> {
        let mut rooms: Vec<Room> = vec![];
        for (path, environment, weight) in &site.places {
            self.place(ids, &mut rooms, (path, *environment, *weight))?;
        }
        // Larger estates have more rooms of each kind: one more for each fifty assets above the usual 3,000.
        let more = self.plan.assets.saturating_sub(3000) / 50 * site.weight as usize / 100;
        let usual: Vec<_> = site.places.iter().filter(|place| place.2 > 0).collect();
        for extra in 0..more {
            let (path, environment, weight) = usual[extra % usual.len()];
            let path = format!("{path} {}", extra / usual.len() + 2);
            self.place(ids, &mut rooms, (&path, *environment, *weight))?;
        }
        Ok(rooms)
    }

    fn place(
        &mut self,
        ids: (i64, i64),
        rooms: &mut Vec<Room>,
        (path, environment, weight): (&str, Environment, u64),
    ) -> Result<()> {
        let (above, name) = match path.rsplit_once(" / ") {
            Some((above, name)) => (rooms.iter().find(|room| room.path == above), name),
            None => (None, path),
        };
        let parent = above.map(|room| Place {
            id: room.id,
            customer_id: ids.0,
            site_id: ids.1,
            parent_id: None,
            name: String::new(),
            path: room.path.clone(),
            environment: None,
            archived: false,
            version: 1,
        });
        let fields = PlaceFields { name: name.to_owned(), environment: Some(environment), archived: false };
        let id = store::places::insert_place(self.tx, ids, parent.as_ref(), &fields)?;
        let mut chain = vec![id];
        chain.extend(above.iter().flat_map(|room| &room.chain));
        let event = Event::new("place", id, "added").of_customer(ids.0).change("path", "", path);
        rooms.push(Room { id, path: path.to_owned(), chain, environment, weight });
        self.tell(event);
        Ok(())
    }
}

/// What a category starts with.
pub fn category_fields(item: &Item) -> CategoryFields {
    let field = |name: &String| CustomField { name: name.clone(), kind: "text".to_owned(), choices: vec![] };
    CategoryFields {
        name: item.name.clone(),
        equipment_class: Some(Coded(item.class)),
        equipment_type: Some(Coded(item.kind)),
        rated_power_mw: None,
        rated_current_ma: None,
        fuse_ma: item.fuse_a.map(|amps| i64::from(amps) * 1000),
        plug: item.plug.clone(),
        lead_length_mm: None,
        conductor_milli_mm2: None,
        sockets: item.sockets.map(i64::from),
        heating: item.heating,
        surge_suppressors: item.surge,
        user_check_months: None,
        formal_visual_months: item.visual.map(i64::from),
        combined_months: item.combined.map(i64::from),
        sequence: String::new(),
        interval_reason: String::new(),
        fields: Json(item.custom.iter().map(field).collect()),
    }
}

fn model_fields(category_id: i64, make: &str, name: &str, item: &Item) -> ModelFields {
    ModelFields {
        category_id,
        make: make.to_owned(),
        name: name.to_owned(),
        equipment_class: Some(Coded(item.class)),
        equipment_type: Some(Coded(item.kind)),
        rated_power_mw: None,
        rated_current_ma: None,
        fuse_ma: item.fuse_a.map(|amps| i64::from(amps) * 1000),
        plug: item.plug.clone(),
        lead_length_mm: None,
        conductor_milli_mm2: None,
        sockets: item.sockets.map(i64::from),
        heating: Some(item.heating),
        surge_suppressors: Some(item.surge),
        replacement_pence: Some(item.replacement_pence()),
    }
}
