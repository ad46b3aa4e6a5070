//! `/t/{tag}/fault`: somebody without an account reports what is wrong with what stands before them.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::fault::{Symptom, symptoms_of};
use domain::job::Urgency;
use domain::permission::ViewRegister;

use super::{MOST_BYTES, refused, unlisted};
use crate::actions::faults::{
    MOST_PHOTOS, OpenReport, PublicThing, Report, draw_photos, find_public, issue, report_as_stranger,
    report_same,
};
use crate::actions::set_up::{Firm, find_firm};
use crate::actions::tests::find_asset;
use crate::app::{App, block};
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::assets::asset_url;
use crate::web::problem::{form_urlencoded, part_urlencoded};
use crate::web::reply::Reply;
use crate::web::upload::{Sent, SentFile};
use crate::web::visitor::Visitor;

/// The field that no person sees: whatever fills it in is none.
const TRAP: &str = "website";

#[derive(Template)]
#[template(path = "faults/public.html")]
struct PublicPage {
    chrome: Chrome,
    form: Form,
    thing: PublicThing,
    symptoms: Vec<Symptom>,
    tag: String,
    mark: String,
}

#[derive(Template)]
#[template(path = "faults/label.html")]
struct LabelPage {
    chrome: Chrome,
    firm: Firm,
    thing: PublicThing,
    tag: String,
    mark: String,
}

/// What a label leads whoever holds the phone to, where its customer lets anybody report faults.
///
/// # Errors
/// The store's.
pub fn label_page(app: &App, tag: &str) -> Result<Option<Reply>> {
    let Some(thing) = find_public(app, tag)? else { return Ok(None) };
    let chrome = Chrome::bare(&thing.description);
    let (firm, mark) = (find_firm(app)?, issue(app, tag)?);
    let page = LabelPage { chrome, firm, thing, tag: tag.to_owned(), mark };
    Ok(Some(unlisted(Reply::ok(&page)?)))
}

/// `GET /t/{tag}/fault`.
///
/// # Errors
/// Not found where the customer does not allow it, as for a label that is on nothing.
pub async fn show_form(visitor: Visitor, tag: web::Path<String>) -> Result<Reply> {
    visitor
        .greet(move |visit| match visit {
            Ok(visit) => {
                let scope = visit.right::<ViewRegister>()?.scope();
                let asset = visit.app.store.read(|conn| find_asset(conn, scope, &tag))?;
                Ok(Reply::see_other(&format!("/assets/{}/fault", part_urlencoded(&asset.tag)), ""))
            }
            Err(app) => Ok(unlisted(Reply::ok(&page(&app, &tag, Form::default(), None)?)?)),
        })
        .await
}

fn page(app: &App, tag: &str, form: Form, mark: Option<String>) -> Result<PublicPage> {
    let thing = find_public(app, tag)?.ok_or_else(|| Error::NotFound("page".to_owned()))?;
    let mark = mark.map_or_else(|| issue(app, tag), Ok)?;
    Ok(PublicPage {
        chrome: Chrome::bare("Report a fault"),
        form,
        symptoms: symptoms_of(thing.kind),
        thing,
        tag: tag.to_owned(),
        mark,
    })
}

/// `POST /t/{tag}/fault`: how many came from an address is counted before a byte of the body is read.
///
/// # Errors
/// Not found as for [`show_form`]; anything else shows the form again with what was typed.
pub async fn report_fault(
    visitor: Visitor,
    tag: web::Path<String>,
    sent: Sent<web::Form<Vec<(String, String)>>>,
) -> Result<Reply> {
    let (app, address) = (visitor.app().clone(), visitor.address);
    let counted = app.report_limit.check_address(address);
    let read = match counted {
        Ok(()) => sent.read("photo", (MOST_BYTES, MOST_PHOTOS)).await,
        Err(error) => Err(error),
    };
    block(move || {
        let (mut form, files) = match read {
            Ok(read) => read,
            Err(error) => return again(&app, &tag, Form::default(), error),
        };
        match send(&app, &tag, &mut form, &files) {
            Ok(secret) => Ok(Reply::see_other(&format!("/f/{secret}"), "sent")),
            Err(error) => again(&app, &tag, form, error),
        }
    })
    .await
}

fn send(app: &App, tag: &str, form: &mut Form, files: &[SentFile]) -> Result<String> {
    if !form.value(TRAP).is_empty() {
        form.fail(TRAP, "leave this field empty; a program filled it in");
    }
    let report = read(form);
    form.check()?;
    let drawn = || Ok(Report { photos: draw_photos(files)?, ..report });
    report_as_stranger(app, (tag, form.value("mark")), drawn)
}

/// What a report's form says; shared with the form of whoever is logged in.
pub(super) fn read(form: &mut Form) -> Report {
    Report {
        symptom: form.code("symptom"),
        words: form.value("words").to_owned(),
        place: form.value("place").to_owned(),
        urgency: form.code("urgency"),
        dangerous: form.ticked("dangerous"),
        name: form.value("name").to_owned(),
        contact: form.value("contact").to_owned(),
        ..Report::default()
    }
}

fn again(app: &App, tag: &str, mut form: Form, error: Error) -> Result<Reply> {
    let mark = Some(form.value("mark").to_owned()).filter(|mark| !mark.is_empty());
    // What was open for too long, or is not ours, is of no more use.
    let stale = matches!(&error, Error::Invalid(fields) if fields.iter().any(|field| field.field.is_empty()
        && !field.message.contains("quicker")));
    let status = refused(&mut form, error)?;
    let page = page(app, tag, form, mark.filter(|_| !stale))?;
    Ok(unlisted(Reply::page(status, &page)?))
}

/// `POST /t/{tag}/same`: it is a fault that was reported, and somebody else has it too.
///
/// # Errors
/// Not found as for [`show_form`]; a conflict where that report is closed; slow down.
pub async fn report_same_fault(
    visitor: Visitor,
    tag: web::Path<String>,
    pairs: web::Form<Vec<(String, String)>>,
) -> Result<Reply> {
    let (app, address) = (visitor.app().clone(), visitor.address);
    block(move || {
        app.report_limit.check_address(address)?;
        let form = Form::new(pairs.into_inner());
        let secret = report_same(&app, (&tag, form.value("mark")), form.value("report"))?;
        Ok(Reply::see_other(&format!("/f/{secret}"), "sent"))
    })
    .await
}

fn spoken(tag: &str) -> String {
    tag.parse::<domain::tag::Tag>().map_or_else(|_| tag.to_owned(), |tag| tag.spoken())
}

impl LabelPage {
    fn spoken(&self) -> String {
        spoken(&self.tag)
    }

    fn url(&self) -> String {
        asset_url(&self.tag)
    }

    fn log_in(&self) -> String {
        format!("/login?next={}", form_urlencoded(&self.url()))
    }

    fn on(&self, report: &OpenReport) -> String {
        report.on.format("%-d %b %Y").to_string()
    }
}

impl PublicPage {
    fn urgencies(&self) -> Vec<(String, String)> {
        crate::web::forms::options::<Urgency>()
    }

    fn spoken(&self) -> String {
        spoken(&self.tag)
    }

    fn back(&self) -> String {
        asset_url(&self.tag)
    }
}
