//! A customer's own people and what they are told of, put straight into the tables.

use diesel::prelude::*;
use domain::job::{JobState, StepKind};
use domain::permission::Role;
use store::schema::{job_assets, job_entries, job_files, job_steps, jobs};
use store::types::{Coded, Moment};
use store::users::Sight;

use super::TestApp;
use super::builders::{Ground, Thing};
use super::client::Client;

impl TestApp {
    /// A client logged in as a person of this customer; kept to these sites where some are given.
    pub fn customers_own(&self, customer_id: i64, sites: Option<Vec<i64>>) -> Client {
        let (id, _) = self.add_user(Role::Viewer, None);
        self.put(|tx| {
            let (user, _) = store::users::find_user(tx, id)?.unwrap();
            let sites = sites.map(|ids| ids.into_iter().map(|id| (customer_id, id)).collect());
            let sight = Sight { customers: Some(vec![customer_id]), sites };
            store::users::update_user(tx, (id, user.version), (Role::Customer, &sight, true))
        });
        self.client_of(id)
    }

    /// A client logged in as this user.
    pub fn client_of(&self, person_id: i64) -> Client {
        let origin = proofmark::actions::log_in::Origin { address: None, user_agent: "test".to_owned() };
        let secret = proofmark::actions::log_in::open_session(&self.app, person_id, &origin).unwrap();
        Client::new(self.app.clone(), Some(secret))
    }

    /// An open job at a site with this number, over a thing where one is given; gives its id.
    pub fn put_job(&self, ground: Ground, number: &str, thing: Option<&Thing>) -> i64 {
        self.put(|tx| {
            let now = Moment::from(tx.now);
            let id: i64 = diesel::insert_into(jobs::table)
                .values((
                    (jobs::customer_id.eq(ground.customer_id), jobs::site_id.eq(ground.site_id)),
                    (
                        jobs::number.eq(number),
                        jobs::kind.eq("repair"),
                        jobs::title.eq(format!("Job {number}")),
                    ),
                    (jobs::state.eq("assigned"), jobs::priority.eq("normal"), jobs::impact.eq("person")),
                    jobs::opened_at.eq(now),
                ))
                .returning(jobs::id)
                .get_result(&mut **tx)?;
            if let Some(thing) = thing {
                let row = (
                    job_assets::job_id.eq(id),
                    job_assets::asset_id.eq(thing.id),
                    job_assets::customer_id.eq(ground.customer_id),
                    job_assets::job_opened_at.eq(now),
                );
                diesel::insert_into(job_assets::table).values(row).execute(&mut **tx)?;
            }
            Ok(id)
        })
    }

    /// A step of a job from one state to another.
    pub fn put_step(&self, (ground, job): (Ground, i64), (from, to): (JobState, JobState), detail: &str) {
        self.put(|tx| {
            let row = (
                (job_steps::job_id.eq(job), job_steps::customer_id.eq(ground.customer_id)),
                (job_steps::at.eq(Moment::from(tx.now)), job_steps::kind.eq(Coded(StepKind::State))),
                (job_steps::from_value.eq(from.to_string()), job_steps::to_value.eq(to.to_string())),
                job_steps::detail.eq(detail),
            );
            diesel::insert_into(job_steps::table).values(row).execute(&mut **tx)?;
            Ok(())
        });
    }

    /// An entry of a job's log.
    pub fn put_entry(&self, (ground, job): (Ground, i64), id: &str, text: &str, internal: bool) {
        self.put(|tx| {
            let now = Moment::from(tx.now);
            let row = (
                (job_entries::id.eq(id), job_entries::job_id.eq(job)),
                (job_entries::customer_id.eq(ground.customer_id), job_entries::kind.eq("work")),
                (job_entries::at.eq(now), job_entries::received_at.eq(now)),
                (job_entries::text.eq(text), job_entries::internal.eq(internal)),
            );
            diesel::insert_into(job_entries::table).values(row).execute(&mut **tx)?;
            Ok(())
        });
    }

    /// A document of a job, of one of its entries where one is given; gives its id.
    pub fn put_job_file(&self, (ground, job): (Ground, i64), entry: Option<&str>, name: &str) -> i64 {
        self.put(|tx| {
            let hash = store::files::put_file(tx, "text/plain", name.as_bytes())?;
            let row = (
                (job_files::customer_id.eq(ground.customer_id), job_files::job_id.eq(job)),
                (job_files::entry_id.eq(entry), job_files::hash.eq(hash), job_files::name.eq(name)),
                job_files::at.eq(Moment::from(tx.now)),
            );
            let insert = diesel::insert_into(job_files::table).values(row);
            Ok(insert.returning(job_files::id).get_result(&mut **tx)?)
        })
    }
}
