//! Quotes and job sheets in the rooms of a customer's own people.

use domain::permission::Role;

use super::portal::annex;
use crate::support::TestApp;

#[actix_web::test]
async fn a_quote_is_answered_by_the_customers_own_people_for_their_own_sites() {
    use domain::charge::{Line, LineKind};
    let line = || Line::one(LineKind::Fixed, "New power supply, fitted", 19_900);
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let other = annex(&app, ground);
    let (engineer, manager) = (app.actor(Role::Engineer, None), app.actor(Role::Manager, None));
    let job = app.begun_job(&engineer, ground, &[]).number;
    let elsewhere = app.begun_job(&engineer, other, &[]).number;
    let [id, foreign] = [&job, &elsewhere].map(|number| app.quote(&manager, number, line()));
    let person = app.customers_own(ground.customer_id, Some(vec![ground.site_id]));
    let path = format!("/portal/quotes/{id}");
    person.get(&path).await.expect(404);
    for id in [id, foreign] {
        let form = [("version", "2"), ("email", "buyer@mills.example")];
        app.client(Role::Manager).post(&format!("/quotes/{id}/send"), &form).await.expect(200);
    }
    let start = person.get("/portal").await.expect(200).text();
    assert!(start.contains("Waits for your answer") && start.contains(&path), "{start}");
    let list = person.get("/portal/quotes").await.expect(200).text();
    assert!(list.contains(&job) && !list.contains(&elsewhere), "{list}");
    assert!(person.get(&format!("/portal/jobs/{job}")).await.text().contains(&path));
    person.get(&format!("/portal/quotes/{foreign}")).await.expect(404);
    person.post(&format!("/portal/quotes/{foreign}"), &[("answer", "approve")]).await.expect(404);
    let pdf = person.get(&format!("{path}/quote.pdf")).await.expect(200);
    assert!(pdf.bytes.starts_with(b"%PDF-"));
    let firm = app.client(Role::Manager);
    let refused = firm.post(&path, &[("answer", "approve")]).await.expect(422).text();
    assert!(refused.contains("nobody of the firm answers for them"), "{refused}");
    person.post(&path, &[("answer", "decline")]).await.expect(422);
    person.post(&path, &[("answer", "approve"), ("order_number", "PO-7")]).await.expect(303);
    assert!(person.get(&path).await.text().contains("order number PO-7"));
    let late = person.post(&path, &[("answer", "approve")]).await.expect(422).text();
    assert!(late.contains("answered already"), "{late}");
    assert_eq!(app.job_now(&engineer, &job).order_number, "PO-7");
}

#[actix_web::test]
async fn sheets_and_quotes_name_what_is_at_their_sites_alone() {
    use diesel::prelude::*;
    use domain::charge::{Line, LineKind};
    use domain::permission::ViewRegister;
    use store::schema::assets;
    let app = TestApp::new();
    let ours = app.ground("Ours");
    let other = annex(&app, ours);
    let (here, moved) = (app.kettle(ours), app.kettle(ours));
    let (engineer, manager) = (app.actor(Role::Engineer, None), app.actor(Role::Manager, None));
    let number = app.begun_job(&engineer, ours, &[here.id, moved.id]).number;
    let view = engineer.right::<ViewRegister>().unwrap();
    let record = proofmark::actions::job_sheets::show_sheet(&app.app, &view, &number).unwrap().record_hash;
    let fields = [("name", "Zoë Müller"), ("role", ""), ("record", record.as_str())];
    let picture = crate::pages::job_sheets::png();
    crate::pages::job_sheets::sign(&app.client(Role::Engineer), &number, &fields, &picture).await.expect(303);
    let quote = app.quote(&manager, &number, Line::one(LineKind::Fixed, "New elements, fitted", 9_900));
    let form = [("version", "2"), ("email", "buyer@mills.example")];
    app.client(Role::Manager).post(&format!("/quotes/{quote}/send"), &form).await.expect(200);
    let all = app.customers_own(ours.customer_id, None);
    let kept = app.customers_own(ours.customer_id, Some(vec![ours.site_id]));
    let (job, quote) = (format!("/portal/jobs/{number}"), format!("/portal/quotes/{quote}"));
    let page = kept.get(&job).await.expect(200).text();
    assert!(page.contains("Zoë Müller") && page.contains("/sheet.pdf"), "{page}");
    let (_, link) = page.split_once("/signed/").unwrap();
    let signed = format!("{job}/signed/{}", link.split('"').next().unwrap());
    assert!(kept.get(&signed).await.expect(200).bytes.starts_with(b"%PDF-"));
    assert!(kept.get(&quote).await.expect(200).text().contains(&moved.tag));
    app.put(|tx| {
        let away = (assets::site_id.eq(other.site_id), assets::place_id.eq(None::<i64>));
        diesel::update(assets::table.find(moved.id)).set(away).execute(&mut **tx)?;
        Ok(())
    });
    assert!(kept.get(&format!("{job}/sheet.pdf")).await.expect(200).bytes.starts_with(b"%PDF-"));
    let page = kept.get(&job).await.expect(200).text();
    assert!(!page.contains("/signed/"), "what was signed names a thing elsewhere: {page}");
    kept.get(&signed).await.expect(404);
    let paper = kept.get(&quote).await.expect(200).text();
    assert!(paper.contains(&here.tag) && !paper.contains(&moved.tag), "{paper}");
    all.get(&signed).await.expect(200);
    assert!(all.get(&quote).await.expect(200).text().contains(&moved.tag));
    let theirs = app.customers_own(app.ground("Theirs").customer_id, None);
    for path in [format!("{job}/sheet.pdf"), signed] {
        theirs.get(&path).await.expect(404);
    }
}
