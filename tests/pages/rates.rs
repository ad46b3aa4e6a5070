//! What things cost, from a day on.

use domain::permission::Role;
use store::rate_cards::rates_on;

use crate::support::TestApp;

const GOOD: [(&str, &str); 6] = [
    ("since", "2026-04-01"),
    ("currency", "GBP"),
    ("vat", "20"),
    ("work", "64.50"),
    ("markup", "17.5"),
    ("part_prices", "PSU-350; 49.90"),
];

fn with<'a>(name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut fields: Vec<_> = GOOD.iter().copied().filter(|(known, _)| *known != name).collect();
    fields.push((name, value));
    fields
}

#[actix_web::test]
async fn the_nearest_rates_hold_from_their_day_on() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let contract: i64 = app.put(|tx| {
        use diesel::prelude::*;
        use store::schema::contracts;
        let starts: chrono::NaiveDate = "2026-01-01".parse().unwrap();
        Ok(diesel::insert_into(contracts::table)
            .values((
                contracts::customer_id.eq(ground.customer_id),
                contracts::name.eq("Gold"),
                contracts::starts_on.eq(starts),
            ))
            .returning(contracts::id)
            .get_result(&mut **tx)?)
    });
    let manager = app.client(Role::Manager);
    let page = manager.get("/rates").await.expect(200).text();
    assert!(page.contains("nothing can be billed"), "{page}");
    let theirs = ground.customer_id.to_string();
    let gold = format!("{theirs}:{contract}");
    manager.post("/rates/new", &GOOD).await.expect(303);
    manager.post("/rates/new", &with("since", "2026-06-01")).await.expect(303);
    let of = |whose, work| {
        let mut fields = with("work", work);
        fields.push(("whose", whose));
        fields
    };
    manager.post("/rates/new", &of(&theirs, "70")).await.expect(303);
    manager.post("/rates/new", &of(&gold, "50")).await.expect(303);
    let page = manager.get("/rates").await.expect(200).text();
    for words in ["£64.50", "Mills, Gold", "£50.00", "17.5\u{a0}%", "1 at a price of their own"] {
        assert!(page.contains(words), "{words} in {page}");
    }
    for (contract_id, day, work) in [
        (None, "2026-03-31", None),
        (None, "2026-04-01", Some(7000)),
        (Some(contract), "2026-04-01", Some(5000)),
        (Some(contract + 1), "2026-04-01", Some(7000)),
    ] {
        let held = app
            .app
            .store
            .read(|conn| rates_on(conn, (ground.customer_id, contract_id), day.parse().unwrap()))
            .unwrap();
        assert_eq!(held.map(|rates| rates.work.within), work, "{contract_id:?} on {day}");
    }
}

#[actix_web::test]
async fn rates_are_changed_and_removed_by_one_at_a_time() {
    let app = TestApp::new();
    let manager = app.client(Role::Manager);
    manager.post("/rates/new", &GOOD).await.expect(303);
    let again = manager.post("/rates/new", &GOOD).await.expect(422).text();
    assert!(again.contains("rates from 2026-04-01 on already"), "{again}");
    let change = |work| [with("work", work).as_slice(), &[("version", "1")]].concat();
    manager.post("/rates/1/edit", &change("70")).await.expect(303);
    let theirs = manager.post("/rates/1/edit", &change("80")).await.expect(409).text();
    assert!(theirs.contains("70.00") && theirs.contains("while you were typing"), "{theirs}");
    manager.post("/rates/1/remove", &[("version", "1")]).await.expect(412);
    manager.post("/rates/1/remove", &[("version", "2")]).await.expect(303);
    assert!(manager.get("/rates").await.text().contains("nothing can be billed"));
}

#[actix_web::test]
async fn bad_and_foreign_rates_are_refused() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let manager = app.client(Role::Manager);
    for (name, value, says) in [
        ("since", "", "the day from which"),
        ("since", "soon", "not a date"),
        ("currency", "XXX", "not a known currency"),
        ("vat", "lots", "not a percentage"),
        ("vat", "101", "100 percent"),
        ("work", "-1", "between 0 and"),
        ("work", "1.005", "two decimals"),
        ("part_prices", "PSU-350", "write PSU-350; 49.90"),
        ("rounding_minutes", "500", "between 0 and 240"),
        ("whose", "all", "whose rates"),
        ("colour", "red", "no field of this form"),
    ] {
        let answer = manager.post("/rates/new", &with(name, value)).await.expect(422).text();
        assert!(answer.contains(says), "{name}={value}: {answer}");
    }
    let some = app.client_for(Role::Manager, Some(vec![ours.customer_id]));
    let whose = theirs.customer_id.to_string();
    some.post("/rates/new", &with("whose", &whose)).await.expect(404);
    let refused = some.post("/rates/new", &GOOD).await.expect(403).text();
    assert!(refused.contains("only some of the customers"), "{refused}");
    manager.post("/rates/new", &with("whose", &whose)).await.expect(303);
    some.get("/rates/1/edit").await.expect(404);
    assert!(!some.get("/rates").await.expect(200).text().contains("Theirs"));
    app.client(Role::Engineer).get("/rates").await.expect(403);
}
