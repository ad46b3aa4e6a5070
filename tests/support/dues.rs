//! Due dates, locks and verdicts put straight into the tables: tests of lists need no tests of kettles.

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::equipment::TestKind;
use store::each_backend;
use store::schema::{assets, due_tallies, dues};
use store::types::{Coded, Moment};

use super::TestApp;
use super::builders::Thing;

impl TestApp {
    /// Makes a thing due, and counts it.
    pub fn make_due(&self, thing: &Thing, kind: TestKind, day: &str) {
        let day: NaiveDate = day.parse().unwrap();
        let ground = thing.ground;
        self.put(|tx| {
            let row = (
                dues::asset_id.eq(thing.id),
                dues::kind.eq(Coded(kind)),
                dues::customer_id.eq(ground.customer_id),
                dues::site_id.eq(ground.site_id),
                dues::place_id.eq(ground.place_id),
                dues::due_on.eq(day),
                dues::months.eq(12),
                dues::reason.eq("test"),
                dues::why.eq("date"),
            );
            diesel::insert_into(dues::table).values(row).execute(&mut **tx)?;
            let tally = (
                due_tallies::customer_id.eq(ground.customer_id),
                due_tallies::site_id.eq(ground.site_id),
                due_tallies::kind.eq(Coded(kind)),
                due_tallies::due_on.eq(day),
                due_tallies::months.eq(12),
                due_tallies::items.eq(1),
            );
            let key = (
                due_tallies::customer_id,
                due_tallies::site_id,
                due_tallies::kind,
                due_tallies::due_on,
                due_tallies::months,
            );
            each_backend!(&mut **tx, c => diesel::insert_into(due_tallies::table)
                .values(tally)
                .on_conflict(key)
                .do_update()
                .set(due_tallies::items.eq(due_tallies::items + 1))
                .execute(c)?);
            let earliest = assets::due_on.is_null().or(assets::due_on.gt(day));
            let row = assets::table.filter(assets::id.eq(thing.id)).filter(earliest.assume_not_null());
            diesel::update(row).set(assets::due_on.eq(day)).execute(&mut **tx)?;
            Ok(())
        });
    }

    /// A kettle that is due for a combined test.
    pub fn due_kettle(&self, ground: super::builders::Ground, day: &str) -> Thing {
        let kettle = self.kettle(ground);
        self.make_due(&kettle, TestKind::Combined, day);
        kettle
    }

    /// Locks a thing.
    pub fn lock(&self, thing: &Thing, cause: &str) {
        self.put(|tx| {
            let lock = (assets::lock_cause.eq(cause), assets::locked_at.eq(Moment::from(tx.now)));
            diesel::update(assets::table.find(thing.id)).set(lock).execute(&mut **tx)?;
            Ok(())
        });
    }

    /// Says that a thing's last test was incomplete.
    pub fn test_incompletely(&self, thing: &Thing) {
        self.put(|tx| {
            let last =
                (assets::last_verdict.eq("incomplete"), assets::last_tested_at.eq(Moment::from(tx.now)));
            diesel::update(assets::table.find(thing.id)).set(last).execute(&mut **tx)?;
            Ok(())
        });
    }
}
