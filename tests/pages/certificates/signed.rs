//! The customer's representative signs on the engineer's phone.

use actix_web::http::Method;
use proofmark::actions::certificates::Subject;

use super::*;
use crate::support::client::{Answer, Client};

pub async fn sign(client: &Client, picture: &[u8], fields: &[(&str, &str)]) -> Answer {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(
            format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes(),
        );
    }
    let file =
        "--X\r\nContent-Disposition: form-data; name=\"signature\"; filename=\"signature.png\"\r\n\r\n";
    body.extend_from_slice(file.as_bytes());
    body.extend_from_slice(picture);
    body.extend_from_slice(b"\r\n--X--\r\n");
    let send = |request: actix_web::test::TestRequest| {
        request.insert_header(("content-type", "multipart/form-data; boundary=X")).set_payload(body)
    };
    client.send(Method::POST, "/certificates/sign", send).await
}

/// What the page shows as signed for.
pub async fn records(client: &Client, query: &str) -> String {
    let page = client.get(&format!("/certificates/sign?{query}")).await.expect(200).text();
    let at = page.split("name=\"records\" value=\"").nth(1).expect("a hidden field");
    at.split('"').next().unwrap().to_owned()
}

#[actix_web::test]
async fn who_signs_stands_on_the_paper_until_the_records_change() {
    let bench = Bench::new();
    let kettle = bench.app.kettle(bench.ground);
    bench.record(&kettle, &failing(MORNING));
    let engineer = bench.app.client(Role::Engineer);
    let site = bench.ground.site_id.to_string();
    let query = format!("site={site}&from=2026-11-01&to=2026-11-30");
    let page = engineer.get(&format!("/certificates/sign?{query}")).await.expect(200).text();
    assert!(
        page.contains("Failed: not to be used") && page.contains("data-signature=\"signature\""),
        "{page}"
    );
    let seen = records(&engineer, &query).await;
    let period = [("site", site.as_str()), ("from", "2026-11-01"), ("to", "2026-11-30")];
    let with = |records: &'static str| {
        [&period[..], &[("name", "Zoë Müller"), ("role", "Caretaker"), ("records", records)]].concat()
    };
    let png = crate::pages::account::png(300, 100);
    let refused = sign(&engineer, b"", &with("x")).await.expect(422).text();
    assert!(refused.contains("sign in the box") && refused.contains("Zoë Müller"), "{refused}");
    assert!(sign(&engineer, b"GIF89a", &with("x")).await.expect(422).text().contains("picture"));
    assert!(
        sign(&engineer, &png, &with("x")).await.expect(422).text().contains("recorded after this was shown")
    );
    let fields =
        [&period[..], &[("name", "Zoë Müller"), ("role", "Caretaker"), ("records", seen.as_str())]].concat();
    let answer = sign(&engineer, &png, &fields).await.expect(303);
    assert_eq!(answer.location(), "/certificates/C-000001?done=signed");
    bench.chain_is_whole();
    let again = bench.issue(&bench.november()).unwrap();
    assert!(again.repeated && again.row.revision == 1, "the signature stays while the records do");
    assert_eq!(records(&engineer, &query).await, seen);
    if let Some(words) = words(&again.pdf) {
        let words = squeezed(&words);
        assert!(words.contains("ZoëMüller") && words.contains("Receivedforthecustomer,Caretaker"), "{words}");
    }
    // Another record: nobody signed for that.
    bench.record(&bench.app.kettle(bench.ground), &passing(MORNING));
    let next = bench.issue(&bench.november()).unwrap();
    assert_eq!((next.row.revision, next.repeated), (2, false));
    let evidence =
        |row| bench.app.app.store.read(|conn| store::certificates::find_evidence(conn, row)).unwrap();
    assert!(evidence(&again.row).sign_off.is_some() && evidence(&next.row).sign_off.is_none());
    if let Some(words) = words(&next.pdf) {
        let words = squeezed(&words);
        assert!(!words.contains("ZoëMüller") && words.contains("Revisionhistory"), "{words}");
        assert!(words.contains("Recordsadded:1.passed:0before,1now."), "{words}");
    }
    bench.chain_is_whole();
}

#[actix_web::test]
async fn a_name_is_kept_where_it_can_be_erased_and_the_signature_cannot_be_altered() {
    use diesel::prelude::*;
    let bench = Bench::new();
    let kettle = bench.app.kettle(bench.ground);
    let id = bench.record(&kettle, &passing(MORNING));
    let engineer = bench.app.client(Role::Engineer);
    let seen = records(&engineer, &format!("test={id}")).await;
    let fields = [("test", id.as_str()), ("name", "Wilhelmina Signer"), ("records", &seen)];
    sign(&engineer, &crate::pages::account::png(300, 100), &fields).await.expect(303);
    bench
        .app
        .app
        .store
        .read(|conn| {
            let bodies: Vec<String> =
                store::schema::ledger::table.select(store::schema::ledger::body).load(conn)?;
            let changes: Vec<String> =
                store::schema::events::table.select(store::schema::events::changes).load(conn)?;
            assert!(bodies.iter().any(|body| body.contains("signature_commitment")));
            assert!(
                !bodies.iter().chain(&changes).any(|text| text.contains("Wilhelmina")),
                "a name is not erasable"
            );
            let people: Vec<String> =
                store::schema::people::table.select(store::schema::people::name).load(conn)?;
            assert!(people.contains(&"Wilhelmina Signer".to_owned()));
            Ok::<_, store::Error>(())
        })
        .unwrap();
    for statement in ["UPDATE sign_offs SET person_id = 1", "DELETE FROM sign_offs"] {
        let done = bench.app.app.store.write(&store::Actor::operator(domain::event::Via::Cli), |tx| {
            diesel::sql_query(statement).execute(&mut **tx)?;
            Ok::<_, store::Error>(((), vec![domain::event::Event::new("test", 0, "tried")]))
        });
        assert!(done.is_err(), "{statement}");
    }
    bench.chain_is_whole();
}

#[actix_web::test]
async fn only_who_issues_may_have_it_signed_and_only_for_their_customers() {
    let bench = Bench::new();
    let kettle = bench.app.kettle(bench.ground);
    let id = bench.record(&kettle, &passing(MORNING));
    let query = format!("/certificates/sign?test={id}");
    bench.app.client(Role::Viewer).get(&query).await.expect(403);
    let other = bench.app.ground("Other");
    let stranger = bench.app.client_for(Role::Engineer, Some(vec![other.customer_id]));
    stranger.get(&query).await.expect(404);
    let fields = [("test", id.as_str()), ("name", "A"), ("records", "x")];
    let png = crate::pages::account::png(30, 10);
    sign(&stranger, &png, &fields).await.expect(404);
    sign(&bench.app.client(Role::Viewer), &png, &fields).await.expect(403);
    assert!(bench.issue(&Subject::Test(id)).unwrap().row.revision == 1);
}
