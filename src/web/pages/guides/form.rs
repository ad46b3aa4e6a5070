//! Writing a guide: from a job, from nothing, or over an earlier revision.

use actix_web::web;
use askama::Template;
use domain::guide::MOST_STEPS;
use domain::known_fix::FaultWordKind;
use domain::permission::{WorkJob, WriteKnowledge};
use serde::Deserialize;
use store::categories::list_categories;
use store::fault_words::{FaultWord, list_fault_words};
use store::guides::{GuideFields, GuidePicture};
use store::job_files::JobFile;

use crate::actions::attachments::MOST_BYTES;
use crate::actions::guides::{self, Beginning, GuideRequest, GuideView, PictureRequest};
use crate::actions::photos::draw_anew;
use crate::error::{Error, Result};
use crate::web::editing::{Pairs, again};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::upload::{Sent, SentFile};
use crate::web::visitor::{Visit, Visitor};

type Options = Vec<(String, String)>;

/// How the field of a step's new photo begins.
const PHOTO: &str = "photo-";
/// Empty steps that the form offers beyond those filled.
const SPARE: usize = 3;
/// The most photos of one save.
const MOST: usize = 20;

#[derive(Template)]
#[template(path = "guides/form.html")]
struct GuideFormPage {
    chrome: Chrome,
    form: Form,
    action: String,
    back: String,
    categories: Options,
    words: Vec<FaultWord>,
    /// Pictures that a step may have: value, small picture, words.
    pictures: Vec<(String, String, String)>,
    stale: bool,
    lost: bool,
}

impl GuideFormPage {
    /// The numbers of the steps that are shown.
    fn rows(&self) -> std::ops::RangeInclusive<usize> {
        let filled = (1..=MOST_STEPS).filter(|n| !self.form.value(&format!("step-{n}")).is_empty()).max();
        1..=(filled.unwrap_or(0) + SPARE).min(MOST_STEPS)
    }

    fn step(&self, n: &usize) -> &str {
        self.form.value(&format!("step-{n}"))
    }

    fn has(&self, n: &usize, picture: &str) -> bool {
        self.form.value(&format!("picture-{n}")) == picture
    }

    fn place(&self, n: &usize) -> String {
        match self.form.value(&format!("place-{n}")) {
            "" => n.to_string(),
            typed => typed.to_owned(),
        }
    }

    fn offers(&self, kind: &str) -> Options {
        let of_kind = self.words.iter().filter(|word| word.kind.0.to_string() == kind);
        let chosen = self.form.value(kind);
        let offered = of_kind.filter(|word| !word.archived || word.id.to_string() == chosen);
        offered.map(|word| (word.id.to_string(), word.word.clone())).collect()
    }
}

/// From which job a guide is written.
#[derive(Deserialize)]
pub struct From {
    job: Option<String>,
}

/// `GET /guides/new?job=`: prefilled from what was found and written in the job.
///
/// # Errors
/// Not found, forbidden.
pub async fn new_guide(visitor: Visitor, from: web::Query<From>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<WriteKnowledge>()?;
            let number = from.job.as_deref().unwrap_or_default();
            let begun = match number {
                "" => Beginning::default(),
                number => guides::begin_from_job(&visit.app, &right, number)?,
            };
            let mut form = fill(&begun.fields);
            form.set("summary", &begun.summary);
            for (n, text) in (1..).zip(begun.steps.iter().take(MOST_STEPS)) {
                form.set(&format!("step-{n}"), text);
            }
            for (n, photo) in (1..).zip(begun.photos.iter().take(begun.steps.len())) {
                form.set(&format!("picture-{n}"), format!("job-{}", photo.id));
            }
            Reply::ok(&form_page(visit, ("Write a guide", None), form, &begun.photos)?)
        })
        .await
}

