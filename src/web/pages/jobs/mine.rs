//! My day: the jobs of whoever asks, those at one site together, with what must be known before travel.

use askama::Template;
use domain::code::Code;
use domain::permission::{ViewRegister, WorkJob};
use store::jobs::queue::{Filter, Order};
use store::notices::{Notice, list_notices};
use store::referrals::count_to_chase;
use store::sites::{Site, find_site};

use super::job_url;
use crate::actions::appointments::{Day, Placed, day_plan};
use crate::actions::dues;
use crate::actions::jobs::{self, JobLine};
use crate::error::{Error, Result};
use crate::web::layout::Chrome;
use crate::web::pages::appointments::what;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// Jobs of one person that are shown at once.
const MOST: i64 = 200;

/// The jobs at one site.
struct Stop {
    site: Site,
    customer: String,
    jobs: Vec<JobLine>,
}

#[derive(Template)]
#[template(path = "jobs/mine.html")]
struct MinePage {
    chrome: Chrome,
    /// Where to be when today.
    day: Day,
    stops: Vec<Stop>,
    nobodys: Vec<JobLine>,
    notices: Vec<Notice>,
    /// What is to be asked after at third parties.
    chases: i64,
    works: bool,
}

impl MinePage {
    fn url(&self, number: &str) -> String {
        job_url(number)
    }

    fn what(&self, placed: &Placed) -> (String, String) {
        what(placed)
    }
}

/// `GET /jobs/mine`.
///
/// # Errors
/// The store's.
pub async fn show_mine(visitor: Visitor) -> Result<Reply> {
    visitor.run(|visit| Reply::ok(&page(visit)?)).await
}

fn page(visit: &Visit) -> Result<MinePage> {
    let right = visit.right::<ViewRegister>()?;
    let person = visit.actor.person_id();
    let of = |assignee| Filter { assignee: Some(assignee), ..Filter::default() };
    let mine = match person {
        Some(_) => jobs::list_jobs(&visit.app, &right, &of(person), Order::Deadline, (0, MOST))?,
        None => vec![],
    };
    let on = dues::today(&visit.app);
    let placed = match person {
        Some(person) => day_plan(&visit.app, &right, person)?,
        None => vec![],
    };
    let nobodys = jobs::list_jobs(&visit.app, &right, &of(None), Order::Deadline, (0, 10))?;
    let mut stops: Vec<Stop> = vec![];
    visit.app.store.read(|conn| {
        for job in mine {
            match stops.iter_mut().find(|stop| stop.site.id == job.line.job.site_id) {
                Some(stop) => stop.jobs.push(job),
                None => stops.push(Stop {
                    site: find_site(conn, right.scope(), job.line.job.site_id)?,
                    customer: job.line.customer.clone(),
                    jobs: vec![job],
                }),
            }
        }
        let notices = match person {
            Some(person) => list_notices(conn, person, 5)?,
            None => vec![],
        };
        Ok::<_, Error>(MinePage {
            chrome: Chrome::new(visit, "My day"),
            day: Day { on, placed },
            stops,
            nobodys,
            notices: notices.into_iter().filter(|notice| notice.read_at.is_none()).collect(),
            chases: count_to_chase(conn, right.scope(), on)?,
            works: visit.actor.may::<WorkJob>(),
        })
    })
}
