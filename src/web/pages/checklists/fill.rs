//! A checklist on the phone: filled on a job, read when it is finished.

use std::collections::BTreeMap;

use actix_web::web;
use askama::Template;
use domain::checklist::{Checklist, Item};
use domain::checklist_answers::{Answers, ItemState, proof_key};
use domain::code::Code;
use domain::permission::{ViewRegister, WorkJob};
use serde::Deserialize;
use store::checklists::fills::Fill;
use store::jobs::find_job;
use store::people::find_person;
use store::{AnyConnection, Scope};

use crate::actions::attachments::MOST_BYTES;
use crate::actions::checklists::fills::{
    self, FillRequest, Ground, current_in, ground_of_asset, ground_of_job,
};
use crate::actions::checklists::find_in_use;
use crate::actions::photos::{Photo, draw_anew};
use crate::error::{Error, Result};
use crate::web::editing::{Pairs, again};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::assets::asset_url;
use crate::web::pages::assets::attach::file_reply;
use crate::web::problem::part_urlencoded;
use crate::web::reply::Reply;
use crate::web::upload::{Sent, SentFile};
use crate::web::visitor::{Visit, Visitor};

/// How the field of an item's photos begins.
const PHOTO: &str = "photo-";
/// The most photos of one save.
const MOST: usize = 30;

#[derive(Template)]
#[template(path = "checklists/fill.html")]
struct FillPage {
    chrome: Chrome,
    form: Form,
    checklist: Checklist,
    /// Photos that are kept, by the keys of the items.
    photos: BTreeMap<String, Vec<i64>>,
    ground: Ground,
    /// How many items are answered, and of how many.
    progress: (usize, usize),
    /// Whether photos came with what is shown again, which no browser keeps.
    lost: bool,
}

#[derive(Template)]
#[template(path = "checklists/filled.html")]
struct FilledPage {
    chrome: Chrome,
    fill: Fill,
    ground: Ground,
    who: String,
    states: Vec<ItemState>,
    corrects: bool,
}

/// What a checklist is filled for.
#[derive(Debug, Clone)]
enum FilledFor {
    /// On the job of this number, of the asset where it has several.
    Job(String, Option<i64>),
    /// On the asset of this tag, without a job.
    Asset(String),
}

impl FilledFor {
    fn ground(&self, conn: &mut AnyConnection, scope: &Scope) -> Result<Ground> {
        match self {
            Self::Job(number, asset) => ground_of_job(conn, scope, number, *asset),
            Self::Asset(tag) => ground_of_asset(conn, scope, tag),
        }
    }

    fn save(&self, visit: &Visit, code: &str, request: FillRequest) -> Result<fills::Saved> {
        let right = visit.right::<WorkJob>()?;
        match self {
            Self::Job(number, asset) => {
                fills::save_on_job(&visit.app, &right, (number, *asset, code), request)
            }
            Self::Asset(tag) => fills::save_on_asset(&visit.app, &right, (tag, code), request),
        }
    }

    /// The page that one comes from and goes back to.
    fn back(&self) -> String {
        match self {
            Self::Job(number, _) => format!("/jobs/{number}"),
            Self::Asset(tag) => asset_url(tag),
        }
    }
}

/// Where the checklist of a code is filled on a ground.
fn address(ground: &Ground, code: &str) -> String {
    let code = part_urlencoded(code);
    match (&ground.job, &ground.asset) {
        (Some(job), _) => format!("/jobs/{}/checklists/{code}", job.number),
        (None, asset) => {
            let tag = asset.as_ref().map(|asset| part_urlencoded(&asset.tag)).unwrap_or_default();
            format!("/assets/{tag}/checklists/{code}")
        }
    }
}

/// The asset of a job with several, and whether a finished one is corrected.
#[derive(Deserialize)]
pub struct Asked {
    asset: Option<i64>,
    correct: Option<i64>,
}

impl FillPage {
    fn action(&self) -> String {
        address(&self.ground, &self.checklist.code)
    }

