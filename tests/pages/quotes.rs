//! Quotes: drawn up, sent under a link, answered once.

use domain::charge::{Line, LineKind};
use domain::job::EntryKind;
use domain::permission::{BillJob, Role};
use proofmark::actions::bills::show_bill;
use proofmark::actions::quotes::send_quote;

use crate::support::TestApp;
use crate::support::billing::rates;

fn psu() -> Line {
    Line::one(LineKind::Fixed, "New power supply, fitted", 19_900)
}

/// The path of the link in a page or mail.
fn link(text: &str) -> String {
    let secret = text.split("/q/").nth(1).expect("a link").chars().take(64).collect::<String>();
    format!("/q/{secret}")
}

#[actix_web::test]
async fn a_quote_is_drawn_up_sent_and_approved_without_an_account() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    app.firm_rates(&rates());
    let (engineer, manager) = (app.actor(Role::Engineer, None), app.client(Role::Manager));
    let job = app.begun_job(&engineer, ground, &[app.kettle(ground).id]);
    app.log_work(&engineer, &job.number, EntryKind::Diagnosis, 30);
    let drawn = manager.post(&format!("/jobs/{}/quotes", job.number), &[]).await.expect(303);
    assert!(drawn.location().starts_with("/quotes/1/edit"), "{}", drawn.location());
    let form = manager.get("/quotes/1/edit").await.expect(200).text();
    assert!(form.contains("Work on 23 Nov 2026 (30 min logged)") && form.contains("2026-12-23"), "{form}");
    let fields = [
        ("version", "1"),
        ("kind", "fixed"),
        ("currency", "GBP"),
        ("vat", "20"),
        ("valid_until", "2026-12-23"),
        ("scope", "Change the supply"),
        ("terms", "30 days net"),
        ("line_kind", "fixed"),
        ("line_text", "New power supply, fitted"),
        ("line_quantity", "1"),
        ("line_price", "199"),
        ("line_kind", "labour"),
        ("line_text", "Labour"),
        ("line_quantity", "1:30"),
        ("line_price", "60"),
        ("line_kind", "fixed"),
        ("line_text", ""),
        ("line_quantity", ""),
        ("line_price", ""),
    ];
    manager.post("/quotes/1/edit", &fields).await.expect(303);
    let shown = manager.get("/quotes/1").await.expect(200).text();
    assert!(shown.contains("£289.00") && shown.contains("£346.80") && shown.contains("Draft"), "{shown}");
    let sent =
        manager.post("/quotes/1/send", &[("version", "2"), ("email", "zoe@mills.example")]).await.expect(200);
    let mail = app.mails().pop().expect("a mail");
    assert!(mail.subject.contains("Q-000001") && sent.text().contains("zoe@mills.example"), "{mail:?}");
    let link = link(&mail.body);
    let customer = app.stranger();
    let page = customer.get(&link).await.expect(200);
    for (name, value) in
        [("cache-control", "no-store"), ("x-robots-tag", "noindex"), ("referrer-policy", "no-referrer")]
    {
        assert_eq!(page.headers.get(name).unwrap(), value);
    }
    let text = page.text();
    assert!(text.contains("£346.80") && text.contains("30 days net") && text.contains("Approve"), "{text}");
    let pdf = customer.get(&format!("{link}/quote.pdf")).await.expect(200);
    assert!(pdf.bytes.starts_with(b"%PDF-"));
    let nameless = customer.post(&link, &[("answer", "approve"), ("name", "")]).await.expect(422).text();
    assert!(nameless.contains("fill this in"), "{nameless}");
    let answer = [("answer", "approve"), ("name", "Zoë Müller"), ("order_number", "PO-7")];
    customer.post(&link, &answer).await.expect(303);
    let twice = customer.post(&link, &answer).await.expect(422).text();
    assert!(twice.contains("answered already") && twice.contains("Zoë Müller"), "{twice}");
    let now = app.job_now(&engineer, &job.number);
    assert_eq!(now.order_number, "PO-7", "the job had none");
    let log = app.app.store.read(|conn| store::job_entries::list_entries(conn, &now)).unwrap();
    let last = log.last().unwrap();
    assert!(last.row.text.contains("approved by the customer. Order number PO-7"), "{last:?}");
    assert_eq!(last.who, "Zoë Müller");
    let told = app
        .app
        .store
        .read(|conn| store::notices::list_notices(conn, engineer.person_id().unwrap(), 9))
        .unwrap();
    assert!(told.iter().any(|notice| notice.text.contains("Q-000001")), "{told:?}");
}

