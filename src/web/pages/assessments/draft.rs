//! Drafting an assessment and having it signed.

use actix_multipart::Multipart;
use actix_web::web;
use askama::Template;
use domain::assessment::{Content, Covered, Factor, Score, Weighed};
use domain::code::Code;
use domain::equipment::Environment;
use domain::permission::{SignAssessment, ViewRegister};
use domain::preset_text::write_rows;
use domain::schedule::local_date;
use store::assessments::Reach;
use store::types::Coded;
use store::{categories, customers, places, sites};

use crate::actions::assessments::{self, DraftView, Signing};
use crate::actions::dues::FIRM_ZONE;
use crate::error::{Error, Result};
use crate::web::editing::{Conflict, Pairs, Sheet, again};
use crate::web::forms::{Form, options};
use crate::web::layout::Chrome;
use crate::web::pages::intervals::read_table_rows;
use crate::web::reply::Reply;
use crate::web::upload::read_upload;
use crate::web::visitor::{Visit, Visitor};

/// A drawing of a signature may be this large, in bytes.
const PICTURE_BYTES: usize = 8 << 20;

type Options = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "assessments/form.html")]
struct DraftPage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
    /// Customers to choose from first; none once one is chosen.
    customers: Options,
    customer: Option<i64>,
    areas: Options,
    environments: Options,
    categories: Options,
    scores: Options,
    /// What a draft that is there covers.
    view: Option<DraftView>,
}

#[derive(Template)]
#[template(path = "assessments/sign.html")]
struct SignPage {
    chrome: Chrome,
    form: Form,
    view: DraftView,
    missing: Vec<&'static str>,
}

/// What a new draft covers, and what it says.
type New = (Cover, Content);

/// A part of a customer as the form chooses it.
#[derive(Default)]
struct Cover {
    site_id: Option<i64>,
    place_id: Option<i64>,
    environment: Option<Environment>,
    category_id: Option<i64>,
}

/// The fields of a factor's score and note.
const FACTORS: [(Factor, &str, &str); 6] = [
    (Factor::Environment, "environment_score", "environment_note"),
    (Factor::Users, "users_score", "users_note"),
    (Factor::Construction, "construction_score", "construction_note"),
    (Factor::Movement, "movement_score", "movement_note"),
    (Factor::Use, "use_score", "use_note"),
    (Factor::History, "history_score", "history_note"),
];

const NEW: Sheet<(), New> = Sheet {
    fields: &[
        "area",
        "environment",
        "category",
        "environment_score",
        "environment_note",
        "users_score",
        "users_note",
        "construction_score",
        "construction_note",
        "movement_score",
        "movement_note",
        "use_score",
        "use_note",
        "history_score",
        "history_note",
        "reasoning",
        "rows",
        "review_on",
    ],
    read: |form| (read_cover(form), read_content(form)),
    fill: |()| Form::default(),
};
const DRAFT: Sheet<DraftView, Content> = Sheet {
    fields: &[
        "environment_score",
        "environment_note",
        "users_score",
        "users_note",
        "construction_score",
        "construction_note",
        "movement_score",
        "movement_note",
        "use_score",
        "use_note",
        "history_score",
        "history_note",
        "reasoning",
        "rows",
        "review_on",
    ],
    read: read_content,
    fill: fill_content,
};

/// `GET /assessments/new?customer=`: without one the customer is chosen first.
///
/// # Errors
/// Not found, forbidden.
pub async fn new_draft(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut asked = Form::new(pairs.into_inner());
            let customer = asked.id("customer");
            let mut form = Form::default();
            if let Some(site) = asked.id("site") {
                form.set("area", format!("site:{site}"));
            }
            form.set("rows", "combined; any; any; 12");
            Reply::ok(&page(visit, customer, form, None)?)
        })
        .await
}

/// `POST /assessments/new?customer=`.
///
/// # Errors
/// Not found, forbidden; field errors show the form again.
pub async fn add_draft(visitor: Visitor, pairs: web::Query<Pairs>, sent: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<SignAssessment>()?;
            let customer = Form::new(pairs.into_inner()).id("customer");
            let customer_id = customer.ok_or_else(|| Error::NotFound("customer".to_owned()))?;
            page(visit, customer, Form::default(), None)?;
            let add = |(cover, content): New| {
                let reach = reach_of(visit, customer_id, &cover)?;
                let id = assessments::add_draft(&visit.app, &right, (reach, None), content)?;
                Ok(format!("/assessments/drafts/{id}"))
            };
            NEW.add(sent.into_inner(), add, |form| page(visit, customer, form, None))
        })
        .await
}

