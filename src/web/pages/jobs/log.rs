//! Adding to the log of a job.

use actix_web::web;
use chrono::NaiveDateTime;
use domain::job::EntryKind;
use domain::permission::{AttachFile, WorkJob};

use super::job_url;
use super::show::{page, refused};
use crate::actions::attachments::MOST_BYTES;
use crate::actions::jobs::{EntryRequest, When, add_entry as add};
use crate::actions::test_photos::{MOST, new_photos};
use crate::error::Result;
use crate::web::editing::{Pairs, refuse_unknown};
use crate::web::forms::Form;
use crate::web::reply::Reply;
use crate::web::upload::{Sent, SentFile};
use crate::web::visitor::{Visit, Visitor};

const FIELDS: &[&str] = &["text", "minutes", "kind", "at", "asset", "opened", "internal", "supersedes", "id"];

/// `POST /jobs/{number}/entries`: who may is settled before a photo is read.
///
/// # Errors
/// Not found, forbidden, too large; field errors show the job again.
pub async fn add_entry(
    asks: Visitor,
    sends: Visitor,
    number: web::Path<String>,
    sent: Sent<web::Form<Pairs>>,
) -> Result<Reply> {
    let number = number.into_inner();
    let asked = number.clone();
    asks.run(move |visit| {
        visit.right::<WorkJob>()?;
        page(visit, &asked, Form::default()).map(drop)
    })
    .await?;
    let (form, photos) = sent.read("photo", (MOST_BYTES, MOST)).await?;
    sends.run(move |visit| record(visit, &number, form, &photos)).await
}

fn record(visit: &Visit, number: &str, mut form: Form, photos: &[SentFile]) -> Result<Reply> {
    let right = visit.right::<WorkJob>()?;
    refuse_unknown(&mut form, FIELDS);
    let request = read(&mut form);
    let done = form.check().and_then(|()| {
        let mut request = request;
        if !photos.is_empty() {
            visit.right::<AttachFile>()?;
            request.photos = new_photos("photo", photos)?;
        }
        add(&visit.app, &right, number, &request)
    });
    match done {
        Ok(_) => Ok(Reply::see_other(&format!("{}#log", job_url(number)), "")),
        Err(error) => refused(visit, number, form, error),
    }
}

fn read(form: &mut Form) -> EntryRequest {
    let (kind, asset_id) = (form.code("kind"), form.id("asset"));
    let at = form.read("at", |text| {
        let read = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M");
        read.map_err(|_| format!("\"{text}\" is no date and time; write it as 2026-11-23T18:30"))
    });
    let minutes = form.number("minutes", 0, 1440).unwrap_or(0);
    let text = form.long_text("text");
    let given = |form: &Form, name: &str| Some(form.value(name).to_owned()).filter(|text| !text.is_empty());
    let opened: Vec<String> = form.all("opened").to_vec();
    let mut ids = vec![];
    for id in opened {
        match id.parse() {
            Ok(id) => ids.push(id),
            Err(_) => form.fail("opened", "this is no asset of the job"),
        }
    }
    EntryRequest {
        id: given(form, "id"),
        kind,
        at: at.map(When::Local),
        minutes,
        // A box that is not ticked says nothing: a correction stays as it was.
        internal: form.ticked("internal").then_some(true),
        asset_id,
        supersedes: given(form, "supersedes"),
        opened: ids,
        ..EntryRequest::words(EntryKind::Work, &text)
    }
}
