//! What somebody is to know.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::permission::ViewRegister;
use store::notices::{Notice, list_notices as list};

use super::job_url;
use crate::actions::dues::FIRM_ZONE;
use crate::actions::jobs;
use crate::error::{Error, Result};
use crate::web::editing::{Pairs, refuse_unknown};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// Notices on the page.
const MOST: i64 = 100;

#[derive(Template)]
#[template(path = "jobs/notices.html")]
struct NoticesPage {
    chrome: Chrome,
    notices: Vec<Notice>,
}

impl NoticesPage {
    fn url(&self, notice: &Notice) -> String {
        job_url(&notice.number)
    }

    fn time(&self, notice: &Notice) -> String {
        notice.at.utc().with_timezone(&FIRM_ZONE).format("%-d %b %Y, %H:%M").to_string()
    }

    fn has_unread(&self) -> bool {
        self.notices.iter().any(|notice| notice.read_at.is_none())
    }
}

/// `GET /notices`.
///
/// # Errors
/// The store's.
pub async fn list_notices(visitor: Visitor) -> Result<Reply> {
    visitor
        .run(|visit| {
            visit.right::<ViewRegister>()?;
            let notices = match visit.actor.person_id() {
                Some(person) => visit.app.store.read(|conn| Ok::<_, Error>(list(conn, person, MOST)?))?,
                None => vec![],
            };
            Reply::ok(&NoticesPage { chrome: Chrome::new(visit, "Notices"), notices })
        })
        .await
}

/// `POST /notices`: all of them are seen.
///
/// # Errors
/// Field errors for anything sent with it.
pub async fn see_notices(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<ViewRegister>()?;
            let mut form = Form::new(pairs.into_inner());
            refuse_unknown(&mut form, &[]);
            form.check()?;
            jobs::see_notices(&visit.app, &right, None)?;
            Ok(Reply::see_other("/notices", "saved"))
        })
        .await
}
