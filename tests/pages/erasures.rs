//! Erasing a person: the name goes from everywhere it can, and what was proven stays proven.

use std::io::Read;

use domain::permission::{ErasePerson, Role};
use proofmark::actions::erasures::{self, Erase};
use serde_json::json;
use store::verify::verify;

use super::certificates::signed::{records, sign};
use super::certificates::words;
use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::jobs::{begin_job, find_in_job, open_job};
use crate::support::tester_files::{SOUND, patguard};

const NAME: &str = "Marigold Quillfeather";
const EMAIL: &str = "marigold@quillfeather.example";
const TEST: &str = "01939fa2-6d3c-7c1e-9a55-2f6e1f0a0001";

fn is_whole(app: &TestApp) {
    let checked = app.app.store.read(|conn| verify(conn, &[], &mut |_| {})).unwrap();
    checked.unwrap_or_else(|broken| panic!("{broken}"));
}

/// Everything that a backup holds, in one piece.
fn backup(app: &TestApp) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");
    let write = |conn: &mut _| store::backup::write_file(conn, &file, app.app.now(), &mut |_| {});
    app.app.store.read(write).unwrap();
    let mut bytes = vec![];
    flate2::read::GzDecoder::new(std::fs::File::open(&file).unwrap()).read_to_end(&mut bytes).unwrap();
    bytes
}

/// The database's own files; none on a server.
fn files(app: &TestApp) -> Vec<Vec<u8>> {
    let Some(path) = app.app.config.database_url.strip_prefix("sqlite:") else { return vec![] };
    let all = [path.to_owned(), format!("{path}-wal")];
    all.iter().filter_map(|path| std::fs::read(path).ok()).collect()
}

fn holds(bytes: &[u8], words: &str) -> bool {
    let lower: Vec<u8> = bytes.to_ascii_lowercase();
    lower.windows(words.len()).any(|part| part == words.to_lowercase().as_bytes())
}

/// Marigold with a log-in, a test, a certificate, a thing in her hands and entries in the log of changes.
async fn marigold(app: &TestApp) -> (i64, Client) {
    let administrator = app.client(Role::Administrator);
    let form = [
        ("name", NAME),
        ("email", EMAIL),
        ("role", "engineer"),
        ("qualification", "Quillfeather diploma"),
        ("sees", "all"),
        ("active", "on"),
        ("password", "correct horse battery"),
    ];
    administrator.post("/users/new", &form).await.expect(303);
    let found = app.app.store.read(|conn| store::users::find_user_by_email(conn, EMAIL)).unwrap();
    let id = found.unwrap().0.person_id;
    let origin = proofmark::actions::log_in::Origin { address: None, user_agent: "test".to_owned() };
    let secret = proofmark::actions::log_in::open_session(&app.app, id, &origin).unwrap();
    let engineer = Client::new(app.app.clone(), Some(secret));
    let kettle = app.kettle(app.ground("Mills"));
    let path = format!("/assets/{}/test/formal_visual", kettle.tag);
    engineer.post(&path, &[("id", TEST), ("all_good", "yes")]).await.expect(303);
    engineer.post("/certificates", &[("test", TEST)]).await.expect(303);
    let version = app.app.store.read(|conn| {
        let actor = store::Actor::operator(domain::event::Via::Cli);
        store::assets::find_asset(conn, actor.scope(), kettle.id).map(|asset| asset.version)
    });
    let version = version.unwrap().to_string();
    let out = [("version", version.as_str()), ("do", "out"), ("holder", NAME)];
    engineer.post(&format!("/assets/{}/custody", kettle.id), &out).await.expect(303);
    engineer.post("/account/tokens", &[("name", "Quillfeather's phone")]).await;
    (id, engineer)
}