    fn photos_of(&self, item: &Item) -> &[i64] {
        self.photos.get(&item.key).map_or(&[], Vec::as_slice)
    }

    fn show_if(&self, item: &Item) -> String {
        item.only_if.as_ref().map(|only| format!("{}={}", only.item, only.is.join(","))).unwrap_or_default()
    }

    fn proof(&self, item: &Item) -> String {
        proof_key(&item.key)
    }

    fn is_long(&self, item: &Item) -> bool {
        item.options().len() > 3
    }
}

impl FilledPage {
    fn items(&self) -> impl Iterator<Item = (&Item, &ItemState)> {
        let asked = |(_, state): &(&Item, &ItemState)| **state != ItemState::NotAsked;
        self.fill.checklist.0.items.iter().zip(&self.states).filter(asked)
    }

    fn answer(&self, item: &Item) -> String {
        self.fill.answers.0.words(item)
    }

    fn photos_of(&self, item: &Item) -> &[i64] {
        self.fill.answers.0.photos.get(&item.key).map_or(&[], Vec::as_slice)
    }

    fn finished(&self) -> String {
        let at = self.fill.finished_at.unwrap_or(self.fill.saved_at).utc();
        at.format("%-d %b %Y, %H:%M UTC").to_string()
    }

    fn correction(&self) -> String {
        let asset = self.fill.asset_id.map(|id| format!("asset={id}&")).unwrap_or_default();
        format!("{}?{asset}correct={}", address(&self.ground, &self.fill.code), self.fill.id)
    }
}

/// `GET /jobs/{number}/checklists/{code}?asset=`: the form, or what was finished.
///
/// # Errors
/// Not found, forbidden.
pub async fn show_fill(
    visitor: Visitor,
    path: web::Path<(String, String)>,
    asked: web::Query<Asked>,
) -> Result<Reply> {
    let (number, code) = path.into_inner();
    let filled_for = FilledFor::Job(number, asked.asset);
    visitor.run(move |visit| show(visit, &filled_for, &code, asked.correct)).await
}

/// `GET /assets/{tag}/checklists/{code}`: the form of one that is being filled, or of a new one.
///
/// # Errors
/// Not found, forbidden.
pub async fn show_fill_of_asset(
    visitor: Visitor,
    path: web::Path<(String, String)>,
    asked: web::Query<Asked>,
) -> Result<Reply> {
    let (tag, code) = path.into_inner();
    visitor.run(move |visit| show(visit, &FilledFor::Asset(tag), &code, asked.correct)).await
}

fn show(visit: &Visit, filled_for: &FilledFor, code: &str, correct: Option<i64>) -> Result<Reply> {
    let right = visit.right::<WorkJob>()?;
    visit.app.store.read(|conn| {
        let ground = filled_for.ground(conn, right.scope())?;
        let current = current_in(conn, &ground, code)?;
        let finished = |fill: &Fill| fill.finished_at.is_some() && correct != Some(fill.id);
        match current {
            Some(fill) if finished(&fill) && ground.job.is_some() => {
                Reply::ok(&filled_page(conn, visit, fill, ground)?)
            }
            current => {
                let (done, current) = current.map_or((None, None), |fill| match finished(&fill) {
                    true => (Some(fill.id), None),
                    false => (None, Some(fill)),
                });
                let mut page = fill_page(conn, visit, (ground, code, current), None)?;
                page.form.set_opt("after", done);
                Reply::ok(&page)
            }
        }
    })
}

/// `GET /jobs/{number}/checklists?code=&asset=`: to the checklist that was chosen.
///
/// # Errors
/// Forbidden; field errors.
pub async fn choose_fill(
    visitor: Visitor,
    number: web::Path<String>,
    pairs: web::Query<Pairs>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<WorkJob>()?;
            let mut form = Form::new(pairs.into_inner());
            visit.app.store.read(|conn| find_job(conn, visit.actor.scope(), &number).map(drop))?;
            let (code, asset) = (form.required("code"), form.id("asset"));
            form.check()?;
            let asset = asset.map(|id| format!("?asset={id}")).unwrap_or_default();
            let to = format!("/jobs/{number}/checklists/{}{asset}", part_urlencoded(&code));
            Ok(Reply::see_other(&to, ""))
        })
        .await
}

