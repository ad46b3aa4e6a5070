//! `/f/{secret}`: whoever reported a fault follows it.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::fault::Progress;

use super::{MOST_BYTES, refused, unlisted};
use crate::actions::faults::{Followed, MOST_PHOTOS, add_to_followed, draw_photos, find_followed};
use crate::app::{App, block};
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::upload::Sent;
use crate::web::visitor::Visitor;

#[derive(Template)]
#[template(path = "faults/follow.html")]
struct FollowPage {
    chrome: Chrome,
    form: Form,
    report: Followed,
    link: String,
}

/// `GET /f/{secret}`.
///
/// # Errors
/// Not found; slow down.
pub async fn show_report(
    visitor: Visitor,
    secret: web::Path<String>,
    pairs: web::Query<Vec<(String, String)>>,
) -> Result<Reply> {
    let (app, address) = (visitor.app().clone(), visitor.address);
    block(move || {
        app.log_in_limit.check(&format!("follow {}", secret.as_str()), address)?;
        let done = pairs.iter().find(|(name, _)| name == "done").map(|(_, value)| value.as_str());
        let mut page = page(&app, &secret, Form::default())?;
        page.chrome.notice = match done {
            Some("sent") => Some("Thank you. Your report was sent.".to_owned()),
            Some("saved") => Some("Added to your report.".to_owned()),
            _ => None,
        };
        Ok(unlisted(Reply::ok(&page)?))
    })
    .await
}

fn page(app: &App, secret: &str, form: Form) -> Result<FollowPage> {
    let report = find_followed(app, secret)?.ok_or_else(|| Error::NotFound("page".to_owned()))?;
    let link = format!("{}/f/{secret}", app.config.base_url.trim_end_matches('/'));
    Ok(FollowPage { chrome: Chrome::bare("Your report"), form, report, link })
}

/// `POST /f/{secret}`: more words or photos.
///
/// # Errors
/// Not found; anything else shows the page again with what was typed.
pub async fn add_to_report(
    visitor: Visitor,
    secret: web::Path<String>,
    sent: Sent<web::Form<Vec<(String, String)>>>,
) -> Result<Reply> {
    let (app, address) = (visitor.app().clone(), visitor.address);
    let read = match app.report_limit.check_address(address) {
        Ok(()) => sent.read("photo", (MOST_BYTES, MOST_PHOTOS)).await,
        Err(error) => Err(error),
    };
    block(move || {
        let (mut form, added) = match read {
            Ok((form, files)) => {
                let words = form.value("words").to_owned();
                let said = (words.as_str(), form.ticked("dangerous"));
                let added = add_to_followed(&app, &secret, said, || draw_photos(&files));
                (form, added)
            }
            Err(error) => (Form::default(), Err(error)),
        };
        match added {
            Ok(()) => Ok(Reply::see_other(&format!("/f/{}", secret.as_str()), "saved")),
            Err(error) => {
                let status: StatusCode = refused(&mut form, error)?;
                Ok(unlisted(Reply::page(status, &page(&app, &secret, form)?)?))
            }
        }
    })
    .await
}

impl FollowPage {
    /// The banner's colour.
    fn state(&self) -> &'static str {
        match self.report.progress() {
            Progress::Safe | Progress::NoFault => "ok",
            _ if self.report.locked => "quarantined",
            Progress::Gone | Progress::Ended | Progress::Dismissed => "gone",
            _ => "due",
        }
    }

    fn headline(&self) -> &'static str {
        self.report.progress().label()
    }

    fn is_over(&self) -> bool {
        self.report.progress().is_end()
    }
}
