//! The search document of a job: its words, and the facets by which lists are narrowed.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::search_text;

use super::Job;
use crate::error::Result;
use crate::portable::AnyConnection;
use crate::schema::{assets, customers, job_assets, job_things, jobs, sites};
use crate::search::{Facet, Index, expect_many, index_document, index_new, tidy};

/// What a job's document takes from its assets, or from a thing that is none of ours.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
struct Thing {
    job_id: i64,
    tag: String,
    description: String,
    make: String,
    model: String,
    serial: String,
    category_id: Option<i64>,
    model_id: Option<i64>,
}

/// Writes a job's search document anew: after any change of its words, assets or whether it is open.
///
/// # Errors
/// The database's.
pub fn reindex_job(conn: &mut AnyConnection, id: i64) -> Result<()> {
    let job: Job = Job::query().filter(jobs::id.eq(id)).first(conn)?;
    for (id, words, facets) in documents(conn, std::slice::from_ref(&job))? {
        index_document(conn, Index::Jobs, id, (&words, &facets))?;
    }
    Ok(())
}

/// Jobs indexed at once.
const PAGE: i64 = 1000;

/// Writes the search documents of all jobs into an index that is empty.
///
/// # Errors
/// The database's.
pub fn index_all(conn: &mut AnyConnection) -> Result<()> {
    expect_many(conn, Index::Jobs)?;
    let mut last = 0;
    loop {
        let page: Vec<Job> = Job::query().filter(jobs::id.gt(last)).order(jobs::id).limit(PAGE).load(conn)?;
        let Some(end) = page.last().map(|job| job.id) else { break };
        let documents = documents(conn, &page)?;
        index_new(conn, Index::Jobs, documents)?;
        last = end;
    }
    tidy(conn, Index::Jobs)
}

/// The documents of some jobs, with what they have in common looked up once.
///
/// # Errors
/// The database's.
pub fn documents(conn: &mut AnyConnection, jobs: &[Job]) -> Result<Vec<(i64, String, Vec<Facet>)>> {
    let ids: Vec<i64> = jobs.iter().map(|job| job.id).collect();
    let mut things: Vec<Thing> = job_assets::table
        .inner_join(assets::table)
        .filter(job_assets::job_id.eq_any(&ids))
        .select((
            job_assets::job_id,
            assets::tag,
            assets::description,
            assets::make,
            assets::model,
            assets::serial,
            assets::category_id.nullable(),
            assets::model_id,
        ))
        .load(conn)?;
    things.extend(others(conn, &ids)?);
    let mut of_job: HashMap<i64, Vec<&Thing>> = HashMap::new();
    for thing in &things {
        of_job.entry(thing.job_id).or_default().push(thing);
    }
    let mut site_ids: Vec<i64> = jobs.iter().map(|job| job.site_id).collect();
    site_ids.sort_unstable();
    site_ids.dedup();
    let places: Vec<(i64, String, String)> = sites::table
        .inner_join(customers::table)
        .filter(sites::id.eq_any(site_ids))
        .select((sites::id, sites::name, customers::name))
        .load(conn)?;
    let places: HashMap<i64, (String, String)> =
        places.into_iter().map(|(id, site, customer)| (id, (site, customer))).collect();
    let none = vec![];
    let document = |job: &Job| {
        let things = of_job.get(&job.id).unwrap_or(&none);
        (job.id, words(job, places.get(&job.site_id), things), facets(job, things))
    };
    Ok(jobs.iter().map(document).collect())
}

/// What jobs of other systems are about; why one was not repaired is part of what it was.
fn others(conn: &mut AnyConnection, ids: &[i64]) -> Result<Vec<Thing>> {
    type Row = (i64, String, String, String, Option<i64>);
    let query = job_things::table.filter(job_things::job_id.eq_any(ids)).select((
        job_things::job_id,
        job_things::barrier,
        job_things::make,
        job_things::model,
        job_things::category_id,
    ));
    let thing = |(job_id, description, make, model, category_id): Row| Thing {
        job_id,
        tag: String::new(),
        description,
        make,
        model,
        serial: String::new(),
        category_id,
        model_id: None,
    };
    Ok(query.load::<Row>(conn)?.into_iter().map(thing).collect())
}

fn words(job: &Job, place: Option<&(String, String)>, things: &[&Thing]) -> String {
    let own = [&job.number, &job.title, &job.description, &job.order_number].map(String::as_str);
    let reference = job.source_ref.as_deref();
    let place = place.into_iter().flat_map(|(site, customer)| [site.as_str(), customer]);
    let things = things.iter().flat_map(|thing| {
        [&thing.tag, &thing.description, &thing.make, &thing.model, &thing.serial].map(String::as_str)
    });
    search_text::document(own.into_iter().chain(reference).chain(place).chain(things))
}

fn facets(job: &Job, things: &[&Thing]) -> Vec<Facet> {
    let mut facets =
        vec![Facet::Customer(job.customer_id), Facet::Site(job.site_id), Facet::Open(job.is_open())];
    let mut add = |facet| {
        if !facets.contains(&facet) {
            facets.push(facet);
        }
    };
    for thing in things {
        thing.category_id.into_iter().for_each(|id| add(Facet::Category(id)));
        thing.model_id.into_iter().for_each(|id| add(Facet::Model(id)));
    }
    facets
}
