//! Attack 38, F5: whatever is altered in the evidence by SQL, `verify` finds it and names it.

use std::collections::BTreeSet;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use domain::permission::Role;
use domain::standing::HoldWhy;
use store::verify::{Broken, Checked, Head, verify};

use crate::support::TestApp;

impl TestApp {
    fn verify(&self, kept: &[Head]) -> Result<Checked, Broken> {
        self.app.store.read(|conn| verify(conn, kept, &mut |_| {})).unwrap()
    }

    /// Statements as somebody who owns the server would run them: without the triggers that refuse.
    fn tamper(&self, statements: &str) {
        let done = self.app.store.write(&store::Actor::operator(domain::event::Via::Cli), |tx| {
            let conn: &mut store::AnyConnection = tx;
            match conn {
                store::AnyConnection::Sqlite(c) => {
                    let found: Vec<Name> =
                        diesel::sql_query("SELECT name FROM sqlite_master WHERE type = 'trigger'").load(c)?;
                    for trigger in found {
                        c.batch_execute(&format!("DROP TRIGGER {}", trigger.name))?;
                    }
                    c.batch_execute("PRAGMA defer_foreign_keys = ON")?;
                    c.batch_execute(statements)?;
                }
                store::AnyConnection::Postgres(c) => {
                    let tables =
                        ["ledger", "ledger_heads", "tests", "releases", "certificates", "files", "holds"];
                    for table in tables {
                        c.batch_execute(&format!("ALTER TABLE {table} DISABLE TRIGGER USER"))?;
                    }
                    c.batch_execute(statements)?;
                }
            }
            Ok::<_, store::Error>(((), vec![domain::event::Event::new("test", 0, "tampered")]))
        });
        done.unwrap();
    }
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

/// Two customers with tests, a correction and a certificate.
async fn evidence() -> TestApp {
    let app = TestApp::new();
    let engineer = app.client(Role::Engineer);
    for (c, name) in ["Mills", "Works"].into_iter().enumerate() {
        let ground = app.ground(name);
        for n in 0..4 {
            let kettle = app.kettle(ground);
            let id = format!("01939fa2-6d3c-7c1e-9a55-2f6e1f0a{c}{n:03}");
            let form = [("id", id.as_str()), ("all_good", "yes"), ("note", "as found")];
            engineer.post(&format!("/assets/{}/test/formal_visual", kettle.tag), &form).await.expect(303);
            engineer.post("/certificates", &[("test", id.as_str())]).await.expect(303);
        }
    }
    app
}

#[actix_web::test]
async fn what_nobody_touched_is_whole() {
    let app = evidence().await;
    let checked = app.verify(&[]).unwrap();
    assert_eq!((checked.heads.len(), checked.records, checked.files), (2, 16, 8));
    assert_eq!(app.verify(&checked.heads).unwrap(), checked);
}

#[actix_web::test]
async fn a_lock_wiped_out_of_the_register_is_named() {
    let app = TestApp::new();
    let engineer = app.client(Role::Engineer);
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let form = [("id", "01939fa2-6d3c-7c1e-9a55-2f6e1f0a0001"), ("plug", "fail")];
    engineer.post(&format!("/assets/{}/test/formal_visual", kettle.tag), &form).await.expect(303);
    assert_eq!(app.verify(&[]).unwrap().assets, 1);
    for (change, says) in [
        ("lock_cause = NULL", "is not locked, and its records lock it: record 1"),
        ("last_verdict = 'pass'", "shows the verdict pass, and its records amount to fail"),
        ("last_verdict = NULL", "shows the verdict none, and its records amount to fail"),
        ("last_tested_at = '2031-01-01 00:00:00'", "shows another time"),
    ] {
        let operator = store::Actor::operator(domain::event::Via::Cli);
        let was = app.app.store.read(|conn| store::assets::find_asset(conn, operator.scope(), kettle.id));
        let was = was.unwrap();
        app.tamper(&format!("UPDATE assets SET {change} WHERE id = {}", kettle.id));
        let broken = app.verify(&[]).expect_err(change);
        assert_eq!(broken.what, format!("asset {}", kettle.tag));
        assert!(broken.why.starts_with(says), "{change}: {}", broken.why);
        put_back(&app, &was);
        app.verify(&[]).unwrap();
    }
}

#[actix_web::test]
async fn a_hold_that_was_altered_or_lost_is_named() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    app.hold(&kettle, HoldWhy::Reported);
    app.verify(&[]).unwrap();
    for statement in ["UPDATE holds SET reason = 'x'", "DELETE FROM holds"] {
        let refused = app.app.store.write(&store::Actor::operator(domain::event::Via::Cli), |tx| {
            diesel::sql_query(statement).execute(&mut **tx)?;
            Ok::<_, store::Error>(((), vec![domain::event::Event::new("test", 0, "altered")]))
        });
        assert!(refused.is_err(), "{statement}");
    }
    for (statement, says) in [
        ("UPDATE assets SET lock_cause = NULL", "its records lock it: record 1, report of 2026-11-23"),
        ("UPDATE holds SET why = 'opened'", "its row was altered"),
        ("UPDATE holds SET at = '2020-01-01 00:00:00'", "its row was altered"),
        ("UPDATE holds SET received_at = '2020-01-01 00:00:00'", "its row was altered"),
        ("UPDATE holds SET person_id = NULL", "its row was altered"),
        ("UPDATE holds SET source = 'fault 2'", "its row was altered"),
        ("UPDATE holds SET reason = 'nothing'", "its row was altered"),
        ("DELETE FROM holds", "its row is gone"),
        ("DELETE FROM holds; DELETE FROM ledger", "should end at 1"),
    ] {
        let app = TestApp::new();
        let kettle = app.kettle(app.ground("Mills"));
        app.hold(&kettle, HoldWhy::Reported);
        app.tamper(statement);
        let broken = app.verify(&[]).expect_err(statement);
        assert!(broken.why.contains(says), "{statement}: {broken}");
    }
}

