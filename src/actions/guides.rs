//! Guides: written from a job or from nothing, revised, no longer shown.

use domain::event::Event;
use domain::guide::{Guide, GuideStep};
use domain::job::EntryKind;
use domain::known_fix::{FaultWordKind, Subject};
use domain::permission::{WorkJob, WriteKnowledge};
use domain::text::check_text;
use store::categories::find_category;
use store::fault_words::{find_fault_word, words_by_id};
use store::files::{self, File, put_file};
use store::findings::list_findings;
use store::guides::{self, GuideFields, GuidePicture, GuideRow, Revision};
use store::job_entries::list_entries;
use store::job_files::{JobFile, find_job_file, list_files_of_job};
use store::jobs::assets::list_job_assets;
use store::jobs::find_job;
use store::{Right, Tx};

use crate::actions::known;
use crate::actions::photos::Photo;
use crate::app::App;
use crate::error::{Error, FieldError, Result};

/// The most pictures of a guide.
pub const MOST_PICTURES: usize = 60;

/// The picture of a step as it is asked for.
#[derive(Debug, Default)]
pub enum PictureRequest {
    /// None.
    #[default]
    None,
    /// One that the guide has.
    Kept(i64),
    /// A photo of the job that it is learnt in, by its id.
    OfJob(i64),
    /// A new one, with its name.
    New(String, Photo),
}

/// A guide as it is asked for.
#[derive(Debug, Default)]
pub struct GuideRequest {
    /// What it is for; title and subject follow from the rest.
    pub fields: GuideFields,
    /// When to use it and what is needed.
    pub summary: String,
    /// What to do, in order, with the picture beside it.
    pub steps: Vec<(String, PictureRequest)>,
}

/// A guide with everything that its page shows.
#[derive(Debug, Clone)]
pub struct GuideView {
    /// The guide.
    pub guide: GuideRow,
    /// Its revisions, the latest first.
    pub revisions: Vec<Revision>,
    /// Its pictures.
    pub pictures: Vec<GuidePicture>,
    /// Name of the category.
    pub category: String,
    /// Symptom, cause and fix in words, as far as given.
    pub chosen: Vec<String>,
    /// How its fix fared for what it is for.
    pub success: domain::known_fix::Success,
}

/// A guide to begin with, as a job gives it.
#[derive(Debug, Clone, Default)]
pub struct Beginning {
    /// What it is for.
    pub fields: GuideFields,
    /// When to use it.
    pub summary: String,
    /// What was done, in order.
    pub steps: Vec<String>,
    /// Photos of the job that may go into it.
    pub photos: Vec<JobFile>,
}

/// A guide.
///
/// # Errors
/// Not found.
pub fn find_guide(app: &App, _: &Right<WorkJob>, id: i64) -> Result<GuideView> {
    app.store.read(|conn| {
        let guide = guides::find_guide(conn, id)?;
        let words = words_by_id(conn)?;
        let chosen = [guide.symptom_id, guide.cause_id, guide.fix_id];
        let category = match guide.category_id {
            Some(id) => find_category(conn, id)?.name,
            None => String::new(),
        };
        Ok(GuideView {
            revisions: guides::list_revisions(conn, id)?,
            pictures: guides::list_pictures(conn, id)?,
            chosen: chosen.into_iter().flatten().filter_map(|id| words.get(&id).cloned()).collect(),
            success: guides::success_of(conn, &guide)?,
            category,
            guide,
        })
    })
}

/// The guides in use or those no longer shown, the latest first, older than one already shown.
///
/// # Errors
/// The store's.
pub fn list_guides(
    app: &App,
    _: &Right<WorkJob>,
    archived: bool,
    page: (Option<i64>, i64),
) -> Result<Vec<GuideRow>> {
    Ok(app.store.read(|conn| guides::list_guides(conn, archived, page))?)
}

/// The bytes of a picture, or of its small one, with its name.
///
/// # Errors
/// Not found.
pub fn read_picture(app: &App, _: &Right<WorkJob>, id: i64, small: bool) -> Result<(File, String)> {
    app.store.read(|conn| {
        let picture = guides::find_picture(conn, id)?;
        let hash = if small { &picture.thumbnail_hash } else { &picture.hash };
        Ok((files::find_file(conn, hash)?, picture.name))
    })
}