#[actix_web::test]
async fn a_person_who_left_is_erased_and_the_proof_stays() {
    let app = TestApp::new();
    let (id, engineer) = marigold(&app).await;
    let administrator = app.client(Role::Administrator);
    assert!(holds(&backup(&app), "quillfeather"), "the test would be blind");
    let paper = administrator.get("/certificates/C-000001.pdf").await.expect(200);
    assert!(words(&paper.bytes).is_none_or(|text| text.contains(NAME)), "the test would be blind");
    let page = administrator.get("/certificates/C-000001").await.expect(200).text();
    let code = format!("/c/{}", page.split("/c/").nth(1).unwrap().split('"').next().unwrap());

    let page = administrator.get("/erasures?q=quillfeather").await.expect(200).text();
    for text in
        [NAME, EMAIL, "user, engineer, 1 test", "1 document names", "Who has an asset now", "log of changes"]
    {
        assert!(page.contains(text), "{text}: {page}");
    }
    let person = id.to_string();
    let mut form = vec![("q", "quillfeather"), ("person", person.as_str()), ("reason", "Left; asked for it")];
    form.extend(["assets.custodian", "custody.holder", "events.changes"].map(|text| ("text", text)));
    let named =
        [("q", "quillfeather"), ("person", person.as_str()), ("reason", "Marigold Quillfeather left")];
    let refused = administrator.post("/erasures", &named).await.expect(422).text();
    assert!(refused.contains("holds the name"), "{refused}");
    administrator.post("/erasures", &form).await.expect(303);
    erasures::finish(&app.app, i64::MAX).unwrap();
    is_whole(&app);

    assert_eq!(engineer.get("/").await.status.as_u16(), 303, "the session is gone");
    assert!(!administrator.get("/users").await.expect(200).text().contains("Quillfeather"));
    let shown = administrator.get(&format!("/tests/{TEST}")).await.expect(200).text();
    assert!(shown.contains(&format!("erased (person {id})")) && shown.contains("PASS"), "{shown}");
    let page = administrator.get("/certificates/C-000001").await.expect(200).text();
    assert!(page.contains("Superseded: personal data erased") && page.contains("revision 2"), "{page}");
    let old = administrator.get("/certificates/C-000001.pdf?revision=1").await.expect(404).text();
    assert!(old.contains("personal data in it were erased"), "{old}");
    let paper = administrator.get("/certificates/C-000001.pdf").await.expect(200);
    assert!(words(&paper.bytes).is_none_or(|text| !text.contains("Quillfeather") && text.contains("erased")));
    let public = app.stranger().get(&code).await.expect(200).text();
    assert!(public.contains("Genuine") && public.contains("personal data were erased"), "{public}");
    let none = administrator.get("/erasures?q=quillfeather").await.expect(200).text();
    assert!(none.contains("Nobody on file") && !none.contains("And in these texts"), "{none}");

    for word in ["quillfeather", "marigold"] {
        assert!(!holds(&backup(&app), word), "{word} stands in the backup");
        for (at, bytes) in files(&app).iter().enumerate() {
            assert!(!holds(bytes, word), "{word} stands in the database's file {at}");
        }
    }
}

#[actix_web::test]
async fn whoever_worked_on_jobs_is_erased_from_them_too() {
    let app = TestApp::new();
    let (id, engineer) = marigold(&app).await;
    let administrator = app.client(Role::Administrator);
    let tag = app.app.store.read(|conn| {
        let actor = store::Actor::operator(domain::event::Via::Cli);
        store::assets::find_asset(conn, actor.scope(), 1).map(|asset| asset.tag)
    });
    let title = format!("{NAME}'s kettle does not heat");
    let number = open_job(&engineer, "Mills", ("repair", &title), &[&tag.unwrap()]).await;
    let job = format!("/jobs/{number}");
    let person = id.to_string();
    engineer.post(&format!("{job}/watch"), &[("watch", "yes")]).await.expect(303);
    administrator
        .post(&format!("{job}/assign"), &[("version", "1"), ("assignee", &person)])
        .await
        .expect(303);
    let booked = [
        ("job", number.as_str()),
        ("person_id", person.as_str()),
        ("on", "2026-12-01"),
        ("at", "09:00"),
        ("minutes", "60"),
        ("note", "Meet Marigold Quillfeather at the gate"),
    ];
    administrator.post("/appointments/new", &booked).await.expect(303);
    find_in_job(
        &engineer,
        &number,
        json!({ "symptom": "Leaks", "cause": "Wear", "fix": "Part replaced", "words": "the seal" }),
    )
    .await
    .expect(201);

    let page = administrator.get("/erasures?q=quillfeather").await.expect(200).text();
    let boxes = page.split("name=\"text\" value=\"").skip(1);
    let texts: Vec<&str> = boxes.filter_map(|rest| rest.split('"').next()).collect();
    for text in ["jobs.title", "appointments.note", "notices.text", "events.changes"] {
        assert!(texts.contains(&text), "{text} is not in {texts:?}");
    }
    let mut form = vec![("q", "quillfeather"), ("person", person.as_str()), ("reason", "Left; asked for it")];
    form.extend(texts.iter().map(|text| ("text", *text)));
    administrator.post("/erasures", &form).await.expect(303);
    erasures::finish(&app.app, i64::MAX).unwrap();
    is_whole(&app);
    let shown = administrator.get(&job).await.expect(200).text();
    assert!(shown.contains(&format!("erased (person {id})")) && !shown.contains("Quillfeather"), "{shown}");
    assert!(!holds(&backup(&app), "quillfeather"), "the name stands in the backup");
    for (at, bytes) in files(&app).iter().enumerate() {
        assert!(!holds(bytes, "quillfeather"), "the name stands in the database's file {at}");
    }
    // What was written into the log of a job stays, and that is said.
    let other = begin_job(&administrator, "Mills", &[]).await;
    let text = [("text", "Odette Nightjar has the key.")];
    administrator.post(&format!("/jobs/{other}/entries"), &text).await.expect(303);
    let page = administrator.get("/erasures?q=Odette+Nightjar").await.expect(200).text();
    assert!(
        page.contains("It stays in what was proven") && page.contains("Log entries of jobs (1)"),
        "{page}"
    );
}

