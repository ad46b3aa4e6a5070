//! Records that tests begin from.

use domain::equipment::{EquipmentClass, EquipmentType};
use domain::event::{Event, Via};
use domain::job::{Impact, JobKind, Priority};
use domain::standing::HoldWhy;
use domain::tag::{Tag, TagKind};
use proofmark::actions::holds::{NewHold, place_hold};
use proofmark::actions::jobs::{JobRequest, open_job};
use proofmark::app::random_u64;
use store::customers::CustomerFields;
use store::places::PlaceFields;
use store::{Actor, Error, Tx};

use super::TestApp;
pub use super::records::{Ground, category_fields, kettle_fields, site_fields};

/// An asset that stands somewhere.
#[derive(Debug, Clone)]
pub struct Thing {
    pub id: i64,
    pub tag: String,
    pub ground: Ground,
}

impl TestApp {
    /// Writes something to begin from.
    pub fn put<T>(&self, work: impl FnOnce(&mut Tx) -> Result<T, Error>) -> T {
        let actor = Actor::operator(Via::Cli);
        self.app
            .store
            .write(&actor, |tx| Ok::<_, Error>((work(tx)?, vec![Event::new("test", 0, "put")])))
            .unwrap()
    }

    /// A customer of this name with a site "Head office" and a place "Kitchen".
    pub fn ground(&self, customer: &str) -> Ground {
        self.put(|tx| {
            let fields = CustomerFields { name: customer.to_owned(), ..CustomerFields::default() };
            let customer_id = store::customers::insert_customer(tx, &fields)?;
            let site_id = store::sites::insert_site(tx, customer_id, &site_fields("Head office"))?;
            let room = PlaceFields { name: "Kitchen".to_owned(), environment: None, archived: false };
            let place_id = store::places::insert_place(tx, (customer_id, site_id), None, &room)?;
            Ok(Ground { customer_id, site_id, place_id })
        })
    }

    /// Puts a thing on hold as an engineer does who opens it, or somebody who reports it as dangerous.
    pub fn hold(&self, thing: &Thing, why: HoldWhy) {
        let engineer = self.actor(domain::permission::Role::Engineer, None);
        let done = self.app.store.write(&engineer, |tx| {
            let asset = store::assets::find_asset(tx, engineer.scope(), thing.id)?;
            let (source, reason) = ("fault 1".to_owned(), "Damaged plug".to_owned());
            let hold = NewHold { why, at: tx.now, person_id: engineer.person_id(), source, reason };
            Ok::<_, proofmark::error::Error>(((), vec![place_hold(tx, &asset, hold)?]))
        });
        done.unwrap();
    }

    /// A supplier of this name.
    pub fn supplier(&self, name: &str) -> i64 {
        let fields = store::suppliers::SupplierFields { name: name.to_owned(), ..Default::default() };
        self.put(|tx| store::suppliers::insert_supplier(tx, &fields))
    }

    /// A category of this name with the equipment class and type, tested yearly.
    pub fn category(&self, name: &str, class: EquipmentClass, kind: EquipmentType) -> i64 {
        self.put(|tx| store::categories::insert_category(tx, category_fields(name, class, kind)))
    }

    /// A model of a category of its own.
    pub fn model(&self, make: &str, name: &str) -> i64 {
        let category_id = self.category(name, EquipmentClass::I, EquipmentType::Portable);
        let fields = store::models::ModelFields {
            category_id,
            make: make.to_owned(),
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
            heating: None,
            surge_suppressors: None,
            replacement_pence: None,
        };
        self.put(|tx| store::models::insert_model(tx, fields))
    }

    /// A repair of these things, opened by the program itself; the first is J-000001.
    pub fn job(&self, ground: Ground, things: &[&Thing]) -> String {
        let actor = Actor::operator(Via::Cli);
        let request = JobRequest {
            site_id: ground.site_id,
            assets: things.iter().map(|thing| thing.id).collect(),
            kind: JobKind::Repair,
            title: "Does not start".to_owned(),
            description: String::new(),
            priority: Priority::Normal,
            impact: Impact::Person,
            assignee_id: None,
            order_number: String::new(),
        };
        open_job(&self.app, &actor.right().unwrap(), &request).unwrap().number
    }

    /// A class I kettle of 3 kW in the ground's kitchen, never tested.
    pub fn kettle(&self, ground: Ground) -> Thing {
        let known = self.app.store.read(store::categories::list_categories).unwrap();
        let category_id = match known.iter().find(|category| category.name == "Kettle") {
            Some(category) => category.id,
            None => self.category("Kettle", EquipmentClass::I, EquipmentType::Portable),
        };
        self.put(|tx| {
            let tag = Tag::generate(random_u64).to_string();
            let id = store::assets::insert_asset(
                tx,
                ground.customer_id,
                &tag,
                kettle_fields(ground, category_id),
            )?;
            store::tags::insert_tag(tx, (&tag, &tag), TagKind::Ours, (ground.customer_id, id))?;
            store::assets::reindex_asset(tx, id)?;
            Ok(Thing { id, tag, ground })
        })
    }
}
