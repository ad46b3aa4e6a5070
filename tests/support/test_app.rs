//! An application per test, on a database of its own, with a clock that stands still.

use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use actix_web::web::Data;
use chrono::{DateTime, Duration, Utc};
use domain::event::{Event, Via};
use domain::permission::Role;
use proofmark::actions::set_up::new_person;
use proofmark::app::App;
use proofmark::config::Config;
use proofmark::mail::{Mail, Mailer};
use store::users::{NewUser, Sight};
use store::{Actor, Error};

use super::client::Client;

/// The moment at which every test begins: a Monday morning.
pub const START: &str = "2026-11-23T09:00:00Z";

/// An application under test.
pub struct TestApp {
    pub app: Data<App>,
    clock: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// A migrated file, made once: copying it takes half a millisecond, migrating a hundred.
static TEMPLATE: LazyLock<(tempfile::TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("template.sqlite3");
    let store = ::store::Store::open(&format!("sqlite:{}", file.display()), Arc::new(start)).unwrap();
    drop(store);
    (folder, file)
});

fn start() -> DateTime<Utc> {
    START.parse().unwrap()
}

impl TestApp {
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    /// An application whose configuration the test changes first.
    pub fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config { database_url: database_url(&folder), ..Config::default() };
        config.base_url = "http://proofmark.test".to_owned();
        config.key_file = Some(folder.path().join("key"));
        change(&mut config);
        let clock = Arc::new(AtomicI64::new(start().timestamp_micros()));
        let hand = clock.clone();
        let now = move || DateTime::from_timestamp_micros(hand.load(Ordering::SeqCst)).unwrap();
        let app = App::open(config, Arc::new(now), Mailer::Memory(Default::default())).unwrap();
        Self { app: Data::new(app), clock, _folder: folder }
    }

    /// Another server on the same database, by the same clock.
    pub fn twin(&self) -> App {
        let hand = self.clock.clone();
        let now = move || DateTime::from_timestamp_micros(hand.load(Ordering::SeqCst)).unwrap();
        App::open(self.app.config.clone(), Arc::new(now), Mailer::Memory(Default::default())).unwrap()
    }

    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        self.clock.fetch_add(time.num_microseconds().unwrap(), Ordering::SeqCst);
    }

    /// The mails sent so far.
    pub fn mails(&self) -> Vec<Mail> {
        match &self.app.mailer {
            Mailer::Memory(sent) => sent.lock().unwrap().clone(),
            _ => unreachable!("tests keep mail in memory"),
        }
    }

    /// Adds a user with a role who sees these customers (none: all); the password is "correct horse".
    pub fn add_user(&self, role: Role, customers: Option<Vec<i64>>) -> (i64, String) {
        let number = COUNT.fetch_add(1, Ordering::SeqCst);
        let email = format!("user{number}@proofmark.test");
        let password_hash = Some(self.app.passwords.hash("correct horse").unwrap());
        let id = self
            .app
            .store
            .write(&Actor::operator(Via::Cli), |tx| {
                let person = ::store::people::insert_person(
                    tx,
                    &new_person(&format!("Test {role} {number}"), &email),
                )?;
                let now = tx.now;
                ::store::users::insert_user(
                    tx,
                    &NewUser {
                        person_id: person.id,
                        role,
                        sight: Sight { customers, sites: None },
                        password_hash,
                    },
                    now,
                )?;
                Ok::<_, Error>((person.id, vec![Event::new("user", person.id, "added")]))
            })
            .unwrap();
        (id, email)
    }

    /// A client logged in as a new user.
    pub fn client_for(&self, role: Role, customers: Option<Vec<i64>>) -> Client {
        let (id, _) = self.add_user(role, customers);
        let origin = proofmark::actions::log_in::Origin { address: None, user_agent: "test".to_owned() };
        let secret = proofmark::actions::log_in::open_session(&self.app, id, &origin).unwrap();
        Client::new(self.app.clone(), Some(secret))
    }

    /// A client logged in as a new user who sees everything.
    pub fn client(&self, role: Role) -> Client {
        self.client_for(role, None)
    }

    /// A client without a session.
    pub fn stranger(&self) -> Client {
        Client::new(self.app.clone(), None)
    }

    /// The actor that a new user with a role is, for calling actions directly.
    pub fn actor(&self, role: Role, customers: Option<Vec<i64>>) -> Actor {
        let (id, _) = self.add_user(role, customers);
        self.app.store.read(|conn| ::store::users::act_for(conn, id)).unwrap().unwrap()
    }
}

/// The address of a database of the kind under test with nothing in it yet.
pub fn empty_database(folder: &std::path::Path, name: &str) -> String {
    match std::env::var("TEST_DATABASE_URL") {
        Ok(server) => new_schema(&server),
        Err(_) => format!("sqlite:{}", folder.join(name).display()),
    }
}

fn database_url(folder: &tempfile::TempDir) -> String {
    match std::env::var("TEST_DATABASE_URL") {
        Ok(server) => new_schema(&server),
        Err(_) => {
            let file = folder.path().join("test.sqlite3");
            std::fs::copy(&TEMPLATE.1, &file).unwrap();
            format!("sqlite:{}", file.display())
        }
    }
}

/// A schema of the test's own on the server; old ones stay until the database is dropped.
fn new_schema(server: &str) -> String {
    use diesel::connection::SimpleConnection;
    use diesel::r2d2::ManageConnection;
    let name = format!("t{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
    let manager = ::store::portable::Manager::new(server).unwrap();
    manager.connect().unwrap().batch_execute(&format!("CREATE SCHEMA {name}")).unwrap();
    let mark = if server.contains('?') { '&' } else { '?' };
    format!("{server}{mark}options=-csearch_path%3D{name}")
}
