//! The weekly mail: to each reader what they may see, and never twice.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use chrono::Duration;
use diesel::prelude::*;
use domain::permission::Role;
use proofmark::app::App;
use proofmark::config::Smtp;
use proofmark::jobs;
use proofmark::mail::{Mail, Mailer};
use store::schema::{mails, people, users};

use super::runner::ran;
use crate::support::TestApp;

/// An application one week on: at nine on a Monday the weekly mail is due.
fn one_week_on() -> TestApp {
    let app = TestApp::new();
    ran(&app.app);
    app.pass(Duration::days(7));
    app
}

fn sent(app: &App) -> Vec<Mail> {
    match &app.mailer {
        Mailer::Memory(sent) => sent.lock().unwrap().clone(),
        _ => unreachable!(),
    }
}

fn set_email(app: &TestApp, person_id: i64, email: &str) {
    app.put(|tx| {
        diesel::update(people::table.find(person_id)).set(people::email.eq(email)).execute(&mut **tx)?;
        Ok(())
    });
}

#[test]
fn each_reader_gets_what_they_may_see() {
    let app = one_week_on();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let late = app.due_kettle(ours, "2026-11-27");
    app.due_kettle(ours, "2026-12-02");
    let foreign = app.due_kettle(theirs, "2026-11-01");
    app.lock(&foreign, "damaged plug");
    let unproven = app.kettle(ours);
    app.test_incompletely(&unproven);
    app.add_user(Role::Viewer, Some(vec![ours.customer_id]));
    app.add_user(Role::Manager, None);
    app.add_user(Role::Viewer, Some(vec![]));
    ran(&app.app);
    let mails = app.mails();
    assert_eq!(mails.len(), 2, "nothing to tell is not told");
    let (viewer, manager) = (&mails[0].body, &mails[1].body);
    assert_eq!(mails[0].subject, "Week of 30 November 2026: 1 overdue, 0 failed");
    assert!(viewer.contains("Overdue: 1, of which 1 fell due last week."), "{viewer}");
    assert!(viewer.contains("Due in the coming seven days: 1.") && viewer.contains(&late.tag));
    assert!(viewer.contains(&unproven.tag) && viewer.contains("3 days overdue"), "{viewer}");
    assert!(!viewer.contains(&foreign.tag) && !viewer.contains("Theirs"));
    assert!(manager.contains(&foreign.tag) && manager.contains("damaged plug"), "{manager}");
    assert!(viewer.contains("http://proofmark.test/due") && viewer.contains("http://proofmark.test/account"));
}

#[test]
fn nobody_gets_it_twice_in_a_week_and_everybody_again_the_week_after() {
    let app = one_week_on();
    app.due_kettle(app.ground("Mills"), "2026-11-11");
    for _ in 0..3 {
        app.add_user(Role::Viewer, None);
    }
    let twins: Vec<App> = (0..3).map(|_| app.twin()).collect();
    std::thread::scope(|scope| {
        twins.iter().for_each(|twin| {
            scope.spawn(|| ran(twin));
        });
    });
    let total = || twins.iter().map(|twin| sent(twin).len()).sum::<usize>() + app.mails().len();
    assert_eq!(total(), 3);
    app.pass(Duration::days(2));
    ran(&app.app);
    assert_eq!(total(), 3);
    app.pass(Duration::days(5));
    ran(&app.app);
    assert_eq!(total(), 6);
}

#[test]
fn two_servers_that_both_believe_it_their_turn_send_one_mail() {
    let app = one_week_on();
    app.due_kettle(app.ground("Mills"), "2026-11-11");
    app.add_user(Role::Viewer, None);
    let turn = jobs::Schedule::Mondays(7).latest(app.app.now());
    let twin = app.twin();
    jobs::weekly_mail::run(&app.app, turn).unwrap();
    jobs::weekly_mail::run(&twin, turn).unwrap();
    assert_eq!((app.mails().len(), sent(&twin).len()), (1, 0));
}

#[test]
fn a_server_that_died_between_writing_down_and_sending_sends_nothing_later() {
    let app = one_week_on();
    app.due_kettle(app.ground("Mills"), "2026-11-11");
    let (person_id, _) = app.add_user(Role::Viewer, None);
    let claim = |tx: &mut store::Tx| store::mails::claim_mail(tx, person_id, "weekly_mail", "2026-W49");
    assert_eq!(app.app.store.keep_house(claim).unwrap(), Some(1));
    ran(&app.app);
    app.pass(Duration::hours(2));
    ran(&app.app);
    assert!(app.mails().is_empty());
}

