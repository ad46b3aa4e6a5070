//! The start page.

use askama::Template;

use crate::error::Result;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

#[derive(Template)]
#[template(path = "start.html")]
struct StartPage {
    chrome: Chrome,
}

/// `GET /`.
pub async fn show_start(visitor: Visitor) -> Result<Reply> {
    let page = visitor.run(|visit| Ok(StartPage { chrome: Chrome::new(visit, "Start") })).await?;
    Reply::ok(&page)
}
