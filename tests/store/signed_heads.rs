//! Heads signed by the clock: a tail cut off clean is found from the last of them, and none can be made up.

use diesel::connection::SimpleConnection;
use diesel::r2d2::ManageConnection;
use domain::permission::Role;
use proofmark::jobs::sign_heads;
use store::AnyConnection;
use store::signed_heads::{SignedHead, latest_of};
use store::verify::{Broken, Checked, verify};

use crate::support::TestApp;

async fn recorded(app: &TestApp, count: usize) {
    let engineer = app.client(Role::Engineer);
    let ground = app.ground("Mills");
    for n in 0..count {
        let kettle = app.kettle(ground);
        let id = format!("01939fa2-6d3c-7c1e-9a55-2f6e1f0f0{n:03}");
        let form = [("id", id.as_str()), ("all_good", "yes")];
        engineer.post(&format!("/assets/{}/test/formal_visual", kettle.tag), &form).await.expect(303);
    }
}

fn check(app: &TestApp) -> Result<Checked, Broken> {
    app.app.store.read(|conn| verify(conn, &[], &mut |_| {})).unwrap()
}

fn sign(app: &TestApp) -> String {
    sign_heads::run(&app.app, app.app.now()).unwrap().words
}

/// Statements by somebody who may write to the database and not read the key.
fn tamper(app: &TestApp, statements: &str) {
    let url = &app.app.config.database_url;
    let mut conn: AnyConnection = store::portable::Manager::new(url).unwrap().connect().unwrap();
    let free = match conn {
        AnyConnection::Sqlite(_) => {
            "DROP TRIGGER ledger_no_delete; DROP TRIGGER tests_no_delete; DROP TRIGGER ledger_heads_forward; \
             DROP TRIGGER signed_heads_no_update; PRAGMA foreign_keys = OFF;"
        }
        AnyConnection::Postgres(_) => {
            "ALTER TABLE ledger DISABLE TRIGGER USER; ALTER TABLE tests DISABLE TRIGGER USER; \
             ALTER TABLE ledger_heads DISABLE TRIGGER USER; ALTER TABLE signed_heads DISABLE TRIGGER USER; \
             ALTER TABLE signed_heads DROP CONSTRAINT signed_heads_customer_id_seq_fkey;"
        }
    };
    conn.batch_execute(free).unwrap();
    conn.batch_execute(statements).unwrap();
}

const CUT: &str = "DELETE FROM tests WHERE seq = 3; DELETE FROM ledger WHERE seq = 3; UPDATE ledger_heads SET seq = 2, \
     hash = (SELECT hash FROM ledger WHERE ledger.customer_id = ledger_heads.customer_id AND seq = 2)";

#[actix_web::test]
async fn heads_are_signed_once_and_the_key_stays_outside_the_database() {
    let app = TestApp::new();
    assert!(sign(&app).contains("nothing new"));
    recorded(&app, 3).await;
    assert!(sign(&app).starts_with("signed 1 heads"));
    assert!(sign(&app).contains("nothing new"));
    let checked = check(&app).unwrap();
    assert_eq!((checked.signed, checked.keys.len()), (1, 1));
    let page = app.client(Role::Administrator).get("/settings").await.expect(200).text();
    assert!(page.contains(checked.keys.first().unwrap()));
    let head = app.app.store.read(|conn| latest_of(conn, None)).unwrap().remove(&1).unwrap();
    assert_eq!(SignedHead::read(&head.line()), Some(head.clone()));
    assert!(head.is_sound());
    let longer = SignedHead { seq: 4, ..head };
    assert!(!longer.is_sound(), "another head needs another signature");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(app.app.config.key_path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{mode:o}");
    }
}

#[actix_web::test]
async fn a_tail_cut_off_clean_is_found_from_the_last_signed_head() {
    let app = TestApp::new();
    recorded(&app, 3).await;
    sign(&app);
    tamper(&app, CUT);
    let broken = check(&app).unwrap_err();
    assert!(broken.why.contains("its end is gone"), "{broken}");
}

#[actix_web::test]
async fn a_signed_head_moved_to_fit_is_no_longer_sound() {
    let app = TestApp::new();
    recorded(&app, 3).await;
    sign(&app);
    let moved = "UPDATE signed_heads SET seq = 2, hash = (SELECT hash FROM ledger WHERE seq = 2)";
    tamper(&app, &format!("{CUT}; {moved}"));
    let broken = check(&app).unwrap_err();
    assert!(broken.what.starts_with("signed head 2") && broken.why.contains("signature"), "{broken}");
}
