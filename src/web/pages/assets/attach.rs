//! Photos and documents: attached, shown, withdrawn.

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use askama::Template;
use domain::permission::{AttachFile, ViewRegister};
use store::assets::Asset;

use super::asset_url;
use crate::actions::{assets, attachments};
use crate::error::Result;
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::upload::read_upload;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "assets/attach.html")]
struct AttachPage {
    chrome: Chrome,
    form: Form,
    asset: Asset,
    url: String,
}

fn page(visit: &Visit, id: i64, form: Form) -> Result<AttachPage> {
    visit.right::<AttachFile>()?;
    let asset = assets::find_asset(&visit.app, &visit.right::<ViewRegister>()?, id)?;
    let url = asset_url(&asset.tag);
    Ok(AttachPage { chrome: Chrome::new(visit, "Add a photo or document"), form, asset, url })
}

/// `GET /assets/{id}/attach`; `?test=` attaches to one of its tests.
///
/// # Errors
/// Forbidden, not found.
pub async fn show_attach(
    visitor: Visitor,
    id: Path<i64>,
    pairs: Query<Vec<(String, String)>>,
) -> Result<Reply> {
    visitor.run(move |visit| Reply::ok(&page(visit, *id, Form::new(pairs.into_inner()))?)).await
}

/// `POST /assets/{id}/attach`: who may is settled before a byte of the body is read.
///
/// # Errors
/// Forbidden, not found, too large; anything that is no picture or PDF shows the form again.
pub async fn attach_file(
    asks: Visitor,
    sends: Visitor,
    id: Path<i64>,
    multipart: Multipart,
) -> Result<Reply> {
    let id = id.into_inner();
    asks.run(move |visit| page(visit, id, Form::default()).map(drop)).await?;
    let upload = read_upload(multipart, "file", attachments::MOST_BYTES).await?;
    sends
        .run(move |visit| {
            let right = visit.right::<AttachFile>()?;
            let test = Some(upload.form.value("test")).filter(|test| !test.is_empty());
            let (name, bytes) = (&upload.file_name, &upload.bytes);
            match attachments::attach_file(&visit.app, &right, (id, test), name, bytes) {
                Ok(_) => {
                    let back = test.map(|test| format!("/tests/{test}"));
                    let url = page(visit, id, Form::default())?.url;
                    Ok(Reply::see_other(&back.unwrap_or(url), "saved"))
                }
                Err(error) => {
                    let mut form = upload.form;
                    form.take(error)?;
                    Reply::unprocessable(&page(visit, id, form)?)
                }
            }
        })
        .await
}

/// `GET /files/{id}`: a document is offered for keeping, never opened as a page of ours.
///
/// # Errors
/// Not found.
pub async fn show_file(visitor: Visitor, id: Path<i64>) -> Result<Reply> {
    visitor.run(move |visit| send(visit, *id, false)).await
}

/// `GET /files/{id}/thumbnail`.
///
/// # Errors
/// Not found.
pub async fn show_thumbnail(visitor: Visitor, id: Path<i64>) -> Result<Reply> {
    visitor.run(move |visit| send(visit, *id, true)).await
}

fn send(visit: &Visit, id: i64, small: bool) -> Result<Reply> {
    let right = visit.right::<ViewRegister>()?;
    let (file, name) = attachments::read_file(&visit.app, &right, id, small)?;
    Ok(file_reply(file, &name))
}

/// A stored file for whoever may see it: a picture is shown, a document is offered for keeping.
pub fn file_reply(file: store::files::File, name: &str) -> Reply {
    let reply = match file.media_type == "image/jpeg" {
        true => {
            Reply::new(StatusCode::OK, &file.media_type, file.bytes).header("content-disposition", "inline")
        }
        false => Reply::download(&file.media_type, name, file.bytes),
    };
    reply
        .header("content-security-policy", "default-src 'none'; sandbox")
        .header("x-content-type-options", "nosniff")
        // Only for whoever asked, and the bytes of a hash never change.
        .header("cache-control", "private, max-age=3600")
}

/// `POST /files/{id}/withdraw`.
///
/// # Errors
/// Forbidden, not found; a conflict when it is withdrawn already.
pub async fn withdraw_file(visitor: Visitor, id: Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let asset_id = attachments::withdraw_file(&visit.app, &visit.right::<AttachFile>()?, *id)?;
            let asset = assets::find_asset(&visit.app, &visit.right::<ViewRegister>()?, asset_id)?;
            Ok(Reply::see_other(&asset_url(&asset.tag), "removed"))
        })
        .await
}