#[actix_web::test]
async fn a_fixed_price_once_approved_is_what_is_billed() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    app.firm_rates(&rates());
    let (engineer, manager) = (app.actor(Role::Engineer, None), app.actor(Role::Manager, None));
    let job = app.begun_job(&engineer, ground, &[]);
    let id = app.quote(&manager, &job.number, psu());
    let right = manager.right::<BillJob>().unwrap();
    let sent = send_quote(&app.app, &right, (id, 2), "").unwrap();
    assert!(sent.mailed.is_err(), "nobody's address was given");
    app.stranger().post(&link(&sent.link), &[("answer", "approve"), ("name", "Zoë")]).await.expect(303);
    app.log_work(&engineer, &job.number, EntryKind::Work, 600);
    app.close_job(&engineer, &job.number);
    let left = show_bill(&app.app, &right, &job.number).unwrap().left;
    let shown: Vec<_> = left.iter().map(|line| (line.line.text.as_str(), line.line.net())).collect();
    assert_eq!(shown, [("New power supply, fitted (quote Q-000001)", 19_900)]);
}

#[actix_web::test]
async fn a_quote_is_declined_revised_and_expires() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let (engineer, manager) = (app.actor(Role::Engineer, None), app.actor(Role::Manager, None));
    let job = app.begun_job(&engineer, ground, &[]);
    let id = app.quote(&manager, &job.number, psu());
    let right = manager.right::<BillJob>().unwrap();
    let page = app.client(Role::Manager);
    page.post("/quotes/1/revise", &[("version", "2")]).await.expect(409);
    let first = link(&send_quote(&app.app, &right, (id, 2), "").unwrap().link);
    let again = link(&send_quote(&app.app, &right, (id, 3), "").unwrap().link);
    let customer = app.stranger();
    customer.get(&first).await.expect(404);
    let why = customer.post(&again, &[("answer", "decline"), ("name", "Zoë")]).await.expect(422).text();
    assert!(why.contains("say why"), "{why}");
    let no = [("answer", "decline"), ("name", "Zoë"), ("reason", "Too dear")];
    customer.post(&again, &no).await.expect(303);
    assert!(page.get("/quotes/1").await.expect(200).text().contains("Too dear"));
    page.post("/quotes/1/send", &[("version", "5")]).await.expect(422);
    page.post("/quotes/1/revise", &[("version", "4")]).await.expect(412);
    let next = page.post("/quotes/1/revise", &[("version", "5")]).await.expect(303);
    assert!(next.location().starts_with("/quotes/2/edit"));
    page.post("/quotes/1/revise", &[("version", "5")]).await.expect(409);
    assert!(customer.get(&again).await.expect(200).text().contains("Declined"));
    let second = link(&send_quote(&app.app, &right, (2, 1), "").unwrap().link);
    let third = page.post("/quotes/2/revise", &[("version", "2")]).await.expect(303);
    let third: i64 = third.location().split('/').nth(2).unwrap().parse().unwrap();
    assert!(
        customer.get(&second).await.expect(200).text().contains("Approve"),
        "it stands until the next is sent"
    );
    let last = link(&send_quote(&app.app, &right, (third, 1), "").unwrap().link);
    assert!(customer.get(&second).await.expect(200).text().contains("Superseded"));
    app.pass(chrono::Duration::days(31));
    assert!(customer.get(&last).await.expect(200).text().contains("Expired"));
    let late = customer.post(&last, &[("answer", "approve"), ("name", "Zoë")]).await.expect(422).text();
    assert!(late.contains("has expired"), "{late}");
    let sent = app.app.store.write(&store::Actor::operator(domain::event::Via::Cli), |tx| {
        use diesel::prelude::*;
        use store::schema::quotes;
        diesel::update(quotes::table).set(quotes::content.eq("{}")).execute(&mut **tx)?;
        Ok::<_, store::Error>(((), vec![domain::event::Event::new("test", 0, "changed")]))
    });
    assert!(sent.unwrap_err().to_string().contains("append-only"), "what was sent stays");
}

#[actix_web::test]
async fn two_who_answer_at_once_are_one_answer() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let (engineer, manager) = (app.actor(Role::Engineer, None), app.actor(Role::Manager, None));
    let job = app.begun_job(&engineer, ground, &[]);
    let id = app.quote(&manager, &job.number, psu());
    let sent = send_quote(&app.app, &manager.right().unwrap(), (id, 2), "").unwrap();
    let secret = sent.link.rsplit('/').next().unwrap().to_owned();
    let reply =
        proofmark::actions::quotes::Reply { approve: true, name: "Zoë".to_owned(), ..Default::default() };
    let answer = || proofmark::actions::quotes::answer_by_link(&app.app, &secret, None, &reply).is_ok();
    let done: Vec<bool> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(answer)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(done.iter().filter(|done| **done).count(), 1, "{done:?}");
}