/// What a guide begins with that is learnt from a job: its first finding, what was written in its log, its photos.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn begin_from_job(app: &App, right: &Right<WriteKnowledge>, number: &str) -> Result<Beginning> {
    app.store.read(|conn| {
        let job = find_job(conn, right.scope(), number)?;
        let words = words_by_id(conn)?;
        let finding = list_findings(conn, job.id)?.into_iter().next();
        let things = list_job_assets(conn, &job)?;
        let thing = match finding.as_ref().and_then(|finding| finding.asset_id) {
            Some(id) => things.iter().find(|thing| thing.id == id),
            None => things.first(),
        };
        let word = |id: Option<i64>| id.and_then(|id| words.get(&id)).map_or("", String::as_str);
        let ids = finding.as_ref().map(|f| (Some(f.symptom_id), Some(f.cause_id), Some(f.fix_id)));
        let (symptom_id, cause_id, fix_id) = ids.unwrap_or_default();
        let (make, model) = thing.map(|t| (t.make.clone(), t.model.clone())).unwrap_or_default();
        let about = format!("{make} {model}");
        let about =
            if about.trim().is_empty() { thing.map_or("", |t| t.description.as_str()) } else { about.trim() };
        let title = match (about, word(symptom_id)) {
            (about, "") => format!("{about}: {}", job.title),
            (about, symptom) => format!("{about}: {}", symptom.to_lowercase()),
        };
        let summary = match &finding {
            Some(finding) => {
                let chosen = format!("Cause: {}. Fix: {}.", word(cause_id), word(fix_id));
                format!("{chosen}\n{}", finding.words).trim().to_owned()
            }
            None => job.description.clone(),
        };
        let told = [EntryKind::Diagnosis, EntryKind::Work];
        let entries = list_entries(conn, &job)?.into_iter();
        let entries = entries.filter(|entry| !entry.corrected && told.contains(&entry.row.kind.0));
        let photos = list_files_of_job(conn, job.id)?.into_iter();
        Ok(Beginning {
            fields: GuideFields {
                title: title.trim_start_matches(": ").to_owned(),
                category_id: thing.map(|thing| thing.category_id),
                make,
                model,
                symptom_id,
                cause_id,
                fix_id,
                job_number: job.number.clone(),
                ..GuideFields::default()
            },
            summary,
            steps: entries.map(|entry| entry.row.text).filter(|text| !text.trim().is_empty()).collect(),
            photos: photos.filter(|f| f.thumbnail_hash.is_some() && f.withdrawn_at.is_none()).collect(),
        })
    })
}

/// Adds a guide.
///
/// # Errors
/// Not found for a foreign job or photo; field errors.
pub fn add_guide(app: &App, right: &Right<WriteKnowledge>, request: GuideRequest) -> Result<i64> {
    app.store.write(right.actor(), |tx| {
        let fields = check(tx, &request)?;
        let id = guides::insert_guide(tx, &fields)?;
        write(tx, id, &fields, request)?;
        let event = Event::new("guide", id, "written").change("title", "", &fields.title);
        Ok((id, vec![event.change("job", "", &fields.job_number)]))
    })
}

/// Revises a guide that was read at `version`; what it said before stays to be read.
///
/// # Errors
/// Not found, stale, field errors.
pub fn change_guide(
    app: &App,
    right: &Right<WriteKnowledge>,
    (id, version): (i64, i64),
    mut request: GuideRequest,
) -> Result<()> {
    app.store.write(right.actor(), |tx| {
        let old = guides::find_guide(tx, id)?;
        request.fields.job_number.clone_from(&old.job_number);
        let fields = check(tx, &request)?;
        guides::update_guide(tx, id, version, &fields)?;
        let revision = write(tx, id, &fields, request)?;
        let event = Event::new("guide", id, "revised")
            .change("title", &old.title, &fields.title)
            .change("revision", old.revision, revision)
            .change("archived", old.archived, fields.archived);
        Ok(((), vec![event]))
    })
}

