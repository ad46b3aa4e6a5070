//! Opening a job.

use actix_web::web;
use askama::Template;
use domain::job::{Impact, JobKind, Priority};
use domain::permission::{ViewRegister, WorkJob};
use store::customers::list_customers;
use store::sites::{find_site, list_sites};

use super::job_url;
use crate::actions::assets::{Found, scan_in};
use crate::actions::jobs::{self, JobRequest, list_assignable};
use crate::error::{Error, Result};
use crate::web::editing::{Pairs, Sheet};
use crate::web::forms::{Form, options};
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "jobs/new.html")]
struct NewPage {
    chrome: Chrome,
    form: Form,
    sites: Vec<(String, String)>,
    people: Vec<(String, String)>,
    kinds: Vec<(String, String)>,
    priorities: Vec<(String, String)>,
    impacts: Vec<(String, String)>,
}

/// A job as it is typed.
struct Typed {
    site: Option<i64>,
    tags: Vec<String>,
    request: Option<JobRequest>,
}

const SHEET: Sheet<(), Typed> = Sheet {
    fields: &[
        "site",
        "tags",
        "kind",
        "title",
        "description",
        "priority",
        "impact",
        "assignee",
        "order_number",
    ],
    read,
    fill: |()| Form::default(),
};

fn read(form: &mut Form) -> Typed {
    let (site, assignee_id) = (form.id("site"), form.id("assignee"));
    let (kind, priority, impact) =
        (form.required_code("kind"), form.required_code("priority"), form.required_code("impact"));
    let (title, description) = (form.required("title"), form.long_text("description"));
    let order_number = form.text("order_number");
    let tags = form.long_text("tags");
    let tags: Vec<String> = tags.split([',', '\n']).map(|tag| tag.trim().to_owned()).collect();
    let tags: Vec<String> = tags.into_iter().filter(|tag| !tag.is_empty()).collect();
    if site.is_none() && tags.is_empty() && form.error("site").is_none() {
        form.fail("site", "choose the site, or name an asset");
    }
    let request = match (kind, priority, impact) {
        (Some(kind), Some(priority), Some(impact)) => Some(JobRequest {
            site_id: site.unwrap_or_default(),
            assets: vec![],
            kind,
            title,
            description,
            priority,
            impact,
            assignee_id,
            order_number,
        }),
        _ => None,
    };
    Typed { site, tags, request }
}

/// `GET /jobs/new`; `?tag=` names an asset, `?tags=` several, `?site=` a site.
///
/// # Errors
/// Forbidden; not found for a foreign asset or site.
pub async fn new_job(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut asked = Form::new(pairs.into_inner());
            let right = visit.right::<ViewRegister>()?;
            let mut form = Form::default();
            form.set("kind", JobKind::Repair).set("priority", Priority::Normal).set("impact", Impact::Person);
            if let Some(id) = asked.id("site") {
                visit.app.store.read(|conn| find_site(conn, right.scope(), id).map(drop))?;
                form.set("site", id);
            }
            let tags = asked.long_text("tags");
            asked.check()?;
            form.set("tags", tags);
            if !asked.value("tag").is_empty() {
                let scanned =
                    visit.app.store.read(|conn| scan_in(conn, right.scope(), asked.value("tag")))?;
                let Found::Asset(asset, _) = scanned else { return Err(Error::NotFound("asset".to_owned())) };
                form.set("tags", &asset.tag).set("site", asset.site_id);
            }
            Reply::ok(&page(visit, form)?)
        })
        .await
}

/// `POST /jobs/new`.
///
/// # Errors
/// Forbidden; field errors show the form again.
pub async fn open_job(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<WorkJob>()?;
            let act = |typed: Typed| {
                let request = request_of(visit, typed)?;
                Ok(job_url(&jobs::open_job(&visit.app, &right, &request)?.number))
            };
            SHEET.add(pairs.into_inner(), act, |form| page(visit, form))
        })
        .await
}

/// The request with its assets found; their site where none was chosen.
fn request_of(visit: &Visit, typed: Typed) -> Result<JobRequest> {
    let mut request = typed.request.ok_or_else(|| Error::field("kind", "choose the kind of job"))?;
    let right = visit.right::<ViewRegister>()?;
    visit.app.store.read(|conn| {
        let mut site = typed.site;
        for tag in &typed.tags {
            let Found::Asset(asset, _) = scan_in(conn, right.scope(), tag)? else {
                let tag: String = tag.chars().take(40).collect();
                return Err(Error::field("tags", format!("no asset has the tag or number \"{tag}\"")));
            };
            let own = site.map_or(Ok(true), |id| {
                find_site(conn, right.scope(), id).map(|site| site.customer_id == asset.customer_id)
            })?;
            if !own {
                let why =
                    format!("{} {} belongs to another customer than the site", asset.description, asset.tag);
                return Err(Error::field("tags", why));
            }
            request.assets.push(asset.id);
            site = site.or(Some(asset.site_id));
        }
        request.site_id = site.unwrap_or_default();
        Ok(request)
    })
}

fn page(visit: &Visit, form: Form) -> Result<NewPage> {
    visit.right::<WorkJob>()?;
    let scope = visit.actor.scope();
    visit.app.store.read(|conn| {
        let customers = list_customers(conn, scope)?;
        let of = |id| customers.iter().find(|c| c.id == id).map_or("", |c| c.name.as_str());
        let open = list_sites(conn, scope, None)?.into_iter().filter(|site| !site.archived);
        let mut sites: Vec<(String, String, i64)> = open
            .map(|s| (s.id.to_string(), format!("{} / {}", of(s.customer_id), s.name), s.customer_id))
            .collect();
        sites.sort_by(|a, b| a.1.cmp(&b.1));
        let chosen = sites.iter().find(|(id, ..)| id == form.value("site")).map(|(.., customer)| *customer);
        let people = match chosen {
            Some(customer) => list_assignable(conn, customer)?,
            None => crate::actions::visits::list_engineers(conn)?,
        };
        Ok(NewPage {
            chrome: Chrome::new(visit, "Open a job"),
            form,
            sites: sites.into_iter().map(|(id, name, _)| (id, name)).collect(),
            people: people.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
            kinds: options::<JobKind>(),
            priorities: options::<Priority>(),
            impacts: options::<Impact>(),
        })
    })
}