/// `GET /checklists/filled/{id}`: one that was finished, also one that was corrected since.
///
/// # Errors
/// Not found.
pub async fn show_filled(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let (fill, ground) = fills::find_filled(&visit.app, &visit.right::<ViewRegister>()?, *id)?;
            visit.app.store.read(|conn| Reply::ok(&filled_page(conn, visit, fill, ground)?))
        })
        .await
}

/// `POST /jobs/{number}/checklists/{code}`: `do=finish` finishes it; what is left open is kept all the same.
///
/// # Errors
/// Not found, forbidden, stale, too large; field errors show the form again.
pub async fn fill_checklist(
    asks: Visitor,
    sends: Visitor,
    path: web::Path<(String, String)>,
    body: Sent<web::Form<Pairs>>,
) -> Result<Reply> {
    let (number, code) = path.into_inner();
    receive((asks, sends), code, body, |form| FilledFor::Job(number, form.id("asset"))).await
}

/// `POST /assets/{tag}/checklists/{code}`: as [`fill_checklist`], of an asset without a job.
///
/// # Errors
/// As [`fill_checklist`].
pub async fn fill_of_asset(
    asks: Visitor,
    sends: Visitor,
    path: web::Path<(String, String)>,
    body: Sent<web::Form<Pairs>>,
) -> Result<Reply> {
    let (tag, code) = path.into_inner();
    receive((asks, sends), code, body, |_| FilledFor::Asset(tag)).await
}

async fn receive(
    (asks, sends): (Visitor, Visitor),
    code: String,
    body: Sent<web::Form<Pairs>>,
    filled_for: impl FnOnce(&mut Form) -> FilledFor,
) -> Result<Reply> {
    // Asked first, so that strangers cannot keep the server busy reading.
    asks.run(|visit| visit.right::<WorkJob>().map(drop)).await?;
    let (mut form, files) = body.read_prefixed(PHOTO, (MOST_BYTES, MOST)).await?;
    let filled_for = filled_for(&mut form);
    sends.run(move |visit| save(visit, (&filled_for, &code), form, files)).await
}

fn save(
    visit: &Visit,
    (filled_for, code): (&FilledFor, &str),
    mut form: Form,
    files: Vec<(String, SentFile)>,
) -> Result<Reply> {
    visit.right::<WorkJob>()?;
    let lost = !files.is_empty();
    let saved = read_request(&mut form, files).and_then(|request| {
        form.check()?;
        filled_for.save(visit, code, request)
    });
    match saved {
        Ok(saved) if saved.open.is_empty() => Ok(Reply::see_other(
            &filled_for.back(),
            if saved.fill.finished_at.is_some() { "finished" } else { "saved" },
        )),
        Ok(saved) => {
            // It is kept; what is still open is told, and the next save goes on from here.
            form.set("version", saved.fill.version);
            form.take(Error::Invalid(saved.open))?;
            again_page(visit, (filled_for, code), form, false)
        }
        Err(error) => {
            again(&mut form, error)?;
            again_page(visit, (filled_for, code), form, lost)
        }
    }
}

fn again_page(
    visit: &Visit,
    (filled_for, code): (&FilledFor, &str),
    form: Form,
    lost: bool,
) -> Result<Reply> {
    let scope = visit.actor.scope();
    visit.app.store.read(|conn| {
        let ground = filled_for.ground(conn, scope)?;
        let current = current_in(conn, &ground, code)?;
        let done = current.as_ref().filter(|fill| fill.finished_at.is_some()).map(|fill| fill.id);
        let current = current.filter(|fill| {
            ground.job.is_some() || fill.finished_at.is_none() || !form.value("supersedes").is_empty()
        });
        let mut page = fill_page(conn, visit, (ground, code, current), Some(form))?;
        page.form.set_opt("after", done);
        Reply::unprocessable(&FillPage { lost, ..page })
    })
}

