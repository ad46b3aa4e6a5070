//! The start page: the numbers that matter to whoever logged in, and where to scan.

use askama::Template;
use domain::permission::ViewRegister;

use crate::actions::dues::today;
use crate::actions::start::{Start, find_start};
use crate::error::Result;
use crate::web::chart::MonthBars;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "start.html")]
struct StartPage {
    chrome: Chrome,
    start: Start,
    bars: MonthBars,
}

/// `GET /`: leads a customer's own people to their rooms.
///
/// # Errors
/// Log in first.
pub async fn show_start(visitor: Visitor) -> Result<Reply> {
    visitor
        .run(|visit| match visit.actor.may::<ViewRegister>() {
            true => Reply::ok(&page(visit)?),
            false => Ok(Reply::see_other("/portal", "")),
        })
        .await
}

fn page(visit: &Visit) -> Result<StartPage> {
    let start = find_start(&visit.app, &visit.right::<ViewRegister>()?)?;
    let bars = MonthBars::new(&start.days, today(&visit.app));
    Ok(StartPage { chrome: Chrome::new(visit, "Start"), start, bars })
}
