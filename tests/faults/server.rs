//! The real program on a database of the test's own, and a client that knows what was acknowledged.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::event::{Event, Via};
use domain::permission::Role;
use store::api_tokens::NewApiToken;
use store::{Actor, Error, Store};

pub const SECRET: &str = "a-secret-for-the-fault-tests";

/// How many rounds a fault test runs.
pub fn rounds(default: usize) -> usize {
    std::env::var("PROOFMARK_ROUNDS")
        .map_or(default, |text| text.parse().expect("PROOFMARK_ROUNDS is a number"))
}

/// A running server.
pub struct Server {
    pub child: Child,
    pub base: String,
}

impl Server {
    /// Starts the program; `shell` goes before it, such as a limit.
    pub fn start(database: &Path, shell: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let command = format!(
            "{shell} exec '{}' --database 'sqlite:{}' serve --bind 127.0.0.1:{port}",
            env!("CARGO_BIN_EXE_proofmark"),
            database.display()
        );
        let child = Command::new("sh")
            .args(["-c", &command])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { child, base: format!("http://127.0.0.1:{port}") };
        server.wait_until_up();
        server
    }

    fn wait_until_up(&self) {
        let begun = Instant::now();
        while agent().get(format!("{}/healthz", self.base)).call().is_err() {
            assert!(begun.elapsed() < Duration::from_secs(5), "not up again within 5 s");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Records a passed visual inspection; the status, or nothing when no answer came.
    pub fn record(&self, tag: &str, id: &str) -> Option<u16> {
        let body = serde_json::json!({
            "id": id, "kind": "formal_visual", "ruleset": "iet5", "performed_at": "2026-11-20T10:00:00Z",
            "visual": {"plug": "pass", "enclosure": "pass"}, "readings": [], "note": ""
        });
        let url = format!("{}/api/v1/assets/{tag}/tests", self.base);
        let request = agent().post(url).header("authorization", format!("Bearer {SECRET}"));
        let sent = request.header("content-type", "application/json").send(body.to_string());
        sent.ok().map(|answer| answer.status().as_u16())
    }

    /// The status of an asset's page in the API.
    pub fn read(&self, tag: &str) -> u16 {
        let request = agent().get(format!("{}/api/v1/assets/{tag}", self.base));
        request.header("authorization", format!("Bearer {SECRET}")).call().unwrap().status().as_u16()
    }

    pub fn signal(&self, name: &str) {
        Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
    }

    /// Kills it where it stands.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

pub fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder().http_status_as_error(false);
    config.timeout_global(Some(Duration::from_secs(30))).build().into()
}

/// Opens the database in this process, for looking at what is really there.
pub fn open(database: &Path) -> Store {
    Store::open(
        &format!("sqlite:{}", database.display()),
        Arc::new(|| "2026-11-22T12:00:00Z".parse().unwrap()),
    )
    .unwrap()
}

/// A customer with assets under these tags and a token that may test them.
pub fn prepare(database: &Path, assets: usize) -> Vec<String> {
    let store = open(database);
    let actor = Actor::operator(Via::Cli);
    store
        .write(&actor, |tx| {
            let now = tx.now;
            let person = store::people::insert_person(
                tx,
                &proofmark::actions::set_up::new_person("Eve Engineer", "eve@x.test"),
            )?;
            let user = store::users::NewUser {
                person_id: person.id,
                role: Role::Engineer,
                sight: Default::default(),
                password_hash: None,
            };
            store::users::insert_user(tx, &user, now)?;
            let hash = store::ledger::sha256(SECRET.as_bytes());
            let (name, created_at) = ("faults".to_owned(), now.into());
            let token = NewApiToken {
                hash,
                person_id: person.id,
                name,
                read_only: false,
                customer_id: None,
                created_at,
            };
            store::api_tokens::insert_api_token(tx, &token)?;
            let ground = crate::server::ground::ground(tx)?;
            let tags = (0..assets).map(|_| ground.asset(tx)).collect::<Result<Vec<_>, Error>>()?;
            Ok::<_, Error>((tags, vec![Event::new("test", 0, "prepared")]))
        })
        .unwrap()
}

/// How many tests of an id are stored, and that the chain is whole.
pub fn stored(database: &Path, ids: &[String]) -> usize {
    use diesel::prelude::*;
    use store::schema::{customers, tests};
    let store = open(database);
    store
        .read(|conn| {
            let customer: i64 = customers::table.select(customers::id).first(conn)?;
            store::verify::check_chain(conn, customer)?.expect("the chain is whole");
            let mut found = 0;
            for id in ids {
                found += tests::table.filter(tests::id.eq(id)).count().get_result::<i64>(conn)? as usize;
            }
            Ok::<_, Error>(found)
        })
        .unwrap()
}

mod ground {
    use domain::equipment::{EquipmentClass, EquipmentType};
    use domain::tag::{Tag, TagKind};
    use store::{Error, Tx};

    use crate::builders::{Ground, category_fields, kettle_fields, site_fields};

    pub struct Base(Ground, i64);

    pub fn ground(tx: &mut Tx) -> Result<Base, Error> {
        let fields = store::customers::CustomerFields { name: "Mills".to_owned(), ..Default::default() };
        let customer_id = store::customers::insert_customer(tx, &fields)?;
        let site_id = store::sites::insert_site(tx, customer_id, &site_fields("Head office"))?;
        let room =
            store::places::PlaceFields { name: "Kitchen".to_owned(), environment: None, archived: false };
        let place_id = store::places::insert_place(tx, (customer_id, site_id), None, &room)?;
        let category = category_fields("Kettle", EquipmentClass::I, EquipmentType::Portable);
        let category_id = store::categories::insert_category(tx, category)?;
        Ok(Base(Ground { customer_id, site_id, place_id }, category_id))
    }

    impl Base {
        pub fn asset(&self, tx: &mut Tx) -> Result<String, Error> {
            let tag = Tag::generate(proofmark::app::random_u64).to_string();
            let id =
                store::assets::insert_asset(tx, self.0.customer_id, &tag, kettle_fields(self.0, self.1))?;
            store::tags::insert_tag(tx, (&tag, &tag), TagKind::Ours, (self.0.customer_id, id))?;
            Ok(tag)
        }
    }
}