fn reach_of(visit: &Visit, customer_id: i64, cover: &Cover) -> Result<Reach> {
    let site_id = match cover.place_id {
        Some(id) => {
            let place = visit.app.store.read(|conn| places::find_place(conn, visit.actor.scope(), id))?;
            Some(place.site_id)
        }
        None => cover.site_id,
    };
    let environment = cover.environment.map(Coded);
    Ok(Reach { customer_id, site_id, place_id: cover.place_id, environment, category_id: cover.category_id })
}

/// `GET /assessments/drafts/{id}`.
///
/// # Errors
/// Not found, forbidden.
pub async fn edit_draft(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<SignAssessment>()?;
            let view = find(visit, *id)?;
            Reply::ok(&page(visit, None, fill_content(&view), Some((view, None)))?)
        })
        .await
}

fn find(visit: &Visit, id: i64) -> Result<DraftView> {
    assessments::find_draft(&visit.app, &visit.right::<ViewRegister>()?, id)
}

/// `POST /assessments/drafts/{id}`.
///
/// # Errors
/// Not found, forbidden; field errors and a concurrent change show the form again.
pub async fn change_draft(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<SignAssessment>()?;
            let change = |version, content| {
                assessments::change_draft(&visit.app, &right, (*id, version), content)?;
                Ok(format!("/assessments/drafts/{id}/sign"))
            };
            let show = |form, conflict| page(visit, None, form, Some((find(visit, *id)?, conflict)));
            DRAFT.change(pairs.into_inner(), || find(visit, *id), change, show)
        })
        .await
}

/// `POST /assessments/drafts/{id}/remove`.
///
/// # Errors
/// Not found, forbidden, stale.
pub async fn remove_draft(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<SignAssessment>()?;
            let version = version(&mut Form::new(pairs.into_inner()))?;
            assessments::remove_draft(&visit.app, &right, (*id, version))?;
            Ok(Reply::see_other("/assessments", "removed"))
        })
        .await
}

fn version(form: &mut Form) -> Result<i64> {
    let version = form.number("version", 0, i64::MAX);
    form.check()?;
    version.ok_or_else(|| Error::field("version", "open the draft again"))
}

/// `GET /assessments/drafts/{id}/sign`.
///
/// # Errors
/// Not found, forbidden.
pub async fn show_signing(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<SignAssessment>()?;
            let view = find(visit, *id)?;
            let mut form = Form::default();
            form.set("signed_on", local_date(visit.app.now(), FIRM_ZONE));
            form.set("version", view.draft.version);
            Reply::ok(&sign_page(visit, view, form))
        })
        .await
}

fn sign_page(visit: &Visit, view: DraftView, form: Form) -> SignPage {
    let missing = view.draft.content.0.missing().into_iter().map(|(_, message)| message).collect();
    SignPage { chrome: Chrome::new(visit, "Sign the risk assessment"), form, view, missing }
}

/// `POST /assessments/drafts/{id}/sign`: the duty holder's name and day, and the drawing where there is one.
///
/// # Errors
/// Not found, forbidden, stale; too large; field errors show the form again.
pub async fn sign_draft(visitor: Visitor, id: web::Path<i64>, parts: Multipart) -> Result<Reply> {
    // Asked first, so that strangers cannot keep the server busy reading.
    visitor.clone().run(|visit| visit.right::<SignAssessment>().map(drop)).await?;
    let upload = read_upload(parts, "signature", PICTURE_BYTES).await?;
    visitor
        .run(move |visit| {
            let right = visit.right::<SignAssessment>()?;
            let view = find(visit, *id)?;
            let mut form = upload.form.clone();
            let drawn = (!upload.bytes.is_empty()).then(|| upload.bytes.clone());
            let signed = read_signing(&mut form, drawn).and_then(|(version, signing)| {
                assessments::sign_draft(&visit.app, &right, (*id, version), &signing)
            });
            match signed {
                Ok(id) => Ok(Reply::see_other(&format!("/assessments/{id}"), "saved")),
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&sign_page(visit, view, form))
                }
            }
        })
        .await
}