fn put_back(app: &TestApp, was: &store::assets::Asset) {
    use store::schema::assets::dsl;
    let put = app.app.store.write(&store::Actor::operator(domain::event::Via::Cli), |tx| {
        let shown = (
            dsl::lock_cause.eq(&was.lock_cause),
            dsl::last_verdict.eq(was.last_verdict),
            dsl::last_tested_at.eq(was.last_tested_at),
        );
        diesel::update(dsl::assets.find(was.id)).set(shown).execute(&mut **tx)?;
        Ok::<_, store::Error>(((), vec![domain::event::Event::new("test", 0, "put back")]))
    });
    put.unwrap();
}

#[actix_web::test]
async fn whatever_is_altered_is_named() {
    let tables = [
        ("ledger", "form kind record_id at row_hash body hash"),
        ("tests", "kind performed_at received_at person_id visit_id ruleset verdict request_hash response"),
        ("certificates", "number revision public_code kind issued_at period_from person_id"),
    ];
    let mut found = BTreeSet::new();
    for (table, columns) in tables {
        for column in columns.split(' ') {
            let value = match column {
                "form" | "revision" => "2",
                "person_id" => "(SELECT max(id) FROM people)",
                "visit_id" => "NULL",
                "at" | "performed_at" | "received_at" | "issued_at" => "'2020-01-01 00:00:00'",
                "period_from" => "'2020-01-01'",
                "kind" if table == "tests" => "'user_check'",
                "verdict" => "'fail'",
                _ => "'x'",
            };
            let app = evidence().await;
            app.client(Role::Engineer);
            if column == "visit_id" {
                continue;
            }
            app.tamper(&format!("UPDATE {table} SET {column} = {value} WHERE customer_id = 2 AND seq = (SELECT min(seq) FROM {table} WHERE customer_id = 2 AND seq > 2)"));
            let broken = app.verify(&[]).expect_err(&format!("{table}.{column} was altered unseen"));
            assert!(broken.what.contains("of customer 2"), "{table}.{column}: {broken}");
            found.insert(format!("{table}.{column}: {}", broken.why));
        }
    }
    assert!(found.len() > 20, "{found:#?}");
}

#[actix_web::test]
async fn what_is_gone_is_missed() {
    for (statements, says) in [
        ("DELETE FROM certificates WHERE customer_id = 1 AND seq = 4", "its row is gone"),
        (
            "DELETE FROM certificates WHERE customer_id = 1 AND seq = 4; DELETE FROM ledger WHERE customer_id = 1 AND seq = 4",
            "what was between is gone",
        ),
        (
            "UPDATE files SET bytes = (SELECT bytes FROM files ORDER BY hash LIMIT 1)",
            "its bytes were altered",
        ),
        ("UPDATE ledger_heads SET seq = 3 WHERE customer_id = 1", "should end at 3"),
    ] {
        let app = evidence().await;
        app.tamper(statements);
        let broken = app.verify(&[]).expect_err(statements);
        assert!(broken.why.contains(says), "{statements}: {broken}");
    }
}

#[actix_web::test]
async fn an_end_cut_off_clean_is_found_by_a_kept_head() {
    let app = evidence().await;
    let kept = app.verify(&[]).unwrap().heads;
    app.tamper(
        "DELETE FROM certificates WHERE customer_id = 2 AND seq = 8; \
         DELETE FROM ledger WHERE customer_id = 2 AND seq = 8; \
         UPDATE ledger_heads SET seq = 7, hash = (SELECT hash FROM ledger WHERE customer_id = 2 AND seq = 7) \
         WHERE customer_id = 2",
    );
    assert!(app.verify(&[]).is_ok(), "nothing inside the database tells of it");
    let broken = app.verify(&kept).unwrap_err();
    assert!(broken.why.contains("its end is gone"), "{broken}");
    assert_eq!(broken.what, "chain of customer 2");
}
