//! Procedures: documents for a model or a category.

use actix_multipart::Multipart;
use actix_web::web;
use askama::Template;
use domain::permission::{EditChecklist, WorkJob};
use store::categories::list_categories;
use store::models::list_models;
use store::procedures::{For, Procedure};

use crate::actions::attachments::MOST_BYTES;
use crate::actions::procedures;
use crate::error::{Error, Result};
use crate::web::editing::again;
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::assets::attach::file_reply;
use crate::web::reply::Reply;
use crate::web::upload::{Upload, read_upload};
use crate::web::visitor::{Visit, Visitor};

type Options = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "procedures/list.html")]
struct ProceduresPage {
    chrome: Chrome,
    procedures: Vec<(Procedure, String)>,
    form: Form,
    models: Options,
    categories: Options,
    edits: bool,
}

/// `GET /procedures?model=&category=`: all of them, and a form for one more.
///
/// # Errors
/// Forbidden.
pub async fn list_procedures(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor.run(move |visit| Reply::ok(&page(visit, Form::new(pairs.into_inner()))?)).await
}

fn page(visit: &Visit, form: Form) -> Result<ProceduresPage> {
    let all = procedures::list_procedures(&visit.app, &visit.right::<WorkJob>()?)?;
    let (models, categories) =
        visit.app.store.read(|conn| Ok::<_, Error>((list_models(conn)?, list_categories(conn)?)))?;
    Ok(ProceduresPage {
        chrome: Chrome::new(visit, "Procedures"),
        procedures: all,
        form,
        models: models.into_iter().map(|m| (m.id.to_string(), format!("{} {}", m.make, m.name))).collect(),
        categories: categories.into_iter().map(|c| (c.id.to_string(), c.name)).collect(),
        edits: visit.actor.may::<EditChecklist>(),
    })
}

/// `POST /procedures/new`.
///
/// # Errors
/// Forbidden, too large, not found for a model or category; field errors show the page again.
pub async fn add_procedure(asks: Visitor, sends: Visitor, multipart: Multipart) -> Result<Reply> {
    // Asked first, so that strangers cannot keep the server busy reading.
    asks.run(|visit| visit.right::<EditChecklist>().map(drop)).await?;
    let upload = read_upload(multipart, "file", MOST_BYTES).await?;
    sends
        .run(move |visit| {
            let Upload { mut form, file_name, bytes } = upload;
            let added = read(&mut form).and_then(|(of, title)| {
                let right = visit.right::<EditChecklist>()?;
                procedures::add_procedure(&visit.app, &right, (of, &title), (&file_name, &bytes))
            });
            match added {
                Ok(_) => Ok(Reply::see_other("/procedures", "added")),
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&page(visit, form)?)
                }
            }
        })
        .await
}

fn read(form: &mut Form) -> Result<(For, String)> {
    let (model, category) = (form.id("model"), form.id("category"));
    let title = form.required("title");
    let of = match (model, category) {
        (Some(id), None) => For::Model(id),
        (None, Some(id)) => For::Category(id),
        _ => {
            form.fail("model", "choose a model or a category, one of them");
            For::Model(0)
        }
    };
    form.check()?;
    Ok((of, title))
}

/// `GET /procedures/{id}`: a document is offered for keeping.
///
/// # Errors
/// Not found, forbidden.
pub async fn show_procedure(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor.run(move |visit| send(visit, *id, false)).await
}

/// `GET /procedures/{id}/thumbnail`.
///
/// # Errors
/// Not found, forbidden.
pub async fn show_thumbnail(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor.run(move |visit| send(visit, *id, true)).await
}

fn send(visit: &Visit, id: i64, small: bool) -> Result<Reply> {
    let (file, name) = procedures::read_procedure(&visit.app, &visit.right::<WorkJob>()?, id, small)?;
    Ok(file_reply(file, &name))
}

/// `POST /procedures/{id}/withdraw`.
///
/// # Errors
/// Forbidden, not found; a conflict when it is withdrawn already.
pub async fn withdraw_procedure(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            procedures::withdraw_procedure(&visit.app, &visit.right::<EditChecklist>()?, *id)?;
            Ok(Reply::see_other("/procedures", "removed"))
        })
        .await
}