#[actix_web::test]
async fn bytes_that_go_without_a_record_of_it_are_missed() {
    use diesel::prelude::*;
    let app = TestApp::new();
    marigold(&app).await;
    let erase = |tx: &mut store::Tx| {
        let (at, files) = (store::types::Moment::from(tx.now), store::schema::files::table);
        let set = (store::schema::files::bytes.eq(Vec::<u8>::new()), store::schema::files::erased_at.eq(at));
        diesel::update(files).set(set).execute(&mut **tx).map_err(store::Error::from)
    };
    let refused = app.app.store.keep_house(|tx| erase(tx));
    assert!(refused.unwrap_err().to_string().contains("append-only"));
    app.put(|tx| store::erasures::with_erasing(tx, |tx| erase(tx)));
    let broken = app.app.store.read(|conn| verify(conn, &[], &mut |_| {})).unwrap().unwrap_err();
    assert!(broken.what.starts_with("file ") && broken.why.contains("altered"), "{broken}");
}

#[actix_web::test]
async fn the_last_administrator_stays_and_open_visits_are_told_of() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let (id, _) = app.add_user(Role::Administrator, None);
    let operator = store::Actor::operator(domain::event::Via::Cli);
    let right = operator.right::<ErasePerson>().unwrap();
    let what = Erase { people: vec![id], reason: "left".to_owned(), ..Erase::default() };
    let refused = erasures::erase(&app.app, &right, &what).unwrap_err();
    assert!(refused.to_string().contains("last one"), "{refused}");
    let administrator = app.client(Role::Administrator);
    let (site, person) = (ground.site_id.to_string(), id.to_string());
    let visit = [
        ("site", site.as_str()),
        ("person_id", person.as_str()),
        ("starts_on", "2026-11-23"),
        ("ends_on", "2026-11-23"),
    ];
    administrator.post("/visits/new", &visit).await.expect(303);
    let page = administrator.get("/erasures?q=Test+administrator").await.expect(200).text();
    assert!(page.contains("1 visit of theirs is open"), "{page}");
    erasures::erase(&app.app, &right, &what).unwrap();
    let again = erasures::erase(&app.app, &right, &what).unwrap_err();
    assert!(again.to_string().contains("no such person"), "{again}");
    is_whole(&app);
    app.client_for(Role::Administrator, Some(vec![1])).get("/erasures?q=Test").await.expect(403);
    app.client(Role::Manager).get("/erasures").await.expect(403);
}

#[actix_web::test]
async fn who_has_no_user_is_found_in_files_and_under_signatures() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let administrator = app.client(Role::Administrator);
    let row = format!(
        "Mills,Head office,Kitchen,K-1,Kettle,Class I,Portable,20/11/2026,P,,Ottoline Farthing,{SOUND}"
    );
    let file = patguard(&[&row]);
    let sent =
        super::test_imports::send(&administrator, ground.customer_id, file.as_bytes()).await.expect(303);
    let import = sent.location().to_owned();
    administrator.post(&import, &[("do", "publish")]).await.expect(303);
    let site = ground.site_id.to_string();
    let query = format!("site={site}&from=2026-11-01&to=2026-11-30");
    let seen = records(&administrator, &query).await;
    let fields = [
        ("site", site.as_str()),
        ("from", "2026-11-01"),
        ("to", "2026-11-30"),
        ("name", "Zebedee Farthing"),
        ("records", seen.as_str()),
    ];
    sign(&administrator, &super::account::png(300, 100), &fields).await.expect(303);
    let page = administrator.get("/erasures?q=farthing").await.expect(200).text();
    for text in
        ["named in testers&#39; files, 1 test", "1 signature for a customer", "Records waiting in imports"]
    {
        assert!(page.contains(text), "{text}: {page}");
    }
    let operator = store::Actor::operator(domain::event::Via::Cli);
    let right = operator.right::<ErasePerson>().unwrap();
    let report = erasures::find_named(&app.app, &right, "farthing").unwrap();
    assert!(report.fixed.is_empty(), "a file's names stay out of the ledger: {:?}", report.fixed);
    let what = Erase {
        people: report.people.iter().map(|(one, _)| one.person.id).collect(),
        texts: report.texts.iter().map(|(text, _)| text.code.to_owned()).collect(),
        reason: "asked for".to_owned(),
        ..Erase::default()
    };
    assert_eq!(what.people.len(), 2);
    let done = erasures::erase(&app.app, &right, &what).unwrap();
    assert_eq!(done.documents, 1);
    assert_eq!(erasures::finish(&app.app, i64::MAX).unwrap(), 1);
    is_whole(&app);
    assert!(!holds(&backup(&app), "farthing"));
    assert!(files(&app).iter().all(|bytes| !holds(bytes, "farthing")));
}
