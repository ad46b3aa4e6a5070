//! Due dates and their counts stay in step whatever happens in whatever order.

use chrono::Duration;
use domain::asset::Lifecycle;
use domain::equipment::{EquipmentClass, EquipmentType};
use domain::permission::{RecordTest, Role};
use proofmark::actions::categories::change_category;
use proofmark::actions::dues::recompute;
use proofmark::actions::tests::record_test;
use store::Error;
use store::dues::check_tallies;
use store::types::Coded;

use super::tests::{failing, passing, request};
use crate::support::TestApp;
use crate::support::builders::{category_fields, site_fields};

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % sides
    }
}

#[test]
fn after_two_hundred_changes_the_counts_equal_a_recount() {
    let app = TestApp::new();
    let engineer = app.actor(Role::Engineer, None);
    let ground = app.ground("Mills");
    let annex = app.put(|tx| store::sites::insert_site(tx, ground.customer_id, &site_fields("Annex")));
    let things: Vec<_> = (0..8).map(|_| app.kettle(ground)).collect();
    let mut dice = Dice(7);
    for turn in 0..200 {
        let thing = &things[dice.roll(8) as usize];
        app.pass(Duration::hours(7));
        let at = (app.app.now() - Duration::hours(dice.roll(200) as i64)).to_rfc3339();
        let test = match dice.roll(6) {
            0 => Some(passing(&at)),
            1 => Some(failing(&at)),
            2 => Some(request("formal_visual", &at, serde_json::json!([]))),
            _ => None,
        };
        match test {
            Some(test) => {
                let right = engineer.right::<RecordTest>().unwrap();
                record_test(&app.app, &right, &thing.tag, &test).unwrap();
            }
            None => change_something(&app, thing.id, (ground.site_id, annex), &mut dice),
        }
        let wrong = app.app.store.read(check_tallies).unwrap();
        assert_eq!(wrong, Vec::<String>::new(), "after turn {turn}");
    }
    let dues = |id| app.app.store.read(|conn| store::dues::list_dues_of_asset(conn, id)).unwrap();
    for thing in &things {
        let stored = dues(thing.id);
        app.put(|tx| {
            recompute(tx, thing.id).map(drop).map_err(|error| Error::Unavailable(error.to_string()))
        });
        assert_eq!(dues(thing.id), stored, "working it out again changes nothing");
    }
}

fn change_something(app: &TestApp, id: i64, sites: (i64, i64), dice: &mut Dice) {
    app.put(|tx| {
        let actor = tx.actor;
        let asset = store::assets::find_asset(tx, actor.scope(), id)?;
        let mut fields = asset.fields();
        match dice.roll(3) {
            0 => {
                fields.site_id = if asset.site_id == sites.0 { sites.1 } else { sites.0 };
                fields.place_id = None;
            }
            1 => {
                let lives = [Lifecycle::InService, Lifecycle::InStore, Lifecycle::InRepair];
                fields.lifecycle = Coded(lives[dice.roll(3) as usize]);
            }
            _ => fields.combined_months = [None, Some(0), Some(3), Some(24)][dice.roll(4) as usize],
        }
        store::assets::update_asset(tx, id, asset.version, fields)?;
        recompute(tx, id).map(drop).map_err(|error| Error::Unavailable(error.to_string()))
    });
}

#[test]
fn a_categorys_interval_moves_what_it_covers() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let engineer = app.actor(Role::Engineer, None);
    let right = engineer.right::<RecordTest>().unwrap();
    record_test(&app.app, &right, &kettle.tag, &passing("2026-11-23T08:00:00Z")).unwrap();
    let category = app.app.store.read(store::categories::list_categories).unwrap().remove(0);
    let mut fields = category_fields("Kettle", EquipmentClass::I, EquipmentType::Portable);
    fields.combined_months = Some(3);
    let manager = app.actor(Role::Manager, None);
    change_category(&app.app, &manager.right().unwrap(), (category.id, category.version), fields).unwrap();
    let dues = app.app.store.read(|conn| store::dues::list_dues_of_asset(conn, kettle.id)).unwrap();
    assert_eq!(dues[0].due_on, "2027-02-23".parse().unwrap());
    assert!(dues[0].reason.contains("by the category Kettle"), "{}", dues[0].reason);
}
