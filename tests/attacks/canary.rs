//! Attack 13: a script typed into a field comes out as text, on every page.

use domain::permission::Role;
use proofmark::actions::faults::{Report, report};
use proofmark::web::routes::ROUTES;

use crate::support::{TestApp, fill};

const CANARY: &str = "\"'><script>canary</script><img src=x onerror=canary>{{canary}}";

#[actix_web::test]
async fn a_script_in_a_field_stays_text() {
    let app = TestApp::new();
    let ground = app.ground(CANARY);
    let kettle = app.kettle(ground);
    app.put(|tx| {
        use diesel::prelude::*;
        use store::schema::{assets, categories, customers, people, places, sites};
        let text = CANARY;
        diesel::update(assets::table)
            .set((
                (
                    assets::description.eq(text),
                    assets::make.eq(text),
                    assets::model.eq(text),
                    assets::serial.eq(text),
                ),
                (assets::customer_number.eq(text), assets::notes.eq(text), assets::supplier.eq(text)),
                (assets::custodian.eq(text), assets::plug.eq(text), assets::interval_reason.eq(text)),
            ))
            .execute(&mut **tx)?;
        diesel::update(sites::table)
            .set((sites::name.eq(text), sites::address.eq(text), sites::access_notes.eq(text)))
            .execute(&mut **tx)?;
        diesel::update(places::table)
            .set((places::name.eq(text), places::path.eq(text)))
            .execute(&mut **tx)?;
        diesel::update(categories::table).set(categories::name.eq(text)).execute(&mut **tx)?;
        diesel::update(customers::table)
            .set((customers::contact.eq(text), customers::notes.eq(text)))
            .execute(&mut **tx)?;
        diesel::update(people::table).set(people::name.eq(text)).execute(&mut **tx)?;
        Ok(())
    });
    // A report with a script in each of its fields, open to all at the label.
    app.allow_reports(ground);
    let engineer = app.actor(Role::Engineer, None);
    let said = Report {
        words: CANARY.to_owned(),
        place: CANARY.to_owned(),
        follow_hash: Some(store::ledger::sha256(b"1")),
        ..Report::default()
    };
    report(&app.app, &engineer.right().unwrap(), kettle.id, &said).unwrap();
    app.put(|tx| {
        use diesel::prelude::*;
        use store::schema::faults;
        diesel::update(faults::table).set(faults::contact.eq(CANARY)).execute(&mut **tx)?;
        Ok(())
    });
    let admin = app.client(Role::Administrator);
    let job = [("title", CANARY), ("description", CANARY), ("tags", kettle.tag.as_str()), ("kind", "repair")];
    let job = [job.as_slice(), &[("priority", "low"), ("impact", "person")]].concat();
    admin.post("/jobs/new", &job).await.expect(303);
    admin.post("/jobs/J-000001/entries", &[("text", CANARY)]).await.expect(303);
    let mut seen = 0;
    for (_, path, _) in ROUTES.iter().filter(|(method, ..)| *method == "get") {
        for target in [
            fill(path, &kettle.tag),
            format!(
                "{}?q={}&done={}",
                fill(path, &kettle.tag),
                proofmark::web::problem::form_urlencoded(CANARY),
                proofmark::web::problem::form_urlencoded(CANARY)
            ),
        ] {
            let answer = admin.get(&target).await;
            let kind = answer
                .headers
                .get("content-type")
                .map(|v| v.to_str().unwrap().to_owned())
                .unwrap_or_default();
            if kind.starts_with("text/html") {
                let text = answer.text();
                seen += usize::from(
                    text.contains("&lt;script&gt;canary") || text.contains("&#60;script&#62;canary"),
                );
                assert!(!text.contains("<script>canary") && !text.contains("<img src=x"), "{target}");
            }
        }
    }
    assert!(seen >= 3, "the canary was shown on {seen} pages only: the test is blind");
}