#[test]
fn a_mail_that_failed_is_tried_once_more_an_hour_later() {
    let app = one_week_on();
    app.due_kettle(app.ground("Mills"), "2026-11-11");
    let (lasting, _) = app.add_user(Role::Viewer, None);
    let (mended, _) = app.add_user(Role::Viewer, None);
    set_email(&app, lasting, "no address at all");
    set_email(&app, mended, "neither this");
    assert_eq!(ran(&app.app), ["clean_up", "weekly_mail"]);
    app.pass(Duration::minutes(30));
    assert!(ran(&app.app).is_empty(), "not before the hour");
    set_email(&app, mended, "mended@proofmark.test");
    app.pass(Duration::minutes(31));
    assert_eq!(ran(&app.app), ["weekly_mail"]);
    assert_eq!(app.mails().len(), 1);
    for _ in 0..4 {
        app.pass(Duration::hours(2));
        ran(&app.app);
    }
    assert_eq!(app.mails().len(), 1);
    let kept = |conn: &mut store::AnyConnection| -> Result<Vec<(i64, String)>, store::Error> {
        let failed = mails::table.filter(mails::sent_at.is_null());
        Ok(failed.select((mails::attempts, mails::error)).load(conn)?)
    };
    let kept = app.app.store.read(kept).unwrap();
    assert!(kept.len() == 1 && kept[0].0 == 2 && kept[0].1.contains("no address at all"), "{kept:?}");
}

#[test]
fn who_ended_it_or_was_shut_out_gets_none() {
    let app = one_week_on();
    app.due_kettle(app.ground("Mills"), "2026-11-11");
    let (quiet, _) = app.add_user(Role::Viewer, None);
    let (gone, _) = app.add_user(Role::Viewer, None);
    app.put(|tx| {
        diesel::update(users::table.find(quiet)).set(users::weekly_mail.eq(false)).execute(&mut **tx)?;
        diesel::update(users::table.find(gone)).set(users::active.eq(false)).execute(&mut **tx)?;
        Ok(())
    });
    ran(&app.app);
    assert!(app.mails().is_empty());
}

/// A mail server that takes one mail and gives back what it was told.
fn mail_server() -> (u16, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        stream.write_all(b"220 test\r\n").unwrap();
        let (mut told, mut in_data) = (String::new(), false);
        while let Some(Ok(line)) = lines.next() {
            told += &format!("{line}\n");
            let answer: &[u8] = match line.as_str() {
                "." => {
                    stream.write_all(b"250 taken\r\n").unwrap();
                    break;
                }
                _ if in_data => continue,
                "DATA" => {
                    in_data = true;
                    b"354 go on\r\n"
                }
                _ => b"250 test\r\n",
            };
            stream.write_all(answer).unwrap();
        }
        told
    });
    (port, thread)
}

#[test]
fn a_line_break_in_a_name_becomes_no_header() {
    let (port, server) = mail_server();
    let smtp =
        Smtp { url: format!("smtp://127.0.0.1:{port}"), from: "Proofmark <pat@proofmark.test>".to_owned() };
    let mailer = Mailer::new(Some(&smtp)).unwrap();
    let mail = Mail {
        name: "Eve\r\nBcc: victim@proofmark.test\r\n".to_owned(),
        address: "eve@proofmark.test".to_owned(),
        subject: "Week\r\nX-Evil: yes\n\nBody of her own".to_owned(),
        body: "Hello\r\n.\r\nMAIL FROM:<evil@proofmark.test>\r\n".to_owned(),
    };
    mailer.send(&mail).unwrap();
    let told = server.join().unwrap();
    let (envelope, message) = told.split_once("DATA\n").unwrap();
    let (headers, _) = message.split_once("\n\n").unwrap();
    assert_eq!(envelope.matches("RCPT TO").count(), 1, "{told}");
    assert!(!headers.lines().any(|line| line.starts_with("Bcc") || line.starts_with("X-Evil")), "{told}");
    // An address with a line break is no address at all.
    let broken = Mail { address: "eve@proofmark.test\r\nRCPT TO:<victim@proofmark.test>".to_owned(), ..mail };
    assert!(mailer.send(&broken).is_err());
}

#[test]
fn hostile_names_stay_on_their_lines() {
    let app = one_week_on();
    let ground = app.ground("Evil\r\nBcc: victim@proofmark.test\r\n\r\nTest");
    app.due_kettle(ground, "2026-11-11");
    let (person_id, _) = app.add_user(Role::Viewer, None);
    app.put(|tx| {
        let name = "Eve\r\nBcc: victim@proofmark.test";
        diesel::update(people::table.find(person_id)).set(people::name.eq(name)).execute(&mut **tx)?;
        Ok(())
    });
    ran(&app.app);
    let mail = &app.mails()[0];
    assert!(!mail.name.contains(['\r', '\n']) && !mail.subject.contains(['\r', '\n']));
    assert!(!mail.body.lines().any(|line| line.starts_with("Bcc:")), "{}", mail.body);
}
