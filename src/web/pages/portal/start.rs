//! What a customer's own people see first.

use askama::Template;
use domain::code::Code;
use domain::due::{Month, due_words};
use domain::permission::ViewPortal;
use store::due_list::DueRow;

use crate::actions::portal::{PortalStart, find_start};
use crate::error::Result;
use crate::web::layout::Chrome;
use crate::web::problem::part_urlencoded;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

#[derive(Template)]
#[template(path = "portal/start.html")]
struct PortalStartPage {
    chrome: Chrome,
    start: PortalStart,
}

/// `GET /portal`.
///
/// # Errors
/// Log in first.
pub async fn show_start(visitor: Visitor) -> Result<Reply> {
    visitor
        .run(|visit| {
            let start = find_start(&visit.app, &visit.right::<ViewPortal>()?)?;
            Reply::ok(&PortalStartPage { chrome: Chrome::new(visit, "Your sites"), start })
        })
        .await
}

impl PortalStartPage {
    fn due(&self, row: &DueRow) -> String {
        due_words(row.key.due_on, self.start.today)
    }

    fn month(&self) -> Month {
        Month::of(self.start.today)
    }

    fn link(&self, tag: &str) -> String {
        format!("/portal/assets/{}", part_urlencoded(tag))
    }
}