fn check(tx: &mut Tx, request: &GuideRequest) -> Result<GuideFields> {
    let mut fields = request.fields.clone();
    let step = |text: &str| GuideStep { text: text.to_owned(), picture: None };
    let said = Guide {
        title: fields.title.clone(),
        summary: request.summary.clone(),
        steps: request.steps.iter().map(|(text, _)| step(text)).collect(),
    };
    let mut errors: Vec<FieldError> = vec![];
    let mut fail =
        |field: &str, message: String| errors.push(FieldError { field: field.to_owned(), message });
    for (field, why) in said.wrong_fields() {
        fail(&field, why);
    }
    for (name, text) in [("make", &fields.make), ("model", &fields.model)] {
        if let Err(why) = check_text(text, 200) {
            fail(name, why);
        }
    }
    let model = Subject::model(&fields.make, &fields.model);
    if model.is_none() && !(fields.make.is_empty() && fields.model.is_empty()) {
        fail("model", "give make and model, or neither".to_owned());
    }
    let chosen = [
        ("symptom", FaultWordKind::Symptom, fields.symptom_id),
        ("cause", FaultWordKind::Cause, fields.cause_id),
        ("fix", FaultWordKind::Fix, fields.fix_id),
    ];
    for (name, kind, id) in chosen {
        let Some(id) = id else { continue };
        if known(find_fault_word(tx, id))?.is_none_or(|word| word.kind.0 != kind) {
            fail(name, "choose one of the list".to_owned());
        }
    }
    if let Some(id) = fields.category_id
        && known(find_category(tx, id))?.is_none()
    {
        fail("category_id", "choose one of the list".to_owned());
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let subject = model.or(fields.category_id.map(Subject::Category));
    fields.subject = subject.map(|subject| subject.key()).unwrap_or_default();
    Ok(fields)
}

fn write(tx: &mut Tx, id: i64, fields: &GuideFields, request: GuideRequest) -> Result<i64> {
    let mut steps = vec![];
    for (n, (text, picture)) in request.steps.into_iter().enumerate() {
        let picture = keep_picture(tx, (id, &fields.job_number), picture).map_err(|error| match error {
            Error::NotFound(_) => Error::field(format!("picture-{}", n + 1), "there is no such picture here"),
            other => other,
        })?;
        steps.push(GuideStep { text: text.trim().to_owned(), picture });
    }
    if guides::list_pictures(tx, id)?.len() > MOST_PICTURES {
        return Err(Error::field("picture-1", format!("a guide has at most {MOST_PICTURES} pictures")));
    }
    let content = Guide { title: fields.title.clone(), summary: request.summary.trim().to_owned(), steps };
    Ok(guides::insert_revision(tx, id, &content)?)
}

fn keep_picture(
    tx: &mut Tx,
    (guide_id, job_number): (i64, &str),
    picture: PictureRequest,
) -> Result<Option<i64>> {
    let id = match picture {
        PictureRequest::None => return Ok(None),
        PictureRequest::Kept(id) => {
            let known = guides::find_picture(tx, id)?;
            return match known.guide_id == guide_id {
                true => Ok(Some(id)),
                false => Err(Error::NotFound("picture".to_owned())),
            };
        }
        PictureRequest::OfJob(file_id) => {
            let (scope, nothing) = (tx.actor.scope(), || Error::NotFound("photo".to_owned()));
            let job = find_job(tx, scope, job_number)?;
            let file = find_job_file(tx, scope, file_id)?;
            let thumbnail = file.thumbnail_hash.ok_or_else(nothing)?;
            if file.job_id != Some(job.id) {
                return Err(nothing());
            }
            guides::put_picture(tx, guide_id, (&file.hash, &thumbnail), &file.name)?
        }
        PictureRequest::New(name, photo) => {
            let hash = put_file(tx, "image/jpeg", &photo.large)?;
            let thumbnail = put_file(tx, "image/jpeg", &photo.small)?;
            guides::put_picture(tx, guide_id, (&hash, &thumbnail), &name)?
        }
    };
    Ok(Some(id))
}
