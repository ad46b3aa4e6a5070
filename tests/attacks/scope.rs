//! Attacks 3, 7 and 12: who sees what does not depend on what is sent, on rows without an owner or on guessing.

use actix_web::http::Method;
use domain::permission::Role;

use crate::support::TestApp;

#[actix_web::test]
async fn a_scope_cannot_be_sent_along() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let kettle = app.kettle(theirs);
    let mut manager = app.client_for(Role::Manager, Some(vec![ours.customer_id]));
    let theirs = theirs.customer_id.to_string();
    for name in
        ["x-customer-id", "x-scope", "x-role", "x-user", "x-forwarded-user", "x-original-url", "x-tenant"]
    {
        manager.headers.push((name.to_owned(), theirs.clone()));
    }
    manager.headers.push(("cookie".to_owned(), format!("customer={theirs}; scope=all; role=administrator")));
    let forged = format!("customer_id={theirs}&scope=all&role=administrator");
    manager.get(&format!("/customers/{theirs}?{forged}")).await.expect(404);
    manager.get(&format!("/t/{}?{forged}", kettle.tag)).await.expect(404);
    manager.get(&format!("/api/v1/assets/{}?{forged}", kettle.tag)).await.expect(404);
    manager.get("/users").await.expect(403);
    let listed = manager.get("/api/v1/assets").await.expect(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 0, "{listed}");
    let form = [("version", "1"), ("name", "Taken over"), ("scope", "all")];
    manager.post(&format!("/customers/{theirs}/edit"), &form).await.expect(404);
    let method = [("x-http-method-override", "PATCH"), ("x-method-override", "PATCH")];
    let path = format!("/api/v1/assets/{}", kettle.tag);
    let overridden = manager.send(Method::GET, &path, |request| {
        method.iter().fold(request, |request, header| request.insert_header(*header))
    });
    overridden.await.expect(404);
}

#[actix_web::test]
async fn nothing_is_without_a_customer() {
    use diesel::prelude::*;
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let engineer = app.client(Role::Engineer);
    let form = [("id", "01939fa2-6d3c-7c1e-9a55-2f6e1f0a0009"), ("all_good", "yes")];
    engineer.post(&format!("/assets/{}/test/formal_visual", kettle.tag), &form).await.expect(303);
    let owned =
        ["sites", "places", "assets", "tags", "dues", "due_tallies", "tests", "ledger", "ledger_heads"];
    for table in owned {
        for value in ["NULL", "0", "999999"] {
            let orphaned = app.app.store.write(&store::Actor::operator(domain::event::Via::Cli), |tx| {
                let statement = format!("UPDATE {table} SET customer_id = {value}");
                let rows = diesel::sql_query(statement).execute(&mut **tx)?;
                assert!(rows > 0, "{table} is empty: the test is blind");
                // Foreign keys of some are looked at only at the end of the transaction.
                Ok::<_, store::Error>(((), vec![domain::event::Event::new("test", 0, "orphaned")]))
            });
            assert!(orphaned.is_err(), "{table} took the customer {value}");
        }
    }
}

#[actix_web::test]
async fn what_is_public_cannot_be_guessed() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let engineer = app.client(Role::Engineer);
    let mut codes = std::collections::BTreeSet::new();
    for n in 0..3 {
        let kettle = app.kettle(ground);
        let id = format!("01939fa2-6d3c-7c1e-9a55-2f6e1f0a000{n}");
        let form = [("id", id.as_str()), ("all_good", "yes")];
        engineer.post(&format!("/assets/{}/test/formal_visual", kettle.tag), &form).await.expect(303);
        let issued = engineer.post("/certificates", &[("test", id.as_str())]).await.expect(303);
        let page = engineer.get(issued.location()).await.expect(200).text();
        let code = page.split("/c/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        codes.insert(code);
    }
    assert_eq!(codes.len(), 3);
    for code in &codes {
        // 32 hexadecimal digits are 128 bits: nobody lives long enough to guess one.
        assert!(code.len() >= 32, "{code} is too short to be a secret");
        app.stranger().get(&format!("/c/{code}")).await.expect(200);
    }
    let guesses: Vec<String> = codes.iter().map(|code| format!("{}A", &code[..code.len() - 1])).collect();
    let number = codes.iter().map(|_| "PM-2026-0001".to_owned()).next().unwrap();
    let mut answers = vec![];
    for guess in guesses.iter().chain([&number, &"1".to_owned()]).filter(|guess| !codes.contains(*guess)) {
        answers.push(app.stranger().get(&format!("/c/{guess}")).await.expect(404).text());
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "a near miss looks like any other");
}