fn read_signing(form: &mut Form, drawn: Option<Vec<u8>>) -> Result<(i64, Signing)> {
    let (name, on, version) =
        (form.required("duty_holder"), form.date("signed_on"), form.number("version", 0, i64::MAX));
    if on.is_none() && form.error("signed_on").is_none() {
        form.fail("signed_on", "give the day");
    }
    if version.is_none() && form.error("version").is_none() {
        form.fail("version", "open the draft again, then sign");
    }
    if !form.ticked("agreed") {
        form.fail("agreed", "the duty holder must have read it: tick this");
    }
    form.check()?;
    let on = on.ok_or_else(|| Error::field("signed_on", "give the day"))?;
    Ok((version.unwrap_or(-1), Signing { name, on, drawn }))
}

fn page(
    visit: &Visit,
    customer: Option<i64>,
    form: Form,
    draft: Option<(DraftView, Conflict)>,
) -> Result<DraftPage> {
    visit.right::<SignAssessment>()?;
    let scope = visit.actor.scope();
    let (view, conflict) = draft.map_or((None, None), |(view, conflict)| (Some(view), conflict));
    visit.app.store.read(|conn| {
        let mut page = DraftPage {
            chrome: Chrome::new(visit, "Risk assessment"),
            form,
            conflict,
            customers: vec![],
            customer,
            areas: vec![],
            environments: options::<Environment>(),
            categories: vec![],
            scores: options::<Score>(),
            view,
        };
        if page.view.is_some() {
            return Ok(page);
        }
        let Some(id) = customer else {
            let all = customers::list_customers(conn, scope)?;
            page.customers = all.into_iter().map(|one| (one.id.to_string(), one.name)).collect();
            return Ok(page);
        };
        page.chrome.title =
            format!("Risk assessment for {}", customers::find_customer(conn, scope, id)?.name);
        for site in sites::list_sites(conn, scope, Some(id))?.into_iter().filter(|site| !site.archived) {
            page.areas.push((format!("site:{}", site.id), site.name.clone()));
            for place in places::list_places(conn, scope, site.id)?.into_iter().filter(|one| !one.archived) {
                page.areas.push((format!("place:{}", place.id), format!("{}: {}", site.name, place.path)));
            }
        }
        let all = categories::list_categories(conn)?;
        page.categories = all.into_iter().map(|one| (one.id.to_string(), one.name)).collect();
        Ok::<_, Error>(page)
    })
}

fn read_cover(form: &mut Form) -> Cover {
    let area = form.value("area").to_owned();
    let mut cover = Cover { environment: form.code("environment"), ..Cover::default() };
    cover.category_id = form.id("category");
    match area.split_once(':').map(|(kind, id)| (kind, id.parse::<i64>())) {
        Some(("site", Ok(id))) => cover.site_id = Some(id),
        Some(("place", Ok(id))) => cover.place_id = Some(id),
        None if area.is_empty() => {}
        _ => form.fail("area", "choose the site or place from the list"),
    }
    cover
}

fn read_content(form: &mut Form) -> Content {
    let mut content = Content::default();
    for (factor, score, note) in FACTORS {
        let note = form.text(note);
        if let Some(score) = form.code::<Score>(score) {
            content.factors.insert(factor, Weighed { score, note });
        } else if !note.is_empty() && form.error(score).is_none() {
            form.fail(score, "weigh what you describe");
        }
    }
    content.reasoning = form.long_text("reasoning").replace('\r', "");
    content.rows = read_table_rows(form);
    content.review_on = form.date("review_on");
    content
}

fn fill_content(view: &DraftView) -> Form {
    let (mut form, content) = (Form::default(), &view.draft.content.0);
    for (factor, score, note) in FACTORS {
        if let Some(weighed) = content.factors.get(&factor) {
            form.set(score, weighed.score.code()).set(note, &weighed.note);
        }
    }
    form.set("reasoning", &content.reasoning).set("rows", write_rows(&content.rows));
    form.set_opt("review_on", content.review_on).set("version", view.draft.version);
    form
}

impl SignPage {
    fn covered(&self) -> &Covered {
        &self.view.covered
    }

    fn rows(&self) -> String {
        write_rows(&self.view.draft.content.0.rows)
    }
}