fn read_request(form: &mut Form, files: Vec<(String, SentFile)>) -> Result<FillRequest> {
    let mut request = FillRequest {
        version: form.number("version", 0, i64::MAX).unwrap_or(0),
        supersedes: form.id("supersedes"),
        after: form.id("after"),
        finish: form.value("do") == "finish",
        ..FillRequest::default()
    };
    let ours = ["version", "supersedes", "after", "do", "asset"];
    let keys: Vec<String> = form.names().filter(|name| !ours.contains(name)).map(str::to_owned).collect();
    request.given = keys.into_iter().map(|key| (key.clone(), form.value(&key).to_owned())).collect();
    for (field, (name, bytes)) in files {
        let item = field.strip_prefix(PHOTO).unwrap_or_default().to_owned();
        let photo: Photo = draw_anew(&bytes).map_err(|error| match error {
            Error::Invalid(wrong) => {
                let words: Vec<String> = wrong.into_iter().map(|one| one.message).collect();
                Error::field(item.clone(), words.join("; "))
            }
            other => other,
        })?;
        request.photos.push((item, if name.is_empty() { "photo".to_owned() } else { name }, photo));
    }
    Ok(request)
}

fn fill_page(
    conn: &mut AnyConnection,
    visit: &Visit,
    (ground, code, current): (Ground, &str, Option<Fill>),
    typed: Option<Form>,
) -> Result<FillPage> {
    let (checklist, answers) = match &current {
        Some(fill) => (fill.checklist.0.clone(), fill.answers.0.clone()),
        None => (find_in_use(conn, code)?, Answers::default()),
    };
    let mut form = typed.unwrap_or_else(|| {
        let mut form = Form::default();
        for (key, text) in &answers.given {
            form.set(key, text);
        }
        let open = current.as_ref().filter(|fill| fill.finished_at.is_none());
        form.set("version", open.map_or(0, |fill| fill.version));
        form.set_opt("supersedes", current.as_ref().filter(|fill| fill.finished_at.is_some()).map(|f| f.id));
        form.set_opt("supersedes", open.and_then(|fill| fill.supersedes));
        form
    });
    form.set_opt("asset", ground.asset.as_ref().map(|asset| asset.id));
    let progress = checklist.judge(&answers).progress();
    Ok(FillPage {
        chrome: Chrome::new(visit, checklist.name.clone()),
        form,
        photos: answers.photos,
        checklist,
        ground,
        progress,
        lost: false,
    })
}

fn filled_page(conn: &mut AnyConnection, visit: &Visit, fill: Fill, ground: Ground) -> Result<FilledPage> {
    let who = match fill.person_id {
        Some(id) => find_person(conn, id)?.map(|person| person.name).unwrap_or_default(),
        None => String::new(),
    };
    let works = visit.actor.may::<WorkJob>() && ground.job.as_ref().is_none_or(|job| job.is_open());
    let latest = current_in(conn, &ground, &fill.code)?.is_some_and(|current| current.id == fill.id);
    Ok(FilledPage {
        chrome: Chrome::new(visit, fill.checklist.0.name.clone()),
        states: fill.checklist.0.judge(&fill.answers.0).items,
        corrects: works && latest && fill.finished_at.is_some(),
        fill,
        ground,
        who,
    })
}

/// `GET /checklist-photos/{id}`.
///
/// # Errors
/// Not found.
pub async fn show_photo(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor.run(move |visit| send(visit, *id, false)).await
}

/// `GET /checklist-photos/{id}/thumbnail`.
///
/// # Errors
/// Not found.
pub async fn show_small_photo(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor.run(move |visit| send(visit, *id, true)).await
}

fn send(visit: &Visit, id: i64, small: bool) -> Result<Reply> {
    let (file, name) = fills::read_photo(&visit.app, &visit.right::<ViewRegister>()?, id, small)?;
    Ok(file_reply(file, &name))
}
