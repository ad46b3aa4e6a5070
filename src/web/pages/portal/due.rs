//! What falls due at the sites of a customer's own people.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::due::{Month, due_words};
use domain::permission::ViewPortal;
use store::due_list::{DueKey, DueRow};

use super::site_options;
use crate::actions::portal::{self, DueDays, PortalDue};
use crate::error::Result;
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::due::query_of;
use crate::web::problem::part_urlencoded;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// Rows of a page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "portal/due.html")]
struct DuePage {
    chrome: Chrome,
    form: Form,
    sites: Vec<(String, String)>,
    due: PortalDue,
    days: DueDays,
    next: Option<String>,
}

/// `GET /portal/due`: `site`, `month` such as 2026-11 or "overdue", `after`.
///
/// # Errors
/// Not found for a site that is not theirs; a filter that cannot be shows the page with what is wrong.
pub async fn list_due(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let site = form.id("site");
            let (days, after) = (read_days(&mut form), read_after(&mut form));
            let sound = form.check().is_ok();
            let asked = if sound { (site, days) } else { (None, DueDays::All) };
            let page = page(visit, form, asked, after)?;
            if sound { Reply::ok(&page) } else { Reply::unprocessable(&page) }
        })
        .await
}

fn read_days(form: &mut Form) -> DueDays {
    let month = form.value("month").to_owned();
    match (month.as_str(), Month::parse(&month)) {
        ("", _) => DueDays::All,
        ("overdue", _) => DueDays::Overdue,
        (_, Ok(month)) => DueDays::Month(month),
        (_, Err(words)) => {
            form.fail("month", words);
            DueDays::All
        }
    }
}

fn read_after(form: &mut Form) -> Option<DueKey> {
    let after = form.value("after").to_owned();
    match (after.as_str(), after.parse()) {
        ("", _) => None,
        (_, Ok(key)) => Some(key),
        (_, Err(words)) => {
            form.fail("after", words);
            None
        }
    }
}

fn page(
    visit: &Visit,
    form: Form,
    (site, days): (Option<i64>, DueDays),
    after: Option<DueKey>,
) -> Result<DuePage> {
    let right = visit.right::<ViewPortal>()?;
    let due = portal::list_due(&visit.app, &right, (site, days), (after, PAGE))?;
    let query = query_of(&form, &["site", "month"]);
    Ok(DuePage {
        chrome: Chrome::new(visit, "What falls due"),
        sites: site_options(visit)?,
        next: due.next.map(|key| format!("/portal/due?{query}&after={key}")),
        form,
        due,
        days,
    })
}

impl DuePage {
    /// The same list for a month, or for what is overdue.
    fn link(&self, month: impl std::fmt::Display) -> String {
        match self.form.value("site") {
            "" => format!("/portal/due?month={month}"),
            site => format!("/portal/due?site={}&month={month}", part_urlencoded(site)),
        }
    }

    /// What is shown, in words.
    fn words(&self) -> String {
        match self.days {
            DueDays::All => "All of it".to_owned(),
            DueDays::Overdue => "Overdue".to_owned(),
            DueDays::Month(month) => month.words(),
        }
    }

    fn asset(&self, row: &DueRow) -> String {
        format!("/portal/assets/{}", part_urlencoded(&row.asset.tag))
    }

    /// The class and the words of when it is due.
    fn due(&self, row: &DueRow) -> (&'static str, String) {
        let class = if row.key.due_on < self.due.today { "overdue" } else { "due" };
        (class, due_words(row.key.due_on, self.due.today))
    }
}