#[actix_web::test]
async fn bad_and_foreign_quotes_are_refused() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let (engineer, manager) = (app.actor(Role::Engineer, None), app.actor(Role::Manager, None));
    let job = app.begun_job(&engineer, theirs, &[]);
    app.quote(&manager, &job.number, psu());
    let some = app.client_for(Role::Manager, Some(vec![ours.customer_id]));
    for path in ["/quotes/1", "/quotes/1/edit", "/quotes/1.pdf", "/quotes/9", "/q/0000", "/q/0000/quote.pdf"]
    {
        some.get(path).await.expect(404);
    }
    some.post(&format!("/jobs/{}/quotes", job.number), &[]).await.expect(404);
    for path in ["/quotes/1/edit", "/quotes/1/send", "/quotes/1/revise", "/q/0000"] {
        some.post(path, &[("version", "2"), ("answer", "approve"), ("name", "A")]).await.expect(404);
    }
    let all = app.client(Role::Manager);
    let good = [("version", "2"), ("kind", "fixed"), ("currency", "GBP"), ("valid_until", "2026-12-23")];
    let line = |text, quantity, price| {
        [("line_kind", "fixed"), ("line_text", text), ("line_quantity", quantity), ("line_price", price)]
    };
    for (line, says) in [
        (line("", "1", "5"), "say what it is for"),
        (line("A", "none", "5"), "no quantity"),
        (line("A", "1", "free"), "not an amount"),
    ] {
        let answer = all.post("/quotes/1/edit", &[good.as_slice(), &line].concat()).await.expect(422).text();
        assert!(answer.contains(says), "{says}: {answer}");
    }
    let short = [good.as_slice(), &[("line_text", "A")]].concat();
    all.post("/quotes/1/edit", &short).await.expect(422);
    all.post("/quotes/1/edit", &[("version", "1"), good[1], good[2], good[3]]).await.expect(409);
    all.post("/quotes/1/edit", &good).await.expect(303);
    let empty = all.post("/quotes/1/send", &[("version", "3")]).await.expect(422).text();
    assert!(empty.contains("at least one line"), "{empty}");
    let mail = all.post("/quotes/1/send", &[("version", "3"), ("email", "nobody")]).await.expect(422).text();
    assert!(mail.contains("not a mail address"), "{mail}");
    app.client(Role::Engineer).post("/quotes/1/send", &[("version", "3")]).await.expect(403);
    app.client(Role::Engineer).get("/quotes/1").await.expect(200);
}

#[actix_web::test]
async fn trying_links_is_slowed_down() {
    let app = TestApp::new();
    let stranger = app.stranger();
    let mut last = 0;
    for _ in 0..30 {
        last = stranger.get("/q/0123").await.status.as_u16();
    }
    assert_eq!(last, 429);
}

#[actix_web::test]
async fn what_was_approved_is_billed_as_it_was_approved_also_without_rates() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let (engineer, manager) = (app.actor(Role::Engineer, None), app.actor(Role::Manager, None));
    let right = manager.right::<BillJob>().unwrap();
    let job = app.begun_job(&engineer, ground, &[]);
    app.log_work(&engineer, &job.number, EntryKind::Work, 60);
    let customer = app.stranger();
    let yes = [("answer", "approve"), ("name", "Zoë")];
    for id in [1, 2] {
        assert_eq!(app.quote(&manager, &job.number, psu()), id);
        let link = link(&send_quote(&app.app, &right, (id, 2), "").unwrap().link);
        customer.post(&link, &yes).await.expect(303);
    }
    // A next revision takes the place of what was approved only when it is approved itself.
    app.client(Role::Manager).post("/quotes/2/revise", &[("version", "4")]).await.expect(303);
    let late = link(&send_quote(&app.app, &right, (3, 1), "").unwrap().link);
    app.close_job(&engineer, &job.number);
    let refused = customer.post(&late, &yes).await.expect(422).text();
    assert!(refused.contains("done and closed"), "{refused}");
    let firm = app.client(Role::Manager);
    assert!(firm.get("/quotes").await.expect(200).text().contains("/quotes/3"), "it waits still");
    let approved = firm.get("/quotes?state=approved").await.expect(200).text();
    assert!(approved.contains("/quotes/1\"") && !approved.contains("/quotes/3\""), "{approved}");
    let bill = show_bill(&app.app, &right, &job.number).unwrap();
    let lines: Vec<_> = bill.left.iter().map(|line| (line.source.as_str(), line.line.net())).collect();
    assert_eq!(lines, [("quote:Q-000001:1", 19_900), ("quote:Q-000002:1", 19_900)]);
}
