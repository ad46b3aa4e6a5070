//! Records that tests begin from.

use domain::asset::Lifecycle;
use domain::equipment::{EquipmentClass, EquipmentType};
use domain::event::{Event, Via};
use domain::tag::{Tag, TagKind};
use proofmark::app::random_u64;
use store::assets::AssetFields;
use store::categories::CategoryFields;
use store::customers::CustomerFields;
use store::places::PlaceFields;
use store::sites::SiteFields;
use store::types::{Coded, Json};
use store::{Actor, Error, Tx};

use super::TestApp;

/// A customer with a site and a room.
#[derive(Debug, Clone, Copy)]
pub struct Ground {
    pub customer_id: i64,
    pub site_id: i64,
    pub place_id: i64,
}

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

    /// A category of this name with the equipment class and type, tested yearly.
    pub fn category(&self, name: &str, class: EquipmentClass, kind: EquipmentType) -> i64 {
        self.put(|tx| store::categories::insert_category(tx, category_fields(name, class, kind)))
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
            Ok(Thing { id, tag, ground })
        })
    }
}

pub fn site_fields(name: &str) -> SiteFields {
    SiteFields {
        name: name.to_owned(),
        address: "1 Mill Lane".to_owned(),
        contact: String::new(),
        access_notes: String::new(),
        time_zone: "Europe/London".to_owned(),
        archived: false,
    }
}

pub fn category_fields(name: &str, class: EquipmentClass, kind: EquipmentType) -> CategoryFields {
    CategoryFields {
        name: name.to_owned(),
        equipment_class: Some(Coded(class)),
        equipment_type: Some(Coded(kind)),
        rated_power_mw: None,
        rated_current_ma: None,
        fuse_ma: Some(13_000),
        plug: String::new(),
        lead_length_mm: None,
        conductor_milli_mm2: None,
        sockets: None,
        heating: false,
        surge_suppressors: false,
        user_check_months: None,
        formal_visual_months: Some(6),
        combined_months: Some(12),
        fields: Json(vec![]),
    }
}

pub fn kettle_fields(ground: Ground, category_id: i64) -> AssetFields {
    AssetFields {
        site_id: ground.site_id,
        place_id: Some(ground.place_id),
        parent_id: None,
        category_id,
        model_id: None,
        customer_number: None,
        description: "Kettle".to_owned(),
        make: "Brew".to_owned(),
        model: "B3".to_owned(),
        serial: "SN-12/34".to_owned(),
        equipment_class: Some(Coded(EquipmentClass::I)),
        equipment_type: Some(Coded(EquipmentType::Portable)),
        rated_power_mw: Some(3_000_000),
        rated_current_ma: None,
        fuse_ma: Some(13_000),
        plug: String::new(),
        lead_length_mm: Some(750),
        conductor_milli_mm2: Some(1500),
        sockets: None,
        rcd_ma: None,
        heating: true,
        surge_suppressors: false,
        unearthed_metal: false,
        rewirable_plug: false,
        lifecycle: Coded(Lifecycle::InService),
        user_check_months: None,
        formal_visual_months: None,
        combined_months: None,
        interval_reason: String::new(),
        in_service_on: "2026-01-05".parse().unwrap(),
        purchased_on: None,
        cost_pence: None,
        supplier: String::new(),
        warranty_until: None,
        notes: String::new(),
        custom: Json(Default::default()),
    }
}