/// `POST /guides/new`.
///
/// # Errors
/// Forbidden, too large, not found for a foreign job; field errors show the form again.
pub async fn add_guide(asks: Visitor, sends: Visitor, body: Sent<web::Form<Pairs>>) -> Result<Reply> {
    asks.run(|visit| visit.right::<WriteKnowledge>().map(drop)).await?;
    let (mut form, files) = body.read_prefixed(PHOTO, (MOST_BYTES, MOST)).await?;
    sends
        .run(move |visit| {
            let right = visit.right::<WriteKnowledge>()?;
            let lost = !files.is_empty();
            let added =
                read(&mut form, files).and_then(|request| guides::add_guide(&visit.app, &right, request));
            match added {
                Ok(id) => Ok(Reply::see_other(&format!("/guides/{id}"), "added")),
                Err(error) => {
                    again(&mut form, error)?;
                    let number = form.value("job_number").to_owned();
                    let begun = match number.is_empty() {
                        true => Beginning::default(),
                        false => guides::begin_from_job(&visit.app, &right, &number)?,
                    };
                    let page = form_page(visit, ("Write a guide", None), form, &begun.photos)?;
                    Reply::unprocessable(&GuideFormPage { lost, ..page })
                }
            }
        })
        .await
}

/// `GET /guides/{id}/edit`.
///
/// # Errors
/// Not found, forbidden.
pub async fn edit_guide(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let view = find(visit, *id)?;
            let form = fill_from(&view);
            Reply::ok(&form_page(visit, ("Change a guide", Some(&view)), form, &[])?)
        })
        .await
}

/// `POST /guides/{id}/edit`.
///
/// # Errors
/// Not found, forbidden, too large; field errors and a concurrent change show the form again.
pub async fn change_guide(
    asks: Visitor,
    sends: Visitor,
    id: web::Path<i64>,
    body: Sent<web::Form<Pairs>>,
) -> Result<Reply> {
    let id = id.into_inner();
    asks.run(move |visit| find(visit, id).map(drop)).await?;
    let (form, files) = body.read_prefixed(PHOTO, (MOST_BYTES, MOST)).await?;
    sends.run(move |visit| save(visit, id, form, files)).await
}

fn save(visit: &Visit, id: i64, mut form: Form, files: Vec<(String, SentFile)>) -> Result<Reply> {
    let right = visit.right::<WriteKnowledge>()?;
    let lost = !files.is_empty();
    let version = form.number("version", 0, i64::MAX);
    if version.is_none() {
        form.fail("version", "open the form again, then save");
    }
    let changed = read(&mut form, files)
        .and_then(|request| guides::change_guide(&visit.app, &right, (id, version.unwrap_or(-1)), request));
    match changed {
        Ok(()) => Ok(Reply::see_other(&format!("/guides/{id}"), "saved")),
        Err(Error::Stale(_)) => {
            let view = find(visit, id)?;
            // Saving again now means: having been told.
            form.set("version", view.guide.version);
            let page = form_page(visit, ("Change a guide", Some(&view)), form, &[])?;
            Reply::conflict(&GuideFormPage { stale: true, lost, ..page })
        }
        Err(error) => {
            again(&mut form, error)?;
            let view = find(visit, id)?;
            let page = form_page(visit, ("Change a guide", Some(&view)), form, &[])?;
            Reply::unprocessable(&GuideFormPage { lost, ..page })
        }
    }
}

fn find(visit: &Visit, id: i64) -> Result<GuideView> {
    visit.right::<WriteKnowledge>()?;
    guides::find_guide(&visit.app, &visit.right::<WorkJob>()?, id)
}

fn form_page(
    visit: &Visit,
    (title, view): (&str, Option<&GuideView>),
    form: Form,
    photos: &[JobFile],
) -> Result<GuideFormPage> {
    let (categories, words) =
        visit.app.store.read(|conn| Ok::<_, Error>((list_categories(conn)?, list_fault_words(conn)?)))?;
    let kept = view.map_or(&[][..], |view| view.pictures.as_slice());
    let own = |(n, one): (usize, &GuidePicture)| {
        (one.id.to_string(), format!("/guide-pictures/{}/thumbnail", one.id), format!("Picture {n}"))
    };
    let of_job = |(n, one): (usize, &JobFile)| {
        (
            format!("job-{}", one.id),
            format!("/job-files/{}/thumbnail", one.id),
            format!("Photo {n} of the job"),
        )
    };
    let pictures = (1..).zip(kept).map(own).chain((1..).zip(photos).map(of_job)).collect();
    let path = view.map(|view| format!("/guides/{}", view.guide.id));
    let back = match (&path, form.value("job_number")) {
        (Some(path), _) => path.clone(),
        (None, "") => "/guides".to_owned(),
        (None, number) => format!("/jobs/{number}"),
    };
    Ok(GuideFormPage {
        chrome: Chrome::new(visit, title),
        action: path.map_or("/guides/new".to_owned(), |path| format!("{path}/edit")),
        categories: categories.into_iter().map(|one| (one.id.to_string(), one.name)).collect(),
        words,
        pictures,
        form,
        back,
        stale: false,
        lost: false,
    })
}

