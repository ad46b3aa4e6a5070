//! Photos and documents of jobs and of fault reports.

use actix_web::web::Path;
use domain::permission::{AttachFile, ViewRegister};

use super::job_url;
use crate::actions::jobs;
use crate::error::Result;
use crate::web::pages::assets::attach::file_reply;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// `GET /job-files/{id}`.
///
/// # Errors
/// Not found.
pub async fn show_file(visitor: Visitor, id: Path<i64>) -> Result<Reply> {
    visitor.run(move |visit| send(visit, *id, false)).await
}

/// `GET /job-files/{id}/thumbnail`.
///
/// # Errors
/// Not found.
pub async fn show_thumbnail(visitor: Visitor, id: Path<i64>) -> Result<Reply> {
    visitor.run(move |visit| send(visit, *id, true)).await
}

fn send(visit: &Visit, id: i64, small: bool) -> Result<Reply> {
    let (file, name) = jobs::read_file(&visit.app, &visit.right::<ViewRegister>()?, id, small)?;
    Ok(file_reply(file, &name))
}

/// `POST /job-files/{id}/withdraw`.
///
/// # Errors
/// Forbidden, not found; a conflict when it is withdrawn already.
pub async fn withdraw_file(visitor: Visitor, id: Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let number = jobs::withdraw_file(&visit.app, &visit.right::<AttachFile>()?, *id)?;
            let back = number.map_or("/jobs".to_owned(), |number| job_url(&number));
            Ok(Reply::see_other(&back, "removed"))
        })
        .await
}