fn read(form: &mut Form, files: Vec<(String, SentFile)>) -> Result<GuideRequest> {
    let mut request = GuideRequest {
        fields: GuideFields {
            title: form.text("title"),
            make: form.text("make"),
            model: form.text("model"),
            category_id: form.id("category_id"),
            symptom_id: form.id(&FaultWordKind::Symptom.to_string()),
            cause_id: form.id(&FaultWordKind::Cause.to_string()),
            fix_id: form.id(&FaultWordKind::Fix.to_string()),
            job_number: form.text("job_number"),
            archived: form.ticked("archived"),
            subject: String::new(),
        },
        summary: form.long_text("summary"),
        steps: vec![],
    };
    let mut steps: Vec<(i64, String, PictureRequest)> = vec![];
    for n in 1..=MOST_STEPS {
        let text = form.long_text(&format!("step-{n}"));
        let picture = picture_of(form, n, &files)?;
        let number = i64::try_from(n).unwrap_or(i64::MAX);
        let place = form.number(&format!("place-{n}"), 0, 999).unwrap_or(number);
        if !text.is_empty() || !matches!(picture, PictureRequest::None) {
            steps.push((place, text, picture));
        }
    }
    steps.sort_by_key(|(place, ..)| *place);
    request.steps = steps.into_iter().map(|(_, text, picture)| (text, picture)).collect();
    form.check()?;
    Ok(request)
}

fn picture_of(form: &mut Form, n: usize, files: &[(String, SentFile)]) -> Result<PictureRequest> {
    let field = format!("{PHOTO}{n}");
    if let Some((_, (name, bytes))) = files.iter().find(|(of, _)| *of == field) {
        let photo = draw_anew(bytes).map_err(|error| match error {
            Error::Invalid(wrong) => {
                let words: Vec<String> = wrong.into_iter().map(|one| one.message).collect();
                Error::field(field.clone(), words.join("; "))
            }
            other => other,
        })?;
        let name = if name.is_empty() { "picture" } else { name };
        return Ok(PictureRequest::New(name.to_owned(), photo));
    }
    let field = format!("picture-{n}");
    let chosen = form.value(&field).to_owned();
    let (of_job, id) = match chosen.strip_prefix("job-") {
        Some(id) => (true, id),
        None => (false, chosen.as_str()),
    };
    match (id.is_empty(), id.parse::<i64>(), of_job) {
        (true, ..) => Ok(PictureRequest::None),
        (_, Ok(id), true) => Ok(PictureRequest::OfJob(id)),
        (_, Ok(id), false) => Ok(PictureRequest::Kept(id)),
        (_, Err(_), _) => {
            form.fail(&field, "choose one of the pictures");
            Ok(PictureRequest::None)
        }
    }
}

fn fill(fields: &GuideFields) -> Form {
    let mut form = Form::default();
    form.set("title", &fields.title).set("make", &fields.make).set("model", &fields.model);
    form.set_opt("category_id", fields.category_id).set_opt("symptom", fields.symptom_id);
    form.set_opt("cause", fields.cause_id).set_opt("fix", fields.fix_id);
    form.set("job_number", &fields.job_number).set("archived", fields.archived);
    form
}

fn fill_from(view: &GuideView) -> Form {
    let guide = &view.guide;
    let mut form = fill(&GuideFields {
        title: guide.title.clone(),
        make: guide.make.clone(),
        model: guide.model.clone(),
        category_id: guide.category_id,
        subject: String::new(),
        symptom_id: guide.symptom_id,
        cause_id: guide.cause_id,
        fix_id: guide.fix_id,
        job_number: guide.job_number.clone(),
        archived: guide.archived,
    });
    let content = view.revisions.first().map(|latest| latest.content.0.clone()).unwrap_or_default();
    form.set("summary", &content.summary).set("version", guide.version);
    for (n, step) in (1..).zip(&content.steps) {
        form.set(&format!("step-{n}"), &step.text).set_opt(&format!("picture-{n}"), step.picture);
    }
    form
}
